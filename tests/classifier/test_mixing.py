"""The second layer weighs its parts alike: two lines in one and the trees."""

from __future__ import annotations

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

from classifier.mixing import Mixing
from classifier.trees import pack


def odds(chances: np.ndarray) -> np.ndarray:
    return np.asarray(np.log(chances / (1 - chances)))


def test_trees_count_a_third_beside_two_lines_and_a_label_without_trees_has_its_lines_alone() -> None:
    scores = np.linspace(-2, 2, 200, dtype=np.float32)[:, None].repeat(2, axis=1)
    rest = np.zeros((200, 1), np.float32)
    inputs = np.hstack([scores, rest])
    model = HistGradientBoostingClassifier(max_iter=5, random_state=0).fit(inputs, scores[:, 0] > 0.5)
    line = np.array([[1, 0], [0, 1], [0, 0], [0.5, 0.5]], np.float32)
    trees = pack([model, None])

    chances = Mixing(line, trees).chances(scores, rest)

    assert np.allclose(odds(chances[:, 0]), (2 * (scores[:, 0] + 0.5) + trees.scores(inputs)[:, 0]) / 3, atol=1e-3)
    assert np.allclose(odds(chances[:, 1]), scores[:, 1] + 0.5, atol=1e-3)
