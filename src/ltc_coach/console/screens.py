"""All screens but the report: playbooks, their questions and moves, the question bank.

Each takes model objects or plain rows and returns text; the commands print it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ltc_coach import words
from ltc_coach.console.conditions import condition, names
from ltc_coach.console.page import ACCENT, FAINT, HEAD, Page, one_line
from ltc_coach.i18n import Lang, Text
from ltc_coach.model.playbook import Kind, Move, Playbook, Question
from ltc_coach.model.spoken import BankQuestion


@dataclass(frozen=True, slots=True)
class PlaybookRow:
    """A playbook that was found: where it lies, as it is to be shown."""

    id: str
    version: str
    title: Text
    where: str


def playbook_list(rows: Sequence[PlaybookRow], lang: Lang, *, width: int, colour: bool) -> str:
    """List the playbooks at hand."""
    page = Page(width, colour=colour)
    page.line(((words.PLAYBOOKS if rows else words.NO_PLAYBOOKS).get(lang), HEAD))
    for row in rows:
        page.line((row.id, ACCENT), f"  {one_line(row.title.get(lang))}  {row.version}", indent=2, hang=4)
        page.line((row.where, FAINT), indent=4)
    return page.text()


def playbook_overview(playbook: Playbook, lang: Lang, *, width: int, colour: bool) -> str:
    """Show what a playbook is about and everything in it by id."""
    page = Page(width, colour=colour)
    page.line((one_line(playbook.title.get(lang)), ACCENT), f"  {playbook.id} {playbook.version}", hang=4)
    if playbook.about:
        page.line(playbook.about.get(lang).strip(), indent=2)
    nevers = [m for m in playbook.moves if m.kind is Kind.NEVER]
    moves = [m for m in playbook.moves if m.kind is not Kind.NEVER]
    counts = words.COUNTS.fill(
        questions=len(playbook.questions),
        moves=len(moves),
        nevers=len(nevers),
        bank=len(playbook.bank),
        letters=len(playbook.letters),
    )
    page.line((counts.get(lang), FAINT), indent=2)
    page.head(words.SCALES.get(lang))
    for id_, scale in playbook.scales.items():
        joint = " → " if scale.ordered else " / "
        _entry(page, id_, scale.title, lang)
        page.line((joint.join(one_line(p.title.get(lang)) for p in scale.places), FAINT), indent=4)
    if playbook.facts:
        page.head(words.FACTS.get(lang))
        for id_, fact in playbook.facts.items():
            _entry(page, id_, fact.title, lang)
    page.head(words.QUESTIONS.get(lang))
    for question in playbook.questions:
        _entry(page, question.id, question.ask, lang)
    for heading, listed in ((words.MOVES, moves), (words.NEVERS, nevers)):
        if listed:
            page.head(heading.get(lang))
        for move in listed:
            note = "" if move.kind is Kind.NEVER else words.KINDS[move.kind].get(lang)
            _entry(page, move.id, move.title, lang, note)
    return page.text()


def _entry(page: Page, id_: str, title: Text, lang: Lang, note: str = "") -> None:
    page.line(
        (id_, ACCENT),
        f"  {one_line(title.get(lang))}",
        (f"  ({note})" if note else "", FAINT),
        indent=2,
        hang=4,
    )


def question_screen(question: Question, read_back: Sequence[Text], lang: Lang, *, width: int, colour: bool) -> str:
    """Show one question with its answers, and what it says when read back."""
    page = Page(width, colour=colour)
    page.line((one_line(question.ask.get(lang)), ACCENT), hang=4)
    page.line((f"{question.id} · {words.EFFORTS[question.effort].get(lang)}", FAINT), indent=2)
    page.line(words.IS.fill(what=words.WHY_ASKED, values=question.why).get(lang).strip(), indent=2)
    page.blank()
    for option in question.answers:
        page.line((option.id, ACCENT), f"  {one_line(option.label.get(lang))}", indent=2, hang=4)
    page.line(("unknown", ACCENT), f"  {words.NOT_KNOWN.get(lang)}", indent=2, hang=4)
    if read_back:
        page.head(words.READ_BACK.get(lang))
        for sentence in read_back:
            page.line(sentence.get(lang), indent=2, hang=4)
    _source(page, question.source, lang)
    return page.text()


def move_screen(playbook: Playbook, move: Move, lang: Lang, *, width: int, colour: bool) -> str:
    """Show one move or never in full, its condition in words."""
    page = Page(width, colour=colour)
    page.line((one_line(move.title.get(lang)), ACCENT), hang=4)
    page.line((f"{move.id} · {words.KINDS[move.kind].get(lang)}", FAINT), indent=2)
    column = 8 if lang == Lang.ZH else 10

    def row(label: Text, text: str) -> None:
        if text.strip():
            page.row(label.get(lang), text.strip(), indent=2, column=column)

    row(words.HOLDS_WHEN, condition(playbook, move.when, lang))
    for fact, wanted in move.needs.items():
        known = playbook.facts.get(fact)
        wants = names(known.values if known else (), wanted)
        row(words.NEEDS, words.IS.fill(what=known.title if known else fact, values=wants).get(lang))
    if move.to is not None:
        row(words.LEADS_TO, names(playbook.scales[playbook.main].places, [move.to]).get(lang))
    row(words.WHOM, move.whom.get(lang))
    row(words.DO, move.do.get(lang))
    for text in move.say:
        row(words.SAY, text.get(lang))
    for id_ in move.ask:
        asked = next((q.ask.get(lang) for q in playbook.bank if q.id == id_), "")
        row(words.ASK, f"{asked} ({id_})")
    row(words.LETTER, move.letter or "")
    row(words.PROOF, move.proof.get(lang))
    row(words.REFUSED, move.refused.get(lang))
    row(words.REASON, move.why.get(lang))
    row(words.INSTEAD, move.instead.get(lang))
    _source(page, move.source, lang)
    return page.text()


def _source(page: Page, source: Sequence[str], lang: Lang) -> None:
    if source:
        page.blank()
        page.line((f"{words.SOURCES.get(lang)}  {', '.join(source)}", FAINT), indent=2, hang=4)


def bank_screen(playbook: Playbook, questions: Sequence[BankQuestion], lang: Lang, *, width: int, colour: bool) -> str:
    """List questions to put to the customer, by kind, with the places they suit."""
    page = Page(width, colour=colour)
    if not questions:
        page.line(words.NO_BANK.get(lang))
    places = playbook.scales[playbook.main].places
    for kind in dict.fromkeys(q.kind for q in questions):
        page.head(words.BANK_KINDS[kind].get(lang))
        for question in questions:
            if question.kind == kind:
                where = names(places, question.at).get(lang)
                page.line("· ", one_line(question.ask.get(lang)), (f"  ({where})", FAINT), indent=2, hang=4)
    return page.text()
