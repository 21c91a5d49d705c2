"""The report on the screen: where the customer stands, how sure, why, which way, what not to do.

The order is that of a rep with three minutes: place, then the question that would settle a doubt,
what changed since last time, the answers that decided, the route and its moves, the nevers and the plans
they forbid, and what is still open. The first
screen tells the first move and the first never; of the others it gives the gist, until ``explain``
asks for everything in full.
"""

from __future__ import annotations

import re

from ltc_coach import words
from ltc_coach.console.bars import strength
from ltc_coach.console.page import ACCENT, FAINT, HEAD, Page, Piece, one_line
from ltc_coach.i18n import Lang, Text
from ltc_coach.model.casework import Change
from ltc_coach.model.playbook import Kind
from ltc_coach.model.report import AdvisedMove, Because, Located, NextQuestion, Report, Standing, Warned
from ltc_coach.plain import percent

# The first screen is for the few things that matter; the rest is behind --explain.
MOST_EVIDENCE = 3
MOST_MOVES = 3
MOST_NEVERS = 3
# Things to say, or to ask, for the first move.
MOST_WORDS = 1
MOST_MISSING = 2
FIRST_MAPS = 2
# A runner-up with this share of the best place's probability is a second candidate.
CLOSE = 0.5
# A less likely runner-up is not named beside a settled place, or not worth a question.
WORTH_NAMING = 0.03
WORTH_ASKING = 0.15
# From here on a scale beside the main one is named; below it is called not clear.
CLEAR = 0.6


def report_screen(report: Report, lang: Lang, *, width: int, colour: bool, explain: bool = False) -> str:
    """Return the report as a text of lines at most ``width`` cells wide."""
    page = Page(width, colour=colour)
    _where(page, report, lang, explain=explain)
    if report.change:
        _changed(page, report.change, lang)
    _why(page, report, lang, explain=explain)
    _surprising(page, report, lang)
    _moves(page, report, lang, explain=explain)
    _nevers(page, report, lang, explain=explain)
    _planned(page, report, lang)
    _open(page, report, lang, explain=explain)
    if explain:
        from ltc_coach.console.explain import explain_report

        explain_report(page, report, lang)
    page.blank()
    _foot(page, report, lang, explain=explain)
    return page.text()


def _where(page: Page, report: Report, lang: Lang, *, explain: bool) -> None:
    located = report.located
    if not report.settled:
        _undecided(page, report, lang, explain=explain)
        return
    name = located.name(located.at).get(lang)
    sure = words.SURE if located.confidence >= CLEAR else words.ROUGHLY
    place: Piece = (_titled(located.title, name, lang), ACCENT)
    certainty: Piece = (sure.fill(percent=percent(located.confidence)).get(lang), HEAD)
    maps = _map_names(located, name, lang, FIRST_MAPS)
    if page.fits(place, f"  ({maps})   ", certainty):
        page.line(place, f"  ({maps})   " if maps else "   ", certainty)
    else:
        page.line(place, "   ", certainty, hang=2)
        page.line(maps, indent=2, hang=4)
    runner_up, chance = located.name(located.runner_up), _chance(located, located.runner_up)
    if runner_up and chance >= WORTH_NAMING:
        page.line(words.MAYBE.fill(name=runner_up, percent=percent(chance)).get(lang), indent=2, hang=4)
    if report.separating and (explain or chance >= WORTH_ASKING):
        _settle(page, report.separating, words.SETTLE_IT, lang, explain=explain)


def _undecided(page: Page, report: Report, lang: Lang, *, explain: bool) -> None:
    located = report.located
    name = located.name(located.at)
    if not report.because:
        headline = words.NO_CANDIDATE
    elif _close(located):
        headline = words.TWO_CANDIDATES
    else:
        headline = words.ONE_CANDIDATE
    filled = headline.fill(
        first=name,
        p=percent(located.confidence),
        second=located.name(located.runner_up),
        q=percent(_chance(located, located.runner_up)),
    )
    page.line((filled.get(lang), ACCENT), hang=4)
    if report.separating:
        intro = words.SETTLE_IT if report.because else words.ASK_FIRST
        _settle(page, report.separating, intro, lang, explain=explain)


