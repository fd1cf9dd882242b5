"""A form that has to be mended comes back open, with what was typed and with what to mend beside it."""

from __future__ import annotations

import re

import pytest

from feedback.models.staff import Role


def _drawer(page: str, summary: str) -> str:
    """The drawer with this word on its button."""
    return next(one for one in re.findall(r"<details.*?</details>", page, re.DOTALL) if summary in one)


@pytest.fixture
def focal(desk, client):
    """A gbv focal point, signed in and unlocked; another holder stands by."""
    desk.staff(Role.FOCAL_POINT, clearances=["gbv"])
    person = desk.staff(Role.FOCAL_POINT, clearances=["gbv"])
    desk.enter(client, person)
    return person


@pytest.mark.parametrize(
    ("verb", "summary", "sent", "kept"),
    [
        ("lower", "Less grave", {"reason": "x" * 3000, "tier": "T1"}, "x" * 3000),
        ("subject", "Who is accused", {"person": "nobody-here"}, 'value="nobody-here"'),
        ("close", "Close", {}, "Choose how it ended."),
        ("note", "Note", {"note": "y" * 9000}, "y" * 9000),
        ("plan", "Write down how", {"channels": "call", "since": "20:00", "witness": "companion"}, 'value="20:00"'),
    ],
)
def test_a_drawer_of_a_ticket_stands_open_with_what_was_typed(desk, client, focal, verb, summary, sent, kept):
    ticket = desk.ticket("he hurts me", tier="T3-G", sector="gbv")
    page = client.post(f"/tickets/{ticket.reference}/{verb}", data=sent)
    drawer = _drawer(page.text, summary)
    assert page.status_code == 422
    assert drawer.startswith("<details open>")
    assert kept in drawer
    assert 'class="error"' in drawer


def test_words_lent_or_given_to_write_down_are_covered_like_the_ticket_itself(desk, client, focal):
    ticket = desk.ticket("he hurts me", tier="T3-G", sector="gbv")
    page = client.get(f"/tickets/{ticket.reference}/lend").text
    assert '<body class="sealed" data-cover>' in page
    assert "<title>Desk</title>" in page
