"""All that is read again when a letter is claimed: the consent decision table (D28, I19)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product

import pytest
import time_machine

from feedback.desk import (
    consents,
    envelopes,
    handling,
    outbound,
    screening,
)  # fmt: skip
from feedback.desk.delivery import handed_over
from feedback.models.plan import Ask
from feedback.models.staff import Staff
from feedback.models.ticket import Ticket
from tests.factories import Desk
from tests.feedback.desk.plans import (
    NEUTRAL,
    NUMBER,
    ONE_HOUR,
    OTHER,
    act,
    agreed,
    claim,
    fall_silent,
    local,
    refuse,
    say,
)


# What may change between writing and sending → whether it still goes out. Every one of them alone stops it.
def _withdrawn(desk: Desk, focal: Staff, ticket: Ticket) -> None:
    act(desk, focal, ticket, consents.withdraw, Ask.CONTACT)


def _other_terms(**more: object) -> Callable[[Desk, Staff, Ticket], None]:
    def change(desk: Desk, focal: Staff, ticket: Ticket) -> None:
        agreed(desk, focal, ticket, ONE_HOUR, **more)

    return change


def _closed(desk: Desk, focal: Staff, ticket: Ticket) -> None:
    act(desk, focal, ticket, handling.close, "unsafe_to_contact")


def _moved(desk: Desk, focal: Staff, ticket: Ticket) -> None:
    act(desk, focal, ticket, screening.raise_, "T3-C")


def _nothing(desk: Desk, focal: Staff, ticket: Ticket) -> None:
    pass


CHANGES: dict[str, tuple[Callable[[Desk, Staff, Ticket], None], bool]] = {
    "nothing": (_nothing, True),
    "the number became silent": (fall_silent, False),
    "consent withdrawn": (_withdrawn, False),
    "consent refused": (refuse, False),
    "another number agreed": (_other_terms(number=OTHER), False),
    "other hours agreed": (_other_terms(since="06:00", until="07:00"), False),
    "another language agreed": (_other_terms(language="bn"), False),
    "another wording agreed": (_other_terms(wording="phrases"), False),
    "another channel agreed": (_other_terms(channels=("call",)), False),
    "the channel forbidden": (_other_terms(channels=("call",), never=("sms",)), False),
    "the ticket closed": (_closed, False),
    "behind another wall": (_moved, False),
}
HOURS = {"before": (19, 59), "at the first minute": (20, 0), "inside": (20, 30), "at the end": (21, 0)}


@pytest.mark.plan("D28", trials=len(HOURS))
@pytest.mark.parametrize("change", CHANGES)
def test_each_thing_is_read_again_at_the_claim_at_every_hour(desk, focal, ticket, change):
    alter, goes = CHANGES[change]
    with time_machine.travel(local(12), tick=False):
        agreed(desk, focal, ticket, ONE_HOUR)
        reply = say(desk, focal, ticket)
        alter(desk, focal, ticket)
    for name, (hour, minute) in HOURS.items():
        with time_machine.travel(local(hour, minute), tick=False):
            claimed = claim(desk)
        inside = name in ("at the first minute", "inside")
        assert [one.reply_id for one in claimed] == ([reply.id] if goes and inside else []), (change, name)
        if claimed:
            with desk.at() as session:
                session.info["ring"] = None
                handed_over(session, reply.id, "SM2")
            break


WALLS, STATES, CONSENTS = ("gbv", "psea", None), ("triaged", "closed"), (1, 2, None)


@pytest.mark.plan("D28", trials=972)
def test_the_whole_rule_as_a_table(desk, focal, ticket):
    """Every combination of eight things; only one row of them may go out."""
    letter = outbound.Letter(NUMBER, NEUTRAL, "en", "20:00", "21:00", "neutral")
    held = envelopes.Held(letter, "gbv", 1)
    texts = {"neutral": NEUTRAL, "says too much": "The clinic waits for you", "another script": "রবিবার দশটায় আসতে পারেন?"}
    rows = allowed = 0
    with desk.at() as session:
        for wall, state, edition, agreed_to, silent, hour, text in product(
            WALLS, STATES, CONSENTS, CONSENTS, (False, True), (19, 20, 21), texts
        ):
            standing = outbound.Standing(
                wall, screening.Status(state), edition, agreed_to, "yes", silent, local(hour, 15)
            )
            one = replace(held, letter=replace(letter, text=texts[text]))
            goes = outbound.refusal(session, one, standing) is None
            fits = (wall, state, edition, agreed_to, silent, hour, text) == (
                "gbv",
                "triaged",
                1,
                1,
                False,
                20,
                "neutral",
            )
            assert goes == fits, (wall, state, edition, agreed_to, silent, hour, text)
            rows, allowed = rows + 1, allowed + goes
    assert (rows, allowed) == (972, 1)


@pytest.mark.plan("D28")
@pytest.mark.parametrize(("said", "goes"), [("not_asked", True), ("yes", False), ("no", False), ("withdrawn", False)])
def test_a_first_contact_is_read_again_at_the_claim_like_any_other(desk, focal, ticket, said, goes):
    text = desk.parts.response.phrases.text("first_contact", "en")
    held = envelopes.Held(outbound.Letter(NUMBER, text, "en", "09:00", "17:00", "phrases"), "gbv", None)
    with desk.at() as session:
        standing = outbound.Standing("gbv", ticket.status, None, None, said, silent=False, now=local(10))
        assert (outbound.refusal(session, held, standing) is None) is goes