def _settle(page: Page, question: NextQuestion, intro: Text, lang: Lang, *, explain: bool) -> None:
    page.line((intro.get(lang), HEAD), one_line(question.ask.get(lang)), indent=2, hang=4)
    if explain:
        page.line((" / ".join(one_line(a.label.get(lang)) for a in question.answers), FAINT), indent=4)


def _close(located: Located) -> bool:
    """Whether the runner-up is a second candidate."""
    return _chance(located, located.runner_up) >= CLOSE * located.confidence


def _titled(title: Text, name: str, lang: Lang) -> str:
    """`客户走到:方案`, `The customer stands at: Solution`."""
    return words.IS.fill(what=title, values=name).get(lang)


def _map_names(located: Located, name: str, lang: Lang, most: int) -> str:
    """The place in other models; a name that only repeats the place's own is left out."""
    parts = []
    for place in list(located.maps.values())[:most]:
        if place.at is None:
            continue
        other = place.name.get(lang)
        parts.append(place.at if other.casefold() == name.casefold() or not other else f"{place.at} {other}")
    return " · ".join(parts)


def _chance(located: Located, value: str | None) -> float:
    return next((v.probability for v in located.values if v.id == value), 0.0)


def _changed(page: Page, change: Change, lang: Lang) -> None:
    """Say what is different since advice was last given; what stayed as it was is not told."""
    page.blank()
    since: Piece = (words.SINCE.fill(day=change.since, n=change.days).get(lang), HEAD)
    moved = words.MOVED[change.moved].fill(before=change.place_before, now=change.place_now)
    page.line(since, "  ", one_line(moved.get(lang)), hang=4)
    before, now = percent(change.confidence_before), percent(change.confidence_now)
    column = 6 if lang == Lang.ZH else 9
    if before != now:
        page.row(words.SURER.get(lang), f"{before} → {now}", indent=2, column=column)
    for label, moves in ((words.NEW_MOVES, change.new_moves), (words.DROPPED_MOVES, change.dropped_moves)):
        for number, title in enumerate(moves):
            page.row("" if number else label.get(lang), one_line(title.get(lang)), indent=2, column=column)
    if change.slipped_days:
        slipped = words.PUT_OFF if change.slipped_days > 0 else words.BROUGHT_FORWARD
        page.row(words.CLOSING.get(lang), slipped.fill(n=abs(change.slipped_days)).get(lang), indent=2, column=column)


def _why(page: Page, report: Report, lang: Lang, *, explain: bool) -> None:
    page.head(words.WHY_SO.get(lang))
    column = 6 if lang == Lang.ZH else 10
    told = [b for b in report.because if round(b.decibans, 1) != 0]
    if not told:
        page.line(words.NO_EVIDENCE.get(lang), indent=2)
    for because in sorted(told, key=lambda b: -abs(b.decibans))[:MOST_EVIDENCE]:
        mark = "○" if because.decibans < 0 else "●"
        label = f"{mark} {strength(because.decibans).get(lang)}"
        against = words.AGAINST if because.decibans < 0 else Text()
        page.row(label, *_answer(because, lang, against), indent=2, column=column)
    # What no answer bears on is listed with the things to find out.
    for scale in (s for s in report.also.values() if s.because):
        page.line(_titled(scale.title, _also(scale, lang), lang), indent=2, hang=4)
    for standing in (s for s in report.standings if s.at is not None or explain):
        page.line(_titled(standing.title, _standing(standing, lang), lang), indent=2, hang=4)


def _also(scale: Located, lang: Lang) -> str:
    """Where the customer stands on a scale beside the main one, as far as it is clear."""
    chance = percent(scale.confidence)
    if scale.confidence >= CLEAR:
        return f"{scale.name(scale.at).get(lang)} {chance}"
    return words.NOT_CLEAR.fill(name=scale.name(scale.at), percent=chance).get(lang)


