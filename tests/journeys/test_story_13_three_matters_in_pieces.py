"""Story 13, as far as the parts being joined and judged: a long text in pieces, out of order, is one matter behind one wall."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from feedback import app
from feedback.models.message import Message
from feedback.models.reply import Reply
from feedback.models.staff import Role
from feedback.models.ticket import Ticket
from feedback.settings import Settings
from tests.factories import PUBLIC_URL
from tests.journeys.conftest import Town

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SECRET, PEER, OURS = "a-secret-of-24-letters-or-more", "192.0.2.7", "8809610000100"
PIECES = (
    "The roof of our shelter in camp 9 leaks since the storm. ",
    "The ration card does not work at the outlet. ",
    "And the majhi asks 500 taka of every family for a new card.",
)
DIALECT = """
message_id = "id"
sender = "from"
receiver = "to"
text = "text"
status = "state"
receipt_of = ""
part = ["ref", "part", "parts"]
send_as = "form"
taken = "OK"
refusals = []
secret_in_url = false
[statuses]
[send]
to = "{to}"
"""


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    (tmp_path / "secret").write_text(SECRET + "\n")
    (tmp_path / "dialect.toml").write_text(DIALECT)
    (tmp_path / "login").write_text("username=desk\n")
    for name in ("secret", "dialect.toml", "login"):
        (tmp_path / name).chmod(0o400)
    return replace(
        settings,
        aggregator_url="http://127.0.0.1:9/send",
        aggregator_dialect=str(tmp_path / "dialect.toml"),
        aggregator_secret_file=tmp_path / "secret",
        aggregator_login_file=tmp_path / "login",
        aggregator_networks=(f"{PEER}/32",),
        aggregator_numbers=(OURS,),
    )


def hand_over(client: TestClient, number: int, *, encoded: bool) -> None:
    """The carrier hands over one piece, as it is or in Base64."""
    words = PIECES[number - 1]
    text = base64.b64encode(words.encode()).decode() if encoded else words
    fields = {"id": f"p{number}", "from": "8801711000013", "to": OURS, "text": text}
    fields |= {"ref": "7", "part": str(number), "parts": "3"}
    answer = client.post("/hooks/aggregator/inbound", data=fields, headers={"X-Hook-Key": SECRET})
    assert answer.status_code == 200, answer.text


def test_pieces_out_of_order_are_one_ticket_that_nobody_but_the_cleared_learns_of(town: Town) -> None:
    agent, volunteer = town.person(Role.AGENT), town.person(Role.VOLUNTEER, places=["camp-9"])
    lead = town.person(Role.FOCAL_POINT, clearances=["protection"])
    before = [(person.read("/inbox"), person.read("/calls")) for person in (agent, volunteer)]

    with TestClient(app.create(town.house.parts), base_url=PUBLIC_URL, client=(PEER, 50000)) as carrier:
        hand_over(carrier, 3, encoded=True)
        hand_over(carrier, 1, encoded=False)
        assert town.desk.rows(Ticket) == []  # the others are waited for
        hand_over(carrier, 2, encoded=True)
        hand_over(carrier, 3, encoded=True)  # and once more
    town.read()

    (ticket,) = town.desk.rows(Ticket)
    assert len(town.desk.rows(Message)) == 1
    assert ticket.compartment == "protection"  # judged joined: its last sentence counts for all of it (I22)

    page = lead.read(f"/tickets/{ticket.reference}")
    assert "".join(PIECES).strip() in page
    assert [(person.read("/inbox"), person.read("/calls")) for person in (agent, volunteer)] == before
    assert agent.status(f"/tickets/{ticket.reference}") == 404
    assert town.desk.rows(Reply) == []  # at most the uniform thanks, which is none of these
