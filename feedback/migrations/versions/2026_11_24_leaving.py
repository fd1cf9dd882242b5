"""The day on which somebody leaves, so that handing over begins in time (decision 14)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_24_leaving"
down_revision = "2026_11_24_lent_items"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("staff", sa.Column("leaves_on", sa.Date(), nullable=True))