def _standing(standing: Standing, lang: Lang) -> str:
    """The last rung we have proof of, its win rate, and the rule that holds it down."""
    if standing.at is None:
        return words.NO_STANDING.get(lang)
    text = words.STANDING.fill(name=f"{standing.at} {standing.name.get(lang)}").get(lang)
    if standing.rate is not None:
        text += f" ({words.WIN_RATE.fill(percent=percent(standing.rate)).get(lang)})"
    return f"{text}; {standing.capped.get(lang).strip()}" if standing.capped else text


def _answer(because: Because, lang: Lang, remark: Text) -> tuple[Piece, ...]:
    """The question faint, the answer plain, then whom it is about, how well founded it is, and a remark."""
    notes = [
        note.get(lang)
        for note in (
            words.ABOUT.fill(person=because.who or because.about) if because.about else Text(),
            words.GRADES[because.grade],
            remark,
        )
        if note
    ]
    noted = f" ({', '.join(notes) if lang == Lang.EN else ','.join(notes)})" if notes else ""
    return ((one_line(because.ask.get(lang)), FAINT), " → ", one_line(because.text.get(lang)), (noted, FAINT))


def _surprising(page: Page, report: Report, lang: Lang) -> None:
    if not report.surprising:
        return
    page.head((words.SURPRISING if len(report.surprising) == 1 else words.SURPRISING_SEVERAL).get(lang))
    for because in report.surprising:
        page.line("? ", *_answer(because, lang, Text()), indent=2, hang=4)
        page.line((words.SURPRISING_WHY.fill(percent=percent(because.likely)).get(lang), FAINT), indent=4)


def _direction(moves: tuple[AdvisedMove, ...]) -> Text:
    """Name the way in one line, from the first move; behind a gate, the way that opens."""
    first = moves[0]
    if first.kind is Kind.GATE:
        behind = next((m for m in moves[1:] if m.kind is not Kind.GATE), None)
        return words.GATE_THEN.fill(then=_direction((behind,))) if behind else words.DIRECTIONS[Kind.GATE]
    if first.kind is Kind.PULL and first.to_title:
        return words.PULL_TO.fill(name=first.to_title)
    return words.DIRECTIONS[first.kind]


def _moves(page: Page, report: Report, lang: Lang, *, explain: bool) -> None:
    moves = report.moves if explain else report.moves[:MOST_MOVES]
    if not moves:
        page.head(words.ROUTE.get(lang))
        page.line(words.NO_MOVES.get(lang), indent=2)
        return
    page.blank()
    route: tuple[Piece, ...] = ((words.ROUTE.get(lang), HEAD), "  ", (_direction(moves).get(lang), ACCENT))
    remark: Piece = (f"({words.NO_FOLLOWING.get(lang)})", FAINT)
    if not any(m.kind is Kind.PULL for m in moves):
        page.line(*route, hang=4)
    elif page.fits(*route, "  ", remark):
        page.line(*route, "  ", remark)
    else:
        page.line(*route, hang=4)
        page.line(remark, indent=6 if lang == Lang.ZH else 7)
    if not report.settled and _close(report.located):
        page.line(words.SHARED_MOVES.get(lang), indent=2)
    for number, move in enumerate(moves, 1):
        page.line((f" {number}  ", HEAD), (one_line(move.title.get(lang)), HEAD), hang=4)
        if number == 1 or explain:
            _move(page, move, lang, explain=explain)
        else:
            _gist(page, move, lang)


def _gist(page: Page, move: AdvisedMove, lang: Lang) -> None:
    """Say what a later move depends on, and the first thing to do or say for it."""
    if move.holds == "unknown":
        page.line(f"{words.ONLY_IF.get(lang)} {move.provided.get(lang).strip()}", indent=4)
    spoken = next((_quoted(text.get(lang), lang) for text in (*move.say, *move.ask)), "")
    if first := _sentence(move.do.get(lang)) or spoken:
        page.line(first, indent=4)


def _sentence(text: str) -> str:
    """Return the first sentence of a text."""
    match = re.match(r".+?(?:[。！？]|[.!?](?=[」”\"]?(?:\s+[^a-z]|\s*$)))[」”\"]?", one_line(text))
    return match[0] if match else one_line(text)


