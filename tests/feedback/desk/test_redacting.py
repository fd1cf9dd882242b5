"""Taking one part out: the words go with the key that opened them, the ticket stays and can be worked on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from channels.contract import ChannelName, Media
from feedback.desk import (
    compartments,
    forgetting,
    handling,
    reading,
    recordings,
    redacting,
    replies,
    returning,
    sealing,
    search,
    visibility,
)
from feedback.errors import Invalid, Locked, NotAllowed, WrongState
from feedback.models.event import Event
from feedback.models.message import Message, Recording, RecordingChunk
from feedback.models.reply import Note, NoteKind, Reply, ReplyState
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Ticket, TicketKey
from feedback.ops import keys
from feedback.web.labels import Labels
from feedback.web.right_labels import Rights
from tests.attack import world
from tests.factories import Desk, inbound
from tests.feedback.desk.readings import read, suggestion

SOUND = b"a voice that names somebody" * 3000


def parts_of(desk: Desk, staff: Staff, ticket: Ticket) -> dict[str, str]:
    """The names of the parts of a ticket, by kind, as this person sees them."""
    view = desk.act(staff, ticket, reading.view)
    return {entry.kind: entry.part or "" for entry in view.thread}


def take_out(desk: Desk, staff: Staff, ticket: Ticket, kind: str, reason: str = "other_person") -> None:
    desk.act(staff, ticket, redacting.take_out, parts_of(desk, staff, ticket)[kind], reason)


def words_of(desk: Desk, staff: Staff, ticket: Ticket) -> list[tuple[str, str]]:
    return [(entry.kind, entry.words) for entry in desk.act(staff, ticket, reading.view).thread]


@pytest.fixture
def lead(desk: Desk) -> Staff:
    return desk.staff(Role.COORDINATOR, clearances=["gbv"])


@pytest.fixture
def ticket(desk: Desk, lead: Staff) -> Ticket:
    """An open ticket with a part of every kind that is written."""
    (id_,) = desk.hear(inbound("the guard Karim Uddin hits people"))
    read(desk, suggestion(signals=("Karim Uddin",)))
    ticket = desk.rows(Ticket, Ticket.id == id_)[0]
    desk.act(lead, ticket, handling.note, "Karim Uddin lives in block C")
    desk.act(lead, ticket, replies.answer, "We talk to Karim Uddin")
    with desk.at() as session:
        session.execute(sa.update(Reply).values(state=ReplyState.DELIVERED))
    desk.act(lead, ticket, handling.entitle, "Karim Uddin hits")
    return ticket


@pytest.mark.parametrize("kind", ["message", "note", "reply"])
def test_a_part_goes_and_the_others_stay_readable(desk: Desk, lead: Staff, ticket: Ticket, kind: str) -> None:
    before = dict(words_of(desk, lead, ticket))
    take_out(desk, lead, ticket, kind)
    after = dict(words_of(desk, lead, ticket))
    assert after == {name: words for name, words in before.items() if name != kind} | {"taken_out": ""}


def test_where_it_stood_a_line_says_when_and_why_without_its_words(desk: Desk, lead: Staff, ticket: Ticket) -> None:
    take_out(desk, lead, ticket, "message", "not_needed")
    first = desk.act(lead, ticket, reading.view).thread[0]
    assert (first.kind, first.state, first.why, first.words) == ("taken_out", "message", "not_needed", "")
    assert first.taken_at is not None


def test_it_is_an_event_of_codes(desk: Desk, lead: Staff, ticket: Ticket) -> None:
    take_out(desk, lead, ticket, "note", "wrong_ticket")
    (event,) = desk.rows(Event, Event.action == "redact")
    assert (event.detail, event.actor) == ("note wrong_ticket", f"staff:{lead.id}")


def test_the_key_that_opened_the_old_rows_opens_nothing_new_and_is_gone(
    desk: Desk, lead: Staff, ticket: Ticket
) -> None:
    wraps = {row.wrapped for row in desk.rows(TicketKey, TicketKey.ticket_id == ticket.id)}
    (old,) = desk.rows(Reply)
    take_out(desk, lead, ticket, "message")
    assert wraps.isdisjoint(row.wrapped for row in desk.rows(TicketKey))
    assert desk.rows(Reply)[0].words != old.words


def test_its_words_are_no_longer_found_and_those_of_the_rest_are(desk: Desk, lead: Staff, ticket: Ticket) -> None:
    def found(said: str) -> list[str]:
        with desk.at(staff=True) as session:
            return [one.reference for one in search.find(session, lead, said)]

    assert found("people") == [ticket.reference]
    take_out(desk, lead, ticket, "message")
    assert (found("people"), found("hits")) == ([], [ticket.reference])


def test_what_the_machine_quoted_of_it_goes_too(desk: Desk, lead: Staff, ticket: Ticket) -> None:
    take_out(desk, lead, ticket, "message")
    assert desk.act(lead, ticket, reading.view).suggestion is None
    assert desk.rows(Message)[0].raw is None


def test_a_title_can_be_taken_out(desk: Desk, lead: Staff, ticket: Ticket) -> None:
    with desk.at(staff=True) as session:
        found = visibility.find_ticket(session, lead, ticket.reference)
        part = reading.view(session, lead, found).title_part
        redacting.take_out(session, lead, found, part, "other_person")
    assert desk.act(lead, ticket, reading.view).titled == ""


def test_one_answer_of_a_form_can_be_taken_out_and_the_others_and_what_they_agreed_to_stay(
    desk: Desk, lead: Staff
) -> None:
    facts = {"name": "Karim Uddin", "age": "25_59", "consent_refer": "yes"}
    (id_,) = desk.hear(inbound("no water", facts=facts))
    read(desk, suggestion())
    ticket = desk.rows(Ticket, Ticket.id == id_)[0]
    with desk.at(staff=True) as session:
        named = redacting.facts_of(sealing.key(session, ticket.id), ticket)
    assert sorted(named.values()) == ["age", "name"]
    part = next(part for part, name in named.items() if name == "name")
    wraps = {row.wrapped for row in desk.rows(TicketKey, TicketKey.ticket_id == id_)}
    desk.act(lead, ticket, redacting.take_out, part, "other_person")
    view = desk.act(lead, ticket, reading.view)
    assert dict(view.facts) == {"age": "25_59", "consent_refer": "yes"}
    assert ("taken_out", "fact") in [(one.kind, one.state) for one in view.thread]
    assert wraps.isdisjoint(row.wrapped for row in desk.rows(TicketKey))
    with pytest.raises(WrongState):
        desk.act(lead, ticket, redacting.take_out, part, "other_person")


def test_an_answer_that_was_taken_out_is_not_read_to_whoever_has_the_code(
    desk: Desk, lead: Staff, ticket: Ticket
) -> None:
    code = desk.again(ticket).code
    assert desk.do(returning.ask, lead, code).answer == "We talk to Karim Uddin"
    take_out(desk, lead, ticket, "reply")
    assert desk.do(returning.ask, lead, code).answer is None


def test_an_answer_that_waits_does_not_go_out_any_more(desk: Desk, lead: Staff) -> None:
    ticket = desk.ticket()
    desk.act(lead, ticket, replies.answer, "We talk to Karim Uddin")
    take_out(desk, lead, ticket, "reply")
    assert desk.rows(Reply)[0].state is ReplyState.RECALLED


@pytest.mark.parametrize("state", [ReplyState.SENDING, ReplyState.UNKNOWN])
def test_an_answer_that_is_just_going_out_stays(desk: Desk, lead: Staff, state: ReplyState) -> None:
    ticket = desk.ticket()
    desk.act(lead, ticket, replies.answer, "We talk to Karim Uddin")
    with desk.at() as session:
        session.execute(sa.update(Reply).values(state=state))
    with pytest.raises(WrongState):
        take_out(desk, lead, ticket, "reply")


def test_the_sound_goes_and_a_fetch_that_was_on_its_way_brings_nothing(desk: Desk, lead: Staff) -> None:
    media = Media("RE" + "4" * 32, "https://api.example/sound", "audio/wav", 3)
    ticket = desk.ticket("", recording=media, channel=ChannelName.HOTLINE, adapter="twilio-voice")
    with desk.at() as session:
        (wanted,) = recordings.claim(session)
        chunks = list(recordings.sealed_chunks(wanted, iter([SOUND])))
    take_out(desk, lead, ticket, "recording")
    with desk.at() as session:
        recordings.store(session, wanted, chunks)
    (row,) = desk.rows(Recording)
    assert (desk.rows(RecordingChunk), desk.rows(TicketKey, TicketKey.ticket_id == row.id)) == ([], [])
    assert [kind for kind, _ in words_of(desk, lead, ticket)] == ["taken_out"]


def test_a_hold_wins(desk: Desk, lead: Staff, ticket: Ticket) -> None:
    part = parts_of(desk, lead, ticket)["note"]
    desk.act(desk.staff(Role.FOCAL_POINT), ticket, forgetting.hold)
    with pytest.raises(WrongState):
        desk.act(lead, ticket, redacting.take_out, part, "asked")
    assert ("note", "Karim Uddin lives in block C") in words_of(desk, lead, ticket)


def test_a_reason_is_needed_and_a_part_that_is_there(desk: Desk, lead: Staff, ticket: Ticket) -> None:
    part = parts_of(desk, lead, ticket)["note"]
    with pytest.raises(Invalid):
        desk.act(lead, ticket, redacting.take_out, part, "I want to")
    with pytest.raises(WrongState):
        desk.act(lead, ticket, redacting.take_out, "0" * 18, "asked")


def test_every_kind_of_remark_is_a_part_with_a_name(parts) -> None:
    named = Rights(Labels(parts.response, "en")).parts()
    assert {redacting.kind_of(Note(kind=kind)) for kind in NoteKind} <= set(named)


def test_most_roles_take_nothing_out(desk: Desk, lead: Staff, ticket: Ticket) -> None:
    part = parts_of(desk, lead, ticket)["note"]
    for role in (Role.VOLUNTEER, Role.AGENT, Role.SCREENER, Role.TRANSCRIBER):
        with pytest.raises(NotAllowed):
            desk.act(desk.staff(role), ticket, redacting.take_out, part, "asked")


def test_the_name_of_a_part_says_nothing_of_its_row(desk: Desk, lead: Staff, ticket: Ticket) -> None:
    (message,) = desk.rows(Message)
    part = parts_of(desk, lead, ticket)["message"]
    assert part != redacting.name_of(b"\0" * 32, "message", message.id)
    assert f"{message.id:x}" not in part


def test_of_a_ticket_that_two_texts_made_the_other_ones_key_goes_too(desk: Desk, lead: Staff) -> None:
    anna = "+8801755506789"
    first = desk.ticket("no water here", address=anna)
    second = desk.ticket("and the pump man Karim is rude", address=anna)
    with desk.at() as session:
        session.execute(sa.update(Ticket).where(Ticket.id == second.id).values(joined_to=first.id))
    before = {row.wrapped for row in desk.rows(TicketKey, TicketKey.ticket_id == second.id)}
    take_out(desk, lead, first, "message")
    assert before.isdisjoint(row.wrapped for row in desk.rows(TicketKey, TicketKey.ticket_id == second.id))


def test_a_sealed_ticket_takes_an_unlocked_session_and_stays_readable_for_its_holders(desk: Desk, parts) -> None:
    holders = world.people(desk, parts)
    keys.begin(parts)
    ticket = desk.ticket("he hit me, and my sister Amina knows", tier="T3-G", sector="gbv")
    holder, other = holders["gbv"]
    with pytest.raises(Locked):
        desk.act(holder, ticket, redacting.take_out, "0" * 18, "asked")
    with _unlocked(desk, holder, ticket) as (session, found):
        handling.note(session, holder, found, "call after eight")
        session.flush()
        (said,) = (entry for entry in reading.view(session, holder, found).thread if entry.kind == "message")
        redacting.take_out(session, holder, found, said.part, "other_person")
    with _unlocked(desk, other, ticket) as (session, found):
        thread = reading.view(session, other, found).thread
    assert [(entry.kind, entry.words) for entry in thread] == [("taken_out", ""), ("note", "call after eight")]
    assert {row.recipient for row in desk.rows(TicketKey, TicketKey.ticket_id == ticket.id)} == {"c:gbv"}


def test_what_the_machine_has_still_to_read_waits_for_it(desk: Desk, parts) -> None:
    holders = world.people(desk, parts)
    keys.begin(parts)
    (id_,) = desk.hear(inbound("is it so"))
    ticket = desk.rows(Ticket, Ticket.id == id_)[0]
    lead = desk.staff(Role.COORDINATOR, clearances=["screening"])
    part = parts_of(desk, lead, ticket)["message"]
    with pytest.raises(WrongState):
        desk.act(lead, ticket, redacting.take_out, part, "asked")
    assert holders


@contextmanager
def _unlocked(desk: Desk, staff: Staff, ticket: Ticket) -> Iterator[tuple[Session, Ticket]]:
    with desk.at(staff=True) as session:
        session.info["ring"] = compartments.ring(session, staff, desk.private_key(staff))
        yield session, visibility.find_ticket(session, staff, ticket.reference)
