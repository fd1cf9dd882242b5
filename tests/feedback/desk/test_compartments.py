"""Compartments: sealed to their holders, opened only by an unlocked session of one, recovered with two parts of three."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from channels.contract import ChannelName, Media
from feedback import clock
from feedback.desk import (
    compartments,
    reading,
    recordings,
    returning,
    screening,
    sealing,
    sessions,
    triage,
    unlocking,
    visibility,
)
from feedback.errors import Invalid, Locked, NotAllowed
from feedback.models.contact import Contact
from feedback.models.message import Message, Recording
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Ticket, TicketKey
from feedback.seal.box import BadSeal
from feedback.seal.ring import Ring
from tests.factories import Desk, inbound

WORDS = "canary words of one person"


@pytest.fixture
def holders(desk: Desk) -> list[Staff]:
    """Two holders of the gbv compartment, who have keys of their own."""
    return [desk.holder("gbv", role=Role.FOCAL_POINT) for _ in range(2)]


@pytest.fixture
def parts_of_gbv(desk: Desk, holders: list[Staff]) -> dict[str, str]:
    """The recovery parts of the gbv compartment."""
    with desk.at() as session:
        return compartments.create(session, "gbv", holders, actor="part:test")


def unlocked(desk: Desk, staff: Staff) -> Ring:
    with desk.at() as session:
        return compartments.ring(session, staff, desk.private_key(staff))


def key_for(desk: Desk, staff: Staff, ticket_id: int) -> bytes:
    """The ticket's key as this person's unlocked session opens it."""
    ring = unlocked(desk, staff)
    with desk.at() as session:
        session.info["ring"] = ring
        return sealing.key(session, ticket_id)


def raised(desk: Desk, ticket_id: int, *, subject_staff: int | None = None) -> Ticket:
    """The ticket after a person has raised it."""
    screener = desk.screener()
    with desk.at() as session:
        ticket = session.scalars(sa.select(Ticket).where(Ticket.id == ticket_id)).one()
        ticket.subject_staff = subject_staff
        screening.raise_(session, screener, ticket, "T3-G")
    return ticket


def recipients(desk: Desk, ticket: Ticket) -> set[str]:
    return {row.recipient for row in desk.rows(TicketKey, TicketKey.ticket_id == ticket.id)}


def test_a_raised_ticket_is_sealed_to_its_compartment_and_no_longer_to_the_desk(
    desk: Desk, parts_of_gbv: dict[str, str]
) -> None:
    ticket = desk.ticket(WORDS, tier="T3-G", sector="gbv")
    assert recipients(desk, ticket) == {"c:gbv"}


def test_an_open_ticket_stays_with_the_desk(desk: Desk, parts_of_gbv: dict[str, str]) -> None:
    assert recipients(desk, desk.ticket(WORDS, tier="T0")) == {"desk"}


def test_the_desk_key_opens_no_sealed_word(desk: Desk, parts_of_gbv: dict[str, str]) -> None:
    ticket = desk.ticket(WORDS, tier="T3-G", sector="gbv")
    with desk.at() as session, pytest.raises(Locked):
        sealing.key(session, ticket.id)


def test_the_old_key_opens_nothing_of_a_raised_ticket(desk: Desk, parts_of_gbv: dict[str, str]) -> None:
    (ticket_id,) = desk.hear(inbound(WORDS))
    with desk.at() as session:
        old = sealing.key(session, ticket_id)
    raised(desk, ticket_id)
    (message,) = desk.rows(Message)
    with pytest.raises(BadSeal):
        sealing.unseal(old, Message, "words", message.id, message.words)


def test_a_holder_reads_it_in_an_unlocked_session(
    desk: Desk, holders: list[Staff], parts_of_gbv: dict[str, str]
) -> None:
    ticket = desk.ticket(WORDS, tier="T3-G", sector="gbv")
    with desk.at(staff=True) as session:
        session.info["ring"] = compartments.ring(session, holders[0], desk.private_key(holders[0]))
        found = visibility.find_ticket(session, holders[0], ticket.reference)
        view = reading.view(session, holders[0], found)
    assert [entry.words for entry in view.thread] == [WORDS]


def test_a_holder_whose_session_is_closed_does_not(
    desk: Desk, holders: list[Staff], parts_of_gbv: dict[str, str]
) -> None:
    ticket = desk.ticket(WORDS, tier="T3-G", sector="gbv")
    with desk.at(staff=True) as session, pytest.raises(Locked):
        reading.view(session, holders[0], visibility.find_ticket(session, holders[0], ticket.reference))


def test_a_holder_of_another_compartment_does_not(desk: Desk, parts_of_gbv: dict[str, str]) -> None:
    others = [desk.holder("psea", role=Role.FOCAL_POINT) for _ in range(2)]
    with desk.at() as session:
        compartments.create(session, "psea", others, actor="part:test")
    ticket = desk.ticket(WORDS, tier="T3-G", sector="gbv")
    with pytest.raises(Locked):
        key_for(desk, others[0], ticket.id)


def test_the_address_of_a_sealed_ticket_has_no_index_that_the_desk_could_make(
    desk: Desk, parts_of_gbv: dict[str, str]
) -> None:
    ticket = desk.ticket(WORDS, tier="T3-G", sector="gbv", address="+8801711111111")
    (contact,) = desk.rows(Contact, Contact.ticket_id == ticket.id)
    assert contact.address_index is None


def test_what_a_holder_excluded_as_subject_may_not_read_is_sealed_to_the_others_singly(
    desk: Desk, holders: list[Staff], parts_of_gbv: dict[str, str]
) -> None:
    third = desk.holder("gbv", role=Role.FOCAL_POINT)
    with desk.at(staff=True) as session:
        ring = compartments.ring(session, holders[0], desk.private_key(holders[0]))
        compartments.grant(session, holders[0], ring, "gbv", desk.mine(session, third))
    (ticket_id,) = desk.hear(inbound(WORDS))
    ticket = raised(desk, ticket_id, subject_staff=holders[0].id)
    assert recipients(desk, ticket) == {f"s:{holders[1].id}", f"s:{third.id}"}
    assert len(key_for(desk, holders[1], ticket_id)) == 32
    with pytest.raises(Locked):
        key_for(desk, holders[0], ticket_id)


def test_a_visit_is_written_onto_the_wall_by_someone_who_can_not_read_it_back(
    desk: Desk, holders: list[Staff], parts_of_gbv: dict[str, str]
) -> None:
    ticket = desk.ticket(WORDS, tier="T3-G", sector="gbv")
    desk.do(returning.visit, desk.staff(Role.VOLUNTEER), ticket.code, "come back on Sunday")
    with desk.at(staff=True) as session:
        session.info["ring"] = compartments.ring(session, holders[1], desk.private_key(holders[1]))
        found = visibility.find_ticket(session, holders[1], ticket.reference)
        thread = reading.view(session, holders[1], found).thread
    assert [entry.words for entry in thread if entry.kind == "visit"] == ["come back on Sunday"]


def test_what_the_machine_was_unsure_of_is_sealed_to_the_screeners(desk: Desk) -> None:
    screeners = [desk.holder("screening", role=Role.SCREENER) for _ in range(2)]
    with desk.at() as session:
        compartments.create(session, "screening", screeners, actor="part:test")
    (ticket_id,) = desk.hear(inbound(WORDS))
    (before,) = desk.rows(Ticket)
    assert recipients(desk, before) == {"desk"}  # a machine has to read it still
    desk.read_by_machine()
    assert recipients(desk, before) == {"c:screening"}
    with desk.at(staff=True) as session:
        session.info["ring"] = compartments.ring(session, screeners[0], desk.private_key(screeners[0]))
        found = visibility.find_ticket(session, screeners[0], before.reference)
        screening.screen(session, screeners[0], found, screening.Coding(sector="wash", tier="T0"))
    assert recipients(desk, before) == {"desk"}
    with desk.at() as session:
        assert len(sealing.key(session, ticket_id)) == 32


def test_a_machine_s_reading_that_comes_after_a_person_has_sealed_the_ticket_changes_nothing(
    desk: Desk, parts_of_gbv: dict[str, str]
) -> None:
    (ticket_id,) = desk.hear(inbound(WORDS))
    with desk.at() as session:
        batch = triage.claim(session, 0, 1)
    raised(desk, ticket_id)
    desk.apply(batch)
    (ticket,) = desk.rows(Ticket)
    assert (ticket.compartment, ticket.suggestion) == ("gbv", None)


@pytest.mark.parametrize("pair", list(itertools.permutations("abc", 2)))
def test_any_two_parts_bring_a_compartment_back(
    desk: Desk, parts_of_gbv: dict[str, str], pair: tuple[str, str]
) -> None:
    ticket = desk.ticket(WORDS, tier="T3-G", sector="gbv")
    newcomer = desk.holder("gbv", role=Role.FOCAL_POINT)
    with desk.at() as session:
        one, other = (parts_of_gbv[letter] for letter in pair)
        compartments.recover(session, "gbv", one, other, desk.mine(session, newcomer), actor="part:test")
    assert len(key_for(desk, newcomer, ticket.id)) == 32


def test_one_part_alone_or_a_wrong_one_opens_nothing(desk: Desk, parts_of_gbv: dict[str, str]) -> None:
    newcomer = desk.holder("gbv", role=Role.FOCAL_POINT)
    wrong = parts_of_gbv["b"][:-1] + ("a" if parts_of_gbv["b"][-1] != "a" else "b")
    for one, other in ((parts_of_gbv["a"], parts_of_gbv["a"]), (parts_of_gbv["a"], wrong)):
        with pytest.raises(BadSeal), desk.at() as session:
            compartments.recover(session, "gbv", one, other, desk.mine(session, newcomer), actor="part:test")


def test_a_compartment_needs_two_holders(desk: Desk, holders: list[Staff]) -> None:
    with pytest.raises(Invalid), desk.at() as session:
        compartments.create(session, "gbv", holders[:1], actor="part:test")


def test_who_holds_nothing_can_let_nobody_in(desk: Desk, parts_of_gbv: dict[str, str]) -> None:
    outsider = desk.holder("psea", role=Role.FOCAL_POINT)
    ring = unlocked(desk, outsider)
    with pytest.raises(NotAllowed), desk.at() as session:
        compartments.grant(session, outsider, ring, "gbv", desk.mine(session, outsider))


def test_the_last_two_holders_can_not_leave(desk: Desk, holders: list[Staff], parts_of_gbv: dict[str, str]) -> None:
    with pytest.raises(NotAllowed), desk.at() as session:
        compartments.take_back(session, holders[0], "gbv", desk.mine(session, holders[1]))


def test_a_session_begins_unlocked_and_closes_after_a_quarter_of_an_hour(desk: Desk) -> None:
    holder = desk.holder("gbv", role=Role.FOCAL_POINT)
    with desk.at() as session:
        token = sessions.start(session, holder, private=desk.private_key(holder))
    with desk.at() as session:
        assert sessions.ring(session, token, holder) is not None
    later = clock.now() + unlocking.IDLE + timedelta(seconds=1)
    with time_machine.travel(later, tick=False), desk.at() as session:
        assert sessions.ring(session, token, holder) is None


def test_a_voice_message_is_sealed_to_the_screeners_once_it_is_here(desk: Desk) -> None:
    screeners = [desk.holder("screening", role=Role.SCREENER) for _ in range(2)]
    with desk.at() as session:
        compartments.create(session, "screening", screeners, actor="part:test")
    voice = Media("RE1", "https://example.org/RE1", "audio/wav", 7)
    desk.hear(inbound("", channel=ChannelName.HOTLINE, recording=voice))
    with desk.at() as session:
        (wanted,) = recordings.claim(session)
    with desk.at() as session:
        recordings.store(session, wanted, list(recordings.sealed_chunks(wanted, iter([b"sound of one person"]))))
    (ticket,), (recording,) = desk.rows(Ticket), desk.rows(Recording)
    assert recipients(desk, ticket) == {"c:screening"}
    assert {row.recipient for row in desk.rows(TicketKey, TicketKey.ticket_id == recording.id)} == {"c:screening"}
    with desk.at(staff=True) as session:
        session.info["ring"] = compartments.ring(session, screeners[0], desk.private_key(screeners[0]))
        found, sound = visibility.find_recording(session, screeners[0], recording.reference)
        assert recordings.listen(session, screeners[0], found, sound) == b"sound of one person"


def test_a_picture_that_comes_after_its_ticket_was_sealed_is_sealed_to_the_same_people(
    desk: Desk, holders: list[Staff], parts_of_gbv: dict[str, str]
) -> None:
    picture = Media("ME1", "https://example.org/ME1", "image/jpeg")
    (ticket_id,) = desk.hear(inbound(WORDS, media=(picture,)))
    with desk.at() as session:
        (wanted,) = recordings.claim(session)
    raised(desk, ticket_id)
    with desk.at() as session:
        recordings.store(session, wanted, list(recordings.sealed_chunks(wanted, iter([b"a picture"]))))
    (recording,) = desk.rows(Recording)
    assert {row.recipient for row in desk.rows(TicketKey, TicketKey.ticket_id == recording.id)} == {"c:gbv"}
    with desk.at(staff=True) as session:
        session.info["ring"] = compartments.ring(session, holders[0], desk.private_key(holders[0]))
        found, sound = visibility.find_recording(session, holders[0], recording.reference)
        assert recordings.listen(session, holders[0], found, sound) == b"a picture"
