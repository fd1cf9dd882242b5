"""One ticket: what was said, and everything that staff do with it."""

from __future__ import annotations

from starlette.responses import Response

from feedback.desk import accounts, handling, outbound, replies, screening, visibility
from feedback.errors import NotFound
from feedback.models.reply import Purpose
from feedback.models.ticket import Ticket
from feedback.web import ticket_context
from feedback.web.forms import sector_of
from feedback.web.page import Page


def show(page: Page) -> Response:
    """The ticket beside its list; for htmx the ticket alone. What was joined elsewhere leads there."""
    ticket = _ticket(page)
    joined = visibility.find_joined(page.session, page.staff, ticket)
    if joined is not None:
        return page.go(f"/tickets/{joined.reference}")
    return _page(page, ticket)


def confirm(page: Page) -> Response:
    """The suggestion is right."""
    ticket = _ticket(page)
    handling.confirm(page.session, page.staff, ticket)
    return _after(page, ticket, "confirmed")


def override(page: Page) -> Response:
    """The codes are corrected."""
    ticket = _ticket(page)
    sector, subcategory = sector_of(page.posted("sector"))
    coding = screening.Coding(
        sector, subcategory, page.posted("kind") or None, page.posted("tier") or None, page.posted("place") or None
    )
    handling.override(page.session, page.staff, ticket, coding)
    return _after(page, ticket, "changed" if ticket.compartment is None else "sealed")


def raise_(page: Page) -> Response:
    """It is sensitive: out of everyone else's sight."""
    ticket = _ticket(page)
    screening.raise_(page.session, page.staff, ticket, page.posted("tier"))
    return _after(page, ticket, "sealed")


def assign(page: Page) -> Response:
    """Somebody takes it."""
    ticket = _ticket(page)
    handling.assign(page.session, page.staff, ticket, to=accounts.find(page.session, page.posted("to")))
    return _after(page, ticket, "assigned")


def note(page: Page) -> Response:
    """A remark that stays here."""
    ticket = _ticket(page)
    handling.note(page.session, page.staff, ticket, page.posted("note"))
    return _after(page, ticket, "noted")


def title(page: Page) -> Response:
    """What lists call it."""
    ticket = _ticket(page)
    handling.entitle(page.session, page.staff, ticket, page.posted("title"))
    return _after(page, ticket, "titled")


def answer(page: Page) -> Response:
    """An answer, or a question back."""
    ticket = _ticket(page)
    purpose = Purpose.QUESTION if page.posted("purpose") == Purpose.QUESTION else Purpose.ANSWER
    reply = outbound.say(page.session, page.staff, ticket, page.posted("text"), purpose=purpose)
    page.draft = ""
    return _after(page, ticket, "answered" if reply.adapter else "by_hand")


def recall(page: Page) -> Response:
    """An answer that has not left yet is taken back."""
    ticket = _ticket(page)
    of, reply = visibility.find_reply(page.session, page.staff, page.path["reply"])
    if of.id != ticket.id:
        raise NotFound
    replies.recall(page.session, page.staff, ticket, reply)
    return _after(page, ticket, "recalled")


def close(page: Page) -> Response:
    """It is done."""
    ticket = _ticket(page)
    handling.close(page.session, page.staff, ticket, page.posted("outcome"))
    return _after(page, ticket, "closed")


def reopen(page: Page) -> Response:
    """It was not done."""
    ticket = _ticket(page)
    handling.reopen(page.session, page.staff, ticket)
    return _after(page, ticket, "reopened")


def _ticket(page: Page) -> Ticket:
    return visibility.find_ticket(page.session, page.staff, page.path["reference"])


def _after(page: Page, ticket: Ticket, said: str) -> Response:
    """The ticket as it now stands. Where it has gone behind a wall the whole page changes, or is no longer theirs."""
    page.session.flush()
    if not visibility.who_may_see(page.session, ticket, [page.staff]):
        return page.go("/inbox", said=said)
    if not page.fragment or ticket.compartment is not None:
        return page.go(f"/tickets/{ticket.reference}", said=said)
    return _page(page, ticket, said)


def _page(page: Page, ticket: Ticket, said: str = "") -> Response:
    context = ticket_context.of(page, ticket)
    return page.show("ticket/show.html", block="ticket", said=said, **context)
