"""What a filled-in form says beside the words, in the reader's language: needs, a report, when to call, about the person."""

from __future__ import annotations

from collections.abc import Mapping

from feedback.desk.conflicts import UNKNOWN
from feedback.web.labels import Choices, Labels
from feedback.web.reach_labels import needs
from feedback.web.tablet_words import WORDS

_ASKED = {
    "name": "Name",
    "contact_terms": WORDS["terms"],
    "terms": WORDS["terms"],
    "phone_as_written": WORDS["phone"],
    "need_danger_now": "Are they in danger now?",
    "need_service": "What do they want help with?",
    "need_meet_where": "Where to meet, if they named a place",
    "need_meet_when": "When",
    "need_worker_sex": "Who should help them?",
    "need_interpreter_sex": "An interpreter?",
    "need_access": "What would make it easier to come?",
    "need_behalf": "For whom do they speak?",
    "need_age": "How old?",
    "need_sex": "Woman or man?",
    "need_ago": "They told of their own when it was",
    **{f"report_{name}": WORDS[f"report_{name}"] for name in ("who", "where", "when", "under_18", "going_on", "knows")},
    "report_agency": "Which agency is that?",
    "report_pass_on": WORDS["report_pass_on"],
    "handed_to": WORDS["handed_q"],
    "handed_at": WORDS["handed_at"],
    **{name: WORDS[f"{name}_q"] for name in ("behalf", "many", "sex", "age", "group", "disability", "access")},
    **{name: asked for name, asked in WORDS.items() if name.startswith("wg_") and asked.endswith("?")},
    "consent_record": "May it be written down",
    "consent_contact": "May we contact them",
    "consent_refer": "May we tell a service who they are",
    "odd_sector": "Sector",
    "odd_subcategory": "Sector",
    "odd_kind": "Kind",
    "odd_place": "Place",
    "odd_tier": "How grave",
}
"""Each fact, by what the form asked for it, in the order in which somebody who helps reads it."""

_WHO = ("name", "phone_as_written")
"""What says who they are: a number that could not be read as one is a number all the same."""

_ANSWERS = (
    *("yes", "no", "self", "other", "group_of", "female", "male", "another", "rohingya", "host", "staff_group"),
    *("wg_none", "wg_some", "wg_lot", "wg_cannot"),
)
_SAYS_NOTHING = ("", "not_said", "not asked", "prefer_not", "none")


def asked(name: str, labels: Labels) -> str:
    """What a form asked for this fact; its name where no form of today does."""
    return labels._(_ASKED[name]) if name in _ASKED else name


def said(facts: Mapping[str, str], labels: Labels, *, who: bool) -> Choices:
    """(what was asked, what they said), without what they left open. `who`: the name too, and a number."""
    _ = labels._
    return [
        (_(asked), _answer(name, facts[name], labels))
        for name, asked in _ASKED.items()
        if facts.get(name, "") not in _SAYS_NOTHING and (who or name not in _WHO)
    ]


def _answer(name: str, value: str, labels: Labels) -> str:
    _ = labels._
    if name == "report_agency":
        agency = labels.response.agencies.get(value)
        return _("It is not known which") if value == UNKNOWN else agency.name if agency else value
    offered = dict(needs(_).get(name.removeprefix("need_"), ())) if name.startswith("need_") else {}
    return offered.get(value) or (_(WORDS[value]) if value in _ANSWERS else value)
