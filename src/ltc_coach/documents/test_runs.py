"""What trying a playbook out has shown: scenario runs and self-simulations, as text and as JSON.

Everything is named by its id, as authors write it, and every failure begins with its place, which
editors jump to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import starmap
from typing import Any, Literal

from ltc_coach import words
from ltc_coach.documents.report_json import DECIMALS, to_json
from ltc_coach.i18n import Lang, Text, both
from ltc_coach.model.scenario import (
    Ground,
    Mismatch,
    PlaceRow,
    ScenarioResult,
    Simulated,
    Simulation,
    TestRun,
    Uncovered,
)
from ltc_coach.plain import clean, percent
from ltc_coach.problems import Where

Format = Literal["text", "json"]

SCHEMA_VERSION = 1
"""Of both JSON forms."""

# So many ids of a long list are shown.
_LISTED = 5


def render_run(run: TestRun, lang: Lang, fmt: Format = "text", *, verbose: bool = False) -> str:
    """Return a scenario run; the text shows what failed and one line of counts, ``verbose`` everything."""
    return to_json(_run_object(run, lang)) if fmt == "json" else _lines(_run_text(run, lang, verbose=verbose))


def render_simulation(simulation: Simulation, lang: Lang, fmt: Format = "text") -> str:
    """Return the figures of a self-simulation; shares are percentages in the text, 0..1 in JSON."""
    return to_json(_simulation_object(simulation)) if fmt == "json" else _lines(_simulation_text(simulation, lang))


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


# ---- scenario runs as text -----------------------------------------------------------------------------


def _run_text(run: TestRun, lang: Lang, *, verbose: bool) -> Iterator[str]:
    for result in run.results:
        if verbose or not result.passed:
            yield from _result_lines(result, lang)
    for uncovered in run.unreached:
        yield _uncovered_line(uncovered, _UNREACHED, lang)
    if verbose:
        for uncovered in run.buried:
            yield _uncovered_line(uncovered, _BURIED, lang)
        for thin in run.thin:
            yield _THIN.fill(place=thin.place, count=thin.scenarios).get(lang)
    failed = len(run.failures)
    counts = words.SCENARIOS_DONE.fill(total=len(run.results), passed=len(run.results) - failed, failed=failed)
    missed = _UNREACHED_COUNT.fill(count=len(run.unreached)) if run.unreached else Text()
    yield counts.get(lang) + missed.get(lang)


def _result_lines(result: ScenarioResult, lang: Lang) -> Iterator[str]:
    mark = "●" if result.passed else "×"
    title = " ".join(clean(result.title.get(lang)).split())
    yield f"{mark} {_place(result.where)}  {result.id}  {title}".rstrip()
    said: set[str] = set()
    for mismatch in result.mismatches:
        yield f"  {_place(mismatch.where)}  {mismatch.expectation}"
        yield f"    {words.EXPECTED.get(lang)}: {_expected(mismatch, lang)}"
        yield f"    {words.GOT.get(lang)}: {_listed(mismatch.got, lang)}"
        for ground in mismatch.grounds:
            # Several expectations often fail for the same reason: it is given once.
            if ground.about not in said:
                yield f"    {words.BECAUSE.get(lang)}: {_ground(ground, lang)}"
            said.add(ground.about)
    if result.mismatches:
        yield ""


def _expected(mismatch: Mismatch, lang: Lang) -> str:
    if mismatch.expectation.startswith("not_"):
        return _WITHOUT.fill(ids=", ".join(mismatch.expected)).get(lang)
    return words.OR.get(lang).join(mismatch.expected)


def _listed(ids: Sequence[str], lang: Lang) -> str:
    if not ids:
        return _NOTHING.get(lang)
    return ", ".join(ids[:_LISTED]) + (", …" if len(ids) > _LISTED else "")


def _ground(ground: Ground, lang: Lang) -> str:
    if ground.got is None:
        return f"{ground.about} {_NOT_TOLD.get(lang)}"
    sure = "" if ground.probability is None else f" {percent(ground.probability)}"
    clues = ", ".join(
        f"{c.question}={c.answer}" + ("" if c.decibans is None else f" {c.decibans:+.1f}") for c in ground.because
    )
    return f"{ground.about} = {ground.got}{sure}" + (f"  ({clues})" if clues else "")


def _uncovered_line(uncovered: Uncovered, said: Text, lang: Lang) -> str:
    kind = _MOVE if uncovered.what == "move" else _NEVER
    return f"  {_place(uncovered.where)}  {said.fill(what=kind, id=uncovered.id).get(lang)}"


def _place(where: Where) -> str:
    return clean(str(where))


# ---- scenario runs as JSON -----------------------------------------------------------------------------


def _run_object(run: TestRun, lang: Lang) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "playbook": run.playbook,
        "ok": run.passed,
        "passed": len(run.results) - len(run.failures),
        "failed": len(run.failures),
        "scenarios": [_result_object(result, lang) for result in run.results],
        "unreached": [_uncovered_object(uncovered) for uncovered in run.unreached],
        "buried": [_uncovered_object(uncovered) for uncovered in run.buried],
        "thin": {thin.place: thin.scenarios for thin in run.thin},
    }


def _result_object(result: ScenarioResult, lang: Lang) -> dict[str, Any]:
    return {
        "id": result.id,
        "title": result.title.get(lang),
        "passed": result.passed,
        **_where(result.where),
        "mismatches": [_mismatch_object(mismatch) for mismatch in result.mismatches],
    }


def _mismatch_object(mismatch: Mismatch) -> dict[str, Any]:
    return {
        "expectation": mismatch.expectation,
        **_where(mismatch.where),
        "expected": list(mismatch.expected),
        "got": list(mismatch.got),
        "because": [
            {
                "about": ground.about,
                "got": ground.got,
                "probability": None if ground.probability is None else _round(ground.probability),
                "answers": [
                    {
                        "question": clue.question,
                        "answer": clue.answer,
                        "decibans": None if clue.decibans is None else _round(clue.decibans),
                    }
                    for clue in ground.because
                ],
            }
            for ground in mismatch.grounds
        ],
    }


def _uncovered_object(uncovered: Uncovered) -> dict[str, Any]:
    return {"what": uncovered.what, "id": uncovered.id, **_where(uncovered.where)}


def _where(where: Where) -> dict[str, Any]:
    return {"file": clean(where.file), "line": where.line, "column": where.column}


# ---- self-simulation -----------------------------------------------------------------------------------


def _simulation_text(simulation: Simulation, lang: Lang) -> Iterator[str]:
    yield f"{simulation.playbook}: {words.SIMULATED.fill(deals=simulation.deals).get(lang)}"
    yield ""
    kinds = list(simulation.by_reps)
    figures = [_figures(simulated) for simulated in simulation.by_reps.values()]
    names = [text.get(lang) for text in _FIGURES]
    yield from _table(["", *(_REPS[kind].get(lang) for kind in kinds)], list(zip(names, *figures, strict=True)))
    for kind, simulated in simulation.by_reps.items():
        yield ""
        yield from _table(
            [_REPS[kind].get(lang), *(text.get(lang) for text in _COLUMNS)],
            list(starmap(_place_cells, simulated.places.items())),
        )


def _figures(simulated: Simulated) -> list[str]:
    shares = (
        simulated.accuracy,
        simulated.within_one,
        simulated.moves,
        simulated.in_three,
        simulated.settled,
        simulated.settled_right,
        simulated.ece,
        *simulated.stopped.values(),
    )
    return [f"{simulated.questions:.1f}", *map(_percent, shares)]


def _place_cells(place: str, row: PlaceRow) -> tuple[str, ...]:
    shares = map(_percent, (row.accuracy, row.within_one, row.moves))
    return place, str(row.deals), f"{row.questions:.1f}", *shares, row.taken_for or "-"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Lay out columns by display width: names to the left, figures to the right."""
    from wcwidth import wcswidth

    widths = [max(wcswidth(cell) for cell in column) for column in zip(heads, *rows, strict=True)]
    for row in (heads, *rows):
        padding = [" " * (width - wcswidth(cell)) for cell, width in zip(row, widths, strict=True)]
        cells = [row[0] + padding[0], *(pad + cell for cell, pad in zip(row[1:], padding[1:], strict=True))]
        yield "  ".join(cells).rstrip()


