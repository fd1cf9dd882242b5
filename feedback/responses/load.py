"""Load a response from its folder, once per process, and refuse one that would not be safe to use."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from feedback.responses.conduct import read_code_of_conduct
from feedback.responses.deadlines import read_calendar
from feedback.responses.listening import read_listening
from feedback.responses.neutral import names_of, read_hours, read_listed
from feedback.responses.phrases import read_phrases, read_prompts
from feedback.responses.places import read_places
from feedback.responses.reading import BadResponse, Section, read
from feedback.responses.response import Response
from feedback.responses.routing import read_routing
from feedback.responses.sounds import found_beside
from feedback.responses.stopping import read_stop_words
from feedback.responses.taxonomy import read_kinds, read_sectors, read_subjects
from feedback.responses.terms import Acknowledgement, Language
from feedback.responses.tiers import read_compartments, read_screening, read_tiers

BUILT_IN = Path(__file__).parent
_FILES = ("response", "taxonomy", "tiers", "places", "routing", "phrases", "prompts", "calendar", "code_of_conduct")


def load(name_or_path: str, version: int | None = None) -> Response:
    """A response in its newest version, or in the one asked for. Raises `BadResponse`.

    A name ("coxs_bazar") is one of those shipped; anything with a slash is a deployment's own folder, laid out alike:
    one folder per version ("1", "2") with the nine files in it. The folder's name is the response's name.
    """
    folder = folder_of(name_or_path)
    found = versions(name_or_path)
    if not found:
        raise BadResponse(f"There is no response {name_or_path!r}: no folder with a version (1, 2, …) in it.")
    wanted = found[-1] if version is None else version
    if wanted not in found:
        raise BadResponse(f"Response {name_or_path!r} has no version {wanted}; it has {', '.join(map(str, found))}.")
    return _load(folder, wanted)


def versions(name_or_path: str) -> list[int]:
    """The versions of a response, oldest first."""
    folder = folder_of(name_or_path)
    if not folder.is_dir():
        return []
    return sorted(int(each.name) for each in folder.iterdir() if each.is_dir() and each.name.isdecimal())


def folder_of(name_or_path: str) -> Path:
    """Where the versions of a response lie."""
    return Path(name_or_path).resolve() if "/" in name_or_path or "\\" in name_or_path else BUILT_IN / name_or_path


@lru_cache(maxsize=32)
def _load(base: Path, version: int) -> Response:
    folder = base / str(version)
    try:
        return _read(base.name, version, folder)
    except BadResponse as problem:
        raise BadResponse(f"{base.name}/{version}/{problem}") from None


def _read(name: str, version: int, folder: Path) -> Response:
    files = {each: read(folder, f"{each}.toml") for each in _FILES}
    general = files["response"]
    languages = _languages(general)
    compartments = read_compartments(files["tiers"])
    tiers = read_tiers(files["tiers"], compartments)
    screening = read_screening(files["tiers"])
    sectors = read_sectors(files["taxonomy"], tiers)
    kinds, subjects = read_kinds(files["taxonomy"]), read_subjects(files["taxonomy"], tiers)
    fills = {"number": general.text("public_number")}
    telling = files["phrases"].section("not_neutral")
    unwished = read_listed(files["phrases"].section("do_not_contact"), languages)
    phrases = read_phrases(files["phrases"], languages, fills)
    places = read_places(files["places"])
    calendar = read_calendar(files["calendar"])
    routing = read_routing(files["routing"], sectors, places)
    signs = [sector.abbr for sector in sectors.values()]
    response = Response(
        name=name,
        version=version,
        digest=_digest(folder),
        labels=general.labels(),
        sectors=sectors,
        kinds=kinds,
        tiers=tiers,
        compartments=compartments,
        conduct_subjects=subjects,
        screening=screening,
        languages=languages,
        phrases=phrases,
        prompts=read_prompts(
            files["prompts"], languages, fills, phrases.all["hours"], beside=found_beside(folder, languages)
        ),
        acknowledgement=_acknowledgement(general.section("acknowledgement"), phrases.all),
        stop_words=read_stop_words(general.section("stop_words"), languages),
        start_words=read_stop_words(general.section("start_words"), languages),
        calendar=calendar,
        listening=read_listening(files["calendar"], calendar),
        place_tree=places,
        routing=routing,
        not_neutral=read_listed(telling, languages, more=names_of(routing.agencies, signs)),
        do_not_contact=unwished,
        first_contact_hours=read_hours(general.section("first_contact")),
        code_of_conduct=read_code_of_conduct(files["code_of_conduct"], languages),
    )
    for file in (general, files["taxonomy"], files["tiers"], files["calendar"]):
        file.done()
    return response


def _languages(general: Section) -> dict[str, Language]:
    found: dict[str, Language] = {}
    keys: set[str] = set()
    for code, section in general.sections("language").items():
        language = Language(
            code,
            section.labels(),
            section.flag("interface", default=False),
            section.flag("spoken_only", default=False),
            section.text("key", "") or None,
            section.text("instead", "en"),
        )
        if language.key is not None and (language.key in keys or language.key not in set("123456789")):
            raise section.wrong("key", "must be one digit from 1 to 9 that no other language has")
        keys.add(language.key or "")
        section.done()
        found[code] = language
    if "en" not in found:
        raise general.wrong("language.en", "is missing")
    for language in found.values():
        if language.instead not in found:
            raise general.wrong(f"language.{language.code}.instead", f"{language.instead!r} is not a language")
    return found


def _acknowledgement(section: Section, phrases: Iterable[str]) -> Acknowledgement:
    chosen = Acknowledgement(section.text("mode"), section.text("phrase"))
    if chosen.mode not in ("immediate", "none"):
        raise section.wrong("mode", 'must be "immediate" or "none"')
    if chosen.phrase not in phrases:
        raise section.wrong("phrase", f"{chosen.phrase!r} is not in phrases.toml")
    section.done()
    return chosen


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for each in _FILES:
        digest.update(each.encode() + b"\0" + (folder / f"{each}.toml").read_bytes() + b"\0")
    return digest.hexdigest()
