"""From sound to words: what may be written down by whom, how it is marked, and what the machine makes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from channels.contract import ChannelName, Media
from classifier.suggestion import Suggestion, Verdict
from feedback import clock
from feedback.desk import reading, recordings, screening, search, transcribing, visibility
from feedback.desk.transcribing import Transcript
from feedback.errors import Invalid, NotAllowed, NotFound, WrongState
from feedback.models.event import Event
from feedback.models.message import Confidence, Message, Recording
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Ticket
from tests.factories import Desk, inbound

SAID = Transcript("camp noy okkol pani nai", "rhg", interpreted=True, confidence="mostly")


def spoken(desk: Desk, tier: str | None = "T0") -> tuple[Ticket, Recording]:
    """A voice message that is with us, screened into this tier."""
    sound = Media(f"RE{desk.parts.vault.generation}{clock.now().timestamp()}", "https://api.test/x", "audio/wav", 9)
    (ticket_id,) = desk.hear(
        inbound("", adapter="twilio-voice", channel=ChannelName.HOTLINE, recording=sound, language="rhg")
    )
    with desk.at() as session:
        (wanted,) = recordings.claim(session)
        recordings.store(session, wanted, list(recordings.sealed_chunks(wanted, iter([b"RIFFsound"]))))
    screener = desk.screener()
    with desk.at() as session:
        ticket = session.scalars(sa.select(Ticket).where(Ticket.id == ticket_id)).one()
        if tier is not None:
            screening.code(session, screener, ticket, screening.Coding(tier=tier))
    (recording,) = desk.rows(Recording, Recording.ticket_id == ticket_id)
    return ticket, recording


def act(desk: Desk, staff: Staff, recording: Recording, verb, *more):
    with desk.at(staff=True) as session:
        return verb(session, staff, *visibility.find_recording(session, staff, recording.reference), *more)


@pytest.fixture
def transcriber(desk: Desk) -> Staff:
    return desk.staff(Role.TRANSCRIBER)


def test_what_is_open_waits_to_be_written_down(desk: Desk, transcriber: Staff) -> None:
    ticket, recording = spoken(desk)
    (wanted,) = desk.do(transcribing.waiting, transcriber)
    assert (wanted.reference, wanted.ticket, wanted.language) == (recording.reference, ticket.reference, "rhg")
    assert desk.do(transcribing.count, transcriber) == 1


def test_what_waits_in_screening_does_not(desk: Desk, transcriber: Staff) -> None:
    spoken(desk, tier=None)
    assert not desk.do(transcribing.waiting, transcriber)
    assert not desk.do(transcribing.waiting, desk.staff(Role.TRANSCRIBER, clearances=["screening"]))


def test_a_transcript_is_a_message_with_its_language_interpreter_and_confidence(desk: Desk, transcriber: Staff) -> None:
    ticket, recording = spoken(desk)
    act(desk, transcriber, recording, transcribing.write, SAID)
    (message,) = desk.rows(Message, Message.transcript_of == recording.id)
    assert (message.spoken, message.interpreted, message.confidence) == ("rhg", True, Confidence.MOSTLY)
    assert SAID.text.encode() not in (message.words or b"")
    view = desk.act(desk.staff(), ticket, reading.view)
    (entry,) = [one for one in view.thread if one.kind == "transcript"]
    assert (entry.words, entry.spoken, entry.interpreted, entry.confidence) == (SAID.text, "rhg", True, "mostly")
    assert view.row.title == SAID.text
    (event,) = desk.rows(Event, Event.action == "transcribe")
    assert event.detail == "rhg interpreted mostly"


def test_a_transcript_is_found_by_its_words(desk: Desk, transcriber: Staff) -> None:
    ticket, recording = spoken(desk)
    act(desk, transcriber, recording, transcribing.write, SAID)
    assert [one.id for one in desk.do(search.find, desk.staff(), "okkol")] == [ticket.id]


def test_the_machine_reads_a_transcript_and_may_raise_what_a_screener_released(desk: Desk, transcriber: Staff) -> None:
    ticket, recording = spoken(desk)
    act(desk, transcriber, recording, transcribing.write, SAID)
    desk.read_by_machine(Suggestion("rhg-Latn", Verdict.SENSITIVE, tier="T3-G", compartment="gbv"))
    assert desk.again(ticket).compartment == "gbv"
    with pytest.raises(NotFound):
        act(desk, transcriber, recording, transcribing.take)


@pytest.mark.parametrize("verdict", [Verdict.OPEN, Verdict.UNSURE])
def test_the_machine_lowers_and_recodes_nothing(desk: Desk, transcriber: Staff, verdict: Verdict) -> None:
    ticket, recording = spoken(desk, tier="T1")
    before = desk.again(ticket)
    act(desk, transcriber, recording, transcribing.write, SAID)
    desk.read_by_machine(Suggestion("rhg-Latn", verdict, sector="health", tier="T0"))
    after = desk.again(ticket)
    assert (after.tier, after.sector, after.compartment) == (before.tier, before.sector, None)


@pytest.mark.parametrize("tier", ["T3-G", "T3-C"])
def test_gbv_and_child_recordings_are_never_written_down_whoever_asks(desk: Desk, tier: str) -> None:
    _, recording = spoken(desk, tier=tier)
    wall = {"T3-G": "gbv", "T3-C": "child_protection"}[tier]
    focal = desk.staff(Role.FOCAL_POINT, clearances=[wall])
    for verb, more in ((transcribing.ask, ()), (transcribing.take, ()), (transcribing.write, (SAID,))):
        with pytest.raises(NotAllowed):
            act(desk, focal, recording, verb, *more)
    assert not desk.do(transcribing.waiting, focal)


@pytest.mark.parametrize(("tier", "wall"), [("T2-C", "conduct"), ("T2-P", "protection"), ("T3-S", "psea")])
def test_behind_other_walls_it_is_written_down_where_those_inside_ask(desk: Desk, tier: str, wall: str) -> None:
    ticket, recording = spoken(desk, tier=tier)
    focal = desk.staff(Role.FOCAL_POINT, clearances=[wall])
    cleared, other = desk.staff(Role.TRANSCRIBER, clearances=[wall]), desk.staff(Role.TRANSCRIBER)
    assert not desk.do(transcribing.waiting, cleared)
    act(desk, focal, recording, transcribing.ask)
    assert len(desk.do(transcribing.waiting, cleared)) == 1
    assert not desk.do(transcribing.waiting, other)
    act(desk, cleared, recording, transcribing.write, SAID)
    assert desk.again(ticket).compartment == wall
    assert desk.again(ticket).read_at is not None  # no machine reads behind a wall


def test_one_recording_is_in_one_pair_of_hands(desk: Desk, transcriber: Staff) -> None:
    _, recording = spoken(desk)
    other = desk.staff(Role.TRANSCRIBER)
    act(desk, transcriber, recording, transcribing.take)
    assert not desk.do(transcribing.waiting, other)
    with pytest.raises(WrongState):
        act(desk, other, recording, transcribing.write, SAID)
    with time_machine.travel(clock.now() + transcribing.IN_HAND_FOR + timedelta(minutes=1)):
        assert len(desk.do(transcribing.waiting, other)) == 1


def test_what_is_written_down_is_not_written_twice(desk: Desk, transcriber: Staff) -> None:
    _, recording = spoken(desk)
    act(desk, transcriber, recording, transcribing.write, SAID)
    assert not desk.do(transcribing.waiting, transcriber)
    with pytest.raises(WrongState):
        act(desk, transcriber, recording, transcribing.write, SAID)


def test_what_is_to_be_mended_is_named(desk: Desk, transcriber: Staff) -> None:
    _, recording = spoken(desk)
    with pytest.raises(Invalid) as invalid:
        act(
            desk,
            transcriber,
            recording,
            transcribing.write,
            Transcript(" ", "klingon", interpreted=False, confidence=""),
        )
    assert set(invalid.value.fields) == {"text", "language", "confidence"}


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.AGENT, Role.INTERPRETER, Role.AUDITOR, Role.OPERATOR])
def test_who_may_not_hear_may_not_write_down(desk: Desk, role: Role) -> None:
    with pytest.raises(NotAllowed):
        desk.do(transcribing.waiting, desk.staff(role))
