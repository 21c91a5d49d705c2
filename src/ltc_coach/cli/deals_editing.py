"""``ltc deals edit``: a deal in an editor, checked before it replaces the file; or single fields, for scripts."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ltc_coach.cli.failures import nearest
from ltc_coach.cli.finding import DealRef, DealsFolder, find_deal
from ltc_coach.cli.help import Command, command_app, says
from ltc_coach.cli.options import INPUT
from ltc_coach.console.streams import can_ask
from ltc_coach.i18n import Text, both
from ltc_coach.plain import clean, quoted
from ltc_coach.problems import CoachError, SourceMap, Where

if TYPE_CHECKING:
    from ltc_coach.cli.session import Session
    from ltc_coach.deals.drafts import Draft
    from ltc_coach.model.base import Model
    from ltc_coach.model.deal import Deal

app = command_app()

_FIELDS = (
    "customer", "alias", "product", "playbook", "amount", "currency", "opened", "expected", "next_visit",
    "crm_stage", "owner", "team", "rivals", "strengths",
)  # fmt: skip
_PERSON = ("name", "title", "role", "power", "stance", "met")
_OUTCOME = ("state", "day", "to", "reason")
_LISTS = frozenset({"alias", "rivals", "strengths"})

_SHAPE = both(zh="--set {written}:要写成 字段=值", en="--set {written}: write FIELD=VALUE")
_NO_FIELD = both(zh="--set {written}:没有字段 {name}", en="--set {written}: there is no field {name}")
_FIELDS_HINT = both(zh="可用:{names}", en="choose from: {names}")
_BAD_VALUE = both(zh="--set {written}:{reason}", en="--set {written}: {reason}")
_SET = both(zh="改好了:{path}", en="changed: {path}")
_UNCHANGED = both(zh="没有改动:{path}", en="nothing changed: {path}")
_RESUMED = both(zh="上次没改完的稿子还在,接着改:{path}", en="going on with the draft left unfinished: {path}")
_NO_EDITOR = both(zh="不知道用哪个编辑器", en="which editor to use is not known")
_NO_EDITOR_HINT = both(
    zh="设好 EDITOR,如 export EDITOR=nano;或用 --set 字段=值", en="set EDITOR, e.g. to nano; or use --set FIELD=VALUE"
)
_EDITOR_FAILED = both(zh="编辑器没有正常退出:{editor}", en="the editor failed: {editor}")
_DRAFT = both(
    zh="改的内容都在 {path};再运行一次 ltc deals edit 接着改",
    en="what you wrote is in {path}: run ltc deals edit again",
)
_UNUSABLE = both(zh="{path}:这样改读不通,原文件没动", en="{path}: this does not read well; the deal is unchanged")
_WHAT_NOW = both(zh="怎么办?", en="What now?")
_AGAIN = both(zh="接着改", en="edit again")
_LATER = both(zh="先放着,稿子留着", en="leave it for now, the draft is kept")
_DROP = both(zh="不要了,退回原样", en="drop it, the deal stays as it was")


@app.command(
    "edit",
    cls=Command,
    help=says(
        zh="""用编辑器改一个商机,或用 --set 只改一项。

        编辑器看 VISUAL 或 EDITOR。存盘后先检查,读得通才换掉原文件;读不通的稿子留着,可以接着改。

        脚本用 --set 字段=值;值留空就是删掉这一项。""",
        en="""Opens a deal in your editor, or sets single fields.

        The editor is VISUAL or EDITOR. What you saved is checked first and replaces the file only if it reads
        well; a draft that does not is kept, to be edited again.

        For scripts there is --set FIELD=VALUE; an empty value removes the field.""",
    ),
    epilog=says(
        zh="""ltc deals edit 华信
        ltc deals edit 华信 --set expected=2026-12-31 --set next_visit=2026-11-24
        ltc deals edit 华信 --set people.周工.stance=leans_us --set outcome.state=won""",
        en="""ltc deals edit huaxin
        ltc deals edit huaxin --set expected=2026-12-31 --set next_visit=2026-11-24
        ltc deals edit huaxin --set people.Zhou.stance=leans_us --set outcome.state=won""",
    ),
)
def edit(
    ctx: typer.Context,
    deal: DealRef,
    settings: Annotated[
        list[str],
        typer.Option(
            "--set",
            metavar="FIELD=VALUE",
            help=says(zh="直接改一个字段,可多次", en="set a field, repeatable"),
            rich_help_panel=INPUT,
        ),
    ] = [],  # noqa: B006 - Typer copies it
    folder: DealsFolder = None,
) -> None:
    """Edit a deal by hand or field by field."""
    session: Session = ctx.obj
    path = find_deal(session, deal, folder)
    if settings:
        _set_fields(session, path, settings)
    else:
        _in_editor(session, path)


# ---- field by field -----------------------------------------------------------------------------------


def _set_fields(session: Session, path: Path, settings: Sequence[str]) -> None:
    from ltc_coach.deals.files import change_deal, load_deal

    opened = load_deal(path)
    changes: dict[tuple[str | int, ...], Any] = {}
    ending: dict[str, Any] = {}
    for written in settings:
        name, equals, value = written.partition("=")
        if not (name and equals):
            raise CoachError(_SHAPE.fill(written=quoted(written)))
        match name.split("."):
            case ["people", who, field] if field in _PERSON:
                changes["people", _index(opened.deal, who, written), field] = _person_field(field, value, written)
            case ["outcome", field] if field in _OUTCOME:
                ending[field] = value
            case [field] if field in _FIELDS:
                changes[field,] = _deal_field(opened.deal, field, value, written)
            case _:
                raise _no_field(name, written)
    if ending:
        changes["outcome",] = _ending(opened.deal, ending)
    now = change_deal(opened, put=changes)
    session.say((_UNCHANGED if now.digest == opened.digest else _SET).fill(path=quoted(str(path), 400)))


def _no_field(name: str, written: str) -> CoachError:
    people, ending = [f"people.ID.{field}" for field in _PERSON], [f"outcome.{field}" for field in _OUTCOME]
    known = [*_FIELDS, *people, *ending]
    hint = nearest(name, known) or _FIELDS_HINT.fill(names=", ".join(known))
    return CoachError(_NO_FIELD.fill(written=quoted(written), name=quoted(name, 40)), hint=hint)


def _index(deal: Deal, who: str, written: str) -> int:
    for index, person in enumerate(deal.people):
        if who in {person.id, person.name}:
            return index
    names = [person.id for person in deal.people]
    hint = nearest(who, names) or _FIELDS_HINT.fill(names=", ".join(names) or "-")
    raise CoachError(_NO_FIELD.fill(written=quoted(written), name=f"people.{quoted(who, 40)}"), hint=hint)


def _deal_field(deal: Deal, field: str, value: str, written: str) -> Any:
    from ltc_coach.model.deal import Deal as Kind

    if not value and field != "customer":
        return None
    given: Any = [part.strip() for part in value.replace(",", ",").split(",")] if field in _LISTS else value
    return _fitting(Kind, {"id": deal.id, "customer": deal.customer, field: given or None}, field, written)


def _person_field(field: str, value: str, written: str) -> Any:
    from ltc_coach.model.deal import Person

    if not value and field != "name":
        return None
    return _fitting(Person, {"id": "x", "name": "x", field: value or None}, field, written)


def _ending(deal: Deal, given: Mapping[str, str]) -> Any:
    """Return the outcome with some fields changed; without any left there is none."""
    from ltc_coach.model.deal import Outcome

    before = deal.outcome.model_dump(mode="json", exclude_none=True) if deal.outcome else {}
    fields = {name: value for name, value in {**before, **given}.items() if value}
    if not fields:
        return None
    return _checked(Outcome, fields, " ".join(f"outcome.{name}={value}" for name, value in given.items()))


def _fitting(kind: type[Model], tree: dict[str, Any], field: str, written: str) -> Any:
    return getattr(_checked(kind, tree, written), field)


def _checked(kind: type[Model], tree: dict[str, Any], written: str) -> Model:
    """Return the model of ``tree`` as the reader would make it; raises CoachError (2) in the reader's words."""
    from ltc_coach.reading.shape import fit

    model, problems = fit(kind, tree, SourceMap(Where("--set", 1, 1)))
    if model is None:
        raise CoachError(_BAD_VALUE.fill(written=quoted(written), reason=problems[0].message), hint=problems[0].hint)
    return model


