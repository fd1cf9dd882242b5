"""The people who sign in, their sessions, and what slows guessing down."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback.models.base import Base, Moment, RowId, new_id, new_reference, word_column

FIRST_COST = "argon2id m=32768 t=3 p=1"
"""What a password costs where nothing else is said: that of all before costs were named."""


class Role(StrEnum):
    """What a person is here for."""

    VOLUNTEER = "volunteer"
    SCREENER = "screener"
    TRANSCRIBER = "transcriber"
    INTERPRETER = "interpreter"
    AGENT = "agent"
    FOCAL_POINT = "focal_point"
    DUTY_OFFICER = "duty_officer"
    COORDINATOR = "coordinator"
    PARTNER = "partner"
    AUDITOR = "auditor"
    OPERATOR = "operator"


class Staff(Base):
    """Anyone who signs in. Scope: an empty list of places, sectors or agencies means all of them; clearances never do."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False, default=new_id)
    reference: Mapped[str] = mapped_column(sa.String(16), unique=True, default=new_reference)
    login: Mapped[str] = mapped_column(sa.String(64), unique=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    role: Mapped[Role] = word_column(Role)
    agency: Mapped[str | None] = mapped_column(sa.String(32))  # works for
    supervisor: Mapped[int | None] = mapped_column(RowId)  # excluded with this person, where they are the subject
    places: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    sectors: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    agencies: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    clearances: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    language: Mapped[str] = mapped_column(sa.String(8), default="en")
    verifier: Mapped[bytes] = mapped_column(sa.LargeBinary)
    salt: Mapped[bytes] = mapped_column(sa.LargeBinary)
    cost: Mapped[str] = mapped_column(sa.String(48), default=FIRST_COST)  # at which the password was derived
    public_key: Mapped[bytes | None] = mapped_column(sa.LargeBinary(32))  # what is sealed to this person
    private_key: Mapped[bytes | None] = mapped_column(sa.LargeBinary)  # wrapped under what the password gives
    totp: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    totp_last: Mapped[int] = mapped_column(sa.BigInteger, default=0)  # the last code's time step: each counts once
    agreed: Mapped[int | None] = mapped_column(sa.Integer)  # to which version of the code of conduct
    active: Mapped[bool] = mapped_column(sa.Boolean, default=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    leaves_on: Mapped[date | None] = mapped_column(sa.Date)  # handing over begins fourteen days before


class StaffSession(Base):
    """One signed-in browser. The cookie holds the token, the table only its digest."""

    __tablename__ = "staff_session"

    digest: Mapped[bytes] = mapped_column(sa.LargeBinary(32), primary_key=True)
    staff_id: Mapped[int] = mapped_column(RowId, sa.ForeignKey("staff.id"), index=True)
    started_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment)
    factor: Mapped[str | None] = mapped_column(sa.String(40))  # the second one that began it: it ends with that one
    opened: Mapped[bytes | None] = mapped_column(sa.LargeBinary)  # the person's key under what only the token gives
    opened_until: Mapped[datetime | None] = mapped_column(Moment)


class Throttle(Base):
    """How often something was got wrong lately; in the database, since it must outlive Valkey (decision 16)."""

    __tablename__ = "throttle"

    what: Mapped[bytes] = mapped_column(sa.LargeBinary(32), primary_key=True)
    wrong: Mapped[int] = mapped_column(sa.Integer, default=0)
    until: Mapped[datetime] = mapped_column(Moment)
