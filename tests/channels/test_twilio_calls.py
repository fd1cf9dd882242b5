"""Live calls on Twilio: whom a caller asks for, the line they wait in, missed calls, and calls that we place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from channels.contract import CallNews, CallStep, Heard, HookRequest, Ring, SendFailed, Unreadable, Untrusted, Wish
from channels.twilio_voice import TwilioVoice
from tests.channels.cases import AT
from tests.channels.test_twilio_voice import CALLING, LANGUAGES, NAME, PROMPTS, RECORDED, follow, said, verbs
from tests.channels.twilio_wire import ACCOUNT, CALL, OURS, PERSON, PUBLIC, TOKEN, post, serving

MISSED = "+15005550007"
COLLEAGUE = "+8801812000000"
OUR_CALL = {"CallSid": CALL, "AccountSid": ACCOUNT, "From": OURS, "To": COLLEAGUE, "CallStatus": "in-progress"}


def adapter(api: str = "http://127.0.0.1:9") -> TwilioVoice:
    return TwilioVoice(account_sid=ACCOUNT, auth_tokens=(TOKEN,), numbers=(OURS,), public_url=PUBLIC, prompts=PROMPTS,
                       languages=LANGUAGES, missed_numbers=(MISSED,), is_open=lambda at: True, api_base=api)  # fmt: skip


def asked(*keys: str, fields: Mapping[str, str] = CALLING) -> Heard:
    """Call in hours, press keys ("" for none), and what is said then."""
    voice = adapter()
    heard = voice.hear(post(NAME, "inbound", fields))
    for key in keys:
        gather, redirect = verbs(heard.answer)[-2:]
        heard = voice.hear(
            follow(gather.get("action"), {**fields, "Digits": key}) if key else follow(redirect.text, fields)
        )
    return heard


def news(step: CallStep, **more: object) -> CallNews:
    return CallNews(NAME, step, AT, CALL, **more)  # type: ignore[arg-type]


def test_after_the_words_on_safety_a_caller_chooses_whom_to_talk_to() -> None:
    heard = asked("2")
    assert said(heard.answer) == ["bn safe", "bn choose_person"]


@pytest.mark.parametrize(
    ("keys", "wish"),
    [("1", Wish.WOMAN), ("2", Wish.MAN), ("0", Wish.ANYONE), ("", Wish.ANYONE), ("9*", Wish.ANYONE), ("92", Wish.MAN)],
)
def test_the_key_says_whom_the_desk_is_asked_for(keys: str, wish: Wish) -> None:
    heard = asked("2", *(keys or [""]))
    assert heard.calls == (news(CallStep.WAITS, address=PERSON, language="bn", wish=wish),)
    assert heard.queued is not None
    (enqueue,) = verbs(heard.queued)
    assert (enqueue.tag, enqueue.text) == ("Enqueue", f"{wish}.bn")


def test_who_chose_no_language_waits_in_a_line_of_none() -> None:
    heard = asked("", "", "1")
    assert heard.calls[0].language is None
    assert heard.queued is not None
    assert verbs(heard.queued)[0].text == "woman.any"


def test_unless_the_desk_lets_them_wait_they_hear_that_nobody_is_free_and_reach_the_box() -> None:
    heard = asked("2", "1")
    assert said(heard.answer) == ["bn nobody_free", "bn before_tone"]
    assert verbs(heard.answer)[-2].tag == "Record"


def test_3_leads_to_the_box_and_asks_the_desk_for_nobody() -> None:
    heard = asked("2", "3")
    assert said(heard.answer) == ["bn before_tone"]
    assert (heard.calls, heard.queued) == ((), None)


def test_who_waits_hears_so_again_and_again_for_two_minutes_and_is_let_out_to_the_box() -> None:
    queued = asked("2", "1").queued
    assert queued is not None
    (enqueue,) = verbs(queued)
    waits = adapter().hear(follow(enqueue.get("waitUrl"), {**CALLING, "QueueTime": "105"}))
    assert said(waits.answer) == ["bn please_wait"]
    over = adapter().hear(follow(enqueue.get("waitUrl"), {**CALLING, "QueueTime": "120"}))
    assert [verb.tag for verb in verbs(over.answer)] == ["Leave"]
    left = adapter().hear(follow(enqueue.get("action"), {**CALLING, "QueueResult": "leave"}))
    assert said(left.answer) == ["bn nobody_free", "bn before_tone"]
    assert left.calls == (news(CallStep.GAVE_UP),)


@pytest.mark.parametrize("result", ["error", "queue-full", "system-error", ""])
def test_an_exchange_in_trouble_leads_to_the_box(result: str) -> None:
    left = adapter().hear(post(NAME, "left", {**CALLING, "QueueResult": result}, query="step=wait_man"))
    assert verbs(left.answer)[-2].tag == "Record"


@pytest.mark.parametrize("result", ["bridged", "redirected-from-bridged"])
def test_after_a_talk_the_line_says_goodbye(result: str) -> None:
    left = adapter().hear(post(NAME, "left", {**CALLING, "QueueResult": result}, query="step=wait_man&language=bn"))
    assert (said(left.answer), left.calls) == (["bn goodbye"], ())


def test_who_hangs_up_while_waiting_is_told_nothing_more() -> None:
    left = adapter().hear(post(NAME, "left", {**CALLING, "QueueResult": "hangup"}, query="step=wait_man"))
    assert left == Heard(answer=left.answer)
    assert not left.answer.body


def test_a_message_cut_off_at_its_longest_is_kept_and_may_go_on() -> None:
    cut = {**RECORDED, "RecordingDuration": "300", "Digits": ""}
    heard = adapter().hear(post(NAME, "recorded", cut, query="step=box&language=bn"))
    assert said(heard.answer) == ["bn too_long"]
    assert verbs(heard.answer)[-2].tag == "Record"
    assert len(heard.messages) == 1
    more = adapter().hear(follow(verbs(heard.answer)[-1].text, CALLING))
    assert said(more.answer) == ["bn thanks"]


def test_who_hangs_up_at_the_longest_is_not_asked_to_go_on() -> None:
    cut = {**RECORDED, "RecordingDuration": "300", "Digits": "hangup"}
    heard = adapter().hear(post(NAME, "recorded", cut, query="step=box&language=bn"))
    assert said(heard.answer) == ["bn thanks"]
    assert len(heard.messages) == 1


def test_a_missed_call_is_turned_away_before_it_costs_anything() -> None:
    heard = adapter().hear(post(NAME, "inbound", {**CALLING, "To": MISSED}))
    (reject,) = verbs(heard.answer)
    assert (reject.tag, reject.attrib) == ("Reject", {"reason": "busy"})
    assert heard.calls == (news(CallStep.MISSED, address=PERSON),)
    assert not heard.messages


def test_the_end_of_a_call_that_was_turned_away_is_no_news() -> None:
    assert adapter().hear(post(NAME, "status", {**CALLING, "To": MISSED, "CallStatus": "busy"})) == Heard()


@pytest.mark.parametrize(
    ("ring", "joins"),
    [
        (Ring("ref-1", COLLEAGUE, person=PERSON), ("Number", PERSON)),
        (Ring("ref-1", COLLEAGUE, wish=Wish.WOMAN, language="bn"), ("Queue", "woman.bn")),
    ],
    ids=["a call-back", "who waits"],
)
def test_a_call_of_ours_rings_a_colleague_and_a_key_joins_them_with_the_person(
    ring: Ring, joins: tuple[str, str]
) -> None:
    with serving() as api:
        api.will_answer(201, {"sid": CALL, "status": "queued"})
        assert adapter(api.base).ring(ring) == CALL
        (placed,) = api.asked
    assert (placed.form["To"], placed.form["From"]) == (COLLEAGUE, OURS)
    assert placed.form["Timeout"] == "25"  # seconds, before a voicemail of theirs would take it
    assert PERSON not in placed.form["Url"]
    answered = adapter().hear(follow(placed.form["Url"], OUR_CALL))
    (gather, hang_up) = verbs(answered.answer)
    assert (gather.tag, hang_up.tag) == ("Gather", "Hangup")  # an answering machine presses no key
    joined = adapter().hear(follow(gather.get("action"), {**OUR_CALL, "Digits": "5"}))
    (dial,) = verbs(joined.answer)
    assert (dial[0].tag, dial[0].text, dial.get("callerId")) == (*joins, OURS)
    assert (dial.get("timeLimit"), dial.get("timeout")) == ("3600", "25" if ring.person else "5")
    rings = adapter().hear(follow(placed.form["StatusCallback"], {**OUR_CALL, "CallStatus": "ringing"}))
    assert rings == Heard()
    there = adapter().hear(follow(dial[0].get("url"), {**CALLING, "CallStatus": "in-progress"}))
    assert (there.calls, there.answer.body) == ((news(CallStep.TALKS, ours="ref-1"),), "")
    over = adapter().hear(follow(dial.get("action"), {**OUR_CALL, "DialCallStatus": "completed"}))
    assert over.calls == (news(CallStep.ENDED, ours="ref-1"),)
    away = adapter().hear(follow(placed.form["StatusCallback"], {**OUR_CALL, "CallStatus": "no-answer"}))
    assert away.calls == (news(CallStep.STAFF_AWAY, ours="ref-1"),)


@pytest.mark.parametrize("status", ["no-answer", "busy", "failed", "canceled", ""])
def test_a_person_who_does_not_answer_was_not_reached(status: str) -> None:
    heard = adapter().hear(post(NAME, "joined", {**OUR_CALL, "DialCallStatus": status}, query="ours=ref-1"))
    assert [one.step for one in heard.calls] == [CallStep.NOT_REACHED]


def test_a_provider_that_refuses_a_call_says_why_without_a_number() -> None:
    with serving() as api:
        api.will_refuse(400, 21211)
        with pytest.raises(SendFailed) as failed:
            adapter(api.base).ring(Ring("ref-1", COLLEAGUE, person=PERSON))
    assert "880" not in str(failed.value)


def state(hook: str, query: str = "") -> HookRequest:
    return post(NAME, hook, OUR_CALL, query=query)


@pytest.mark.parametrize("hook", ["staff", "bridge", "talks", "joined", "rung"])
def test_a_call_of_ours_without_its_reference_is_not_believed(hook: str) -> None:
    with pytest.raises((Untrusted, Unreadable)):
        adapter().hear(state(hook))


def test_a_number_of_an_older_token_joins_nobody() -> None:
    with pytest.raises(Unreadable):
        adapter().hear(state("bridge", "ours=ref-1&person=gAAAAA"))


def test_a_recording_of_no_length_is_not_listed_as_a_message() -> None:
    at = "Wed, 04 Mar 2026 05:06:07 +0000"
    sounds = [
        {"sid": f"RE{n}" + "0" * 31, "call_sid": CALL, "duration": length, "status": "completed", "date_created": at}
        for n, length in enumerate(("0", "14", None))
    ]
    with serving() as api:
        api.answers = [
            (200, {"content-type": "application/json"}, json.dumps(body).encode())
            for body in (
                {"recordings": sounds, "page_size": 500},
                {"calls": [{"sid": CALL, "from": PERSON, "to": OURS}], "page_size": 500},
            )
        ]
        (listed,) = adapter(api.base).list_inbound(datetime(2026, 3, 4, tzinfo=UTC))
    assert (listed.provider_ref, listed.address) == ("RE1" + "0" * 31, PERSON)
