"""What the chain has not reached yet is found at once, however long the chain is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_24_unchained_events"
down_revision = "2026_11_24_tablets"
branch_labels = None
depends_on = None


def upgrade() -> None:
    loose = sa.text("place IS NULL")
    op.create_index("ix_event_unchained", "event", ["id"], sqlite_where=loose, postgresql_where=loose)
