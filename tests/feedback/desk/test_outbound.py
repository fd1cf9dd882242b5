"""What goes out on a sensitive ticket: on which terms it is written, the first contact, and what waits is erased."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from feedback import clock
from feedback.desk import (
    consents,
    envelopes,
    handling,
    outbound,
    plans,
    replies,
    resealing,
    screening,
    sealing,
)  # fmt: skip
from feedback.desk.delivery import handed_over
from feedback.errors import Invalid, Locked, NotAllowed, WrongState
from feedback.models.plan import Ask, Consent, HeldEnvelope, How, Said
from feedback.models.reply import Purpose, Reply, ReplyState
from feedback.models.ticket import TicketKey
from tests.feedback.desk.plans import (
    NEUTRAL,
    NUMBER,
    ONE_HOUR,
    TERMS,
    act,
    agreed,
    claim,
    fall_silent,
    holders,
    local,
    refuse,
    say,
    soon,
    unlocked,
)


def test_an_answer_goes_out_on_the_terms_that_were_agreed(desk, focal, ticket):
    agreed(desk, focal, ticket)
    say(desk, focal, ticket)
    with soon():
        (claimed,) = claim(desk)
    assert (claimed.envelope.address, claimed.envelope.text) == (NUMBER, NEUTRAL)


def test_nothing_is_written_without_consent(desk, focal, ticket):
    with pytest.raises(NotAllowed):
        say(desk, focal, ticket)
    assert desk.rows(Reply) == []


def test_nothing_is_written_in_a_session_that_is_locked(desk, focal, ticket):
    agreed(desk, focal, ticket)
    with pytest.raises(Locked):
        desk.act(focal, ticket, outbound.say, NEUTRAL)


def test_what_was_handed_over_is_erased_with_its_key(desk, focal, ticket):
    agreed(desk, focal, ticket)
    reply = say(desk, focal, ticket)
    with desk.at() as session:  # the desk opens what waits, and nothing else of the ticket
        assert envelopes.held(session, reply) is not None
        with pytest.raises(Locked):
            sealing.key(session, ticket.id)
    with soon():
        claim(desk)
    with desk.at() as session:
        handed_over(session, reply.id, "SM1")
    assert desk.rows(HeldEnvelope) == []
    assert desk.rows(TicketKey, TicketKey.ticket_id == reply.id) == []
    assert desk.rows(Reply)[0].state is ReplyState.SENT


@pytest.mark.parametrize("end", ["recall", "withdraw", "close", "raise"])
def test_what_will_not_go_out_is_erased_at_once(desk, focal, ticket, end):
    agreed(desk, focal, ticket)
    reply = say(desk, focal, ticket)
    ends: dict[str, Callable[[], object]] = {
        "recall": lambda: act(desk, focal, ticket, replies.recall, reply),
        "withdraw": lambda: act(desk, focal, ticket, consents.withdraw, Ask.CONTACT),
        "close": lambda: act(desk, focal, ticket, handling.close, "unsafe_to_contact"),
        "raise": lambda: act(desk, focal, ticket, screening.raise_, "T3-C"),
    }
    ends[end]()
    assert desk.rows(HeldEnvelope) == []
    assert desk.rows(TicketKey, TicketKey.ticket_id == reply.id) == []
    with soon():
        assert claim(desk) == []


@pytest.mark.parametrize(
    ("text", "language", "wording"),
    [
        ("", "en", "neutral"),
        ("x" * 1601, "en", "neutral"),
        ("Your complaint was passed to the clinic", "en", "neutral"),
        ("Can you come on Sunday at ten?", "bn", "neutral"),
        ("Can you come on Sunday at ten?", "en", "phrases"),
        (
            "Please call us free on 00000, or tell us when to call.",
            "rhg-Latn",
            "phrases",
        ),  # English is not what they agreed
    ],
)
def test_a_text_that_was_not_agreed_is_not_even_kept(desk, focal, ticket, text, language, wording):
    agreed(desk, focal, ticket, TERMS, language=language, wording=wording)
    with pytest.raises(Invalid):
        say(desk, focal, ticket, text)
    assert desk.rows(Reply) == []


def test_a_reviewed_phrase_may_go_where_only_phrases_were_agreed(desk, focal, ticket):
    agreed(desk, focal, ticket, TERMS, wording="phrases", language="bn")
    text = desk.parts.response.phrases.text("first_contact", "bn")
    say(desk, focal, ticket, text)
    with soon():
        assert [one.envelope.text for one in claim(desk)] == [text]


def test_a_call_that_was_agreed_is_a_task_for_a_person_and_never_a_text(desk, focal, ticket):
    agreed(desk, focal, ticket, TERMS, channels=("call",))
    reply = say(desk, focal, ticket)
    assert (reply.state, reply.adapter) == (ReplyState.BY_HAND, None)
    assert desk.rows(HeldEnvelope) == []


def test_a_plan_without_a_way_is_a_wish_to_be_left_alone(desk, focal, ticket):
    agreed(desk, focal, ticket, TERMS, channels=())
    with pytest.raises(NotAllowed):
        say(desk, focal, ticket)
    with pytest.raises(WrongState):
        act(desk, focal, ticket, outbound.first_contact)


def test_call_me_after_eight_in_their_own_words_is_consent_recorded_as_such(desk, focal, ticket):
    act(desk, focal, ticket, plans.agree, ONE_HOUR, how=How.OWN_WORDS)
    (row,) = desk.rows(Consent)
    assert (row.ask, row.said, row.how, row.edition) == (Ask.CONTACT, Said.YES, How.OWN_WORDS, 1)
    assert act(desk, focal, ticket, lambda session, staff, found: plans.find(session, found)).terms == ONE_HOUR


def test_the_terms_are_sealed_with_the_ticket_and_follow_it(desk, focal, ticket):
    agreed(desk, focal, ticket, TERMS, code_word="kestrel")
    child = holders(desk, "child_protection")[0]
    act(desk, focal, ticket, screening.raise_, "T3-C")
    found = act(desk, child, ticket, lambda session, staff, one: plans.find(session, one))
    assert found.terms.code_word == "kestrel"
    assert {name for name, _ in ((table.__tablename__, 0) for table, _ in resealing.SEALED)} >= {"contact_plan"}


def test_the_first_contact_is_the_phrase_of_open_tickets_once_and_in_the_hours_set(desk, focal, ticket):
    with time_machine.travel(local(23, 40), tick=False):
        reply = act(desk, focal, ticket, outbound.first_contact)
        assert claim(desk) == []
    with time_machine.travel(local(9, 1) + timedelta(days=1), tick=False):
        (claimed,) = claim(desk)
    assert claimed.envelope.text == desk.parts.response.phrases.text("first_contact", "en")
    assert reply.purpose is Purpose.FIRST_CONTACT
    with pytest.raises(WrongState):
        act(desk, focal, ticket, outbound.first_contact)


@pytest.mark.parametrize(
    "words", ["he follows me, don’t call me", "ও আমাকে মারে, ফোন করবেন না", "phone korben na please", "he reads my phone"]
)
def test_no_first_contact_where_the_words_say_do_not(desk, focal, words):
    ticket = desk.ticket(words, tier="T3-G", sector="gbv", address=NUMBER)
    with pytest.raises(WrongState):
        act(desk, focal, ticket, outbound.first_contact)


def test_no_first_contact_to_a_number_that_wants_nothing_from_us(desk, focal, ticket):
    fall_silent(desk, focal, ticket)
    with pytest.raises(WrongState):
        act(desk, focal, ticket, outbound.first_contact)


def test_a_first_contact_that_waits_does_not_go_once_they_have_said_no(desk, focal, ticket):
    with time_machine.travel(local(10), tick=False):
        act(desk, focal, ticket, outbound.first_contact)
        refuse(desk, focal, ticket)
    with time_machine.travel(local(11), tick=False):
        assert claim(desk) == []


def test_a_late_failure_of_an_erased_text_is_work_for_a_person(desk, focal, ticket):
    from channels.contract import Delivery, Fate, Receipt
    from feedback.desk.delivery import record_receipts

    agreed(desk, focal, ticket)
    reply = say(desk, focal, ticket)
    with soon():
        claim(desk)
        with desk.at() as session:
            handed_over(session, reply.id, "SM3")
        with desk.at() as session:
            receipt = Receipt("twilio-sms", "SM3", Delivery.FAILED, clock.now(), code="30003", fate=Fate.LATER)
            record_receipts(session, [receipt])
        assert desk.rows(Reply)[0].state is ReplyState.FAILED
        assert claim(desk) == []


def test_consent_is_not_asked_until_somebody_asked(desk, focal, ticket):
    with unlocked(desk, focal) as session:
        assert [one.said for one in consents.standing(session, ticket)] == ["not_asked"] * 3
    act(desk, focal, ticket, consents.answer, Ask.REFER, Said.YES, language="bn", witness="interpreter")
    with unlocked(desk, focal) as session:
        refer = {one.ask: one for one in consents.standing(session, ticket)}[Ask.REFER]
    assert (refer.said, refer.language, refer.witness, refer.by) == ("yes", "bn", "interpreter", focal.name)


def test_a_consent_to_contact_is_only_given_with_a_plan(desk, focal, ticket):
    with pytest.raises(Invalid):
        act(desk, focal, ticket, consents.answer, Ask.CONTACT, Said.YES, language="en")
