"""Read tiers.toml: compartments, tiers with their deadlines and retention, and the times of screening."""

from __future__ import annotations

from collections.abc import Container

from feedback.responses.reading import Section
from feedback.responses.terms import Retention, Screening, Term, Tier

COMPARTMENT_OF = {
    "T0": None,
    "T1": None,
    "T2-C": "conduct",
    "T2-P": "protection",
    "T3-G": "gbv",
    "T3-S": "psea",
    "T3-C": "child_protection",
    "T3-L": "protection",
}  # decision 12: tiers decide the compartment, no deployment may change that
COMPARTMENTS = ("screening", "conduct", "protection", "gbv", "psea", "child_protection")
_LONGEST_GBV_WORDS = 30  # days after close (R7: never longer)


def read_compartments(file: Section) -> dict[str, Term]:
    """The compartments; those shipped must be there, a deployment may add some."""
    section = file.section("compartment")
    found = {code: Term(code, section.labels(code)) for code in section.codes()}
    for code in COMPARTMENTS:
        if code not in found:
            raise section.wrong(code, "is missing")
    return found


def read_tiers(file: Section, compartments: Container[str]) -> dict[str, Tier]:
    """The tiers. Deadlines and retention are a deployment's; where a tier's tickets are sealed is not."""
    found = {code: _tier(code, section) for code, section in file.sections("tier").items()}
    for code in COMPARTMENT_OF:
        if code not in found:
            raise file.wrong(f"tier.{code}", "is missing")
    for code, tier in found.items():
        if tier.compartment is not None and tier.compartment not in compartments:
            raise file.wrong(f"tier.{code}.compartment", f"{tier.compartment!r} is not a compartment")
    return found


def read_screening(file: Section) -> Screening:
    """When waiting in screening pages someone, in clock hours."""
    section = file.section("screening")
    screening = Screening(
        section.duration("flagged_within"), section.duration("look_within"), section.duration("unread_after")
    )
    section.done()
    return screening


def _tier(code: str, section: Section) -> Tier:
    compartment = section.text("compartment", "") or None
    if compartment != COMPARTMENT_OF.get(code, compartment):
        raise section.wrong("compartment", f"must be {COMPARTMENT_OF[code] or 'left out: this tier is open'}")
    tier = Tier(
        code,
        section.labels(),
        compartment,
        section.duration("look_within"),
        section.duration("act_within"),
        section.duration("tell_within") if section.has("tell_within") else None,
        section.duration("pass_on_within") if section.has("pass_on_within") else None,
        section.duration("referral_silence"),
        section.flag("working_days", default=False),
        section.flag("urgent", default=False),
        _retention(code, section.section("retention")),
    )
    _check_days(section, tier)
    section.done()
    return tier


def _check_days(section: Section, tier: Tier) -> None:
    if not tier.working_days:
        return
    if tier.code != "T0":
        raise section.wrong("working_days", "may be true for T0 alone; graver tickets count in clock hours")
    for key, within in (
        ("look_within", tier.look_within),
        ("act_within", tier.act_within),
        ("tell_within", tier.tell_within),
    ):
        if within is not None and within.seconds:
            raise section.wrong(key, 'must be whole days ("1 d") where working days count')


def _retention(code: str, section: Section) -> Retention:
    retention = Retention(
        section.days("identity_days"), section.days("words_days"), section.days("facts_days"), section.text("rule")
    )
    if code == "T3-G" and not 0 < (retention.words_days or 0) <= _LONGEST_GBV_WORDS:
        raise section.wrong(
            "words_days", f"must be 1 to {_LONGEST_GBV_WORDS}: words of a survivor are never kept longer"
        )
    section.done()
    return retention
