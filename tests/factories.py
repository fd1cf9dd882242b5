"""Makes what tests need through the desk's own verbs, so that everything is sealed and has its events."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session
from starlette.testclient import TestClient
from twilio.request_validator import RequestValidator

from channels.contract import ChannelName, Inbound
from classifier.suggestion import Suggestion, Verdict
from feedback import clock
from feedback.desk import intake, screening, sessions, triage, unlocking, visibility
from feedback.models.base import new_id
from feedback.models.staff import Role, Staff
from feedback.models.ticket import Ticket
from feedback.seal import password as passwords
from feedback.settings import Settings
from feedback.web.page import COOKIE
from feedback.wiring import Parts

PUBLIC_URL = "https://desk.test"
ACCOUNT_SID = "AC" + "1" * 32
AUTH_TOKEN = "a secret that only tests know"
OUR_NUMBER = "+15005550006"
PASSWORD = "correct horse battery"
SEED = "JBSWY3DPEHPK3PXP" * 2
T = TypeVar("T")
_numbers = itertools.count(1)


def settings(url: str, key_file: Path, token_file: Path, **more: Any) -> Settings:
    """Settings with Twilio switched on; nothing listens at the API's address unless a test says so."""
    given: dict[str, Any] = {
        "database_url": url,
        "key_file": key_file,
        "public_url": PUBLIC_URL,
        "twilio_account_sid": ACCOUNT_SID,
        "twilio_auth_token_file": token_file,
        "twilio_numbers": (OUR_NUMBER,),
        "twilio_api_base": "http://127.0.0.1:9",
        **more,
    }
    return Settings(**given)


def phone() -> str:
    """A fresh phone number of Bangladesh."""
    return f"+88017{next(_numbers):08}"


def inbound(text: str = "no water in camp 9", **more: Any) -> Inbound:
    """A text message as an adapter hears it."""
    given: dict[str, Any] = {
        "adapter": "twilio-sms",
        "provider_ref": f"SM{next(_numbers):032x}",
        "channel": ChannelName.SMS,
        "received_at": clock.now(),
        "address": phone(),
        "text": text,
        "raw": b"raw body",
        **more,
    }
    return Inbound(**given)


def signed(path: str, form: dict[str, str], token: str = AUTH_TOKEN) -> dict[str, str]:
    """The headers of a request of Twilio's."""
    signature = RequestValidator(token).compute_signature(f"{PUBLIC_URL}{path}", form)
    return {"X-Twilio-Signature": signature}


def text_form(body: str, *, sender: str | None = None, sid: str | None = None) -> dict[str, str]:
    """A text as Twilio's form."""
    sid = sid or f"SM{next(_numbers):032x}"
    return {
        "MessageSid": sid,
        "SmsSid": sid,
        "AccountSid": ACCOUNT_SID,
        "From": sender or phone(),
        "To": OUR_NUMBER,
        "Body": body,
        "NumMedia": "0",
    }


