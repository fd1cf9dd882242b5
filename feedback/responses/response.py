"""One response in one version: what the desk asks of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from feedback.responses import deadlines
from feedback.responses.conduct import CodeOfConduct
from feedback.responses.deadlines import Calendar, Step
from feedback.responses.listening import Listening
from feedback.responses.neutral import Hours, Listed
from feedback.responses.phrases import Phrases, Prompts
from feedback.responses.places import Places
from feedback.responses.routing import Agency, Desk, Route, Routing
from feedback.responses.stopping import StopWords
from feedback.responses.terms import (
    Acknowledgement,
    Labels,
    Language,
    Place,
    Screening,
    Sector,
    Subcategory,
    Subject,
    Term,
    Tier,
)


@dataclass(frozen=True, slots=True, eq=False)
class Response:
    """A response as its files say it. A ticket stores name and version, and keeps them when a newer version comes."""

    name: str
    version: int
    digest: str  # SHA-256 over the files, in hex: tells whether a version was changed after tickets were coded with it
    labels: Labels
    sectors: Mapping[str, Sector]
    kinds: Mapping[str, Term]
    tiers: Mapping[str, Tier]
    compartments: Mapping[str, Term]
    conduct_subjects: Mapping[str, Subject]
    screening: Screening
    languages: Mapping[str, Language]
    phrases: Phrases
    prompts: Prompts
    acknowledgement: Acknowledgement
    stop_words: StopWords
    start_words: StopWords
    calendar: Calendar
    listening: Listening
    place_tree: Places
    routing: Routing
    not_neutral: Listed  # no text on a sensitive ticket may hold one of these (R2, I20)
    do_not_contact: Listed  # by which somebody asks us not to call or write (decision 7b)
    first_contact_hours: Hours
    code_of_conduct: CodeOfConduct

    @property
    def places(self) -> Mapping[str, Place]:
        """Every place by its code."""
        return self.place_tree.all

    @property
    def agencies(self) -> Mapping[str, Agency]:
        """Every agency by its code."""
        return self.routing.agencies

    @property
    def desks(self) -> Mapping[str, Desk]:
        """Every desk by its code."""
        return self.routing.desks

    def route(self, sector: str | None, place: str | None) -> Route:
        """Where a ticket goes: the exact place first, then the areas around it, then anywhere; no sector or none of them:
        the helpdesk of the place. Unknown codes count as none, since an old ticket may carry one that is gone."""
        return self.routing.find(sector, self.around(place))

    def due(self, tier: str, since: datetime, step: Step = Step.TELL) -> datetime:
        """When this step is owed, in UTC; `since` is aware. KeyError for an unknown tier. (R17, decision 11)"""
        return deadlines.due(self.calendar, self.tiers[tier], since, step)

    def find_place(self, text: str) -> str | None:
        """The place that a text names, the area around where it names several, None where it names none."""
        return self.place_tree.find(text)

    def around(self, place: str | None) -> tuple[str | None, ...]:
        """The place, the areas around it outwards, and at last None for anywhere."""
        return self.place_tree.around(place if place in self.places else None)

    def within(self, places: Iterable[str]) -> frozenset[str]:
        """These places and all that lie in them, as a person's scope means them: Teknaf is Camp 24 too."""
        wanted = set(places)
        return frozenset(code for code in self.places if not wanted.isdisjoint(self.place_tree.around(code)))

    def place_for(self, tier: str, place: str | None) -> str | None:
        """The place as a ticket of this tier may keep it: never finer than camp or upazila on T3 (R25)."""
        return self.place_tree.coarse(place) if tier.startswith("T3") else place

    def subcategory(self, sector: str | None, code: str | None) -> Subcategory | None:
        """The subcategory, or None where the response has none of that code."""
        found = self.sectors.get(sector or "")
        return found.subcategories.get(code or "") if found else None

    def is_stop(self, text: str) -> bool:
        """Does the whole message say stop, and nothing else? ("stop him" is a report.)"""
        return self.stop_words.said_in(text)

    def is_start(self, text: str) -> bool:
        """Does the whole message ask to be written to again, and nothing else?"""
        return self.start_words.said_in(text)

    def acknowledgement_text(self, language: str) -> str:
        """The uniform acknowledgement, the same for everyone who is answered in this language (decision 7)."""
        return self.phrases.text(self.acknowledgement.phrase, language)

    def missing_phrases(self) -> tuple[tuple[str, str], ...]:
        """(language, "phrases.key" or "prompts.key") of what is not there yet, and what is spoken only and not recorded.

        Phrases are wanted in every language that is written, prompts in every language with a key on the hotline.
        """
        written = [one for one in self.languages.values() if not one.spoken_only]
        missing = [
            (one.code, f"phrases.{key}")
            for one in written
            for key, all_ in self.phrases.all.items()
            if one.code not in all_
        ]
        spoken = [one for one in self.languages.values() if one.key is not None]
        for one in spoken:
            for key, texts in self.prompts.texts.items():
                sounds = self.prompts.recorded.get(key, Labels())
                if one.code not in sounds and (one.spoken_only or one.code not in texts):
                    missing.append((one.code, f"prompts.{key}"))
        return tuple(missing)
