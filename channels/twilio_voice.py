"""The hotline on Twilio: the dialogue of `channels.hotline`, recordings turned into messages, and calls that we place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from channels import hotline, phone, twilio_copies
from channels.contract import (
    Answer,
    CallNews,
    CallStep,
    ChannelName,
    Copy,
    Envelope,
    Heard,
    HookRequest,
    Inbound,
    Media,
    Ring,
    SendFailed,
    Unreadable,
    Untrusted,
)
from channels.hotline import Does, Happened, Language, Step
from channels.twilio_account import Form, TwilioAccount, one, query
from channels.twilio_placing import OVER, SEALED, Placing
from channels.twilio_script import VOICES, Script

__all__ = ["VOICES", "TwilioVoice"]

_CALL = "CA[0-9a-f]{32}"
_RECORDING = "RE[0-9a-f]{32}"
_PARTY = r"[^\x00-\x1f\x7f]{1,128}"
_WITHHELD = frozenset({"+7378742833", "+2562533", "+8566696", "+266696687", "+86282452253"})  # Twilio's words for it
_STATUSES = {"completed": True, "in-progress": False, "absent": False}  # of a recording: is there one to fetch?
_BUSY = Answer('<?xml version="1.0" encoding="UTF-8"?><Response><Reject reason="busy" /></Response>')
"""The first verb and the only one: a call that is turned away before it is taken costs nobody anything."""


def never(at: datetime) -> bool:
    """Opening hours of a line on which nobody ever listens: a message box alone."""
    return False


class TwilioVoice:
    """The hotline adapter. Hooks of a call to us: `inbound`, `language` and `person` (keys), `wait`, `left` (the queue),
    `recorded` (the tone's end), `recording` (the file is ready), `status` (the call's end). Of a call that we place:
    `staff` (a colleague picked up), `bridge` (and pressed a key), `talks`, `joined`, `rung` (its end)."""

    name = "twilio-voice"
    channel = ChannelName.HOTLINE
    methods = frozenset({"POST"})
    says_thanks = True  # the call itself says it

    def __init__(
        self,
        *,
        account_sid: str,
        auth_tokens: tuple[str, ...],
        numbers: Sequence[str],
        public_url: str,
        prompts: hotline.Prompts,
        languages: Sequence[tuple[str, str, str]],
        missed_numbers: Sequence[str] = (),
        is_open: Callable[[datetime], bool] = never,
        api_base: str | None = None,
        timeout: float = 10.0,
    ) -> None:
        """`languages` are (key, code, name in itself), spoken in this order; the first is the one for who chooses none.

        Calls to `missed_numbers` are turned away free of charge and asked to be called back.
        """
        self._languages = tuple(Language(*language) for language in languages)
        keys = {language.key for language in self._languages}
        if not numbers or not keys or len(keys) != len(self._languages) or not keys <= set("0123456789"):
            raise ValueError("a hotline needs a number of ours, and a key of its own for each language")
        self._account = TwilioAccount(
            account_sid=account_sid, auth_tokens=auth_tokens, api_base=api_base, timeout=timeout
        )
        self._numbers, self._missed, self._is_open = tuple(numbers), frozenset(missed_numbers), is_open
        self._script = Script(
            root=f"{public_url.rstrip('/')}/hooks/{self.name}",
            prompts=prompts,
            languages=self._languages,
            tokens=auth_tokens,
            number=self._numbers[0],
        )
        self._placing = Placing(self.name, self._account, self._script, self._numbers[0])
        self._hear: Mapping[str, Callable[[HookRequest, Form], Heard]] = {
            "inbound": self._inbound,
            "language": self._language,
            "person": self._person,
            "wait": self._wait,
            "left": self._left_queue,
            "recorded": self._recorded,
            "recording": self._recording,
            "status": self._status,
            **self._placing.hear,
        }
        self.hooks = frozenset(self._hear)

    def hear(self, request: HookRequest) -> Heard:
        """Check one call of Twilio and say what comes next. Raises `Untrusted` or `Unreadable`."""
        form = self._account.genuine(request)
        one(form, "CallSid", _CALL)
        if request.hook not in self._hear:
            raise Untrusted("no hook of this adapter")
        return self._hear[request.hook](request, form)

    def ring(self, ring: Ring) -> str:
        """Call a colleague's phone; who picks up and presses a key is joined with the person. Raises `SendFailed`."""
        return self._placing.ring(ring)

    def send(self, envelope: Envelope) -> str:
        """A voice cannot be sent a text; the desk makes a call-back task. Always raises `SendFailed`."""
        raise SendFailed("cannot be answered on this channel", retry=False)

    def look_up(self, envelope: Envelope) -> str | None:
        """Nothing was ever handed to the provider."""
        return None

    def fetch(self, media: Media) -> Iterator[bytes]:
        """The sound of a recording. Raises `SendFailed`, with `retry` while Twilio is still writing it."""
        return self._account.fetch(media)

    def list_inbound(self, since: datetime) -> Iterator[Inbound]:
        """The recordings that were left with Twilio since then. Raises `SendFailed`."""
        for sound, caller in twilio_copies.recorded(self._account, self._numbers, since):
            if sound.duration and sound.duration != "0":
                yield self._message_of(sound.sid, sound.duration, _number(caller or ""), None, sound.date_created, b"")

    def list_copies(self, before: datetime) -> Iterator[Copy]:
        """Every recording and call that Twilio still keeps. Raises `SendFailed`."""
        return twilio_copies.calls(self._account, (*self._numbers, *self._missed - set(self._numbers)), before)

    def delete(self, copy: Copy) -> None:
        """Delete a recording or a call. Raises `SendFailed`."""
        twilio_copies.delete(self._account, copy)

    def _inbound(self, request: HookRequest, form: Form) -> Heard:
        caller = self._caller(form)
        if form["To"] in self._missed:
            return Heard(answer=_BUSY, calls=(self._news(request, form, CallStep.MISSED, address=caller),))
        began = self._news(request, form, CallStep.BEGAN, address=caller)
        return Heard(answer=self._script.turn(Step.LANGUAGE, None, caller), calls=(began,))

    def _language(self, request: HookRequest, form: Form) -> Heard:
        caller = self._caller(form)
        digits = form.get("Digits", "")
        chosen = next((language for language in self._languages if language.key == digits), None)
        happened = Happened.CHOSE if chosen else Happened.WRONG_KEY if digits else Happened.SILENCE
        return Heard(answer=self._script.turn(self._after(request, happened), chosen, caller))

    def _person(self, request: HookRequest, form: Form) -> Heard:
        caller, language, digits = self._caller(form), self._chosen(request), form.get("Digits", "")
        step = self._after(request, hotline.KEYS.get(digits, Happened.WRONG_KEY) if digits else Happened.SILENCE)
        asked = self._script.turn(step, language, caller)
        if hotline.TURNS[step].does is not Does.QUEUE:
            return Heard(answer=asked)
        code = language.code if language else None
        waits = self._news(request, form, CallStep.WAITS, address=caller, language=code, wish=hotline.WISHES[step])
        box = hotline.after(step, Happened.NOBODY_CAME, is_open=True)
        return Heard(answer=self._script.turn(box, language, caller), calls=(waits,), queued=asked)

    def _wait(self, request: HookRequest, form: Form) -> Heard:
        waited = form.get("QueueTime", "")
        seconds = int(waited) if waited.isascii() and waited.isdigit() else 0
        return Heard(answer=self._script.wait(self._chosen(request), seconds))

    def _left_queue(self, request: HookRequest, form: Form) -> Heard:
        result = form.get("QueueResult", "")
        if result == "hangup":
            return Heard(answer=Answer())
        happened = Happened.TALKED if "bridged" in result else Happened.NOBODY_CAME
        caller, step = self._caller(form), self._after(request, happened)
        gave_up = (self._news(request, form, CallStep.GAVE_UP),) if happened is Happened.NOBODY_CAME else ()
        return Heard(answer=self._script.turn(step, self._chosen(request), caller), calls=gave_up)

    def _recorded(self, request: HookRequest, form: Form) -> Heard:
        caller, language = self._caller(form), self._chosen(request)
        there = "RecordingSid" in form and form.get("RecordingDuration") != "0"
        step = self._after(request, _recorded(form) if there else Happened.NOTHING_RECORDED)
        answer = self._script.turn(step, language, caller)
        return self._left(request, form, caller, language, answer) if there else Heard(answer=answer)

    def _recording(self, request: HookRequest, form: Form) -> Heard:
        there = _STATUSES.get(one(form, "RecordingStatus", "[a-z-]{1,32}"))
        if there is None:
            raise Unreadable("a recording that the provider could not keep")
        if not there or form.get("RecordingDuration") == "0":
            return Heard(answer=Answer())
        # Twilio's word that the file is ready does not name the caller, and may come first: our own address of that
        # hook carries the number, encrypted.
        caller = self._script.unseal(query(request, "caller", SEALED))
        return self._left(request, form, caller, self._chosen(request), Answer())

    def _status(self, request: HookRequest, form: Form) -> Heard:
        if form.get("CallStatus") not in OVER or form.get("To") in self._missed:
            return Heard()
        return Heard(calls=(self._news(request, form, CallStep.ENDED, address=self._caller(form)),))

    def _left(
        self, request: HookRequest, form: Form, caller: str | None, language: Language | None, answer: Answer
    ) -> Heard:
        sid, seconds = one(form, "RecordingSid", _RECORDING), form.get("RecordingDuration", "")
        code = language.code if language else None
        message = self._message_of(sid, seconds, caller, code, request.at, request.body)
        return Heard((message,), answer=answer, calls=(self._news(request, form, CallStep.LEFT),))

    def _message_of(
        self, sid: str, seconds: str, caller: str | None, language: str | None, at: datetime, raw: bytes
    ) -> Inbound:
        sound = Media(
            ref=sid,
            url=f"{self._account.root}/Recordings/{sid}.wav",  # from the sid alone: never a host from outside
            media_type="audio/wav",
            seconds=int(seconds) if seconds.isascii() and seconds.isdigit() else None,
        )
        return Inbound(
            adapter=self.name,
            provider_ref=sid,
            channel=self.channel,
            received_at=at,
            address=caller,
            language=language,
            recording=sound,
            raw=raw,
        )

    def _news(self, request: HookRequest, form: Form, step: CallStep, **more: object) -> CallNews:
        return CallNews(self.name, step, request.at, form["CallSid"], **more)  # type: ignore[arg-type]

    def _caller(self, form: Form) -> str | None:
        caller, to = one(form, "From", _PARTY), one(form, "To", _PARTY)
        if to not in self._numbers and to not in self._missed:
            raise Unreadable("a call to a number that is not in our settings")
        return _number(caller)

    def _chosen(self, request: HookRequest) -> Language | None:
        code = query(request, "language", "[A-Za-z-]{2,16}")
        return next((language for language in self._languages if language.code == code), None)

    def _after(self, request: HookRequest, happened: Happened) -> Step:
        step = query(request, "step", "[a-z_]{1,32}")
        if step not in set(Step) or (Step(step), happened) not in hotline.NEXT:
            raise Untrusted("not a step of our dialogue")
        return hotline.after(Step(step), happened, is_open=self._is_open(request.at))


def _recorded(form: Form) -> Happened:
    """Cut off at the longest, or ended by the person."""
    seconds = form.get("RecordingDuration", "")
    full = seconds.isascii() and seconds.isdigit() and int(seconds) >= hotline.SECONDS_OF_MESSAGE
    return Happened.RECORDED_FULL if full and form.get("Digits") != "hangup" else Happened.RECORDED


def _number(caller: str) -> str | None:
    return phone.parse(caller) if caller not in _WITHHELD else None
