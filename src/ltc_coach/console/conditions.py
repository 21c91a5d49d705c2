"""A condition of a move said in words, for trainers who check what they wrote."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ltc_coach import words
from ltc_coach.i18n import Lang, Text
from ltc_coach.model.playbook import Playbook, Span, When
from ltc_coach.model.spoken import Named

_UNKNOWN = "unknown"


def condition(playbook: Playbook, when: When, lang: Lang) -> str:
    """Return what ``when`` asks for, on one line."""
    return " ".join(_all_of(playbook, when).get(lang).split()) or words.ALWAYS.get(lang)


def names(named: Sequence[Named], ids: Iterable[str]) -> Text:
    """Return the titles of ``ids``, joined with "or"; an id without a title stands for itself."""
    titles = {n.id: n.title for n in named} | {_UNKNOWN: words.NOT_CERTAIN}
    return _join([titles.get(id_, Text(id_, id_)) for id_ in ids], words.OR)


def _all_of(playbook: Playbook, when: When) -> Text:
    parts = [sentence for key, span in when.tests.items() for sentence in _span(playbook, key, span)]
    parts += [_all_of(playbook, part) for part in when.all]
    if when.any:
        parts.append(_join([_all_of(playbook, part) for part in when.any], words.OR_ELSE))
    if when.not_:
        parts.append(words.NOT_SO.fill(part=_all_of(playbook, when.not_)))
    return _join(parts, words.AND)


def _span(playbook: Playbook, key: str, span: Span) -> Iterator[Text]:
    named: Sequence[Named] = ()
    what = Text(key, key)
    if scale := playbook.scales.get(key):
        what, named = scale.title, scale.places
    elif fact := playbook.facts.get(key):
        what, named = fact.title, fact.values
    if span.reached is not None:
        yield words.FROM_ON.fill(what=what, value=names(named, [span.reached]))
    if span.before is not None:
        yield words.EARLIER.fill(what=what, value=names(named, [span.before]))
    if span.between is not None:
        first, last = (names(named, [end]) for end in span.between)
        yield words.BETWEEN.fill(what=what, first=first, last=last)
    if span.at:
        yield words.IS.fill(what=what, values=names(named, span.at))
    if span.not_at:
        yield words.IS_NOT.fill(what=what, values=names(named, span.not_at))


def _join(parts: Sequence[Text], between: Text) -> Text:
    return Text(
        zh=between.zh.join(part.get(Lang.ZH) for part in parts), en=between.en.join(part.get(Lang.EN) for part in parts)
    )
