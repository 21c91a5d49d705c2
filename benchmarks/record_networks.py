"""Record what whole-network engines say, for tests/test_networks.py (engine.md section 7.1).

Needs the extra ``peers``: pgmpy ships the files of the bnlearn repository, pyAgrum reads them and
infers on the whole network. For each network a target and nodes pairwise d-separated given it are
chosen, so that a star is exact; the star's tables, 200 random partial questionnaires and the
posteriors of the whole network are written to tests/networks/NAME.json.

Run: python benchmarks/record_networks.py [NAME ...]
"""

from __future__ import annotations

import gzip
import importlib.util
import itertools
import json
import random
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

import networkx as nx

# Its few annotations say less than none would.
gum: Any = import_module("pyagrum")
OUT = Path(__file__).resolve().parent.parent / "tests" / "networks"
QUESTIONNAIRES = 200
# Target to locate; None lets the richest star decide.
NETWORKS: dict[str, str | None] = {
    "cancer": None,
    "earthquake": None,
    "survey": None,
    "sachs": None,
    "alarm": None,
    "insurance": None,
    "win95pts": None,
    "hailfinder": None,
    "hepar2": None,
    "pathfinder": "Fault",
    "andes": None,
}
MOST_QUESTIONS = 60


def load(name: str) -> Any:
    """Read a network from the files pgmpy ships, without importing pgmpy."""
    spec = importlib.util.find_spec("pgmpy")
    if spec is None or spec.origin is None:
        sys.exit("record_networks: install the extra 'peers'")
    packed = Path(spec.origin).parent / "utils" / "example_models" / f"{name}.bif.gz"
    with tempfile.NamedTemporaryFile(suffix=".bif") as file:
        file.write(gzip.decompress(packed.read_bytes()))
        file.flush()
        net = gum.loadBN(file.name)
    for node in net.names():
        # The reader keeps single precision, so columns sum to 1 only to 1e-8.
        net.cpt(node).normalizeAsCPT()
    return net


def star_nodes(net: Any, target: str) -> list[str]:
    """Return nodes that are pairwise d-separated given ``target``, nearest first."""
    graph = nx.DiGraph()
    graph.add_nodes_from(net.names())
    graph.add_edges_from((net.variable(a).name(), net.variable(b).name()) for a, b in net.arcs())
    away = nx.single_source_shortest_path_length(graph.to_undirected(), target)
    chosen: list[str] = []
    for node in sorted((n for n in away if n != target), key=lambda n: (away[n], graph.in_degree(n), n)):
        if all(nx.is_d_separator(graph, {node}, {other}, {target}) for other in chosen):
            chosen.append(node)
        if len(chosen) == MOST_QUESTIONS:
            break
    return chosen


def labels(net: Any, node: str) -> list[str]:
    """Return the states of a node."""
    return [str(label) for label in net.variable(node).labels()]


def posterior(net: Any, node: str, evidence: dict[str, str]) -> list[float]:
    """Return P(node | evidence) on the whole network."""
    engine = gum.LazyPropagation(net)
    engine.setEvidence(evidence)
    engine.addTarget(node)
    engine.makeInference()
    return [float(x) for x in engine.posterior(node).toarray()]


def record(name: str, target: str | None) -> dict[str, Any]:
    """Return the star of one network, questionnaires and whole-network posteriors."""
    net = load(name)
    candidates = [target] if target else sorted(net.names())
    stars = {t: star_nodes(net, t) for t in candidates}
    best = max(candidates, key=lambda t: (len(stars[t]) * net.variable(t).domainSize(), t))
    questions = stars[best]
    states = labels(net, best)
    prior = posterior(net, best, {})
    tables: dict[str, dict[str, list[float]]] = {}
    for question in questions:
        columns = [
            posterior(net, question, {best: state})
            if p > 0
            else [1.0 / len(labels(net, question))] * len(labels(net, question))
            for state, p in zip(states, prior, strict=True)
        ]
        tables[question] = dict(zip(labels(net, question), map(list, zip(*columns, strict=True)), strict=True))
    draw = random.Random(name)
    sheets = []
    for _ in range(QUESTIONNAIRES):
        k = draw.choices(range(len(states)), prior)[0]
        asked = draw.sample(questions, draw.randint(1, len(questions)))
        answers = {q: draw.choices(list(tables[q]), [row[k] for row in tables[q].values()])[0] for q in sorted(asked)}
        sheets.append({"answers": answers, "posterior": posterior(net, best, answers)})
    return {"network": name, "target": best, "states": states, "prior": prior, "tables": tables, "sheets": sheets}


def asia() -> dict[str, Any]:
    """Return the Asia network as a star over 8 types (tub, lung, bronc), and all 81 answer patterns."""
    net = load("asia")
    hidden = ("tub", "lung", "bronc")
    types = list(itertools.product(("yes", "no"), repeat=3))
    joint = gum.LazyPropagation(net)
    joint.addJointTarget(set(hidden))
    joint.makeInference()
    table = joint.jointPosterior(set(hidden))
    prior = [float(table[dict(zip(hidden, t, strict=True))]) for t in types]
    tables = {}
    for question in ("asia", "smoke", "xray", "dysp"):
        columns = [posterior(net, question, dict(zip(hidden, t, strict=True))) for t in types]
        tables[question] = dict(zip(labels(net, question), map(list, zip(*columns, strict=True)), strict=True))
    sheets = []
    for pattern in itertools.product(("yes", "no", None), repeat=4):
        answers = {q: a for q, a in zip(tables, pattern, strict=True) if a}
        marginals = {}
        for node in hidden:
            marginals[node] = dict(zip(labels(net, node), posterior(net, node, answers), strict=True))["yes"]
        sheets.append({"answers": answers, "marginals": marginals})
    return {"network": "asia", "types": types, "prior": prior, "tables": tables, "sheets": sheets}


def main() -> None:
    """Record the named networks, or all."""
    wanted = sys.argv[1:] or ["asia", *NETWORKS]
    for name in wanted:
        recorded = asia() if name == "asia" else record(name, NETWORKS[name])
        path = OUT / f"{name}.json"
        path.write_text(json.dumps(recorded, separators=(",", ":")) + "\n", encoding="utf-8")
        sys.stdout.write(f"{name}: {len(recorded['tables'])} questions, {len(recorded['sheets'])} sheets\n")


if __name__ == "__main__":
    main()
