"""Deals one by one: what each row of a batch reports.

Works without any extra. People, plans and a dated log, which only deal files have, are looked at where they are; what
tables have can also be done in columns (frames.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from ltc_coach.batch.alarms import Watch, plan_hurts
from ltc_coach.batch.rates import Rates
from ltc_coach.batch.stays import Stays
from ltc_coach.engine.conditions import SURE
from ltc_coach.engine.guard import check
from ltc_coach.engine.history import timeline
from ltc_coach.engine.outline import Outline, Outliner
from ltc_coach.engine.people import view
from ltc_coach.engine.ties import likeliest_of, reaches
from ltc_coach.i18n import Text, both
from ltc_coach.model.batch import DealRow, SkippedRow, Warn
from ltc_coach.model.deal import Deal
from ltc_coach.model.playbook import Playbook
from ltc_coach.model.row import Imported, Skipped

NOT_SETTLED = both(zh="客户走到哪一步", en="where the customer stands")
NOTHING_KNOWN = both(zh="客户走到哪一步,一条回答都没有", en="where the customer stands: no answer at all")
_PERSON = both(zh="{name}走得最慢", en="{name} is furthest back")
_NONE: tuple[Warn, ...] = ()
_ZERO = Decimal(0)


class Records:
    """A playbook ready for many deals.

    ``stages`` says what the CRM's stages come to (a place, an ending, `open`). Pace and turns of dated logs are
    gathered in ``stays``; ``number`` counts the rows of the run.
    """

    def __init__(self, playbook: Playbook, today: date, rates: Rates, stages: Mapping[str, str]) -> None:
        self.stays = Stays(playbook)
        self.number = 0
        self._playbook = playbook
        self._today = today
        self._rates = rates
        self._stages = stages
        self._outliner = Outliner(playbook)
        self._compiled = self._outliner.compiled
        main = playbook.scales[playbook.main]
        self._places = {place.id: place for place in main.places}
        self._titles = {move.id: move.title for move in playbook.moves}
        self._scales = {id_: scale.title for id_, scale in playbook.scales.items()}
        self._ledger = playbook.ledger
        self._watch = Watch(playbook, today)

    def read(self, stream: Iterable[Imported | Skipped]) -> Iterator[DealRow | SkippedRow]:
        """Yield a row for every row that comes in, in order; a file that is no table keeps the number 0."""
        for one in stream:
            self.number += isinstance(one, Imported) or one.row > 0
            if isinstance(one, Imported):
                yield self._row(self.number, one)
            else:
                row = self.number if one.row else 0
                yield SkippedRow(row=row, file=one.file, line=one.line, field=one.field, reason=one.reason)

    def _row(self, number: int, imported: Imported) -> DealRow:
        """Return what is reported of a deal."""
        deal, source = imported.deal, imported.row
        outline = self._outliner.outline(deal.answers, self._today, deal)
        outcome = deal.outcome.state if deal.outcome else None
        stage = deal.crm_stage or ""
        given: dict[str, Any] = {
            "row": number,
            "file": source.file,
            "line": source.line,
            "id": deal.id,
            "customer": deal.customer,
            "product": deal.product or "",
            "owner": deal.owner or "",
            "team": deal.team or "",
            "amount": deal.amount,
            "currency": deal.currency,
            "crm_stage": stage,
            "crm_at": self._stages.get(stage),
            "opened": deal.opened,
            "expected": deal.expected,
            "outcome": outcome,
            "closed": deal.outcome.day if deal.outcome else None,
        }
        if outline.answered:
            self._located(given, outline)
        else:
            given["weakest"], given["unclear"] = NOTHING_KNOWN, self._playbook.main
        more = self._of_people(deal, outline, given) if deal.people or deal.plans else _NONE
        rung = given["rung"] = outline.rungs[self._rates.ladder][0] if self._rates.ladder else None
        given["rate"], given["rate_source"] = self._rates.best(rung, stage, outcome)
        contact = self._contact(deal, given)
        given["last_contact"] = contact
        given["warnings"] = imported.warnings
        end = given["closed"] if outcome else self._today
        if deal.opened and end and end >= deal.opened:
            self.stays.lasted((end - deal.opened).days, outcome)
        if outcome is None:
            self._watched(given, contact, more)
        return DealRow(**given)

    def _located(self, given: dict[str, Any], outline: Outline) -> None:
        """Put in where the customer stands and what to do."""
        at = outline.place.at
        place = self._places[at]
        given["answers"] = outline.answered
        given["place"], given["place_title"] = at, place.title
        given["confidence"], given["runner_up"] = outline.place.confidence, outline.place.runner_up
        given["settled"] = outline.settled
        given["maps"] = {name: its for name, its in outline.maps.items() if its is not None}
        given["missing"] = place.exit
        given["moves"], given["never"] = outline.moves, outline.never
        if outline.moves:
            given["first_move"], given["first_move_title"] = outline.moves[0], self._titles[outline.moves[0]]
        if self._ledger and (origin := outline.also.get(self._ledger.scale)):
            given["origin"], given["origin_confidence"] = origin.at, origin.confidence
        given["weakest"], given["unclear"] = self._least_known(outline)

    def _least_known(self, outline: Outline) -> tuple[Text, str | None]:
        """The place while it is not settled, else the scale known least, unless everything is sure."""
        if not outline.settled:
            return NOT_SETTLED, self._playbook.main
        also = sorted(outline.also.items())
        unsure = {id_: 1.0 - stand.confidence for id_, stand in also if not reaches(stand.confidence, SURE)}
        if not unsure:
            return Text(), None
        id_ = likeliest_of(unsure)
        return self._scales[id_], id_

    def _of_people(self, deal: Deal, outline: Outline, given: dict[str, Any]) -> tuple[Warn, ...]:
        """Put in the person who is furthest back; return what is wrong with people and plans."""
        from ltc_coach.engine.advice import Advice

        situation = outline.situation or self._compiled.situation(deal.answers, self._today, deal)
        if situation.focus and given.get("settled") and (person := deal.person(situation.focus)):
            given["weakest"], given["unclear"] = _PERSON.fill(name=person.name), "person"
        warnings = [Warn(id=alarm.id, text=alarm.text) for alarm in view(self._compiled, situation).alarms]
        if deal.plans:
            advice = Advice(self._compiled, situation, settled=bool(given.get("settled")))
            planned = check(self._compiled, advice, deal.plans)
            warnings += [Warn(id="plan-hurts", text=plan_hurts(one.what, one.title)) for one in planned]
        return tuple(warnings)

    def _contact(self, deal: Deal, given: dict[str, Any]) -> date | None:
        """Return the day of the last contact; where the log has days, put in how long the deal has stood there."""
        days = [day for answer in deal.answers if (day := answer.day)]
        if days:
            spells = timeline(self._compiled, deal, self._today).spells
            self.stays.add(spells, given["outcome"])
            here = [s for s in spells if s.kind == "place" and s.until is None]
            if here and given["outcome"] is None:
                given["days_in_place"] = here[-1].days
        days += [visit.day for visit in deal.visits]
        days += [person.met for person in deal.people if person.met]
        return max((day for day in days if day <= self._today), default=None)

    def _watched(self, given: dict[str, Any], contact: date | None, more: tuple[Warn, ...]) -> None:
        """Put in what an open deal has to be watched for, and the money at risk."""
        if contact:
            given["days_silent"] = (self._today - contact).days
        expected = given["expected"]
        if expected and expected < self._today:
            given["overdue_days"] = (self._today - expected).days
        warnings, risk = self._watch.look(given)
        given["warnings"] = (*given["warnings"], *warnings, *more)
        if risk is not None:
            given["risk"], given["at_risk"] = risk.text, given["amount"] or _ZERO
