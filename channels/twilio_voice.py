"""The hotline on Twilio: the dialogue of `channels.hotline` said in TwiML, and finished recordings turned into messages."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from urllib.parse import urlencode

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from twilio.twiml.voice_response import Gather, VoiceResponse

from channels import hotline, phone, twilio_copies
from channels.contract import (
    Answer,
    ChannelName,
    Copy,
    Envelope,
    Heard,
    HookRequest,
    Inbound,
    Media,
    SendFailed,
    Unreadable,
    Untrusted,
)
from channels.hotline import Does, Happened, Language, Prompt, Step
from channels.twilio_account import Form, TwilioAccount, one, query

_CALL = "CA[0-9a-f]{32}"
_RECORDING = "RE[0-9a-f]{32}"
_PARTY = r"[^\x00-\x1f\x7f]{1,128}"
_WITHHELD = frozenset({"+7378742833", "+2562533", "+8566696", "+266696687", "+86282452253"})  # Twilio's words for it
_STATUSES = {"completed": True, "in-progress": False, "absent": False}  # of a recording: is there one to fetch?

# Our language → the voice that can read it out. Burmese has none: it needs recorded prompts.
VOICES: Mapping[str, str] = {"en": "en-IN", "bn": "bn-IN", "bn-Latn": "en-IN", "rhg-Latn": "en-IN"}


class TwilioVoice:
    """The hotline adapter. Hooks: `inbound` (a call), `language` (a key), `recorded` (the tone's end), `recording`
    (the file is ready), `status` (the call's end)."""

    name = "twilio-voice"
    channel = ChannelName.HOTLINE
    hooks = frozenset({"inbound", "language", "recorded", "recording", "status"})
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
        api_base: str | None = None,
        timeout: float = 10.0,
    ) -> None:
        """`languages` are (key, code, name in itself), spoken in this order; the first is the one for who chooses none."""
        self._languages = tuple(Language(*language) for language in languages)
        keys = {language.key for language in self._languages}
        if not numbers or not keys or len(keys) != len(self._languages) or not keys <= set("0123456789"):
            raise ValueError("a hotline needs a number of ours, and a key of its own for each language")
        self._account = TwilioAccount(
            account_sid=account_sid, auth_tokens=auth_tokens, api_base=api_base, timeout=timeout
        )
        self._numbers, self._public_url, self._prompts = tuple(numbers), public_url.rstrip("/"), prompts
        self._callers = MultiFernet([Fernet(_key(token)) for token in auth_tokens])
        self._hear: Mapping[str, Callable[[HookRequest, Form], Heard]] = {
            "inbound": self._inbound,
            "language": self._language,
            "recorded": self._recorded,
            "recording": self._recording,
            "status": lambda request, form: Heard(),
        }

    def hear(self, request: HookRequest) -> Heard:
        """Check one call of Twilio and say what comes next. Raises `Untrusted` or `Unreadable`."""
        form = self._account.genuine(request)
        one(form, "CallSid", _CALL)
        if request.hook not in self._hear:
            raise Untrusted("no hook of this adapter")
        return self._hear[request.hook](request, form)

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
                yield self._left(sound.sid, sound.duration, _person(caller or ""), None, sound.date_created, b"")

    def list_copies(self, before: datetime) -> Iterator[Copy]:
        """Every recording and call that Twilio still keeps. Raises `SendFailed`."""
        return twilio_copies.calls(self._account, self._numbers, before)

    def delete(self, copy: Copy) -> None:
        """Delete a recording or a call. Raises `SendFailed`."""
        twilio_copies.delete(self._account, copy)

    def _inbound(self, request: HookRequest, form: Form) -> Heard:
        return Heard(answer=self._turn(Step.LANGUAGE, None, self._caller(form)))

    def _language(self, request: HookRequest, form: Form) -> Heard:
        caller = self._caller(form)
        digits = form.get("Digits", "")
        chosen = next((language for language in self._languages if language.key == digits), None)
        happened = Happened.CHOSE if chosen else Happened.WRONG_KEY if digits else Happened.SILENCE
        return Heard(answer=self._turn(self._after(request, happened), chosen, caller))

    def _recorded(self, request: HookRequest, form: Form) -> Heard:
        caller, language = self._caller(form), self._chosen(request)
        there = "RecordingSid" in form and form.get("RecordingDuration") != "0"
        step = self._after(request, Happened.RECORDED if there else Happened.NOTHING_RECORDED)
        messages = (self._message(request, form, caller, language),) if there else ()
        return Heard(messages, answer=self._turn(step, language, caller))

    def _recording(self, request: HookRequest, form: Form) -> Heard:
        there = _STATUSES.get(one(form, "RecordingStatus", "[a-z-]{1,32}"))
        if there is None:
            raise Unreadable("a recording that the provider could not keep")
        if not there or form.get("RecordingDuration") == "0":
            return Heard(answer=Answer())
        return Heard((self._message(request, form, self._sealed_caller(request), self._chosen(request)),))

    def _message(self, request: HookRequest, form: Form, caller: str | None, language: Language | None) -> Inbound:
        sid, seconds = one(form, "RecordingSid", _RECORDING), form.get("RecordingDuration", "")
        return self._left(sid, seconds, caller, language, request.at, request.body)

    def _left(
        self, sid: str, seconds: str, caller: str | None, language: Language | None, at: datetime, raw: bytes
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
            language=language.code if language else None,
            recording=sound,
            raw=raw,
        )

    def _caller(self, form: Form) -> str | None:
        caller, to = one(form, "From", _PARTY), one(form, "To", _PARTY)
        if to not in self._numbers:
            raise Unreadable("a call to a number that is not in our settings")
        return _person(caller)

    def _sealed_caller(self, request: HookRequest) -> str | None:
        # Twilio's word that the file is ready does not name the caller, and may come first. Our own address of that
        # hook carries the number, encrypted: no number stands in a URL.
        sealed = query(request, "caller", r"[\w=-]{1,512}")
        try:
            return self._callers.decrypt(sealed).decode() if sealed else None
        except InvalidToken:  # sealed under a token that has been rotated away
            return None

    def _chosen(self, request: HookRequest) -> Language | None:
        code = query(request, "language", "[A-Za-z-]{2,16}")
        return next((language for language in self._languages if language.code == code), None)

    def _after(self, request: HookRequest, happened: Happened) -> Step:
        step = query(request, "step", "[a-z_]{1,32}")
        if step not in set(Step) or (Step(step), happened) not in hotline.NEXT:
            raise Untrusted("not a step of our dialogue")
        return hotline.NEXT[Step(step), happened]

    def _turn(self, step: Step, language: Language | None, caller: str | None) -> Answer:
        turn, response = hotline.TURNS[step], VoiceResponse()
        for prompt in turn.says:
            self._say(response, prompt, language or self._languages[0])
        if turn.does is Does.ASK_LANGUAGE:
            self._ask_language(response, step)
        elif turn.does is Does.RECORD:
            self._record(response, step, language, caller)
        else:
            response.hangup()
        return Answer(str(response))

    def _ask_language(self, response: VoiceResponse, step: Step) -> None:
        pressed = self._hook("language", step=step)
        gather = Gather(action=pressed, method="POST", num_digits=1, timeout=hotline.SECONDS_TO_PRESS)
        for language in self._languages:
            self._say(gather, Prompt.CHOOSE, language)
        response.append(gather)
        response.redirect(pressed, method="POST")  # reached by silence

    def _record(self, response: VoiceResponse, step: Step, language: Language | None, caller: str | None) -> None:
        chosen = {"language": language.code} if language else {}
        sealed = {"caller": self._callers.encrypt(caller.encode()).decode()} if caller else {}
        recorded = self._hook("recorded", step=step, **chosen)
        response.record(
            action=recorded,
            method="POST",
            max_length=hotline.SECONDS_OF_MESSAGE,
            timeout=hotline.SECONDS_OF_SILENCE,
            finish_on_key=hotline.END_KEY,
            trim="do-not-trim",
            recording_status_callback=self._hook("recording", **chosen, **sealed),
            recording_status_callback_event="completed absent",
        )
        response.redirect(recorded, method="POST")  # reached when nothing was recorded

    def _say(self, verb: VoiceResponse | Gather, prompt: Prompt, language: Language) -> None:
        # Better heard in another language than not at all; `hotline.missing` lists it.
        for heard in (language, *self._languages):
            said = self._prompts.get(heard.code, {}).get(prompt, "")
            if hotline.is_sound(said):
                verb.play(said)
                return
            if said and heard.code in VOICES:
                verb.say(said, language=VOICES[heard.code])
                return
            if prompt is Prompt.CHOOSE:  # another language's would name the wrong key
                verb.say(f"{heard.label}: {heard.key}", language=VOICES.get(heard.code, "en-IN"))
                return

    def _hook(self, hook: str, **state: str) -> str:
        return f"{self._public_url}/hooks/{self.name}/{hook}?{urlencode(state)}"


def _person(caller: str) -> str | None:
    return phone.parse(caller) if caller.startswith("+") and caller not in _WITHHELD else None


def _key(token: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"caller of a recording").derive(token.encode())
    return base64.urlsafe_b64encode(derived)
