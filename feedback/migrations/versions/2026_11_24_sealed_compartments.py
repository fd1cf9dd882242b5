"""Compartments get keys of their own: what is sensitive is sealed to their holders, no longer to the desk (decision 4)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_24_sealed_compartments"
down_revision = "2026_11_24_first_tables"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "compartment_key",
        sa.Column("compartment", sa.String(length=24), nullable=False),
        sa.Column("generation", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("public", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("compartment", "generation", name="pk_compartment_key"),
    )
    op.create_table(
        "holding",
        sa.Column("compartment", sa.String(length=24), nullable=False),
        sa.Column("generation", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("staff_id", ROW, autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_holding_staff_id"),
        sa.PrimaryKeyConstraint("compartment", "generation", "staff_id", name="pk_holding"),
    )
    op.create_table(
        "recovery_copy",
        sa.Column("compartment", sa.String(length=24), nullable=False),
        sa.Column("generation", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("pair", sa.String(length=2), nullable=False),
        sa.Column("public", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("compartment", "generation", "pair", name="pk_recovery_copy"),
    )
    op.add_column("staff", sa.Column("public_key", sa.LargeBinary(length=32), nullable=True))
    op.add_column("staff", sa.Column("private_key", sa.LargeBinary(), nullable=True))
    op.add_column("staff_session", sa.Column("opened", sa.LargeBinary(), nullable=True))
    op.add_column("staff_session", sa.Column("opened_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("note", sa.Column("own_key", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("contact") as batch:
        batch.alter_column("address_index", existing_type=sa.LargeBinary(length=16), nullable=True)
