"""The hotline's dialogue as data: what a caller hears, what may happen then, and where that leads. Knows no provider.

The order is the field's: language, then the statement on safety, then a message after the tone. Live operators join
between the statement and the message box. Nothing is asked that a caller in danger would have to answer.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Prompt(StrEnum):
    """Words that are recorded once per language; `Prompts` maps each to its text or to the address of a sound file."""

    CHOOSE = "choose"  # "For English, press 4."; where it is missing, the language's name and key are said
    WRONG_KEY = "wrong_key"
    SAFE = "safe"  # "If you can't talk safely now, hang up and call at any time."
    BEFORE_TONE = (
        "before_tone"  # "Say when we may call and who may answer, or say: don't call. Then your message. Press #."
    )
    NOTHING_HEARD = "nothing_heard"
    THANKS = "thanks"
    GOODBYE = "goodbye"


class Does(StrEnum):
    """What the exchange does once the prompts of a turn are over."""

    ASK_LANGUAGE = "ask_language"
    RECORD = "record"
    HANG_UP = "hang_up"


class Step(StrEnum):
    """Where a caller is. A second try is a step of its own, so that no count has to travel."""

    LANGUAGE = "language"
    LANGUAGE_AGAIN = "language_again"  # after a wrong key
    LANGUAGE_REPEATED = "language_repeated"  # after silence
    BOX = "box"
    BOX_AGAIN = "box_again"
    THANKED = "thanked"
    ENDED = "ended"


class Happened(StrEnum):
    """What a caller did."""

    CHOSE = "chose"
    WRONG_KEY = "wrong_key"
    SILENCE = "silence"
    RECORDED = "recorded"
    NOTHING_RECORDED = "nothing_recorded"


class Turn(NamedTuple):
    """One turn of the exchange: prompts, then an act."""

    says: tuple[Prompt, ...]
    does: Does


TURNS: Mapping[Step, Turn] = {
    Step.LANGUAGE: Turn((), Does.ASK_LANGUAGE),
    Step.LANGUAGE_AGAIN: Turn((Prompt.WRONG_KEY,), Does.ASK_LANGUAGE),
    Step.LANGUAGE_REPEATED: Turn((), Does.ASK_LANGUAGE),
    Step.BOX: Turn((Prompt.SAFE, Prompt.BEFORE_TONE), Does.RECORD),
    Step.BOX_AGAIN: Turn((Prompt.NOTHING_HEARD, Prompt.BEFORE_TONE), Does.RECORD),
    Step.THANKED: Turn((Prompt.THANKS,), Does.HANG_UP),
    Step.ENDED: Turn((Prompt.GOODBYE,), Does.HANG_UP),
}

MAY_HAPPEN: Mapping[Does, frozenset[Happened]] = {
    Does.ASK_LANGUAGE: frozenset({Happened.CHOSE, Happened.WRONG_KEY, Happened.SILENCE}),
    Does.RECORD: frozenset({Happened.RECORDED, Happened.NOTHING_RECORDED}),
    Does.HANG_UP: frozenset(),
}

# Who can't find the key still reaches the box: nobody is turned away for not pressing anything.
NEXT: Mapping[tuple[Step, Happened], Step] = {
    (Step.LANGUAGE, Happened.CHOSE): Step.BOX,
    (Step.LANGUAGE, Happened.WRONG_KEY): Step.LANGUAGE_AGAIN,
    (Step.LANGUAGE, Happened.SILENCE): Step.LANGUAGE_REPEATED,
    (Step.LANGUAGE_AGAIN, Happened.CHOSE): Step.BOX,
    (Step.LANGUAGE_AGAIN, Happened.WRONG_KEY): Step.BOX,
    (Step.LANGUAGE_AGAIN, Happened.SILENCE): Step.BOX,
    (Step.LANGUAGE_REPEATED, Happened.CHOSE): Step.BOX,
    (Step.LANGUAGE_REPEATED, Happened.WRONG_KEY): Step.BOX,
    (Step.LANGUAGE_REPEATED, Happened.SILENCE): Step.BOX,
    (Step.BOX, Happened.RECORDED): Step.THANKED,
    (Step.BOX, Happened.NOTHING_RECORDED): Step.BOX_AGAIN,
    (Step.BOX_AGAIN, Happened.RECORDED): Step.THANKED,
    (Step.BOX_AGAIN, Happened.NOTHING_RECORDED): Step.ENDED,
}

SECONDS_TO_PRESS = 6
SECONDS_OF_SILENCE = 10  # people stop to think, cry, or wait until someone has passed
SECONDS_OF_MESSAGE = 300
END_KEY = "#"

Prompts = Mapping[str, Mapping[Prompt, str]]  # language → prompt → text, or the https address of a sound file


@dataclass(frozen=True, slots=True)
class Language:
    """One language on offer: the key to press, our code for it, and its name in itself."""

    key: str
    code: str
    label: str


def is_sound(said: str) -> bool:
    """Whether a prompt is the address of a sound file rather than words to be read out."""
    return said.startswith(("https://", "http://"))


def missing(prompts: Prompts, languages: Sequence[Language], spoken: Collection[str]) -> list[tuple[str, Prompt]]:
    """Which prompts a caller could not hear: neither recorded, nor in one of the `spoken` languages of a machine voice."""
    return [
        (language.code, prompt)
        for language in languages
        for prompt in Prompt
        if not (said := prompts.get(language.code, {}).get(prompt, ""))
        or not (is_sound(said) or language.code in spoken)
    ]
