"""An interpreter has one thing of a sealed ticket for two hours, and sees nothing else (I12, I30, R28)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from channels.contract import ChannelName, Media
from feedback.desk import (
    accounts,
    compartments,
    excluding,
    forgetting,
    handling,
    lendable,
    lending,
    permissions,
    reading,
    recordings,
    redacting,
    screening,
    sealing,
    visibility,
)
from feedback.desk.permissions import Action
from feedback.errors import Invalid, Locked, NotAllowed, NotFound, WrongState
from feedback.models.event import Event
from feedback.models.lent import Lent, What
from feedback.models.message import Recording
from feedback.models.reply import Note, NoteKind
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Ticket, TicketKey
from tests.factories import Desk, inbound
from tests.feedback.desk.plans import act, holders, unlocked

SAID = "hitara ma hala gori gil"
NOON = datetime(2026, 11, 24, 6, tzinfo=UTC)


@pytest.fixture
def focal(desk: Desk) -> Staff:
    return holders(desk, "psea", agency="bulbul")[0]


@pytest.fixture
def interpreter(desk: Desk) -> Staff:
    return _interpreter(desk)


def _interpreter(desk: Desk, agency: str = "myna") -> Staff:
    person = desk.holder("none", role=Role.INTERPRETER, agency=agency)
    with desk.at() as session:
        desk.mine(session, person).clearances = []
    return desk.mine_again(person)


@pytest.fixture
def ticket(desk: Desk, focal: Staff) -> Ticket:
    made = desk.ticket(SAID, tier="T3-S", sector="conduct", language="rhg-Latn")
    act(desk, focal, made, handling.note, "the second house, behind the school")
    return made


def give(desk: Desk, focal: Staff, ticket: Ticket, to: Staff, what: What = What.MESSAGE) -> Lent:
    def verb(session, staff, found):
        item = next(one for one in lendable.items(session, staff, found) if one.what is what)
        return lending.lend(session, staff, found, item.key, to.reference)

    return act(desk, focal, ticket, verb)


def read(desk: Desk, interpreter: Staff, reference: str) -> lending.Task:
    with unlocked(desk, interpreter) as session:
        return lending.read(session, interpreter, reference)


def opened_by(desk: Desk, staff: Staff) -> set[int]:
    """Everything at all that this person's unlocked session opens."""
    with desk.at() as session:
        ids = list(session.scalars(sa.select(TicketKey.ticket_id)))
        session.info["ring"] = compartments.ring(session, staff, desk.private_key(staff))
        return set(sealing.keys(session, ids))


def test_they_read_the_one_thing_and_each_reading_is_an_event(desk, focal, interpreter, ticket):
    lent = give(desk, focal, ticket, interpreter)
    for times in (1, 2, 3):
        assert read(desk, interpreter, lent.reference).words == SAID
        events = desk.rows(Event, Event.action == Action.INTERPRET)
        assert [(row.ticket_id, row.detail) for row in events] == [(ticket.id, "read message")] * times


def test_they_open_nothing_else_and_the_ticket_does_not_exist_for_them(desk, focal, interpreter, ticket):
    lent = give(desk, focal, ticket, interpreter)
    assert opened_by(desk, interpreter) == {lent.id}
    with unlocked(desk, interpreter) as session:
        with pytest.raises(NotFound):
            visibility.find_ticket(session, interpreter, ticket.reference)
        (task,) = lending.mine(session, interpreter)
    assert (task.what, task.language, task.words) == (What.MESSAGE, "rhg-Latn", "")


def test_nobody_else_reads_it_another_interpreter_neither(desk, focal, interpreter, ticket):
    lent = give(desk, focal, ticket, interpreter)
    other = _interpreter(desk)
    with pytest.raises(NotFound):
        read(desk, other, lent.reference)
    assert opened_by(desk, other) == set()
    with pytest.raises(NotAllowed):
        read(desk, focal, lent.reference)


def test_it_takes_an_unlocked_session_to_read_it(desk, focal, interpreter, ticket):
    lent = give(desk, focal, ticket, interpreter)
    with pytest.raises(Locked), desk.at(staff=True) as session:
        lending.read(session, interpreter, lent.reference)


