"""What is one column probably? By its heading, and by whether its content agrees.

A guess carries its confidence and its reason, so that whoever knows the table can see where to look.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Mapping as Pairs
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, get_args

from ltc_coach.deals.aliases import Aliases, folded
from ltc_coach.deals.columns import Column, Survey
from ltc_coach.i18n import Text, both
from ltc_coach.model.cells import CURRENCIES, Numbers, Unfit, as_money, day_orders
from ltc_coach.model.mapping import DAYS, OPEN
from ltc_coach.plain import percent, quoted

if TYPE_CHECKING:
    from ltc_coach.model.playbook import Playbook

DOUBTFUL = 0.75
"""A guess below this is worth a look by whoever knows the table."""

ANSWERS = "answers."
"""What the meaning of an answer column begins with; the id of the question follows."""

_HEADING, _PART, _CONTENT = 0.95, 0.65, 0.55
_OF_ANSWERS, _OF_STAGES = 0.8, 0.7
# So much of a column must be what it is taken for; if no more than half of it is, it is not taken at all.
_MOSTLY, _HALF = 0.95, 0.5
_FEW = 30
_YES, _NO = frozenset({"true", "yes", "1", "是"}), frozenset({"false", "no", "0", "否"})

_TOLD = both(zh="你说的", en="you said so")
_BY_HEADING = both(zh="列名就是", en="the heading says so")
_BY_PART = both(zh="列名以「{part}」结尾", en="the heading ends in '{part}'")
_BY_STAGES = both(zh="内容是阶段名", en="the words are names of stages")
_BY_IDS = both(zh="每行都不一样,像编号", en="no two rows are alike, as in ids")
_BY_ANSWERS = both(zh="内容都是这个问题的答案", en="the words are answers to this question")
_FITS = both(zh="{reason};{n} 格里 {share} 读得懂", en="{reason}; {share} of {n} cells can be read")
_UNLIKE = both(
    zh="列名像「{field}」,内容不像,例如「{word}」", en="by its heading {field}, but not by its content: '{word}'"
)
_TAKEN = both(zh="列名像「{field}」,已经有更像的一列", en="by its heading {field}, but another column fits better")
_EMPTY = both(zh="整列是空的", en="the whole column is empty")
_NOTHING = both(zh="认不出来,不用它", en="not recognised, not used")


@dataclass(frozen=True, slots=True)
class Guess:
    """What a column is taken for: a field, ``answers.`` and a question, or nothing ("")."""

    column: str
    meaning: str
    confidence: float
    reason: Text
    samples: tuple[str, ...] = ()


class Known:
    """What is known about headings and words, folded; ``exact`` are the words of answers a mapping need not name."""

    def __init__(self, playbook: Playbook, aliases: Aliases) -> None:
        self.headings = aliases.headings()
        self.questions = aliases.questions(playbook)
        self.endings = aliases.meanings()
        places = playbook.scales[playbook.main].places
        self.stages = self.endings | {folded(t): p.id for p in places for t in (p.id, p.title.zh, p.title.en) if t}
        self.unknown = {folded(word) for word in (*aliases.unknown, "unknown")}
        self.answers = {
            q.id: {folded(t): o.id for o in q.answers for t in (o.label.zh, o.label.en, o.id) if t}
            | dict.fromkeys(self.unknown, "unknown")
            for q in playbook.questions
        }
        self.exact = {
            q.id: {t for o in q.answers for t in (o.id, o.label.zh, o.label.en)} | {"unknown"}
            for q in playbook.questions
        }

    def ending(self, word: str) -> str | None:
        """Return what an outcome comes to; a yes means won."""
        name = folded(word)
        if name in _YES:
            return "won"
        return OPEN if name in _NO else self.endings.get(name)

    def yes_or_no(self, word: str) -> bool:
        """Say whether a word is no more than a yes or a no."""
        return folded(word) in _YES | _NO

    def stage(self, word: str) -> str | None:
        """Return what a stage comes to, with the number or letter in front of it left out where needed."""
        name = folded(word)
        return self.stages.get(name) or self.stages.get(re.sub(r"^[a-z]?\d+", "", name))

    def test(self, meaning: str) -> Callable[[str], bool] | None:
        """Return the test a value of such a column has to pass; None where any text will do."""
        if meaning == "amount":
            return lambda word: any(currency_of(word, form) is not None for form in get_args(Numbers))
        if meaning in DAYS:
            return lambda word: bool(day_orders(word))
        if meaning == "currency":
            return lambda word: code_of(word) is not None
        if meaning == "outcome":
            return lambda word: self.ending(word) is not None
        words = self.answers.get(meaning.removeprefix(ANSWERS), {})
        return (lambda word: folded(word) in words) if meaning.startswith(ANSWERS) else None


def told(its: Guess) -> Guess:
    """Return a guess that is none any more: somebody said so."""
    return replace(its, confidence=1.0, reason=_TOLD)


def recognise(found: Survey, known: Known, said: Pairs[str, str]) -> dict[str, Guess]:
    """Return a guess for every column, each field and question at most once; what somebody told is no guess."""
    guesses = {name: _by_heading(column, known) for name, column in found.columns.items()}
    for name, meaning in said.items():
        guesses[name] = told(replace(guesses[name], meaning=meaning))
    guesses |= _by_content(found, guesses, known, said)
    return _one_each(guesses, found)


def _by_heading(column: Column, known: Known) -> Guess:
    if not column.filled:
        return Guess(column.name, "", 0.0, _EMPTY)
    name = folded(column.name)
    if (question := known.questions.get(name)) is not None:
        return _checked(Guess(column.name, ANSWERS + question, _HEADING, _BY_HEADING, column.samples), column, known)
    if (field := known.headings.get(name)) is not None:
        return _checked(Guess(column.name, field, _HEADING, _BY_HEADING, column.samples), column, known)
    # What a compound is stands at its end, in both languages: 最终客户 is a customer, 客户行业 is none.
    parts = [part for part in known.headings if name.endswith(part) and len(part) >= (6 if part.isascii() else 2)]
    if parts:
        part = max(parts, key=len)
        made = Guess(column.name, known.headings[part], _PART, _BY_PART.fill(part=part), column.samples)
        return _checked(made, column, known)
    return Guess(column.name, "", 0.0, _NOTHING, column.samples)


def _checked(made: Guess, column: Column, known: Known) -> Guess:
    """Lower or drop a guess whose content does not agree."""
    fits = known.test(made.meaning)
    if fits is None:
        return made
    share = column.share(fits)
    if share <= _HALF:
        word = next((word for word in column.words if not fits(word)), "")
        reason = _UNLIKE.fill(field=made.meaning, word=quoted(word, 20))
        return replace(made, meaning="", confidence=0.0, reason=reason)
    reason = _FITS.fill(reason=made.reason, n=f"{column.filled:,}", share=percent(share))
    # Who writes the id of a question above a column means it, whatever words he found for the answers.
    plain = share >= _MOSTLY or (made.meaning.startswith(ANSWERS) and made.confidence == _HEADING)
    sure = made.confidence if plain else min(made.confidence, _PART) * share
    return replace(made, confidence=round(sure, 2), reason=reason)


def _by_content(found: Survey, guesses: Pairs[str, Guess], known: Known, said: Pairs[str, str]) -> dict[str, Guess]:
    """Guess what no heading told: stages and answers by their words, an id by being unique."""
    taken = {its.meaning for its in guesses.values()}
    made: dict[str, Guess] = {}
    for name, column in found.columns.items():
        if guesses[name].confidence > _PART or name in said or not column.filled or column.nested:
            continue
        few = len(column.words) <= _FEW
        if few and "crm_stage" not in taken and column.share(lambda word: folded(word) in known.endings) >= _OF_STAGES:
            made[name] = Guess(name, "crm_stage", _OF_STAGES, _BY_STAGES, column.samples)
        elif few and (question := _answered(column, known)) is not None:
            made[name] = Guess(name, ANSWERS + question, _OF_ANSWERS, _BY_ANSWERS, column.samples)
        elif not guesses[name].meaning and column.unique and "id" not in taken and column.share(_is_id) == 1:
            made[name] = Guess(name, "id", _CONTENT, _BY_IDS, column.samples)
        if name in made:
            taken.add(made[name].meaning)
    return made


def _is_id(word: str) -> bool:
    return re.fullmatch(r"[\w./#-]{2,40}", word) is not None and re.search(r"\d", word) is not None


def _answered(column: Column, known: Known) -> str | None:
    """Return the one question all words of a column are answers to, if there are two of them at least."""
    words = {folded(word) for word in column.words} - known.unknown
    fits = [id_ for id_, answers in known.answers.items() if len(words) > 1 and words <= answers.keys()]
    return fits[0] if len(fits) == 1 else None


def _one_each(guesses: Pairs[str, Guess], found: Survey) -> dict[str, Guess]:
    """Leave each field to the column that fits it best: by confidence, then by how many rows fill it."""

    def rank(its: Guess) -> tuple[float, int]:
        return its.confidence, found.columns[its.column].filled

    best: dict[str, Guess] = {}
    for its in guesses.values():
        if its.meaning not in best or rank(its) > rank(best[its.meaning]):
            best[its.meaning] = its
    return {
        name: its
        if not its.meaning or best[its.meaning] is its
        else replace(its, meaning="", confidence=0.0, reason=_TAKEN.fill(field=its.meaning))
        for name, its in guesses.items()
    }


def currency_of(word: str, form: Numbers) -> str | None:
    """Return the currency an amount names, "" if it names none; None if it is no amount in this form."""
    try:
        return as_money(word, form).currency or ""
    except Unfit:
        return None


def code_of(word: str) -> str | None:
    """Return the code of a currency written as a code, a mark or a word; None for anything else."""
    word = word.strip().upper()
    return CURRENCIES.get(word) or (word if re.fullmatch("[A-Z]{3}", word) else None)
