"""What the machine said of a ticket is kept as codes; who took sealed lessons along is written down."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_24_lessons"
down_revision = "2026_11_24_devices"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "lesson",
        sa.Column("ticket_id", ROW, autoincrement=False, nullable=False),
        sa.Column("model", sa.String(length=64), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("sure", sa.Boolean(), nullable=False),
        sa.Column("sector", sa.String(length=32), nullable=True),
        sa.Column("subcategory", sa.String(length=32), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=True),
        sa.Column("tier", sa.String(length=8), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("decided_by", ROW, nullable=True),
        sa.Column("how", sa.String(length=24), nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_lesson_ticket_id"),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name="fk_lesson_decided_by"),
        sa.PrimaryKeyConstraint("ticket_id", name="pk_lesson"),
    )
    op.create_table(
        "sealed_export",
        sa.Column("id", ROW, autoincrement=False, nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("wall", sa.String(length=24), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("by", ROW, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("decided_by", ROW, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("until", MOMENT, nullable=True),
        sa.Column("taken_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["by"], ["staff.id"], name="fk_sealed_export_by"),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name="fk_sealed_export_decided_by"),
        sa.PrimaryKeyConstraint("id", name="pk_sealed_export"),
        sa.UniqueConstraint("reference", name="uq_sealed_export_reference"),
    )
