"""Loading by name, version and path, and the refusals of a response that would not be safe."""

from __future__ import annotations

import shutil

import pytest

from feedback.responses import BadResponse, load, versions
from tests.feedback.responses.conftest import OurOwn


def test_the_newest_version_is_taken_unless_another_is_asked_for(ours: OurOwn) -> None:
    shutil.copytree(ours.folder / "1", ours.folder / "10")
    shutil.copytree(ours.folder / "1", ours.folder / "9")

    assert ours.load().version == 10
    assert ours.load(version=1).version == 1
    assert versions(str(ours.folder)) == [1, 9, 10]


def test_a_response_is_loaded_once_per_process() -> None:
    assert load("coxs_bazar") is load("coxs_bazar")


def test_a_folder_given_by_path_is_named_after_itself(ours: OurOwn) -> None:
    response = ours.load()

    assert (response.name, response.version) == ("ours", 1)


def test_an_edited_file_changes_the_digest_and_a_copy_does_not(ours: OurOwn) -> None:
    unchanged = ours.load().digest
    shutil.copytree(ours.folder / "1", ours.folder / "2")
    ours.edit("calendar", "time_zone", "# edited\ntime_zone")
    shutil.copytree(ours.folder / "1", ours.folder / "3")

    assert load("coxs_bazar", 1).digest == unchanged == ours.load(2).digest
    assert ours.load(3).digest != unchanged


@pytest.mark.parametrize(("name", "version"), [("nowhere", None), ("coxs_bazar", 99), ("/nowhere/at/all", None)])
def test_what_is_not_there_is_refused(name: str, version: int | None) -> None:
    with pytest.raises(BadResponse, match=r"no response|no version 99"):
        load(name, version)


# (file, what stands there, what a slip of the hand makes of it, what the refusal must say)
SLIPS = [
    ("response", 'mode = "immediate"', 'mode = "sometimes"', r"response.toml: acknowledgement.mode: must be"),
    ("response", 'phrase = "acknowledgement"', 'phrase = "hello"', r"response.toml: acknowledgement.phrase: 'hello'"),
    ("response", 'key = "2"', 'key = "4"', r"response.toml: language.bn.key: must be one digit"),
    ("response", 'instead = "bn"', 'instead = "xx"', r"response.toml: language.bn-Latn.instead: 'xx'"),
    ("response", "bn = [", "xx = [", r"response.toml: stop_words.xx: is not a language"),
    ("response", '"STOPALL"', '"..."', r"response.toml: stop_words.en: has a word without letters"),
    ("response", "interface = true", "interfaces = true", r"response.toml: language.en.interfaces: is not a key"),
    (
        "response",
        "interface = true",
        'interface = "yes"',
        r"response.toml: language.en.interface: must be true or false",
    ),
    ("response", "public_number", "public_numbr", r"response.toml: public_number: is missing"),
    ("taxonomy", 'abbr = "FSC"', 'abbr = ""', r"taxonomy.toml: sector.food_security.abbr: is empty"),
    (
        "taxonomy",
        "alert = true",
        'alert = "yes"',
        r"taxonomy.toml: sector.shelter_nfi.sub.loss.alert: must be true or false",
    ),
    ("taxonomy", 'tier = "T1"', 'tier = "T9"', r"taxonomy.toml: sector.shelter_nfi.sub.loss.tier: 'T9' is not a tier"),
    ("taxonomy", "restricted = true", "restricted = false", r"taxonomy.toml: sector.gbv.restricted: must be true"),
    ("taxonomy", 'tier = "T3-G"', 'tier = "T0"', r"taxonomy.toml: sector.gbv.sub.disclosure.tier: must be a sensitive"),
    ("taxonomy", "thanks = {", "praise = {", r"taxonomy.toml: kind.praise: is not one of question"),
    ("taxonomy", 'en = "Question"', 'bm = "Question"', r"taxonomy.toml: kind.question: has no English"),
    (
        "taxonomy",
        "[conduct_subject.majhi]",
        '[conduct_subject."the majhi"]',
        r"taxonomy.toml: conduct_subject.the majhi: is not a code",
    ),
    (
        "tiers",
        "identity_days = 180",
        "identity_days = -1",
        r"tiers.toml: tier.T0.retention.identity_days: must be a number of days",
    ),
    ("tiers", "[tier.T3-L]", "[tier.T3-X]", r"tiers.toml: tier.T3-L: is missing"),
    ("tiers", 'compartment = "gbv"', 'compartment = "conduct"', r"tiers.toml: tier.T3-G.compartment: must be gbv"),
    ("tiers", "psea = {", "sea = {", r"tiers.toml: compartment.psea: is missing"),
    ("tiers", 'look_within = "1 h"', 'look_within = "soon"', r"tiers.toml: tier.T1.look_within: must be a time like"),
    ("tiers", "urgent = true", "working_days = true", r"tiers.toml: tier.T1.working_days: may be true for T0 alone"),
    ("tiers", 'look_within = "1 d"', 'look_within = "8 h"', r"tiers.toml: tier.T0.look_within: must be whole days"),
    ("tiers", "words_days = 30", "words_days = 31", r"tiers.toml: tier.T3-G.retention.words_days: must be 1 to 30"),
    ("tiers", "words_days = 30", "words_days = 0", r"tiers.toml: tier.T3-G.retention.words_days: must be 1 to 30"),
    (
        "places",
        'parent = "teknaf"',
        'parent = "teknof"',
        r"places.toml: place.camp-nrc.parent: 'teknof' is not a place",
    ),
    (
        "places",
        'parent = "ukhiya"',
        'parent = "camp-9"',
        r"places.toml: place.kutupalong-balukhali.parent: goes round in a circle",
    ),
    ("places", 'kind = "island"', 'kind = "isle"', r"places.toml: place.bhasan-char.kind: 'isle' is not one of"),
    ("places", 'number = "9"', 'number = "10"', r"places.toml: place.camp-10.number: '10' is the number of camp-9 too"),
    ("places", 'number = "9"', 'number = "nine"', r'places.toml: place.camp-9.number: must be like "9"'),
    (
        "routing",
        'places = ["camp-9"]',
        'places = ["camp-99"]',
        r"routing.toml: route\[9\].places: 'camp-99' is not a place",
    ),
    ("routing", 'desk = "food"', 'desk = "fod"', r"routing.toml: route\[5\].desk: 'fod' is not a desk"),
    ("routing", 'agency = "myna"', 'agency = "minah"', r"routing.toml: desk.food.agency: 'minah' is not an agency"),
    ("routing", 'sectors = ["wash"]', 'sectors = ["wsh"]', r"routing.toml: desk.wash.sectors: 'wsh' is not a sector"),
    ("routing", 'sectors = ["wash"]', "sectors = []", r"routing.toml: desk.wash.sectors: is empty"),
    ("routing", '[[route]]\ndesk = "helpdesk"\n', "", r"routing.toml: route: has no helpdesk for anywhere"),
    ("routing", 'places = ["teknaf"]', 'places = ["ukhiya"]', r"already has a desk"),
    ("phrases", "[phrase.help]", "[phrase.halp]", r"phrases.toml: phrase.help: is missing"),
    (
        "phrases",
        "number is {code}",
        "number is {number}",
        r"phrases.toml: phrase.code_given.bn: must have the same {braces}",
    ),
    ("phrases", "number is {code}", "number is {name}", r"phrases.toml: phrase.code_given.en: {name} is not one of"),
    ("prompts", "listens {hours}", "listens {code}", r"prompts.toml: prompt.out_of_hours.en: {code} is not one of"),
    ("phrases", "{number} free", "{number free", r"phrases.toml: phrase.acknowledgement.en: has braces"),
    ("prompts", "[prompt.before_tone]", "[prompt.at_tone]", r"prompts.toml: prompt.before_tone: is missing"),
    ("prompts", 'my = ""', 'xx = ""', r"prompts.toml: approved_by.xx: is not a language"),
    ("calendar", '"friday"', '"fri"', r"calendar.toml: days_off: 'fri' is not a day"),
    ("calendar", "Asia/Dhaka", "Asia/Dacca-on-Sea", r"calendar.toml: time_zone: is not a time zone"),
    ("calendar", "2026-02-04,", '"4 Feb",', r"calendar.toml: holidays: must be a list of dates"),
]


