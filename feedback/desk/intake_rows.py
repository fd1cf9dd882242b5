"""The rows of an intake, sealed and ready to be written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from channels.contract import Inbound, Media
from feedback.desk import codes, sealing, thanking
from feedback.models.base import new_id, new_reference
from feedback.models.contact import Contact
from feedback.models.message import Message, Recording, RecordingState
from feedback.models.ticket import Outcome, Status
from feedback.seal import box
from feedback.seal.vault import Vault

if TYPE_CHECKING:
    from feedback.responses import Response

SCREENING = "screening"

ASKS = "asks"
"""The fact of a text that asks for texts again while staff's mark stands on its number: people alone read it."""


class Rows:
    """Gathers, for a batch of messages, the rows of each table."""

    def __init__(self, vault: Vault, response: Response, entered_by: int | None) -> None:
        self.response = response
        self.vault, self._entered_by = vault, entered_by
        self.tickets: list[dict[str, Any]] = []
        self.keys: list[dict[str, Any]] = []
        self.messages: list[dict[str, Any]] = []
        self.contacts: list[dict[str, Any]] = []
        self.recordings: list[dict[str, Any]] = []
        self.events: list[dict[str, Any]] = []
        self.thanks: list[dict[str, Any]] = []
        self.perhaps: list[dict[str, Any]] = []

    def add(self, inbound: Inbound, *, code: str, may_answer: int | None, danger: bool, wish: Outcome | None) -> int:
        """Add one message with the ticket it opens; the ticket's id."""
        ticket_id = new_id()
        key, key_row = self.vault.new_key(ticket_id)
        self.keys.append(key_row)
        self.tickets.append(self._ticket(ticket_id, key, inbound, code, may_answer, danger, wish))
        message_id = self._message(ticket_id, key, inbound)
        if inbound.address:
            self._contact(ticket_id, key, inbound)
        for media in (*((inbound.recording,) if inbound.recording else ()), *inbound.media):
            self._recording(ticket_id, message_id, inbound, media)
        self.events.append(self._received(inbound, ticket_id))
        return ticket_id

    def thank(self, inbound: Inbound, ticket_id: int, *, now: bool) -> None:
        """Say the uniform acknowledgement: in the answer that is about to be given, or queued. Recorded either way."""
        if not now:
            row, key_row = thanking.rows(self.vault, inbound, ticket_id)
            self.thanks.append(row)
            self.keys.append(key_row)
        self.events[-1]["detail"] += " thanked"

    def _received(self, inbound: Inbound, ticket_id: int) -> dict[str, Any]:
        actor = f"staff:{self._entered_by}" if self._entered_by else f"part:{inbound.adapter}"
        return {
            "id": new_id(),
            "at": inbound.received_at,
            "ticket_id": ticket_id,
            "actor": actor,
            "action": "receive",
            "detail": inbound.channel.value,
            "wall": SCREENING,
        }

    def _ticket(
        self,
        ticket_id: int,
        key: bytes,
        inbound: Inbound,
        code: str,
        may_answer: int | None,
        danger: bool,
        wish: Outcome | None,
    ) -> dict[str, Any]:
        at, screening = inbound.received_at, self.response.screening
        return {
            "id": ticket_id,
            "reference": new_reference(),
            "code": code,
            "code_until": at + codes.LIVE,
            "version": 1,
            "status": Status.CLOSED if wish else Status.NEW,
            "outcome": wish,
            "closed_at": at if wish else None,
            "compartment": SCREENING,
            "channel": inbound.channel,
            "language": inbound.language,
            "place": inbound.place or (self.response.find_place(inbound.text) if inbound.text else None),
            "response_version": self.response.version,
            "entered_by": self._entered_by,
            "created_at": at,
            "due_at": at + (screening.flagged_within if danger else screening.look_within),
            "danger_first": danger,
            "read_at": at
            if wish or not inbound.text or ASKS in inbound.facts
            else None,  # sound is read by people alone
            "may_answer": may_answer,
            "facts": sealing.seal_mapping(key, ticket_id, "facts", inbound.facts) if inbound.facts else None,
        }

    def _message(self, ticket_id: int, key: bytes, inbound: Inbound) -> int:
        message_id = new_id()
        raw = box.seal(key, inbound.raw, table="message", row=message_id, column="raw") if inbound.raw else None
        self.messages.append(
            {
                "id": message_id,
                "ticket_id": ticket_id,
                "adapter": inbound.adapter,
                "provider_ref": inbound.provider_ref,
                "channel": inbound.channel,
                "at": inbound.received_at,
                "words": sealing.seal(key, Message, "words", message_id, inbound.text) if inbound.text else None,
                "raw": raw,
            }
        )
        return message_id

    def _contact(self, ticket_id: int, key: bytes, inbound: Inbound) -> None:
        contact_id, address = new_id(), inbound.address or ""
        self.contacts.append(
            {
                "id": contact_id,
                "ticket_id": ticket_id,
                "adapter": inbound.adapter,
                "address": sealing.seal(key, Contact, "address", contact_id, address),
                "address_index": self.vault.address_index(SCREENING, address),
            }
        )

    def _recording(self, ticket_id: int, message_id: int, inbound: Inbound, media: Media) -> None:
        recording_id = new_id()
        own_key, key_row = self.vault.new_key(recording_id)
        self.keys.append(key_row)
        self.recordings.append(
            {
                "id": recording_id,
                "reference": new_reference(),
                "ticket_id": ticket_id,
                "message_id": message_id,
                "adapter": inbound.adapter,
                "provider_ref": media.ref,
                "source": sealing.seal(own_key, Recording, "source", recording_id, media.url),
                "media_type": media.media_type,
                "seconds": media.seconds,
                "state": RecordingState.WAITING,
                "tries": 0,
            }
        )
