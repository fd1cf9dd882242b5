"""What may be an answer to a question that was asked on a sealed ticket."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_24_perhaps"
down_revision = "2026_11_24_leaving"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "asked",
        sa.Column("id", ROW, autoincrement=False, nullable=False),
        sa.Column("address_index", sa.LargeBinary(length=16), nullable=False),
        sa.Column("public", sa.LargeBinary(length=32), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_asked"),
    )
    op.create_index("ix_asked_address_index", "asked", ["address_index"])
    op.create_index("ix_asked_until", "asked", ["until"])
    op.create_table(
        "question",
        sa.Column("id", ROW, autoincrement=False, nullable=False),
        sa.Column("ticket_id", ROW, nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["reply.id"], name="fk_question_id"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_question_ticket_id"),
        sa.PrimaryKeyConstraint("id", name="pk_question"),
    )
    op.create_index("ix_question_ticket_id", "question", ["ticket_id"])
    op.create_table(
        "perhaps",
        sa.Column("id", ROW, autoincrement=False, nullable=False),
        sa.Column("asked_id", ROW, nullable=False),
        sa.Column("came_as", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_perhaps"),
    )
    for column in ("asked_id", "came_as", "until"):
        op.create_index(f"ix_perhaps_{column}", "perhaps", [column])