@pytest.mark.parametrize(("file", "old", "new", "why"), SLIPS, ids=[f"{one[0]}: {one[2].strip()}" for one in SLIPS])
def test_a_slip_is_refused_with_file_and_key(ours: OurOwn, file: str, old: str, new: str, why: str) -> None:
    ours.edit(file, old, new)

    with pytest.raises(BadResponse, match=f"^ours/1/{why}" if not why.startswith("already") else why):
        ours.load()


NEW_TIER = (
    '[tier.T2-F]\nlabels = { en = "Fraud" }\ncompartment = "fraud"\nlook_within = "4 h"\nact_within = "3 d"\n'
    'referral_silence = "12 h"\nretention = { rule = "As the donor asks." }'
)
# (file, what is put at its end, what the refusal must say)
ADDED = [
    ("tiers", NEW_TIER, r"tiers.toml: tier.T2-F.compartment: 'fraud' is not a compartment"),
    (
        "taxonomy",
        '[conduct_subject.landlord]\nlabels = { en = "Landlord" }\ntier = "T1"',
        r"taxonomy.toml: conduct_subject.landlord.tier: must be a tier with a compartment",
    ),
    (
        "places",
        '[place.block-c]\nlabels = { en = "Block C" }\nkind = "block"',
        r"places.toml: place.block-c.parent: is missing: a block lies in a camp or upazila",
    ),
    ("prompts", '[recorded.hello]\nrhg = "hello.opus"', r"prompts.toml: recorded.hello: is not a prompt"),
]


@pytest.mark.parametrize(("file", "text", "why"), ADDED, ids=[one[2] for one in ADDED])
def test_an_addition_that_does_not_fit_is_refused(ours: OurOwn, file: str, text: str, why: str) -> None:
    ours.add(file, text)

    with pytest.raises(BadResponse, match=f"^ours/1/{why}"):
        ours.load()


def test_a_response_without_a_sector_for_disclosures_is_refused(ours: OurOwn) -> None:
    ours.edit("taxonomy", "[sector.gbv]", "[sector.gender]").edit("taxonomy", "[sector.gbv.sub", "[sector.gender.sub")

    with pytest.raises(BadResponse, match=r"^ours/1/taxonomy.toml: sector.gbv: is missing"):
        ours.load()


def test_a_missing_file_is_named(ours: OurOwn) -> None:
    (ours.folder / "1" / "calendar.toml").unlink()

    with pytest.raises(BadResponse, match=r"^ours/1/calendar.toml: is missing"):
        ours.load()


def test_a_file_that_is_not_toml_is_named(ours: OurOwn) -> None:
    ours.add("phrases", "[phrase.help")

    with pytest.raises(BadResponse, match=r"^ours/1/phrases.toml: is not TOML"):
        ours.load()


def test_a_deployment_may_add_a_compartment_and_a_tier(ours: OurOwn) -> None:
    ours.edit("tiers", "[compartment]", '[compartment]\nfraud = { en = "Fraud" }')
    ours.add("tiers", NEW_TIER)

    assert ours.load().tiers["T2-F"].compartment == "fraud"
