"""What somebody on duty speaks, and whether they are a woman or a man."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "2026_11_24_duty_speaks"
down_revision = "2026_11_24_perhaps"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("duty", sa.Column("sex", sa.String(length=8), nullable=False, server_default=""))
    op.add_column("duty", sa.Column("languages", sa.JSON(), nullable=False, server_default="[]"))
