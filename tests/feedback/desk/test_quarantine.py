"""Quarantine: genuine but unreadable input is kept sealed until a person has looked (I3)."""

from __future__ import annotations

import pytest

from feedback.desk import quarantine, screening
from feedback.errors import NotAllowed, NotFound
from feedback.models.message import Quarantine
from feedback.models.staff import Role
from feedback.models.ticket import Ticket, TicketKey
from tests.factories import Desk

RAW = b"Body=canary&Odd=\xff"


def _keep(desk: Desk, raw: bytes = RAW) -> Quarantine:
    with desk.at() as session:
        quarantine.keep(session, adapter="twilio-sms", hook="inbound", raw=raw, why="no body, or more than one")
    return desk.rows(Quarantine)[-1]


def test_what_could_not_be_read_is_kept_sealed(desk: Desk) -> None:
    assert b"canary" not in _keep(desk).raw


def test_a_person_reads_what_was_kept_whatever_bytes_it_has(desk: Desk) -> None:
    _keep(desk)
    (unread,) = desk.do(quarantine.unsettled, desk.staff(Role.COORDINATOR))
    assert (unread.adapter, unread.hook, unread.why) == ("twilio-sms", "inbound", "no body, or more than one")
    assert unread.raw == "Body=canary&Odd=\N{REPLACEMENT CHARACTER}"


def test_what_a_person_read_out_of_it_opens_a_ticket_in_screening(desk: Desk) -> None:
    kept, coordinator = _keep(desk), desk.staff(Role.COORDINATOR)
    desk.do(quarantine.settle, coordinator, kept.reference, words=" no water ")
    (ticket,) = desk.do(screening.waiting, desk.screener())
    assert ticket.compartment == "screening"
    assert desk.do(quarantine.unsettled, coordinator) == []


def test_what_was_nothing_opens_no_ticket(desk: Desk) -> None:
    kept = _keep(desk)
    desk.do(quarantine.settle, desk.staff(Role.COORDINATOR), kept.reference, words="  ")
    assert desk.rows(Ticket) == []
    assert desk.rows(Quarantine)[0].settled_at is not None


def test_it_is_settled_once(desk: Desk) -> None:
    kept, coordinator = _keep(desk), desk.staff(Role.COORDINATOR)
    desk.do(quarantine.settle, coordinator, kept.reference, words="no water")
    with pytest.raises(NotFound):
        desk.do(quarantine.settle, coordinator, kept.reference, words="no water")
    assert len(desk.rows(Ticket)) == 1


def test_what_was_settled_leaves_neither_its_body_nor_its_key(desk: Desk) -> None:
    kept = _keep(desk)
    desk.do(quarantine.settle, desk.staff(Role.COORDINATOR), kept.reference, words="")
    assert desk.rows(Quarantine)[0].raw == b""
    assert desk.rows(TicketKey, TicketKey.ticket_id == kept.id) == []


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.COORDINATOR, Role.SCREENER)])
def test_who_does_not_look_after_it_is_refused(desk: Desk, role: Role) -> None:
    kept, staff = _keep(desk), desk.staff(role)
    with pytest.raises(NotAllowed):
        desk.do(quarantine.unsettled, staff)
    with pytest.raises(NotAllowed):
        desk.do(quarantine.settle, staff, kept.reference, words="x")


def test_a_very_long_reason_is_cut(desk: Desk) -> None:
    with desk.at() as session:
        quarantine.keep(session, adapter="a", hook="b", raw=b"", why="x" * 500)
    assert len(desk.rows(Quarantine)[0].why) == 200
