"""The two models of engine.md section 3, as playbooks for the product's engine.

A ("bsc"): 9 equally likely places, 32 yes/no milestones, 10 % error. B' ("mixed"): 30 questions of
a plausible playbook with over- and underclaiming, blurred grades, efforts and don't-knows; its
chances are explicit. Both give each group of places its own move.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ltc_coach.engine.situation import Chances
from ltc_coach.model.playbook import Playbook

PLACES = tuple(f"s{i}" for i in range(1, 10))
# Neighbouring places of model B that share their moves.
GROUPS = (0, 1, 1, 2, 2, 3, 3, 4, 5)
# (underclaim, overclaim) of the 16 milestones: draws of numpy's default_rng(7), rounded to 4 digits.
_MILESTONES = (
    (0.0900, 0.1877), (0.1021, 0.1070), (0.0640, 0.1848), (0.0404, 0.1785), (0.1038, 0.1362), (0.0642, 0.1134),
    (0.0604, 0.1334), (0.0804, 0.1464), (0.1196, 0.1751), (0.0898, 0.1987), (0.0572, 0.0992), (0.0890, 0.0853),
    (0.0429, 0.1418), (0.0773, 0.1901), (0.0903, 0.1417), (0.0797, 0.1097),
)  # fmt: skip
_PRIOR = (0.14, 0.14, 0.13, 0.13, 0.12, 0.10, 0.09, 0.08, 0.07)

Rows = dict[str, list[float]]


def _text(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


def book_of(questions: list[dict[str, Any]], groups: Sequence[int], shares: Sequence[str], **more: Any) -> Playbook:
    """Return a playbook on the nine places, with a move for each group of them."""
    places = [{"id": p, "title": _text(p), "share": s} for p, s in zip(PLACES, shares, strict=True)]
    moves = [
        {
            "id": f"m{g}",
            "kind": "build",
            "title": _text(f"m{g}"),
            "when": {"place": [p for p, of in zip(PLACES, groups, strict=True) if of == g]},
        }
        for g in sorted(set(groups))
    ]
    return Playbook.model_validate(
        {
            "ltc": 1,
            "id": "bench",
            "version": "1.0.0",
            "languages": ["zh", "en"],
            "title": _text("bench"),
            "reps": "trained",
            "scales": {"place": {"title": _text("place"), "main": True, "stages": places}},
            "questions": questions,
            "moves": moves,
            **more,
        }
    )


def question_of(id_: str, answers: dict[str, dict[str, Any]], **more: Any) -> dict[str, Any]:
    """Return a question; each answer has its claim about the place, or none."""
    options = [{"id": a, "label": _text(a), "says": {"place": c} if c else {}} for a, c in answers.items()]
    return {"id": id_, "ask": _text(id_), "why": _text(id_), "answers": options, **more}


def model_a(copies: int = 4) -> Playbook:
    """Return model A: slip = guess = 10 %."""
    return book_of(
        [
            question_of(f"m{at}_{copy}", {"yes": {"reached": at}, "no": {"before": at}})
            for at in PLACES[1:]
            for copy in range(copies)
        ],
        range(len(PLACES)),
        ["usual"] * len(PLACES),
        stop={"moves_sure": 0.9, "place_sure": 0.9, "at_most": 1000},
    )


def _yes_no(fits: Sequence[bool], underclaim: float, overclaim: float) -> Rows:
    yes = [1.0 - underclaim if fit else overclaim for fit in fits]
    return {"yes": yes, "no": [1.0 - p for p in yes]}


def _graded(cuts: Sequence[int], miss: float, blur: float) -> Rows:
    """Answers that each fit one stretch of places, blurred towards the neighbours."""
    size = len(PLACES)
    of = [sum(1 for cut in cuts if k + 1 >= cut) for k in range(size)]
    count = len(cuts) + 1
    sharp = [[1.0 - miss if of[k] == a else miss / (count - 1) for k in range(size)] for a in range(count)]
    rows: Rows = {}
    for a, row in enumerate(sharp):
        near = [[row[n] for n in (k - 1, k + 1) if 0 <= n < size] for k in range(size)]
        rows[f"g{a}"] = [(1 - blur) * row[k] + blur * sum(near[k]) / len(near[k]) for k in range(size)]
    return rows


def model_b() -> tuple[Playbook, Chances]:
    """Return model B' (with don't-knows) and its explicit chances."""
    rows: dict[str, Rows] = {}
    about: dict[str, tuple[str, float]] = {}

    def add(id_: str, table: Rows, effort: str, unknown: float) -> None:
        rows[id_] = table
        about[id_] = (effort, unknown)

    for i, (under, over) in enumerate(_MILESTONES):
        at, copy = 2 + i // 2, i % 2
        reached = [k + 1 >= at for k in range(len(PLACES))]
        add(f"m{at}_{copy}", _yes_no(reached, under, over), "think" if copy else "quick", 0.15 if copy else 0.05)
    for cuts in ((3, 6), (2, 5, 8), (4, 7), (3, 5, 7)):
        add("graded_" + "_".join(map(str, cuts)), _graded(cuts, 0.12, 0.10), "think", 0.08)
    for doing in ((2, 3), (4, 5), (6,), (8, 9)):
        fits = [k + 1 in doing for k in range(len(PLACES))]
        add("doing_" + "_".join(map(str, doing)), _yes_no(fits, 0.10, 0.10), "quick", 0.05)
    for at in (4, 5, 6):
        add(f"hint{at}", _yes_no([k + 1 >= at for k in range(len(PLACES))], 0.30, 0.30), "quick", 0.02)
    for at in (3, 5, 7):
        add(f"doc{at}", _yes_no([k + 1 >= at for k in range(len(PLACES))], 0.02, 0.02), "ask_customer", 0.25)
    questions = [
        question_of(id_, {value: {} for value in table}, effort=about[id_][0], unknown={"chance": about[id_][1]})
        for id_, table in rows.items()
    ]
    book = book_of(
        questions,
        GROUPS,
        [f"{100 * p:g}%" for p in _PRIOR],
        stop={"moves_sure": 0.9, "place_sure": 0.6, "at_most": 1000},
    )
    return book, {id_: {"place": table} for id_, table in rows.items()}


def model_topics(places: int = 11) -> Playbook:
    """Return 30 questions on 11 places in 8 topics, mixed reps: the full model of the speed goal."""
    ids = [f"s{i}" for i in range(1, places + 1)]
    questions = []
    for i in range(30):
        low, high = 1 + i * 7 % (places - 2), 0
        high = low + 1 + i * 5 % (places - 1 - low)
        questions.append(
            question_of(
                f"q{i}",
                {
                    "early": {"before": ids[low]},
                    "middle": {"between": [ids[low], ids[high - 1]]},
                    "late": {"reached": ids[high]},
                },
                topic=f"t{i % 8}",
            )
        )
    stages = [{"id": p, "title": _text(p)} for p in ids]
    return Playbook.model_validate(
        {
            "ltc": 1,
            "id": "full",
            "version": "1.0.0",
            "languages": ["zh", "en"],
            "title": _text("full"),
            "reps": "mixed",
            "scales": {"place": {"title": _text("place"), "main": True, "stages": stages}},
            "questions": questions,
            "moves": [
                {"id": f"m{k}", "kind": "build", "title": _text("m"), "when": {"place": ids[k : k + 2]}}
                for k in range(0, places, 2)
            ],
            "stop": {"moves_sure": 0.9, "place_sure": 0.9, "at_most": 1000},
        }
    )
