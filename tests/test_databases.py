"""What tests stand on: an emptied PostgreSQL is as a new one, and engines of one kind share what was compiled."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.engine.interfaces import CacheStats

from feedback import wiring
from feedback.models import Base
from feedback.models.event import Event
from tests import databases, factories

_BYTES = sa.text("SELECT sum(pg_relation_size(oid)) FROM pg_class WHERE relname = ANY(:ours)")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_an_emptied_database_has_no_row_left_and_no_page(desk: factories.Desk, database_url: str) -> None:
    desk.holder("gbv")
    desk.ticket(tier="T3-G", sector="gbv")
    assert desk.rows(Event)
    databases.empty(database_url)
    with desk.at() as session:
        tables = Base.metadata.sorted_tables
        rows = sum(session.scalars(sa.select(sa.func.count()).select_from(table)).one() for table in tables)
        pages = session.scalar(_BYTES, {"ours": [table.name for table in tables]})
    assert (rows, pages) == (0, 0)


def test_what_one_engine_compiled_serves_the_next(parts: wiring.Parts) -> None:
    other = wiring.live(parts.settings)
    ids = Event.__table__.c.id
    statement = sa.select(ids).where(ids == 1).order_by(ids)
    for one in (parts, other):
        with one.database.transaction() as session:
            hit = session.connection().execute(statement).context.cache_hit
    other.close()
    assert hit is CacheStats.CACHE_HIT
