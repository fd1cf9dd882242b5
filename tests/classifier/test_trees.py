"""Packed trees say what the library's own say."""

from __future__ import annotations

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

from classifier.trees import pack


def test_packed_trees_score_like_the_ones_they_were_packed_from() -> None:
    chance = np.random.default_rng(0)
    table = chance.normal(size=(400, 5)).astype(np.float32)
    here = (table[:, 0] + table[:, 1] ** 2 > 0.8).astype(int)
    models = [HistGradientBoostingClassifier(max_iter=10, random_state=0).fit(table, here), None]
    packed = pack(models).scores(table)
    assert np.allclose(packed[:, 0], models[0].decision_function(table), atol=1e-4)
    assert (packed[:, 1] < -5).all()


def test_no_trees_at_all_score_low() -> None:
    assert (pack([None]).scores(np.zeros((3, 2), np.float32)) < -5).all()
