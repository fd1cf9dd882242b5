"""What each column of bytes holds, so that a new one has to say it, and to be planted where it is sealed."""

from __future__ import annotations

import sqlalchemy as sa

from feedback.models import Base

INDEXES = {
    "call_back.address_index", "contact.address_index", "silent.address_index", "lately.what", "piece.belongs",
    "throttle.what", "asked.address_index", "perhaps.came_as",
}  # fmt: skip
"""Keyed, to be found again by. What can be tested against them is told in docs/safety.md."""

DIGESTS = {
    "event.previous", "event.digest", "staff_session.digest", "call_out.word", "spent_challenge.digest",
    "printed_code.digest", "device.digest", "device_session.digest", "reserved_code.tablet", "pin.of",
    "referral.word",
}  # fmt: skip
"""Of something long and random, or of rows without words."""

PROOFS = {"staff.verifier", "staff.salt", "pin.verifier", "pin.salt"}
"""What a password is proved with."""

PUBLIC = {
    "staff.public_key", "compartment_key.public", "recovery_copy.public", "security_key.public_key",
    "security_key.credential", "asked.public",
}  # fmt: skip
"""Public by their nature."""

KEYS = {"ticket_key.wrapped", "holding.sealed", "recovery_copy.sealed", "staff.private_key", "staff_session.opened"}
"""Keys under other keys: the thief opens what can be opened with the key file, and goes on with what comes out."""

TO_PEOPLE = {"sealed_export.reason", "lent_item.words", "question.secret", "perhaps.sealed", "referral.words"}
"""Never under the desk's key, not even before compartments have keys."""

SEALED = {
    "call_back.address", "contact.address", "contact_plan.terms", "duty.phone", "emergency_access.reason",
    "held_envelope.sealed", "line_call.address", "listener.phone", "message.raw", "message.words", "note.words",
    "piece.sealed", "quarantine.raw", "recording.source", "recording_chunk.sound", "reply.words", "review.reason",
    "staff.totp", "thanks.address", "ticket.facts", "ticket.suggestion", "ticket.title",
}  # fmt: skip
"""Words and numbers of people, and secrets of staff: a planted word of each is found before there are keys."""


def of_bytes() -> set[str]:
    """Every column of bytes of every table, as `table.column`."""
    return {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, sa.LargeBinary)
    }
