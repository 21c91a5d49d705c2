"""Problems as text for people, as JSON for programs, and as annotations for a pull request."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

from ltc_coach.i18n import Lang, Text, both
from ltc_coach.plain import clean, quoted
from ltc_coach.problems import Problem, Severity, Where

Format = Literal["text", "json", "github"]

SCHEMA_VERSION = 1
"""Of the JSON form."""

_EXCERPT = 76  # cells of a line that are shown
_NAME = 400  # characters of a place: file names are rarely longer


def render(problems: Iterable[Problem], lang: Lang, fmt: Format = "text") -> str:
    """Return the problems by place, in the form asked for; the string ends with a newline unless it is empty."""
    return _FORMATS[fmt](sorted(problems, key=_by_place), lang)


def count(problems: Iterable[Problem]) -> Text:
    """Return "3 errors, 1 warning"."""
    severities = [problem.severity for problem in problems]
    errors, warnings = severities.count(Severity.ERROR), severities.count(Severity.WARNING)
    return Text(
        zh=f"{errors} 个错误,{warnings} 个警告",
        en=f"{errors} error{'' if errors == 1 else 's'}, {warnings} warning{'' if warnings == 1 else 's'}",
    )


def _by_place(problem: Problem) -> tuple[bool, Where, str, str, str]:
    where = problem.where or Where("", 0, 0)
    return problem.where is not None, where, problem.severity, problem.code, problem.message.en


# ---- text ------------------------------------------------------------------------------------------


def _text(problems: Sequence[Problem], lang: Lang) -> str:
    blocks = ["\n".join(_block(problem, lang)) for problem in problems]
    return "\n\n".join([*blocks, count(problems).get(lang)]) + "\n"


def _block(problem: Problem, lang: Lang) -> list[str]:
    where = f"{quoted(str(problem.where), _NAME)}  " if problem.where else ""
    lines = [f"{where}{_SEVERITIES[problem.severity].get(lang)} {problem.code}: {_one_line(problem.message, lang)}"]
    if problem.where and problem.excerpt is not None and problem.excerpt.strip():
        lines += _excerpt(problem.where, problem.excerpt)
    if problem.hint:
        lines.append(f"  {_HINT.get(lang)}: {_one_line(problem.hint, lang)}")
    lines += [f"  {quoted(str(where), _NAME)}  {_one_line(text, lang)}" for where, text in problem.related]
    return lines


def _excerpt(where: Where, line: str) -> list[str]:
    """Return the line with its number, and a caret below the place; a long line is cut around it."""
    from wcwidth import wcswidth

    before = _shown(line[: where.column - 1])
    after = _shown(line[where.column - 1 :])
    cut = ""
    if wcswidth(before) > _EXCERPT - 20:
        before, cut = _last_cells(before, _EXCERPT // 2), "…"
    used = len(cut) + max(wcswidth(before), 0)
    after = _first_cells(after, _EXCERPT - used)
    number = str(where.line)
    return [
        f"  {number} | {cut}{before}{after}",
        f"  {' ' * len(number)} | {' ' * used}^",
    ]


def _shown(text: str) -> str:
    # Every character left has a width of its own now, or joins the one before it.
    return clean(text).replace("\t", "\\t").replace("\n", "")


def _first_cells(text: str, cells: int) -> str:
    from wcwidth import wcwidth

    used = 0
    for i, char in enumerate(text):
        used += max(wcwidth(char), 0)
        if used > cells:
            return text[:i].rstrip() + "…"
    return text.rstrip()


def _last_cells(text: str, cells: int) -> str:
    from wcwidth import wcwidth

    used = 0
    for i in range(len(text) - 1, -1, -1):
        used += max(wcwidth(text[i]), 0)
        if used > cells:
            return text[i + 1 :]
    return text


def _one_line(text: Text, lang: Lang) -> str:
    return " ".join(clean(text.get(lang)).split())


# ---- JSON ------------------------------------------------------------------------------------------


def _json(problems: Sequence[Problem], lang: Lang) -> str:
    severities = [problem.severity for problem in problems]
    document = {
        "schema_version": SCHEMA_VERSION,
        "errors": severities.count(Severity.ERROR),
        "warnings": severities.count(Severity.WARNING),
        "problems": [_object(problem, lang) for problem in problems],
    }
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def _object(problem: Problem, lang: Lang) -> dict[str, Any]:
    return {
        **_place(problem.where),
        "path": list(problem.path),
        "severity": str(problem.severity),
        "code": problem.code,
        "message": problem.message.get(lang),
        "hint": problem.hint.get(lang) or None,
        "related": [{**_place(where), "message": text.get(lang)} for where, text in problem.related],
    }


def _place(where: Where | None) -> dict[str, Any]:
    return {
        "file": clean(where.file) if where else None,
        "line": where.line if where else None,
        "column": where.column if where else None,
    }


# ---- GitHub ----------------------------------------------------------------------------------------


def _github(problems: Sequence[Problem], lang: Lang) -> str:
    return "".join(f"{_annotation(problem, lang)}\n" for problem in problems)


def _annotation(problem: Problem, lang: Lang) -> str:
    properties = {"title": problem.code}
    if problem.where:
        place = {"file": problem.where.file, "line": str(problem.where.line), "col": str(problem.where.column)}
        properties = place | properties
    named = ",".join(f"{name}={_property(clean(value))}" for name, value in properties.items())
    said = [problem.message.get(lang), *([problem.hint.get(lang)] if problem.hint else [])]
    return f"::{problem.severity} {named}::{_data(clean(chr(10).join(said)))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


_FORMATS: Mapping[Format, Callable[[Sequence[Problem], Lang], str]] = {"text": _text, "json": _json, "github": _github}
_SEVERITIES = {
    Severity.ERROR: both(zh="错误", en="error"),
    Severity.WARNING: both(zh="警告", en="warning"),
}
_HINT = both(zh="提示", en="hint")
