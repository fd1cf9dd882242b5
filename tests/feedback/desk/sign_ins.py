"""People at the door, at a cost of passwords that a test can pay many times, and a security key made of software."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

import pyotp
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, encode_cbor

from feedback.desk import security_keys, sessions, unlocking
from feedback.desk.security_keys import Pressed, Site
from feedback.models.factor import SecurityKey
from feedback.models.staff import Role, Staff
from feedback.seal import password as passwords
from feedback.seal.password import Cost
from tests.factories import PASSWORD, PUBLIC_URL, Desk

CHEAP = Cost(memory=64, turns=1)
SITE = Site.of(PUBLIC_URL)
PRESENT, ATTESTED = 0x01, 0x40


def cheaply(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are derived in a millisecond from now on, and three wrong tries are enough."""
    monkeypatch.setattr(passwords, "NOW", CHEAP)
    monkeypatch.setattr(sessions, "TRIES_IN_TEN_MINUTES", 3)


def person(desk: Desk, password: str = PASSWORD, *, seed: str | None = None, **more: Any) -> Staff:
    """Somebody whose password has today's cost."""
    staff = desk.staff(more.pop("role", Role.AGENT), **more)
    with desk.at() as session:
        mine = desk.mine(session, staff)
        unlocking.set_password(mine, password)
        if seed is not None:
            mine.totp = desk.parts.vault.seal_secret(staff.id, seed.encode())
    return desk.mine_again(staff)


def fresh_seed() -> str:
    """A seed that nobody else has."""
    return pyotp.random_base32()


@dataclass
class SoftwareKey:
    """A security key: signs what a browser of `origin` asks of it for `host`, and counts how often."""

    origin: str = SITE.origin
    host: str = SITE.host
    count: int = 0
    counts: bool = True
    flags: int = PRESENT
    length: int = 64
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def name(self) -> bytes:
        """The name that it gives itself."""
        return hashlib.shake_256(self._public()).digest(self.length)

    def make(self, options: str) -> str:
        """What `navigator.credentials.create` gives, as our script writes it."""
        attested = bytes(16) + len(self.name).to_bytes(2, "big") + self.name + self._public()
        data = self._data(ATTESTED) + attested
        told = encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options)
        return self._written({"clientDataJSON": client, "attestationObject": told})

    def press(self, options: str) -> str:
        """What `navigator.credentials.get` gives."""
        self.count += self.counts
        data, client = self._data(), self._client("webauthn.get", options)
        signature = self.private.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._written({"clientDataJSON": client, "authenticatorData": data, "signature": signature})

    def _client(self, what: str, options: str) -> bytes:
        challenge = json.loads(options)["challenge"]
        return json.dumps({"type": what, "challenge": challenge, "origin": self.origin}).encode()

    def _data(self, more: int = 0) -> bytes:
        host = hashlib.sha256(self.host.encode()).digest()
        return host + bytes([self.flags | more]) + self.count.to_bytes(4, "big")

    def _public(self) -> bytes:
        point = self.private.public_key().public_numbers()
        x, y = (one.to_bytes(32, "big") for one in (point.x, point.y))
        return encode_cbor({1: 2, 3: -7, -1: 1, -2: x, -3: y})

    def _written(self, response: dict[str, bytes]) -> str:
        name = bytes_to_base64url(self.name)
        letters = {part: bytes_to_base64url(one) for part, one in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": letters})


def registered(desk: Desk, staff: Staff, key: SoftwareKey | None = None, name: str = "the blue one") -> SoftwareKey:
    """A key that this person has registered."""
    key = key or SoftwareKey()
    with desk.at() as session:
        asked = security_keys.ask_to_register(session, staff, "a session", SITE)
        security_keys.register(session, staff, name, Pressed(key.make(asked), "a session", SITE))
    return key


def asked(desk: Desk, login: str, attempt: str = "one attempt") -> str:
    """What the door asks the keys of this name."""
    with desk.at(write=False) as session:
        return security_keys.ask_to_sign_in(session, login, attempt, SITE)


def names_in(options: str) -> list[bytes]:
    """The names of keys in what the door asks."""
    return [base64url_to_bytes(one["id"]) for one in json.loads(options)["allowCredentials"]]


def key_of(desk: Desk, staff: Staff) -> SecurityKey:
    """The person's only key as it stands now."""
    (key,) = desk.rows(SecurityKey, SecurityKey.staff_id == staff.id)
    return key
