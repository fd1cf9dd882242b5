"""Tickets remember what was forgotten of them, and whether they are held."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_24_retention"
down_revision = "2026_11_24_rota"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ticket", sa.Column("held", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("ticket", sa.Column("stripped_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("ticket", sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True))
