"""Who keeps which recovery part of a compartment's key (decision 14)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from feedback.models.base import Moment

revision = "2026_11_24_recovery_keepers"
down_revision = "2026_11_24_referrals"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recovery_keeper",
        sa.Column("compartment", sa.String(24), nullable=False),
        sa.Column("letter", sa.String(1), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("office", sa.String(80), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_recovery_keeper_staff_id_staff"),
        sa.PrimaryKeyConstraint("compartment", "letter", name="pk_recovery_keeper"),
    )
