"""Places found in texts: Latin letters, Bangla and Burmese, by number and by name."""

from __future__ import annotations

import pytest

from feedback.responses import Response
from tests.feedback.responses.conftest import OurOwn

TEXTS = [
    # by number, in Latin letters
    ("camp 9 block C pani nai 3 din", "camp-9"),
    ("camp16 latrine full", "camp-16"),
    ("Camp no. 7, no light on the path", "camp-7"),
    ("CAMP-8W: water", "camp-8w"),
    ("camp-1E", "camp-1e"),
    ("Camp 1 E, block B", "camp-1e"),
    ("camp 1 east", "camp-1e"),
    ("camp 4 extension", "camp-4x"),
    ("camp 4 ext. no gas", "camp-4x"),
    ("Camp 20X", "camp-20x"),
    ("camp 04 ration", "camp-4"),
    ("kamp 26 ot pani nai", "camp-26"),
    ("24 no camp e pani nai", "camp-24"),
    # a number that is several camps, or none
    ("camp 8 water", "kutupalong-balukhali"),
    ("camp 1 e pani nai", "kutupalong-balukhali"),  # "e" is romanised Bangla for "in", not East
    ("camp 4 east", "camp-4"),  # there is no Camp 4 East
    ("camp 40", None),
    ("there are 9 camps", None),
    ("camp 123", None),
    ("my ration card 9", None),
    ("scamp 9", None),
    # by name
    ("Kutupalong", "kutupalong-balukhali"),
    ("Kutupalong RC", "camp-krc"),
    ("from Bhasan Char", "bhasan-char"),
    ("leda bazar", "camp-24"),
    ("deleda", None),
    ("Nayapara", "teknaf"),  # Camp 26 or the registered camp: what is sure is Teknaf
    ("Nayapara RC", "camp-nrc"),
    ("nayapara camp 26", "camp-26"),
    ("chakmarkul camp", "camp-21"),
    ("Chakmarkul", "coxs-bazar"),  # the camp in Teknaf or the union in Ramu
    ("Shamlapur", "camp-23"),
    # several
    ("camp 9, Kutupalong, Ukhiya", "camp-9"),  # the finest
    ("I live in camp 9, my mother in camp 4", "kutupalong-balukhali"),  # what they share
    ("camp 9 and Bhasan Char", None),
    # Bangla
    ("ক্যাম্প ৯ এ পানি নাই", "camp-9"),
    ("আমাদের ক্যাম্পে পানি নাই", None),
    ("২৬নং রোহিঙ্গা ক্যাম্পে ল্যাট্রিন ভাঙা", "camp-26"),
    ("৮ নম্বর ক্যাম্প", "kutupalong-balukhali"),
    ("ক্যাম্প ৮ পূর্ব", "camp-8e"),
    ("ক্যাম্প-২০ এক্সটেনশন", "camp-20x"),
    ("ক্যাম্প নং ১২", "camp-12"),
    ("কুতুপালংয়ে থাকি", "kutupalong-balukhali"),
    ("টেকনাফের লেদা", "camp-24"),
    ("ভাসানচর থেকে", "bhasan-char"),
    # Burmese
    ("စခန်း ၉ မှာ ရေမရှိ", "camp-9"),
    ("ကျွန်တော်စခန်း၁၅မှာနေပါတယ်", "camp-15"),
    ("အမှတ် (၁၁) စခန်း", "camp-11"),
    ("စခန်းအမှတ် ၂၇", "camp-27"),
    ("ဘာဆန်ချား", "bhasan-char"),
    ("", None),
    ("pani nai", None),
]


@pytest.mark.parametrize(("text", "place"), TEXTS)
def test_a_place_is_found_in_a_text(coxs_bazar: Response, text: str, place: str | None) -> None:
    assert coxs_bazar.find_place(text) == place


def test_every_camp_is_found_by_its_own_name_in_every_interface_language(coxs_bazar: Response) -> None:
    camps = [one for one in coxs_bazar.places.values() if one.number is not None]
    lost = [
        (one.code, name) for one in camps for name in one.labels.values() if coxs_bazar.find_place(name) != one.code
    ]

    assert lost == []


def test_a_deployments_own_block_is_found_by_its_alias(ours: OurOwn) -> None:
    ours.add(
        "places",
        '[place.camp-9-c]\nlabels = { en = "Camp 9 block C" }\nkind = "block"\nparent = "camp-9"\n'
        'aliases = ["camp 9 block c"]',
    )

    assert ours.load().find_place("Camp 9  Block C pani nai") == "camp-9-c"
