"""Logs: listed fields only, and of what libraries write nothing but where and how grave it was (I17)."""

from __future__ import annotations

import json
import logging

import pytest
import structlog

from feedback import logs

WORDS = "a man follows my sister"


def _lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_line_is_json_with_what_was_listed(capsys: pytest.CaptureFixture[str]) -> None:
    logs.start("info")
    structlog.get_logger().info("triaged", count=3, lane=0)
    (line,) = _lines(capsys)
    assert {name: line[name] for name in ("event", "level", "count", "lane")} == {
        "event": "triaged", "level": "info", "count": 3, "lane": 0,
    }  # fmt: skip


def test_a_field_that_is_not_listed_is_dropped_and_the_line_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    logs.start("info")
    structlog.get_logger().info("heard", text=WORDS, address="+8801712345678", count=1)
    (line,) = _lines(capsys)
    assert line["why"] == "2 unlisted fields dropped"
    assert WORDS not in json.dumps(line)
    assert set(line) <= logs.FIELDS


def test_of_a_library_only_its_name_and_the_kind_of_failure_are_kept(capsys: pytest.CaptureFixture[str]) -> None:
    logs.start("info")
    try:
        raise ValueError(WORDS)
    except ValueError:
        logging.getLogger("library.part").exception("could not send %s", WORDS)
    (line,) = _lines(capsys)
    assert (line["name"], line["failure"], line["status"]) == ("library.part", "ValueError", "ERROR")
    assert WORDS not in json.dumps(line)


def test_libraries_do_not_chatter_even_when_we_do(capsys: pytest.CaptureFixture[str]) -> None:
    logs.start("debug")
    logging.getLogger("urllib3").debug("POST /2010-04-01/Accounts %s", WORDS)
    assert _lines(capsys) == []


def test_what_is_less_than_the_level_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    logs.start("error")
    structlog.get_logger().warning("not sent")
    logging.getLogger("library").warning("hm")
    assert _lines(capsys) == []


def test_a_line_that_can_not_be_written_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk, with the log on it: the thread that writes intake logs its failures and must live on (D06)."""

    class Full:
        def write(self, _text: str) -> int:
            raise OSError(28, "no space left on device")

        def flush(self) -> None:
            raise OSError(28, "no space left on device")

    logs.start()
    monkeypatch.setattr("sys.stderr", Full())
    structlog.get_logger().error("parcel not written")
