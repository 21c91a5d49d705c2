"""Claims become likelihoods, likelihoods a posterior (engine.md section 2)."""

from __future__ import annotations

import itertools
import math

import pytest

from ltc_coach.engine import Coach
from ltc_coach.engine.belief import Said, Star
from ltc_coach.engine.outlook import Outlook
from ltc_coach.engine.tables import likelihoods, prior
from ltc_coach.model.playbook import Playbook
from tests.playbook_kit import given, playbook, question, scale


def chances(book: Playbook, id_: str, scale_id: str = "place") -> dict[str, tuple[float, ...]]:
    """Return P(answer | value) per answer."""
    asked = book.question(id_)
    assert asked is not None
    table = likelihoods(asked, scale_id, book.scales[scale_id])
    assert table is not None
    return dict(zip(table.answers, table.chances, strict=True))


def test_yes_no_is_slip_and_guess() -> None:
    """With trust t(yes) and t(no): guess = 1 - t(yes), slip = 1 - t(no)."""
    book = playbook(
        [
            question(
                "q",
                {
                    "yes": {"place": {"reached": "c", "trust": "80%"}},
                    "no": {"place": {"before": "c", "trust": "reliable"}},
                },
            )
        ]
    )
    rows = chances(book, "q")
    assert rows["yes"] == pytest.approx((0.20, 0.20, 0.95, 0.95))
    assert rows["no"] == pytest.approx((0.80, 0.80, 0.05, 0.05))


def test_an_answer_without_a_claim_is_flat_and_the_others_share_the_rest() -> None:
    """Of three answers the silent one has 1/3 everywhere; the two claims share 2/3 by their weights."""
    book = playbook([question("q", {"yes": {"place": {"reached": "c"}}, "no": {"place": {"before": "c"}}, "hm": {}})])
    rows = chances(book, "q")
    assert rows["hm"] == pytest.approx((1 / 3,) * 4)
    assert rows["yes"] == pytest.approx((2 / 3 * 0.1, 2 / 3 * 0.1, 2 / 3 * 0.9, 2 / 3 * 0.9))


def test_no_claim_makes_an_answer_rarer_than_the_floor() -> None:
    """However sure the trainer is, 1 % stays (before renormalising)."""
    book = playbook(
        [
            question(
                "q",
                {
                    "yes": {"place": {"reached": "c", "trust": "99.9%"}},
                    "no": {"place": {"before": "c", "trust": "99.9%"}},
                },
            )
        ]
    )
    assert min(itertools.chain(*chances(book, "q").values())) == pytest.approx(0.01, abs=2e-4)


def test_columns_sum_to_one() -> None:
    """Whatever is claimed, the answers of a question are all that can be said."""
    book = playbook(
        [
            question(
                "q",
                {
                    "one": {"place": {"at": "a", "trust": "guess"}},
                    "two": {"place": {"between": ["b", "c"]}},
                    "three": {"place": {"not_at": "d", "trust": "fact"}},
                    "four": {},
                },
                unknown={"chance": "20%", "says": {"place": {"before": "b", "trust": "guess"}}},
            )
        ]
    )
    for column in zip(*chances(book, "q").values(), strict=True):
        assert math.fsum(column) == pytest.approx(1.0)


def test_unknown_with_a_claim_is_an_answer() -> None:
    """10 % where it fits, 10 % x (1 - t) / t where it does not."""
    book = playbook(
        [
            question(
                "q",
                {"yes": {"place": {"reached": "c"}}, "no": {"place": {"before": "c"}}},
                unknown={"says": {"place": {"before": "c", "trust": "guess"}}},
            )
        ]
    )
    assert chances(book, "q")["unknown"] == pytest.approx((0.10, 0.10, 0.10 * 0.35 / 0.65, 0.10 * 0.35 / 0.65))


def test_unknown_without_a_claim_says_nothing() -> None:
    """The posterior is the prior."""
    book = playbook([question("q", {"yes": {"place": {"reached": "c"}}, "no": {"place": {"before": "c"}}})])
    coach = Coach(book)
    assert coach.next_question(given(q="unknown")) is None
    star = Star(
        prior(book.scales["place"].places),
        [t for q in book.questions if (t := likelihoods(q, "place", book.scales["place"]))],
    )
    assert star.believe([Said("q", "unknown")]).values == star.believe([]).values


