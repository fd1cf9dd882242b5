"""Handing over as it is seen: a day is kept on the team's page, the list stands where it concerns somebody."""

from __future__ import annotations

import re
from datetime import timedelta

from feedback import clock
from feedback.desk import handling
from feedback.models.staff import Role


def test_a_day_is_kept_and_the_list_is_shown_to_who_leaves(desk, client):
    agent, ticket = desk.staff(name="Karim"), desk.ticket("the tap is dry")
    desk.act(agent, ticket, handling.assign, to=agent)
    leaves = (clock.now() + timedelta(days=3)).date()
    day = f"{leaves:%-d %b %Y}"
    desk.enter(client, desk.staff(Role.COORDINATOR))
    assert "/hand-over" not in client.get("/inbox").text
    assert (
        client.post(f"/team/{agent.reference}/leaving", data={"on": leaves.isoformat()}).headers["location"] == "/team"
    )
    assert f"Leaves on {day}" in client.get("/team").text
    assert "Karim" in client.get("/hand-over").text
    desk.enter(client, desk.mine_again(agent))
    page = client.get("/hand-over").text
    assert f'href="/tickets/{ticket.reference}"' in page
    assert 'hx-target="#ticket"' not in page  # no ticket opens beside this list
    assert "/hand-over" in client.get("/inbox").text
    assert ticket.reference in page
    assert day in page


def test_no_day_or_one_that_has_passed_is_mended_not_kept(desk, client):
    agent = desk.staff()
    desk.enter(client, desk.staff(Role.COORDINATOR))
    for typed in ("yesterday", "2020-01-01"):
        page = client.post(f"/team/{agent.reference}/leaving", data={"on": typed})
        (drawer,) = re.findall(r"<details open>.*?</details>", page.text, re.DOTALL)
        assert (page.status_code, "Choose a day to come." in drawer) == (422, True)
        assert f"/team/{agent.reference}/leaving" in drawer
    assert desk.mine_again(agent).leaves_on is None
