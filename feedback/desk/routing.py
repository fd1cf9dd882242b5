"""Where a coded ticket goes: sector by place to agency and desk, and when it is owed (decisions 11, 19)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from feedback.desk import room
from feedback.errors import Invalid
from feedback.models.ticket import Ticket


def route(session: Session, ticket: Ticket) -> None:
    """Set agency, desk, provider and due time from the ticket's codes. The provider stays as staff set it."""
    response = room.response(session)
    found = response.route(ticket.sector, ticket.place)
    ticket.agency, ticket.desk = found.agency, found.desk
    ticket.provider = ticket.provider or found.agency
    ticket.due_at = response.due(ticket.tier or "T0", ticket.created_at)


def check_codes(
    session: Session,
    *,
    sector: str | None = None,
    subcategory: str | None = None,
    kind: str | None = None,
    tier: str | None = None,
    place: str | None = None,
) -> None:
    """Raises `Invalid`, naming each field whose code this response does not know."""
    response = room.response(session)
    wrong = {}
    if sector is not None and sector not in response.sectors:
        wrong["sector"] = "Choose a sector from the list."
    elif subcategory is not None and response.subcategory(sector, subcategory) is None:
        wrong["subcategory"] = "Choose one that belongs to the sector."
    if kind is not None and kind not in response.kinds:
        wrong["kind"] = "Choose a kind from the list."
    if tier is not None and tier not in response.tiers:
        wrong["tier"] = "Choose how grave it is from the list."
    if place is not None and place not in response.places:
        wrong["place"] = "Choose a place from the list."
    if wrong:
        raise Invalid(wrong)


def tier_of(session: Session, sector: str | None, subcategory: str | None, tier: str | None) -> str:
    """The tier that these codes make: what the person chose, unless naming the matter is graver (taxonomy of domain.md)."""
    response = room.response(session)
    named = response.subcategory(sector, subcategory)
    by_matter = named.tier if named else None
    if by_matter and (tier is None or grave(by_matter) > grave(tier)):
        return by_matter
    return tier or "T0"


def grave(tier: str) -> int:
    """How grave a tier is, for comparing: T0, T1, T2, T3."""
    return int(tier[1])
