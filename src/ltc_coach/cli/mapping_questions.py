"""What only somebody who knows the table can tell about it, asked one thing at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Mapping as Pairs
from typing import TYPE_CHECKING

from ltc_coach.i18n import Lang, Text, both
from ltc_coach.plain import quoted

if TYPE_CHECKING:
    from ltc_coach.deals.columns import Survey
    from ltc_coach.deals.guessing import Open, Proposal
    from ltc_coach.deals.recognising import Guess
    from ltc_coach.model.mapping import Mapping
    from ltc_coach.model.playbook import Playbook

# Fields a report is poor without, and so are asked for when no column was found.
_WANTED = ("id", "customer", "amount", "crm_stage", "owner")
# So many words of one column are asked about; the others are named in the page.
_WORDS = 40
_CURRENCIES = ("CNY", "USD", "EUR", "HKD", "GBP", "JPY")
_NONE, _OTHER = "", "other"
_SPELLING = ("dates", "numbers")

_WHAT_IS = both(zh="「{column}」这一列是什么?(例如 {samples})", en="What is column '{column}'? (such as {samples})")
_WHICH_IS = both(zh="哪一列是「{field}」?", en="Which column is the {field}?")
_NO_COLUMN = both(zh="没有这一列", en="there is no such column")
_NOT_USED = both(zh="不用这一列", en="do not use it")
_QUESTION = both(zh="问题 {id}", en="question {id}")
_WHICH_DAY = both(zh="「{word}」是哪一天?", en="Which day is {word}?")
_WHICH_NUMBER = both(zh="「{word}」是多少?", en="What number is {word}?")
_WHICH_CURRENCY = both(zh="金额是什么币种?", en="Which currency are the amounts in?")
_ANOTHER = both(zh="别的", en="another one")
_THREE_LETTERS = both(zh="币种代码,三个大写字母", en="the currency's code, three capitals")
_WHICH_STAGE = both(zh="CRM 里的「{word}」算什么?", en="What does '{word}' in the CRM come to?")
_STAGES = {
    "open": both(zh="还在谈", en="still open"),
    "won": both(zh="赢了", en="won"),
    "lost": both(zh="输了", en="lost"),
    "given_up": both(zh="放弃了", en="given up"),
}
_WHICH_ANSWER = both(zh="{ask} 表里写的是「{word}」,等于:", en="{ask} The table says '{word}', which means:")
_NOT_KNOWN = both(zh="不清楚", en="not known")
_NO_ANSWER = both(zh="都不是,这些行先不读", en="none of these: leave such rows out")


def ask_columns(found: Survey, proposal: Proposal, titles: Pairs[str, Text], lang: Lang) -> dict[str, str]:
    """Ask about doubtful columns, then for wanted fields without one; return what was told, by heading."""
    from ltc_coach.console.prompts import choose
    from ltc_coach.deals.recognising import DOUBTFUL

    told: dict[str, str] = {}
    meanings = {its.column: its.meaning for its in proposal.guesses}
    for its in proposal.guesses:
        if its.meaning and its.confidence < DOUBTFUL:
            samples = ", ".join(quoted(sample, 24) for sample in its.samples)
            message = _WHAT_IS.fill(column=quoted(its.column, 60), samples=samples).get(lang)
            told[its.column] = choose(message, _meanings(its, titles, lang), lang, default=its.meaning)
    meanings |= told
    # A column of which only the spelling is in doubt is asked about later.
    spelled = {
        its.about: "amount" if its.kind == "numbers" else its.words[0] for its in proposal.open if its.kind in _SPELLING
    }
    for field in _WANTED:
        if field in spelled.values():
            continue
        free = [
            name for name, its in meanings.items() if not its and name not in spelled and found.columns[name].filled
        ]
        if field not in meanings.values() and free:
            options = [*((name, quoted(name, 60)) for name in free), (_NONE, _NO_COLUMN.get(lang))]
            message = _WHICH_IS.fill(field=titles[field]).get(lang)
            if picked := choose(message, options, lang, default=_NONE):
                told[picked] = meanings[picked] = field
    return told


def _meanings(its: Guess, titles: Pairs[str, Text], lang: Lang) -> list[tuple[str, str]]:
    options = [(field, title.get(lang)) for field, title in titles.items()]
    if its.meaning not in titles:
        options.insert(0, (its.meaning, _QUESTION.fill(id=its.meaning.partition(".")[2]).get(lang)))
    return [*options, (_NONE, _NOT_USED.get(lang))]


def ask_open(mapping: Mapping, open_: Iterable[Open], playbook: Playbook, lang: Lang) -> Mapping:
    """Ask about all that is open and return the mapping with the answers in it."""
    from ltc_coach.deals.guessing import settle

    orders: dict[str, str] = {}
    for its in open_:
        # One export writes all its days alike.
        told = orders if its.kind == "dates" and orders else _ASK[its.kind](its, playbook, lang)
        if its.kind == "dates":
            orders = told
        mapping = settle(mapping, its, told)
    return mapping


def _ask_dates(its: Open, _: Playbook, lang: Lang) -> dict[str, str]:
    from ltc_coach.console.prompts import choose
    from ltc_coach.model.cells import Dates, as_day

    word = its.words[1]
    orders: tuple[Dates, ...] = ("dmy", "mdy")
    options = [(order, as_day(word, order).isoformat()) for order in orders]
    return {"": choose(_WHICH_DAY.fill(word=quoted(word, 30)).get(lang), options, lang)}


def _ask_numbers(its: Open, _: Playbook, lang: Lang) -> dict[str, str]:
    from ltc_coach.console.prompts import choose
    from ltc_coach.model.cells import Numbers, as_money

    word = its.words[0]
    forms: tuple[Numbers, ...] = ("1,234.56", "1.234,56")
    options = [(form, f"{as_money(word, form).amount:f}") for form in forms]
    return {"": choose(_WHICH_NUMBER.fill(word=quoted(word, 30)).get(lang), options, lang)}


def _ask_currency(_its: Open, _: Playbook, lang: Lang) -> dict[str, str]:
    from ltc_coach.console.prompts import ask_text, choose

    options = [*((code, code) for code in _CURRENCIES), (_OTHER, _ANOTHER.get(lang))]
    picked = choose(_WHICH_CURRENCY.get(lang), options, lang, default=_CURRENCIES[0])
    if picked == _OTHER:
        wrong = _THREE_LETTERS.get(lang)
        picked = ask_text(wrong, lang, check=lambda text: None if is_currency(text) else wrong)
    return {"": picked}


def is_currency(text: str) -> bool:
    """Whether a text has the form of a currency's code."""
    return len(text) == len("CNY") and text.isascii() and text.isalpha() and text.isupper()


