"""Tickets that hold a canary in every part that can be forgotten, and the verbs that take them away."""

from __future__ import annotations

from dataclasses import dataclass

from channels.contract import ChannelName, Media
from feedback.desk import handling, joining, person_requests, reading, recordings, redacting, replies
from feedback.models.right import DataRequest
from feedback.models.staff import Staff
from feedback.models.ticket import Outcome, Ticket
from tests.factories import Desk, inbound, phone
from tests.feedback.desk.readings import read, suggestion

PARTS = ("message", "raw", "signal", "joined", "note", "reply", "title", "sound")


@dataclass(frozen=True, slots=True)
class Forgettable:
    """A ticket, and the number by which its canaries are told from those of others."""

    id: int
    ticket: Ticket


def words_of(one: Forgettable) -> dict[str, str]:
    """The canaries of a ticket by the part that holds each."""
    return {part: _word(one.id, part) for part in PARTS}


def build(desk: Desk, staff: Staff, number: int) -> Forgettable:
    """One ticket with all of it, closed."""
    anna, sound = phone(), Media(f"RE{number:032}", "https://api.example/sound", "audio/wav", 3)
    (first,) = desk.hear(inbound(_word(number, "message"), address=anna, raw=_word(number, "raw").encode()))
    (second,) = desk.hear(inbound(_word(number, "joined"), address=anna))
    voice = {"channel": ChannelName.HOTLINE, "adapter": "twilio-voice"}
    (third,) = desk.hear(inbound("", recording=sound, address=anna, **voice))
    read(desk, suggestion(signals=(_word(number, "signal"),)))
    ticket, more, spoken = (desk.rows(Ticket, Ticket.id == id_)[0] for id_ in (first, second, third))
    _hear(desk, number)
    with desk.at() as session:
        target, joined = (session.get_one(Ticket, one.id) for one in (ticket, more))
        voiced = session.get_one(Ticket, spoken.id)
        if joined.joined_to is None:
            joined.may_answer = target.id
            joining.join(session, joined, actor="part:test")
        voiced.joined_to = target.id
    desk.act(staff, ticket, handling.note, _word(number, "note"))
    desk.act(staff, ticket, replies.answer, _word(number, "reply"))
    desk.act(staff, ticket, handling.entitle, _word(number, "title"))
    desk.act(staff, ticket, handling.close, Outcome.TOLD)
    return Forgettable(number, ticket)


def erase(desk: Desk, staff: Staff, ticket: Ticket) -> None:
    """The person asks for it, and it is done."""
    desk.act(staff, ticket, person_requests.ask_on, right="erase", proof="known")
    (request,) = desk.rows(DataRequest, DataRequest.ticket_id == ticket.id)
    assert desk.do(person_requests.erase, staff, request.reference)


def take_out(desk: Desk, staff: Staff, ticket: Ticket, *kinds: str) -> None:
    """Every part of these kinds."""
    while left := [one for one in desk.act(staff, ticket, reading.view).thread if one.kind in kinds]:
        desk.act(staff, ticket, redacting.take_out, left[0].part, "other_person")


def _hear(desk: Desk, number: int) -> None:
    with desk.at() as session:
        (wanted,) = recordings.claim(session)
        chunks = list(recordings.sealed_chunks(wanted, iter([_word(number, "sound").encode() * 400])))
    with desk.at() as session:
        recordings.store(session, wanted, chunks)


def _word(number: int, part: str) -> str:
    return f"heron{part}{number:04}-41bd9e"
