"""Long texts that come in pieces: one message whatever their order, none lost where one is missing (story 13, D04)."""

from __future__ import annotations

import base64
import itertools
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from channels.contract import Inbound, Part
from feedback.desk import intake, pieces, sealing
from feedback.models.lately import Piece
from feedback.models.message import Message
from feedback.models.ticket import TicketKey
from feedback.web.writer import Parcel, _write_all
from tests.factories import Desk, inbound

NOON = datetime(2026, 3, 4, 6, 0, tzinfo=UTC)
WORDS = ("Latrine bhanga. ", "Ration card kaj kore na. ", "Majhi 500 taka chaise.")
ANNA = "+8801712345417"


def cut(*texts: str, of: str = "7", address: str = ANNA, at: datetime = NOON) -> list[Inbound]:
    return [inbound(text, address=address, adapter="aggregator", received_at=at, part=Part(of, number, len(texts)))
            for number, text in enumerate(texts, start=1)]  # fmt: skip


def hear(desk: Desk, messages: Sequence[Inbound], *, together: bool = False) -> None:
    for batch in [messages] if together else [[one] for one in messages]:
        with desk.at() as session:
            _write_all(session, [Parcel([one]) for one in batch])


def give_up(desk: Desk, at: datetime) -> None:
    with desk.at() as session:
        intake.receive(session, pieces.overdue(session, at), late=True)


def words(desk: Desk) -> list[str]:
    with desk.at() as session:
        rows = session.query(Message).all()
        keys = sealing.keys(session, [row.ticket_id for row in rows])
        return [sealing.unseal(keys[row.ticket_id], Message, "words", row.id, row.words) for row in rows]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
@pytest.mark.parametrize("together", [True, False])
def test_pieces_in_any_order_are_one_message(desk: Desk, order: tuple[int, ...], *, together: bool) -> None:
    parts = cut(*WORDS)
    hear(desk, [parts[number] for number in order], together=together)
    assert words(desk) == ["".join(WORDS)]


def test_nothing_is_heard_of_a_text_until_it_is_whole_and_nothing_of_it_lies_open(desk: Desk) -> None:
    hear(desk, cut(*WORDS)[:2])
    assert words(desk) == []
    assert all(b"Latrine" not in row.sealed for row in desk.rows(Piece))


def test_a_piece_that_never_comes_is_marked_and_the_rest_is_heard(desk: Desk) -> None:
    first, _, last = cut(*WORDS)
    hear(desk, [first, last])
    give_up(desk, NOON + pieces.WAIT)
    assert words(desk) == []
    give_up(desk, NOON + pieces.WAIT + timedelta(seconds=1))
    give_up(desk, NOON + pieces.WAIT + timedelta(seconds=2))
    assert words(desk) == [WORDS[0] + pieces.MISSING + WORDS[2]]


def test_pieces_that_come_twice_change_nothing(desk: Desk) -> None:
    parts = cut(*WORDS)
    hear(desk, [parts[0], parts[0], parts[1], parts[2], *parts])
    give_up(desk, NOON + timedelta(hours=1))
    assert words(desk) == ["".join(WORDS)]


def test_a_piece_that_comes_after_we_gave_up_is_heard_too(desk: Desk) -> None:
    first, second = cut("camp 9 ", "pani nai")
    hear(desk, [first])
    give_up(desk, NOON + timedelta(minutes=3))
    hear(desk, [second])
    give_up(desk, NOON + timedelta(hours=1))
    heard = words(desk)
    assert len(heard) == 2
    assert {("camp 9" in one, "pani nai" in one) for one in heard} == {(True, False), (False, True)}


def test_texts_of_two_people_and_two_texts_of_one_stay_apart(desk: Desk) -> None:
    sent = [*cut("a1 ", "a2"), *cut("b1 ", "b2", address="+8801812345678"), *cut("c1 ", "c2", of="8")]
    random.Random(3).shuffle(sent)
    hear(desk, sent)
    assert sorted(words(desk)) == ["a1 a2", "b1 b2", "c1 c2"]


def test_base64_that_was_cut_is_read_when_it_is_whole(desk: Desk) -> None:
    written = base64.b64encode("ক্যাম্প ৯ পানি নাই। মাঝি টাকা চায়।".encode()).decode()
    hear(desk, cut(*(written[at : at + 25] for at in range(0, len(written), 25)))[::-1])
    assert words(desk) == ["ক্যাম্প ৯ পানি নাই। মাঝি টাকা চায়।"]


def test_the_keys_of_pieces_go_when_they_are_joined_and_the_pieces_after_two_days(desk: Desk) -> None:
    hear(desk, cut(*WORDS))
    held = {row.id for row in desk.rows(Piece)}
    assert len(held) == 3
    assert not desk.rows(TicketKey, TicketKey.ticket_id.in_(held))
    give_up(desk, NOON + pieces.KNOWN_FOR + timedelta(seconds=1))
    assert not desk.rows(Piece)
