"""Which deal is meant: a path, an id, a name or a part of it, an alias, pinyin or its initials."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ltc_coach.cli.help import says
from ltc_coach.cli.options import INPUT
from ltc_coach.console.streams import can_ask
from ltc_coach.i18n import both
from ltc_coach.plain import quoted
from ltc_coach.problems import CoachError

if TYPE_CHECKING:
    from ltc_coach.cli.session import Session
    from ltc_coach.model.listing import Filed

# So many deals are offered to choose from, or named in a message.
_OFFERED, _NAMED = 20, 8

_NONE = both(zh="没找到商机「{ref}」", en="no deal found for '{ref}'")
_NO_DEALS = both(zh="{folder} 里还没有商机", en="there are no deals in {folder} yet")
_NEW = both(
    zh="新建一个:ltc deals new;或直接给商机文件的路径", en="begin one: ltc deals new; or give the path of a deal file"
)
_SEE_LIST = both(zh="有哪些商机:ltc deals list --all", en="all deals: ltc deals list --all")
_DID_YOU_MEAN = both(zh="你是不是想找 {name}?", en="did you mean {name}?")
_SEVERAL = both(zh="「{ref}」对得上 {n} 个商机", en="'{ref}' fits {n} deals")
_WHICH = both(zh="是哪一个?", en="Which one?")
_CHOOSE = both(zh="写清楚是哪一个:{names}", en="say which one: {names}")

DealRef = Annotated[
    str,
    typer.Argument(
        metavar="DEAL",
        help=says(
            zh="商机:编号、客户名或其中几个字、拼音或首字母,或文件路径",
            en="a deal: id, customer or part of the name, pinyin or initials, or a path",
        ),
    ),
]
DealsFolder = Annotated[
    str | None,
    typer.Option(
        "--deals",
        metavar="DIR",
        help=says(zh="商机放在哪个文件夹(或设 LTC_DEALS)", en="the folder with the deals (or LTC_DEALS)"),
        rich_help_panel=INPUT,
    ),
]


def find_deal(session: Session, ref: str, folder: str | None = None, *, asking: bool = True) -> Path:
    """Return the path of the deal that ``ref`` means; where several fit, ask who is there to be asked.

    ``folder`` is the value of ``--deals``; with ``asking`` False nobody is asked. Raises CoachError (2)
    when no deal fits, with the nearest name, or when several do, naming them.
    """
    if _is_path(ref):
        return Path(ref)
    from ltc_coach.deals.index import take_stock
    from ltc_coach.deals.store import nearest, search

    home = session.settings.deals_folder(folder)
    stock = take_stock(home)
    # A file that cannot be read is found by its name, so that its problems can be told.
    unread = [file.path for file in stock.unreadable if file.path.stem == ref]
    found = search(stock.deals, ref)
    if len(found) + len(unread) == 1:
        return found[0].path if found else unread[0]
    if found:
        return _one_of(session, ref, found, asking=asking)
    if not stock.deals:
        raise CoachError(_NO_DEALS.fill(folder=quoted(str(home), 200)), hint=_NEW)
    near = nearest(stock.deals, ref)
    raise CoachError(_NONE.fill(ref=quoted(ref)), hint=_DID_YOU_MEAN.fill(name=_name(near)) if near else _SEE_LIST)


def _is_path(ref: str) -> bool:
    return "/" in ref or "\\" in ref or ref.endswith((".yaml", ".yml")) or Path(ref).is_file()


def _one_of(session: Session, ref: str, found: Sequence[Filed], *, asking: bool) -> Path:
    names = [_name(deal) for deal in found]
    if asking and can_ask() and not session.settings.no_input and len(found) <= _OFFERED:
        from ltc_coach.console.prompts import choose

        options = [(str(i), name) for i, name in enumerate(names)]
        return found[int(choose(_WHICH.get(session.lang), options, session.lang))].path
    named = ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")
    raise CoachError(_SEVERAL.fill(ref=quoted(ref), n=len(found)), hint=_CHOOSE.fill(names=named))


def _name(deal: Filed) -> str:
    return f"{deal.id} ({quoted(deal.customer, 40)})"
