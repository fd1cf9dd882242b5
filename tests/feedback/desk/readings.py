"""Hand-made opinions of the classifier, applied as a lane applies them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from classifier.suggestion import Suggestion, Verdict
from feedback.desk import triage
from tests.factories import Desk


def suggestion(verdict: Verdict = Verdict.OPEN, **more: Any) -> Suggestion:
    """An opinion; open ones are of water, sensitive ones of violence."""
    given: dict[str, Any] = {"language": "en", "verdict": verdict}
    if verdict is Verdict.SENSITIVE:
        given |= {"tier": "T3-G", "compartment": "gbv", "danger": ("follows",)}
    else:
        given |= {"sector": "wash", "subcategory": "no_water", "kind": "complaint", "confidence": 0.9}
    return Suggestion(**{**given, **more})


def read(desk: Desk, said: Mapping[int, Suggestion] | Suggestion) -> list[int]:
    """Claim what waits and apply an opinion to each ticket, or the same one to all; what was claimed, in order."""
    with desk.at() as session:
        batch = triage.claim(session, 0, 1)
    opinions = [said if isinstance(said, Suggestion) else said[one.ticket_id] for one in batch]
    for piece in triage.slices(triage.prepare(desk.parts.vault, batch, opinions)):
        with desk.at() as session:
            triage.apply_many(session, piece)
    return [one.ticket_id for one in batch]
