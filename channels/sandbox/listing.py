"""Lists in Twilio's paging shape, and its filter on the day or moment of sending."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from starlette.datastructures import URL

DEFAULT_PAGE, LARGEST_PAGE = 50, 1_000

Row = TypeVar("Row")


def page_of(url: URL, name: str, rows: Sequence[Row], shape: Callable[[Row], dict[str, Any]]) -> dict[str, Any]:
    """One page of `rows`, chosen by `Page` and `PageSize` in the query, with the addresses of its neighbours."""
    query = dict(part.split("=", 1) for part in url.query.split("&") if "=" in part)
    size = min(max(_number(query.get("PageSize"), DEFAULT_PAGE), 1), LARGEST_PAGE)
    number = _number(query.get("Page"), 0)
    first, shown = number * size, rows[number * size : (number + 1) * size]

    def uri(page: int) -> str:
        there = url.include_query_params(Page=page, PageSize=size)
        return f"{there.path}?{there.query}"

    return {
        name: [shape(row) for row in shown],
        "end": first + max(len(shown) - 1, 0),
        "first_page_uri": uri(0),
        "next_page_uri": uri(number + 1) if first + size < len(rows) else None,
        "page": number,
        "page_size": size,
        "previous_page_uri": uri(number - 1) if number else None,
        "start": first,
        "uri": uri(number),
    }


def sent_within(at: datetime, query: Mapping[str, str]) -> bool:
    """Whether a moment passes the filters `DateSent`, `DateSent<` and `DateSent>`: days include themselves, moments too."""
    on, before, after = (_moment(query.get(name)) for name in ("DateSent", "DateSent<", "DateSent>"))
    if on is not None and at.date() != (on.date() if isinstance(on, datetime) else on):
        return False
    if before is not None and not _like(at, before) <= before:
        return False
    return after is None or _like(at, after) >= after


def _like(at: datetime, other: Any) -> Any:
    """The moment itself, or its day where the filter is a day; Twilio's times know no fractions."""
    return at.replace(microsecond=0) if isinstance(other, datetime) else at.date()


def _moment(word: str | None) -> Any:
    if not word:
        return None
    try:
        return date.fromisoformat(word) if len(word) == 10 else datetime.fromisoformat(word).astimezone(UTC)
    except ValueError:
        return None


def _number(word: str | None, default: int) -> int:
    return int(word) if word and word.isdecimal() else default
