"""The hotline on Twilio: calls walked through by keypad, and recordings that become messages."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

from channels.contract import (
    Answer,
    CallNews,
    CallStep,
    ChannelName,
    Envelope,
    Heard,
    HookRequest,
    Inbound,
    Media,
    SendFailed,
    Unreadable,
    Untrusted,
)
from channels.hotline import Prompt
from channels.twilio_voice import TwilioVoice
from tests.channels.cases import AT, Case, run, table
from tests.channels.twilio_wire import (
    ACCOUNT,
    CALL,
    NEXT_TOKEN,
    OURS,
    PERSON,
    PUBLIC,
    RECORDING,
    TOKEN,
    post,
)

NAME = "twilio-voice"
ROOT = f"/2010-04-01/Accounts/{ACCOUNT}"
SAFE_SOUND = "https://desk.example.org/prompts/rhg/safe.mp3"
PROMPTS: Mapping[str, Mapping[Prompt, str]] = {
    "bn": {prompt: f"bn {prompt}" for prompt in Prompt},
    "en": {prompt: f"en {prompt}" for prompt in Prompt},
    "my": {prompt: f"my {prompt}" for prompt in Prompt},  # words that no voice of Twilio's reads
    "rhg-Latn": {Prompt.SAFE: SAFE_SOUND, Prompt.BEFORE_TONE: "rhg before", Prompt.THANKS: "rhg thanks"},
}
LANGUAGES = [("1", "rhg-Latn", "Ruáingga"), ("2", "bn", "বাংলা"), ("3", "my", "မြန်မာ"), ("4", "en", "English")]
CALLING = {"CallSid": CALL, "AccountSid": ACCOUNT, "From": PERSON, "To": OURS, "CallStatus": "in-progress"}
RECORDED = {**CALLING, "RecordingSid": RECORDING, "RecordingDuration": "14", "Digits": "#"}
# What Twilio sends when a file is ready names no caller.
READY = {"CallSid": CALL, "AccountSid": ACCOUNT, "RecordingSid": RECORDING, "RecordingDuration": "14",
         "RecordingStatus": "completed", "RecordingUrl": "https://evil.example/x"}  # fmt: skip


def adapter(*, tokens: tuple[str, ...] = (TOKEN,)) -> TwilioVoice:
    return TwilioVoice(
        account_sid=ACCOUNT,
        auth_tokens=tokens,
        numbers=(OURS,),
        public_url=PUBLIC,
        prompts=PROMPTS,
        languages=LANGUAGES,
    )


def verbs(answer: Answer) -> list[ElementTree.Element]:
    assert answer.media_type == "text/xml"
    return list(ElementTree.fromstring(answer.body))  # noqa: S314 - our own words


def said(answer: Answer) -> list[str]:
    spoken = ElementTree.fromstring(answer.body).iter()  # noqa: S314 - our own words
    return [verb.text or "" for verb in spoken if verb.tag in {"Say", "Play"}]


def follow(address: str | None, fields: Mapping[str, str], token: str = TOKEN) -> HookRequest:
    """What Twilio sends to an address that we gave it in TwiML."""
    assert address
    url = urlsplit(address)
    assert address.startswith(f"{PUBLIC}/hooks/{NAME}/")
    return post(NAME, url.path.rsplit("/", 1)[1], fields, query=url.query, token=token)


def to_the_box(voice: TwilioVoice, *keys: str, caller: str = PERSON) -> Heard:
    """Call and press keys at the choice of language, "" for none; a failure if that doesn't lead to the tone."""
    heard = voice.hear(post(NAME, "inbound", {**CALLING, "From": caller}))
    for key in keys:
        gather, redirect = verbs(heard.answer)[-2:]
        assert (gather.tag, gather.get("numDigits"), redirect.tag) == ("Gather", "1", "Redirect")
        fields = {**CALLING, "From": caller}
        heard = voice.hear(
            follow(gather.get("action"), {**fields, "Digits": key}) if key else follow(redirect.text, fields)
        )
    return heard


def test_a_call_opens_with_the_choice_of_language_each_in_itself() -> None:
    heard = adapter().hear(post(NAME, "inbound", CALLING))
    assert said(heard.answer) == ["Ruáingga: 1", "bn choose", "မြန်မာ: 3", "en choose"]
    assert not heard.messages


def test_after_the_key_come_safety_and_the_terms_then_the_tone() -> None:
    heard = to_the_box(adapter(), "1")
    assert said(heard.answer) == [SAFE_SOUND, "bn out_of_hours", "bn help_open", "rhg before"]
    record, redirect = verbs(heard.answer)[-2:]
    assert record.attrib == {
        "action": redirect.text,
        "method": "POST",
        "maxLength": "300",
        "timeout": "10",
        "finishOnKey": "#",
        "trim": "do-not-trim",
        "recordingStatusCallback": record.get("recordingStatusCallback"),
        "recordingStatusCallbackEvent": "completed absent",
    }


