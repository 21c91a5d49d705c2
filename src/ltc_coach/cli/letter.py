"""``ltc letter``: a letter to the customer, filled from the deal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, cast

import typer

from ltc_coach.cli.finding import DealRef, DealsFolder, find_deal
from ltc_coach.cli.help import Command, command_app, says
from ltc_coach.cli.options import INPUT, OUTPUT, NoInput, Output, Playbook, Today, one_of
from ltc_coach.cli.session import Session
from ltc_coach.i18n import Lang, Text, both
from ltc_coach.plain import clean
from ltc_coach.problems import CoachError

if TYPE_CHECKING:
    from ltc_coach.documents.letters import Form
    from ltc_coach.model.playbook import Playbook as Book
    from ltc_coach.model.spoken import Blank, Letter

app = command_app()

_WHICH = both(zh="用哪一封?", en="Which letter?")
_SAY_WHICH = both(zh="没说用哪一封信", en="which letter is not said")
_LETTERS = both(zh="手册里有:{letters}", en="the playbook has: {letters}")
_NO_LETTER = both(zh="手册 {playbook} 里没有信稿「{id}」", en="playbook {playbook} has no letter '{id}'")
_NO_LETTERS = both(zh="手册 {playbook} 里一封信稿也没有", en="playbook {playbook} has no letters")
_NO_TONE = both(zh="信稿 {letter} 没有「{tone}」这种口气", en="letter {letter} has no tone '{tone}'")
_TONES = both(zh="可用:{tones};不写就是正式的", en="choose from: {tones}; without one it is formal")
_ONE_TONE = both(zh="这封信只有一种口气,去掉 --tone", en="it has one tone only: leave out --tone")
_FILL_SHAPE = both(zh="--fill {written}:要写成 名字=内容", en="--fill {written}: write NAME=TEXT")
_NO_BLANK = both(zh="信稿 {letter} 里没有「{name}」这一项", en="letter {letter} has no blank '{name}'")
_BLANKS = both(zh="可填:{names}", en="choose from: {names}")
_NO_TERMINAL = both(zh="这里没有终端,没法问;还缺 {names}", en="no terminal to ask on, and these are missing: {names}")
_NO_TERMINAL_HINT = both(
    zh="用 --fill 名字=内容 给出,或加 --no-input 先空着", en="give --fill NAME=TEXT, or --no-input to leave them open"
)
_ASKING = both(zh="还缺 {n} 项;不知道的直接回车,先空着", en="{n} to fill in; press Enter to leave one open")
_LEFT = both(zh="还有 {n} 处待填:{blanks}", en="{n} left to fill in: {blanks}")

LetterId = Annotated[
    str | None,
    typer.Argument(metavar="[ID]", help=says(zh="哪一封信;不给就现选", en="which letter; without one, choose")),
]
Fill = Annotated[
    list[str],
    typer.Option(
        "--fill",
        metavar="NAME=TEXT",
        help=says(zh="填一项,可多次;盖过商机里的", en="fill in a blank, repeatable; it outweighs what the deal says"),
        rich_help_panel=INPUT,
    ),
]
Tone = Annotated[
    str | None,
    typer.Option(
        "--tone",
        metavar="TONE",
        help=says(zh="口气,如 warm 是给熟人的;不写就是正式的", en="e.g. warm, for people we know well; else formal"),
        rich_help_panel=OUTPUT,
    ),
]
LetterFormat = Annotated[
    str,
    typer.Option(
        "--format",
        metavar="FORMAT",
        parser=one_of("--format", "text", "md"),
        help=says(zh="text 纯文本,md 是 Markdown", en="text, or md for Markdown"),
        rich_help_panel=OUTPUT,
    ),
]


@app.command(
    cls=Command,
    help=says(
        zh="""给客户的信:商机里知道的先填好,缺的再问。

        加 --no-input 就不问,缺的地方标成【待填:项目名称】这样。信只打印出来,不会替你发。""",
        en="""A letter to the customer: what the deal knows is filled in, the rest is asked.

        With --no-input nothing is asked and what is missing is marked. The letter is printed, never sent.""",
    ),
    epilog=says(
        zh="""ltc letter 华信                              挑一封,缺什么问什么
        ltc letter 华信 exchange --tone warm
        ltc letter 华信 decline --no-input --fill phone=13800000000 -o 婉拒.txt
        ltc letter 华信 follow-up --format md --lang en""",
        en="""ltc letter huaxin                            choose one, and be asked for what is missing
        ltc letter huaxin exchange --tone warm
        ltc letter huaxin decline --no-input --fill phone=13800000000 -o decline.txt
        ltc letter huaxin follow-up --format md --lang zh""",
    ),
)
def letter(
    ctx: typer.Context,
    deal: DealRef,
    letter_id: LetterId = None,
    playbook: Playbook = None,
    deals: DealsFolder = None,
    fill: Fill = [],  # noqa: B006 - Typer copies it
    no_input: NoInput = False,
    today: Today = None,
    tone: Tone = None,
    form: LetterFormat = "text",
    output: Output = None,
) -> None:
    """Fill one letter for one deal."""
    from ltc_coach.authoring.loading import load_playbook
    from ltc_coach.cli.results import today as this_day
    from ltc_coach.deals.files import load_deal
    from ltc_coach.documents.letters import fill_letter, known_values
    from ltc_coach.settings import DEFAULT_PLAYBOOK

    session: Session = ctx.obj
    asking = not (no_input or session.settings.no_input)
    given = load_deal(find_deal(session, deal, deals, asking=asking)).deal
    book = load_playbook(playbook or given.playbook or session.settings.playbook or DEFAULT_PLAYBOOK)
    chosen = _chosen(session, book, letter_id, asking=asking)
    _must_have(chosen, tone)
    values = known_values(chosen, given, today or this_day(), session.lang) | _from_flags(chosen, fill)
    if asking:
        values |= _asked(session, chosen, tone, values)
    filled = fill_letter(chosen, session.lang, tone, values, cast("Form", form))
    session.emit(filled.text, output)
    if filled.left:
        session.say(_LEFT.fill(n=len(filled.left), blanks=_named(filled.left)))


def _chosen(session: Session, book: Book, id_: str | None, *, asking: bool) -> Letter:
    """Return the letter that was named or is chosen now; raises CoachError (2) naming those there are."""
    from ltc_coach.cli.failures import nearest
    from ltc_coach.console.streams import can_ask

    letters = {one.id: one for one in book.letters}
    if not letters:
        raise CoachError(_NO_LETTERS.fill(playbook=book.id))
    if id_ is None and asking and can_ask():
        from ltc_coach.console.prompts import choose

        options = [(one.id, clean(one.title.get(session.lang))) for one in book.letters]
        id_ = choose(_WHICH.get(session.lang), options, session.lang)
    known = _LETTERS.fill(letters=_named(book.letters))
    if id_ is None:
        raise CoachError(_SAY_WHICH, hint=known)
    if id_ not in letters:
        raise CoachError(_NO_LETTER.fill(playbook=book.id, id=id_[:80]), hint=nearest(id_, letters) or known)
    return letters[id_]


def _must_have(letter: Letter, tone: str | None) -> None:
    """Raise CoachError (2) for a tone the letter does not have."""
    tones = [one.id for one in letter.tones]
    if tone is not None and tone not in tones:
        hint = _TONES.fill(tones=", ".join(tones)) if tones else _ONE_TONE
        raise CoachError(_NO_TONE.fill(letter=letter.id, tone=tone[:80]), hint=hint)


def _from_flags(letter: Letter, written: Sequence[str]) -> dict[str, str]:
    """Read ``--fill`` flags; of two for the same blank the later counts. Raises CoachError (2)."""
    from ltc_coach.cli.failures import nearest

    names = [blank.id for blank in letter.blanks]
    values: dict[str, str] = {}
    for flag in written:
        name, equals, text = flag.partition("=")
        if not equals:
            raise CoachError(_FILL_SHAPE.fill(written=flag[:80]))
        if name not in names:
            hint = nearest(name, names) or _BLANKS.fill(names=", ".join(names))
            raise CoachError(_NO_BLANK.fill(letter=letter.id, name=name[:80]), hint=hint)
        values[name] = text
    return values


def _asked(session: Session, letter: Letter, tone: str | None, known: dict[str, str]) -> dict[str, str]:
    """Ask for what is missing; raises CoachError (2) naming it where nobody can be asked, and ``Interrupted``."""
    from ltc_coach.console.streams import can_ask
    from ltc_coach.documents.letters import blanks_of

    missing = [blank for blank in blanks_of(letter, session.lang, tone) if not known.get(blank.id, "").strip()]
    if not missing:
        return {}
    if not can_ask():
        raise CoachError(_NO_TERMINAL.fill(names=", ".join(blank.id for blank in missing)), hint=_NO_TERMINAL_HINT)
    from ltc_coach.console.prompts import ask_text

    session.say(_ASKING.fill(n=len(missing)))
    return {blank.id: ask_text(clean(blank.title.get(session.lang)), session.lang) for blank in missing}


def _named(things: Iterable[Blank] | Iterable[Letter]) -> Text:
    """List things by id and title."""
    named = [(one.id, one.title) for one in things]
    return both(
        zh="、".join(f"{id_} {clean(title.get(Lang.ZH))}" for id_, title in named),
        en=", ".join(f"{id_} ({clean(title.get(Lang.EN))})" for id_, title in named),
    )
