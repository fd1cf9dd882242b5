"""Figures of a scorer on labelled rows: F1, average precision, coverage, bootstrap intervals, speed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.features import grams
from classifier.scorer import Floats, Scorer
from classifier.wordlists import flatten

Labels = NDArray[np.int8]
BATCH = 500
DRAWS = 500  # bootstrap samples behind an interval
COVERAGES = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5)


def score(scorer: Scorer, texts: Sequence[str]) -> Floats:
    """Return probabilities for many texts, batch by batch, (texts, labels)."""
    parts = [
        scorer.probabilities(grams([flatten(t) for t in texts[i : i + BATCH]])) for i in range(0, len(texts), BATCH)
    ]
    return np.concatenate(parts) if parts else np.zeros((0, len(scorer.labels)), np.float32)


def figures(
    scorer: Scorer, texts: Sequence[str], table: Labels, *, only: Sequence[int] | None = None, draws: int = DRAWS
) -> dict[str, Any]:
    """Measure a scorer on texts whose labels are known; `only` limits every figure to some of them.

    `macro_f1` and `micro_f1` with `interval` (95 %, bootstrap over texts); `labels.<name>` with f1, precision, recall,
    pr_auc and support; `coverage`: accuracy of the best label on the surest share of the texts that have one;
    `per_second`: texts a second on one core.
    """
    began = time.perf_counter()
    chances = score(scorer, texts)
    seconds = time.perf_counter() - began
    given = scorer.given(chances)
    here = list(range(table.shape[1]) if only is None else only)
    chances, given, table = chances[:, here], given[:, here], table[:, here]
    right, wrong, missed = given & (table == 1), given & (table == 0), ~given & (table == 1)
    told = [index for index in range(len(here)) if table[:, index].any()]
    macro, micro = _f1s(right, wrong, missed, told)
    return {
        "rows": len(texts),
        "macro_f1": macro,
        "micro_f1": micro,
        "interval": _intervals(right, wrong, missed, told, draws),
        "labels": {
            scorer.labels[label]: _label(right[:, i], wrong[:, i], missed[:, i], chances[:, i], table[:, i])
            for i, label in enumerate(here)
        },
        "coverage": coverage(chances, table),
        "per_second": round(len(texts) / seconds, 1) if seconds else 0.0,
    }


def coverage(chances: Floats, table: Labels) -> dict[str, float]:
    """Return, for shares of the texts that have a label, how often the best label of the surest ones is right."""
    has = table.any(1)
    best, sure = chances[has].argmax(1), chances[has].max(1)
    correct = table[has][np.arange(len(best)), best][np.argsort(-sure, kind="stable")]
    return {
        str(share): float(correct[: max(1, round(share * len(correct)))].mean()) for share in COVERAGES if len(correct)
    }


def average_precision(chances: NDArray[np.floating], here: Labels) -> float:
    """Area under precision and recall, as steps."""
    if not here.any():
        return float("nan")
    order = np.argsort(-chances, kind="stable")
    hits = here[order]
    return float((np.cumsum(hits) / np.arange(1, len(hits) + 1) * hits).sum() / hits.sum())


def _label(
    right: Labels, wrong: Labels, missed: Labels, chances: Floats, here: Labels
) -> dict[str, float | int | None]:
    hit, false, lost = int(right.sum()), int(wrong.sum()), int(missed.sum())
    return {
        "f1": _part(2 * hit, 2 * hit + false + lost),
        "precision": _part(hit, hit + false),
        "recall": _part(hit, hit + lost),
        "pr_auc": average_precision(chances, here) if here.any() else None,
        "support": hit + lost,
    }


def _f1s(right: NDArray[Any], wrong: NDArray[Any], missed: NDArray[Any], told: list[int]) -> tuple[float, float]:
    hit, false, lost = (part[:, told].sum(0) for part in (right, wrong, missed))
    macro = np.mean([_part(2 * hit[i], 2 * hit[i] + false[i] + lost[i]) for i in range(len(told))]) if told else 0.0
    return float(macro), _part(2 * hit.sum(), 2 * hit.sum() + false.sum() + lost.sum())


def _intervals(
    right: NDArray[Any], wrong: NDArray[Any], missed: NDArray[Any], told: list[int], count: int
) -> dict[str, list[float]]:
    chance = np.random.default_rng(0)
    draws = [chance.integers(0, len(right), len(right)) for _ in range(count if len(right) else 0)]
    found = np.array([_f1s(right[d], wrong[d], missed[d], told) for d in draws]) if draws else np.zeros((1, 2))
    low, high = np.quantile(found, [0.025, 0.975], axis=0)
    return {"macro_f1": [float(low[0]), float(high[0])], "micro_f1": [float(low[1]), float(high[1])]}


def _part(some: float, whole: float) -> float:
    return float(some / whole) if whole else 0.0
