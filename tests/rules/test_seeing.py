"""Only visibility and what starts from it reads tickets for people; nothing goes to the driver by hand (decision 3)."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROTECTED_ROWS = {"Ticket", "TicketKey", "Message", "Recording", "RecordingChunk", "Contact", "Reply", "Note", "Event", "Term"}  # fmt: skip


def _modules(*packages: str) -> Iterator[tuple[str, ast.Module]]:
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield str(path.relative_to(ROOT)), _parsed(path)


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _names(tree: ast.AST) -> set[str]:
    named = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return named | {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def _imported(tree: ast.AST) -> set[str]:
    """Every name that is imported from somewhere, and what is reached through `visibility`."""
    found = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    reached = (node for node in ast.walk(tree) if isinstance(node, ast.Attribute))
    return found | {node.attr for node in reached if ast.unparse(node.value).split(".")[-1] in ("visibility", "db")}


def test_only_the_desk_may_mark_a_statement_as_seen() -> None:
    marking = {name for name, tree in _modules("feedback", "workers") if _imported(tree) & {"MARK", "seen"}}
    assert {name for name in marking if not name.startswith("feedback/desk/")} == set()
    spelled = "seen_through_visibility"
    assert [path.name for path in (ROOT / "feedback").rglob("*.py") if spelled in path.read_text("utf-8")] == ["db.py"]


def test_screens_make_no_statement_of_their_own() -> None:
    for name, tree in _modules("feedback/web"):
        called = {
            node.func.attr for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        }  # fmt: skip
        assert not called & {"select", "scalars", "scalar", "get", "refresh", "query"} & _session_calls(tree), name


def _session_calls(tree: ast.AST) -> set[str]:
    """What is called on something that is named session, or on SQLAlchemy itself."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = ast.unparse(node.func.value)
            if owner in ("sa", "sqlalchemy") or owner.endswith("session"):
                found.add(node.func.attr)
    return found


def test_workers_and_screens_leave_the_tickets_to_the_desk() -> None:
    for name, tree in _modules("workers"):
        assert not _imported(tree) & PROTECTED_ROWS, name
    for name, tree in _modules("feedback/web"):
        selecting = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("sa.select", "select")
        ]
        assert not selecting, name


@pytest.mark.plan("D26")
def test_no_raw_cursor_and_no_driver_is_used_past_the_net(record_property: Callable[[str, object], None]) -> None:
    looked = 0
    past = {"raw_connection", "driver_connection", "dbapi_connection", "cursor", "exec_driver_sql", "executescript"}
    allowed = {"feedback/db.py": {"cursor", "exec_driver_sql"}, "feedback/migrations/env.py": {"exec_driver_sql"}}
    for name, tree in _modules("feedback/desk", "feedback/web", "feedback/models", "workers"):
        assert not _names(tree) & past, name
        looked += 1
    for name, tree in _modules("feedback"):
        if not name.startswith(("feedback/ops/", "feedback/migrations/")):
            assert _names(tree) & past <= allowed.get(name, set()), name
            looked += 1
    record_property("trials", looked)
    assert looked >= 50


def test_only_one_place_commits() -> None:
    committing = {name for name, tree in _modules("feedback", "workers") if "commit" in _session_calls(tree)}
    assert committing == {"feedback/db.py"}


def test_only_the_clock_asks_for_the_time() -> None:
    asking = set()
    for name, tree in _modules("feedback", "workers"):
        calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        if calls & {"datetime.now", "datetime.utcnow", "datetime.today", "date.today"}:
            asking.add(name)
    assert asking <= {"feedback/clock.py"}


@pytest.mark.plan("D26")
def test_logs_are_given_listed_fields_only(record_property: Callable[[str, object], None]) -> None:
    from feedback.logs import FIELDS

    lines, levels = 0, {"debug", "info", "warning", "error", "critical", "exception"}
    for name, tree in _modules("feedback", "workers"):
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in levels):
                continue
            if ast.unparse(node.func.value) not in ("log", "structlog.get_logger()"):
                continue
            assert isinstance(node.args[0], ast.Constant), f"{name}: a line whose words are made up"
            assert {keyword.arg for keyword in node.keywords} <= FIELDS, f"{name}:{node.lineno}"
            lines += 1
    record_property("trials", lines)
    assert lines >= 20


@pytest.mark.plan("D55")
def test_lines_leave_by_one_door_only() -> None:
    """Whatever else wrote logs or traces would not drop what is not listed."""
    sinks = {"structlog.configure", "logging.basicConfig", "logging.Handler"}
    names, doors = {"StreamHandler", "FileHandler", "addHandler", "handlers"}, set()
    for name, tree in _modules("feedback", "workers", "channels", "classifier"):
        used = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
        if any(one.attr in names or f"{getattr(one.value, 'id', '')}.{one.attr}" in sinks for one in used):
            doors.add(name)
    assert doors == {"feedback/logs.py"}
    loaded = {one for _, tree in _modules("feedback", "workers", "channels", "classifier") for one in _loaded(tree)}
    assert not loaded & {"logging.handlers", "logging.config", "syslog", "sentry_sdk", "opentelemetry"}


def _loaded(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
