"""The words that a response has for its matters and places, beside whoever writes down what they hear."""

from __future__ import annotations

from functools import lru_cache

from feedback.responses import Response


@lru_cache(maxsize=32)
def entries(response: Response, reader: str, spoken: str) -> tuple[tuple[str, str], ...]:
    """(what it is called here, how people say it), sorted: places with their other names, then sectors and faults.

    `reader` is the language of the page, `spoken` that of the recording; a name that is the same in both stands once.
    """
    found: dict[str, str] = {}
    for place in response.places.values():
        said = {place.labels.said(spoken), *place.aliases} - {place.labels.said(reader)}
        if said:
            found[place.labels.said(reader)] = ", ".join(sorted(said))
    for sector in response.sectors.values():
        for labels in (sector.labels, *(fault.labels for fault in sector.subcategories.values())):
            said = {labels.said(spoken)} - {labels.said(reader)}
            found[labels.said(reader)] = ", ".join(said)
    return tuple(sorted((name, said) for name, said in found.items()))
