"""What cleared people decide about a sensitive ticket: lower it, name who is accused, pass it on; and the second person's list."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from feedback import clock
from feedback.desk import (
    conflicts,
    emergency,
    excluding,
    linking,
    lowering,
    permissions,
    referring,
    reviews,
    screening,
    visibility,
)
from feedback.desk.intake_rows import SCREENING
from feedback.desk.permissions import Action
from feedback.errors import Invalid, NotFound
from feedback.models.review import Matter, Verdict
from feedback.models.ticket import RaisedBy, Ticket
from feedback.web.forms import sector_of
from feedback.web.page import Page


def lower(page: Page) -> Response:
    """It is less grave than it was taken for."""
    ticket = _ticket(page)
    sector, subcategory = sector_of(page.posted("sector"))
    coding = screening.Coding(sector, subcategory, ticket.kind, page.posted("tier") or "T0")
    done = lowering.lower(page.session, page.staff, ticket, coding, page.posted("reason"))
    return _after(page, ticket, "lowered" if done else "wish_to_lower")


def rightly(page: Page) -> Response:
    """The machine was right."""
    ticket = _ticket(page)
    lowering.confirm(page.session, page.staff, ticket)
    return _after(page, ticket, "rightly")


def subject(page: Page) -> Response:
    """Who is accused: named, confirmed, or taken back."""
    ticket = _ticket(page)
    if page.posted("act") == "confirm":
        excluding.confirm(page.session, page.staff, ticket)
    elif page.posted("act") == "clear":
        excluding.clear(page.session, page.staff, ticket)
    else:
        login = page.posted("person").strip()
        person = excluding.colleague(page.session, login) if login else None
        excluding.name(page.session, page.staff, ticket, agency=page.posted("subject") or None, person=person)
    return _after(page, ticket, "subject")


def pass_on(page: Page) -> Response:
    """They know a person of it: somebody else takes it."""
    ticket = _ticket(page)
    excluding.pass_on(page.session, page.staff, ticket)
    return _after(page, ticket, "passed")


def second(page: Page) -> Response:
    """What waits for a second person, and who asks to be let in."""
    labels = page.labels
    waiting = reviews.waiting(page.session, page.staff)
    return page.show(
        "reviews.html",
        here="reviews",
        matters=[
            {
                "id": one.reference,
                "ticket": one.ticket,
                "code": one.code,
                "what": _what(page, one),
                "wall_label": labels.compartment(one.wall),
                "by": one.by,
                "at": one.at,
                "due": one.due_at,
                "late": one.due_at < clock.now(),
                "reason": one.reason,
                "answers": _answers(page, one.matter),
            }
            for one in waiting
        ],
        asked=[
            {
                "id": one.reference,
                "code": one.code,
                "ticket": one.ticket,
                "wall_label": labels.compartment(one.wall),
                "who": one.who,
                "role_label": labels.roles()[one.role],
                "at": one.at,
                "reason": one.reason,
            }
            for one in emergency.waiting(page.session, page.staff)
        ],
        hours=[(str(hours), page.words("for %(hours)s h") % {"hours": hours}) for hours in emergency.HOURS],
        typed={"code": page.posted("code"), "reason": page.posted("reason")},
        may_ask=permissions.may(page.staff, Action.EMERGENCY),
    )


def decide(page: Page) -> Response:
    """The second person's word."""
    verdict = next((one for one in Verdict if one == page.posted("verdict")), None)
    if verdict is None:
        raise Invalid({"verdict": "Say whether it is right."})
    lowering.decide(page.session, page.staff, page.path["reference"], verdict)
    page.session.flush()
    return page.go("/reviews", said="reviewed")


def ask(page: Page) -> Response:
    """Ask to be let in to one ticket."""
    emergency.ask(page.session, page.staff, page.posted("code"), page.posted("reason"))
    return page.go("/reviews", said="asked")


def let_in(page: Page) -> Response:
    """A holder decides."""
    reference, hours = page.path["reference"], page.posted("hours")
    if hours.isdecimal():
        emergency.grant(page.session, page.staff, reference, hours=int(hours[:4]))
    else:
        emergency.refuse(page.session, page.staff, reference)
    return page.go("/reviews", said="decided")


def context(page: Page, ticket: Ticket) -> dict[str, Any] | None:
    """What the page of a sensitive ticket offers of this; None in the open and in screening."""
    if ticket.compartment in (None, SCREENING) or not permissions.may(page.staff, Action.SUBJECT):
        return None
    _, linked = page.words, linking.others(page.session, page.staff, ticket)
    agencies = [(code, agency.name) for code, agency in page.parts.response.agencies.items()]
    of_help = any(one.kind == "report" for one in linked)
    return {
        "accused": conflicts.named(ticket) and not of_help,
        "proposed": ticket.subject_by is None,
        "may_clear": ticket.subject_by != page.staff.id,
        "of_help": of_help,
        "may_refer": referring.offered(page.session, page.staff, ticket),
        "subject_label": _subject(page, ticket),
        "agencies": [(conflicts.UNKNOWN, _("It is not known which")), *agencies],
        "by_machine": ticket.raised_by is RaisedBy.MACHINE,
        "tiers": [
            (code, page.labels.tier(code)) for code in page.parts.response.tiers if code < (ticket.tier or "T3")[:2]
        ],
        "sectors": page.labels.sectors(),
        "linked": [_link(page, one) for one in linked],
    }


def _subject(page: Page, ticket: Ticket) -> str:
    if ticket.subject == conflicts.UNKNOWN:
        return page.words("an agency that is not known")
    agency = page.parts.response.agencies.get(ticket.subject or "")
    words = [agency.name if agency else "", page.words("a colleague") if ticket.subject_staff else ""]
    return " · ".join(word for word in words if word)


def _link(page: Page, one: linking.Other) -> tuple[str, str | None]:
    _ = page.words
    labels = {"assistance": _("help is arranged in another room"), "report": _("a report stands in another room")}
    return labels[one.kind], f"/tickets/{one.reference}" if one.reference else None


def _what(page: Page, one: reviews.Waiting) -> str:
    _ = page.words
    if one.matter is Matter.DANGER:
        ways = {
            "call": _("A call without consent: life was in danger"),
            "visit": _("A visit without consent: life was in danger"),
        }
        return ways.get(one.codes[0] if one.codes else "", _("Life was in danger"))
    before, after = (page.labels.tier(code) or "" for code in (one.codes[0], one.codes[3]))
    asked = _("Lowered") if one.matter is Matter.LOWERED else _("A colleague wishes to lower this")
    return f"{asked}: {before} → {after}"


def _answers(page: Page, matter: Matter) -> list[tuple[str, str]]:
    _ = page.words
    right = {Matter.LOWERING: _("I agree: lower it")}.get(matter, _("It was right"))
    wrong = {Matter.LOWERING: _("No, it stays"), Matter.LOWERED: _("No, raise it again")}.get(
        matter, _("It was not right")
    )
    return [("right", right), ("wrong", wrong)]


def _ticket(page: Page) -> Ticket:
    return visibility.find_ticket(page.session, page.staff, page.path["reference"])


def _after(page: Page, ticket: Ticket, said: str) -> Response:
    """The ticket as it now stands, or the list, where it is no longer theirs."""
    page.session.flush()
    try:
        _ticket(page)
    except NotFound:
        return page.go("/inbox?list=sealed" if page.staff.clearances else "/inbox", said=said)
    return page.go(f"/tickets/{ticket.reference}", said=said)
