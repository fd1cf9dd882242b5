"""The one runner of adapter tests: each adapter brings a table of what arrives and what we hear."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from channels.contract import Channel, Heard, HookRequest

AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


@dataclass(frozen=True)
class Case:
    """One line of a table: a name that reads as a sentence, what arrives, and what we hear or how it is refused."""

    name: str
    arrives: HookRequest
    hears: Heard | type[Exception]


def table(cases: Sequence[Case]) -> Callable[[Any], Any]:
    """Run a test once per case: `@table(CASES) def test_…(case)`."""
    return pytest.mark.parametrize("case", cases, ids=[case.name for case in cases])


def run(channel: Channel, case: Case) -> None:
    """Let the adapter hear what arrives, and compare all of it."""
    assert case.arrives.hook in channel.hooks
    if isinstance(case.hears, Heard):
        assert channel.hear(case.arrives) == case.hears
        return
    with pytest.raises(case.hears) as refusal:
        channel.hear(case.arrives)
    assert refusal.type is case.hears
