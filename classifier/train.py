"""Train the scorer of a set of labels: one linear model a label, then a second layer in which labels speak to each other.

Everything is decided inside the training rows: the second layer, the calibration and the cut-offs learn from scores that
were given to rows which the first layer had not seen. Equal rows in equal order give equal bytes.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, KFold
from threadpoolctl import threadpool_limits

from classifier import telling
from classifier.features import HALF, SIZE, Grams, grams
from classifier.mixing import NEVER, Mixing
from classifier.rows import BadRows
from classifier.scorer import Scorer, shares, weigh
from classifier.trees import pack
from classifier.wordlists import flatten, shipped

Floats = NDArray[np.float32]
Labels = NDArray[np.int8]
Folds = list[tuple[NDArray[np.intp], NDArray[np.intp]]]

FOLDS = 4
FEW = 3_000  # up to so many rows every one is precious: twice the folds
OFTEN = 20  # texts that a list code needs before the second layer looks at it
FEWEST = 5  # rows that a label needs on either side; below that the commoner answer is always given
MANY = 50  # rows from which small trees are worth growing
FREEDOM = 0.3  # how freely the first layer fits
ALONE, TOGETHER = 1.0, 0.01  # how freely the second layer listens to a label's own score, and to all that is known
STILL = 1e-3  # an input that varies less, like the score of a label without rows, is left out


def fit(
    texts: Sequence[str],
    table: Labels,
    names: Sequence[str],
    *,
    multi: bool,
    groups: Sequence[str] | None = None,
    weight: Floats | None = None,
    rarest: int = 2,
    listed: bool = True,
) -> Scorer:
    """Train on texts and their table of 0 and 1, (texts, labels).

    `multi`: several labels at once, as a single label always is; else the best one is given. `groups` (an event, a camp)
    keeps rows of one group on one side of every split inside, where there are `FOLDS` groups or more. `weight` says how
    much a row counts; `rarest` is the fewest texts a feature must stand in (5 for the tickets of a deployment).
    `listed` lets the second layer see which needs the lists name. Raises `BadRows` where there is nothing to learn.
    """
    if len(scarce(table, names)) == len(names):
        raise BadRows(f"nothing to learn: no label has {FEWEST} rows with it and {FEWEST} without")
    with threadpool_limits(1):
        found = grams([flatten(text) for text in texts])
        counts = np.ones(len(texts), np.float32) if weight is None else weight
        codes, rest = _rest(found, listed)
        return _fit(
            found, rest, table, names, multi or len(names) == 1, codes, _folds(len(texts), groups), counts, rarest
        )


def scarce(table: Labels, names: Sequence[str]) -> list[str]:
    """The labels that nothing can be learned of: fewer than `FEWEST` rows with them, or without."""
    return [name for name, here in zip(names, table.T, strict=True) if _rarer(here) < FEWEST]


def _rest(found: Grams, listed: bool) -> tuple[tuple[str, ...], Floats]:
    """What the second layer sees beside scores: the length, and the list codes that enough of the texts hit."""
    names = telling.codes(shipped()) if listed else ()
    told = telling.flags(telling.search(shipped(), found), names) if listed else np.zeros((found.texts, 0), np.float32)
    often = told.sum(0) >= OFTEN
    codes = tuple(name for name, kept in zip(names, often, strict=True) if kept)
    return codes, np.hstack([telling.lengths(found), told[:, often]])


def _fit(
    found: Grams,
    rest: Floats,
    table: Labels,
    names: Sequence[str],
    multi: bool,
    codes: tuple[str, ...],
    folds: Folds,
    weight: Floats,
    rarest: int,
) -> Scorer:
    counted = found.matrix()
    counted.sum_duplicates()
    present = np.bincount(counted.indices, minlength=SIZE)
    bucket = np.flatnonzero(present >= rarest)
    if not len(bucket):
        raise BadRows(f"nothing to learn: no word stands in {rarest} of the texts")
    rarity = (np.log((1 + found.texts) / (1 + present[bucket])) + 1).astype(np.float32)
    matrix = weigh(counted[:, bucket], rarity, int(np.searchsorted(bucket, HALF)))
    unseen = np.zeros(table.shape, np.float32)
    for known, held in folds:
        weights, bias = _first(matrix[known], table[known], weight[known])
        unseen[held] = matrix[held] @ weights + bias
    weights, bias = _first(matrix, table, weight)
    mixing, chances = _second(unseen, rest, table, weight, folds)
    if not multi:
        chances = shares(chances)
    return Scorer(
        labels=tuple(names),
        multi=multi,
        codes=codes,
        bucket=bucket.astype(np.int32),
        rarity=rarity,
        weights=weights.astype(np.float16),
        bias=bias.astype(np.float32),
        mixing=mixing,
        cut=np.array([_cut(chances[:, label], table[:, label]) for label in range(len(names))], np.float32),
        about={"rows": found.texts, "positives": {name: int(n) for name, n in zip(names, table.sum(0), strict=True)}},
    )


def _folds(count: int, groups: Sequence[str] | None) -> Folds:
    splits = min(FOLDS if count > FEW else 2 * FOLDS, count)
    if groups is not None and (kinds := len(set(groups))) >= FOLDS:
        return list(GroupKFold(min(splits, kinds)).split(np.zeros(count), groups=groups))
    return list(KFold(splits, shuffle=True, random_state=0).split(np.zeros(count)))


def _first(matrix: sparse.csr_matrix, table: Labels, weight: Floats) -> tuple[Floats, Floats]:
    """One linear model for each label, over features weighed by how much they tell of it (Wang and Manning 2012)."""
    weights = np.zeros((matrix.shape[1], table.shape[1]), np.float32)
    bias = _settled(table)
    for label in range(table.shape[1]):
        here = table[:, label]
        if _rarer(here) < FEWEST:
            continue
        scale = _telling(matrix, here)
        model = LogisticRegression(C=FREEDOM, solver="liblinear", dual=True, max_iter=200, tol=1e-3, random_state=0)
        model.fit(matrix @ sparse.diags(scale), here, sample_weight=weight)
        weights[:, label] = model.coef_.ravel() * scale
        bias[label] = model.intercept_[0]
    return weights, bias


def _settled(table: Labels) -> Floats:
    """Log-odds of each label as long as nothing is learned of it: what most rows say, for good."""
    return np.where(2 * table.sum(0) > len(table), -NEVER, NEVER).astype(np.float32)


def _rarer(here: Labels) -> int:
    """How many rows the rarer side of a label has."""
    return int(min(here.sum(), len(here) - here.sum()))


def _telling(matrix: sparse.csr_matrix, here: Labels) -> Floats:
    """How much more often each feature stands in rows of the label than in others, as a logarithm."""
    presence = matrix.copy()
    presence.data = np.ones_like(presence.data)
    inside = 0.5 + presence.T @ (here == 1).astype(np.float32)
    outside = 0.5 + presence.T @ (here == 0).astype(np.float32)
    ratio = (inside / (1 + (here == 1).sum())) / (outside / (1 + (here == 0).sum()))
    return np.asarray(np.log(ratio), np.float32)


def _second(unseen: Floats, rest: Floats, table: Labels, weight: Floats, folds: Folds) -> tuple[Mixing, Floats]:
    """Learn the second layer from unseen scores; returns it and the probabilities it gives to rows it has not seen."""
    chances = np.zeros(table.shape, np.float32)
    for known, held in folds:
        mixing = _mix(unseen[known], rest[known], table[known], weight[known])
        chances[held] = mixing.chances(unseen[held], rest[held])
    return _mix(unseen, rest, table, weight), chances


def _mix(scores: Floats, rest: Floats, table: Labels, weight: Floats) -> Mixing:
    inputs = np.hstack([scores, rest])
    line = np.zeros((inputs.shape[1] + 1, table.shape[1]), np.float32)
    line[-1] = _settled(table)
    grown: list[HistGradientBoostingClassifier | None] = [None] * table.shape[1]
    for label in range(table.shape[1]):
        here = table[:, label]
        if _rarer(here) >= FEWEST:
            alone = np.arange(inputs.shape[1]) == label
            line[:, label] = (
                _line(inputs, alone, here, weight, ALONE) + _line(inputs, ~np.zeros_like(alone), here, weight, TOGETHER)
            ) / 2
        if _rarer(here) >= MANY:
            grown[label] = HistGradientBoostingClassifier(
                max_iter=60,
                learning_rate=0.06,
                max_leaf_nodes=8,
                min_samples_leaf=40,
                l2_regularization=5,
                random_state=0,
            ).fit(inputs, here, sample_weight=weight)
    return Mixing(line, pack(grown))


def _line(inputs: Floats, seen: NDArray[np.bool_], here: Labels, weight: Floats, freedom: float) -> Floats:
    """Coefficients and constant of a calibrating line over some of the inputs; one that never changes says nothing."""
    middle, spread = inputs.mean(0), inputs.std(0)
    seen = seen & (spread > STILL)
    line = np.zeros(inputs.shape[1] + 1, np.float32)
    model = LogisticRegression(C=freedom, max_iter=500).fit(
        (inputs[:, seen] - middle[seen]) / spread[seen], here, sample_weight=weight
    )
    line[:-1][seen] = model.coef_.ravel() / spread[seen]
    line[-1] = model.intercept_[0] - line[:-1] @ middle
    return line


def _cut(chances: Floats, here: Labels) -> float:
    """The probability from which giving the label makes its F1 on unseen rows best."""
    if _rarer(here) < FEWEST:
        return 0.0 if 2 * here.sum() > len(here) else 2.0
    order = np.argsort(-chances, kind="stable")
    found = np.cumsum(here[order])
    quality = 2 * found / (np.arange(1, len(here) + 1) + here.sum())
    best = int(quality.argmax())
    after = chances[order[min(best + 1, len(order) - 1)]]
    return float((chances[order[best]] + after) / 2)
