"""Bringing a database to the newest shape."""

from __future__ import annotations

from pathlib import Path

from feedback.db import Database

_SCRIPTS = Path(__file__).parents[1] / "migrations"


def migrate(database: Database) -> str:
    """Run the migrations that are missing, in one transaction; returns the revision the database now has."""
    from alembic import command  # heavy, and needed here only
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        return MigrationContext.configure(connection).get_current_revision() or "none"


def newest() -> str:
    """The revision that this code expects."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    return ScriptDirectory.from_config(config).get_current_head() or "none"
