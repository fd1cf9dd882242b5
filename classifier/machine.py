"""What reads texts, loaded once: the lists and the pinned model."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from classifier import scorer
from classifier.scorer import RefusedModel, Scorer
from classifier.wordlists import HERE as LISTS
from classifier.wordlists import Lists, shipped

log = logging.getLogger(__name__)

MODEL = Path(__file__).parent / "model"


@dataclass(frozen=True)
class Machine:
    """Lists, and the scorers by name; without a sound model there are no scorers and nothing is ever open."""

    lists: Lists
    scorers: Mapping[str, Scorer]
    name: str  # digests of model and lists, kept with every suggestion


@cache
def load() -> Machine:
    """Load lists and model once. A model that is missing or refused leaves the lists to work alone, and says so."""
    lists = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(LISTS.glob("*.toml")))).hexdigest()[:8]
    try:
        scorers = scorer.load(MODEL)
    except RefusedModel as refused:
        log.error("model refused: %s", refused)
        return Machine(shipped(), {}, f"lists {lists}")
    return Machine(shipped(), scorers, f"lists {lists} model {scorer.pinned(MODEL)[:8]}")
