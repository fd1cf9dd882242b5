"""The ways the desk refuses, each with a sentence written for staff."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


class DeskError(Exception):
    """A refusal. Its text is shown to staff: it carries no words, names or numbers of people."""


class NotFound(DeskError):  # noqa: N818 - refusals are named as what they are
    """There is no such thing, or it is not for this person's eyes: both look the same (I9)."""

    def __init__(self, sentence: str = "There is nothing here.") -> None:
        super().__init__(sentence)


class NotAllowed(DeskError):  # noqa: N818
    """This person may see it, but not do that."""


class Locked(DeskError):  # noqa: N818
    """It is sealed, and this session is not unlocked for it."""

    def __init__(self) -> None:
        super().__init__("This is sealed. Type your password to open it.")


class WrongState(DeskError):  # noqa: N818
    """It can't be done any more, or not yet: the page was old, or somebody else was quicker."""


class Invalid(DeskError):  # noqa: N818
    """A form needs mending. `fields` names each field and says what to mend."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__("Please mend what is marked.")
        self.fields = dict(fields)


class Filled(str):
    """A sentence with numbers in it, which remembers its pattern, so that it can be said in another language."""

    pattern: str
    gaps: Mapping[str, Any]


def filled(pattern: str, **gaps: object) -> Filled:
    """The sentence of a pattern like "at most %(most)s signs"."""
    sentence = Filled(pattern % gaps)
    sentence.pattern, sentence.gaps = pattern, gaps
    return sentence


def said_in(words: Callable[[str], str], sentence: str) -> str:
    """A sentence of ours in the language that `words` translates to."""
    return words(sentence.pattern) % sentence.gaps if isinstance(sentence, Filled) else words(sentence)
