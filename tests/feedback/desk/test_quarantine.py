"""Quarantine: genuine but unreadable input is kept sealed until a person has looked (I3)."""

from __future__ import annotations

import pytest

from feedback import wiring
from feedback.desk import compartments, events, quarantine, renewing, screening
from feedback.errors import Locked, NotAllowed, NotFound
from feedback.models.event import Event
from feedback.models.message import Quarantine
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Ticket, TicketKey
from feedback.ops import keys
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
    (unread,) = desk.do(quarantine.unsettled, desk.screener())
    assert (unread.adapter, unread.hook, unread.why) == ("twilio-sms", "inbound", "no body, or more than one")
    assert unread.raw == "Body=canary&Odd=\N{REPLACEMENT CHARACTER}"


def test_what_a_person_read_out_of_it_opens_a_ticket_in_screening(desk: Desk) -> None:
    kept, screener = _keep(desk), desk.screener()
    desk.do(quarantine.settle, screener, kept.reference, words=" no water ")
    (ticket,) = desk.do(screening.waiting, desk.screener())
    assert ticket.compartment == "screening"
    assert desk.do(quarantine.unsettled, screener) == []


def test_what_was_nothing_opens_no_ticket(desk: Desk) -> None:
    kept = _keep(desk)
    desk.do(quarantine.settle, desk.screener(), kept.reference, words="  ")
    assert desk.rows(Ticket) == []
    assert desk.rows(Quarantine)[0].settled_at is not None


def test_it_is_settled_once(desk: Desk) -> None:
    kept, screener = _keep(desk), desk.screener()
    desk.do(quarantine.settle, screener, kept.reference, words="no water")
    with pytest.raises(NotFound):
        desk.do(quarantine.settle, screener, kept.reference, words="no water")
    assert len(desk.rows(Ticket)) == 1


def test_what_was_settled_leaves_neither_its_body_nor_its_key(desk: Desk) -> None:
    kept = _keep(desk)
    desk.do(quarantine.settle, desk.screener(), kept.reference, words="")
    assert desk.rows(Quarantine)[0].raw == b""
    assert desk.rows(TicketKey, TicketKey.ticket_id == kept.id) == []


@pytest.mark.parametrize(
    "role", [role for role in Role if role not in (Role.SCREENER, Role.FOCAL_POINT, Role.DUTY_OFFICER)]
)
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


@pytest.fixture
def holders(desk: Desk, parts: wiring.Parts) -> list[Staff]:
    """Two people for each compartment; those of screening."""
    people = {name: [desk.holder(name) for _ in range(2)] for name in parts.response.compartments}
    return people["screening"]


def _as(desk: Desk, staff: Staff, verb, *args, **more):  # type: ignore[no-untyped-def]
    with desk.at(staff=True) as session:
        session.info["ring"] = compartments.ring(session, staff, desk.private_key(staff))
        return verb(session, staff, *args, **more)


def test_once_screening_has_its_key_what_is_kept_is_sealed_to_it(
    desk: Desk, parts: wiring.Parts, holders: list[Staff]
) -> None:
    keys.begin(parts)
    kept = _keep(desk)
    assert [row.recipient for row in desk.rows(TicketKey, TicketKey.ticket_id == kept.id)] == ["c:screening"]
    assert [one.reference for one in _as(desk, holders[0], quarantine.unsettled)] == [kept.reference]


def test_what_was_kept_before_is_sealed_anew_body_and_key(
    desk: Desk, parts: wiring.Parts, holders: list[Staff]
) -> None:
    kept = _keep(desk)
    keys.begin(parts)
    (after,) = desk.rows(Quarantine)
    assert after.raw != kept.raw
    assert [row.recipient for row in desk.rows(TicketKey, TicketKey.ticket_id == kept.id)] == ["c:screening"]
    assert _as(desk, holders[0], quarantine.unsettled)[0].raw.startswith("Body=canary")


def test_a_session_that_is_not_unlocked_is_sent_to_the_password(
    desk: Desk, parts: wiring.Parts, holders: list[Staff]
) -> None:
    keys.begin(parts)
    kept = _keep(desk)
    for verb, words in ((quarantine.unsettled, {}), (quarantine.settle, {"reference": kept.reference, "words": ""})):
        with pytest.raises(Locked):
            desk.do(verb, holders[0], **words)  # type: ignore[operator]
    assert desk.rows(Quarantine)[0].settled_at is None


@pytest.mark.parametrize("role", [Role.SCREENER, Role.FOCAL_POINT, Role.DUTY_OFFICER])
def test_who_is_not_cleared_for_screening_finds_nothing_there(desk: Desk, role: Role) -> None:
    kept, staff = _keep(desk), desk.staff(role, clearances=["gbv"])
    assert desk.do(quarantine.unsettled, staff) == []
    with pytest.raises(NotFound):
        desk.do(quarantine.settle, staff, kept.reference, words="x")


def test_reading_leaves_a_line_once_for_each_person_before_it_is_shown(desk: Desk) -> None:
    kept, one, other = _keep(desk), desk.screener(), desk.screener()
    for staff in (one, one, other):
        desk.do(quarantine.unsettled, staff)
    lines = desk.rows(Event, Event.action == quarantine.SHOWN)
    assert sorted(line.actor for line in lines) == sorted(events.by(staff) for staff in (one, other))
    assert {line.detail for line in lines} == {f"quarantine:{kept.id}"}


def test_after_a_renewal_of_screenings_key_it_is_still_read(
    desk: Desk, parts: wiring.Parts, holders: list[Staff]
) -> None:
    keys.begin(parts)
    _keep(desk)
    _as(desk, holders[0], lambda session, staff: compartments.renew(session, staff, session.info["ring"], "screening"))
    assert _as(desk, holders[1], lambda session, _: renewing.follow(session, "screening")) == 1
    assert _as(desk, holders[1], lambda session, _: renewing.retire(session, "screening"))
    assert len(_as(desk, holders[1], quarantine.unsettled)) == 1
