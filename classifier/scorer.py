"""A trained set of labels as plain arrays: hashed weights in, calibrated scores and evidence out. No term is in it."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from classifier.features import HALF, SIZE, Grams
from classifier.mixing import Mixing
from classifier.telling import flags, lengths, search
from classifier.trees import Trees
from classifier.wordlists import Hit, shipped

Floats = NDArray[np.float32]
FILE, PIN = "model.npz", "model.sha256"
FORMAT = 1
"""Counts up with whatever changes the meaning of a file: its arrays, how a text is flattened, how features are hashed."""


class RefusedModel(ValueError):  # noqa: N818 - reads as what it is
    """A model file is not the one that was pinned, not of this version's format, or not a model."""


@dataclass(frozen=True)
class Scorer:
    """Weights of hashed features for each label, a second layer that lets labels speak to each other, and cut-offs."""

    labels: tuple[str, ...]
    multi: bool  # several labels at once; else the best one
    codes: tuple[str, ...]  # of the list entries that the second layer looks at; empty: none
    bucket: NDArray[np.int32]  # the buckets that count, ascending
    rarity: Floats  # inverse document frequency of each
    weights: NDArray[np.float16]  # (buckets, labels)
    bias: Floats
    mixing: Mixing
    cut: Floats  # probability from which a label is given
    about: dict[str, object] = field(default_factory=dict)

    def probabilities(self, found: Grams, hits: Sequence[Sequence[Hit]] | None = None) -> Floats:
        """Return the calibrated probability of each label, (texts, labels).

        `hits` are what the lists found in each text, where the caller has searched already.
        """
        first = np.asarray(self.matrix(found) @ self._dense) + self.bias
        rest = lengths(found)
        if self.codes:
            told = search(shipped(), found) if hits is None else hits
            rest = np.hstack([rest, flags(told, self.codes)])
        chances = self.mixing.chances(first, rest)
        return chances if self.multi else shares(chances)

    def given(self, chances: Floats) -> NDArray[np.bool_]:
        """Which labels are given to each text."""
        if self.multi:
            return np.asarray(chances >= self.cut)
        best = chances.argmax(1)
        return np.asarray(np.arange(len(self.labels)) == best[:, None])

    def matrix(self, found: Grams) -> sparse.csr_matrix:
        """Weigh the counted features: dampened counts times rarity, words and pieces each brought to a length of their own."""
        place = self._place[found.bucket]
        counts = place >= 0
        ones = np.ones(int(counts.sum()), np.float32)
        shape = (found.texts, len(self.bucket))
        return weigh(
            sparse.csr_matrix((ones, (found.row[counts], place[counts])), shape=shape), self.rarity, self._split
        )

    def evidence(self, found: Grams, label: NDArray[np.int64], most: int = 3) -> list[tuple[str, ...]]:
        """Return for each text the words that spoke most for its label; empty where the label is -1."""
        place = self._place[found.bucket]
        counts = (place >= 0) & (label[found.row] >= 0)
        row, place, word = found.row[counts], place[counts], found.word[counts]
        spoke = self._dense[place, label[row]] * self.rarity[place] * np.where(place >= self._split, PIECE_SHARE, 1.0)
        by_word = np.bincount(word, weights=spoke, minlength=len(found.words))
        order = np.lexsort((-by_word, found.word_row))
        fragments: list[list[str]] = [[] for _ in range(found.texts)]
        for index in order[by_word[order] > EVIDENCE_FROM]:
            mine = fragments[found.word_row[index]]
            said = found.signs[found.words[index] : found.ends[index]]
            if len(mine) < most and said not in mine and len(said) > 1:
                mine.append(said)
        return [tuple(said) for said in fragments]

    @cached_property
    def _dense(self) -> Floats:
        return self.weights.astype(np.float32)

    @cached_property
    def _split(self) -> int:
        return int(np.searchsorted(self.bucket, HALF))

    @cached_property
    def _place(self) -> NDArray[np.int32]:
        place = np.full(SIZE, -1, np.int32)
        place[self.bucket] = np.arange(len(self.bucket), dtype=np.int32)
        return place


EVIDENCE_FROM = 0.5
PIECE_SHARE = 1.4  # pieces of words count so much beside whole words: misspelt texts are read better (measured)


