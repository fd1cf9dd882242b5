"""What the door for texts remembers for an hour, and what a receipt says may be done."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_24_texts_lately"
down_revision = "2026_11_24_unchained_events"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "thanks",
        sa.Column("id", ROW, autoincrement=False, nullable=False),
        sa.Column("ticket_id", ROW, nullable=False),
        sa.Column("adapter", sa.String(length=24), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("first_try_at", MOMENT, nullable=True),
        sa.Column("claimed_until", MOMENT, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_thanks"),
    )
    op.create_index("ix_thanks_due_at", "thanks", ["due_at"])

    op.create_table(
        "lately",
        sa.Column("what", sa.LargeBinary(length=16), nullable=False),
        sa.Column("heard", sa.Integer(), nullable=False),
        sa.Column("thanked", sa.Integer(), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("what", name="pk_lately"),
    )
    op.create_index("ix_lately_until", "lately", ["until"])

    op.create_table(
        "piece",
        sa.Column("id", ROW, autoincrement=False, nullable=False),
        sa.Column("adapter", sa.String(length=24), nullable=False),
        sa.Column("provider_ref", sa.String(length=64), nullable=False),
        sa.Column("belongs", sa.LargeBinary(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_piece"),
        sa.UniqueConstraint("adapter", "provider_ref", name="uq_piece_adapter_provider_ref"),
    )
    op.create_index("ix_piece_at", "piece", ["at"])
    op.create_index("ix_piece_belongs", "piece", ["belongs"])

    with op.batch_alter_table("receipt") as batch:
        batch.alter_column("code", type_=sa.String(length=32), existing_nullable=True)
        batch.add_column(sa.Column("fate", sa.String(length=24), nullable=True))
