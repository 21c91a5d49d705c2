"""Rows of a batch, and sums that know no order."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ltc_coach.authoring.loading import load_playbook
from ltc_coach.batch.forecast import Pot
from ltc_coach.batch.hindsight import read_kept
from ltc_coach.batch.ranking import RANKED, Ranking
from ltc_coach.batch.rates import Rates
from ltc_coach.batch.records import Records
from ltc_coach.batch.stays import ENOUGH, Stays
from ltc_coach.batch.summary import summarize
from ltc_coach.batch.tally import Tally
from ltc_coach.i18n import Text
from ltc_coach.model.batch import DealRow, SkippedRow, Summary, Warn
from ltc_coach.model.casework import Spell
from ltc_coach.model.deal import Answer, Deal, Influence, Person
from ltc_coach.model.row import Imported, Row

TODAY = date(2026, 11, 21)
BOOK = load_playbook("buying-process")


def drawn(count: int, seed: int) -> list[Imported]:
    """Make deals with a few random answers; some with people, a ledger, a dated answer, nothing at all."""
    draw = random.Random(seed)
    made = []
    for i in range(count):
        chosen = draw.sample(BOOK.questions, draw.randrange(7))
        told = tuple(Answer(question=q.id, value=draw.choice([*(o.id for o in q.answers), "unknown"])) for q in chosen)
        more: dict[str, Any] = {}
        if i % 50 == 1 and told:
            more["people"] = (Person(id="p", name="P", role="decider", stance="us", met=TODAY),)
        if i % 50 == 2 and told:
            more["influence"] = (Influence(node="problem", by="rival"),)
        if i % 50 == 3 and told:
            told = (told[0].model_copy(update={"day": date(2026, 10, 1)}), *told[1:])
        amount = Decimal(draw.randrange(10**7)) / 100
        deal = Deal(id=f"d{i}", customer="C", amount=amount, owner=f"rep{i % 7}", answers=told, **more)
        made.append(Imported(Row("x.csv", i + 1, i + 2, {}), deal))
    return made


def rows(deals: list[Imported]) -> list[DealRow]:
    """Report on deals."""
    found = Records(BOOK, TODAY, Rates(BOOK), {}).read(deals)
    return [row for row in found if isinstance(row, DealRow)]


def summary(found: list[DealRow]) -> Summary:
    """Sum up rows."""
    tally = Tally(TODAY, Rates(BOOK))
    for row in found:
        tally.add(row)
    return summarize(tally, BOOK, (), Stays(BOOK))


def test_a_summary_knows_no_order() -> None:
    """Shuffled rows: the same document, to the last digit."""
    found = rows(drawn(120, 5))
    before = summary(found)
    random.Random(1).shuffle(found)
    assert summary(found) == before
    assert sum(step.deals for step in before.funnel) == 120
    assert sum(group.deals for group in before.reps) == 120


def risky(number: int, amount: int, currency: str = "CNY") -> DealRow:
    """Make an open deal whose money is at risk."""
    return DealRow(
        row=number,
        file="x",
        line=1,
        id=f"d{number:05}",
        customer="C",
        currency=currency,
        amount=Decimal(amount),
        at_risk=Decimal(amount),
        risk=Text("理由", "reason"),
        warnings=(Warn(id="silent", text=Text("没联系", "silent")),),
    )


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=RANKED + 1, max_size=RANKED + 60), st.randoms(use_true_random=False))
def test_the_ranking_is_that_of_a_full_sort(amounts: list[int], draw: random.Random) -> None:
    """Whatever the order, with ties by id, and no more than a report can show."""
    deals = [risky(i, amount) for i, amount in enumerate(amounts)]
    expected = [row.id for row in sorted(deals, key=lambda row: (-row.at_risk, row.id))[:RANKED]]
    draw.shuffle(deals)
    ranking = Ranking()
    for row in deals:
        ranking.add(row)
    assert [row.id for row in ranking.ranked()] == expected
    assert ranking.at_risk == {"CNY": Decimal(sum(amounts))}


def test_currencies_are_ranked_by_share_not_by_digits() -> None:
    """A million yen is not more than the largest deal in dollars."""
    ranking = Ranking()
    for row in (risky(1, 1_000_000, "JPY"), risky(2, 400_000, "JPY"), risky(3, 900, "USD"), risky(4, 800, "USD")):
        ranking.add(row)
    assert [row.id for row in ranking.ranked()] == ["d00001", "d00003", "d00004", "d00002"]


pots = st.lists(st.tuples(st.decimals(0, 10**9, places=2), st.sampled_from([0.1, 0.3, 0.5, 0.9, 1.0])), min_size=1)


@settings(max_examples=50, deadline=None)
@given(pots, st.randoms(use_true_random=False))
def test_a_forecast_is_exact_and_knows_no_order(deals: list[tuple[Decimal, float]], draw: random.Random) -> None:
    """Likely is the sum to the cent; worst <= best, within nothing and everything."""
    pot = Pot()
    for amount, rate in deals:
        pot.add(amount, rate)
    found = pot.range("CNY")
    mean = sum((amount * Decimal(str(rate)) for amount, rate in deals), Decimal(0))
    assert abs(found.likely - mean) <= Decimal("0.01")
    assert 0 <= found.worst <= found.best <= sum(amount for amount, _ in deals)
    draw.shuffle(deals)
    again = Pot()
    for amount, rate in deals:
        again.add(amount, rate)
    assert again.range("CNY") == found


def test_few_deals_are_counted_out_and_many_are_close_to_it() -> None:
    """Twelve equal deals by every combination; thirteen by the normal curve: nearly the same points."""
    few, many = Pot(), Pot()
    for i in range(13):
        if i < 12:
            few.add(Decimal(100), 0.5)
        many.add(Decimal(100), 0.5)
    # Binomial(12, 1/2): P(<= 4) = 0.194, P(<= 3) = 0.073; P(<= 8) = 0.927.
    assert (few.range("CNY").worst, few.range("CNY").best) == (Decimal("400.00"), Decimal("800.00"))
    assert abs(many.range("CNY").worst - 419) < 1
    assert abs(many.range("CNY").best - 881) < 1


def spell(place: str, days: int, *, ended: bool = True) -> Spell:
    """Make a stay at a place."""
    return Spell(
        kind="place",
        id=place,
        title=Text(place, place),
        since=TODAY,
        until=TODAY if ended else None,
        days=days,
        confidence=0.9,
    )


def test_bottlenecks_need_enough_deals() -> None:
    """One fewer says nothing; then the place where fewest pass on, and the one where deals sit longer than before."""
    stays = Stays(BOOK)
    for _ in range(ENOUGH - 1):
        stays.add([spell("solution", 10), spell("measure", 5)], "lost")
    assert stays.bottlenecks() == ()
    assert f"{ENOUGH - 1}" in stays.too_few.en
    stays.add([spell("solution", 10), spell("value", 5)], "won")
    for _ in range(5):
        stays.add([spell("solution", 90, ended=False)], None)
    lowest, slowest = stays.bottlenecks()
    assert (lowest.place, lowest.seen, lowest.passed) == ("solution", ENOUGH, 1 / ENOUGH)
    assert (slowest.place, slowest.seen, slowest.days) == ("solution", 5, 90.0)
    assert not stays.too_few


def test_open_deals_are_held_against_the_time_won_ones_took() -> None:
    """All that an export without evidence can say about getting stuck."""
    stays = Stays(BOOK)
    for _ in range(ENOUGH):
        stays.lasted(40, "won")
        stays.lasted(200, None)
    (found,) = stays.bottlenecks()
    assert (found.place, found.days) == ("", 200.0)


def test_a_torn_line_of_kept_forecasts_costs_that_line_only() -> None:
    """And forecasts of today are not their own proof."""
    good = '{"day":"2026-06-01","id":"a","rate":0.5,"source":"evidence","amount":"10","currency":"CNY","expected":null}'
    lines = [good, good[:30], "", "[]", good.replace("06-01", "11-21"), good.replace("0.5", "7")]
    kept = read_kept(lines, TODAY)
    assert [list(by_day) for by_day in kept.values()] == [[date(2026, 6, 1)]]


def test_names_that_are_no_names_do_not_fill_the_memory() -> None:
    """An id taken for the owner: the table is left out, and why is said."""
    tally = Tally(TODAY, Rates(BOOK))
    for i in range(6000):
        tally.add(DealRow(row=i, file="x", line=i, id=f"d{i}", customer="C", owner=f"o{i}", crm_stage=f"s{i}"))
    found = summarize(tally, BOOK, (), Stays(BOOK))
    assert (found.reps, found.matrix) == ((), ())
    assert any("check the mapping" in limit.en for limit in found.limits)


def test_all_refused_rows_are_counted() -> None:
    """Those beyond the list as well."""
    tally = Tally(TODAY, Rates(BOOK))
    for i in range(20_005):
        tally.add(SkippedRow(row=i, file="x", line=i, field="f", reason=Text("r", "r")))
    found = summarize(tally, BOOK, (), Stays(BOOK))
    assert (found.refused, found.rows, len(found.skipped)) == (20_005, 20_005, 20_000)