def weigh(counts: sparse.csr_matrix, rarity: Floats, split: int) -> sparse.csr_matrix:
    """Dampen, weigh and normalise counted features; columns before `split` are words, the rest pieces of words."""
    counts.sum_duplicates()
    counts.data = (1 + np.log(counts.data)) * rarity[counts.indices]
    row = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    part = row * 2 + (counts.indices >= split)
    norm: NDArray[Any] = np.sqrt(np.bincount(part, weights=counts.data**2, minlength=2 * counts.shape[0]))
    share = np.where(part % 2, PIECE_SHARE, 1.0)
    counts.data = (counts.data / norm[part] * share).astype(np.float32)
    return counts


def shares(chances: Floats) -> Floats:
    """Let the probabilities of labels that exclude each other add up to one."""
    return np.asarray(chances / np.maximum(chances.sum(1, keepdims=True), 1e-9), np.float32)


def save(scorers: dict[str, Scorer], folder: Path) -> str:
    """Write scorers into a folder with their digest beside them; returns the digest. Equal scorers, equal bytes."""
    arrays: dict[str, NDArray[Any]] = {"format": np.array(FORMAT)}
    for name, scorer in scorers.items():
        parts = {part: getattr(scorer, part) for part in PARTS} | {"line": scorer.mixing.line}
        parts |= {f"tree_{part}": getattr(scorer.mixing.trees, part) for part in TREE_PARTS}
        about = {
            "labels": scorer.labels,
            "multi": scorer.multi,
            "codes": scorer.codes,
            "depth": scorer.mixing.trees.depth,
            "about": scorer.about,
        }
        parts["about"] = np.frombuffer(json.dumps(about, sort_keys=True).encode(), np.uint8)
        arrays |= {f"{name}.{part}": value for part, value in parts.items()}
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(folder / FILE, allow_pickle=False, **arrays)
    digest = hashlib.sha256((folder / FILE).read_bytes()).hexdigest()
    (folder / PIN).write_text(f"{digest}  {FILE}\n", encoding="ascii")
    return digest


def pinned(folder: Path) -> str:
    """Return the digest that a folder pins. Raises `RefusedModel` where it pins none."""
    try:
        return (folder / PIN).read_text(encoding="ascii").split()[0]
    except (OSError, ValueError, IndexError) as missing:
        raise RefusedModel(f"no pinned model in {folder.name}") from missing


def load(folder: Path) -> dict[str, Scorer]:
    """Read the scorers of a folder. Raises `RefusedModel` unless the file is the one whose digest stands beside it,
    and of this version's format.

    The format holds arrays alone; nothing in it can run.
    """
    try:
        content = (folder / FILE).read_bytes()
    except OSError as missing:
        raise RefusedModel(f"no model in {folder.name}") from missing
    if hashlib.sha256(content).hexdigest() != pinned(folder):
        raise RefusedModel("the model file is not the one that was pinned")
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as stored:
            written = int(stored["format"]) if "format" in stored.files else 0
            if written != FORMAT:
                raise RefusedModel(
                    f"the model file is of format {written}, not {FORMAT}: train it anew with this version"
                )
            names = sorted({key.rpartition(".")[0] for key in stored.files if "." in key})
            return {
                name: _scorer(
                    {key.removeprefix(f"{name}."): stored[key] for key in stored.files if key.startswith(f"{name}.")}
                )
                for name in names
            }
    except RefusedModel:
        raise
    except (KeyError, ValueError, OSError, TypeError, zipfile.BadZipFile) as broken:
        raise RefusedModel("the model file holds no scorers") from broken


def _scorer(stored: dict[str, NDArray[Any]]) -> Scorer:
    about = json.loads(stored["about"].tobytes())
    trees = Trees(**{part: stored[f"tree_{part}"] for part in TREE_PARTS}, depth=about["depth"])
    return Scorer(
        labels=tuple(about["labels"]),
        multi=about["multi"],
        codes=tuple(about["codes"]),
        mixing=Mixing(stored["line"], trees),
        about=about["about"],
        **{part: stored[part] for part in PARTS},
    )


PARTS = ("bucket", "rarity", "weights", "bias", "cut")
TREE_PARTS = ("feature", "limit", "left", "right", "value", "root", "label", "start")
