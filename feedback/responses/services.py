"""Where help is open, and whom to call when somebody tells something serious: read from services.toml, if there is one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from feedback.responses.load import folder_of
from feedback.responses.reading import Section, read
from feedback.responses.response import Response
from feedback.responses.terms import Labels

FILE = "services.toml"
KINDS = ("health", "safety", "psychosocial", "children", "legal")


@dataclass(frozen=True, slots=True)
class Service:
    """A door that somebody may be sent to or go with. `places`: those it serves, areas too; none: everywhere."""

    code: str
    labels: Labels
    kind: str
    places: tuple[str, ...]
    hours: Labels
    where: Labels
    phone: str
    at_night: bool
    women: bool  # female staff are there


@dataclass(frozen=True, slots=True)
class Contact:
    """The focal point to call first for a tier; `places` as of a service."""

    code: str
    labels: Labels
    tier: str
    places: tuple[str, ...]
    phone: str


@dataclass(frozen=True, slots=True)
class Services:
    """All of them, and when somebody last checked that they are true."""

    checked: date | None = None
    services: tuple[Service, ...] = ()
    contacts: tuple[Contact, ...] = ()


def load_services(name_or_path: str, response: Response) -> Services:
    """The services of a response in the version at hand; none where it has no such file. Raises `BadResponse`."""
    return _load(folder_of(name_or_path) / str(response.version), tuple(response.places), tuple(response.tiers))


def open_at_any_hour(services: Services, languages: Iterable[str]) -> Labels:
    """Where help is open day and night, as it can be read out: the first of each kind, with where it is; empty for none."""
    first = {one.kind: one for one in reversed(services.services) if one.at_night}
    chosen = [first[kind] for kind in KINDS if kind in first]
    said = {code: "; ".join(f"{one.labels.said(code)}, {one.where.said(code)}" for one in chosen) for code in languages}
    return Labels({code: words for code, words in said.items() if words})


@lru_cache(maxsize=8)
def _load(folder: Path, places: tuple[str, ...], tiers: tuple[str, ...]) -> Services:
    if not (folder / FILE).exists():
        return Services()
    file = read(folder, FILE)
    (checked,) = file.dates("checked") or (None,)
    known = {"places": frozenset(places), "tier": frozenset(tiers), "kind": frozenset(KINDS)}
    services = tuple(_service(code, one, known) for code, one in file.sections("service").items())
    contacts = tuple(_contact(code, one, known) for code, one in file.sections("contact").items())
    file.done()
    return Services(checked, services, contacts)


def _service(code: str, section: Section, known: Mapping[str, frozenset[str]]) -> Service:
    service = Service(
        code,
        section.labels(),
        _one_of(section, "kind", known),
        _places(section, known),
        section.labels("hours"),
        section.labels("where"),
        section.text("phone", ""),
        section.flag("at_night", default=False),
        section.flag("women", default=False),
    )
    section.done()
    return service


def _contact(code: str, section: Section, known: Mapping[str, frozenset[str]]) -> Contact:
    contact = Contact(
        code, section.labels(), _one_of(section, "tier", known), _places(section, known), section.text("phone")
    )
    section.done()
    return contact


def _one_of(section: Section, key: str, known: Mapping[str, frozenset[str]]) -> str:
    found = section.text(key)
    if found not in known[key]:
        raise section.wrong(key, f"{found!r} is not known here")
    return found


def _places(section: Section, known: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    found = section.texts("places")
    for place in found:
        if place not in known["places"]:
            raise section.wrong("places", f"{place!r} is not a place")
    return found
