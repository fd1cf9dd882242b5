"""Printed codes and security keys beside the app; passwords name what they cost; the code of conduct is agreed to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_24_second_factors"
down_revision = "2026_11_24_data_rights"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BEFORE = "argon2id m=32768 t=3 p=1"


def upgrade() -> None:
    op.add_column("staff", sa.Column("cost", sa.String(length=48), nullable=False, server_default=BEFORE))
    op.add_column("staff", sa.Column("agreed", sa.Integer(), nullable=True))
    op.add_column("staff_session", sa.Column("factor", sa.String(length=40), nullable=True))
    op.create_table(
        "printed_code",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("staff_id", ROW, nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_printed_code_staff_id"),
        sa.PrimaryKeyConstraint("digest", name="pk_printed_code"),
    )
    op.create_index("ix_printed_code_staff_id", "printed_code", ["staff_id"])
    op.create_table(
        "security_key",
        sa.Column("id", ROW, autoincrement=False, nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("staff_id", ROW, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("credential", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_security_key_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_security_key"),
        sa.UniqueConstraint("credential", name="uq_security_key_credential"),
        sa.UniqueConstraint("reference", name="uq_security_key_reference"),
    )
    op.create_index("ix_security_key_staff_id", "security_key", ["staff_id"])
    op.create_table(
        "spent_challenge",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_spent_challenge"),
    )
