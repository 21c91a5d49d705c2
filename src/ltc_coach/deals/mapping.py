"""Mapping files: read strictly, checked against the playbook, written so that people can read and correct them."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as Pairs
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from ltc_coach.deals.spelling import scalar
from ltc_coach.i18n import Text, both
from ltc_coach.model.mapping import ENDINGS, FORMAT_VERSION, OPEN, Field, Mapping
from ltc_coach.problems import CoachError, Problem

if TYPE_CHECKING:
    from ltc_coach.model.playbook import Playbook

__all__ = ["Mapping", "check_mapping", "dump_mapping", "load_mapping"]

_UNUSABLE = both(zh="{file}:这份列对照用不了", en="{file}: this mapping cannot be used")
_NEWER = both(zh="格式 {version} 比这个 ltc 认识的新", en="format {version} is newer than this ltc knows")
_NO_COLUMNS = both(zh="一列也没有对上,读不出商机", en="no column is mapped, so there is nothing to read")
_NO_QUESTION = both(zh="打法手册 {playbook} 里没有问题「{id}」", en="playbook {playbook} has no question '{id}'")
_NO_ANSWER = both(zh="问题「{question}」没有「{id}」这个答案", en="question '{question}' has no answer '{id}'")
_NO_STAGE = both(
    zh="「{id}」不是 open、结局,也不是手册里的一步", en="'{id}' is neither open, nor an ending, nor a place"
)
_NO_OUTCOME = both(zh="「{id}」不是 open,也不是结局", en="'{id}' is neither open nor an ending")
_A_PATH = both(
    zh="「{file}」只能是文件名,和导出的表放在一起", en="'{file}' must be a plain name of a file beside the export"
)
_ALLOWED = both(zh="可以写:{names}", en="allowed: {names}")

_HEAD = """\
# 导出表的哪一列是什么;可以直接改。ltc batch 表格 --mapping 这个文件
# Which column of the export is what; edit it as you like. ltc batch TABLE --mapping THIS-FILE
"""
_STAGES = """
# CRM 的阶段各算什么:open 还在谈,won 赢了,lost 输了,given_up 放弃;也可以写它大致对应的那一步 (如 pain、solution),
# 只用来和依据比一比,从不当作客户真正走到的位置。
# What the stages of the CRM come to: open, won, lost, given_up, or the place such a stage is meant to be (pain,
# solution, ...): compared with the evidence, never taken for it.
"""
_MONEY = """
# 金额怎么写的 / How amounts are written: currency, unit (1 千 万 百万 亿), numbers ("1,234.56" "1.234,56" "1 234,56")
"""
_DAYS = """
# 日期:ymd 年在前;dmy 日在前;mdy 月在前 / Days: ymd, dmy or mdy; year first is always understood
"""
_ANSWERS = """
# 哪一列回答了哪个问题;答案的编号和原文本来就认得,别的说法写在 values 里。
# Which column answers which question; ids and labels of answers are known, other words stand in values.
"""
_JOIN = """
# 同一个文件夹里的其他表 / Further tables in the same folder
"""
_UNUSED = "# 没有用到的列 / columns not used: "


def load_mapping(path: Path | str, playbook: Playbook) -> Mapping:
    """Read a mapping file and check it against the playbook.

    Raises CoachError (2) carrying every problem with its place, (5) when the file may not be read.
    """
    from ltc_coach.reading.shape import fit
    from ltc_coach.reading.tree import read_yaml

    document = read_yaml(Path(path))
    mapping, problems = (None, document.problems) if document.problems else fit(Mapping, document.data, document.source)
    if mapping is not None:
        problems = tuple(problem.at(document.source) for problem in check_mapping(mapping, playbook))
    if mapping is None or problems:
        raise CoachError(_UNUSABLE.fill(file=path), problems=problems)
    return mapping


def check_mapping(mapping: Mapping, playbook: Playbook) -> tuple[Problem, ...]:
    """Return a problem for everything in a mapping that leads nowhere."""
    if mapping.ltc > FORMAT_VERSION:
        return (Problem("newer-format", _NEWER.fill(version=mapping.ltc), ("ltc",)),)
    problems: list[Problem] = []
    # Stages alone say what the CRM means beside deal files.
    if not mapping.columns and not mapping.answers and not mapping.stages:
        problems.append(Problem("no-columns", _NO_COLUMNS, ("columns",)))
    places = playbook.scales[playbook.main].ids
    problems += _strange(mapping.stages, (OPEN, *ENDINGS, *places), "stages", _NO_STAGE)
    problems += _strange(mapping.outcomes, (OPEN, *ENDINGS), "outcomes", _NO_OUTCOME)
    for id_, answer in mapping.answers.items():
        question = playbook.question(id_)
        if question is None:
            message = _NO_QUESTION.fill(playbook=playbook.id, id=id_)
            hint = _near(id_, [q.id for q in playbook.questions])
            problems.append(Problem("unknown-question", message, ("answers", id_), hint=hint, on_key=True))
            continue
        allowed = (*(option.id for option in question.answers), "unknown")
        for word, value in answer.values.items():
            if value not in allowed:
                message = _NO_ANSWER.fill(question=id_, id=value)
                hint = _near(value, allowed)
                problems.append(Problem("unknown-answer", message, ("answers", id_, "values", word), hint=hint))
    for i, join in enumerate(mapping.join):
        if Path(join.file).name != join.file or "\\" in join.file or join.file in {"", ".", ".."}:
            problems.append(Problem("bad-path", _A_PATH.fill(file=join.file), ("join", i, "file")))
    return tuple(problems)


def _strange(words: Pairs[str, str], allowed: tuple[str, ...], field: str, message: Text) -> Iterable[Problem]:
    for word, meaning in words.items():
        if meaning not in allowed:
            yield Problem("unknown-meaning", message.fill(id=meaning), (field, word), hint=_near(meaning, allowed))


def _near(written: str, allowed: Iterable[str]) -> Text:
    from ltc_coach.reading.wording import near

    names = list(allowed)
    return near(written, names) or _ALLOWED.fill(names=", ".join(names[:20]))


def dump_mapping(mapping: Mapping, unused: Iterable[str] = ()) -> str:
    """Return the mapping as YAML with comments; ``unused`` are columns to be named at the end."""
    columns = {field: mapping.columns[field] for field in get_args(Field) if field in mapping.columns}
    parts = [_HEAD, f"ltc: {mapping.ltc}\n", _block("columns", columns)]
    parts += [_MONEY, f"currency: {scalar(mapping.currency)}\nunit: {scalar(mapping.unit)}\n"]
    parts += [f'numbers: "{mapping.numbers}"\n', _DAYS, f"dates: {mapping.dates}\n"]
    if mapping.stages or mapping.outcomes:
        parts += [_STAGES, _block("stages", mapping.stages), _block("outcomes", mapping.outcomes)]
    if mapping.answers:
        parts += [_ANSWERS, "answers:\n"]
        for question, answer in mapping.answers.items():
            parts += [f"  {scalar(question)}:\n    column: {scalar(answer.column)}\n"]
            parts += [_block("values", answer.values, 4)]
    if mapping.join:
        parts += [_JOIN, "join:\n"]
        for join in mapping.join:
            parts += [f"  - file: {scalar(join.file)}\n    on: {scalar(join.on)}\n", _block("take", join.take, 4)]
    if mapping.blank != Mapping.blank:
        parts.append(f"blank: [{', '.join(map(scalar, mapping.blank))}]\n")
    if names := ", ".join(" ".join(name.split()) for name in unused):
        parts.append(f"\n{_UNUSED}{names}\n")
    return "".join(parts)


def _block(name: str, pairs: Pairs[Any, str], indent: int = 0) -> str:
    """Return a mapping of words as a block; nothing where there is nothing."""
    margin = " " * indent
    lines = [f"{margin}  {scalar(word)}: {scalar(meaning)}\n" for word, meaning in pairs.items()]
    return "".join([f"{margin}{name}:\n", *lines]) if lines else ""