# ---- in an editor -------------------------------------------------------------------------------------


def _in_editor(session: Session, path: Path) -> None:
    from ltc_coach.deals.drafts import open_draft
    from ltc_coach.deals.writing import may_write

    editor = _editor()
    may_write(path.resolve())
    draft = open_draft(path)
    if draft.resumed:
        session.say(_RESUMED.fill(path=draft.path))
    while True:
        _run(editor, draft)
        if not draft.changed:
            draft.discard()
            session.say(_UNCHANGED.fill(path=quoted(str(path), 400)))
            return
        problems = draft.problems()
        if not problems:
            draft.put_back()
            session.say(_SET.fill(path=quoted(str(path), 400)))
            return
        refused = CoachError(
            _UNUSABLE.fill(path=quoted(str(path), 200)), problems=problems, hint=_DRAFT.fill(path=draft.path)
        )
        if not _goes_on(session, draft, refused):
            return


def _editor() -> list[str]:
    """Return the command of the editor; raises CoachError (2) when there is none."""
    import shlex
    import shutil

    for name in ("VISUAL", "EDITOR"):
        if command := os.environ.get(name, "").strip():
            return shlex.split(command, posix=os.name == "posix")
    usual = ("notepad",) if os.name == "nt" else ("nano", "vim", "vi")
    found = next((command for command in usual if shutil.which(command)), None)
    if found is None:
        raise CoachError(_NO_EDITOR, hint=_NO_EDITOR_HINT)
    return [found]


def _run(editor: Sequence[str], draft: Draft) -> None:
    import subprocess

    failed = CoachError(_EDITOR_FAILED.fill(editor=quoted(" ".join(editor))), hint=_DRAFT.fill(path=draft.path))
    try:
        done = subprocess.run([*editor, str(draft.path)], check=False)  # noqa: S603 - the person's own editor
    except OSError as error:
        raise failed from error
    if done.returncode:
        raise failed


def _goes_on(session: Session, draft: Draft, refused: CoachError) -> bool:
    """Say what is wrong and ask what to do; where nobody can be asked, the draft is kept and the run ends."""
    if not can_ask() or session.settings.no_input:
        raise refused
    from ltc_coach.cli.session import note
    from ltc_coach.console.prompts import choose

    lang = session.lang
    for problem in refused.problems:
        note(f"{clean(str(problem.where))}: {clean(problem.message.get(lang))}")
    options: list[tuple[str, Text]] = [("again", _AGAIN), ("later", _LATER), ("drop", _DROP)]
    choice = choose(_WHAT_NOW.get(lang), [(value, label.get(lang)) for value, label in options], lang)
    if choice == "later":
        raise CoachError(refused.message, hint=refused.hint)
    if choice == "drop":
        draft.discard()
    return choice == "again"