@pytest.mark.parametrize("keys", [("2",), ("9", "2"), ("", "2")], ids=["at once", "after a wrong key", "after silence"])
def test_a_language_that_was_chosen_is_spoken_and_kept(keys: tuple[str, ...]) -> None:
    heard = to_the_box(adapter(), *keys)
    assert said(heard.answer) == ["bn safe", "bn out_of_hours", "bn help_open", "bn before_tone"]
    (message,) = adapter().hear(follow(verbs(heard.answer)[-2].get("action"), RECORDED)).messages
    assert message.language == "bn"


def test_words_that_cannot_be_heard_in_one_language_are_said_in_the_next() -> None:
    assert said(to_the_box(adapter(), "3").answer) == [SAFE_SOUND, "bn out_of_hours", "bn help_open", "rhg before"]
    assert said(to_the_box(adapter(), "9").answer)[0] == "bn wrong_key"


@pytest.mark.parametrize("keys", [("", ""), ("9", "*"), ("9", "")])
def test_who_finds_no_key_reaches_the_box_and_no_language_is_claimed(keys: tuple[str, ...]) -> None:
    heard = to_the_box(adapter(), *keys)
    assert said(heard.answer)[0] == SAFE_SOUND
    (message,) = adapter().hear(follow(verbs(heard.answer)[-2].get("action"), RECORDED)).messages
    assert message.language is None


def test_a_finished_recording_is_a_message_and_the_caller_is_thanked() -> None:
    heard = to_the_box(adapter(), "1")
    request = follow(verbs(heard.answer)[-2].get("action"), RECORDED)
    heard = adapter().hear(request)
    assert heard.messages == (
        Inbound(
            adapter=NAME,
            provider_ref=RECORDING,
            channel=ChannelName.HOTLINE,
            received_at=AT,
            address=PERSON,
            language="rhg-Latn",
            recording=Media(RECORDING, f"https://api.twilio.com{ROOT}/Recordings/{RECORDING}.wav", "audio/wav", 14),
            raw=request.body,
        ),
    )
    assert heard.calls == (CallNews(NAME, CallStep.LEFT, AT, CALL),)
    assert said(heard.answer) == ["rhg thanks"]
    assert verbs(heard.answer)[-1].tag == "Hangup"


def test_hanging_up_at_the_tone_still_leaves_the_message() -> None:
    record = verbs(to_the_box(adapter(), "1").answer)[-2]
    assert (
        adapter()
        .hear(follow(record.get("action"), {**RECORDED, "Digits": "hangup", "CallStatus": "completed"}))
        .messages
    )


@pytest.mark.parametrize("fields", [CALLING, {**RECORDED, "RecordingDuration": "0"}], ids=["silence", "no length"])
def test_nothing_recorded_is_asked_for_once_more_then_the_call_ends(fields: dict[str, str]) -> None:
    heard = to_the_box(adapter(), "4")
    heard = adapter().hear(follow(verbs(heard.answer)[-1].text, fields))
    assert said(heard.answer) == ["en nothing_heard", "en before_tone"]
    heard = adapter().hear(follow(verbs(heard.answer)[-1].text, fields))
    assert said(heard.answer) == ["en goodbye"]
    assert verbs(heard.answer)[-1].tag == "Hangup"
    assert not heard.messages


def test_word_that_the_file_is_ready_makes_the_same_message_whichever_comes_first() -> None:
    record = verbs(to_the_box(adapter(), "1").answer)[-2]
    ready = adapter().hear(follow(record.get("recordingStatusCallback"), READY))
    (first,) = ready.messages
    assert ready.calls == (CallNews(NAME, CallStep.LEFT, AT, CALL),)
    (second,) = adapter().hear(follow(record.get("action"), RECORDED)).messages
    assert first == replace(second, raw=first.raw)
    assert first.address == PERSON


def test_a_caller_is_known_across_the_rotation_of_a_token() -> None:
    record = verbs(to_the_box(adapter(), "1").answer)[-2]
    rotated = adapter(tokens=(NEXT_TOKEN, TOKEN))
    (message,) = rotated.hear(follow(record.get("recordingStatusCallback"), READY, NEXT_TOKEN)).messages
    assert message.address == PERSON


def test_a_caller_sealed_under_a_token_long_gone_is_nobody_and_the_message_is_kept() -> None:
    record = verbs(to_the_box(adapter(), "1").answer)[-2]
    (message,) = (
        adapter(tokens=(NEXT_TOKEN,)).hear(follow(record.get("recordingStatusCallback"), READY, NEXT_TOKEN)).messages
    )
    assert message.address is None


