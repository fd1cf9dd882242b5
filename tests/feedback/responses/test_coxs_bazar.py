"""What the shipped response must hold: codes, labels in three languages, tiers as the field's table says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from feedback.responses import Labels, Response

INTERFACE = ("en", "bn", "my")

SUBCATEGORIES = {
    "food_security": "voucher_problem ration_quantity ration_quality outlet_queue excluded_household card_change",
    "shelter_nfi": "shelter_damage materials nfi_missing lpg loss relocation",
    "wash": "no_water water_quality latrine_broken latrine_unsafe bathing drainage waste hygiene_items",
    "site_management": "path_light slope_risk space_dispute majhi_conduct office_access cyclone_warning",
    "health": "refused_wait medicine staff_attitude referral_transport maternal mhpss outbreak",
    "nutrition": "screening admission supplies mother_baby_space",
    "education": "centre_access teacher_conduct materials corporal_punishment adolescent_access",
    "protection": "registration authorities disability_access trafficking violence_extortion tracing",
    "gbv": "disclosure",
    "child_protection": "alone_missing abuse_neglect marriage labour corporal_punishment",
    "livelihoods": "volunteer_pay selection training",
    "telecom_logistics": "network_power",
    "accountability": "how_to_complain no_answer information rumour",
    "host_relations": "compensation tension land",
    "conduct": "sea harassment fraud discrimination data_breach retaliation",
}

TIER_OF = {
    "wash.latrine_unsafe": "T1",
    "site_management.majhi_conduct": "T2-P",
    "education.teacher_conduct": "T2-C",
    "education.corporal_punishment": "T3-C",
    "protection.authorities": "T2-P",
    "protection.trafficking": "T3-L",
    "protection.violence_extortion": "T2-P",
    "gbv.disclosure": "T3-G",
    "conduct.sea": "T3-S",
    "conduct.retaliation": "T2-C",
    "wash.latrine_broken": None,
}

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TABLE = {  # compartment, look, act, tell, a silent partner alarms after (domain, section 2)
    "T0": (None, DAY, 5 * DAY, 5 * DAY, 12 * HOUR),
    "T1": (None, HOUR, 24 * HOUR, 48 * HOUR, 12 * HOUR),
    "T2-C": ("conduct", 4 * HOUR, 3 * DAY, 5 * DAY, 12 * HOUR),
    "T2-P": ("protection", 4 * HOUR, 3 * DAY, 5 * DAY, 12 * HOUR),
    "T3-G": ("gbv", HOUR, 24 * HOUR, None, 4 * HOUR),
    "T3-S": ("psea", HOUR, 24 * HOUR, None, 4 * HOUR),
    "T3-C": ("child_protection", HOUR, 24 * HOUR, None, 4 * HOUR),
    "T3-L": ("protection", HOUR / 4, HOUR / 4, None, HOUR / 2),
}

CAMPS = "1e 1w 2e 2w 3 4 4x 5 6 7 8e 8w 9 10 11 12 13 14 15 16 17 18 19 20 20x 21 22 24 25 26 27 krc nrc"


def test_sectors_and_subcategories_carry_the_agreed_codes(coxs_bazar: Response) -> None:
    found = {code: sorted(sector.subcategories) for code, sector in coxs_bazar.sectors.items()}

    assert found == {code: sorted(subs.split()) for code, subs in SUBCATEGORIES.items()}


def test_gbv_child_protection_and_conduct_alone_are_restricted(coxs_bazar: Response) -> None:
    assert {code for code, one in coxs_bazar.sectors.items() if one.restricted} == {
        "gbv",
        "child_protection",
        "conduct",
    }


@pytest.mark.parametrize(("code", "tier"), TIER_OF.items())
def test_a_subcategory_raises_the_ticket_as_far_as_agreed(coxs_bazar: Response, code: str, tier: str | None) -> None:
    sector, sub = code.split(".")

    assert coxs_bazar.sectors[sector].subcategories[sub].tier == tier


@pytest.mark.parametrize("code", TABLE)
def test_a_tier_has_the_times_of_the_table(coxs_bazar: Response, code: str) -> None:
    tier = coxs_bazar.tiers[code]

    times = (tier.compartment, tier.look_within, tier.act_within, tier.tell_within, tier.referral_silence)
    assert times == TABLE[code]
    assert tier.working_days == (code == "T0")


def test_the_investigation_unit_hears_within_a_day_of_the_focal_point(coxs_bazar: Response) -> None:
    assert {code: one.pass_on_within for code, one in coxs_bazar.tiers.items() if one.pass_on_within} == {"T3-S": DAY}


def test_every_label_is_there_in_english_bangla_and_burmese(coxs_bazar: Response) -> None:
    missing = [
        (where, language) for where, labels in _labels(coxs_bazar) for language in INTERFACE if language not in labels
    ]

    assert missing == []


def test_bangla_and_burmese_labels_are_in_their_own_script(coxs_bazar: Response) -> None:
    terms = [(where, labels) for where, labels in _labels(coxs_bazar) if not where.startswith("place.")]

    assert [where for where, labels in terms if not any("\u0980" <= one <= "\u09ff" for one in labels["bn"])] == []
    assert [where for where, labels in terms if not any("\u1000" <= one <= "\u109f" for one in labels["my"])] == []


def test_the_33_camps_are_there_and_shamlapur_is_closed(coxs_bazar: Response) -> None:
    camps = {code: one for code, one in coxs_bazar.places.items() if one.kind == "camp"}

    assert {code for code, one in camps.items() if not one.closed} == {f"camp-{each}" for each in CAMPS.split()}
    assert {code for code, one in camps.items() if one.closed} == {"camp-23"}
    assert len(camps) == 33 + 1


def test_the_island_and_the_nine_upazilas_are_there(coxs_bazar: Response) -> None:
    kinds = [one.kind for one in coxs_bazar.places.values()]

    assert (kinds.count("island"), kinds.count("upazila")) == (1, 9)


def test_no_agency_of_the_demo_is_real(coxs_bazar: Response) -> None:
    assert all(one.made_up and "made up" in one.name for one in coxs_bazar.agencies.values())


def test_nobody_has_approved_the_phrases_and_the_software_says_so(coxs_bazar: Response) -> None:
    for language in coxs_bazar.languages:
        assert coxs_bazar.phrases.approved_by(language) == ""
        assert coxs_bazar.prompts.approved_by(language) == ""


def test_authorities_and_armed_groups_are_a_matter_of_protection(coxs_bazar: Response) -> None:
    subjects = {code: one.tier for code, one in coxs_bazar.conduct_subjects.items()}

    assert {code for code, tier in subjects.items() if tier == "T2-P"} == {
        "majhi",
        "authorities",
        "police",
        "armed_group",
    }
    assert set(subjects.values()) == {"T2-C", "T2-P"}


def _labels(response: Response) -> Iterator[tuple[str, Labels]]:
    families = {
        "sector": response.sectors,
        "kind": response.kinds,
        "tier": response.tiers,
        "compartment": response.compartments,
        "subject": response.conduct_subjects,
        "language": response.languages,
        "place": response.places,
        "desk": response.desks,
    }
    for family, terms in families.items():
        for code, term in terms.items():
            yield f"{family}.{code}", term.labels
    for sector in response.sectors.values():
        for sub in sector.subcategories.values():
            yield f"sector.{sector.code}.{sub.code}", sub.labels
    for key, wordings in (*response.phrases.all.items(), *response.prompts.texts.items()):
        yield f"said.{key}", wordings
