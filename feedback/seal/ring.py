"""The keys that one unlocked session can reach: the person's own, and through it those of their compartments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from feedback.seal import box, boxes


@dataclass(frozen=True, slots=True, repr=False)
class CompartmentSecret:
    """What holders of a compartment share: the key that opens its tickets, and the key of its address index."""

    private: bytes
    address: bytes

    def packed(self) -> bytes:
        """64 bytes, to be sealed to a holder."""
        return self.private + self.address

    @classmethod
    def unpack(cls, packed: bytes) -> CompartmentSecret:
        """From those bytes."""
        return cls(packed[:32], packed[32:])


class Ring:
    """Opens what is sealed to a person or to a compartment they hold. Lives as long as one request."""

    def __init__(self, staff_id: int, private: bytes, holdings: Mapping[tuple[str, int], bytes]) -> None:
        """`holdings`: (compartment, generation) to its secret, sealed to this person."""
        self.staff_id = staff_id
        self._private, self._holdings = private, holdings
        self._opened: dict[tuple[str, int], CompartmentSecret] = {}

    def secret(self, compartment: str, generation: int) -> CompartmentSecret | None:
        """The secret of a compartment, or None when this person does not hold it."""
        place = (compartment, generation)
        if place not in self._opened:
            sealed = self._holdings.get(place)
            if sealed is None:
                return None
            packed = boxes.unseal_with(self._private, sealed, what=holding(compartment, generation, self.staff_id))
            self._opened[place] = CompartmentSecret.unpack(packed)
        return self._opened[place]

    def open_own(self, sealed: bytes, *, what: str) -> bytes:
        """Open what is sealed to this person alone."""
        return boxes.unseal_with(self._private, sealed, what=what)


def holding(compartment: str, generation: int, staff_id: int) -> str:
    """The name of a holding, bound into its seal."""
    return f"holding/{compartment}/{generation}/{staff_id}"


def wrap_private(wrapping: bytes, staff_id: int, private: bytes) -> bytes:
    """A person's private key, wrapped under what their password gives."""
    return box.seal(wrapping, private, table="staff", row=staff_id, column="private_key")


def unwrap_private(wrapping: bytes, staff_id: int, wrapped: bytes) -> bytes:
    """That key again. Raises `BadSeal`."""
    return box.unseal(wrapping, wrapped, table="staff", row=staff_id, column="private_key")


def keep_in_session(token: str, staff_id: int, private: bytes) -> bytes:
    """The private key as the session's row keeps it: under a key that only the cookie's token gives."""
    return box.seal(_session_key(token), private, table="staff_session", row=staff_id, column="opened")


def from_session(token: str, staff_id: int, kept: bytes) -> bytes:
    """That key again. Raises `BadSeal`."""
    return box.unseal(_session_key(token), kept, table="staff_session", row=staff_id, column="opened")


def _session_key(token: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"feedback/1/session").derive(token.encode())
