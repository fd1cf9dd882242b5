"""What forms say, in the desk's terms."""

from __future__ import annotations


def sector_of(chosen: str) -> tuple[str | None, str | None]:
    """A choice of `Labels.sectors` as sector and subcategory: "wash.no_water", "wash", or nothing."""
    sector, _, subcategory = chosen.partition(".")
    return sector or None, subcategory or None
