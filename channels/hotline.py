"""The hotline's dialogue as data: what a caller hears, what may happen then, and where that leads. Knows no provider.

The order is the field's: language, then the statement on safety, then somebody to talk to or a message after the tone.
Nothing is asked that a caller in danger would have to answer, and no key says how urgent it is: a person decides that.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from channels.contract import Wish


class Prompt(StrEnum):
    """Words that are recorded once per language; `Prompts` maps each to its text or to the address of a sound file."""

    CHOOSE = "choose"  # "For English, press 4."; where it is missing, the language's name and key are said
    WRONG_KEY = "wrong_key"
    SAFE = "safe"  # "If you can't talk safely now, hang up and call at any time."
    CHOOSE_PERSON = "choose_person"  # "To talk to a woman, press 1. …"
    PLEASE_WAIT = "please_wait"
    NOBODY_FREE = "nobody_free"
    OUT_OF_HOURS = "out_of_hours"  # when someone listens
    HELP_OPEN = "help_open"  # where help is open day and night; nothing is said where there is no such place
    BEFORE_TONE = (
        "before_tone"  # "Say when we may call and who may answer, or say: don't call. Then your message. Press #."
    )
    NOTHING_HEARD = "nothing_heard"
    TOO_LONG = "too_long"  # "We have kept what you said. Go on after the tone, or hang up."
    THANKS = "thanks"
    GOODBYE = "goodbye"


class Does(StrEnum):
    """What the exchange does once the prompts of a turn are over."""

    ASK_LANGUAGE = "ask_language"
    ASK_PERSON = "ask_person"
    QUEUE = "queue"
    RECORD = "record"
    HANG_UP = "hang_up"


class Step(StrEnum):
    """Where a caller is. A second try is a step of its own, so that no count has to travel."""

    LANGUAGE = "language"
    LANGUAGE_AGAIN = "language_again"  # after a wrong key
    LANGUAGE_REPEATED = "language_repeated"  # after silence
    PERSON = "person"
    PERSON_AGAIN = "person_again"
    WAIT_WOMAN = "wait_woman"
    WAIT_MAN = "wait_man"
    WAIT_ANYONE = "wait_anyone"
    BOX = "box"  # who wants to leave a message
    BOX_CLOSED = "box_closed"  # out of hours
    BOX_BUSY = "box_busy"  # nobody is free, or nobody came
    BOX_AGAIN = "box_again"
    BOX_MORE = "box_more"  # the first message was as long as one may be
    THANKED = "thanked"
    ENDED = "ended"


class Happened(StrEnum):
    """What a caller did, or what became of them. A caller who hangs up is at the end wherever they are."""

    CHOSE = "chose"
    WRONG_KEY = "wrong_key"
    SILENCE = "silence"
    WOMAN = "woman"
    MAN = "man"
    ANYONE = "anyone"
    MESSAGE = "message"
    TALKED = "talked"
    NOBODY_CAME = "nobody_came"
    RECORDED = "recorded"
    RECORDED_FULL = "recorded_full"
    NOTHING_RECORDED = "nothing_recorded"


class Turn(NamedTuple):
    """One turn of the exchange: prompts, then an act."""

    says: tuple[Prompt, ...]
    does: Does


TURNS: Mapping[Step, Turn] = {
    Step.LANGUAGE: Turn((), Does.ASK_LANGUAGE),
    Step.LANGUAGE_AGAIN: Turn((Prompt.WRONG_KEY,), Does.ASK_LANGUAGE),
    Step.LANGUAGE_REPEATED: Turn((), Does.ASK_LANGUAGE),
    Step.PERSON: Turn((Prompt.SAFE,), Does.ASK_PERSON),
    Step.PERSON_AGAIN: Turn((Prompt.WRONG_KEY,), Does.ASK_PERSON),
    Step.WAIT_WOMAN: Turn((), Does.QUEUE),
    Step.WAIT_MAN: Turn((), Does.QUEUE),
    Step.WAIT_ANYONE: Turn((), Does.QUEUE),
    Step.BOX: Turn((Prompt.BEFORE_TONE,), Does.RECORD),
    Step.BOX_CLOSED: Turn((Prompt.SAFE, Prompt.OUT_OF_HOURS, Prompt.HELP_OPEN, Prompt.BEFORE_TONE), Does.RECORD),
    Step.BOX_BUSY: Turn((Prompt.NOBODY_FREE, Prompt.BEFORE_TONE), Does.RECORD),
    Step.BOX_AGAIN: Turn((Prompt.NOTHING_HEARD, Prompt.BEFORE_TONE), Does.RECORD),
    Step.BOX_MORE: Turn((Prompt.TOO_LONG,), Does.RECORD),
    Step.THANKED: Turn((Prompt.THANKS,), Does.HANG_UP),
    Step.ENDED: Turn((Prompt.GOODBYE,), Does.HANG_UP),
}

WISHES: Mapping[Step, Wish] = {
    Step.WAIT_WOMAN: Wish.WOMAN,
    Step.WAIT_MAN: Wish.MAN,
    Step.WAIT_ANYONE: Wish.ANYONE,
}

KEYS: Mapping[str, Happened] = {
    "1": Happened.WOMAN,
    "2": Happened.MAN,
    "3": Happened.MESSAGE,
    "0": Happened.ANYONE,
}
"""The keys of `Does.ASK_PERSON`; nobody has to press one."""

_PRESSED = frozenset({*KEYS.values(), Happened.WRONG_KEY, Happened.SILENCE})
MAY_HAPPEN: Mapping[Does, frozenset[Happened]] = {
    Does.ASK_LANGUAGE: frozenset({Happened.CHOSE, Happened.WRONG_KEY, Happened.SILENCE}),
    Does.ASK_PERSON: _PRESSED,
    Does.QUEUE: frozenset({Happened.TALKED, Happened.NOBODY_CAME}),
    Does.RECORD: frozenset({Happened.RECORDED, Happened.RECORDED_FULL, Happened.NOTHING_RECORDED}),
    Does.HANG_UP: frozenset(),
}

_WHO = {
    Happened.WOMAN: Step.WAIT_WOMAN,
    Happened.MAN: Step.WAIT_MAN,
    Happened.ANYONE: Step.WAIT_ANYONE,
    Happened.SILENCE: Step.WAIT_ANYONE,  # whoever is free
    Happened.MESSAGE: Step.BOX,
}
_FIRST_BOXES = (Step.BOX, Step.BOX_CLOSED, Step.BOX_BUSY)

# Who can't find the key still reaches somebody: nobody is turned away for not pressing anything.
NEXT: Mapping[tuple[Step, Happened], Step] = {
    (Step.LANGUAGE, Happened.CHOSE): Step.PERSON,
    (Step.LANGUAGE, Happened.WRONG_KEY): Step.LANGUAGE_AGAIN,
    (Step.LANGUAGE, Happened.SILENCE): Step.LANGUAGE_REPEATED,
    **{
        (step, happened): Step.PERSON
        for step in (Step.LANGUAGE_AGAIN, Step.LANGUAGE_REPEATED)
        for happened in MAY_HAPPEN[Does.ASK_LANGUAGE]
    },
    **{(step, happened): after for step in (Step.PERSON, Step.PERSON_AGAIN) for happened, after in _WHO.items()},
    (Step.PERSON, Happened.WRONG_KEY): Step.PERSON_AGAIN,
    (Step.PERSON_AGAIN, Happened.WRONG_KEY): Step.WAIT_ANYONE,
    **{(step, Happened.TALKED): Step.ENDED for step in WISHES},
    **{(step, Happened.NOBODY_CAME): Step.BOX_BUSY for step in WISHES},
    **{(step, Happened.RECORDED): Step.THANKED for step in (*_FIRST_BOXES, Step.BOX_AGAIN, Step.BOX_MORE)},
    **{(step, Happened.RECORDED_FULL): Step.BOX_MORE for step in (*_FIRST_BOXES, Step.BOX_AGAIN)},
    **{(step, Happened.NOTHING_RECORDED): Step.BOX_AGAIN for step in _FIRST_BOXES},
    (Step.BOX_AGAIN, Happened.NOTHING_RECORDED): Step.ENDED,
    (Step.BOX_MORE, Happened.RECORDED_FULL): Step.THANKED,
    (Step.BOX_MORE, Happened.NOTHING_RECORDED): Step.THANKED,  # what was said before is kept
}

CLOSED: Mapping[Step, Step] = {Step.PERSON: Step.BOX_CLOSED}
"""Out of hours these steps are others, the same for everyone."""

SECONDS_TO_PRESS = 6
SECONDS_TO_WAIT = 120  # for somebody; then the message box
SECONDS_BETWEEN = 15  # two prompts of who waits
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


def after(step: Step, happened: Happened, *, is_open: bool) -> Step:
    """Where a caller goes from here. Raises KeyError for what can't happen there."""
    following = NEXT[step, happened]
    return following if is_open else CLOSED.get(following, following)


def line_of(wish: Wish, language: str | None) -> str:
    """The name of the line that a caller waits in: one for each wish and language, so that whoever is fetched fits."""
    return f"{wish}.{language or 'any'}"


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
