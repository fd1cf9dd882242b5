"""Who is to be independent takes two people."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_24_appointments"
down_revision = "2026_11_24_second_factors"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "appointment",
        sa.Column("id", ROW, autoincrement=False, nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("staff_id", ROW, nullable=False),
        sa.Column("asked_by", ROW, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("settled_by", ROW, nullable=True),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("confirmed", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_appointment_staff_id"),
        sa.ForeignKeyConstraint(["asked_by"], ["staff.id"], name="fk_appointment_asked_by"),
        sa.ForeignKeyConstraint(["settled_by"], ["staff.id"], name="fk_appointment_settled_by"),
        sa.PrimaryKeyConstraint("id", name="pk_appointment"),
        sa.UniqueConstraint("reference", name="uq_appointment_reference"),
    )
    op.create_index("ix_appointment_staff_id", "appointment", ["staff_id"])
