"""Story 4: wife and husband share a phone; neither learns of the other, and what goes out says nothing."""

from __future__ import annotations

from datetime import timedelta

import time_machine

from feedback import clock
from feedback.models.reply import Reply
from feedback.models.staff import Role
from feedback.models.ticket import Ticket
from tests.feedback.desk.plans import local
from tests.journeys.conftest import Town, until

NUMBER = "+8801711000004"
HERS = "my husband beats me every night, call me after 8, my sister's phone 01711000044"
SISTER = "+8801711000044"
PLAN = {
    "how": "own_words",
    "channels": "sms",
    "since": "20:00",
    "until": "21:00",
    "language": "en",
    "wording": "neutral",
}


def test_a_husband_who_texts_later_sees_nothing_of_hers_and_her_answer_goes_to_her_sister_at_eight(town: Town) -> None:
    focal = town.person(Role.FOCAL_POINT, clearances=["gbv"])
    agent = town.person(Role.AGENT)
    with time_machine.travel(local(10), tick=True):
        town.text(NUMBER, HERS)
        town.text(NUMBER, "when is the food distribution in camp 9")
        until(lambda: len(town.phone.inbox(NUMBER)) == 2)  # the same acknowledgement to both

        hers = next(row for row in town.desk.rows(Ticket) if row.compartment == "gbv")
        his = next(row for row in town.desk.rows(Ticket) if row.id != hers.id)
        town.desk.enter(focal.client, focal.staff)
        at = f"/tickets/{hers.reference}"
        focal.press(f"{at}/plan", number="01711000044", who="her sister", code_word="kestrel", **PLAN)
        page = focal.read(at)
        assert "her sister" in page
        assert "in their own words" in page
        focal.press(f"{at}/answer", text="Can you come on Sunday at ten?")
        town.send()
        assert town.phone.inbox(SISTER) == []  # not her hour

        assert his.compartment is None
        town.desk.enter(agent.client, agent.staff)
        page = agent.read(f"/tickets/{his.reference}")
        assert "sister" not in page
        assert "kestrel" not in page
        assert his.joined_to is None
        assert his.may_answer is None
        assert len({text.body for text in town.phone.inbox(NUMBER)}) == 1

    with time_machine.travel(local(20, 5), tick=True):
        town.send()
        until(lambda: town.phone.inbox(SISTER))
    (text,) = town.phone.inbox(SISTER)
    assert text.body == "Can you come on Sunday at ten?"
    assert len(town.phone.inbox(NUMBER)) == 2  # nothing of it reached the phone that he reads
    assert clock.now() < local(23) + timedelta(days=1)
    assert len(town.desk.rows(Reply)) == 1
