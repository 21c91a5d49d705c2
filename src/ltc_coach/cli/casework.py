"""A deal at work: opened with its playbook, looked at on a day, changed, and looked at again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, cast

import typer

from ltc_coach.cli.failures import nearest
from ltc_coach.cli.finding import find_deal
from ltc_coach.cli.help import says
from ltc_coach.cli.options import INPUT
from ltc_coach.cli.session import Session
from ltc_coach.i18n import Text, both
from ltc_coach.plain import quoted
from ltc_coach.problems import CoachError

if TYPE_CHECKING:
    from ltc_coach.deals.files import OpenDeal
    from ltc_coach.engine import Coach
    from ltc_coach.engine.effect import Effect
    from ltc_coach.model.base import Model
    from ltc_coach.model.deal import Deal
    from ltc_coach.model.playbook import Playbook
    from ltc_coach.model.report import Report

_NOTED = both(zh="记下了:{path}", en="noted in {path}")
_SAME = both(zh="已经是这样,没有改", en="it is so already; nothing was changed")
_MERGED = both(
    zh="别人刚才也改过这个商机,两边的改动都在里面",
    en="somebody else changed this deal meanwhile; both changes are in it",
)
_BAD_DAY = both(zh="{option}:{reason}", en="{option}: {reason}")
_NOT_YET = both(zh="{option}:{day} 还没到", en="{option}: {day} has not come yet")
_NOT_ONE_OF = both(zh="{option}:没有「{value}」", en="{option}: there is no '{value}'")
_CHOICES = both(zh="可选:{choices}", en="choose from: {choices}")


@dataclass(frozen=True, slots=True)
class Case:
    """One deal with its playbook, as it looks on ``today``."""

    session: Session
    opened: OpenDeal
    playbook: Playbook
    engine: Coach
    today: date

    @property
    def deal(self) -> Deal:
        """The deal as it is on disk now."""
        return self.opened.deal

    @property
    def named(self) -> tuple[str, str]:
        """Id and customer."""
        return self.deal.id, self.deal.customer

    def report(self, deal: Deal | None = None) -> Report:
        """Return the diagnosis of the deal, or of what it would be."""
        deal = deal or self.deal
        return self.engine.report(deal.answers, self.today, deal)

    def effect_since(self, before: Case) -> Effect | None:
        """Return what is advised differently from ``before``; None where nothing was changed."""
        from ltc_coach.engine.effect import effect

        return None if before is self else effect(before.report(), self.report())

    def changed(
        self,
        *,
        add: Mapping[str, Sequence[Model]] | None = None,
        put: Mapping[tuple[str | int, ...], object] | None = None,
    ) -> Case:
        """Write a change into the deal, say so, and return the case with it; raises as ``change_deal`` does."""
        from ltc_coach.deals.files import change_deal

        opened = change_deal(self.opened, add=add or {}, put=put or {})
        if opened is self.opened:
            self.session.say(_SAME)
            return self
        self.session.say(_NOTED.fill(path=quoted(str(opened.path), 400)))
        if opened.merged:
            self.session.say(_MERGED)
        return replace(self, opened=opened)

    def day(self, option: str, day: date | None) -> date:
        """Return the day something happened, today unless told; raises CoachError (2) for one that is to come."""
        if day and day > self.today:
            raise CoachError(_NOT_YET.fill(option=option, day=day))
        return day or self.today


def open_case(
    session: Session,
    ref: str,
    playbook: str | None,
    folder: str | None,
    today: date | None,
    *,
    asking: bool = True,
) -> Case:
    """Find and open a deal; raises CoachError when it cannot be found, read, or does not fit its playbook."""
    from ltc_coach.authoring.loading import load_playbook
    from ltc_coach.cli.answers import must_fit
    from ltc_coach.cli.results import today as this_day
    from ltc_coach.deals.files import load_deal
    from ltc_coach.engine import Coach
    from ltc_coach.model.playbook import Reps
    from ltc_coach.settings import DEFAULT_PLAYBOOK

    settings = session.settings
    opened = load_deal(find_deal(session, ref, folder, asking=asking))
    book = load_playbook(playbook or opened.deal.playbook or settings.playbook or DEFAULT_PLAYBOOK)
    must_fit(book, opened.deal.answers, opened.source)
    return Case(session, opened, book, Coach(book, cast("Reps | None", settings.reps)), today or this_day())


def day_of(option: str) -> Callable[[str], date]:
    """Make the reader of an option that takes a day; it raises CoachError (2)."""

    def read(written: str) -> date:
        from ltc_coach.model.cells import Unfit, as_day

        try:
            return as_day(written)
        except Unfit as unfit:
            raise CoachError(_BAD_DAY.fill(option=option, reason=unfit.reason)) from unfit

    return read


def day_option(name: str, *, zh: str, en: str) -> Any:
    """Make an option that takes a day."""
    return typer.Option(name, metavar="DAY", parser=day_of(name), help=says(zh=zh, en=en), rich_help_panel=INPUT)


def text_option(name: str, metavar: str, *, zh: str, en: str) -> Any:
    """Make an option that takes a text."""
    return typer.Option(name, metavar=metavar, help=says(zh=zh, en=en), rich_help_panel=INPUT)


def known(option: str, value: str, choices: Collection[str]) -> str:
    """Return ``value`` if it is one of ``choices``; raises CoachError (2) naming the nearest, or all."""
    if value in choices:
        return value
    hint: Text = nearest(value, choices) or _CHOICES.fill(choices=", ".join(choices))
    raise CoachError(_NOT_ONE_OF.fill(option=option, value=quoted(value, 40)), hint=hint)
