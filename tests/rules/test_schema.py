"""Migrations make exactly the tables that the models say, on both engines."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from feedback import wiring
from feedback.models import Base
from feedback.ops import migrate


def test_no_table_differs_from_its_model(parts: wiring.Parts) -> None:
    with parts.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_a_migrated_database_has_the_newest_revision(parts: wiring.Parts) -> None:
    assert migrate.migrate(parts.database) == migrate.newest()


def test_migrations_are_one_line_without_branches() -> None:
    scripts = ScriptDirectory(str(migrate._SCRIPTS))
    assert len(scripts.get_heads()) == 1
    assert all(script.doc for script in scripts.walk_revisions())