@pytest.mark.parametrize("caller", ["anonymous", "+266696687", "+86282452253", "16247", "sip:x@example.org"])
def test_a_caller_who_withholds_the_number_has_none(caller: str) -> None:
    record = verbs(to_the_box(adapter(), "1", caller=caller).answer)[-2]
    (recorded,) = adapter().hear(follow(record.get("action"), {**RECORDED, "From": caller})).messages
    (ready,) = adapter().hear(follow(record.get("recordingStatusCallback"), READY)).messages
    assert recorded.address is ready.address is None


def test_no_number_of_a_person_stands_in_what_we_hand_to_the_exchange() -> None:
    voice = adapter()
    heard = voice.hear(post(NAME, "inbound", CALLING))
    bodies = [heard.answer.body, to_the_box(voice, "9").answer.body, to_the_box(voice, "1").answer.body]
    for body in bodies:
        assert "1712345417" not in body
        assert base64.b64encode(b"1712345417").decode().rstrip("=") not in body


def state(hook: str, query: str, fields: Mapping[str, str]) -> HookRequest:
    return post(NAME, hook, fields, query=query)


BOX = "step=box&language=bn"
CASES = [
    Case("the end of a call is no message", post(NAME, "status", {**CALLING, "CallStatus": "completed"}),
         Heard(calls=(CallNews(NAME, CallStep.ENDED, AT, CALL, address=PERSON),))),
    Case("a call that goes on is no news", post(NAME, "status", {**CALLING, "CallStatus": "in-progress"}), Heard()),
    Case("a recording in progress", state("recording", "", {**READY, "RecordingStatus": "in-progress"}), Heard()),
    Case("a recording with nothing in it", state("recording", "", {**READY, "RecordingStatus": "absent"}), Heard()),
    Case("a recording of no length", state("recording", "", {**READY, "RecordingDuration": "0"}), Heard()),
    Case("a recording that the provider lost", state("recording", "", {**READY, "RecordingStatus": "failed"}), Unreadable),
    Case("a call to a number that is not in the settings", post(NAME, "inbound", {**CALLING, "To": "+15005550009"}),
         Unreadable),
    Case("a forged call", post(NAME, "inbound", CALLING, token="guess"), Untrusted),
    Case("a forged recording", post(NAME, "recorded", RECORDED, query=BOX, token="guess"), Untrusted),
    Case("state that was changed on the way", post(NAME, "recorded", RECORDED, query=BOX,
         signed_url=f"{PUBLIC}/hooks/{NAME}/recorded?step=box&language=en"), Untrusted),
    Case("no state", post(NAME, "recorded", RECORDED), Untrusted),
    Case("a step that there is not", state("recorded", "step=operator", RECORDED), Untrusted),
    Case("a step of another kind", state("recorded", "step=language", RECORDED), Untrusted),
    Case("two steps", state("recorded", "step=box&step=box_again", RECORDED), Untrusted),
    Case("no call", post(NAME, "inbound", {"AccountSid": ACCOUNT, "From": PERSON, "To": OURS}), Untrusted),
    Case("a recording in no format", state("recorded", BOX, {**RECORDED, "RecordingSid": "../RE1"}), Untrusted),
    Case("another account", post(NAME, "inbound", {**CALLING, "AccountSid": "AC" + "f" * 32}), Untrusted),
    Case("two callers", post(NAME, "inbound", [*CALLING.items(), ("From", "+8801812345678")]), Untrusted),
]  # fmt: skip


@table(CASES)
def test_what_the_hotline_hears(case: Case) -> None:
    run(adapter(), case)


@pytest.mark.parametrize("languages", [[], [("1", "en", "English"), ("1", "bn", "বাংলা")], [("#", "en", "English")]])
def test_keys_that_cannot_be_told_apart_do_not_start(languages: list[tuple[str, str, str]]) -> None:
    with pytest.raises(ValueError, match="key of its own"):
        TwilioVoice(account_sid=ACCOUNT, auth_tokens=(TOKEN,), numbers=(OURS,), public_url=PUBLIC, prompts=PROMPTS,
                    languages=languages)  # fmt: skip


def test_a_hook_that_there_is_not_is_not_believed() -> None:
    with pytest.raises(Untrusted):
        adapter().hear(post(NAME, "operator", CALLING))


def test_a_line_without_a_number_of_ours_does_not_start() -> None:
    with pytest.raises(ValueError, match="a number of ours"):
        TwilioVoice(account_sid=ACCOUNT, auth_tokens=(TOKEN,), numbers=(), public_url=PUBLIC, prompts=PROMPTS,
                    languages=LANGUAGES)  # fmt: skip


def test_a_text_cannot_be_sent_to_a_voice() -> None:
    with pytest.raises(SendFailed, match="cannot be answered on this channel") as failed:
        adapter().send(Envelope("q3v8Zt1LrYk", PERSON, "It is mended.", AT))
    assert not failed.value.retry
