"""Burmese in the old font encoding is told apart, and the machine abstains on it (story 17)."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest

from classifier.suggest import suggest
from classifier.suggestion import Verdict
from classifier.zawgyi import zawgyi

SIB = Path(__file__).parents[3] / "shared" / "data" / "sib200_en_bn_my" / "train.csv.gz"

OLD = "\u1031\u1006\u1038\u1001\u1014\u1039\u1038 \u1018\u101a\u1039\u1019\u103d\u102c\u101c\u1032"  # where is the clinic, as Zawgyi


@pytest.mark.parametrize("text", [OLD, "\u1031\u1000\u103a\u1031\u1000\u103a\u102c\u1004\u1039\u1038"])
def test_the_old_encoding_is_told(text: str) -> None:
    assert zawgyi(text)


@pytest.mark.parametrize("text", ["ဆေးခန်း ဘယ်မှာလဲ", "ကျေးဇူးတင်ပါတယ်", "ရေမရှိဘူး", "no water", "পানি নাই", ""])
def test_unicode_is_not_taken_for_it(text: str) -> None:
    assert not zawgyi(text)


def test_the_machine_abstains_on_it_and_a_person_reads() -> None:
    said = suggest(OLD)
    assert (said.language, said.zawgyi, said.verdict, said.sector, said.sectors) == (
        "my",
        True,
        Verdict.UNSURE,
        None,
        (),
    )


@pytest.mark.skipif(not SIB.exists(), reason="public sets are not here")
def test_no_sentence_of_real_unicode_burmese_is_taken_for_it() -> None:
    with gzip.open(SIB, "rt", encoding="utf-8", newline="") as lines:
        burmese = [row["text"] for row in csv.DictReader(lines) if row["lang"] == "my"]
    assert len(burmese) == 800
    assert not [text for text in burmese if zawgyi(text)]
