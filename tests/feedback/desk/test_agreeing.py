"""The code of conduct: accepted as it stands now, with its version in the history; withdrawn, it closes the desk at once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from feedback.desk import agreeing, sessions
from feedback.errors import WrongState
from feedback.models.event import Event
from feedback.models.staff import StaffSession
from tests.factories import Desk


def _version(desk: Desk) -> int:
    return desk.parts.response.code_of_conduct.version


def test_who_has_accepted_the_text_of_today_is_in_and_the_event_says_which_it_was(desk: Desk) -> None:
    staff = desk.staff(agreed=None)
    with desk.at(staff=True) as session:
        mine = desk.mine(session, staff)
        assert not agreeing.has_agreed(session, mine)
        agreeing.agree(session, mine, _version(desk))
        assert agreeing.has_agreed(session, mine)
    (event,) = desk.rows(Event, Event.action == "agree to conduct")
    assert (event.actor, event.detail) == (f"staff:{staff.id}", f"version {_version(desk)}")


def test_a_text_that_has_changed_since_it_was_shown_is_not_accepted(desk: Desk) -> None:
    staff = desk.staff(agreed=None)
    for version in (0, _version(desk) - 1, _version(desk) + 1):
        with pytest.raises(WrongState), desk.at(staff=True) as session:
            agreeing.agree(session, desk.mine(session, staff), version)
    assert desk.mine_again(staff).agreed is None


def test_a_new_version_asks_again(desk: Desk) -> None:
    staff = desk.staff()
    code = desk.parts.response.code_of_conduct
    with desk.at(staff=True) as session:
        mine = desk.mine(session, staff)
        assert agreeing.has_agreed(session, mine)
        changed = replace(desk.parts.response, code_of_conduct=replace(code, version=code.version + 1))
        session.info["response"] = changed
        assert not agreeing.has_agreed(session, mine)
        agreeing.agree(session, mine, code.version + 1)
        assert agreeing.has_agreed(session, mine)


def test_who_withdraws_is_signed_out_everywhere(desk: Desk) -> None:
    staff, other = desk.staff(), desk.staff()
    with desk.at() as session:
        for one in (staff, staff, other):
            sessions.start(session, one)
    with desk.at(staff=True) as session:
        agreeing.withdraw(session, desk.mine(session, staff))
    assert [row.staff_id for row in desk.rows(StaffSession)] == [other.id]
    assert desk.mine_again(staff).agreed is None
    assert [event.detail for event in desk.rows(Event, Event.action == "refuse conduct")] == [
        f"version {_version(desk)}"
    ]
