"""The chance of winning a deal: by its proof, by what its CRM stage is declared to be worth, by our own history.

Never by the customer's place (domain A2.8): a customer who is about to decide may be about to decide against us.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from ltc_coach.model.batch import DealRow, RateSource
from ltc_coach.model.deal import Ending
from ltc_coach.model.playbook import Playbook

# Of several ways to know a rate, the first that there is counts.
PREFERRED: tuple[RateSource, ...] = ("calibrated", "evidence", "declared")


class Rates:
    """The win rates a run goes by.

    ``stages`` gives a rate to stages of the CRM; a stage called like a rung of the playbook's first ladder, by id or
    title, has that rung's. ``learned`` gives rungs the rates of the firm's own deals (``ltc fit``).
    """

    def __init__(
        self, playbook: Playbook, stages: Mapping[str, float] | None = None, learned: Mapping[str, float] | None = None
    ) -> None:
        self.ladder = next(iter(playbook.ladders), None)
        rungs = playbook.ladders[self.ladder].rungs if self.ladder else ()
        self._proved = {rung.id: rung.rate for rung in rungs}
        self.learned = dict(learned or {})
        self._declared = {
            name.casefold(): rung.rate for rung in rungs for name in (rung.id, rung.title.zh, rung.title.en) if name
        }
        self._declared |= {stage.casefold(): rate for stage, rate in (stages or {}).items()}
        self._stages: dict[str, float | None] = {}

    def of(self, source: RateSource, rung: str | None, stage: str) -> float | None:
        """Return the rate of a deal by one of ``PREFERRED``; None where that way knows none."""
        if source == "declared":
            try:
                return self._stages[stage]
            except KeyError:
                rate = self._declared.get(" ".join(stage.split()).casefold())
                if len(self._stages) < 1000:  # noqa: PLR2004 - a CRM has a dozen stages; anything else is no stage
                    self._stages[stage] = rate
                return rate
        return (self.learned if source == "calibrated" else self._proved).get(rung or "")

    def best(self, rung: str | None, stage: str, outcome: Ending | None) -> tuple[float | None, RateSource]:
        """Return the rate that counts, and where it comes from; a deal that has ended is won or it is not."""
        if outcome is not None:
            return float(outcome == "won"), "outcome"
        for source in PREFERRED:
            if (rate := self.of(source, rung, stage)) is not None:
                return rate, source
        return None, "none"

    def all(self, row: DealRow) -> list[tuple[RateSource, float | None]]:
        """Return the rate of an open deal by each way."""
        return [(source, self.of(source, row.rung, row.crm_stage)) for source in PREFERRED]


def exact(rate: float) -> Decimal:
    """Return a rate as it is written, not as the nearest binary fraction."""
    return Decimal(repr(rate))
