"""What a lead wrote for an accused agency's investigation unit, until its link is opened or over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_24_referrals"
down_revision = "2026_11_24_duty_speaks"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "referral",
        sa.Column("id", ROW, autoincrement=False, nullable=False),
        sa.Column("ticket_id", ROW, nullable=False),
        sa.Column("wall", sa.String(length=24), nullable=False),
        sa.Column("agency", sa.String(length=32), nullable=False),
        sa.Column("word", sa.LargeBinary(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("by", ROW, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_referral_ticket_id"),
        sa.ForeignKeyConstraint(["by"], ["staff.id"], name="fk_referral_by"),
        sa.PrimaryKeyConstraint("id", name="pk_referral"),
        sa.UniqueConstraint("ticket_id", name="uq_referral_ticket_id"),
        sa.UniqueConstraint("word", name="uq_referral_word"),
    )
