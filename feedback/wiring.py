"""From settings to the parts that all processes share; the only file that names adapters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from channels import dialect, hotline
from channels.aggregator import Aggregator
from channels.contract import Channel, ChannelName, Exchange, Fate, SendFailed
from channels.in_person import InPerson
from channels.relay import Relay
from channels.twilio_sms import TwilioSms
from channels.twilio_voice import TwilioVoice
from feedback import responses
from feedback.db import Database
from feedback.models import PROTECTED
from feedback.queue import Queue
from feedback.responses import Response
from feedback.responses.recorded import Sound, live_sounds
from feedback.responses.services import load_services, open_at_any_hour
from feedback.seal.keyfile import DeskKeys
from feedback.seal.vault import Vault
from feedback.settings import Settings

_PROMPTS = {
    hotline.Prompt.CHOOSE: "choose_language",
    hotline.Prompt.WRONG_KEY: "wrong_key",
    hotline.Prompt.SAFE: "safe_statement",
    hotline.Prompt.CHOOSE_PERSON: "choose_person",
    hotline.Prompt.PLEASE_WAIT: "please_wait",
    hotline.Prompt.NOBODY_FREE: "nobody_free",
    hotline.Prompt.OUT_OF_HOURS: "out_of_hours",
    hotline.Prompt.HELP_OPEN: "help_open",
    hotline.Prompt.TOO_LONG: "too_long",
    hotline.Prompt.BEFORE_TONE: "before_tone",
    hotline.Prompt.NOTHING_HEARD: "nothing_heard",
    hotline.Prompt.THANKS: "thank_you",
    hotline.Prompt.GOODBYE: "goodbye",
}
"""What the hotline says, by the names that a response gives to its prompts."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What web, workers and commands share."""

    settings: Settings
    database: Database
    queue: Queue
    vault: Vault
    response: Response
    channels: Mapping[str, Channel]

    def channel(self, adapter: str) -> Channel:
        """The adapter of this name. Raises `SendFailed` for one that was taken out of the settings while work waits for it."""
        found = self.channels.get(adapter)
        if found is None:
            raise SendFailed("setup: this channel is not in our settings", retry=True, fate=Fate.SETUP)
        return found

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()


def live(settings: Settings) -> Parts:
    """Put the parts together. Raises `BadSettings`, `BadKeyFile` or `BadResponse` with what to mend."""
    response = responses.load(settings.response)
    if settings.demo:
        response = replace(response, listening=response.listening.at_any_hour())
    vault = Vault(DeskKeys.read(settings.key_file), settings.key_file)
    channels = _channels(settings, response)
    queue = Queue(settings.redis_url, lanes=settings.lanes)
    texts = {name: one.says_thanks for name, one in channels.items() if one.channel is ChannelName.SMS}
    thanks = texts if settings.acknowledge == "immediate" else {}
    database = Database(
        settings.database_url,
        protected=PROTECTED,
        shared={
            "vault": vault,
            "response": response,
            "senders": frozenset(texts),
            "thanks": thanks,
            "exchange": next((name for name, one in channels.items() if isinstance(one, Exchange)), None),
            "text_price": settings.text_price,
            "request_days": settings.request_days,
        },
        nudge=queue.push,
    )
    return Parts(settings, database, queue, vault, response, channels)


def _channels(settings: Settings, response: Response) -> dict[str, Channel]:
    channels: list[Channel] = [InPerson()]
    if settings.twilio_account_sid:
        acknowledgement = None
        if settings.acknowledge == "immediate":
            acknowledgement = response.acknowledgement_text(settings.acknowledge_language)
        channels.append(
            TwilioSms(
                account_sid=settings.twilio_account_sid,
                auth_tokens=settings.auth_tokens(),
                numbers=settings.twilio_numbers,
                public_url=settings.public_url,
                acknowledgement=acknowledgement,
                api_base=settings.twilio_api_base or None,
            )
        )
        channels.append(
            TwilioVoice(
                account_sid=settings.twilio_account_sid,
                auth_tokens=settings.auth_tokens(),
                numbers=settings.twilio_numbers,
                public_url=settings.public_url,
                missed_numbers=settings.missed_call_numbers,
                is_open=response.listening.open_at,
                prompts=_Said(settings, response),
                languages=_hotline_languages(response),
                api_base=settings.twilio_api_base or None,
            )
        )
    if settings.aggregator_url:
        channels.append(_aggregator(settings))
    if settings.relay_url:
        channels.append(_relay(settings))
    return {channel.name: channel for channel in channels}


def _aggregator(settings: Settings) -> Channel:
    return Aggregator(
        dialect=dialect.named(settings.aggregator_dialect),
        secrets=settings.aggregator_secrets(),
        networks=settings.aggregator_networks,
        numbers=settings.aggregator_numbers,
        public_url=settings.public_url,
        send_url=settings.aggregator_url,
        login=settings.aggregator_login(),
        region=settings.region,
    )


def _relay(settings: Settings) -> Channel:
    return Relay(
        signing_keys=settings.relay_keys(),
        devices=settings.relay_devices,
        send_url=settings.relay_url,
        login=settings.relay_login(),
        region=settings.region,
    )


def _hotline_languages(response: Response) -> list[tuple[str, str, str]]:
    """(key, code, name in itself), in the order of the keys."""
    keyed = [one for one in response.languages.values() if one.key]
    return sorted((one.key or "", one.code, one.labels.said(one.code)) for one in keyed)


class _Said(Mapping[str, Mapping[hotline.Prompt, str]]):
    """Per language what the hotline says: the address of its recording, else its text for a machine voice. Recordings that
    were taken in a moment ago are played from then on; one that is listed and not there stops the start."""

    def __init__(self, settings: Settings, response: Response) -> None:
        self._root, self._response = settings.public_url.rstrip("/"), response
        self._sounds = live_sounds(settings.response, response)
        self._codes = [code for _, code, _ in _hotline_languages(response)]
        self._help = open_at_any_hour(load_services(settings.response, response), response.languages)
        self._of: tuple[Sound, ...] | None = None
        self._said: dict[str, dict[hotline.Prompt, str]] = {}

    def __getitem__(self, language: str) -> Mapping[hotline.Prompt, str]:
        sounds = self._sounds.now()
        if sounds is not self._of:
            self._said, self._of = {code: self._prompts_of(code, sounds) for code in self._codes}, sounds
        return self._said[language]

    def __iter__(self) -> Iterator[str]:
        return iter(self._codes)

    def __len__(self) -> int:
        return len(self._codes)

    def _prompts_of(self, code: str, sounds: tuple[Sound, ...]) -> dict[hotline.Prompt, str]:
        names = {(one.prompt, one.language): one.name for one in sounds}
        said = {}
        for prompt, name in _PROMPTS.items():
            if name not in self._response.prompts.texts:
                continue  # a response of before this prompt
            found = self._response.prompts.prompt(name, code, services=self._help)
            sound = names.get((name, code)) or names.get((name, found.language))
            said[prompt] = f"{self._root}/prompts/{sound}" if sound else found.text or ""
        return said
