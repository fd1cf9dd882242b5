"""What tablets send: taken in once, behind its wall before anybody could read it back, and never dropped."""

from __future__ import annotations

import base64
import dataclasses
import json
import os
from datetime import timedelta

import pytest

from feedback import clock
from feedback.desk import codes, quarantine, reserving, returning, sync
from feedback.desk.sync import State
from feedback.errors import NotAllowed, NotFound, WrongState
from feedback.models.contact import Contact
from feedback.models.event import Event
from feedback.models.message import Message, Quarantine, Recording, RecordingState
from feedback.models.reply import Reply, ReplyState
from feedback.models.staff import Role
from feedback.models.tablet import ReservedCode
from feedback.models.ticket import Outcome, Status, Ticket
from tests.factories import Desk, inbound
from tests.feedback.desk import forms


@pytest.fixture
def volunteer(desk: Desk):
    return desk.staff(Role.VOLUNTEER)


def _send(desk: Desk, staff, form, tablet: str = forms.TABLET) -> State:
    sealed = form if isinstance(form, sync.Sealed) else forms.sealed(desk.parts, form)
    with desk.at() as session:
        return sync.receive(session, staff, tablet, sync.open_form(desk.parts.vault, sealed))


def _codes(desk: Desk, staff, tablet: str = forms.TABLET) -> list[str]:
    with desk.at() as session:
        return [one.code for one in reserving.set_aside(session, staff, tablet)]


def test_a_form_is_a_ticket_coded_by_who_entered_it(desk: Desk, volunteer) -> None:
    assert _send(desk, volunteer, forms.filled()) is State.KEPT
    (ticket,) = desk.rows(Ticket)
    assert (ticket.sector, ticket.subcategory, ticket.tier, ticket.place) == ("wash", "no_water", "T1", "camp-9")
    assert (ticket.compartment, ticket.status, ticket.entered_by) == (None, Status.TRIAGED, volunteer.id)
    assert ticket.language == "rhg"


def test_a_form_that_comes_twice_is_one_ticket(desk: Desk, volunteer) -> None:
    sealed = forms.sealed(desk.parts, forms.filled())
    assert [_send(desk, volunteer, sealed) for _ in range(3)] == [State.KEPT, State.REPEAT, State.REPEAT]
    assert len(desk.rows(Ticket)) == len(desk.rows(Message)) == 1


def test_a_form_can_not_pass_for_another(desk: Desk, volunteer) -> None:
    sealed = forms.sealed(desk.parts, forms.filled())
    renamed = dataclasses.replace(sealed, key="B" * 20)
    assert _send(desk, volunteer, renamed) is State.UNREADABLE
    assert not desk.rows(Ticket)


@pytest.mark.parametrize("spoil", ["one bit", "another key", "not ours"])
def test_what_can_not_be_opened_is_kept_once_and_never_dropped(desk: Desk, volunteer, spoil: str) -> None:
    sealed = forms.sealed(desk.parts, forms.filled())
    changed = bytearray(sealed.sealed)
    changed[-1] ^= 1
    spoiled = {
        "one bit": dataclasses.replace(sealed, sealed=bytes(changed)),
        "another key": dataclasses.replace(sealed, key_name="0" * 16),
        "not ours": dataclasses.replace(sealed, sealed=os.urandom(300)),
    }[spoil]
    assert [_send(desk, volunteer, spoiled) for _ in range(2)] == [State.UNREADABLE, State.UNREADABLE]
    (kept,) = desk.rows(Quarantine)
    assert (kept.adapter, kept.provider_ref) == ("in-person", sealed.key)


def test_fields_that_no_form_has_reach_a_person_with_every_word(desk: Desk, volunteer) -> None:
    assert _send(desk, volunteer, forms.filled(surprise="x", text="কথা")) is State.UNREADABLE
    screener = desk.screener()
    with desk.at() as session:
        (unread,) = quarantine.unsettled(session, screener)
    assert json.loads(unread.raw)["text"] == "কথা"
    assert unread.why == "fields that can't be read: surprise"


def test_codes_of_another_response_lose_no_word_and_go_to_a_screener(desk: Desk, volunteer) -> None:
    assert _send(desk, volunteer, forms.filled(sector="mines", subcategory="x", place="mars")) is State.KEPT
    (ticket,) = desk.rows(Ticket)
    assert (ticket.status, ticket.compartment, ticket.place) == (Status.NEW, "screening", None)


@pytest.mark.parametrize(("tier", "compartment"), [("T3-G", "gbv"), ("T3-S", "psea"), ("T3-C", "child_protection")])
def test_something_serious_is_behind_its_wall_and_its_author_finds_nothing(
    desk: Desk, volunteer, tier: str, compartment: str
) -> None:
    form = forms.filled(way="serious", tier=tier, sector=None, subcategory=None, text="", terms="after 8, her sister")
    assert _send(desk, volunteer, form) is State.KEPT
    (ticket,) = desk.rows(Ticket)
    assert (ticket.tier, ticket.compartment) == (tier, compartment)
    with pytest.raises(NotFound):
        desk.act(volunteer, ticket, lambda *_: None)


def test_serious_and_unclear_waits_for_a_screener_at_once(desk: Desk, volunteer) -> None:
    form = forms.filled(way="serious", sector=None, subcategory=None, text="", handed_to="duty", handed_at="14:05")
    _send(desk, volunteer, form)
    (ticket,) = desk.rows(Ticket)
    assert (ticket.compartment, ticket.danger_first, ticket.status) == ("screening", True, Status.NEW)
    assert ticket.due_at is not None
    assert ticket.due_at - ticket.created_at == timedelta(minutes=15)
    assert "hand over" in {event.action for event in desk.rows(Event)}


