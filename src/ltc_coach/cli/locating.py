"""Where the customers of many deals stand: the playbook of each, loaded and made ready once."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, cast

from ltc_coach.model.listing import Standing
from ltc_coach.settings import DEFAULT_PLAYBOOK

if TYPE_CHECKING:
    from ltc_coach.cli.session import Session
    from ltc_coach.model.deal import Deal
    from ltc_coach.model.playbook import Playbook, Reps


class Locating:
    """Locates customers on one day, each by the playbook of his deal or the one of the settings."""

    def __init__(self, session: Session, today: date) -> None:
        self._settings = session.settings
        self._today = today
        self._playbooks: dict[str | None, Playbook] = {}
        self._marks: dict[str | None, str] = {}
        self._ready: dict[str | None, _Ready] = {}

    def playbook(self, ref: str | None) -> Playbook:
        """Return the playbook of a deal that names ``ref``; raises CoachError (2) for one that cannot be used."""
        if ref not in self._playbooks:
            from ltc_coach.authoring.loading import load_playbook

            self._playbooks[ref] = load_playbook(ref or self._settings.playbook or DEFAULT_PLAYBOOK)
        return self._playbooks[ref]

    def mark(self, ref: str | None) -> str:
        """Return what a standing depends on besides the deal; raises CoachError (2)."""
        if ref not in self._marks:
            self._marks[ref] = f"{self.playbook(ref).fingerprint} {self._settings.reps} {self._today}"
        return self._marks[ref]

    def locate(self, deal: Deal, path: Path) -> Standing:
        """Return where the customer stands; raises CoachError (2) naming every answer that does not fit."""
        ref = deal.playbook
        if ref not in self._ready:
            self._ready[ref] = _Ready(self.playbook(ref), cast("Reps | None", self._settings.reps))
        return self._ready[ref].locate(deal, path, self._today)


class _Ready:
    """A playbook ready to locate many customers."""

    def __init__(self, playbook: Playbook, reps: Reps | None) -> None:
        from ltc_coach.engine import Coach
        from ltc_coach.model.deal import RETRACTED

        self._playbook = playbook
        self._coach = Coach(playbook, reps)
        self._titles = {place.id: place.title for place in playbook.scales[playbook.main].places}
        self._answers = {
            question.id: frozenset([*(option.id for option in question.answers), "unknown", RETRACTED])
            for question in playbook.questions
        }

    def locate(self, deal: Deal, path: Path, today: date) -> Standing:
        """Return where the customer stands."""
        from ltc_coach.engine.ties import reaches

        known = self._answers
        # Whether ``must_fit`` would have nothing to say; for thousands of deals it takes too long itself.
        if not all(answer.value in known.get(answer.question, ()) for answer in deal.answers):
            self._refuse(path)
        at, confidence = self._coach.place(deal, today)
        return Standing(at, self._titles[at], confidence, settled=reaches(confidence, self._playbook.stop.place_sure))

    def _refuse(self, path: Path) -> None:
        from ltc_coach.cli.answers import must_fit
        from ltc_coach.deals.files import load_deal

        # Only now it matters on which line an answer stands.
        opened = load_deal(path)
        must_fit(self._playbook, opened.deal.answers, opened.source)