@pytest.mark.parametrize("swept", [False, True])
def test_after_two_hours_it_is_gone_and_so_is_its_key(desk, focal, interpreter, ticket, swept):
    with time_machine.travel(NOON):
        lent = give(desk, focal, ticket, interpreter)
    with time_machine.travel(NOON + timedelta(minutes=119)):
        assert read(desk, interpreter, lent.reference).words == SAID
    with time_machine.travel(NOON + timedelta(hours=2, seconds=1)):
        if swept:
            with desk.at() as session:
                assert lending.expire(session) == 1
            assert desk.rows(Lent)[0].words is None
            assert opened_by(desk, interpreter) == set()
        with pytest.raises(NotFound):
            read(desk, interpreter, lent.reference)


def test_the_rendering_comes_back_sealed_to_the_compartment_and_the_thing_is_gone(desk, focal, interpreter, ticket):
    lent = give(desk, focal, ticket, interpreter)
    with unlocked(desk, interpreter) as session:
        lending.render(session, interpreter, lent.reference, "he is asking", language="rhg-Latn", confidence="mostly")
    assert opened_by(desk, interpreter) == set()
    with pytest.raises(NotFound):
        read(desk, interpreter, lent.reference)
    thread = act(desk, focal, ticket, reading.view).thread
    assert [(one.words, one.by) for one in thread if one.kind == "translation"] == [("he is asking", interpreter.name)]
    (note,) = desk.rows(Note, Note.kind == NoteKind.TRANSLATION)
    assert [row.recipient for row in desk.rows(TicketKey, TicketKey.ticket_id == note.id)] == ["c:psea"]
    assert desk.rows(Event, Event.action == Action.INTERPRET)[-1].detail == "rendered rhg-Latn mostly"


@pytest.mark.parametrize(
    ("text", "language", "confidence", "field"),
    [("", "rhg-Latn", "sure", "text"), ("x", "klingon", "sure", "language"), ("x", "rhg-Latn", "", "confidence")],
)
def test_a_rendering_to_be_mended_keeps_the_thing(desk, focal, interpreter, ticket, text, language, confidence, field):
    lent = give(desk, focal, ticket, interpreter)
    with unlocked(desk, interpreter) as session, pytest.raises(Invalid) as invalid:
        lending.render(session, interpreter, lent.reference, text, language=language, confidence=confidence)
    assert set(invalid.value.fields) == {field}
    assert read(desk, interpreter, lent.reference).words == SAID


def test_a_recording_is_heard_and_its_key_is_taken_back_from_them_alone(desk, focal, interpreter):
    sound = Media("RE" + "7" * 32, "https://api.test/sound", "audio/wav", 3)
    voice = inbound("", recording=sound, channel=ChannelName.HOTLINE, adapter="twilio-voice")
    (id_,) = desk.hear(voice)
    with desk.at() as session:
        (wanted,) = recordings.claim(session)
        chunks = list(recordings.sealed_chunks(wanted, iter([b"RIFF and some sound"])))
        recordings.store(session, wanted, chunks, media_type="audio/wav")
        made = session.scalars(sa.select(Ticket).where(Ticket.id == id_)).one()
        screening.code(session, focal, made, screening.Coding(tier="T3-S"))
    lent = give(desk, focal, made, interpreter, What.RECORDING)
    with unlocked(desk, interpreter) as session:
        assert lending.hear(session, interpreter, lent.reference) == (b"RIFF and some sound", "audio/wav")
    (recording,) = desk.rows(Recording)
    assert opened_by(desk, interpreter) == {recording.id}
    act(desk, focal, made, lending.take_back, lent.reference)
    assert opened_by(desk, interpreter) == set()
    assert recording.id in opened_by(desk, focal)


def _named(desk: Desk, focal: Staff, ticket: Ticket, interpreter: Staff) -> None:
    act(desk, focal, ticket, excluding.name, agency="myna")


def _raised(desk: Desk, focal: Staff, ticket: Ticket, interpreter: Staff) -> None:
    holders(desk, "child_protection")
    act(desk, focal, ticket, screening.raise_, "T3-C")


