"""What forms say, in the desk's terms."""

from __future__ import annotations


def sector_of(chosen: str) -> tuple[str | None, str | None]:
    """A choice of `Labels.sectors` as sector and subcategory: "wash.no_water", "wash", or nothing."""
    sector, _, subcategory = chosen.partition(".")
    return sector or None, subcategory or None


def whole(typed: str, *, least: int = 0) -> int:
    """A small whole number as it stands in an address or a form; `least` for anything else."""
    return max(int(typed), least) if typed.isdecimal() and len(typed) < 6 else least
