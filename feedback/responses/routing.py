"""Sector × place → agency and desk, from the nearest place outwards (decision 19)."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass

from feedback.responses.places import Places
from feedback.responses.reading import Section
from feedback.responses.terms import Labels


@dataclass(frozen=True, slots=True)
class Agency:
    """An organisation that runs services. `made_up` names are for trying only. `investigation`: what its unit is called to
    which the psea or conduct lead refers what accuses it; empty: it has none that is known (decision 15)."""

    code: str
    name: str
    made_up: bool
    investigation: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """People of one agency who take tickets of these sectors. A helpdesk takes what has no sector yet."""

    code: str
    agency: str
    sectors: tuple[str, ...]
    labels: Labels
    helpdesk: bool


@dataclass(frozen=True, slots=True)
class Route:
    """Where a ticket goes. Both are codes of the response."""

    agency: str
    desk: str


@dataclass(frozen=True, slots=True)
class Routing:
    """All agencies, desks and routes of a response. A route's sector None is the helpdesk, its place None anywhere."""

    agencies: Mapping[str, Agency]
    desks: Mapping[str, Desk]
    routes: Mapping[tuple[str | None, str | None], str]

    def find(self, sector: str | None, around: tuple[str | None, ...]) -> Route:
        """The route of a sector from the nearest of the places outwards; none there: the helpdesk of the nearest."""
        for asked in (sector, None):
            for place in around:
                desk = self.routes.get((asked, place))
                if desk is not None:
                    return Route(self.desks[desk].agency, desk)
        raise LookupError("A response has a helpdesk for anywhere; loading checks it.")


def read_routing(file: Section, sectors: Container[str], places: Places) -> Routing:
    """The agencies, desks and routes of routing.toml."""
    agencies = {code: _agency(code, section) for code, section in file.sections("agency").items()}
    desks = {code: _desk(code, section, agencies, sectors) for code, section in file.sections("desk").items()}
    routes: dict[tuple[str | None, str | None], str] = {}
    for section in file.listed("route"):
        _add_route(routes, section, desks, places)
    if (None, None) not in routes:
        raise file.wrong("route", "has no helpdesk for anywhere: one route must name a helpdesk and no places")
    file.done()
    return Routing(agencies, desks, routes)


def _agency(code: str, section: Section) -> Agency:
    made_up, unit = section.flag("made_up", default=False), section.text("investigation", default="")
    agency = Agency(code, section.text("name"), made_up, unit)
    section.done()
    return agency


def _desk(code: str, section: Section, agencies: Container[str], sectors: Container[str]) -> Desk:
    desk = Desk(
        code,
        section.text("agency"),
        section.texts("sectors"),
        section.labels(),
        section.flag("helpdesk", default=False),
    )
    if desk.agency not in agencies:
        raise section.wrong("agency", f"{desk.agency!r} is not an agency")
    for sector in desk.sectors:
        if sector not in sectors:
            raise section.wrong("sectors", f"{sector!r} is not a sector")
    if not desk.sectors and not desk.helpdesk:
        raise section.wrong("sectors", "is empty, and this is no helpdesk: it would never get a ticket")
    section.done()
    return desk


def _add_route(
    routes: dict[tuple[str | None, str | None], str],
    section: Section,
    desks: Mapping[str, Desk],
    places: Places,
) -> None:
    code = section.text("desk")
    if code not in desks:
        raise section.wrong("desk", f"{code!r} is not a desk")
    named = section.texts("places")
    for place in named:
        if place not in places.all:
            raise section.wrong("places", f"{place!r} is not a place")
    desk = desks[code]
    takes: tuple[str | None, ...] = (*desk.sectors, None) if desk.helpdesk else desk.sectors
    for sector in takes:
        for where in named or (None,):
            if (sector, where) in routes:
                raise section.wrong("desk", f"{sector or 'helpdesk'} at {where or 'anywhere'} already has a desk")
            routes[sector, where] = code
    section.done()