def _let_go(desk: Desk, focal: Staff, ticket: Ticket, interpreter: Staff) -> None:
    desk.do(accounts.deactivate, desk.staff(Role.COORDINATOR), interpreter.reference)


def _given_back(desk: Desk, focal: Staff, ticket: Ticket, interpreter: Staff) -> None:
    with unlocked(desk, interpreter) as session:
        lending.give_back(session, interpreter, desk.rows(Lent)[0].reference)


def _forgotten(desk: Desk, focal: Staff, ticket: Ticket, interpreter: Staff) -> None:
    with desk.at() as session:
        forgetting.forget(session, session.get_one(Ticket, ticket.id), actor="part:test")


def _taken_out(desk: Desk, focal: Staff, ticket: Ticket, interpreter: Staff) -> None:
    part = next(one.part for one in act(desk, focal, ticket, reading.view).thread if one.kind == "note")
    act(desk, focal, ticket, redacting.take_out, part, "other_person")


ENDS = {
    "their agency is accused": _named,
    "it moved": _raised,
    "they were let go": _let_go,
    "given back": _given_back,
    "it was forgotten": _forgotten,
    "a part was taken out": _taken_out,
}


@pytest.mark.parametrize("end", ENDS)
def test_it_ends_before_its_time_where_they_may_have_it_no_more(desk, focal, interpreter, ticket, end):
    lent = give(desk, focal, ticket, interpreter)
    ENDS[end](desk, focal, ticket, interpreter)
    person = desk.mine_again(interpreter)
    with pytest.raises((NotFound, NotAllowed)):
        read(desk, person, lent.reference)
    with desk.at() as session:
        lending.expire(session)
    assert opened_by(desk, person) == set()
    assert desk.rows(Lent)[0].words is None


def test_who_gave_it_back_is_offered_nothing_of_that_ticket_again(desk, focal, interpreter, ticket):
    give(desk, focal, ticket, interpreter)
    _given_back(desk, focal, ticket, interpreter)
    assert act(desk, focal, ticket, lambda session, staff, found: lending.interpreters(session, found)) == []


def test_only_interpreters_who_are_not_excluded_are_offered(desk, focal, interpreter, ticket):
    desk.staff(Role.INTERPRETER)  # has no key yet
    _interpreter(desk, agency="heron")
    act(desk, focal, ticket, excluding.name, agency="heron")
    offered = act(desk, focal, ticket, lambda session, staff, found: lending.interpreters(session, found))
    assert [one.id for one in offered] == [interpreter.id]


def test_what_is_not_theirs_to_give_is_refused(desk, focal, interpreter, ticket):
    with pytest.raises(Invalid):
        act(desk, focal, ticket, lending.lend, "no such", interpreter.reference)
    with pytest.raises(WrongState):
        desk.act(focal, desk.ticket(), lendable.items)
    for role in set(Role) - {Role.SCREENER, Role.FOCAL_POINT, Role.DUTY_OFFICER, Role.COORDINATOR}:
        assert not permissions.may(desk.staff(role), Action.LEND)


def test_no_event_of_this_holds_a_word(desk, focal, interpreter, ticket):
    lent = give(desk, focal, ticket, interpreter)
    read(desk, interpreter, lent.reference)
    details = " ".join(row.detail for row in desk.rows(Event))
    assert not set(SAID.split()) & set(details.split())


def test_what_an_interpreter_brought_back_can_be_taken_out_like_any_part(desk, focal, interpreter, ticket):
    lent = give(desk, focal, ticket, interpreter)
    with unlocked(desk, interpreter) as session:
        lending.render(session, interpreter, lent.reference, "he is asking", language="rhg-Latn", confidence="sure")
    part = next(one.part for one in act(desk, focal, ticket, reading.view).thread if one.kind == "translation")
    act(desk, focal, ticket, redacting.take_out, part, "asked")
    thread = act(desk, focal, ticket, reading.view).thread
    assert [(one.kind, one.state) for one in thread if one.kind in ("translation", "taken_out")] == [
        ("taken_out", "translation")
    ]
