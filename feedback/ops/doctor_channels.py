"""What the doctor says of the channels: floods, what providers keep too long or refuse, and the hotline's prompts. Counts only."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import timedelta

import sqlalchemy as sa

from channels.contract import Keeper
from feedback import clock, wiring
from feedback.desk import copies, guards
from feedback.models.reply import Reply
from feedback.ops import prompts
from feedback.responses.recorded import load_sounds

SETUP = "setup:"
SETUP_WITHIN = timedelta(days=1)
OLD_PROMPT = timedelta(days=365)
"""A recording as old as this is listened to again: hours, places and names in it change."""


def looks(parts: wiring.Parts) -> Mapping[str, Callable[[], tuple[bool, str]]]:
    """Each thing to look at, by name: is it well, and what was found."""
    return {
        "floods": lambda: _floods(parts),
        "provider copies": lambda: _copies(parts),
        "channel set-up": lambda: _setup(parts),
        "prompts": lambda: _prompts(parts),
    }


def _floods(parts: wiring.Parts) -> tuple[bool, str]:
    now = clock.now()
    with parts.database.transaction(write=False) as session:
        many, held = guards.floods(session, now), guards.held(session, now)
    quiet = f"{held} numbers hear no more thanks this hour" if held else "no number is held back"
    if many:
        return False, f"{many} numbers, or repeated sentences, flood us; {quiet}. Every message is kept."
    return True, quiet


def _copies(parts: wiring.Parts) -> tuple[bool, str]:
    keepers = [name for name, one in parts.channels.items() if isinstance(one, Keeper)]
    with parts.database.transaction(write=False) as session:
        found = copies.standing(session, keepers)
    wrong = [f"{one.adapter} {one.words(clock.now())}" for one in found if not one.well(clock.now())]
    return not wrong, "; ".join(wrong) or ("none is older than a day" if found else "no provider was asked yet")


def _setup(parts: wiring.Parts) -> tuple[bool, str]:
    since = clock.now() - SETUP_WITHIN
    found = sa.select(Reply.adapter, Reply.why, sa.func.count()).where(Reply.why.like(f"{SETUP}%"))
    found = found.where(Reply.queued_at > since).group_by(Reply.adapter, Reply.why).order_by(Reply.adapter, Reply.why)
    with parts.database.transaction(write=False) as session:
        rows = session.execute(found).all()
    wrong = [f"{adapter}: {str(why).removeprefix(SETUP).strip()} ({many})" for adapter, why, many in rows]
    return not wrong, "; ".join(wrong) or "no reply of today failed for want of it"


def _prompts(parts: wiring.Parts) -> tuple[bool, str]:
    missing = sum(one.missing for one in prompts.standing(parts.settings.response))
    sounds = load_sounds(parts.settings.response, parts.response)
    lacking = f"{missing} missing: python -m feedback prompts" if missing else "every language hears its own"
    if not sounds:
        return True, f"none recorded, {lacking}"
    oldest = timedelta(seconds=time.time() - min(one.path.stat().st_mtime for one in sounds))
    words = f"{len(sounds)} recorded, the oldest {oldest.days} days ago; {lacking}"
    return oldest < OLD_PROMPT, words if oldest < OLD_PROMPT else f"{words}. Listen to it again."
