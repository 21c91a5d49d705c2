"""Read-back: what the words of a question mean in numbers, said in sentences a trainer can judge."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from ltc_coach.engine.tables import UNKNOWN, Table, likelihoods
from ltc_coach.i18n import Lang, Text, both
from ltc_coach.model.playbook import Playbook, Question, Scale

_HUNDRED = 100
# Rarer answers are lumped together: a trainer judges the main ones.
_WORTH_SAYING = 4
_UNKNOWN = both(zh="不清楚", en="unknown")


def read_back(playbook: Playbook, question: Question) -> list[Text]:
    """Return a sentence for each run of values a question treats alike, scale by scale.

    "Of 100 deals at P3, 45 would be answered ...": whole numbers that add up to 100, before rep
    reliability and topics; the rarest answers are one number. The references of the playbook have to be sound.
    """
    sentences: list[Text] = []
    for name, scale in playbook.scales.items():
        table = likelihoods(question, name, scale)
        if table is not None:
            sentences.extend(_sentences(question, scale, table))
    return sentences


def _sentences(question: Question, scale: Scale, table: Table) -> Iterator[Text]:
    columns = [_of_hundred([row[k] for row in table.chances]) for k in range(len(scale.ids))]
    for counts, run in groupby(range(len(columns)), key=columns.__getitem__):
        places = [scale.places[k].title for k in run]
        answers = sorted(zip(counts, table.answers, strict=True), key=lambda pair: -pair[0])
        said = [(n, _label(question, answer)) for n, answer in answers if n >= _WORTH_SAYING]
        rest = _HUNDRED - sum(n for n, _ in said)
        zh = [f"{n} 个会答「{label.get(Lang.ZH)}」" for n, label in said] + [f"{rest} 个会答别的"] * (rest > 0)
        en = [f'{n} "{label.get(Lang.EN)}"' for n, label in said] + [f"{rest} otherwise"] * (rest > 0)
        en[0] = en[0].replace(" ", " would be answered ", 1)
        yield both(
            zh=f"{_run(places, scale, Lang.ZH)}的 100 个商机里,{','.join(zh)}",
            en=f"Of 100 deals at {_run(places, scale, Lang.EN)}, {_series(en)}",
        )


def _of_hundred(chances: list[float]) -> tuple[int, ...]:
    """Round chances to whole numbers that add up to 100: largest remainders first."""
    exact = [chance * _HUNDRED / sum(chances) for chance in chances]
    counts = [int(x) for x in exact]
    rest = sorted(range(len(exact)), key=lambda k: (counts[k] - exact[k], k))
    for k in rest[: _HUNDRED - sum(counts)]:
        counts[k] += 1
    return tuple(counts)


def _label(question: Question, answer: str) -> Text:
    option = question.option(answer)
    return option.label if option else _UNKNOWN if answer == UNKNOWN else Text(zh=answer, en=answer)


def _run(places: list[Text], scale: Scale, lang: Lang) -> str:
    """Name neighbouring places and their scale: a long run of stages by its ends, types one by one."""
    names = [f"「{place.zh or place.en}」" if lang == Lang.ZH else place.get(lang) for place in places]
    title = f"({scale.title.get(lang)})"
    if scale.ordered and len(names) > 2:  # noqa: PLR2004 - a pair is shorter without "to"
        return f"{names[0]}到{names[-1]}{title}" if lang == Lang.ZH else f"{names[0]} to {names[-1]} {title}"
    return "或".join(names) + title if lang == Lang.ZH else f"{' or '.join(names)} {title}"


def _series(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
