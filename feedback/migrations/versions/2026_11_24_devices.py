"""A shared device that a lead enrolled is the second factor of its volunteers, with a PIN each (decision 16)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_24_devices"
down_revision = "2026_11_24_hotline"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "device",
        sa.Column("id", ROW, autoincrement=False, nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("enrolled_by", ROW, nullable=False),
        sa.Column("enrolled_at", AT, nullable=False),
        sa.Column("until", AT, nullable=False),
        sa.Column("ended_at", AT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_device"),
        sa.UniqueConstraint("reference", name="uq_device_reference"),
        sa.UniqueConstraint("digest", name="uq_device_digest"),
        sa.ForeignKeyConstraint(["enrolled_by"], ["staff.id"], name="fk_device_enrolled_by"),
    )
    op.create_table(
        "pin",
        sa.Column("id", ROW, autoincrement=False, nullable=False),
        sa.Column("device_id", ROW, nullable=False),
        sa.Column("staff_id", ROW, nullable=False),
        sa.Column("label", sa.String(length=20), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("verifier", sa.LargeBinary(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("proved_at", AT, nullable=False),
        sa.Column("of", sa.LargeBinary(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pin"),
        sa.UniqueConstraint("device_id", "staff_id", name="uq_pin_device_id_staff_id"),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name="fk_pin_device_id"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_pin_staff_id"),
    )
    op.create_index("ix_pin_staff_id", "pin", ["staff_id"])
    op.create_table(
        "device_session",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("device_id", ROW, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_device_session"),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name="fk_device_session_device_id"),
    )
    op.create_index("ix_device_session_device_id", "device_session", ["device_id"])
