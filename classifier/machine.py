"""What reads texts, loaded once: the lists and the pinned model."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, lru_cache
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

    def taught(self, name: str) -> frozenset[str]:
        """The languages beside those of the public sets in which a desk has taught a scorer enough (`learning.TAUGHT`)."""
        told = self.scorers[name].about.get("languages") if name in self.scorers else None
        return frozenset(map(str, told)) if isinstance(told, list) else frozenset()


@cache
def load() -> Machine:
    """Load lists and model once. A model that is missing or refused leaves the lists to work alone, and says so."""
    try:
        return at(MODEL)
    except RefusedModel as refused:
        log.error("model refused: %s", refused)
        return Machine(shipped(), {}, f"lists {_lists()}")


def at(folder: Path, digest: str | None = None) -> Machine:
    """The shipped lists with the model of a folder. Raises `RefusedModel`, also for one that has another digest."""
    pinned = scorer.pinned(folder)
    if digest is not None and pinned != digest:
        raise RefusedModel("the model in this folder is another one")
    return Machine(shipped(), scorer.load(folder), f"lists {_lists()} model {pinned[:8]}")


@lru_cache(maxsize=2)
def chosen(models: Path, digest: str) -> Machine:
    """The model of this digest among those of an installation. Raises `RefusedModel` where there is no sound one."""
    for folder, pinned in shelf(models):
        if pinned == digest:
            return at(folder, digest)
    raise RefusedModel(f"no model {digest[:8]} among those of this installation")


def shelf(models: Path) -> list[tuple[Path, str]]:
    """The models that an installation has trained, by folder, with the digest that each folder pins.

    A folder that pins none, half copied maybe, is passed over: it must not keep the one in use from being found.
    """
    found = []
    for folder in sorted(models.iterdir()) if models.is_dir() else []:
        with suppress(RefusedModel):
            found.append((folder, scorer.pinned(folder)))
    return found


@cache
def _lists() -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(LISTS.glob("*.toml")))).hexdigest()[:8]
