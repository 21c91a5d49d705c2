"""Scenarios of a playbook: read them, check what they refer to, run them, and see what they leave untested.

A scenario is a deal told in answers with the diagnosis that must come of it (model/scenario.py). It
stands in ``scenarios.yaml`` beside the playbook, or under the key ``scenarios`` of a single file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

from ltc_coach.authoring.lint.check import did_you_mean
from ltc_coach.authoring.loading import SCENARIOS, load_playbook, read_playbook
from ltc_coach.authoring.shelf import MAIN_FILE
from ltc_coach.engine import Coach, check_answers
from ltc_coach.i18n import Text, both
from ltc_coach.model.deal import Answer
from ltc_coach.model.playbook import Kind, Move, Playbook
from ltc_coach.model.report import Located, Report
from ltc_coach.model.scenario import (
    FEW,
    NO_RUNG,
    Clue,
    Ground,
    Mismatch,
    Scenario,
    ScenarioResult,
    Scenarios,
    TestRun,
    Thin,
    Uncovered,
)
from ltc_coach.plain import quoted
from ltc_coach.problems import CoachError, Problem, Severity, SourceMap
from ltc_coach.problems import Path as Steps
from ltc_coach.reading.places import join
from ltc_coach.reading.shape import fit
from ltc_coach.reading.tree import read_yaml

# The report of a scenario without dated answers is of this day; it changes nothing but is part of the input.
_SOME_DAY = date(2026, 1, 1)
# So many answers are named as what decided a result, and so many moves and nevers stand on the first screen.
_DECISIVE = 3
_FIRST_SCREEN = 3


class ReadScenarios(NamedTuple):
    """Scenarios as read: None if they could not be; then ``problems`` says why."""

    scenarios: Scenarios | None
    source: SourceMap
    problems: tuple[Problem, ...]


def try_scenarios(path: Path) -> TestRun:
    """Run every scenario of the playbook at ``path``: all that ``ltc playbook test`` does before it prints.

    Raises:
        CoachError: exit 2 if the playbook is not sound, or its scenarios are missing or name what is not
            there (the problems are in it); 5 if the disk or the permissions say no.
    """
    playbook = load_playbook(path)
    book = read_playbook(path).source
    scenarios, source, problems = read_scenarios(path)
    if scenarios is not None:
        problems = (*problems, *check_scenarios(playbook, scenarios, source))
    if (SCENARIOS,) in book.keys and book.keys[SCENARIOS,].file != source.root.file:
        twice = Problem("duplicate-key", _TWO_FILES, where=book.keys[SCENARIOS,], hint=_ONE_FILE, on_key=True)
        problems = (twice.at(book), *problems)
    errors = tuple(problem for problem in problems if problem.severity is Severity.ERROR)
    if scenarios is None or errors:
        raise CoachError(
            _UNSOUND.fill(path=quoted(source.root.file, 200), count=len(errors)), hint=_SCHEMA, problems=errors
        )
    return run_scenarios(playbook, scenarios, join([source, book]))


# ---- reading -------------------------------------------------------------------------------------------


def read_scenarios(path: Path) -> ReadScenarios:
    """Read the scenarios of the playbook at ``path``, a folder or a single file; bad content is a problem.

    Raises:
        CoachError: exit 2 if there are none; 5 if the disk or the permissions say no.
    """
    path = Path(path)
    folder = path.parent if path.name == MAIN_FILE else path
    own = folder / f"{SCENARIOS}.yaml"
    beside = folder.is_dir() and own.exists()
    document = read_yaml(own if beside else folder / MAIN_FILE if folder.is_dir() else path)
    if document.data is None:
        return ReadScenarios(None, document.source, document.problems)
    # In a file of their own nothing else may stand beside them.
    tree = document.data if beside else {k: v for k, v in document.data.items() if k == SCENARIOS}
    if not tree.get(SCENARIOS) and not document.problems:
        raise CoachError(_NONE.fill(path=quoted(str(path), 200)), hint=_WRITE_SOME)
    scenarios, misfits = fit(Scenarios, tree, document.source, known=document.problems)
    problems = (*document.problems, *misfits)
    sound = not any(problem.severity is Severity.ERROR for problem in problems)
    return ReadScenarios(scenarios if sound else None, document.source, problems)


def check_scenarios(playbook: Playbook, scenarios: Scenarios, source: SourceMap) -> tuple[Problem, ...]:
    """Return a problem, at its place, for everything the scenarios name that the playbook does not have."""
    problems = []
    seen: set[str] = set()
    for i, scenario in enumerate(scenarios.scenarios):
        at: Steps = (SCENARIOS, i)
        found = [*_answer_problems(playbook, scenario, at, source), *_dead_references(playbook, scenario, at)]
        if scenario.id in seen:
            found.append(Problem("duplicate-scenario", _TWICE, (*at, "id"), hint=_ONE_ID))
        if not scenario.expect.model_dump(exclude_defaults=True):
            found.append(Problem("expects-nothing", _NOTHING, (*at, "expect"), hint=_EXPECT, on_key=True))
        seen.add(scenario.id)
        lead = both(zh="场景 {id}:", en="scenario {id}: ").fill(id=quoted(scenario.id))
        problems += [
            replace(problem, message=Text(zh=lead.zh + problem.message.zh, en=lead.en + problem.message.en)).at(source)
            for problem in found
        ]
    return tuple(sorted(problems, key=lambda problem: problem.where or source.root))


def _answer_problems(playbook: Playbook, scenario: Scenario, at: Steps, source: SourceMap) -> Iterator[Problem]:
    """Bring the problems of the answers back to how they were written: `question: answer`, or a list of entries."""
    for problem in check_answers(playbook, scenario.answers):
        _, index, field = problem.path
        by_name = (*at, "answers", scenario.answers[int(index)].question)
        if by_name in source.keys:
            yield replace(problem, path=by_name, on_key=field == "question")
        else:
            yield replace(problem, path=(*at, *problem.path))


def _dead_references(playbook: Playbook, scenario: Scenario, at: Steps) -> Iterator[Problem]:
    expect = scenario.expect
    moves = tuple(move.id for move in playbook.moves if move.kind != Kind.NEVER)
    nevers = tuple(move.id for move in playbook.moves if move.kind == Kind.NEVER)
    known: dict[str, tuple[Text, tuple[str, ...]]] = {
        "place": (_PLACE, playbook.scales[playbook.main].ids),
        "runner_up": (_PLACE, playbook.scales[playbook.main].ids),
        "first": (_MOVE, moves),
        "moves": (_MOVE, moves),
        "not_moves": (_MOVE, moves),
        "never": (_NEVER, nevers),
        "not_never": (_NEVER, nevers),
        "kind": (_KIND, tuple(kind for kind in Kind if kind != Kind.NEVER)),
        "ask": (_QUESTION, tuple(question.id for question in playbook.questions)),
    }
    for field, (what, ids) in known.items():
        for j, written in enumerate(getattr(expect, field)):
            if written not in ids:
                yield _dead((*at, "expect", field, j), what, written, ids)
    yield from _dead_values(playbook, scenario, (*at, "expect", "also"))
    for ladder, rung in expect.standing.items():
        path = (*at, "expect", "standing", ladder)
        if ladder not in playbook.ladders:
            yield _dead(path, _LADDER, ladder, playbook.ladders, on_key=True)
        elif rung not in (rungs := (*(r.id for r in playbook.ladders[ladder].rungs), NO_RUNG)):
            yield _dead(path, _RUNG, rung, rungs)


def _dead_values(playbook: Playbook, scenario: Scenario, at: Steps) -> Iterator[Problem]:
    """Look at `also`: scales other than the main one, and their values."""
    others = tuple(scale for scale in playbook.scales if scale != playbook.main)
    for scale, values in scenario.expect.also.items():
        if scale not in others:
            yield _dead((*at, scale), _SCALE, scale, others, on_key=True)
            continue
        for j, written in enumerate(values):
            if written not in playbook.scales[scale].ids:
                yield _dead((*at, scale, j), _VALUE, written, playbook.scales[scale].ids)


def _dead(path: Steps, what: Text, written: str, known: Iterable[str], *, on_key: bool = False) -> Problem:
    message = both(zh="没有叫「{written}」的{what}", en="there is no {what} '{written}'")
    message = message.fill(what=what, written=quoted(written))
    return Problem("unknown-expectation", message, path, hint=did_you_mean(written, known), on_key=on_key)


# ---- running -------------------------------------------------------------------------------------------


def run_scenarios(playbook: Playbook, scenarios: Scenarios, source: SourceMap) -> TestRun:
    """Diagnose every scenario and compare; the scenarios must have passed :func:`check_scenarios`.

    ``source`` places the expectations and, where it knows the playbook too, the moves.
    """
    coach = Coach(playbook)
    results, reports = [], []
    for i, scenario in enumerate(scenarios.scenarios):
        report = coach.report(scenario.answers, _today(scenario.answers))
        reports.append(report)
        at: Steps = (SCENARIOS, i)
        mismatches = _Comparison(playbook, scenario, report, source, (*at, "expect")).mismatches()
        results.append(
            ScenarioResult(
                id=scenario.id,
                title=scenario.title,
                where=source.find((*at, "id")),
                mismatches=tuple(sorted(mismatches, key=lambda mismatch: mismatch.where)),
            )
        )
    unreached, buried = _coverage(playbook, reports, source)
    return TestRun(
        playbook=playbook.id,
        results=tuple(results),
        unreached=unreached,
        buried=buried,
        thin=_thin(playbook, scenarios),
    )


def _today(answers: Sequence[Answer]) -> date:
    return max((answer.day for answer in answers if answer.day), default=_SOME_DAY)


@dataclass(frozen=True, slots=True)
class _Comparison:
    """One scenario against its report; ``at`` is the way to its ``expect``."""

    playbook: Playbook
    scenario: Scenario
    report: Report
    source: SourceMap
    at: Steps

    def mismatches(self) -> Iterator[Mismatch]:
        """Yield every expectation that did not come true."""
        expect, report = self.scenario.expect, self.report
        main = (report.located.scale,)
        moves, nevers = tuple(m.id for m in report.moves), tuple(w.id for w in report.never)
        yield from self._one_of(("place",), expect.place, [report.located.at], main)
        yield from self._one_of(("runner_up",), expect.runner_up, [report.located.runner_up], main)
        for scale, values in expect.also.items():
            yield from self._one_of(("also", scale), values, [report.also[scale].at], (scale,))
        if expect.settled is not None:
            yield from self._one_of(("settled",), [_word(expect.settled)], [_word(report.settled)], main)
        about = tuple(self._tested((*expect.first[:1], *moves[:1]), with_needs=True))
        yield from self._one_of(("first",), expect.first, moves[:1], about)
        yield from self._one_of(("kind",), expect.kind, [str(m.kind) for m in report.moves[:1]], about)
        yield from self._shown("moves", expect.moves, moves)
        yield from self._hidden("not_moves", expect.not_moves, moves)
        yield from self._shown("never", expect.never, nevers)
        yield from self._hidden("not_never", expect.not_never, nevers)
        asked = [q.id for q in (report.next_question, report.separating) if q is not None]
        yield from self._one_of(("ask",), expect.ask, list(dict.fromkeys(asked)), ())
        for standing in report.standings:
            if (rung := expect.standing.get(standing.ladder)) is not None:
                about = tuple(self._proofs(standing.ladder))
                yield from self._one_of(("standing", standing.ladder), [rung], [standing.at or NO_RUNG], about)

    def _one_of(
        self, field: Steps, accepted: Sequence[str], got: Sequence[str | None], about: Sequence[str]
    ) -> Iterator[Mismatch]:
        if accepted and not set(accepted) & set(got):
            yield self._mismatch(field, field, accepted, [id_ for id_ in got if id_ is not None], about)

    def _shown(self, field: str, wanted: Sequence[str], got: Sequence[str]) -> Iterator[Mismatch]:
        for j, id_ in enumerate(wanted):
            if id_ not in got:
                yield self._mismatch((field,), (field, j), [id_], got, self._tested([id_]))

    def _hidden(self, field: str, unwanted: Sequence[str], got: Sequence[str]) -> Iterator[Mismatch]:
        for j, id_ in enumerate(unwanted):
            if id_ in got:
                yield self._mismatch((field,), (field, j), [id_], got, self._tested([id_]))

    def _mismatch(
        self, field: Steps, path: Steps, expected: Sequence[str], got: Sequence[str], about: Iterable[str]
    ) -> Mismatch:
        return Mismatch(
            expectation=".".join(map(str, field)),
            where=self.source.find((*self.at, *path)),
            expected=tuple(expected),
            got=tuple(got),
            grounds=tuple(self._ground(name) for name in dict.fromkeys(about)),
        )

    def _tested(self, ids: Sequence[str], *, with_needs: bool = False) -> Iterator[str]:
        """Yield the scales and facts these moves look at."""
        for move in self.playbook.moves:
            if move.id in ids:
                yield from (name for name, _ in move.when.atoms())
                yield from move.needs if with_needs else ()

    def _proofs(self, ladder: str) -> Iterator[str]:
        """Yield the scales and facts a ladder looks at."""
        measure = self.playbook.ladders[ladder]
        for when in (*(rung.proof for rung in measure.rungs), *(cap.when for cap in measure.caps)):
            yield from (name for name, _ in when.atoms())

    def _ground(self, name: str) -> Ground:
        """Return what the report makes of a scale or fact."""
        if name in self.playbook.facts:
            told = next((fact.value for fact in self.report.facts if fact.fact == name), None)
            return Ground(about=name, got=told, because=tuple(self._told(name, told)))
        located: Located = self.report.also.get(name, self.report.located)
        decisive = [b for b in located.because if b.decibans][:_DECISIVE]
        return Ground(
            about=name,
            got=located.at,
            probability=located.confidence,
            because=tuple(Clue(question=b.question, answer=b.answer, decibans=b.decibans) for b in decisive),
        )

    def _told(self, fact: str, value: str | None) -> Iterator[Clue]:
        for answer in self.scenario.answers if value is not None else ():
            question = self.playbook.question(answer.question)
            option = question.option(answer.value) if question else None
            if option is not None and option.sets.get(fact) == value:
                yield Clue(question=answer.question, answer=answer.value)


def _word(flag: bool) -> str:  # noqa: FBT001 - it is the value to be shown
    return "true" if flag else "false"


def _coverage(
    playbook: Playbook, reports: Sequence[Report], source: SourceMap
) -> tuple[tuple[Uncovered, ...], tuple[Uncovered, ...]]:
    """Return what holds in no report, and what holds in some but is never among the first three."""
    ranks: dict[str, int] = {}
    for report in reports:
        for shown in ([m.id for m in report.moves], [w.id for w in report.never]):
            for rank, id_ in enumerate(shown):
                ranks[id_] = min(rank, ranks.get(id_, rank))
    unreached, buried = [], []
    for m, move in enumerate(playbook.moves):
        if move.id not in ranks:
            unreached.append(_uncovered(move, m, source))
        elif ranks[move.id] >= _FIRST_SCREEN:
            buried.append(_uncovered(move, m, source))
    return tuple(unreached), tuple(buried)


def _uncovered(move: Move, index: int, source: SourceMap) -> Uncovered:
    return Uncovered(
        what="never" if move.kind == Kind.NEVER else "move", id=move.id, where=source.find(("moves", index))
    )


def _thin(playbook: Playbook, scenarios: Scenarios) -> tuple[Thin, ...]:
    """Return the places that too few scenarios are about; the first place a scenario accepts is the one it is about."""
    about = [scenario.expect.place[0] for scenario in scenarios.scenarios if scenario.expect.place]
    places = playbook.scales[playbook.main].ids
    return tuple(Thin(place=place, scenarios=n) for place in places if (n := about.count(place)) < FEW)


_UNSOUND = both(
    zh="{path}: 场景里有 {count} 个错误,没法跑", en="{path}: {count} errors in the scenarios, nothing was run"
)
_SCHEMA = both(
    zh="ltc playbook schema --scenarios 给出场景的写法",
    en="`ltc playbook schema --scenarios` gives the form of scenarios",
)
_NONE = both(zh="{path}: 这本打法手册还没有场景", en="{path}: this playbook has no scenarios yet")
_WRITE_SOME = both(
    zh="在旁边放一个 scenarios.yaml,第一行写 scenarios:",
    en="put a scenarios.yaml beside it that begins with `scenarios:`",
)
_TWO_FILES = both(zh="场景写在了两个文件里", en="the scenarios stand in two files")
_ONE_FILE = both(zh="都放进 scenarios.yaml", en="put them all into scenarios.yaml")
_TWICE = both(zh="这个 id 已经用过了", en="this id was used before")
_ONE_ID = both(zh="每个场景用自己的 id", en="give every scenario an id of its own")
_NOTHING = both(zh="什么结果都没要求,怎么跑都算通过", en="it expects nothing, so it can never fail")
_EXPECT = both(zh="至少写一条,比如 place 或 first", en="write at least one thing, such as place or first")
_PLACE = both(zh="位置", en="place")
_MOVE = both(zh="招法", en="move")
_NEVER = both(zh="禁忌", en="never")
_KIND = both(zh="招法种类", en="kind of move")
_QUESTION = both(zh="问题", en="question")
_SCALE = both(zh="其他标尺", en="other scale")
_VALUE = both(zh="取值", en="value")
_LADDER = both(zh="阶梯", en="ladder")
_RUNG = both(zh="台阶", en="rung")
