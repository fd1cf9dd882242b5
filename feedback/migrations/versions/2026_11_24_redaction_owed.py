"""A part that a restore could not take out to the end, since nobody had opened the sealed ticket yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_24_redaction_owed"
down_revision = "2026_11_24_recovery_keepers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("redaction", sa.Column("owed", sa.Boolean(), nullable=False, server_default=sa.false()))
