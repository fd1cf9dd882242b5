"""Sealing to a public key: whoever seals can't read it again (HPKE with X25519, decision 4)."""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from feedback.seal.box import BadSeal

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def new_pair() -> tuple[bytes, bytes]:
    """A fresh pair: private key and public key, 32 bytes each."""
    private = X25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


def seal_to(public: bytes, words: bytes, *, what: str) -> bytes:
    """Seal for the holder of a private key. `what` names the thing; sealed bytes can't pass for another."""
    return _SUITE.encrypt(words, X25519PublicKey.from_public_bytes(public), info=_info(what))


def unseal_with(private: bytes, sealed: bytes, *, what: str) -> bytes:
    """The bytes again. Raises `BadSeal` when they were sealed to somebody else, for another thing, or changed."""
    try:
        return _SUITE.decrypt(sealed, X25519PrivateKey.from_private_bytes(private), info=_info(what))
    except (InvalidTag, ValueError):
        raise BadSeal(what.split("/")[0]) from None


def _info(what: str) -> bytes:
    return f"feedback/1/{what}".encode()
