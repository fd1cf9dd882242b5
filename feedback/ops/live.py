"""Not for real people until it says so: what must hold before an installation is switched live (decision 18)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback import clock, wiring
from feedback.desk import appointing, compartments, events, keeping, rota, sealing
from feedback.models.installation import Installation
from feedback.models.rota import Call
from feedback.models.ticket import TicketKey
from feedback.ops import backup
from feedback.ops.events import EXPORTED
from feedback.ops.migrate import newest
from feedback.responses import Response
from feedback.seal.box import BadSeal
from feedback.seal.vault import DESK
from feedback.settings import BadSettings, Settings
from feedback.wiring import Parts

DRILL_LASTS = timedelta(days=30)
"""A restore is drilled each month (security.md, section 6)."""

HEADS_LAST = timedelta(days=7)
"""Heads of the history go weekly to two people outside; older ones say too little of what was done since (I31)."""

DRILLED, LIVE, CODE = "restore_drilled", "live", "code_approved"

LONGEST = 120
"""Characters of who approved something."""

_ACTOR = events.part("command")


class NotRestored(Exception):  # noqa: N818
    """The restored copy is not whole; the text says why."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing that does not hold yet."""

    what: str
    words: str


def refusals(parts: Parts) -> list[Refusal]:
    """Everything that stands in the way; nothing where the installation may be switched live."""
    with parts.database.transaction(write=False) as session:
        return [Refusal(what, words) for what, look in _LOOKS.items() for words in look(session, parts)]


def switch(parts: Parts) -> list[Refusal]:
    """Switch it live if nothing stands in the way; else what does."""
    found = refusals(parts)
    if not found:
        with parts.database.transaction() as session:
            session.merge(Installation(name=LIVE, word=clock.now().isoformat(timespec="seconds")))
    return found


def approve_code(parts: Parts, by: str) -> int:
    """Write down who of the organisation approved the code of conduct as it stands now, and when; its version."""
    version = parts.response.code_of_conduct.version
    with parts.database.transaction() as session:
        word = f"{version} {clock.now():%Y-%m-%d} {by.strip()}"
        session.merge(Installation(name=CODE, word=word))
        events.record(session, None, "approve code", actor=_ACTOR, detail=str(version))
    return version


def drill(parts: Parts, restored_url: str) -> int:
    """Look at a restored copy of the database: of the newest shape, and each key of the desk opens. How many keys did.

    Remembers the day. Raises `NotRestored`.
    """
    try:
        restored = wiring.live(_settings_of(parts.settings, restored_url))
    except BadSettings as why:
        raise NotRestored(str(why)) from None
    try:
        with restored.database.transaction(write=False) as session:
            shape = session.scalar(sa.text("SELECT version_num FROM alembic_version"))
            if shape != newest():
                raise NotRestored(f"the copy has the shape {shape}, this desk {newest()}")
            ids = list(session.scalars(sa.select(TicketKey.ticket_id).where(TicketKey.recipient == DESK)))
            opened = sum(len(sealing.keys(session, ids[at : at + 500])) for at in range(0, len(ids), 500))
    except sa.exc.DatabaseError as why:
        raise NotRestored(f"the copy can't be read ({type(why).__name__})") from None
    except BadSeal:
        raise NotRestored("its keys do not open with this key file") from None
    finally:
        restored.close()
    with parts.database.transaction() as session:
        session.merge(Installation(name=DRILLED, word=clock.now().isoformat(timespec="seconds")))
    return opened


def _demo(session: Session, parts: Parts) -> list[str]:
    if parts.settings.demo or _word(session, "demo") == "1":
        return ["a demo can't be switched live; begin an empty installation with `init`"]
    return []


