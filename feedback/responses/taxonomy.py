"""Read taxonomy.toml: sectors with their subcategories, kinds, and who may be accused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from feedback.responses.reading import Section
from feedback.responses.terms import Sector, Subcategory, Subject, Term, Tier

KINDS = ("question", "request", "complaint", "suggestion", "thanks", "rumour", "incident", "appeal", "unclear")
RESTRICTED = frozenset({"gbv", "child_protection", "conduct"})  # no deployment may open these


def read_sectors(file: Section, tiers: Mapping[str, Tier]) -> dict[str, Sector]:
    """The sectors. What the classifier and the walls rely on must be there and stay restricted."""
    found = {code: _sector(code, section, tiers) for code, section in file.sections("sector").items()}
    for code in sorted(RESTRICTED):
        if code not in found:
            raise file.wrong(f"sector.{code}", "is missing: disclosures must have a sector")
        if not found[code].restricted:
            raise file.wrong(f"sector.{code}.restricted", "must be true")
    return found


def read_kinds(file: Section) -> dict[str, Term]:
    """The kinds, exactly those that the classifier knows; only their labels are a deployment's."""
    section = file.section("kind")
    _exactly(section, KINDS)
    return {code: Term(code, section.labels(code)) for code in KINDS}


def read_subjects(file: Section, tiers: Mapping[str, Tier]) -> dict[str, Subject]:
    """Who may be accused, with the tier of a complaint about their conduct; always a sensitive one."""
    found = {}
    for code, section in file.sections("conduct_subject").items():
        found[code] = Subject(code, section.labels(), _sensitive_tier(section, tiers))
        section.done()
    return found


def _sector(code: str, section: Section, tiers: Mapping[str, Tier]) -> Sector:
    restricted = section.flag("restricted", default=False)
    subcategories = {}
    for sub, each in section.sections("sub").items():
        tier = each.text("tier", "") or None
        if tier is not None and tier not in tiers:
            raise each.wrong("tier", f"{tier!r} is not a tier")
        if restricted and (tier is None or not tiers[tier].sensitive):
            raise each.wrong("tier", "must be a sensitive tier: its sector is restricted")
        subcategories[sub] = Subcategory(sub, each.labels(), tier, each.flag("alert", default=False))
        each.done()
    sector = Sector(code, section.text("abbr"), section.labels(), restricted, subcategories)
    section.done()
    return sector


def _sensitive_tier(section: Section, tiers: Mapping[str, Tier]) -> str:
    tier = section.text("tier")
    if tier not in tiers or not tiers[tier].sensitive:
        raise section.wrong("tier", "must be a tier with a compartment")
    return tier


def _exactly(section: Section, codes: Iterable[str]) -> None:
    wanted = set(codes)
    for code in section.codes():
        if code not in wanted:
            raise section.wrong(code, f"is not one of {', '.join(codes)}")
    for code in codes:
        if not section.has(code):
            raise section.wrong(code, "is missing")
