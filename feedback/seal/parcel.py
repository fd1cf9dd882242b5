"""A parcel: bytes sealed under a passphrase for a file that travels, and opened again where the passphrase is known."""

from __future__ import annotations

from feedback.seal import box, password
from feedback.seal.box import BadSeal

_MARK = b"feedback parcel 1\n"
_SALT = 16


def seal(passphrase: str, content: bytes) -> bytes:
    """The file: a mark, 16 bytes of salt, then the content under the key that Argon2id makes of the passphrase."""
    salt = password.new_salt()
    key = password.derive(passphrase, salt).wrapping
    return _MARK + salt + box.seal(key, content, table="parcel", row=0, column="content")


def unseal(passphrase: str, parcel: bytes) -> bytes:
    """The content again. Raises `BadSeal` for another passphrase, a changed file, or what is no parcel."""
    if not parcel.startswith(_MARK):
        raise BadSeal("parcel")
    salt, sealed = parcel[len(_MARK) : len(_MARK) + _SALT], parcel[len(_MARK) + _SALT :]
    if len(salt) < _SALT:
        raise BadSeal("parcel")
    return box.unseal(password.derive(passphrase, salt).wrapping, sealed, table="parcel", row=0, column="content")
