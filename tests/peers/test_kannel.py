"""The whole desk against Kannel and its fake carrier: real messages in both directions, with receipts."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn

from feedback import app, wiring
from feedback.desk import delivery, replies, sealing, thanking
from feedback.models.lately import Thanks
from feedback.models.message import Message, Quarantine
from feedback.models.reply import Reply, ReplyState
from feedback.models.ticket import Outcome, Ticket
from tests import factories
from tests.factories import Desk
from tests.peers import kannel
from tests.peers.kannel import OURS, SECRET, Kannel, until
from workers import delivery as worker

pytestmark = [pytest.mark.parametrize("database_url", ["sqlite"], indirect=True), pytest.mark.timeout(400)]
ANNA = "+8801712345417"
BANGLA = "কলটি মেরামত হয়েছে। এখন পানি আছে।"


@dataclass(frozen=True)
class House:
    desk: Desk
    kannel: Kannel

    def words(self) -> list[str]:
        """What was heard, oldest first."""
        with self.desk.at() as session:
            rows = session.query(Message).order_by(Message.at).all()
            keys = sealing.keys(session, [row.ticket_id for row in rows])
            return [sealing.unseal(keys[row.ticket_id], Message, "words", row.id, row.words) for row in rows]

    def answer(self, text: str) -> None:
        """Answer the one ticket, and let the worker send it."""
        (ticket,) = self.desk.rows(Ticket)
        self.desk.act(self.desk.staff(), self.desk.again(ticket), replies.answer, text)
        worker.deliver(self.desk.parts, 0)


@pytest.fixture
def house(database_url: str, key_file: Path, token_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
          ) -> Iterator[House]:  # fmt: skip
    if why := kannel.missing():
        pytest.skip(why)
    (tmp_path / "secret").write_text(SECRET)
    (tmp_path / "login").write_text(f"username=desk\npassword={SECRET}\n")
    monkeypatch.setattr(replies, "RECALL_FOR", delivery.timedelta(0))
    monkeypatch.setattr(thanking, "AFTER", delivery.timedelta(0))
    with socket.create_server(("127.0.0.1", 0)) as door:
        url = f"http://127.0.0.1:{door.getsockname()[1]}"
        with kannel.running(tmp_path, url) as peer:
            settings = factories.settings(
                database_url, key_file, token_file, twilio_account_sid="", public_url=url, aggregator_url=peer.send_url,
                aggregator_secret_file=tmp_path / "secret", aggregator_login_file=tmp_path / "login",
                aggregator_networks=("127.0.0.0/8",), aggregator_numbers=(OURS,), texts_a_second=100.0,
            )  # fmt: skip
            parts = wiring.live(settings)
            server = uvicorn.Server(uvicorn.Config(app.create(parts), log_level="error", access_log=False))
            thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
            thread.start()
            until(lambda: server.started)
            yield House(Desk(parts), peer)
            server.should_exit = True
            thread.join()
            parts.close()


@pytest.mark.parametrize(
    ("says", "meant"),
    [
        (f"{ANNA} {OURS} text camp 9 pani nai", "camp 9 pani nai"),
        (f"{ANNA} {OURS} text পানি নাই", "পানি নাই"),
        (f"{ANNA} {OURS} ucs2 %09%AA%09%BE%09%A8%09%BF%00%20%D8%3D%DE%B0", "পানি 🚰"),
        (f"{ANNA} {OURS} text a&b=c+d%20 #1?", "a&b=c+d%20 #1?"),
    ],
    ids=["Latin letters", "Bangla as UTF-8", "Bangla and an emoji as UCS-2", "signs that an address needs"],
)
def test_a_text_through_kannel_is_heard_as_it_was_written(house: House, says: str, meant: str) -> None:
    with house.kannel.phone(says):
        until(lambda: house.desk.rows(Message) or house.desk.rows(Quarantine))
    assert house.words() == [meant]
    assert not house.desk.rows(Quarantine)


def test_two_parts_that_come_in_the_wrong_order_are_one_text(house: House) -> None:
    parts = [f"{ANNA} {OURS} udh-text %05%00%03%42%02%02 half", f"{ANNA} {OURS} udh-text %05%00%03%42%02%01 first"]
    with house.kannel.phone(*parts):
        until(lambda: house.desk.rows(Message))
    assert house.words() == ["firsthalf"]


def test_whoever_writes_is_thanked_by_a_text_of_its_own(house: House) -> None:
    with house.kannel.phone(f"{ANNA} {OURS} text pani nai"):
        until(lambda: house.desk.rows(Thanks))
        worker.deliver(house.desk.parts, 0)
        thanks = house.desk.parts.response.acknowledgement_text("en")
        until(lambda: "".join(got.text for got in house.kannel.got) == thanks)
    assert {(got.sender, got.to) for got in house.kannel.got} == {(OURS, ANNA)}
    assert not house.desk.rows(Thanks)


@pytest.mark.parametrize(
    "text", ["The tap is mended.", BANGLA, f"{BANGLA} " * 6], ids=["Latin", "Bangla", "long Bangla"]
)
def test_an_answer_reaches_the_phone_and_its_receipt_closes_the_ticket(house: House, text: str) -> None:
    ticket = house.desk.ticket(adapter="aggregator", address=ANNA)
    with house.kannel.phone():
        house.answer(text)
        until(lambda: house.desk.rows(Reply, Reply.state == ReplyState.DELIVERED))
        until(lambda: text.strip() in "".join(got.text for got in house.kannel.got))  # after our thanks
    assert house.desk.again(ticket).outcome is Outcome.TOLD


def test_a_wrong_password_is_a_task_that_says_so(house: House) -> None:
    house.desk.ticket(adapter="aggregator", address=ANNA)
    house.desk.parts.channels["aggregator"]._login["password"] = "wrong"  # type: ignore[attr-defined]
    house.answer("The tap is mended.")
    (reply,) = house.desk.rows(Reply)
    assert (reply.state, reply.why) == (ReplyState.FAILED, "setup: credentials refused")
