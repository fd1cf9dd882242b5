"""Taking one part out of a ticket, and holding a ticket beyond its time."""

from __future__ import annotations

from starlette.responses import Response

from feedback.desk import forgetting, reading, redacting, sealing, visibility
from feedback.models.ticket import Ticket
from feedback.web import form_labels, ticket_context
from feedback.web.page import Page
from feedback.web.right_labels import Rights

FIRST_WORDS = 200


def show(page: Page) -> Response:
    """The parts of the ticket, one to choose. Opening a sealed one is recorded."""
    ticket = _ticket(page)
    view, rights = reading.view(page.session, page.staff, ticket), Rights(page.labels)
    parts = [
        {"name": one.part, "at": one.at, "kind_label": rights.parts()[one.kind], "text": one.words[:FIRST_WORDS]}
        for one in view.thread
        if one.part is not None
    ]
    if view.titled:
        titled = {"name": view.title_part, "at": ticket.created_at, "text": view.titled}
        parts.append(titled | {"kind_label": rights.parts()["title"]})
    for name, fact in redacting.facts_of(sealing.key(page.session, ticket.id), ticket).items():
        label = f"{rights.parts()['fact']}: {form_labels.asked(fact, page.labels)}"
        parts.append({"name": name, "at": ticket.created_at, "text": str(view.facts[fact]), "kind_label": label})
    return page.show(
        "take_out.html",
        here="sealed" if ticket.compartment else "inbox",
        ticket=ticket.reference,
        parts_of_it=parts,
        reasons=list(rights.reasons().items()),
        chosen=page.posted("part"),
        reason=page.posted("reason"),
        held=ticket.held,
        sealed=ticket_context.sealed_strip(view.opening, ticket.compartment, page.labels),
    )


def take_out(page: Page) -> Response:
    """It is gone for good."""
    ticket = _ticket(page)
    redacting.take_out(page.session, page.staff, ticket, page.posted("part"), page.posted("reason"))
    return page.go(f"/tickets/{ticket.reference}", said="taken_out")


def hold(page: Page) -> Response:
    """An investigation needs the ticket, or needs it no more."""
    ticket = _ticket(page)
    if page.posted("act") == "let_go":
        forgetting.let_go(page.session, page.staff, ticket)
        return page.go(f"/tickets/{ticket.reference}", said="let_go_of")
    forgetting.hold(page.session, page.staff, ticket)
    return page.go(f"/tickets/{ticket.reference}", said="kept_for")


def _ticket(page: Page) -> Ticket:
    return visibility.find_ticket(page.session, page.staff, page.path["reference"])
