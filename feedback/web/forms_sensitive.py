"""The two forms for something serious, and arranging help beside a report: codes, a safe way back, and no narrative (R7, R11)."""

from __future__ import annotations

import secrets
from dataclasses import fields
from typing import Any

from starlette.responses import Response

from feedback.desk import conflicts, gbv_form, linking, sea_report, visibility
from feedback.desk.entry import Entered
from feedback.desk.gbv_form import CHOICES, Needs
from feedback.desk.plans import Terms
from feedback.desk.sea_report import Help, Report
from feedback.errors import Invalid
from feedback.models.plan import How, Said
from feedback.web import plan, reach_labels
from feedback.web.page import Page

NEEDS = tuple(one.name for one in fields(Needs))
SHARED = ("words", "language", "place")
REPORT = {one.name: one.name if one.name in SHARED else f"report_{one.name}" for one in fields(Report)}
"""Each field of a report, and its name in the form."""

ALSO = ("key", "safe", "record", "refer", "limits", "help", "best", *plan.TEXTS)
_SAID = {"yes": Said.YES, "no": Said.NO}


def needs(page: Page) -> Response:
    """The form for whoever tells of violence."""
    return _show(page, "serious_needs.html")


def save_needs(page: Page) -> Response:
    """Keep it behind its wall; the screen shows the code and nothing else."""
    typed = _typed(page)
    record = _SAID.get(typed["record"])
    wrong = {}
    if typed["safe"] != "yes":
        wrong["safe"] = "Go where nobody overhears you first, or leave it for another day."
    if record is None:
        wrong["record"] = "Ask this before anything is written down."
    if wrong or record is None:
        raise Invalid(wrong)
    refer = _SAID.get(typed["refer"])
    entered = gbv_form.enter(
        page.session, page.staff, typed["key"], _needs(typed), record=record, refer=refer, terms=_terms(page)
    )
    return page.go("/intake", said="counted") if record is not Said.YES else _show(page, "serious_needs.html", entered)


def report(page: Page) -> Response:
    """The form for a report on an aid worker."""
    return _show(page, "serious_report.html")


def save_report(page: Page) -> Response:
    """Keep it, with whoever is accused excluded before anybody could read it."""
    typed = _typed(page)
    told = Report(**{name: typed[posted] or getattr(Report(""), name) for name, posted in REPORT.items()})
    wants = typed["help"]
    how = How.BEST_INTEREST if typed["best"] == "yes" else How.ASKED
    help_ = Help(wants, _needs(typed), how) if wants in linking.ASSISTANCE else None
    limits = typed["limits"] == "yes"
    entered = sea_report.enter(
        page.session, page.staff, typed["key"], told, limits_said=limits, terms=_terms(page), help_=help_
    )
    return _show(page, "serious_report.html", entered)


def arrange(page: Page) -> Response:
    """Help beside a report: needs only, in a ticket of its own."""
    ticket = visibility.find_ticket(page.session, page.staff, page.path["reference"])
    return _show(page, "serious_help.html", ticket={"reference": ticket.reference, "code": ticket.code})


def save_help(page: Page) -> Response:
    """Open the linked ticket."""
    ticket = visibility.find_ticket(page.session, page.staff, page.path["reference"])
    typed = _typed(page)
    how = How.BEST_INTEREST if typed["best"] == "yes" else How.ASKED
    wanted = _needs(typed)
    linking.assist(page.session, page.staff, ticket, typed["help"], wanted, how=how, terms=_terms(page))
    page.session.flush()
    return page.go(f"/tickets/{ticket.reference}", said="helped")


def _typed(page: Page) -> dict[str, str]:
    return {name: page.posted(name) for name in (*NEEDS, *REPORT.values(), *ALSO)}


def _needs(typed: dict[str, str]) -> Needs:
    empty = Needs()
    return Needs(**{name: typed[name] or getattr(empty, name) for name in NEEDS})


def _terms(page: Page) -> Terms | None:
    """A safe way to reach them, if they named one; else they come back with their code."""
    terms = plan.terms_of(page)
    return terms if terms.channels or page.posted("contact") == "plan" else None


def _show(page: Page, template: str, entered: Entered | None = None, **more: Any) -> Response:
    labels, typed = page.labels, _typed(page)
    typed["key"] = typed["key"] or secrets.token_urlsafe(18)
    reach = reach_labels.Reach(labels)
    agencies = [(code, agency.name) for code, agency in page.parts.response.agencies.items()]
    return page.show(
        template,
        here="intake",
        typed=typed,
        terms=plan.terms_of(page),
        contact=page.posted("contact"),
        options={name: reach_labels.needs(page.words)[name] for name in CHOICES},
        channels=reach.channels(),
        wordings=reach.wordings(),
        places=labels.places(),
        spoken=labels.languages(),
        agencies=[(conflicts.UNKNOWN, page.words("It is not known which")), *agencies],
        walls=[(wall, labels.compartment(wall)) for wall in linking.ASSISTANCE],
        done=_done(page, entered) if entered else None,
        **more,
    )


def _done(page: Page, entered: Entered) -> dict[str, str | None]:
    phrases, language = page.parts.response.phrases, page.posted("language") or "und"
    spoken = f"{entered.code[:4]} {entered.code[4:]}"
    return {
        "code": entered.code,
        "say": phrases.text("code_given", language, code=spoken),
        "language": phrases.language_of("code_given", language),
    }
