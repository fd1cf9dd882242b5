"""What people ask about what is held of them, what was taken out of tickets, and breaches of data."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_24_data_rights"
down_revision = "2026_11_24_lessons"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
WORD = sa.String(length=24)


def upgrade() -> None:
    op.create_table(
        "data_request",
        sa.Column("id", ROW, autoincrement=False, nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("ticket_id", ROW, nullable=False),
        sa.Column("right", WORD, nullable=False),
        sa.Column("proof", WORD, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("taken_by", ROW, nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("settled_by", ROW, nullable=True),
        sa.Column("ground", WORD, nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_data_request_ticket_id"),
        sa.ForeignKeyConstraint(["taken_by"], ["staff.id"], name="fk_data_request_taken_by"),
        sa.ForeignKeyConstraint(["settled_by"], ["staff.id"], name="fk_data_request_settled_by"),
        sa.PrimaryKeyConstraint("id", name="pk_data_request"),
        sa.UniqueConstraint("reference", name="uq_data_request_reference"),
    )
    op.create_index("ix_data_request_ticket_id", "data_request", ["ticket_id"])
    op.create_index("ix_data_request_settled_at", "data_request", ["settled_at"])
    op.create_table(
        "redaction",
        sa.Column("id", ROW, autoincrement=False, nullable=False),
        sa.Column("ticket_id", ROW, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("row_id", ROW, nullable=False),
        sa.Column("said_at", MOMENT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", ROW, nullable=True),
        sa.Column("reason", WORD, nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_redaction_ticket_id"),
        sa.ForeignKeyConstraint(["by"], ["staff.id"], name="fk_redaction_by"),
        sa.PrimaryKeyConstraint("id", name="pk_redaction"),
    )
    op.create_index("ix_redaction_ticket_id", "redaction", ["ticket_id"])
    op.create_table(
        "breach",
        sa.Column("id", ROW, autoincrement=False, nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("affected", sa.JSON(), nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("by", ROW, nullable=False),
        sa.Column("ticket_id", ROW, nullable=True),
        sa.Column("contained_at", MOMENT, nullable=True),
        sa.Column("assessed_at", MOMENT, nullable=True),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.Column("nobody_to_tell", sa.Boolean(), nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["by"], ["staff.id"], name="fk_breach_by"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_breach_ticket_id"),
        sa.PrimaryKeyConstraint("id", name="pk_breach"),
        sa.UniqueConstraint("reference", name="uq_breach_reference"),
    )
    op.create_index("ix_breach_closed_at", "breach", ["closed_at"])
    op.add_column("ticket", sa.Column("faded_at", MOMENT, nullable=True))