def test_no_consent_to_record_leaves_a_count_and_no_word(desk: Desk, volunteer) -> None:
    sound = {"media_type": "audio/webm", "seconds": 3, "content": base64.b64encode(b"sound").decode()}
    form = forms.filled(record="no", text="secret", name="Somebody", phone="01712345678", sound=sound)
    assert _send(desk, volunteer, form) is State.KEPT
    (ticket,) = desk.rows(Ticket)
    (message,) = desk.rows(Message)
    assert (ticket.status, ticket.outcome, ticket.code, ticket.facts) == (Status.CLOSED, Outcome.INFORMED, None, None)
    assert (message.words, desk.rows(Contact), desk.rows(Recording)) == (None, [], [])


def test_answered_on_the_spot_is_closed_and_told_in_one_step(desk: Desk, volunteer) -> None:
    form = forms.filled(way="spot", text="", safe="not_asked", record="not_asked", refer="not_asked")
    assert _send(desk, volunteer, form) is State.KEPT
    (ticket,) = desk.rows(Ticket)
    (reply,) = desk.rows(Reply)
    assert (ticket.status, ticket.outcome, reply.state) == (Status.CLOSED, Outcome.TOLD, ReplyState.DELIVERED)


def test_a_voice_note_comes_with_the_form_and_is_sealed(desk: Desk, volunteer) -> None:
    sound = {"media_type": "audio/webm;codecs=opus", "seconds": 3, "content": base64.b64encode(b"voice" * 9).decode()}
    assert _send(desk, volunteer, forms.filled(sound=sound, text="")) is State.KEPT
    (recording,) = desk.rows(Recording)
    assert (recording.state, recording.media_type, recording.size) == (RecordingState.STORED, "audio/webm", 45)


def test_a_voice_note_that_nobody_coded_waits_for_a_screener(desk: Desk, volunteer) -> None:
    sound = {"media_type": "audio/webm", "seconds": 3, "content": base64.b64encode(b"voice").decode()}
    _send(desk, volunteer, forms.filled(sound=sound, text="", sector=None, subcategory=None))
    (ticket,) = desk.rows(Ticket)
    assert (ticket.compartment, ticket.status) == ("screening", Status.NEW)


def test_a_number_that_nobody_can_call_loses_no_form(desk: Desk, volunteer) -> None:
    assert _send(desk, volunteer, forms.filled(phone="the neighbour's")) is State.KEPT
    assert desk.rows(Contact) == []


def test_a_form_from_a_wrong_clock_is_not_from_the_future(desk: Desk, volunteer) -> None:
    _send(desk, volunteer, forms.filled(at=(clock.now() + timedelta(days=400)).isoformat()))
    (ticket,) = desk.rows(Ticket)
    assert ticket.created_at <= clock.now()


def test_who_may_not_enter_forms_sends_none(desk: Desk) -> None:
    with pytest.raises(NotAllowed):
        _send(desk, desk.staff(Role.AUDITOR), forms.filled())


def test_the_code_that_the_tablet_gave_is_the_code_of_the_ticket(desk: Desk, volunteer) -> None:
    code = _codes(desk, volunteer)[0]
    _send(desk, volunteer, forms.filled(code=code))
    (ticket,) = desk.rows(Ticket)
    assert ticket.code == code
    with desk.at(staff=True) as session:
        assert returning.ask(session, volunteer, code) == returning.ask(session, volunteer, codes.new())


def test_a_tablet_has_a_block_of_codes_that_are_nobody_elses(desk: Desk, volunteer) -> None:
    one, other = _codes(desk, volunteer), _codes(desk, volunteer, "another tablet")
    assert len(one) == len(other) == reserving.BLOCK
    assert not set(one) & set(other)
    assert all(codes.read(code) == code for code in one)


def test_a_code_is_given_out_once_and_the_block_is_filled_up(desk: Desk, volunteer) -> None:
    block = _codes(desk, volunteer)
    for code in block[:25]:
        _send(desk, volunteer, forms.filled(code=code))
    again = _codes(desk, volunteer)
    assert len(again) == reserving.BLOCK
    assert not set(block[:25]) & set(again)
    assert again[:35] == block[25:]  # those that it may have given out since stand first, in their order


def test_a_code_of_another_tablet_is_not_taken(desk: Desk, volunteer) -> None:
    code = _codes(desk, volunteer, "another tablet")[0]
    assert _send(desk, volunteer, forms.filled(code=code)) is State.KEPT
    (ticket,) = desk.rows(Ticket)
    assert ticket.code != code
    assert code in _codes(desk, volunteer, "another tablet")


def test_a_text_message_never_gets_a_code_that_a_tablet_may_give(desk: Desk, volunteer, monkeypatch) -> None:
    (aside, *_) = _codes(desk, volunteer)
    drawn = iter([aside, "00000000"])
    monkeypatch.setattr(codes, "new", lambda: next(drawn))
    desk.hear(inbound())
    assert [ticket.code for ticket in desk.rows(Ticket)] == ["00000000"]


def test_codes_are_not_endless(desk: Desk, volunteer) -> None:
    for n in range(reserving.BLOCKS_IN_TEN_MINUTES):
        _codes(desk, volunteer, f"tablet {n}")
    with pytest.raises(WrongState):
        _codes(desk, volunteer, "one more")
    assert len(desk.rows(ReservedCode)) == reserving.BLOCK * reserving.BLOCKS_IN_TEN_MINUTES