def _holders(session: Session, parts: Parts) -> list[str]:
    standing = {one.compartment: one for one in compartments.standing(session)}
    wrong = []
    for compartment in parts.response.compartments:
        found = standing.get(compartment)
        if found is None:
            wrong.append(f"{compartment} has no key: run `keys init`")
        elif found.holders < compartments.FEWEST:
            wrong.append(f"{compartment} has {found.holders} holder(s); it needs {compartments.FEWEST}")
        elif not found.recovery:
            wrong.append(f"{compartment} has no recovery kit")
    adrift = [f"{one.compartment} {one.letter}" for one in keeping.kept(session) if one.gone]
    if adrift:
        wrong.append(f"nobody is named who keeps the recovery parts {', '.join(adrift)}: run `keys keeper`")
    agencies = {person.agency for person in compartments.holders(session, "psea")}
    if "psea" in standing and len(agencies) < compartments.FEWEST:
        wrong.append("the holders of psea must come from different agencies (decision 14)")
    return wrong


def _independent(session: Session, parts: Parts) -> list[str]:
    if appointing.independent_of_all(session):
        return []
    return ["nobody of no agency here is named independent (decision 14): two people do that under `/standing`"]


def _rota(session: Session, parts: Parts) -> list[str]:
    gaps = rota.gaps(session)
    return [f"{len(gaps)} gaps in the next seven days: see `rota`"] if gaps else []


def _words(session: Session, parts: Parts) -> list[str]:
    response = parts.response
    wrong = [f"nobody has approved the {kind} in {code}" for kind, code in _unapproved(response)]
    missing = response.missing_phrases()
    if missing:
        wrong.append(f"{len(missing)} phrases or prompts are missing, among them {missing[0][1]} in {missing[0][0]}")
    return wrong


def _places_to_call(session: Session, parts: Parts) -> list[str]:
    made_up = [agency.code for agency in parts.response.agencies.values() if agency.made_up]
    wrong = [f"agencies are made up: {', '.join(made_up)}"] if made_up else []
    if parts.response.phrases.fills.get("number") == "00000":
        wrong.append("the public number is not set (public_number in response.toml)")
    return wrong


def _page(session: Session, parts: Parts) -> list[str]:
    answered = session.scalar(sa.select(Call.id).where(Call.confirmed_at.is_not(None)).limit(1))
    return [] if answered is not None else ["nobody has answered a page yet: send a text that waits, and confirm it"]


def _restore(session: Session, parts: Parts) -> list[str]:
    word = _word(session, DRILLED)
    if word is None:
        return ["no restore has been drilled: restore a backup elsewhere and run `live --restored ADDRESS`"]
    if datetime.fromisoformat(word) < clock.now() - DRILL_LASTS:
        return ["the last restore was drilled more than a month ago"]
    return []


def _forgotten(session: Session, parts: Parts) -> list[str]:
    why = backup.unkept(parts.settings)
    return [why] if why else []


def _code(session: Session, parts: Parts) -> list[str]:
    version, _, rest = (_word(session, CODE) or "").partition(" ")
    if version != str(parts.response.code_of_conduct.version) or not rest:
        return ["nobody of the organisation has approved the code of conduct as it stands: `approve-code`"]
    return []


def _heads(session: Session, parts: Parts) -> list[str]:
    word = _word(session, EXPORTED)
    if word is None or datetime.fromisoformat(word) < clock.now() - HEADS_LAST:
        days = HEADS_LAST.days
        return [f"no heads of the history were written out in {days} days, to be kept elsewhere: `events heads`"]
    return []


_LOOKS: dict[str, Callable[[Session, Parts], list[str]]] = {
    "demo": _demo,
    "holders": _holders,
    "independent": _independent,
    "rota": _rota,
    "words": _words,
    "response": _places_to_call,
    "page": _page,
    "restore": _restore,
    "forgotten": _forgotten,
    "code": _code,
    "heads": _heads,
}


def _unapproved(response: Response) -> list[tuple[str, str]]:
    spoken = [code for code, one in response.languages.items() if one.key]
    written = [code for code, one in response.languages.items() if one.interface]
    found = [("prompts", code) for code in spoken if not response.prompts.approved_by(code)]
    return found + [("phrases", code) for code in written if not response.phrases.approved_by(code)]


def _settings_of(settings: Settings, url: str) -> Settings:
    return replace(settings, database_url=url, database_url_file=None)


def _word(session: Session, name: str) -> str | None:
    return session.scalar(sa.select(Installation.word).where(Installation.name == name))
