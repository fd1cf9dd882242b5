"""Tablets work without a network: codes are set aside for them, and a form that can't be read is kept once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_24_tablets"
down_revision = "2026_11_24_sealed_compartments"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "reserved_code",
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("number", ROW, nullable=False),
        sa.Column("tablet", sa.LargeBinary(length=16), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_reserved_code"),
    )
    op.create_index("ix_reserved_code_tablet", "reserved_code", ["tablet"])
    with op.batch_alter_table("quarantine") as batch:
        batch.add_column(sa.Column("provider_ref", sa.String(length=64), nullable=True))
        batch.create_unique_constraint("uq_quarantine_provider_ref", ["provider_ref"])
