"""What Twilio is told to do in a call: turns of the hotline's dialogue, and the joining of two legs, as TwiML."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from twilio.twiml.voice_response import Dial, Enqueue, Gather, VoiceResponse

from channels import hotline
from channels.contract import Answer
from channels.hotline import Does, Language, Prompt, Step

# Our language → the voice that can read it out. Burmese has none: it needs recorded prompts.
VOICES: Mapping[str, str] = {"en": "en-IN", "bn": "bn-IN", "bn-Latn": "en-IN", "rhg-Latn": "en-IN"}

SECONDS_TO_ANSWER = 25  # before a phone that rings counts as not answered
SECONDS_OF_TALK = 3600
_FOR_STAFF = "Feedback desk. Press any key to be connected."  # the phone of one of us, never of a person


class Script:
    """Writes the documents. Whatever state a call needs later travels in our own hooks' addresses, numbers encrypted."""

    def __init__(
        self,
        *,
        root: str,
        prompts: hotline.Prompts,
        languages: Sequence[Language],
        tokens: Sequence[str],
        number: str,
    ) -> None:
        """`root` is the public address of the hooks; `number` is ours, which both sides of a joined call see."""
        self._root, self._prompts, self._languages, self._number = root, prompts, languages, number
        self._secrets = MultiFernet([Fernet(_key(token)) for token in tokens])

    def turn(self, step: Step, language: Language | None, caller: str | None) -> Answer:
        """What a caller hears at this step, and what happens then."""
        turn, response = hotline.TURNS[step], VoiceResponse()
        for prompt in turn.says:
            self._say(response, prompt, language)
        if turn.does is Does.ASK_LANGUAGE:
            self._ask_language(response, step)
        elif turn.does is Does.ASK_PERSON:
            self._ask_person(response, step, language)
        elif turn.does is Does.QUEUE:
            self._queue(response, step, language)
        elif turn.does is Does.RECORD:
            self._record(response, step, language, caller)
        else:
            response.hangup()
        return Answer(str(response))

    def wait(self, language: Language | None, seconds: int) -> Answer:
        """What somebody hears who has waited so long: the words again, or out to the message box."""
        response = VoiceResponse()
        if seconds >= hotline.SECONDS_TO_WAIT:
            response.leave()
        else:
            self._say(response, Prompt.PLEASE_WAIT, language)
            response.pause(length=hotline.SECONDS_BETWEEN)
        return Answer(str(response))

    def ask_staff(self, **state: str) -> Answer:
        """A colleague has picked up: a key proves that it is a person and no answering machine."""
        response = VoiceResponse()
        gather = Gather(action=self.hook("bridge", **state), method="POST", num_digits=1, timeout=10)
        gather.say(_FOR_STAFF, language=VOICES["en"])
        response.append(gather)
        response.hangup()
        return Answer(str(response))

    def join(self, ours: str, *, person: str | None, line: str | None) -> Answer:
        """Join a colleague with a person: with this number, or with whoever waits first in this line."""
        response = VoiceResponse()
        talks = self.hook("talks", ours=ours)
        dial = Dial(
            action=self.hook("joined", ours=ours),
            method="POST",
            caller_id=self._number,
            timeout=SECONDS_TO_ANSWER if person else 5,
            time_limit=SECONDS_OF_TALK,
        )
        if person:
            dial.number(person, url=talks, method="POST")
        else:
            dial.queue(line, url=talks, method="POST")
        response.append(dial)
        return Answer(str(response))

    def seal(self, number: str) -> str:
        """A number as it may stand in an address of ours."""
        return self._secrets.encrypt(number.encode()).decode()

    def unseal(self, sealed: str | None) -> str | None:
        """The number again; None where there is none, or it was sealed under a token that has been rotated away."""
        try:
            return self._secrets.decrypt(sealed).decode() if sealed else None
        except InvalidToken:
            return None

    def hook(self, hook: str, **state: str) -> str:
        """The public address of one of our hooks, with what it has to know."""
        return f"{self._root}/{hook}?{urlencode(state)}" if state else f"{self._root}/{hook}"

    def _ask_language(self, response: VoiceResponse, step: Step) -> None:
        pressed = self.hook("language", step=step)
        gather = Gather(action=pressed, method="POST", num_digits=1, timeout=hotline.SECONDS_TO_PRESS)
        for language in self._languages:
            self._say(gather, Prompt.CHOOSE, language)
        response.append(gather)
        response.redirect(pressed, method="POST")  # reached by silence

    def _ask_person(self, response: VoiceResponse, step: Step, language: Language | None) -> None:
        pressed = self.hook("person", step=step, **_chosen(language))
        gather = Gather(action=pressed, method="POST", num_digits=1, timeout=hotline.SECONDS_TO_PRESS)
        self._say(gather, Prompt.CHOOSE_PERSON, language)
        response.append(gather)
        response.redirect(pressed, method="POST")

    def _queue(self, response: VoiceResponse, step: Step, language: Language | None) -> None:
        code = language.code if language else None
        enqueue = Enqueue(
            hotline.line_of(hotline.WISHES[step], code),
            action=self.hook("left", step=step, **_chosen(language)),
            method="POST",
            wait_url=self.hook("wait", **_chosen(language)),
            wait_url_method="POST",
        )
        response.append(enqueue)

    def _record(self, response: VoiceResponse, step: Step, language: Language | None, caller: str | None) -> None:
        sealed = {"caller": self.seal(caller)} if caller else {}
        recorded = self.hook("recorded", step=step, **_chosen(language))
        response.record(
            action=recorded,
            method="POST",
            max_length=hotline.SECONDS_OF_MESSAGE,
            timeout=hotline.SECONDS_OF_SILENCE,
            finish_on_key=hotline.END_KEY,
            trim="do-not-trim",
            recording_status_callback=self.hook("recording", **_chosen(language), **sealed),
            recording_status_callback_event="completed absent",
        )
        response.redirect(recorded, method="POST")  # reached when nothing was recorded

    def _say(self, verb: VoiceResponse | Gather, prompt: Prompt, language: Language | None) -> None:
        # Better heard in another language than not at all; `hotline.missing` lists it.
        wanted = language or self._languages[0]
        for heard in (wanted, *self._languages):
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


def _chosen(language: Language | None) -> dict[str, str]:
    return {"language": language.code} if language else {}


def _key(token: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"caller of a recording").derive(token.encode())
    return base64.urlsafe_b64encode(derived)
