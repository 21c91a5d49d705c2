"""``ltc deals new | forget | template``: how deals come into the folder, and leave it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ltc_coach.cli.casework import day_option, text_option
from ltc_coach.cli.finding import DealRef, DealsFolder, find_deal
from ltc_coach.cli.help import Command, command_app, says
from ltc_coach.cli.options import NoInput, Output, Playbook, Today
from ltc_coach.console.streams import can_ask
from ltc_coach.i18n import Text, both
from ltc_coach.plain import quoted
from ltc_coach.problems import CoachError

if TYPE_CHECKING:
    from ltc_coach.cli.session import Session
    from ltc_coach.deals.files import OpenDeal
    from ltc_coach.model.cells import Sum

app = command_app()

_LARGEST = 1_000_000  # bytes, as the reader has it
_CUSTOMER = both(zh="客户叫什么?", en="Who is the customer?")
_PRODUCT = both(zh="卖什么?(回车跳过)", en="Which product? (Enter to skip)")
_AMOUNT = both(zh="金额大概多少?如 260万(回车跳过)", en="About how much money, e.g. 260,000? (Enter to skip)")
_EXPECTED = both(zh="预计哪天签约?如 2026-12-31(回车跳过)", en="Expected to sign on, e.g. 2026-12-31? (Enter to skip)")
_NEXT = both(zh="下次哪天拜访?(回车跳过)", en="Next visit on? (Enter to skip)")
_NEEDED = both(zh="总得有个名字", en="a name is needed")
_NO_CUSTOMER = both(zh="没说客户是谁", en="the customer is missing")
_NO_CUSTOMER_HINT = both(zh="ltc deals new 客户名 --product ...", en='ltc deals new "CUSTOMER" --product ...')
_BAD_ID = both(
    zh="「{id}」不能做编号:只能用字母、数字、汉字和 . _ -,最多 64 个",
    en="'{id}' cannot be an id: letters, digits, hanzi and . _ - only, 64 at most",
)
_TAKEN = both(zh="编号 {id} 已经有了:{path}", en="id {id} is taken: {path}")
_ANOTHER_ID = both(zh="换一个编号:--id {id}", en="choose another one: --id {id}")
_THEN = both(
    zh="建好了。接着问几句,看客户走到哪一步:ltc diagnose {id}",
    en="Made. Now see where the customer stands: ltc diagnose {id}",
)
_REALLY = both(
    zh="真的删掉 {customer}({path})吗?删了就找不回来,别处也不留副本",
    en="Really delete {customer} ({path})? It is gone for good: nothing is kept elsewhere",
)
_NO = both(zh="不删", en="No, keep it")
_YES = both(zh="删掉", en="Yes, delete it")
_NEEDS_YES = both(zh="这里没人可问,删除要加 --yes", en="nobody to ask here: deleting needs --yes")
_STAYS = both(zh="没有删。", en="Kept.")
_GONE = both(
    zh="删掉了:{path},连同没问完的回答、没改完的稿子和缓存;你自己的备份、git 和网盘里的不归 ltc 管",
    en="Deleted: {path}, with unfinished interviews, drafts and cache entries; your own backups, git and "
    "synced copies are not touched",
)


@app.command(
    "new",
    cls=Command,
    help=says(
        zh="""新建一个商机。

        问几句,或用选项给出,写成一个 YAML 文件;编号按客户名的拼音起。""",
        en="""Begins a deal.

        Asks a few things, or takes them from options, and writes a YAML file.""",
    ),
    epilog=says(
        zh="""ltc deals new
        ltc deals new 华信精工 --amount 260万 --next-visit 2026-11-24
        ltc deals new 华信精工 --no-input --id huaxin""",
        en="""ltc deals new
        ltc deals new "Hua Xin" --amount 260000 --next-visit 2026-11-24
        ltc deals new "Hua Xin" --no-input --id huaxin""",
    ),
)
def new(
    ctx: typer.Context,
    customer: Annotated[
        str | None, typer.Argument(metavar="[CUSTOMER]", help=says(zh="客户叫什么", en="the customer's name"))
    ] = None,
    product: Annotated[str | None, text_option("--product", "NAME", zh="卖什么", en="what is sold")] = None,
    amount: Annotated[
        str | None, text_option("--amount", "MONEY", zh="金额,如 2600000、260万", en="e.g. 2600000")
    ] = None,
    currency: Annotated[str | None, text_option("--currency", "CODE", zh="币种(默认 CNY)", en="currency (CNY)")] = None,
    expected: Annotated[date | None, day_option("--expected", zh="预计签约日", en="when it should be signed")] = None,
    next_visit: Annotated[date | None, day_option("--next-visit", zh="下次拜访日", en="the next visit")] = None,
    owner: Annotated[str | None, text_option("--owner", "NAME", zh="谁负责", en="whose deal it is")] = None,
    playbook: Playbook = None,
    id_: Annotated[
        str | None, text_option("--id", "ID", zh="编号,也是文件名", en="its id, and the name of its file")
    ] = None,
    folder: DealsFolder = None,
    today: Today = None,
    no_input: NoInput = False,
) -> None:
    """Begin a deal."""
    from ltc_coach.cli.results import today as this_day
    from ltc_coach.deals.files import create_deal
    from ltc_coach.deals.index import take_stock
    from ltc_coach.model.deal import Deal

    session: Session = ctx.obj
    asking = can_ask() and not (no_input or session.settings.no_input)
    given: dict[str, Any] = {"customer": customer, "product": product, "amount": _money(amount) if amount else None}
    given |= {"expected": expected, "next_visit": next_visit}
    if asking:
        _ask_missing(session, given)
    if not (given["customer"] or "").strip():
        raise CoachError(_NO_CUSTOMER, hint=_NO_CUSTOMER_HINT)
    home = session.settings.deals_folder(folder)
    stock = take_stock(home)
    taken = {deal.id: deal.path for deal in stock.deals} | {file.path.stem: file.path for file in stock.unreadable}
    deal_id = _checked_id(id_, taken) if id_ else _free_id(given["customer"], taken)
    if given["amount"]:
        given["amount"], its_currency = given["amount"]
        currency = currency or its_currency
    given |= {"id": deal_id, "currency": currency, "owner": owner, "playbook": playbook, "opened": today or this_day()}
    deal = Deal(**{name: value for name, value in given.items() if value not in {None, ""}})
    opened = create_deal(home / f"{deal_id}.yaml", deal)
    session.emit(f"{opened.path}\n")
    session.say(_THEN.fill(id=deal_id))


def _ask_missing(session: Session, given: dict[str, Any]) -> None:
    """Ask for what no option gave; only the customer is needed."""
    from ltc_coach.console.prompts import ask_text

    lang = session.lang

    def ask(name: str, question: Text, read: Callable[[str], Any]) -> None:
        def wrong(typed: str) -> str | None:
            try:
                read(typed)
            except CoachError as error:
                return error.message.get(lang)
            return None

        if given[name] is None:
            given[name] = read(ask_text(question.get(lang), lang, check=wrong))

    def needed(typed: str) -> str:
        if not typed.strip():
            raise CoachError(_NEEDED)
        return typed

    ask("customer", _CUSTOMER, needed)
    ask("product", _PRODUCT, lambda typed: typed or None)
    ask("amount", _AMOUNT, lambda typed: _money(typed) if typed else None)
    ask("expected", _EXPECTED, _date)
    ask("next_visit", _NEXT, _date)


def _money(written: str) -> Sum:
    from ltc_coach.model.cells import Unfit, as_money

    try:
        return as_money(written)
    except Unfit as unfit:
        raise CoachError(unfit.reason) from unfit


def _date(typed: str) -> date | None:
    from ltc_coach.model.cells import Unfit, as_day

    try:
        return as_day(typed) if typed else None
    except Unfit as unfit:
        raise CoachError(unfit.reason) from unfit


def _checked_id(id_: str, taken: dict[str, Path]) -> str:
    """Return the id that was asked for, if it can be one and no deal has it; raises CoachError (2)."""
    import re

    from ltc_coach.deals.store import new_id
    from ltc_coach.model.base import RESERVED

    if not re.fullmatch(r"[A-Za-z0-9\u4e00-\u9fff][A-Za-z0-9._\-\u4e00-\u9fff]{0,63}", id_) or id_ in RESERVED:
        raise CoachError(_BAD_ID.fill(id=quoted(id_)))
    same = next((path for other, path in taken.items() if other.casefold() == id_.casefold()), None)
    if same:
        hint = _ANOTHER_ID.fill(id=new_id(id_, taken))
        raise CoachError(_TAKEN.fill(id=id_, path=quoted(str(same), 200)), hint=hint)
    return id_


def _free_id(customer: str, taken: dict[str, Path]) -> str:
    from ltc_coach.deals.store import new_id

    return new_id(customer, taken)


@app.command(
    "forget",
    cls=Command,
    help=says(
        zh="""把一个商机彻底删掉。

        没问完的回答、没改完的稿子和缓存一起删;不进回收站,也不移到别处。""",
        en="""Deletes a deal for good.

        Its unfinished interviews, drafts and cache entries go too; nothing is moved elsewhere.""",
    ),
    epilog=says(zh="ltc deals forget huaxin\nltc deals forget huaxin --yes", en="ltc deals forget huaxin --yes"),
)
def forget(
    ctx: typer.Context,
    deal: DealRef,
    folder: DealsFolder = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=says(zh="不再问,直接删", en="do not ask"))] = False,
) -> None:
    """Delete a deal."""
    from ltc_coach.deals.drafts import discard_drafts
    from ltc_coach.deals.files import remove_deal
    from ltc_coach.deals.index import forget_indexes

    session: Session = ctx.obj
    path = find_deal(session, deal, folder, asking=not yes)
    opened = _opened(path)
    shown = quoted(str(path), 400)
    if not yes and not _confirmed(session, quoted(opened.deal.customer), shown):
        session.say(_STAYS)
        return
    remove_deal(opened)
    _close_journals(session, opened.path, opened.deal.playbook)
    discard_drafts(opened.path)
    forget_indexes()
    session.say(_GONE.fill(path=shown))


def _opened(path: Path) -> OpenDeal:
    """Open a deal to delete it; one that does not read well is no reason to keep it."""
    import hashlib

    from ltc_coach.deals.files import OpenDeal, load_deal
    from ltc_coach.model.deal import Deal
    from ltc_coach.problems import SourceMap, Where
    from ltc_coach.reading.files import read_bytes

    try:
        return load_deal(path)
    except CoachError as error:
        if not error.problems:
            raise
    unread = Deal(id=path.stem, customer=path.stem)
    digest = hashlib.sha256(read_bytes(path, _LARGEST)).hexdigest()
    link = path.absolute() if path.is_symlink() else None
    return OpenDeal(unread, path.resolve(), digest, SourceMap(Where(str(path), 1, 1)), link)


def _confirmed(session: Session, customer: str, path: str) -> bool:
    from ltc_coach.console.prompts import choose

    if not can_ask() or session.settings.no_input:
        raise CoachError(_NEEDS_YES)
    options = [("no", _NO.get(session.lang)), ("yes", _YES.get(session.lang))]
    question = _REALLY.fill(customer=customer, path=path).get(session.lang)
    return choose(question, options, session.lang, default="no") == "yes"


def _close_journals(session: Session, path: Path, playbook: str | None) -> None:
    """Delete the answers of unfinished interviews about a deal, whatever playbook at hand asked them."""
    from ltc_coach.authoring.loading import find_playbooks, load_playbook
    from ltc_coach.deals.journal import left_over

    ids = {found.id for found in find_playbooks()}
    for ref in {playbook, session.settings.playbook} - {None, *ids}:
        # A path; one that cannot be used any more is no longer known by its id.
        with contextlib.suppress(CoachError):
            ids.add(load_playbook(str(ref)).id)
    for id_ in sorted(ids):
        while journal := left_over(id_, path):
            journal.close(keep=False)


@app.command(
    "template",
    cls=Command,
    help=says(
        zh="打印一份空白的商机档案,每一行都有说明。",
        en="Prints an empty deal file with every line explained.",
    ),
    epilog=says(zh="ltc deals template -o deals/huaxin.yaml", en="ltc deals template -o deals/huaxin.yaml"),
)
def print_template(ctx: typer.Context, output: Output = None) -> None:
    """Print the template."""
    from ltc_coach.deals.template import template

    session: Session = ctx.obj
    session.emit(template(session.lang), output)
