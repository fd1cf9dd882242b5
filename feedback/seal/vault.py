"""The vault: gives each ticket its key and opens what was sealed under it."""

from __future__ import annotations

import os
import time
from pathlib import Path

from feedback.seal import box, index, outbox
from feedback.seal.keyfile import DeskKeys, IndexKeys

LOOK_AGAIN = 1.0
"""Seconds after which a change of the key file is seen by every process."""

DESK = "desk"  # the one recipient so far; compartments get keys of their own (decision 4)


class Vault:
    """Wraps ticket keys under the desk key. Knows no table: rows of `ticket_key` are made and read by the models."""

    def __init__(self, keys: DeskKeys, source: Path | None = None) -> None:
        """`source`: the key file, which is read again when it has changed, so that keys are renewed while all runs."""
        self._read_keys, self._source = keys, source
        self._read_at, self._changed = time.monotonic(), source.stat().st_mtime_ns if source else 0

    @property
    def _keys(self) -> DeskKeys:
        if self._source is not None and time.monotonic() - self._read_at > LOOK_AGAIN:
            self._read_at = time.monotonic()
            changed = self._source.stat().st_mtime_ns
            if changed != self._changed:
                self._read_keys, self._changed = DeskKeys.read(self._source), changed
        return self._read_keys

    @property
    def generation(self) -> int:
        """The number of the desk key that wraps what is new."""
        return self._keys.current

    def new_key(self, ticket_id: int) -> tuple[bytes, dict[str, object]]:
        """A fresh 256-bit key for a ticket, and its row of `ticket_key`."""
        key = os.urandom(32)
        return key, self.wrap(ticket_id, key)

    def wrap(self, ticket_id: int, key: bytes) -> dict[str, object]:
        """The row of `ticket_key` that holds this key for the desk, under its newest generation."""
        generation = self._keys.current
        wrapped = box.seal(self._keys.generations[generation], key, table="ticket_key", row=ticket_id, column=DESK)
        return {"ticket_id": ticket_id, "recipient": DESK, "generation": generation, "wrapped": wrapped}

    def unwrap(self, ticket_id: int, generation: int, wrapped: bytes) -> bytes:
        """The ticket's key again. Raises `BadSeal` for a row that was changed or belongs to another ticket."""
        desk_key = self._keys.generations.get(generation)
        if desk_key is None:
            raise box.BadSeal("ticket_key.generation")
        return box.unseal(desk_key, wrapped, table="ticket_key", row=ticket_id, column=DESK)

    def address_index(self, wall: str | None, address: str) -> bytes:
        """The index of an address inside a wall (a compartment, or None for what is open), as new rows get it."""
        return self.address_indexes(wall, address)[0]

    def address_indexes(self, wall: str | None, address: str) -> list[bytes]:
        """Every index under which that address may stand now, the newest first: two while the keys are renewed."""
        return [index.address_index(keys.address, wall or index.OPEN, address) for keys in self._index_keys()]

    def silent_index(self, address: str) -> bytes:
        """The index of an address in the hot list of numbers that get nothing from us."""
        return index.address_index(self._keys.address, "silent numbers", address)

    def asked_index(self, address: str) -> bytes:
        """The index of an address in the hot list of numbers that were asked something lately."""
        return index.address_index(self._keys.address, "asked numbers", address)

    def term_index(self, word: str) -> int:
        """The index of a normalised word in the search table, as new rows get it."""
        return self.term_indexes(word)[0]

    def term_indexes(self, word: str) -> list[int]:
        """Every index under which that word may stand now, the newest first."""
        return [index.term_index(keys.search, word) for keys in self._index_keys()]

    def tablet_key(self) -> tuple[str, bytes] | None:
        """Name and public key that tablets seal to now; None while the key file has none."""
        if not self._keys.tablet:
            return None
        public = outbox.public_of(self._keys.tablet[max(self._keys.tablet)])
        return outbox.name_of(public), public

    def open_form(self, key_name: str, sealed: bytes, *, key: str) -> bytes:
        """What a tablet sealed to one of our keys. Raises `BadSeal` for any other. Called inside the intake alone."""
        for private in self._keys.tablet.values():
            if outbox.name_of(outbox.public_of(private)) == key_name:
                return outbox.open_form(private, sealed, key=key)
        raise box.BadSeal("form.key")

    def row_index(self, row: bytes) -> str:
        """40 hex digits that stand for a row of somebody else's table, so that it can be known again without its words."""
        return index.row_index(self._keys.search, row)

    def seal_secret(self, row: int, secret: bytes) -> bytes:
        """Seal a secret of a staff member (the seed of their one-time codes)."""
        return box.seal(self._keys.staff, secret, table="staff", row=row, column="totp")

    def unseal_secret(self, row: int, sealed: bytes) -> bytes:
        """That secret again. Raises `BadSeal`."""
        return box.unseal(self._keys.staff, sealed, table="staff", row=row, column="totp")

    def mark(self, purpose: str, words: bytes) -> bytes:
        """32 bytes that only this installation can make of these words, for one purpose at the door."""
        return index.mark(self._keys.staff, purpose, words)

    def _index_keys(self) -> list[IndexKeys]:
        keys = self._keys
        return [keys.indexes[number] for number in sorted(keys.indexes, reverse=True)]
