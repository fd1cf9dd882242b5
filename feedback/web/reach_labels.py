"""What staff read of plans, consents and tasks, in their language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from feedback.desk.consents import NOT_ASKED, Agreed
from feedback.desk.plans import Plan
from feedback.desk.telling import Task
from feedback.models.reply import Purpose
from feedback.responses.phrases import Phrases
from feedback.web.labels import Choices, Labels


class Reach:
    """The labels for one reader."""

    def __init__(self, labels: Labels) -> None:
        self._labels, self._ = labels, labels._

    def plan(self, plan: Plan | None) -> dict[str, Any] | None:
        """The terms in words; None where nothing was agreed."""
        if plan is None:
            return None
        terms, _, channels = plan.terms, self._, dict(self.channels())
        said = {
            _("How"): ", ".join(channels[one] for one in terms.channels if one in channels) or _("not at all"),
            _("When"): f"{terms.since}–{terms.until}" if terms.since else "",
            _("Which number"): _("another one, shown when the call is made")
            if terms.number
            else _("the one they used"),
            _("Who may answer"): terms.who,
            _("Code word"): terms.code_word,
            _("Language"): self._labels.spoken(terms.language),
            _("What may be said"): dict(self.wordings()).get(terms.wording, ""),
            _("If a call breaks off"): _("call again") if terms.dropped else _("do not call again"),
            _("Where to meet"): terms.where,
            _("Never"): ", ".join(channels[one] for one in terms.never if one in channels),
        }
        return {"said": [(name, value) for name, value in said.items() if value], "at": plan.agreed_at}

    def agreed(self, one: Agreed) -> dict[str, Any]:
        """One question and its latest answer."""
        _ = self._
        asks = {
            "record": _("May it be written down"),
            "contact": _("May we contact them"),
            "refer": _("May we tell a service who they are"),
        }
        words = {NOT_ASKED: _("not asked"), "yes": _("yes"), "no": _("no"), "withdrawn": _("withdrawn")}
        how = {"own_words": _("in their own words"), "best_interest": _("in the best interest of the child")}
        witness = dict(self.witnesses()).get(one.witness or "")
        more = [how.get(one.how), one.by, self._labels.spoken(one.language) if one.language else None, witness]
        return {
            "ask": one.ask.value,
            "label": asks[one.ask.value],
            "said": one.said,
            "said_label": words[one.said],
            "more": " · ".join(word for word in more if word),
            "at": one.at,
        }

    def task(self, one: Task, phrases: Phrases, language: str) -> dict[str, Any]:
        """One thing to say by hand, with what to say first and to the wrong person, in the language of who is called."""
        _ = self._
        kinds = {
            Purpose.DANGER: _("A life is in danger: reach them now"),
            Purpose.FIRST_CONTACT: _("Ask once how to reach them"),
        }
        return {
            "id": one.reference,
            "kind_label": kinds.get(one.purpose, _("Tell them") if one.number else _("Tell them when they are here")),
            "words": one.words,
            "number": one.number,
            "in_hand": one.in_hand,
            "opens_at": one.opens_at,
            "tries": one.tries,
            "language": language,
            "opening": phrases.text("call_back_opening", language),
            "wrong_person": phrases.text("call_back_wrong_person", language),
        }

    def channels(self) -> Choices:
        """The ways to reach somebody."""
        _ = self._
        return [
            ("call", _("A call")),
            ("sms", _("A text")),
            ("visit", _("A visit, or where they say")),
            ("code", _("They come back with their code")),
        ]

    def ways(self) -> Choices:
        """The ways in danger."""
        _ = self._
        return [("call", _("One neutral call")), ("visit", _("Send somebody there"))]

    def wordings(self) -> Choices:
        """What a text or a call may say."""
        _ = self._
        return [("phrases", _("only the reviewed phrases")), ("neutral", _("neutral words of ours"))]

    def witnesses(self) -> Choices:
        """Who else was there."""
        _ = self._
        return [
            ("colleague", _("a colleague")),
            ("interpreter", _("an interpreter")),
            ("companion", _("somebody they brought")),
            ("caregiver", _("a caregiver")),
        ]


def needs(_: Callable[[str], str]) -> dict[str, Choices]:
    """What may be chosen on the form of needs, by its field."""
    return {
        "age": [
            ("under_12", _("under 12")),
            ("12_17", _("12 to 17")),
            ("18_24", _("18 to 24")),
            ("25_59", _("25 to 59")),
            ("60_over", _("60 and over")),
            ("prefer_not", _("Prefer not to say")),
        ],
        "sex": [
            ("female", _("Woman or girl")),
            ("male", _("Man or boy")),
            ("another", _("Another")),
            ("prefer_not", _("Prefer not to say")),
        ],
        "behalf": [("self", _("For themselves")), ("other", _("For somebody else"))],
        "worker_sex": [("female", _("A woman")), ("male", _("A man")), ("any", _("No matter"))],
        "interpreter_sex": [
            ("none", _("None needed")),
            ("female", _("A woman")),
            ("male", _("A man")),
            ("any", _("No matter")),
        ],
        "access": [
            ("none", _("Nothing")),
            ("mobility", _("Moving about")),
            ("seeing", _("Seeing")),
            ("hearing", _("Hearing")),
            ("caregiver", _("Somebody comes along")),
            ("other", _("Something else")),
        ],
        "danger_now": [("not_said", _("Not said")), ("yes", _("Yes")), ("no", _("No"))],
        "service": [
            ("not_said", _("Not said")),
            ("health", _("Health care")),
            ("psychosocial", _("Somebody to talk to")),
            ("safety", _("A safe place")),
            ("legal", _("Advice on the law")),
        ],
        "ago": [
            ("not_said", _("Not said")),
            ("72h", _("within three days")),
            ("120h", _("within five days")),
            ("longer", _("longer ago")),
        ],
    }
