"""Outside checks: numbers nobody in the project wrote (engine.md section 7.1).

The recorded networks come from benchmarks/record_networks.py: whole-network posteriors by
pyAgrum on files of the bnlearn repository. The star here is the product's own engine.
"""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from ltc_coach.engine.belief import Said, Star
from ltc_coach.engine.tables import Table

RECORDED = Path(__file__).parent / "networks"
NETWORKS = sorted(p.stem for p in RECORDED.glob("*.json") if p.stem != "asia")


def star_of(recorded: dict[str, Any]) -> Star:
    """Make the engine's star from recorded tables."""
    return Star(recorded["prior"], [Table.explicit(q, rows) for q, rows in recorded["tables"].items()])


def load(name: str) -> dict[str, Any]:
    """Read one recorded network."""
    loaded: dict[str, Any] = json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))
    return loaded


def believed(star: Star, answers: dict[str, str]) -> tuple[float, ...]:
    """Return the engine's posterior for a questionnaire."""
    return star.believe(Said(q, a) for q, a in answers.items()).values


def test_all_twelve_networks_are_recorded() -> None:
    """Asia and eleven more, 200 questionnaires each."""
    assert len(NETWORKS) == 11
    assert {len(load(name)["sheets"]) for name in NETWORKS} == {200}


@pytest.mark.parametrize("name", NETWORKS)
def test_posterior_equals_the_whole_network(name: str) -> None:
    """Every posterior of every recorded questionnaire is that of exact inference on the whole network."""
    recorded = load(name)
    star = star_of(recorded)
    worst = max(
        abs(ours - theirs)
        for sheet in recorded["sheets"]
        for ours, theirs in zip(believed(star, sheet["answers"]), sheet["posterior"], strict=True)
    )
    assert worst <= 1e-12


def test_asia_in_full() -> None:
    """All 81 answer patterns x 3 diseases = 243 numbers of the Asia network."""
    recorded = load("asia")
    star = star_of(recorded)
    differences = []
    for sheet in recorded["sheets"]:
        values = believed(star, sheet["answers"])
        for i, disease in enumerate(("tub", "lung", "bronc")):
            ours = sum(p for p, kind in zip(values, recorded["types"], strict=True) if kind[i] == "yes")
            differences.append(abs(ours - sheet["marginals"][disease]))
    assert len(differences) == 243
    assert max(differences) <= 1e-12


def test_asia_as_published() -> None:
    """The four rows everybody quotes: P(tub), P(lung), P(bronc) as evidence comes in."""
    recorded = load("asia")
    star = star_of(recorded)
    rows = []
    for asked in ((), ("asia", "dysp"), ("asia", "dysp", "xray"), ("asia", "dysp", "xray", "smoke")):
        values = believed(star, dict.fromkeys(asked, "yes"))
        rows.append(
            tuple(
                round(sum(p for p, kind in zip(values, recorded["types"], strict=True) if kind[i] == "yes"), 4)
                for i in range(3)
            )
        )
    assert rows == [
        (0.0104, 0.0550, 0.4500),
        (0.0878, 0.0995, 0.8114),
        (0.3917, 0.4443, 0.6288),
        (0.2896, 0.5792, 0.7009),
    ]


def test_burglary_of_russell_and_norvig() -> None:
    """P(burglary | John and Mary call) = .284172; the types are (burglary, earthquake, alarm)."""
    alarm = {(1, 1): 0.95, (1, 0): 0.94, (0, 1): 0.29, (0, 0): 0.001}
    types = list(itertools.product((1, 0), repeat=3))
    prior = [
        (0.001 if b else 0.999) * (0.002 if e else 0.998) * (alarm[b, e] if a else 1 - alarm[b, e]) for b, e, a in types
    ]
    john = [0.90 if a else 0.05 for *_, a in types]
    mary = [0.70 if a else 0.01 for *_, a in types]
    star = Star(
        prior,
        [
            Table.explicit("john", {"calls": john, "silent": [1 - p for p in john]}),
            Table.explicit("mary", {"calls": mary, "silent": [1 - p for p in mary]}),
        ],
    )
    values = believed(star, {"john": "calls", "mary": "calls"})
    assert round(sum(p for p, (b, _, _) in zip(values, types, strict=True) if b), 6) == 0.284172
