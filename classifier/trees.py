"""Small boosted trees as arrays: the second layer's way to see what labels and length mean together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Trees:
    """Trees of all labels laid end to end; node 0 of a tree is its root, a leaf points to itself."""

    feature: NDArray[np.int16]
    limit: Floats
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: Floats
    root: NDArray[np.int32]
    label: NDArray[np.int16]  # of each tree
    start: Floats  # of each label
    depth: int

    def scores(self, table: Floats) -> Floats:
        """Return the log-odds of each label for rows of features, (rows, labels)."""
        rows = np.arange(len(table))[:, None]
        node = np.broadcast_to(self.root, (len(table), len(self.root)))
        for _ in range(self.depth):
            node = np.where(table[rows, self.feature[node]] <= self.limit[node], self.left[node], self.right[node])
        total = np.zeros((len(table), len(self.start)), np.float32)
        reached = self.value[node]
        for label in range(len(self.start)):
            total[:, label] = reached[:, self.label == label].sum(1)
        return total + self.start


def pack(fitted: Sequence[Any]) -> Trees:
    """Lay out one fitted `HistGradientBoostingClassifier` for each label (None: a label that is never given)."""
    nodes: dict[str, list[NDArray[Any]]] = {name: [] for name in ("feature", "limit", "left", "right", "value")}
    roots, labels, starts, offset, depth = [], [], [], 0, 0
    for label, model in enumerate(fitted):
        starts.append(-8.0 if model is None else float(model._baseline_prediction.ravel()[0]))
        for (tree,) in [] if model is None else model._predictors:
            found = tree.nodes
            leaf = found["is_leaf"].astype(bool)
            itself = np.arange(len(found)) + offset
            nodes["feature"].append(np.where(leaf, 0, found["feature_idx"]))
            nodes["limit"].append(np.where(leaf, 0, found["num_threshold"]))
            nodes["left"].append(np.where(leaf, itself, found["left"] + offset))
            nodes["right"].append(np.where(leaf, itself, found["right"] + offset))
            nodes["value"].append(found["value"])
            roots.append(offset)
            labels.append(label)
            offset += len(found)
            depth = max(depth, int(found["depth"].max()))
    laid = {name: np.concatenate(parts) if parts else np.zeros(0) for name, parts in nodes.items()}
    return Trees(
        feature=laid["feature"].astype(np.int16),
        limit=laid["limit"].astype(np.float32),
        left=laid["left"].astype(np.int32),
        right=laid["right"].astype(np.int32),
        value=laid["value"].astype(np.float32),
        root=np.array(roots, np.int32),
        label=np.array(labels, np.int16),
        start=np.array(starts, np.float32),
        depth=depth,
    )
