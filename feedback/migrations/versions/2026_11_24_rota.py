"""Who is woken when: the rota, what waits for somebody, and the calls that went out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_24_rota"
down_revision = "2026_11_24_published_months"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "duty",
        sa.Column("id", ROW, autoincrement=False, nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("compartment", sa.String(length=24), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("outside", sa.Boolean(), nullable=False),
        sa.Column("staff_id", ROW, nullable=True),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_duty_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_duty"),
        sa.UniqueConstraint("reference", name="uq_duty_reference"),
    )
    op.create_index("ix_duty_compartment_until", "duty", ["compartment", "until"])
    op.create_table(
        "alarm",
        sa.Column("ticket_id", ROW, autoincrement=False, nullable=False),
        sa.Column("wall", sa.String(length=24), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("called_at", MOMENT, nullable=True),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_alarm_ticket_id"),
        sa.PrimaryKeyConstraint("ticket_id", "wall", name="pk_alarm"),
    )
    op.create_table(
        "call_out",
        sa.Column("id", ROW, autoincrement=False, nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("wall", sa.String(length=24), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("duty_id", ROW, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("word", sa.LargeBinary(length=32), nullable=True),
        sa.Column("claimed_until", MOMENT, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("failed_at", MOMENT, nullable=True),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["duty_id"], ["duty.id"], name="fk_call_out_duty_id"),
        sa.PrimaryKeyConstraint("id", name="pk_call_out"),
        sa.UniqueConstraint("reference", name="uq_call_out_reference"),
    )
    op.create_index("ix_call_out_duty_id", "call_out", ["duty_id"])
    op.create_index("ix_call_out_wall_confirmed_at", "call_out", ["wall", "confirmed_at"])
