"""What only somebody who knows the table can tell about it, asked one thing at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Mapping as Pairs
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ltc_coach.i18n import Lang, Text, both
from ltc_coach.plain import quoted

if TYPE_CHECKING:
    from ltc_coach.cli.session import Session
    from ltc_coach.deals.columns import Survey
    from ltc_coach.deals.guessing import Open, Proposal
    from ltc_coach.deals.mapping_answers import MappingAnswers
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
_GO_ON = both(zh="上次答过 {n} 个,接着问", en="{n} answers are there from last time; going on")
_KEPT = both(
    zh="答过的 {n} 个留着:同样的命令再来一次,接着问", en="the {n} answers are kept: the same command goes on from here"
)
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


class Asking:
    """Puts questions in a language; what was answered before an interruption is not asked again."""

    def __init__(self, lang: Lang, kept: MappingAnswers) -> None:
        self.lang = lang
        self._kept = kept

    def choose(self, about: str, message: Text, options: Sequence[tuple[str, str]], default: str | None = None) -> str:
        """Let somebody choose; ``about`` says what the answer is kept under. Raises ``Interrupted``."""
        from ltc_coach.console.prompts import choose

        given = self._kept.get(about)
        if given is not None and given in (value for value, _ in options):
            return given
        answer = choose(message.get(self.lang), options, self.lang, default=default)
        self._kept.put(about, answer)
        return answer


def ask_columns(found: Survey, proposal: Proposal, session: Session, kept: MappingAnswers) -> dict[str, str]:
    """Ask about doubtful columns, then for wanted fields without one; return what was told, by heading.

    Raises ``Interrupted``, having said that the answers are kept.
    """
    if len(kept):
        session.say(_GO_ON.fill(n=len(kept)))
    with _saying(session, kept):
        return _columns(found, proposal, Asking(session.lang, kept))


def ask_open(
    proposal: Proposal, playbook: Playbook, session: Session, kept: MappingAnswers, *, without: str
) -> Mapping:
    """Ask about all that is open but one kind; return the mapping with the answers in it. Raises ``Interrupted``."""
    with _saying(session, kept):
        still = [its for its in proposal.open if its.kind != without]
        return _settled(proposal.mapping, still, playbook, Asking(session.lang, kept))


@contextmanager
def _saying(session: Session, kept: MappingAnswers) -> Iterator[None]:
    """Say what becomes of the answers if somebody leaves in the middle."""
    from ltc_coach.console import Interrupted

    try:
        yield
    except (Interrupted, KeyboardInterrupt):
        if len(kept):
            session.say(_KEPT.fill(n=len(kept)))
        raise


def _columns(found: Survey, proposal: Proposal, asking: Asking) -> dict[str, str]:
    from ltc_coach.deals.recognising import DOUBTFUL
    from ltc_coach.deals.traps import TITLES

    titles, lang = TITLES, asking.lang
    told: dict[str, str] = {}
    meanings = {its.column: its.meaning for its in proposal.guesses}
    for its in proposal.guesses:
        if its.meaning and its.confidence < DOUBTFUL:
            message = _WHAT_IS.fill(column=quoted(its.column, 60), samples=_samples(its.samples))
            told[its.column] = asking.choose(f"column:{its.column}", message, _meanings(its, titles, lang), its.meaning)
    meanings |= told
    # A column of which only the spelling is in doubt is asked about later.
    spelled = {
        its.about: "amount" if its.kind == "numbers" else its.words[0] for its in proposal.open if its.kind in _SPELLING
    }
    for field in _WANTED:
        # Names that stand for ids are a column already.
        if field in spelled.values() or field in proposal.mapping.columns:
            continue
        free = [
            name for name, its in meanings.items() if not its and name not in spelled and found.columns[name].filled
        ]
        if field not in meanings.values() and free:
            named = (f"{quoted(name, 60)} ({_samples(found.columns[name].samples)})" for name in free)
            options = [*zip(free, named, strict=True), (_NONE, _NO_COLUMN.get(lang))]
            if picked := asking.choose(f"field:{field}", _WHICH_IS.fill(field=titles[field]), options, _NONE):
                told[picked] = meanings[picked] = field
    return told


def _samples(words: Iterable[str]) -> str:
    return ", ".join(quoted(word, 24) for word in words)


def _meanings(its: Guess, titles: Pairs[str, Text], lang: Lang) -> list[tuple[str, str]]:
    options = [(field, title.get(lang)) for field, title in titles.items()]
    if its.meaning not in titles:
        options.insert(0, (its.meaning, _QUESTION.fill(id=its.meaning.partition(".")[2]).get(lang)))
    return [*options, (_NONE, _NOT_USED.get(lang))]


def _settled(mapping: Mapping, open_: Iterable[Open], playbook: Playbook, asking: Asking) -> Mapping:
    from ltc_coach.deals.guessing import settle

    orders: dict[str, str] = {}
    for its in open_:
        # One export writes all its days alike.
        told = orders if its.kind == "dates" and orders else _ASK[its.kind](its, playbook, asking)
        if its.kind == "dates":
            orders = told
        mapping = settle(mapping, its, told)
    return mapping


def _ask_dates(its: Open, _: Playbook, asking: Asking) -> dict[str, str]:
    from ltc_coach.model.cells import Dates, as_day

    word = its.words[1]
    orders: tuple[Dates, ...] = ("dmy", "mdy")
    options = [(order, as_day(word, order).isoformat()) for order in orders]
    return {"": asking.choose("dates", _WHICH_DAY.fill(word=quoted(word, 30)), options)}


def _ask_numbers(its: Open, _: Playbook, asking: Asking) -> dict[str, str]:
    from ltc_coach.model.cells import Numbers, as_money

    word = its.words[0]
    forms: tuple[Numbers, ...] = ("1,234.56", "1.234,56")
    options = [(form, f"{as_money(word, form).amount:f}") for form in forms]
    return {"": asking.choose("numbers", _WHICH_NUMBER.fill(word=quoted(word, 30)), options)}


def _ask_currency(_its: Open, _: Playbook, asking: Asking) -> dict[str, str]:
    from ltc_coach.console.prompts import ask_text

    lang = asking.lang
    options = [*((code, code) for code in _CURRENCIES), (_OTHER, _ANOTHER.get(lang))]
    picked = asking.choose("currency", _WHICH_CURRENCY, options, _CURRENCIES[0])
    if picked == _OTHER:
        wrong = _THREE_LETTERS.get(lang)
        picked = ask_text(wrong, lang, check=lambda text: None if is_currency(text) else wrong)
    return {"": picked}


def is_currency(text: str) -> bool:
    """Whether a text has the form of a currency's code."""
    return len(text) == len("CNY") and text.isascii() and text.isalpha() and text.isupper()


