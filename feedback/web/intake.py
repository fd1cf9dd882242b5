"""In person: safety before identity, consent before the matter, who last and only if they wish (R1, R15)."""

from __future__ import annotations

import secrets
from typing import Any

from starlette.responses import Response

from channels import in_person
from channels.contract import Inbound, Unreadable
from feedback import clock
from feedback.desk import entry, screening
from feedback.errors import Invalid
from feedback.web.forms import sector_of
from feedback.web.page import Page

FIELDS = (
    "key",
    "safe",
    "consent_record",
    "consent_refer",
    "text",
    "language",
    "sector",
    "kind",
    "tier",
    "place",
    "contact",
    "phone",
    "name",
    "spot",
    "answer",
)
REGION = "BD"
_MEND = {
    "nothing was written down": ("text", "Write what it is about."),
    "the phone number cannot be read": ("phone", "This is no phone number. Leave it empty if unsure."),
    "the form has no key of its own": ("text", "This form is too old. Please open a new one."),
}


def show(page: Page) -> Response:
    """An empty form; after a mistake the form as it was typed."""
    return _form(page)


def save(page: Page) -> Response:
    """Keep it, and show what to tell the person. What is sensitive is behind its wall before anyone could read it back."""
    form = _typed(page)
    _check(form)
    agreed = form["consent_record"] == "yes"
    inbound = _inbound(form, agreed=agreed)
    coding = _coding(form)
    if not agreed:
        entry.count(page.session, page.staff, inbound, coding)
        return page.go("/intake", said="counted")
    answered = form["answer"].strip() if form["spot"] else ""
    entered = entry.enter(page.session, page.staff, inbound, coding, answered=answered)
    phrases, language = page.parts.response.phrases, form["language"] or "und"
    code = f"{entered.code[:4]} {entered.code[4:]}"
    done = {
        "code": entered.code,
        "say": phrases.text("code_given", language, code=code),
        "more": phrases.text("told_on_the_spot", language) if answered else None,
        "language": phrases.language_of("code_given", language),
    }
    return _form(page, done)


def _typed(page: Page) -> dict[str, str]:
    return {name: page.posted(name) for name in FIELDS}


def _check(form: dict[str, str]) -> None:
    wrong = {}
    if form["safe"] != "yes":
        wrong["safe"] = "Go where nobody overhears you first, or leave it for another day."
    if form["consent_record"] not in ("yes", "no"):
        wrong["consent_record"] = "Ask this before anything is written down."
    if form["spot"] and not form["answer"].strip():
        wrong["answer"] = "Write what you told them."
    if form["contact"] == "phone" and not form["phone"].strip():
        wrong["phone"] = "Write the number, or let them come back with the code."
    if wrong:
        raise Invalid(wrong)


def _inbound(form: dict[str, str], *, agreed: bool) -> Inbound:
    facts = {"consent_refer": form["consent_refer"] or "not asked", "name": form["name"].strip()[:120]}
    written = in_person.Form(
        key=form["key"],
        text=form["text"] if agreed else "-",
        phone=form["phone"] if agreed else "",
        language=form["language"] or None,
        place=form["place"] or None,
        facts={name: value for name, value in facts.items() if value},
    )
    try:
        return in_person.listen(written, at=clock.now(), region=REGION)
    except Unreadable as why:
        field, sentence = _MEND[str(why)]
        raise Invalid({field: sentence}) from None


def _coding(form: dict[str, str]) -> screening.Coding:
    sector, subcategory = sector_of(form["sector"])
    return screening.Coding(sector, subcategory, form["kind"] or None, form["tier"] or None, form["place"] or None)


def _form(page: Page, done: dict[str, Any] | None = None) -> Response:
    labels, form = page.labels, _typed(page)
    form["key"] = form["key"] or secrets.token_urlsafe(18)
    return page.show(
        "intake.html",
        here="intake",
        form=form,
        sector_choices=labels.sectors(restricted=True),
        kind_choices=labels.kinds(),
        tier_choices=labels.tiers(sensitive=False) + labels.tiers(sensitive=True),
        place_choices=labels.places(),
        language_choices=labels.languages(),
        serious=_serious(page),
        done=done,
    )


def _serious(page: Page) -> list[tuple[str, str]]:
    """What to do before any form (R7, R8, R11, R16)."""
    _ = page.words
    return [
        (
            _("Say this"),
            _("Thank you for telling me. I believe you. You decide what happens next, and nobody is told without you."),
        ),
        (
            _("Do not ask"),
            _("Not what happened, not who it was, no proof. Listen to what they wish to say, and stop when they stop."),
        ),
        (
            _("Health first"),
            _("Care is best within three days, still useful within five, and after. Offer to go along."),
        ),
        (
            _("If it is a child, or an aid worker is accused"),
            _("Do not promise to keep it secret. Say whom you must tell, and that they choose how they are helped."),
        ),
        (
            _("Then"),
            _(
                "Call or walk to your focal point first. In the form choose how grave it is; write no more than how they may be reached."
            ),
        ),
    ]
