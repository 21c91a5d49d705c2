"""The proposal of ``ltc fit`` on the screen: what the deals say against, what they say too little about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ltc_coach.console.fit_tables import tables_part
from ltc_coach.console.page import ACCENT, FAINT, HEAD, Page, one_line
from ltc_coach.engine.answer_tables import TablesFit
from ltc_coach.engine.learning import ENOUGH_ANSWERS, PRIOR_WEIGHT, Learned, TrustFit
from ltc_coach.engine.rep_mix import ENOUGH_TOLD, RepsFit
from ltc_coach.engine.win_rates import ENOUGH_DEALS, RateFit
from ltc_coach.i18n import Lang, both
from ltc_coach.model.playbook import Playbook
from ltc_coach.plain import percent

_FROM = both(
    zh="{deals} 个商机,其中 {labelled} 个知道真实位置;另有 {left_out} 个用不上",
    en="{deals} deals, the true place of {labelled} known; {left_out} more could not be used",
)
_TRUST = both(zh="该信几分", en="How far answers can be trusted")
_RATES = both(zh="赢率", en="Win rates")
_CHANGE = both(
    zh="{scale}:手册 {now},商机里 {learned} ({low} 到 {high},{n} 条):改成 {word}",
    en="{scale}: {now} in the playbook, {learned} in the deals ({low} to {high}, {n} answers): make it {word}",
)
_THESE = both(zh="只改这些答案:{labels}", en="these answers only: {labels}")
_AGREES = both(zh="{n} 条说法跟手册对得上,不用改", en="{n} claims agree with the playbook: leave them")
_FEW = both(
    zh="{n} 条说法数据太少:每个问题要有 {enough} 条回答以上",
    en="too few answers for {n} claims: {enough} or more per question are needed",
)
_NOTHING = both(zh="没有一条说法有数据。", en="No claim has any data.")
_RATE = both(
    zh="{rung} {name}:手册 {declared},商机里 {learned} ({low} 到 {high};{closed} 单里赢 {won} 单)",
    en="{rung} {name}: {declared} in the playbook, {learned} in the deals ({low} to {high}; {won} of {closed} won)",
)
_FEW_CLOSED = both(
    zh="{rung} {name}:太少,了结的才 {closed} 单,要 {enough} 单以上",
    en="{rung} {name}: too few, {closed} closed deals of the {enough} needed",
)
_REPS = both(zh="答题的销售", en="Who answers")
_MIX = both(
    zh="{shares} ({deals} 个商机);手册写的是 {now}",
    en="{shares} ({deals} deals); the playbook says {now}",
)
_CLASS = both(zh="有 {lapse} 的题随口答的占 {share}", en="{share} answer {lapse} of the questions at random")
_AND = both(zh=",", en=", ")
_CAREFUL = both(zh="认真答的占 {share}", en="{share} are careful")
_OTHER_REPS = both(
    zh="改成 reps: {word}:商机支持它的分量比手册现在的多 {decibans} 分贝 (20 分贝是一百比一)",
    en="make it reps: {word}: the deals speak for it by {decibans} decibans (20 are a hundred to one)",
)
_REPS_AGREE = both(zh="不用改", en="leave it")
_FEW_TOLD = both(
    zh="太少,有回答的商机才 {deals} 个,要 {enough} 个以上", en="too few, {deals} deals of the {enough} needed"
)
_HOW = both(
    zh="手册里的词按 {weight} 个商机的分量算进去;区间 90%。这只是建议,文件没有改。",
    en="The playbook's word weighs as much as {weight} deals; intervals 90 %. A proposal only: no file was changed.",
)


def fit_screen(  # noqa: PLR0913, PLR0917 - the proposals and how to show them
    book: Playbook,
    learned: Learned,
    tables: TablesFit,
    rates: Sequence[RateFit],
    counts: Mapping[str, int],
    lang: Lang,
    *,
    width: int,
    colour: bool,
) -> str:
    """Return the proposal as lines at most ``width`` cells wide."""
    page = Page(width, colour=colour)
    page.line((_FROM.fill(**counts).get(lang), FAINT), hang=2)
    _reps(page, learned.reps, lang)
    _trust(page, book, learned.trust, lang)
    tables_part(page, book, tables, lang)
    if rates:
        _rates(page, book, rates, lang)
    page.blank()
    page.line((_HOW.fill(weight=int(PRIOR_WEIGHT)).get(lang), FAINT), hang=2)
    return page.text()


def _reps(page: Page, fit: RepsFit, lang: Lang) -> None:
    page.head(_REPS.get(lang))
    if not fit.enough:
        page.line(_FEW_TOLD.fill(deals=fit.deals, enough=ENOUGH_TOLD).get(lang), indent=2, hang=4)
        return
    shares = _AND.get(lang).join(
        (_CLASS if lapse else _CAREFUL).fill(share=percent(share), lapse=percent(lapse)).get(lang)
        for share, lapse in fit.mix
    )
    page.line(_MIX.fill(shares=shares, deals=fit.deals, now=fit.now).get(lang), indent=2, hang=4)
    if fit.proposed:
        gain = round(dict(fit.decibans)[fit.proposed])
        page.line((_OTHER_REPS.fill(word=fit.proposed, decibans=gain).get(lang), ACCENT), indent=4, hang=6)
    else:
        page.line(_REPS_AGREE.get(lang), indent=4, hang=6)


def _trust(page: Page, book: Playbook, trust: Sequence[TrustFit], lang: Lang) -> None:
    page.head(_TRUST.get(lang))
    enough = [f for f in trust if f.enough]
    changed = [f for f in enough if f.proposed]
    for question in dict.fromkeys(f.question for f in changed):
        _question(page, book, [f for f in enough if f.question == question], lang)
    if len(enough) > len(changed):
        page.line(_AGREES.fill(n=len(enough) - len(changed)).get(lang), indent=2, hang=4)
    if len(trust) > len(enough):
        page.line(_FEW.fill(n=len(trust) - len(enough), enough=ENOUGH_ANSWERS).get(lang), indent=2, hang=4)
    if not trust:
        page.line(_NOTHING.get(lang), indent=2)


def _question(page: Page, book: Playbook, fits: Sequence[TrustFit], lang: Lang) -> None:
    """Tell a question once, and below it the claims to change: those of one kind were learned as one number."""
    question = book.question(fits[0].question)
    if question is None:
        return
    page.line((one_line(question.ask.get(lang)), HEAD), indent=2, hang=4)
    for scale, word in dict.fromkeys((f.scale, f.proposed) for f in fits if f.proposed):
        alike = [f for f in fits if (f.scale, f.proposed) == (scale, word)]
        told = _CHANGE.fill(
            scale=book.scales[scale].title,
            now=_span(f.now for f in alike),
            learned=_span(f.learned for f in alike),
            low=percent(min(f.low for f in alike)),
            high=percent(max(f.high for f in alike)),
            n=round(alike[0].count),
            word=word,
        )
        page.line((told.get(lang), ACCENT), indent=4, hang=6)
        if len(alike) < sum(f.scale == scale for f in fits):
            labels = (option.label.get(lang) for f in alike if (option := question.option(f.answer)))
            page.line((_THESE.fill(labels="; ".join(map(one_line, labels))).get(lang), FAINT), indent=6, hang=8)


def _span(shares: Iterable[float]) -> str:
    """Return one share, or the lowest and the highest of several."""
    found = sorted(shares)
    return "-".join(dict.fromkeys((percent(found[0]), percent(found[-1]))))


def _rates(page: Page, book: Playbook, rates: Sequence[RateFit], lang: Lang) -> None:
    page.head(_RATES.get(lang))
    for rate in rates:
        rung = next(r for r in book.ladders[rate.ladder].rungs if r.id == rate.rung)
        sentence = _RATE if rate.enough else _FEW_CLOSED
        told = sentence.fill(
            rung=rung.id,
            name=rung.title,
            declared=percent(rate.declared),
            learned=percent(rate.learned),
            low=percent(rate.low),
            high=percent(rate.high),
            won=rate.won,
            closed=rate.closed,
            enough=ENOUGH_DEALS,
        )
        page.line(told.get(lang), indent=2, hang=4)
