"""What a tablet keeps until it is sent: sealed to the installation's public key, opened at the desk alone (HPKE, P-256).

P-256 and not X25519, because every browser's own cryptography has it.
"""

from __future__ import annotations

import hashlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from feedback.seal.box import BadSeal

_SUITE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_CURVE = ec.SECP256R1()


def new_private() -> bytes:
    """A fresh private key: 32 bytes."""
    return ec.generate_private_key(_CURVE).private_numbers().private_value.to_bytes(32, "big")


def public_of(private: bytes) -> bytes:
    """Its public key as tablets take it: the point, uncompressed, 65 bytes."""
    return _key(private).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def name_of(public: bytes) -> str:
    """How a form says to which key it was sealed: 16 hex digits."""
    return hashlib.sha256(public).hexdigest()[:16]


def seal_form(public: bytes, form: bytes, *, key: str) -> bytes:
    """Seal a form as a tablet does; `key` is the form's own, so that sealed bytes can't pass for another form."""
    point = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, public)
    return _SUITE.encrypt(form, point, info=_info(key))


def open_form(private: bytes, sealed: bytes, *, key: str) -> bytes:
    """The form again. Raises `BadSeal` when it was sealed to another key, for another form, or changed."""
    try:
        return _SUITE.decrypt(sealed, _key(private), info=_info(key))
    except (InvalidTag, ValueError):
        raise BadSeal("form") from None


def _key(private: bytes) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(private, "big"), _CURVE)


def _info(key: str) -> bytes:
    return f"feedback/1/tablet/{key}".encode()
