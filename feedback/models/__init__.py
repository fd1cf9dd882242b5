"""The tables, one file per family."""

from feedback.models import (  # noqa: F401  # so that Base knows all
    appointment,
    asked,
    call,
    compartment,
    contact,
    device,
    event,
    factor,
    installation,
    lately,
    lent,
    lesson,
    message,
    plan,
    published,
    referral,
    reply,
    review,
    right,
    rota,
    staff,
    tablet,
    ticket,
)
from feedback.models.base import Base

PROTECTED = frozenset(
    {
        "ticket",
        "ticket_key",
        "message",
        "recording",
        "recording_chunk",
        "contact",
        "reply",
        "note",
        "event",
        "term",
        "alarm",
        "thanks",
        "contact_plan",
        "consent",
        "held_envelope",
        "review",
        "emergency_access",
        "recusal",
        "ticket_link",
        "line_call",
        "data_request",
        "breach",
        "redaction",
        "lesson",
        "lent_item",
        "referral",
        "asked",
        "question",
        "perhaps",
    }
)
"""Tables that tell of tickets: in a staff transaction they are read through `visibility` only (decision 3)."""

__all__ = ["PROTECTED", "Base"]
