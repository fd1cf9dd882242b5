"""Two people, or a person and a machine, at one thing at once: neither writes back what it read before the other (PostgreSQL)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback.desk import accounts, appointing, compartments, emergency, listeners
from feedback.models.review import Access
from feedback.models.staff import Role, Staff
from tests.factories import Desk
from tests.feedback.desk import line
from tests.feedback.desk.plans import holders, unlocked

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@contextmanager
def _has_to_wait() -> Iterator[None]:
    """What stands here waits for the transaction around it: the engine says so instead of waiting."""
    with pytest.raises(sa.exc.OperationalError, match="lock timeout"):
        yield


def _hurry(session: Session) -> Session:
    session.execute(sa.text("SET LOCAL lock_timeout = '1ms'"))
    return session


def _take_back(session: Session, by: Staff, holder: Staff) -> None:
    compartments.take_back(session, by, "gbv", holder)


def _let_go(session: Session, by: Staff, holder: Staff) -> None:
    accounts.deactivate(session, by, holder.reference)


@pytest.mark.parametrize("goes", [_take_back, _let_go])
def test_of_three_holders_two_can_not_go_at_once(desk: Desk, goes: Callable[[Session, Staff, Staff], None]) -> None:
    first, second, _ = holders(desk, many=3)
    lead = desk.staff(Role.COORDINATOR)
    with desk.at() as one:
        goes(one, desk.mine(one, lead), desk.mine(one, first))
        with _has_to_wait(), desk.at() as other:
            _take_back(_hurry(other), desk.mine(other, lead), desk.mine(other, second))


def test_a_clearance_that_was_taken_back_meanwhile_does_not_come_back(desk: Desk) -> None:
    first, _, _ = holders(desk, many=3)
    one_lead, other_lead = desk.staff(Role.COORDINATOR), desk.staff(Role.COORDINATOR)
    with desk.at() as session:
        appointing.ask(session, desk.mine(session, one_lead), first.reference)
        (wish,) = appointing.wishes(session, desk.mine(session, one_lead))
    with desk.at() as one:
        before = desk.mine(one, first)
        with desk.at() as other:
            _take_back(other, desk.mine(other, one_lead), desk.mine(other, first))
        appointing.decide(one, desk.mine(one, other_lead), wish.reference, yes=True)
        assert before.clearances == ["independent"]
    assert desk.mine_again(first).clearances == ["independent"]


def test_a_request_in_an_emergency_is_decided_by_one(desk: Desk) -> None:
    pair, (outsider, _) = holders(desk, "protection"), holders(desk, "gbv")
    ticket = desk.ticket("danger", tier="T3-L", sector="protection")
    with unlocked(desk, outsider) as session:
        emergency.ask(session, desk.mine(session, outsider), ticket.code or "", "nobody answers")
    (access,) = desk.rows(Access)
    with desk.at() as one:
        emergency.refuse(one, desk.mine(one, pair[0]), access.reference)
        with _has_to_wait(), desk.at() as other:
            emergency.refuse(_hurry(other), desk.mine(other, pair[1]), access.reference)


def test_a_call_is_not_given_to_who_took_another_this_moment(desk: Desk) -> None:
    staff = line.listener(desk)
    with desk.at() as one:
        listener = listeners.find(one, staff)
        assert listener is not None
        with desk.at() as other:
            theirs = listeners.find(other, staff)
            assert theirs is not None
            assert listeners.take(other, theirs, 1)
        assert not listeners.take(one, listener, 2)