def _move(page: Page, move: AdvisedMove, lang: Lang, *, explain: bool) -> None:
    column = 6 if lang == Lang.ZH else 9

    def row(label: Text, text: Text | str) -> None:
        written = (text if isinstance(text, str) else text.get(lang)).strip()
        if written:
            page.row(label.get(lang), written, indent=4, column=column)

    if move.holds == "unknown":
        row(words.ONLY_IF, move.provided)
    row(words.WHOM, move.whom)
    row(words.DO, move.do)
    spoken = move.say if explain else move.say[:MOST_WORDS]
    for place, text in enumerate(spoken):
        row(Text() if place else words.SAY, _quoted(text.get(lang), lang))
    for place, text in enumerate(move.ask if explain else move.ask[: MOST_WORDS - len(spoken)]):
        row(Text() if place else words.ASK, _quoted(text.get(lang), lang))
    row(words.PROOF, move.proof)
    row(words.REFUSED, move.refused)
    for need in move.unmet:
        sentence = words.PRICE_LACKING if need.known else words.PRICE_UNKNOWN
        row(words.PRICE, sentence.fill(title=need.title, wants=need.wants))
    if explain:
        row(words.REASON, move.why)
        row(words.LETTER, move.letter or "")


def _quoted(text: str, lang: Lang) -> str:
    text = text.strip()
    if not text or text[0] in '「"“':
        return text
    return f"「{text}」" if lang == Lang.ZH else f'"{text}"'


def _nevers(page: Page, report: Report, lang: Lang, *, explain: bool) -> None:
    if not report.never:
        return
    page.head(words.NOT_NOW.get(lang))
    for place, warned in enumerate(report.never if explain else report.never[:MOST_NEVERS]):
        page.line(" ×  ", (one_line(warned.title.get(lang)), HEAD), hang=4)
        if explain or not place:
            _reason(page, warned, lang, explain=explain)


def _reason(page: Page, warned: Warned, lang: Lang, *, explain: bool) -> None:
    """Say what to do instead of a never; why not, where there is room or nothing else to say."""
    if warned.why and (explain or not warned.instead):
        page.line((warned.why.get(lang).strip(), FAINT), indent=4)
    if warned.instead:
        column = 6 if lang == Lang.ZH else 9
        page.row(words.INSTEAD.get(lang), warned.instead.get(lang).strip(), indent=4, column=column)


def _planned(page: Page, report: Report, lang: Lang) -> None:
    """Repeat what speaks against the open plans."""
    if not report.planned:
        return
    page.head(words.PLANNED_HURTS.get(lang))
    column = 6 if lang == Lang.ZH else 9
    for warning in report.planned:
        page.line(
            " ×  ", _quoted(one_line(warning.what), lang), (f" → {one_line(warning.title.get(lang))}", HEAD), hang=4
        )
        if warning.instead:
            page.row(words.INSTEAD.get(lang), warning.instead.get(lang).strip(), indent=4, column=column)


def _open(page: Page, report: Report, lang: Lang, *, explain: bool) -> None:
    question = report.next_question
    if report.separating and question and question.id == report.separating.id:
        question = None
    if not (report.missing or question):
        return
    page.head(words.MISSING.get(lang))
    if question:
        page.line((words.BEST_QUESTION.get(lang), FAINT), one_line(question.ask.get(lang)), indent=2, hang=4)
    missing = report.missing if explain else report.missing[:MOST_MISSING]
    left = len(report.missing) - len(missing)
    for place, text in enumerate(missing, 1):
        more = f" ({words.AND_MORE.fill(count=left).get(lang)})" if left and place == len(missing) else ""
        page.line("· ", one_line(text.get(lang)), (more, FAINT), indent=2, hang=4)


def _foot(page: Page, report: Report, lang: Lang, *, explain: bool) -> None:
    playbook = report.playbook
    parts = (
        f"{playbook.title.get(lang)} {playbook.version}",
        report.today.isoformat(),
        words.ASKED.fill(count=report.questions_asked).get(lang),
    )
    page.line((" · ".join(parts), FAINT), hang=2)
    if not explain:
        page.line((words.MORE_DETAIL.get(lang), FAINT), hang=2)