@dataclass(frozen=True)
class Desk:
    """Verbs in transactions of their own. Rows come back detached and can be read."""

    parts: Parts

    @contextmanager
    def at(self, *, staff: bool = False, write: bool = True) -> Iterator[Session]:
        """One transaction; `staff` spreads the net."""
        with self.parts.database.transaction(staff=staff, write=write) as session:
            yield session

    def do(self, verb: Callable[..., T], *args: Any, **more: Any) -> T:
        """Call a verb of the desk as staff do."""
        with self.at(staff=True) as session:
            return verb(session, *args, **more)

    def act(self, staff: Staff, ticket: Ticket, verb: Callable[..., T], *args: Any, **more: Any) -> T:
        """Call a verb as this person does, on the ticket as they find it. Raises `NotFound` where they don't."""
        with self.at(staff=True) as session:
            found = visibility.find_ticket(session, staff, ticket.reference)
            return verb(session, staff, found, *args, **more)

    def staff(self, role: Role = Role.AGENT, **more: Any) -> Staff:
        """A person with this role. All of them have the same password and seed."""
        salt, verifier = _proof()
        staff_id = new_id()
        given: dict[str, Any] = {
            "login": f"{role.value.replace('_', '-')}-{next(_numbers)}",
            "name": role.value.title(),
            "places": [],
            "sectors": [],
            "agencies": [],
            "clearances": [],
            "language": "en",
            "totp_last": 0,
            "agreed": self.parts.response.code_of_conduct.version,
            "active": True,
            **more,
        }
        totp = self.parts.vault.seal_secret(staff_id, SEED.encode())
        staff = Staff(id=staff_id, role=role, salt=salt, verifier=verifier, totp=totp, created_at=clock.now(), **given)
        with self.at() as session:
            session.add(staff)
        return staff

    def screener(self, **more: Any) -> Staff:
        """Someone cleared for screening."""
        return self.staff(Role.SCREENER, clearances=["screening"], **more)

    def holder(self, compartment: str, role: Role = Role.FOCAL_POINT, **more: Any) -> Staff:
        """Someone cleared for a compartment, with a key of their own."""
        staff = self.staff(role, clearances=[compartment], **more)
        with self.at() as session:
            unlocking.own_key(self.mine(session, staff), _derived())
        return self.mine_again(staff)

    def private_key(self, staff: Staff) -> bytes:
        """That key, as the person's password opens it."""
        return unlocking.own_key(staff, _derived())

    def mine(self, session: Session, staff: Staff) -> Staff:
        """The person's row in this session."""
        return session.scalars(sa.select(Staff).where(Staff.id == staff.id)).one()

    def mine_again(self, staff: Staff) -> Staff:
        """The person as they stand now."""
        with self.at() as session:
            return self.mine(session, staff)

    def read_by_machine(self, suggestion: Suggestion | None = None) -> None:
        """Let the machine read what waits; unless said otherwise it is unsure of everything."""
        with self.at() as session:
            batch = triage.claim(session, 0, 1)
        self.apply(batch, suggestion)

    def apply(self, batch: Sequence[triage.Waiting], suggestion: Suggestion | None = None) -> None:
        """Write what the machine made of a batch."""
        opinions = [suggestion or Suggestion("bn", Verdict.UNSURE)] * len(batch)
        with self.at() as session:
            triage.apply_many(session, triage.prepare(self.parts.vault, batch, opinions))

    def hear(self, *inbounds: Inbound) -> list[int]:
        """Take messages in; the ids of their tickets."""
        with self.at() as session:
            return [one.ticket_id for one in intake.receive(session, inbounds)]

    def ticket(
        self, text: str = "no water in camp 9", *, tier: str | None = "T0", sector: str | None = "wash", **more: Any
    ) -> Ticket:
        """A ticket that was screened into this tier (and so behind the wall of that tier); `tier` None: still waiting."""
        coding_fields = ("subcategory", "kind", "place")
        coding = {name: more.pop(name) for name in coding_fields if name in more}
        columns = {name: more.pop(name) for name in ("subject", "subject_staff", "provider") if name in more}
        (ticket_id,) = self.hear(inbound(text, **more))
        with self.at() as session:
            ticket = session.scalars(sa.select(Ticket).where(Ticket.id == ticket_id)).one()
            if tier is not None:
                screening.code(session, _someone(), ticket, screening.Coding(sector=sector, tier=tier, **coding))
            for name, value in columns.items():
                setattr(ticket, name, value)
        return ticket

    def again(self, ticket: Ticket) -> Ticket:
        """The ticket as it stands now."""
        with self.at(write=False) as session:
            return session.scalars(sa.select(Ticket).where(Ticket.id == ticket.id)).one()

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """The statements that go to the engine meanwhile, in their order."""
        seen: list[str] = []

        def note(*told: Any) -> None:
            seen.append(told[2])

        engine = self.parts.database.engine
        sa.event.listen(engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            sa.event.remove(engine, "before_cursor_execute", note)

    def rows(self, table: type[T], *conditions: Any) -> Sequence[T]:
        """Rows of a table as they stand now."""
        with self.at(write=False) as session:
            return session.scalars(sa.select(table).where(*conditions)).all()

    def enter(self, client: TestClient, staff: Staff) -> TestClient:
        """Sign a person in on this client: the cookie is set as the door would set it."""
        with self.at() as session:
            token = sessions.start(session, staff, private=self.private_key(staff) if staff.private_key else None)
        client.cookies.set(COOKIE, token, domain="desk.test", path="/")
        client.headers["origin"] = PUBLIC_URL
        client.headers["x-csrf-token"] = sessions.csrf(token)
        return client


def later(minutes: float) -> datetime:
    """So many minutes from now."""
    from datetime import timedelta

    return clock.now() + timedelta(minutes=minutes)


_SALT = passwords.new_salt()


@cache
def _derived() -> passwords.Derived:
    return passwords.derive(PASSWORD, _SALT)


def _proof() -> tuple[bytes, bytes]:
    return _SALT, _derived().verifier


def _someone() -> Staff:
    """A person for whom nothing is asked: the verb that a factory calls does not look."""
    return Staff(
        id=1, name="Somebody", role=Role.SCREENER, clearances=[], places=[], sectors=[], agencies=[], active=True
    )
