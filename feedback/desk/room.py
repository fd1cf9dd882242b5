"""What a verb finds in the room it works in: the vault and the response, put into the session by `Database`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from feedback.seal.ring import Ring
from feedback.seal.vault import Vault

if TYPE_CHECKING:
    from feedback.responses import Response


def vault(session: Session) -> Vault:
    """The keeper of keys of this installation."""
    found = session.info["vault"]
    assert isinstance(found, Vault)
    return found


def response(session: Session) -> Response:
    """The response that new tickets are coded with."""
    found: Response = session.info["response"]
    return found


def ring(session: Session) -> Ring | None:
    """The keys that this session's person has unlocked, or None."""
    found: Ring | None = session.info.get("ring")
    return found


def thanks(session: Session) -> Mapping[str, bool]:
    """The adapters whose messages are acknowledged: whether the answer carries it (True), or it is queued (decision 7)."""
    found: Mapping[str, bool] = session.info.get("thanks", {})
    return found


def text_price(session: Session) -> float | None:
    """What one segment of a text costs, or None where nobody has said."""
    return session.info.get("text_price") or None


def request_days(session: Session) -> int:
    """Within how many days it is settled when somebody asks to see, correct or erase what is held of them."""
    days: int = session.info.get("request_days", 30)
    return days


def adapters(session: Session) -> frozenset[str]:
    """The names of the adapters that can send, as `wiring` knows them."""
    found: frozenset[str] = session.info.get("senders", frozenset())
    return found


def exchange(session: Session) -> str | None:
    """The name of the adapter that places calls, or None where there is none."""
    found: str | None = session.info.get("exchange")
    return found


def hears(session: Session) -> Callable[[str], str] | None:
    """What names the language of a text: the classifier's, which a worker that sends puts here; None on pages."""
    found: Callable[[str], str] | None = session.info.get("hears")
    return found