def worked_example() -> Playbook:
    """The seven stages of the worked trace in engine.md section 2."""
    return playbook(
        [
            question(
                "cost_known",
                {
                    "number": {"place": {"reached": "P3"}},
                    "roughly": {"place": {"between": ["P2", "P3"]}},
                    "no": {"place": {"before": "P3"}},
                },
                topic="pain",
                unknown={"says": {"place": {"before": "P3", "trust": "guess"}}},
            ),
            question(
                "competitors",
                {
                    "named": {"place": {"at": ["P4", "P5"]}},
                    "nothing": {"place": {"before": "P4"}},
                    "nobody": {"place": {"reached": "P6"}},
                },
            ),
            question(
                "boss_signed",
                {
                    "writing": {"place": {"reached": "P6", "trust": "fact"}},
                    "told": {"place": {"reached": "P6", "trust": "shaky"}},
                    "no": {"place": {"before": "P6", "trust": "reliable"}},
                },
            ),
            question(
                "numbers_agreed",
                {"yes": {"place": {"reached": "P5", "trust": "shaky"}}, "no": {"place": {"before": "P5"}}},
                topic="pain",
            ),
        ],
        reps="mixed",
        scales={
            "place": scale(
                *(f"P{i}" for i in range(1, 8)),
                main=True,
                shares={"P1": "common", "P2": "common", "P3": "common", "P6": "rare", "P7": "rare"},
            )
        },
    )


def test_the_worked_trace_of_the_engine_paper() -> None:
    """The four rows printed in engine.md section 2, to the digit printed."""
    book = worked_example()
    tables = [t for q in book.questions if (t := likelihoods(q, "place", book.scales["place"]))]
    star = Star(prior(book.scales["place"].places), tables, "mixed")
    said: list[Said] = []
    rows = []
    for question_id, answer in (
        ("competitors", "named"),
        ("cost_known", "number"),
        ("numbers_agreed", "no"),
        ("boss_signed", "told"),
    ):
        said.append(Said(question_id, answer))
        belief = star.believe(said)
        rows.append(([round(100 * p, 1) for p in belief.values], [round(r, 2) for r in belief.reps]))
    assert rows == [
        ([7.7, 7.7, 7.7, 36.6, 36.6, 1.9, 1.9], [0.67, 0.21, 0.12]),
        ([1.7, 1.7, 4.8, 43.9, 43.9, 2.0, 2.0], [0.77, 0.17, 0.06]),
        ([2.2, 2.2, 7.2, 72.7, 13.9, 0.9, 0.9], [0.75, 0.18, 0.07]),
        ([3.1, 3.1, 8.5, 65.5, 14.3, 2.8, 2.8], [0.62, 0.24, 0.14]),
    ]


def test_all_questionnaires_sum_to_one() -> None:
    """The mixtures are normalised: over all complete questionnaires the evidence sums to 1."""
    book = worked_example()
    tables = [t for q in book.questions if (t := likelihoods(q, "place", book.scales["place"]))]
    star = Star(prior(book.scales["place"].places), tables, "mixed")
    total = math.fsum(
        math.exp(star.believe(Said(t.question, a) for t, a in zip(tables, sheet, strict=True)).log_evidence)
        for sheet in itertools.product(*(t.answers for t in tables))
    )
    assert total == pytest.approx(1.0, abs=1e-12)


def test_a_weaker_grade_moves_less() -> None:
    """Document = said > told > assumed: hearsay is a lapse."""
    coach = Coach(playbook([question("q", {"yes": {"place": {"reached": "c"}}, "no": {"place": {"before": "c"}}})]))
    from datetime import date

    confidence = {
        grade: sum(v.probability for v in coach.report(given(q=f"yes@{grade}"), date(2026, 1, 1)).located.values[2:])
        for grade in ("document", "said", "told", "assumed")
    }
    assert confidence["document"] == confidence["said"] > confidence["told"] > confidence["assumed"] > 0.5


def test_the_gain_is_the_expected_drop_of_entropy() -> None:
    """Greedy EIG computed in one pass equals its definition, for a topic already spoken about too."""
    book = worked_example()
    tables = [t for q in book.questions if (t := likelihoods(q, "place", book.scales["place"]))]
    star = Star(prior(book.scales["place"].places), tables, "mixed")
    said = [Said("cost_known", "number"), Said("competitors", "named")]
    belief = star.believe(said)

    def bits(values: tuple[float, ...]) -> float:
        return -math.fsum(p * math.log2(p) for p in values)

    for id_ in ("numbers_agreed", "boss_signed"):
        expected = 0.0
        for answer in star.tables[id_].answers:
            after = star.believe([*said, Said(id_, answer)])
            expected += math.exp(after.log_evidence - belief.log_evidence) * (bits(belief.values) - bits(after.values))
        assert Outlook(star, belief).gain(id_, range(7)).values == pytest.approx(expected, abs=1e-12)
