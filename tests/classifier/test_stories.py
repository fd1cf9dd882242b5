"""What the stories of the field ask of a suggestion (domain.md section 3)."""

from __future__ import annotations

import pytest

from classifier.suggest import suggest
from classifier.suggestion import Verdict

SEALED = [
    ("latrine no light, a man follows my sister and did bad", "T3-G", "gbv"),
    ("my husband beats me", "T3-G", "gbv"),
    ("the aid worker wants a favour before he gives the card", "T3-S", "psea"),
    ("A girl of 14 says the NGO man gives food for favours", "T3-S", "psea"),
    ("I can't go on tonight", "T3-L", "protection"),
    ("the majhi asked a bribe for the shelter", "T2-P", "protection"),
    ("the volunteer asks 500 taka to be on the list", "T2-C", "conduct"),
    ("a boy is alone in block D, no parents", "T3-C", "child_protection"),
    ("call me after 8, my sister's phone. my husband hit me", "T3-G", "gbv"),
]


@pytest.mark.parametrize(("text", "tier", "compartment"), SEALED)
def test_a_told_danger_is_sealed_to_its_compartment(text: str, tier: str, compartment: str) -> None:
    said = suggest(text)
    assert (said.verdict, said.tier, said.compartment) == (Verdict.SENSITIVE, tier, compartment)
    assert said.danger


def test_romanised_no_water_is_suggested_whole_but_never_released() -> None:
    said = suggest("camp 9 block C pani nai 3 din")
    assert (said.sector, said.subcategory, said.kind, said.tier) == ("wash", "no_water", "complaint", "T1")
    assert said.verdict is Verdict.UNSURE
    assert "pani nai" in said.signals


def test_a_dark_latrine_without_a_person_is_open_and_urgent() -> None:
    said = suggest("latrine without light in our block")
    assert (said.verdict, said.tier, said.sector, said.subcategory) == (Verdict.OPEN, "T1", "wash", "latrine_unsafe")


def test_a_disclosure_in_a_wash_text_still_scores_wash() -> None:
    said = suggest("latrine no light, a man follows my sister and did bad")
    assert "wash" in {score.sector for score in said.sectors}


def test_stop_him_is_no_opt_out_but_a_text() -> None:
    assert suggest("STOP him, he follows my sister").verdict is Verdict.SENSITIVE
    assert suggest("STOP him").verdict is Verdict.UNSURE