def _ask_stages(its: Open, _: Playbook, lang: Lang) -> dict[str, str]:
    from ltc_coach.console.prompts import choose

    options = [(state, title.get(lang)) for state, title in _STAGES.items()]
    return {
        word: choose(_WHICH_STAGE.fill(word=quoted(word, 60)).get(lang), options, lang, default="open")
        for word in its.words[:_WORDS]
    }


def _ask_words(its: Open, playbook: Playbook, lang: Lang) -> dict[str, str]:
    from ltc_coach.console.prompts import choose

    question = playbook.question(its.about)
    if question is None:
        return {}
    options = [(option.id, option.label.get(lang)) for option in question.answers]
    options += [("unknown", _NOT_KNOWN.get(lang)), (_NONE, _NO_ANSWER.get(lang))]
    ask = question.ask.get(lang)
    told = {
        word: choose(_WHICH_ANSWER.fill(ask=ask, word=quoted(word, 60)).get(lang), options, lang)
        for word in its.words[:_WORDS]
    }
    return {word: answer for word, answer in told.items() if answer}


_ASK: Pairs[str, Callable[[Open, Playbook, Lang], dict[str, str]]] = {
    "dates": _ask_dates,
    "numbers": _ask_numbers,
    "currency": _ask_currency,
    "stages": _ask_stages,
    "outcomes": _ask_stages,
    "words": _ask_words,
}
