"""How long it takes to chain 100,000 events and to walk along them: `python -m bench.chain [postgresql://…]`."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import sqlalchemy as sa

from feedback import clock
from feedback.db import Database
from feedback.desk import chain
from feedback.models.base import new_id
from feedback.models.event import Event
from feedback.ops.migrate import migrate

MANY = 100_000


def main() -> None:
    """Print seconds for chaining and verifying, and the longest transaction of the sealer."""
    with tempfile.TemporaryDirectory() as folder:
        url = sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{Path(folder) / 'desk.db'}"
        database = Database(url)
        migrate(database)
        _fill(database)
        longest, began = 0.0, time.perf_counter()
        while True:
            start = time.perf_counter()
            with database.transaction() as session:
                many = chain.seal(session)
            if not many:
                break
            longest = max(longest, time.perf_counter() - start)
        chained = time.perf_counter() - began
        began = time.perf_counter()
        with database.transaction(write=False) as session:
            found = chain.verify(session, [])
        walked = time.perf_counter() - began
        database.close()
    engine = database.engine.dialect.name
    print(f"{engine}: {found.chained:,} events chained in {chained:.1f} s ({MANY / chained:,.0f} a second),")
    print(f"longest transaction {longest * 1000:.0f} ms; verified in {walked:.2f} s; broken: {found.broken}")


def _fill(database: Database) -> None:
    line = {
        "at": clock.now(),
        "actor": f"staff:{new_id()}",
        "action": "triage",
        "detail": "wash T1",
        "wall": "screening",
    }
    for _ in range(MANY // 1_000):
        with database.transaction() as session:
            rows = [{**line, "id": new_id(), "ticket_id": new_id()} for _ in range(1_000)]
            session.execute(sa.insert(Event), rows)


if __name__ == "__main__":
    main()
