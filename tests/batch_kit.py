"""A summary of made-up deals, for the documents that show one; every text in it can be replaced."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from ltc_coach.i18n import Text
from ltc_coach.model.batch import (
    Age,
    Band,
    Bottleneck,
    Cell,
    DealRow,
    Due,
    Forecast,
    Group,
    Hindsight,
    Money,
    Outlook,
    Range,
    Shift,
    Since,
    SkippedRow,
    SourceFile,
    Step,
    Summary,
    Theme,
    Warn,
)
from ltc_coach.model.report import PlaybookRef

TODAY = date(2026, 11, 20)
PLACES = (("problem", "问题", "Problem"), ("solution", "方案", "Solution"), ("risk", "风险", "Risk"))


def both_ways(text: str) -> Text:
    """Return a text that is the same in both languages."""
    return Text(zh=text, en=text)


def row(n: int, said: str) -> DealRow:
    """Make the n-th deal; everything people write says ``said``."""
    place, zh, en = PLACES[n % 3]
    return DealRow(
        row=n + 1,
        file=said,
        line=n + 2,
        id=f"d{n}",
        customer=said,
        owner=said,
        team=said,
        amount=Decimal("1680000.50") + n if n % 4 else None,
        crm_stage=said,
        crm_at="solution",
        answers=n,
        place=place if n % 5 else None,
        place_title=Text(zh=zh, en=en),
        confidence=0.9,
        settled=bool(n % 2),
        first_move_title=both_ways("下一步"),
        days_silent=n * 7,
        expected=TODAY if n % 3 else None,
        warnings=(Warn(id="silent", text=both_ways("x")),),
        at_risk=Decimal(1000 * n),
        risk=both_ways(said),
        moves=("a", "b"),
        never=("b",),
        missing=both_ways("客户立项"),
        weakest=both_ways("拍板的人"),
        runner_up="risk",
        maps={"node": "N6"},
        rate=0.3,
        rate_source="evidence",
        days_in_place=n * 3,
        product=said,
    )


def summary(said: str = "华信精工", deals: int = 12) -> Summary:
    """Make a summary; everything people write says ``said``."""
    money = (
        Money(currency="CNY", deals=7, amount=Decimal("12345678.90")),
        Money(currency="USD", deals=1, amount=Decimal(5000)),
    )
    ranges = (
        Range(currency="CNY", deals=7, worst=Decimal(1_000_000), likely=Decimal(2_500_000), best=Decimal(4_000_000)),
    )
    group = Group(
        name=said, team=said, deals=5, money=money, settled=3, silent=2, overdue=1, at_risk=money, won=1, lost=2,
        theme=both_ways(said),
    )  # fmt: skip
    steps = [Step(place=p, title=Text(zh=zh, en=en), deals=n + 1, money=money) for n, (p, zh, en) in enumerate(PLACES)]
    return Summary(
        ltc="0.1.0",
        today=TODAY,
        playbook=PlaybookRef(id="b", version="1.0.0", fingerprint="f", title=both_ways("采购")),
        sources=(SourceFile(file=said, kind="csv", encoding="GB18030", rows=deals, notes=(both_ways(said),)),),
        rows=deals + 1,
        reported=deals,
        skipped=(SkippedRow(row=3, file=said, line=4, field=said, reason=both_ways(said)),),
        open=money,
        won=money[:1],
        lost=(),
        funnel=(*steps, Step(place=None, title=both_ways("还定不了"), deals=4, money=money[1:])),
        matrix=tuple(
            Cell(crm_stage=said, crm_at="solution", place=p, deals=n + 1, money=money)
            for n, p in enumerate(("problem", "solution", None))
        ),
        ages=tuple(Age(at_least=n, title=both_ways(f"{n}+"), deals=n % 7 + 1, money=money) for n in (0, 14, 30, 90)),
        ranked=tuple(row(n, said) for n in range(deals)),
        themes=(Theme(id="t", text=both_ways(said), deals=3, money=money, examples=(said, said)),),
        reps=(group,),
        teams=(group,),
        forecast=Forecast(
            outlooks=(Outlook(source="evidence", how=both_ways("按凭据"), ranges=ranges, missing=2),),
            months=(Due(month="2026-12", ranges=ranges), Due(month="", ranges=ranges)),
            bottlenecks=(
                Bottleneck(place="risk", title=both_ways("风险"), seen=40, passed=0.2, days=60.0, why=both_ways(said)),
            ),
            too_few=(both_ways("太少"),),
            how=both_ways("怎么算的"),
            hindsight=Hindsight(
                days=(TODAY,),
                deals=30,
                waiting=4,
                brier=0.2,
                usual=0.25,
                bands=(Band(low=0.2, high=0.4, deals=9, said=0.3, won=0.33),),
                money=(("CNY", Decimal(100), Decimal(90)),),
            ),
        ),
        since=Since(
            day=TODAY,
            counts={"on": 2, "gone": 1},
            money={"on": money},
            shifts=(
                Shift(
                    id="d1", customer=said, moved="on", before="problem", now="risk", amount=Decimal(5), currency="CNY"
                ),
            ),
        ),
        limits=(both_ways(said),),
        findings=(both_ways(f"odd: {said}"),),
        refused=1,
        moves={"a": both_ways("第一招"), "b": both_ways("第二招")},
    )
