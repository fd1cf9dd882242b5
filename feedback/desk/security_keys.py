"""Security keys (WebAuthn) as a second factor: registered by name, asked at the door, answers checked (decision 16).

The password is the first factor, so a key need not know its owner; and only a key that stands alone is taken, since what
is built into a shared laptop proves nobody. The library is loaded where it is used: the door seldom needs it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback import clock
from feedback.desk import challenges, room
from feedback.errors import Invalid
from feedback.models.base import new_id
from feedback.models.factor import SecurityKey
from feedback.models.staff import Staff

if TYPE_CHECKING:
    from webauthn.registration.verify_registration_response import VerifiedRegistration

MOST = 5
"""So many keys one person may have; the door names as many for everybody, whoever they are."""

MOST_LETTERS = 16 * 1024
_DECOYS = (32, 48, 64)  # bytes of the names that keys give themselves


@dataclass(frozen=True, slots=True)
class Site:
    """Where keys are used: `origin` as the browser says it, `host` as the key knows it."""

    origin: str
    host: str

    @classmethod
    def of(cls, public_url: str) -> Site:
        """From the public address of the desk."""
        parts = urlsplit(public_url)
        return cls(f"{parts.scheme}://{parts.netloc}", parts.hostname or "")

    @property
    def takes_keys(self) -> bool:
        """Browsers use keys for names only, not for bare addresses (`run --lan` without a name)."""
        try:
            ip_address(self.host)
        except ValueError:
            return True
        return False


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a browser sends after a key was pressed: `answer` as JSON, for the attempt that the browser holds."""

    answer: str
    attempt: str
    site: Site


def mine(session: Session, staff: Staff) -> list[SecurityKey]:
    """A person's keys, the oldest first."""
    found = sa.select(SecurityKey).where(SecurityKey.staff_id == staff.id).order_by(SecurityKey.id)
    return list(session.scalars(found))


def ask_to_register(session: Session, staff: Staff, attempt: str, site: Site) -> str:
    """What the browser asks a new key, as JSON. `attempt` is the session's token."""
    import webauthn
    from webauthn.helpers import structs

    selection = structs.AuthenticatorSelectionCriteria(
        authenticator_attachment=structs.AuthenticatorAttachment.CROSS_PLATFORM,
        resident_key=structs.ResidentKeyRequirement.DISCOURAGED,
        user_verification=structs.UserVerificationRequirement.DISCOURAGED,
    )
    known = [structs.PublicKeyCredentialDescriptor(id=one.credential) for one in mine(session, staff)]
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name="Feedback desk",
        user_id=staff.reference.encode(),
        user_name=staff.login,
        challenge=challenges.make(session, f"register/{staff.id}/{attempt}"),
        authenticator_selection=selection,
        exclude_credentials=known,
    )
    return webauthn.options_to_json(options)


def register(session: Session, staff: Staff, name: str, pressed: Pressed) -> SecurityKey:
    """Keep a new key under a name. Raises `Invalid`, naming what to mend."""
    wrong = {} if name.strip() else {"key_name": "Write what stands on it or hangs from it."}
    if len(mine(session, staff)) >= MOST:
        wrong["key_name"] = "Five keys are enough. Remove one first."
    challenge = _answered(session, f"register/{staff.id}/{pressed.attempt}", pressed.answer)
    found = _made(pressed, challenge) if challenge is not None else None
    if found is None:
        wrong["answer"] = "The key could not be read. Please try again."
    elif session.scalar(sa.select(SecurityKey.id).where(SecurityKey.credential == found.credential_id)):
        wrong["answer"] = "This key is known already."
    if wrong or found is None or challenge is None:
        raise Invalid(wrong)
    challenges.spend(session, challenge)
    key = SecurityKey(
        id=new_id(),
        staff_id=staff.id,
        name=name.strip()[:40],
        credential=found.credential_id,
        public_key=found.credential_public_key,
        count=found.sign_count,
        added_at=clock.now(),
    )
    session.add(key)
    return key


def ask_to_sign_in(session: Session, login: str, attempt: str, site: Site) -> str:
    """What the browser asks the keys of this name, as JSON; for a name without keys, or of nobody, it looks alike."""
    import webauthn
    from webauthn.helpers import structs

    login = login.strip().lower()[:64]
    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        challenge=challenges.make(session, f"sign-in/{login}/{attempt}"),
        allow_credentials=[structs.PublicKeyCredentialDescriptor(id=one) for one in _named(session, login)],
        user_verification=structs.UserVerificationRequirement.DISCOURAGED,
    )
    return webauthn.options_to_json(options)


def spend(session: Session, staff: Staff, pressed: Pressed) -> SecurityKey | None:
    """The person's key that gave this answer, or None. The answer counts once, and a key's count only rises."""
    import webauthn

    challenge = _answered(session, f"sign-in/{staff.login}/{pressed.attempt}", pressed.answer)
    if challenge is None:
        return None
    names = {one.credential: one for one in mine(session, staff)}
    try:
        key = names[webauthn.helpers.parse_authentication_credential_json(pressed.answer).raw_id]
        found = webauthn.verify_authentication_response(
            credential=pressed.answer,
            expected_challenge=challenge,
            expected_rp_id=pressed.site.host,
            expected_origin=pressed.site.origin,
            credential_public_key=key.public_key,
            credential_current_sign_count=key.count,
        )
    except Exception:  # as above; another person's key, or a count that did not rise, ends here too
        return None
    challenges.spend(session, challenge)
    key.count, key.used_at = found.new_sign_count, clock.now()
    return key


def _made(pressed: Pressed, challenge: bytes) -> VerifiedRegistration | None:
    """What a new key says of itself, or None where it was not asked here or can't be read."""
    import webauthn

    try:
        return webauthn.verify_registration_response(
            credential=pressed.answer,
            expected_challenge=challenge,
            expected_rp_id=pressed.site.host,
            expected_origin=pressed.site.origin,
        )
    except Exception:  # what comes from a browser is anybody's, and the library raises whatever it trips over
        return None


def _answered(session: Session, attempt: str, answer: str) -> bytes | None:
    """The challenge that this answer was given to, if it is one of ours for this attempt."""
    told = _client(answer)
    return told if told is not None and challenges.is_good(session, attempt, told) else None


def _client(answer: str) -> bytes | None:
    """The challenge in what the browser says of itself, or None where nothing can be read."""
    from webauthn.helpers import base64url_to_bytes, parse_client_data_json

    if len(answer) > MOST_LETTERS:
        return None
    try:
        told: Any = json.loads(answer)
        return parse_client_data_json(base64url_to_bytes(told["response"]["clientDataJSON"])).challenge
    except Exception:  # as above
        return None


def _named(session: Session, login: str) -> list[bytes]:
    """As many names of keys for everyone: a person's own, and made-up ones that stay the same for a name."""
    own = sa.select(SecurityKey.credential).join(Staff, Staff.id == SecurityKey.staff_id)
    real = list(session.scalars(own.where(Staff.login == login, Staff.active)))
    marks = [room.vault(session).mark("decoy", f"{login}/{number}".encode()) for number in range(MOST - len(real))]
    return sorted([*real, *(hashlib.shake_256(one).digest(_DECOYS[one[0] % len(_DECOYS)]) for one in marks)])
