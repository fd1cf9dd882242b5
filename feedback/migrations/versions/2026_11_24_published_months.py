"""What has been published stays as it was published; who took it along is written down."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_24_published_months"
down_revision = "2026_11_24_texts_lately"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "published_month",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("response_version", sa.Integer(), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("month", name="pk_published_month"),
    )
    op.create_table(
        "export",
        sa.Column("id", ROW, autoincrement=False, nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("staff_id", ROW, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("months", sa.JSON(), nullable=False),
        sa.Column("tiers", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_export_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_export"),
        sa.UniqueConstraint("reference", name="uq_export_reference"),
    )
