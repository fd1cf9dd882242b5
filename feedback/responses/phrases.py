"""What we say to people unasked: phrases in writing and prompts of the hotline, per language, with who approved them."""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from feedback.responses.reading import Section
from feedback.responses.terms import Labels, Language

NEEDED_PHRASES = frozenset(
    {
        "acknowledgement", "will_look", "told", "first_contact", "call_back_opening", "call_back_wrong_person",
        "code_given", "code_asked", "help", "opt_out_confirmed", "told_on_the_spot", "hours",
    }
)  # fmt: skip
NEEDED_PROMPTS = frozenset(
    {
        "choose_language", "safe_statement", "before_tone", "nothing_heard", "wrong_key", "thank_you", "goodbye",
        "out_of_hours", "choose_person", "please_wait", "nobody_free", "too_long",
    }
)  # fmt: skip
OFFER = "choose_language"


@dataclass(frozen=True, slots=True)
class Phrases:
    """The phrases of a response. Nothing is filled in from a ticket but what the caller passes."""

    all: Mapping[str, Labels]
    approvals: Mapping[str, str]
    instead: Mapping[str, str]  # language → the language we use where we lack it
    fills: Mapping[str, str]  # the same in every language, for example the number of the hotline

    def text(self, key: str, language: str, **values: str) -> str:
        """The phrase in this language, else in the one used instead, at last in English.

        `values` fill the {braces}; {number} and {hours} come from the response. Raises KeyError for a phrase that the
        response does not have and for a value that is missing: a half-filled text must never leave.
        """
        spoken = self.language_of(key, language)
        filled = {**self.fills, **values}
        wording = self.all[key][spoken]
        if "{hours}" in wording:
            filled.setdefault("hours", self.all["hours"].said(spoken))
        return wording.format_map(filled)

    def language_of(self, key: str, language: str) -> str:
        """The language in which `text` says this phrase to someone of that language."""
        return _nearest(self.all[key], language, self.instead)

    def approved_by(self, language: str) -> str:
        """The native speaker who approved the phrases of this language; empty when nobody has."""
        return self.approvals.get(language, "")


@dataclass(frozen=True, slots=True)
class Prompt:
    """One thing that the hotline says. `recorded` is a sound file beside the response's files."""

    language: str
    text: str | None
    recorded: str | None


@dataclass(frozen=True, slots=True)
class Prompts:
    """The prompts of the hotline."""

    texts: Mapping[str, Labels]
    recorded: Mapping[str, Labels]
    approvals: Mapping[str, str]
    instead: Mapping[str, str]
    fills: Mapping[str, str]
    hours: Labels

    def prompt(self, key: str, language: str, *, services: Labels | None = None) -> Prompt:
        """The prompt in this language, recorded or as text to be read out; where it is missing, in the one used instead.

        The offer of a language has no stand-in, since another's would name the wrong key: text and recording are None.
        `services`: what stands for {services}; a text that needs them says nothing where there are none.
        """
        written, sound = self.texts[key], self.recorded.get(key, Labels())
        found = language if key == OFFER else _nearest(Labels({**written, **sound}), language, self.instead)
        text = written.get(found)
        if text is not None:
            named = services.said(found) if services else ""
            lacks = "{services}" in text and not named
            text = "" if lacks else text.format_map({"hours": self.hours.said(found), "services": named, **self.fills})
        return Prompt(found, text, sound.get(found))

    def approved_by(self, language: str) -> str:
        """The native speaker who approved the prompts of this language; empty when nobody has."""
        return self.approvals.get(language, "")


def read_phrases(file: Section, languages: Mapping[str, Language], fills: Mapping[str, str]) -> Phrases:
    """The phrases of phrases.toml."""
    phrases = _labels(file, "phrase", NEEDED_PHRASES, languages, braces={*fills, "hours", "code"})
    approvals = _approvals(file, languages)
    file.done()
    return Phrases(phrases, approvals, _instead(languages), fills)


def read_prompts(
    file: Section,
    languages: Mapping[str, Language],
    fills: Mapping[str, str],
    hours: Labels,
    *,
    beside: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
) -> Prompts:
    """The prompts of prompts.toml. `beside`: sound files found in the folder, by prompt and language; the file's win."""
    texts = _labels(file, "prompt", NEEDED_PROMPTS, languages, braces={*fills, "hours", "services"})
    recorded: dict[str, Labels] = {}
    if file.has("recorded"):
        for key, section in file.sections("recorded").items():
            if key not in texts:
                raise file.wrong(f"recorded.{key}", "is not a prompt")
            recorded[key] = Labels({language: section.text(language) for language in section.codes()})
    for key, found in beside.items():
        if key not in texts:
            raise file.wrong(key, "is the name of a recording, and of no prompt")
        recorded[key] = Labels({**found, **recorded.get(key, {})})
    approvals = _approvals(file, languages)
    file.done()
    return Prompts(texts, recorded, approvals, _instead(languages), fills, hours)


def _labels(
    file: Section, table: str, needed: Iterable[str], languages: Mapping[str, Language], *, braces: set[str]
) -> dict[str, Labels]:
    outer = file.section(table)
    found = {key: outer.labels(key) for key in outer.codes()}
    for key in sorted(needed):
        if key not in found:
            raise outer.wrong(key, "is missing")
    for key, labels in found.items():
        wanted = _braces(outer, f"{key}.en", labels["en"])
        if unknown := sorted(wanted - braces):
            raise outer.wrong(f"{key}.en", f"{{{unknown[0]}}} is not one of {', '.join(sorted(braces))}")
        for language, wording in labels.items():
            if language not in languages:
                raise outer.wrong(f"{key}.{language}", "is not a language of this response")
            if _braces(outer, f"{key}.{language}", wording) != wanted:
                raise outer.wrong(f"{key}.{language}", "must have the same {braces} as the English")
    return found


def _braces(section: Section, key: str, wording: str) -> set[str]:
    try:
        return {name for _, name, _, _ in string.Formatter().parse(wording) if name is not None}
    except ValueError as problem:
        raise section.wrong(key, f"has braces that do not close: {problem}") from None


def _approvals(file: Section, languages: Mapping[str, Language]) -> dict[str, str]:
    section = file.section("approved_by")
    for language in section.codes():
        if language not in languages:
            raise section.wrong(language, "is not a language of this response")
    return {language: section.text(language, "") for language in section.codes()}


def _instead(languages: Mapping[str, Language]) -> dict[str, str]:
    return {language.code: language.instead for language in languages.values()}


def _nearest(wordings: Labels, language: str, instead: Mapping[str, str]) -> str:
    tried: set[str] = set()
    while language not in wordings and language not in tried:
        tried.add(language)
        language = instead.get(language, "en")
    return language if language in wordings else "en"
