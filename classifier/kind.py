"""What kind of feedback a text is: question, request, complaint, suggestion, thanks, rumour, incident, appeal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from classifier.wordlists import Hit

ORDER = ("appeal", "suggestion", "rumour", "question", "complaint", "incident", "request", "thanks")  # among equals
NAMED = 0.35  # what a list hit adds to the model's probability
GIVEN = 0.3


def join(likely: Mapping[str, float], hits: Iterable[Hit]) -> tuple[str | None, float, tuple[str, ...]]:
    """Return the kind, its confidence and the fragments that named it; None where neither lists nor model can tell."""
    named: dict[str, list[str]] = {}
    for hit in hits:
        if hit.entry.category == "kind" and not hit.denied:
            named.setdefault(hit.entry.code, []).append(hit.fragment)
    score = {kind: likely.get(kind, 0.0) + NAMED * (kind in named) for kind in ORDER}
    best = max(ORDER, key=lambda kind: (score[kind], -ORDER.index(kind)))
    if score[best] < GIVEN:
        return None, 0.0, ()
    return best, round(min(score[best], 0.99), 4), tuple(named.get(best, ()))
