"""The engines people use for the same sum: each computes the posteriors of one star model, as fast as it goes."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from benchmarks.rows import fastest
from ltc_coach.engine.situation import Compiled

Peer = Callable[[Compiled, list[float], list[list[int]]], tuple[float, list[Sequence[float]]]]
"""From the model, its prior and answers (-1: none) to deals per second and posteriors."""


def timed(act: Callable[[list[int]], Sequence[float]], deals: list[list[int]]) -> tuple[float, list[Sequence[float]]]:
    """Run one deal after the other."""
    act(deals[0])
    start = time.process_time()
    found = [act(deal) for deal in deals]
    return len(deals) / (time.process_time() - start), found


def by_pyagrum(compiled: Compiled, first: list[float], deals: list[list[int]]) -> tuple[float, list[Sequence[float]]]:
    """Lazy propagation, its fastest here."""
    gum: Any = import_module("pyagrum")

    star = compiled.stars["place"]
    net = gum.BayesNet()
    net.add(gum.LabelizedVariable("S", "", star.size))
    net.cpt("S").fillWith(first)
    for id_, table in star.tables.items():
        net.add(gum.LabelizedVariable(id_, "", len(table.answers)))
        net.addArc("S", id_)
        for k, column in enumerate(zip(*table.chances, strict=True)):
            net.cpt(id_)[{"S": k}] = list(column)
    engine = gum.LazyPropagation(net)
    engine.addTarget("S")
    names = list(star.tables)

    def act(deal: list[int]) -> Sequence[float]:
        engine.setEvidence({q: a for q, a in zip(names, deal, strict=True) if a >= 0})
        engine.makeInference()
        return [float(p) for p in engine.posterior("S").tolist()]

    return timed(act, deals[:500])


def by_pgmpy(compiled: Compiled, first: list[float], deals: list[list[int]]) -> tuple[float, list[Sequence[float]]]:
    """Variable elimination."""
    from pgmpy.factors.discrete import TabularCPD
    from pgmpy.inference import VariableElimination
    from pgmpy.models import DiscreteBayesianNetwork

    star = compiled.stars["place"]
    net = DiscreteBayesianNetwork([("S", q) for q in star.tables])
    net.add_cpds(TabularCPD("S", star.size, [[p] for p in first]))
    for id_, table in star.tables.items():
        net.add_cpds(TabularCPD(id_, len(table.answers), [list(r) for r in table.chances], ["S"], [star.size]))
    engine, names = VariableElimination(net), list(star.tables)

    def act(deal: list[int]) -> Sequence[float]:
        told = {q: a for q, a in zip(names, deal, strict=True) if a >= 0}
        return [float(p) for p in engine.query(["S"], told, show_progress=False).values]  # noqa: PD011 - not pandas

    return timed(act, deals[:60])


def by_zen(compiled: Compiled, first: list[float], deals: list[list[int]]) -> tuple[float, list[Sequence[float]]]:
    """A rule engine: one expression per place, looked up by answer (row 0: none)."""
    import zen

    star = compiled.stars["place"]
    expressions = []
    for k, start in enumerate(first):
        factors = [
            f"[1,{','.join(repr(r[k]) for r in table.chances)}][a[{i}] + 1]"
            for i, table in enumerate(star.tables.values())
        ]
        expressions.append({"id": f"e{k}", "key": f"s{k}", "value": " * ".join([repr(start), *factors])})
    graph = {
        "contentType": "application/vnd.gorules.decision",
        "nodes": [
            {"id": "i", "type": "inputNode", "name": "in", "position": {"x": 0, "y": 0}},
            {
                "id": "f",
                "type": "expressionNode",
                "name": "f",
                "content": {"expressions": expressions},
                "position": {"x": 1, "y": 0},
            },
            {"id": "o", "type": "outputNode", "name": "out", "position": {"x": 2, "y": 0}},
        ],
        "edges": [
            {"id": "1", "type": "edge", "sourceId": "i", "targetId": "f"},
            {"id": "2", "type": "edge", "sourceId": "f", "targetId": "o"},
        ],
    }
    decision = zen.ZenEngine().create_decision(json.dumps(graph))

    def act(deal: list[int]) -> Sequence[float]:
        result = decision.evaluate({"a": deal})["result"]
        weights = [float(result[f"s{k}"]) for k in range(star.size)]
        return [w / sum(weights) for w in weights]

    return timed(act, deals[:200])


def by_sklearn(compiled: Compiled, first: list[float], deals: list[list[int]]) -> tuple[float, list[Sequence[float]]]:
    """scikit-learn's naive Bayes with our tables in it: all deals at once."""
    import numpy as np
    from sklearn.naive_bayes import CategoricalNB

    star = compiled.stars["place"]
    tables = [np.array([[1.0] * star.size, *t.chances]).T for t in star.tables.values()]
    most = max(t.shape[1] for t in tables)
    model = CategoricalNB(min_categories=most)
    filler = np.arange(most * star.size)
    model.fit(np.tile((filler % most)[:, None], len(tables)), filler // most)
    model.feature_log_prob_ = [np.log(np.pad(t, ((0, 0), (0, most - t.shape[1])), constant_values=1.0)) for t in tables]
    model.class_log_prior_ = np.log(first)
    codes = np.array(deals) + 1
    spent = fastest(lambda: model.predict_proba(codes), 3)
    return len(deals) / spent, list(model.predict_proba(codes))


def by_pandas(compiled: Compiled, first: list[float], deals: list[list[int]]) -> tuple[float, list[Sequence[float]]]:
    """The script many would write: a ``map`` per question and place, words to numbers, then the softmax."""
    import numpy as np
    import pandas as pd

    star = compiled.stars["place"]
    words = {
        q: [t.answers[deal[i]] if deal[i] >= 0 else None for deal in deals]
        for i, (q, t) in enumerate(star.tables.items())
    }
    frame = pd.DataFrame(words)
    logs = {
        q: [{a: math.log(r[k]) for a, r in zip(t.answers, t.chances, strict=True)} for k in range(star.size)]
        for q, t in star.tables.items()
    }

    def act() -> Any:
        scores = pd.DataFrame({k: math.log(p) for k, p in enumerate(first)}, index=frame.index)
        for q in frame:
            for k in range(star.size):
                scores[k] += frame[q].map(logs[str(q)][k]).fillna(0.0)
        weights = np.exp(scores.sub(scores.max(axis=1), axis=0))
        return weights.div(weights.sum(axis=1), axis=0)

    spent = fastest(act, 2)
    return len(deals) / spent, list(act().to_numpy())


# How it is called, what has to be installed for it, and how many times faster we want to be.
PEERS: tuple[tuple[str, str, Peer, float | None], ...] = (
    ("pyAgrum", "pyagrum", by_pyagrum, 2_000.0),
    ("pgmpy", "pgmpy", by_pgmpy, 5_000.0),
    ("zen-engine", "zen-engine", by_zen, None),
    ("scikit-learn CategoricalNB", "scikit-learn", by_sklearn, None),
    ("pandas script", "pandas", by_pandas, None),
)
