"""Standing: who supervises whom, and who is independent of all agencies here."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from feedback.desk import appointing
from feedback.desk.appointing import Person
from feedback.web.page import Page


def show(page: Page) -> Response:
    """Everyone, and the appointments that wait for a second person."""
    people = appointing.people(page.session, page.staff)
    return page.show(
        "standing.html",
        here="standing",
        people=[_person(one, page) for one in people],
        choices=[(one.reference, f"{one.name} ({one.login})") for one in people],
        wishes=appointing.wishes(page.session, page.staff),
        covered=bool(appointing.independent_of_all(page.session)),
    )


def supervisor(page: Page) -> Response:
    """Who stands above them."""
    appointing.supervise(page.session, page.staff, page.path["reference"], page.posted("supervisor"))
    return page.go("/standing", said="standing")


def independent(page: Page) -> Response:
    """To be independent, or no more."""
    if page.posted("act") == "end":
        appointing.end(page.session, page.staff, page.path["reference"])
    else:
        appointing.ask(page.session, page.staff, page.path["reference"])
    return page.go("/standing", said="standing")


def decide(page: Page) -> Response:
    """The second person's word."""
    appointing.decide(page.session, page.staff, page.path["reference"], yes=page.posted("verdict") == "yes")
    return page.go("/standing", said="decided")


def _person(one: Person, page: Page) -> dict[str, Any]:
    agency = page.parts.response.agencies.get(one.agency or "")
    return {
        "id": one.reference,
        "name": one.name,
        "login": one.login,
        "agency_label": agency.name if agency else one.agency or page.words("no agency"),
        "above": one.supervisor_reference or "",
        "above_label": one.supervisor,
        "independent": one.independent,
        "mending": bool(page.errors) and page.path.get("reference") == one.reference,
    }