def _percent(share: float) -> str:
    return f"{share:.1%}"


def _simulation_object(simulation: Simulation) -> dict[str, Any]:
    head = {
        "schema_version": SCHEMA_VERSION,
        "playbook": simulation.playbook,
        "deals": simulation.deals,
        "seed": simulation.seed,
    }
    return head | {kind: _rounded(simulated.model_dump()) for kind, simulated in simulation.by_reps.items()}


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    return _round(value) if isinstance(value, float) else value


def _round(value: float) -> float:
    # Adding zero turns -0.0 into 0.0.
    return round(value, DECIMALS) + 0.0


_MOVE = both(zh="招法", en="move")
_NEVER = both(zh="禁忌", en="never")
_UNREACHED = both(zh="没有一个场景会用到这条{what}:{id}", en="no scenario brings up the {what} {id}")
_BURIED = both(
    zh="这条{what}从来排不进前三,头一屏看不到:{id}",
    en="the {what} {id} is never among the first three, so the first screen never shows it",
)
_UNREACHED_COUNT = both(zh=";还有 {count} 条没有场景用到", en="; {count} moves or nevers without a scenario")
_THIN = both(zh="  位置 {place} 只有 {count} 个场景", en="  place {place}: too few scenarios ({count})")
_WITHOUT = both(zh="不能有 {ids}", en="not {ids}")
_NOTHING = both(zh="什么也没有", en="nothing")
_NOT_TOLD = both(zh="还不知道", en="not known")
_REPS = {
    "trained": both(zh="练过的销售", en="trained reps"),
    "mixed": both(zh="一般的销售", en="mixed reps"),
    "unknown": both(zh="不摸底的销售", en="unknown reps"),
}
# In the order of _figures.
_FIGURES = (
    both(zh="平均问几句", en="questions"),
    both(zh="位置定对", en="place right"),
    both(zh="最多差一步", en="place right or next to it"),
    both(zh="头一招出对", en="first move right"),
    both(zh="该出的招在前三", en="right move among three"),
    both(zh="位置定得下来", en="place settled"),
    both(zh="定下来的有多少定对", en="right where settled"),
    both(zh="把握跟实际差多少", en="calibration error"),
    both(zh="停在:招法拿得准了", en="stopped: moves sure"),
    both(zh="停在:没什么好问的了", en="stopped: nothing left"),
    both(zh="停在:问够了", en="stopped: enough asked"),
)
_COLUMNS = (
    both(zh="单数", en="deals"),
    both(zh="问几句", en="questions"),
    both(zh="定对", en="right"),
    both(zh="差一步内", en="or next"),
    both(zh="头招对", en="move right"),
    both(zh="常错成", en="taken for"),
)
