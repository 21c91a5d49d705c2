"""A letter of a playbook, filled for one deal: as plain text or as Markdown.

Filling is one pass over the author's text. What is put in is never looked at again, so a customer
called `{date}` stays `{date}`; it takes one line, so no field of a deal can add a paragraph; and in
Markdown it is escaped, so it can be no heading, link or list. The author's own text is left as he wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ltc_coach.i18n import Lang, Text, both
from ltc_coach.model.deal import Deal, Person
from ltc_coach.model.spoken import Blank, Filling, Letter
from ltc_coach.plain import clean

Form = Literal["text", "md"]

_BLANK = re.compile(r"\{([^{}]*)\}")
# What Markdown, its tables, its footnotes, its formulas and its automatic links give a meaning.
_MARKUP = re.compile(r"[\\`*_{}\[\]()<>#+\-.!|~&=:@^$]")
_TO_FILL: Mapping[Form, Text] = {
    "text": both(zh="【待填:{title}】", en="[to fill in: {title}]"),
    "md": both(zh="【待填:{title}】", en="\\[to fill in: {title}\\]"),
}
# Two spaces at the end of a line: every Markdown reader breaks the line there.
_BREAK = "  \n"
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@dataclass(frozen=True, slots=True)
class FilledLetter:
    """A letter ready to be read over: its text, ended by a newline, and the blanks left in it."""

    text: str
    left: tuple[Blank, ...]


def fill_letter(
    letter: Letter, lang: Lang, tone: str | None, values: Mapping[str, str], form: Form = "text"
) -> FilledLetter:
    """Fill a letter in one of its tones (None is the plain one) with ``values`` by the id of the blank.

    The subject stands first, in Markdown as a heading. A blank without a value is marked with its
    title. Raises KeyError for a tone the letter does not have.
    """
    given = {id_: value for id_, value in values.items() if value.strip()}
    left = tuple(blank for blank in blanks_of(letter, lang, tone) if blank.id not in given)
    shown = {
        blank.id: _shown(given[blank.id], form) if blank.id in given else _to_fill(blank, lang, form)
        for blank in letter.blanks
    }
    subject, body = (_filled(clean(part), shown) for part in _wording(letter, lang, tone))
    if form == "md":
        subject, body = f"# {subject}" if subject else "", _in_lines(body)
    return FilledLetter("\n\n".join(filter(None, [subject, body])) + "\n", left)


def blanks_of(letter: Letter, lang: Lang, tone: str | None = None) -> tuple[Blank, ...]:
    """Return the blanks that a letter has in this language and tone, in the author's order; raises KeyError."""
    used = {name for part in _wording(letter, lang, tone) for name in _BLANK.findall(part)}
    return tuple(blank for blank in letter.blanks if blank.id in used)


def known_values(letter: Letter, deal: Deal, today: date, lang: Lang) -> dict[str, str]:
    """Return what the deal and the day tell about the blanks of a letter, by the id of the blank."""
    known = _told(deal, today, lang)
    return {blank.id: known[blank.take] for blank in letter.blanks if blank.take and known.get(blank.take)}


def day_in_words(day: date, lang: Lang) -> str:
    """Return a day as a letter writes it: 2026年11月21日, 21 November 2026."""
    if lang == Lang.ZH:
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def in_markdown(text: str) -> str:
    """Return ``text`` on one line, such that Markdown shows it as it is."""
    return _MARKUP.sub(r"\\\g<0>", _one_line(text))


def _told(deal: Deal, today: date, lang: Lang) -> dict[Filling, str]:
    contact = _contact(deal)
    decider = next((person for person in deal.people if person.role == "decider"), None)
    # A visit that has been is no next step.
    coming = deal.next_visit if deal.next_visit and deal.next_visit >= today else None
    return {
        "customer": deal.customer,
        "product": deal.product or "",
        "owner": deal.owner or "",
        "contact": contact.name if contact else "",
        "decider": _with_title(decider, lang) if decider else "",
        "today": day_in_words(today, lang),
        "next_visit": day_in_words(coming, lang) if coming else "",
    }


def _contact(deal: Deal) -> Person | None:
    """Return the person met last, else the one who last told us something, else the only one there is."""

    def dealt_with(person: Person) -> tuple[date, date]:
        visits = [visit.day for visit in deal.visits if person.id in visit.people]
        said = [answer.day for answer in deal.answers if answer.by == person.id and answer.day]
        return max([*visits, person.met or date.min]), max([*said, date.min])

    if not deal.people:
        return None
    last = max(deal.people, key=dealt_with)
    return last if len(deal.people) == 1 or max(dealt_with(last)) > date.min else None


def _with_title(person: Person, lang: Lang) -> str:
    if not person.title:
        return person.name
    return f"{person.title}{person.name}" if lang == Lang.ZH else f"{person.name}, {person.title}"


def _wording(letter: Letter, lang: Lang, tone: str | None) -> tuple[str, str]:
    """Return subject and body of a version; one without a subject of its own has the plain one's."""
    if tone is None:
        return letter.subject.get(lang), letter.body.get(lang).strip("\n")
    version = {one.id: one for one in letter.tones}[tone]
    return (version.subject or letter.subject).get(lang), version.body.get(lang).strip("\n")


def _to_fill(blank: Blank, lang: Lang, form: Form) -> str:
    return _TO_FILL[form].get(lang).format(title=_shown(blank.title.get(lang), form))


def _filled(text: str, shown: Mapping[str, str]) -> str:
    return _BLANK.sub(lambda match: shown.get(match[1], match[0]), text)


def _shown(value: str, form: Form) -> str:
    return in_markdown(value) if form == "md" else _one_line(value)


def _one_line(text: str) -> str:
    return clean(" ".join(text.split()))


def _in_lines(body: str) -> str:
    """Keep the lines of a letter as lines; indented ones would become code."""
    lines = [line.strip(" \t") for line in body.split("\n")]
    paragraphs = "\n".join(lines).split("\n\n")
    return "\n\n".join(paragraph.strip("\n").replace("\n", _BREAK) for paragraph in paragraphs if paragraph.strip("\n"))
