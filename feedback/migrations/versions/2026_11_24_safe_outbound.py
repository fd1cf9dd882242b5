"""Contact plans and consents, what takes two people, who is excluded and who passed on, linked tickets (decisions 7, 13, 15, 17)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_24_safe_outbound"
down_revision = "2026_11_24_retention"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def _word(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=24), nullable=nullable)


def _row(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, ROW, autoincrement=False, nullable=nullable)


def _of(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}")


def upgrade() -> None:
    op.add_column("ticket", sa.Column("subject_by", ROW, nullable=True))
    op.add_column("staff", sa.Column("supervisor", ROW, nullable=True))
    _plans()
    _reviews()
    op.create_table(
        "recusal",
        _row("ticket_id"),
        _row("staff_id"),
        sa.Column("at", MOMENT, nullable=False),
        _of("recusal", "ticket_id", "ticket"),
        _of("recusal", "staff_id", "staff"),
        sa.PrimaryKeyConstraint("ticket_id", "staff_id", name="pk_recusal"),
    )
    op.create_table(
        "ticket_link",
        _row("report_id"),
        _row("assistance_id"),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", ROW, nullable=False),
        _of("ticket_link", "report_id", "ticket"),
        _of("ticket_link", "assistance_id", "ticket"),
        _of("ticket_link", "by", "staff"),
        sa.PrimaryKeyConstraint("report_id", "assistance_id", name="pk_ticket_link"),
    )
    op.create_index("ix_ticket_link_assistance_id", "ticket_link", ["assistance_id"])


def _plans() -> None:
    op.create_table(
        "contact_plan",
        _row("id"),
        sa.Column("ticket_id", ROW, nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("terms", sa.LargeBinary(), nullable=False),
        sa.Column("agreed_at", MOMENT, nullable=False),
        sa.Column("agreed_by", ROW, nullable=False),
        _of("contact_plan", "ticket_id", "ticket"),
        _of("contact_plan", "agreed_by", "staff"),
        sa.PrimaryKeyConstraint("id", name="pk_contact_plan"),
        sa.UniqueConstraint("ticket_id", name="uq_contact_plan_ticket_id"),
    )
    op.create_table(
        "consent",
        _row("id"),
        sa.Column("ticket_id", ROW, nullable=False),
        _word("ask"),
        _word("said"),
        _word("how"),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", ROW, nullable=False),
        sa.Column("language", sa.String(length=16), nullable=True),
        sa.Column("response_version", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=True),
        sa.Column("witness", sa.String(length=16), nullable=True),
        _of("consent", "ticket_id", "ticket"),
        _of("consent", "by", "staff"),
        sa.PrimaryKeyConstraint("id", name="pk_consent"),
    )
    op.create_index("ix_consent_ticket_id", "consent", ["ticket_id"])
    op.create_table(
        "held_envelope",
        _row("id"),
        sa.Column("ticket_id", ROW, nullable=False),
        sa.Column("wall", sa.String(length=24), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        _of("held_envelope", "id", "reply"),
        _of("held_envelope", "ticket_id", "ticket"),
        sa.PrimaryKeyConstraint("id", name="pk_held_envelope"),
    )
    op.create_index("ix_held_envelope_ticket_id", "held_envelope", ["ticket_id"])


def _reviews() -> None:
    op.create_table(
        "review",
        _row("id"),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("ticket_id", ROW, nullable=False),
        _word("matter"),
        sa.Column("wall", sa.String(length=24), nullable=False),
        sa.Column("by", ROW, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("codes", sa.String(length=120), nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("settled_by", ROW, nullable=True),
        _word("verdict", nullable=True),
        _of("review", "ticket_id", "ticket"),
        _of("review", "by", "staff"),
        _of("review", "settled_by", "staff"),
        sa.PrimaryKeyConstraint("id", name="pk_review"),
        sa.UniqueConstraint("reference", name="uq_review_reference"),
    )
    op.create_index("ix_review_ticket_id", "review", ["ticket_id"])
    op.create_index("ix_review_wall_settled_at", "review", ["wall", "settled_at"])
    op.create_table(
        "emergency_access",
        _row("id"),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("ticket_id", ROW, nullable=False),
        sa.Column("staff_id", ROW, nullable=False),
        sa.Column("wall", sa.String(length=24), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("decided_by", ROW, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("until", MOMENT, nullable=True),
        _of("emergency_access", "ticket_id", "ticket"),
        _of("emergency_access", "staff_id", "staff"),
        _of("emergency_access", "decided_by", "staff"),
        sa.PrimaryKeyConstraint("id", name="pk_emergency_access"),
        sa.UniqueConstraint("reference", name="uq_emergency_access_reference"),
    )
    op.create_index("ix_emergency_access_ticket_id", "emergency_access", ["ticket_id"])
    op.create_index("ix_emergency_access_staff_id", "emergency_access", ["staff_id"])
