"""Calls need rows of their own: who of us takes them, who waits, who is to be called back, and what was transcribed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_24_hotline"
down_revision = "2026_11_24_safe_outbound"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
WORD = sa.String(length=24)


def upgrade() -> None:
    op.create_table(
        "listener",
        sa.Column("staff_id", ROW, autoincrement=False, nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("sex", sa.String(length=8), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("on_until", MOMENT, nullable=True),
        sa.Column("free_since", MOMENT, nullable=False),
        sa.Column("call_id", ROW, nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_listener_staff_id"),
        sa.PrimaryKeyConstraint("staff_id", name="pk_listener"),
    )
    op.create_table(
        "line_call",
        sa.Column("id", ROW, autoincrement=False, nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("adapter", sa.String(length=24), nullable=False),
        sa.Column("provider_ref", sa.String(length=64), nullable=True),
        sa.Column("outgoing", sa.Boolean(), nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("wish", WORD, nullable=True),
        sa.Column("language", sa.String(length=16), nullable=True),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("staff_id", ROW, nullable=True),
        sa.Column("back_id", ROW, nullable=True),
        sa.Column("ticket_id", ROW, nullable=True),
        sa.Column("wall", sa.String(length=24), nullable=True),
        sa.Column("edition", sa.Integer(), nullable=True),
        sa.Column("heard", sa.Boolean(), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("ring_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_line_call_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_line_call"),
        sa.UniqueConstraint("reference", name="uq_line_call_reference"),
        sa.UniqueConstraint("adapter", "provider_ref", name="uq_line_call_adapter_provider_ref"),
    )
    open_calls = sa.text("settled_at IS NULL")
    op.create_index(
        "ix_line_call_unsettled", "line_call", ["began_at"], sqlite_where=open_calls, postgresql_where=open_calls
    )
    op.create_table(
        "call_back",
        sa.Column("id", ROW, autoincrement=False, nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("adapter", sa.String(length=24), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("address_index", sa.LargeBinary(length=16), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=True),
        sa.Column("wish", WORD, nullable=True),
        sa.Column("broke_off", sa.Boolean(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("not_before", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("outcome", WORD, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_call_back"),
        sa.UniqueConstraint("reference", name="uq_call_back_reference"),
    )
    op.create_index("ix_call_back_address_index", "call_back", ["address_index"])
    op.create_index("ix_call_back_ended_at", "call_back", ["ended_at"])
    still_open = sa.text("ended_at IS NULL")
    op.create_index(
        "ix_call_back_open",
        "call_back",
        ["address_index"],
        unique=True,
        sqlite_where=still_open,
        postgresql_where=still_open,
    )
    op.add_column("message", sa.Column("transcript_of", ROW, nullable=True))
    op.add_column("message", sa.Column("spoken", sa.String(length=16), nullable=True))
    op.add_column("message", sa.Column("interpreted", sa.Boolean(), nullable=True))
    op.add_column("message", sa.Column("confidence", WORD, nullable=True))
    op.add_column("message", sa.Column("written_by", ROW, nullable=True))
    op.add_column("recording", sa.Column("asked_by", ROW, nullable=True))
    op.add_column("recording", sa.Column("taken_by", ROW, nullable=True))
    op.add_column("recording", sa.Column("taken_until", MOMENT, nullable=True))
