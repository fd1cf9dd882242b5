"""Help beside a report: whoever is accused later is out of both with the same commit, by people who open only one (I13, story 19)."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from feedback.desk import compartments, consents, excluding, handling, linking, reading, renewing, resealing
from feedback.desk.conflicts import INDEPENDENT, UNKNOWN
from feedback.desk.gbv_form import Needs
from feedback.errors import NotFound, WrongState
from feedback.models.plan import Ask, How, Said
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Ticket, TicketKey
from tests.factories import Desk
from tests.feedback.desk.nearby import opens, sees
from tests.feedback.desk.plans import act, holders, unlocked


@pytest.fixture
def lead(desk: Desk) -> Staff:
    """A psea lead, who holds no key of the gbv compartment."""
    return holders(desk, "psea", agency="bulbul")[0]


@pytest.fixture
def theirs(desk: Desk) -> Staff:
    """A gbv focal point of heron, who has been a holder all along."""
    return desk.holder("gbv", agency="heron")


@pytest.fixture
def other(desk: Desk, theirs: Staff) -> Staff:
    """Another one, of myna, and the compartment of both."""
    person = desk.holder("gbv", agency="myna")
    with desk.at() as session:
        compartments.create(session, "gbv", [theirs, person], actor="part:test")
    return person


@pytest.fixture
def help_(desk: Desk, lead: Staff, other: Staff) -> Ticket:
    """What the person needs, beside a report in which nobody is accused yet."""
    report = desk.ticket("he asks for favours", tier="T3-S", sector="conduct")
    act(desk, lead, report, consents.answer, Ask.REFER, Said.YES, language="bn")
    code = act(desk, lead, report, linking.assist, "gbv", Needs(service="health"), how=How.ASKED)
    return desk.rows(Ticket, Ticket.code == code)[0]


def the_report(desk: Desk) -> Ticket:
    return desk.rows(Ticket, Ticket.compartment == "psea")[0]


def wraps(desk: Desk, ticket: Ticket) -> set[str]:
    return {row.recipient for row in desk.rows(TicketKey, TicketKey.ticket_id == ticket.id)}


def test_before_anybody_is_accused_all_who_arrange_help_open_it(desk, lead, theirs, other, help_):
    assert [opens(desk, one, help_) for one in (theirs, other, lead)] == [True, True, False]
    with pytest.raises(NotFound):
        act(desk, lead, help_, reading.view)


def test_who_is_accused_later_opens_neither_from_that_commit_on(desk, lead, theirs, other, help_):
    act(desk, other, help_, handling.note, "kestrel")
    act(desk, lead, the_report(desk), excluding.name, agency="heron")
    assert not sees(desk, theirs, help_)
    assert not opens(desk, theirs, help_)
    assert wraps(desk, help_) == {f"s:{other.id}"}
    assert [one.words for one in act(desk, other, help_, reading.view).thread if one.kind == "note"] == ["kestrel"]


def test_the_next_of_the_others_who_opens_it_gives_it_a_fresh_key(desk, lead, theirs, other, help_):
    act(desk, lead, the_report(desk), excluding.name, agency="heron")
    (ahead,) = desk.rows(TicketKey, TicketKey.ticket_id == help_.id)
    assert ahead.generation == resealing.AHEAD
    act(desk, other, help_, reading.view)
    (fresh,) = desk.rows(TicketKey, TicketKey.ticket_id == help_.id)
    assert (fresh.recipient, fresh.generation) == (f"s:{other.id}", 0)
    assert act(desk, other, help_, reading.view).facts["need_service"] == "health"


def test_the_independent_one_takes_over_where_all_who_arrange_help_are_of_the_accused(desk, lead, theirs, other):
    independent = desk.holder(INDEPENDENT, role=Role.FOCAL_POINT)
    report = desk.ticket("he asks for favours", tier="T3-S", sector="conduct")
    act(desk, lead, report, consents.answer, Ask.REFER, Said.YES, language="bn")
    code = act(desk, lead, report, linking.assist, "gbv", Needs(), how=How.ASKED)
    help_ = desk.rows(Ticket, Ticket.code == code)[0]
    assert not sees(desk, independent, help_)
    act(desk, lead, report, excluding.name, agency=UNKNOWN)
    assert [opens(desk, one, help_) for one in (theirs, other, independent)] == [False, False, True]
    assert sees(desk, independent, help_)


def test_where_nobody_would_be_left_to_arrange_it_nobody_is_named(desk, lead, theirs, other, help_):
    with pytest.raises(WrongState):
        act(desk, lead, the_report(desk), excluding.name, agency=UNKNOWN)
    assert opens(desk, other, help_)


def test_a_holder_who_came_later_keeps_theirs_too(desk, lead, theirs, other, help_):
    late = desk.holder("gbv", agency="bulbul")
    with unlocked(desk, other) as session:
        compartments.grant(session, other, session.info["ring"], "gbv", desk.mine(session, late))
    act(desk, lead, the_report(desk), excluding.name, agency="heron")
    assert [opens(desk, one, help_) for one in (theirs, other, late)] == [False, True, True]


def test_help_that_was_linked_before_keys_were_wrapped_ahead_is_not_lost(desk, lead, theirs, other, help_):
    with desk.at() as session:
        session.execute(sa.delete(TicketKey).where(TicketKey.ticket_id == help_.id, TicketKey.recipient.like("s:%")))
    act(desk, lead, the_report(desk), excluding.name, agency="heron")
    assert not sees(desk, theirs, help_)
    act(desk, other, help_, reading.view)
    assert wraps(desk, help_) == {f"s:{other.id}"}


def test_renewing_the_key_of_those_who_help_takes_nothing_of_this_away(desk, lead, theirs, other, help_):
    with unlocked(desk, other) as session:
        compartments.renew(session, other, session.info["ring"], "gbv")
    with unlocked(desk, other) as session:
        assert renewing.follow(session, "gbv") > 0
    act(desk, lead, the_report(desk), excluding.name, agency="heron")
    assert [opens(desk, one, help_) for one in (theirs, other)] == [False, True]