def _ask_stages(its: Open, _: Playbook, asking: Asking) -> dict[str, str]:
    options = [(state, title.get(asking.lang)) for state, title in _STAGES.items()]
    return {
        word: asking.choose(f"{its.kind}:{word}", _WHICH_STAGE.fill(word=quoted(word, 60)), options, "open")
        for word in its.words[:_WORDS]
    }


def _ask_words(its: Open, playbook: Playbook, asking: Asking) -> dict[str, str]:
    question = playbook.question(its.about)
    if question is None:
        return {}
    lang = asking.lang
    options = [(option.id, option.label.get(lang)) for option in question.answers]
    options += [("unknown", _NOT_KNOWN.get(lang)), (_NONE, _NO_ANSWER.get(lang))]
    told = {
        word: asking.choose(
            f"words:{its.about}:{word}", _WHICH_ANSWER.fill(ask=question.ask, word=quoted(word, 60)), options
        )
        for word in its.words[:_WORDS]
    }
    return {word: answer for word, answer in told.items() if answer}


_ASK: Pairs[str, Callable[[Open, Playbook, Asking], dict[str, str]]] = {
    "dates": _ask_dates,
    "numbers": _ask_numbers,
    "currency": _ask_currency,
    "stages": _ask_stages,
    "outcomes": _ask_stages,
    "words": _ask_words,
}
