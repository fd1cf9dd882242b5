"""Recordings: fetched once, kept in sealed chunks, heard with an event first, missing when they never come (I30)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from channels.contract import ChannelName, Media
from feedback import clock
from feedback.desk import recordings, visibility
from feedback.errors import NotAllowed, NotFound, WrongState
from feedback.models.event import Event
from feedback.models.message import Recording, RecordingChunk, RecordingState
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Ticket
from feedback.seal import box
from tests.factories import Desk, inbound

MEDIA = Media("RE" + "1" * 32, "https://api.example/recording", "audio/x-wav", 12)
SOUND = bytes(range(256)) * 700  # 175 KiB: three chunks


def _heard(desk: Desk) -> Ticket:
    (id_,) = desk.hear(inbound("", recording=MEDIA, channel=ChannelName.HOTLINE, adapter="twilio-voice"))
    return desk.rows(Ticket, Ticket.id == id_)[0]


def _claim(desk: Desk) -> list[recordings.Wanted]:
    with desk.at() as session:
        return recordings.claim(session)


def _store(desk: Desk, sound: bytes = SOUND, pieces: int = 1000) -> None:
    (wanted,) = _claim(desk)
    with desk.at() as session:
        recordings.store(session, wanted, list(recordings.sealed_chunks(wanted, _in_pieces(sound, pieces))))


def _in_pieces(sound: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(sound), size):
        yield sound[start : start + size]


def _listen(desk: Desk, staff: Staff) -> bytes:
    (recording,) = desk.rows(Recording)
    with desk.at(staff=True) as session:
        return recordings.listen(session, staff, *visibility.find_recording(session, staff, recording.reference))


@pytest.mark.parametrize("pieces", [1, 1000, recordings.CHUNK, recordings.CHUNK + 1, 10**6])
def test_sound_is_the_same_however_the_provider_cuts_it(desk: Desk, pieces: int) -> None:
    sound = SOUND if pieces > 1 else SOUND[:3000]
    _heard(desk)
    _store(desk, sound, pieces)
    assert _listen(desk, desk.screener()) == sound


def test_chunks_are_small_sealed_and_bound_to_their_number(desk: Desk) -> None:
    _heard(desk)
    (wanted,) = _claim(desk)
    chunks = list(recordings.sealed_chunks(wanted, iter([SOUND])))
    assert [size for _, size in chunks] == [65536, 65536, len(SOUND) - 2 * 65536]
    assert not [chunk for chunk, _ in chunks if SOUND[:64] in chunk]
    with desk.at() as session:
        recordings.store(session, wanted, chunks)
        first, second, _ = session.scalars(sa.select(RecordingChunk).order_by(RecordingChunk.number)).all()
        first.sound, second.sound = second.sound, first.sound
    with pytest.raises(box.BadSeal):
        _listen(desk, desk.screener())


def test_once_it_is_here_its_address_is_forgotten(desk: Desk) -> None:
    _heard(desk)
    _store(desk)
    (recording,) = desk.rows(Recording)
    assert (recording.state, recording.size, recording.source) == (RecordingState.STORED, len(SOUND), None)


def test_a_second_fetch_of_the_same_changes_nothing(desk: Desk) -> None:
    _heard(desk)
    (wanted,) = _claim(desk)
    for sound in (SOUND, b"other"):
        with desk.at() as session:
            recordings.store(session, wanted, list(recordings.sealed_chunks(wanted, iter([sound]))))
    assert _listen(desk, desk.screener()) == SOUND


def test_an_empty_recording_is_looked_for_again_and_not_a_crash(desk: Desk) -> None:
    _heard(desk)
    (wanted,) = _claim(desk)
    with desk.at() as session:
        recordings.store(session, wanted, list(recordings.sealed_chunks(wanted, iter([b""]))))
    (recording,) = desk.rows(Recording)
    assert recording.state is RecordingState.WAITING
    assert recording.claimed_until is not None


def test_what_one_fetches_no_other_does(desk: Desk) -> None:
    _heard(desk)
    assert (len(_claim(desk)), _claim(desk)) == (1, [])


def test_what_is_not_there_yet_is_looked_for_again_soon_and_then_less_often(desk: Desk) -> None:
    _heard(desk)
    waits = []
    for _ in range(15):
        (wanted,) = _claim(desk)
        with desk.at() as session:
            recordings.not_yet(session, wanted, final=False)
            assert recordings.soon(session) == (len(waits) < 5)
        (recording,) = desk.rows(Recording)
        waits.append(round((recording.claimed_until - clock.now()).total_seconds()))  # type: ignore[operator]
        with desk.at() as session:
            session.execute(sa.update(Recording).values(claimed_until=clock.now() - timedelta(seconds=1)))
    assert waits[:4] == [1, 2, 4, 8]
    assert max(waits) == 60


def test_what_the_provider_will_never_have_is_missing(desk: Desk) -> None:
    _heard(desk)
    (wanted,) = _claim(desk)
    with desk.at() as session:
        recordings.not_yet(session, wanted, final=True)
    assert desk.rows(Recording)[0].state is RecordingState.MISSING
    assert _claim(desk) == []


def test_after_many_tries_it_is_missing_too(desk: Desk) -> None:
    _heard(desk)
    (wanted,) = _claim(desk)
    with desk.at() as session:
        session.execute(sa.update(Recording).values(tries=recordings.TRIES))
        recordings.not_yet(session, wanted, final=False)
    assert desk.rows(Recording)[0].state is RecordingState.MISSING


def test_each_listening_is_an_event_written_first(desk: Desk) -> None:
    _heard(desk)
    _store(desk)
    screener = desk.screener()
    for _ in range(2):
        _listen(desk, screener)
    assert [one.actor for one in desk.rows(Event, Event.action == "listen")] == [f"staff:{screener.id}"] * 2


def test_what_is_not_here_can_not_be_heard(desk: Desk) -> None:
    _heard(desk)
    with pytest.raises(WrongState):
        _listen(desk, desk.screener())


def test_who_may_not_see_the_ticket_does_not_find_its_sound(desk: Desk) -> None:
    _heard(desk)
    _store(desk)
    with pytest.raises(NotFound):
        _listen(desk, desk.staff(Role.DUTY_OFFICER, clearances=["gbv"]))
    with pytest.raises(NotAllowed):
        _listen(desk, desk.staff(Role.AGENT, clearances=["screening"]))
