"""The second layer of a scorer, as arrays: a line and small trees over all scores and what else is known of a text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifier.trees import Trees

Floats = NDArray[np.float32]
NEVER = -12.0  # log-odds of a label that had too few rows to learn from; of one that nearly all had, the opposite


@dataclass(frozen=True)
class Mixing:
    """Log-odds of each label: the mean of two lines (its own score; all that is known) and, with rows enough, of trees."""

    line: Floats  # both lines in one, (labels + what else is known + 1, labels); the last row is the constant
    trees: Trees

    def chances(self, scores: Floats, rest: Floats) -> Floats:
        """Return the probability of each label, (texts, labels), from first-layer scores and what else is known of the texts."""
        inputs = np.hstack([scores, rest]).astype(np.float32)
        odds = inputs @ self.line[:-1] + self.line[-1]
        grown = np.isin(np.arange(odds.shape[1]), self.trees.label)
        if grown.any():
            odds[:, grown] = (2 * odds[:, grown] + self.trees.scores(inputs)[:, grown]) / 3
        return np.asarray(1 / (1 + np.exp(-np.clip(odds, -30, 30))), np.float32)
