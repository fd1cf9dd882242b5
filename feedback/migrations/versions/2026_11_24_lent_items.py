"""One item of a sealed ticket for an interpreter, for two hours."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_24_lent_items"
down_revision = "2026_11_24_appointments"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "lent_item",
        sa.Column("id", ROW, autoincrement=False, nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("ticket_id", ROW, nullable=False),
        sa.Column("wall", sa.String(length=24), nullable=False),
        sa.Column("what", sa.String(length=24), nullable=False),
        sa.Column("item_id", ROW, nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("to", ROW, nullable=False),
        sa.Column("by", ROW, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_lent_item_ticket_id"),
        sa.ForeignKeyConstraint(["to"], ["staff.id"], name="fk_lent_item_to"),
        sa.ForeignKeyConstraint(["by"], ["staff.id"], name="fk_lent_item_by"),
        sa.PrimaryKeyConstraint("id", name="pk_lent_item"),
        sa.UniqueConstraint("reference", name="uq_lent_item_reference"),
    )
    op.create_index("ix_lent_item_ticket_id", "lent_item", ["ticket_id"])
    op.create_index("ix_lent_item_to", "lent_item", ["to"])
