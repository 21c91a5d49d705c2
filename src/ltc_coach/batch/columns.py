"""A playbook compiled for columns: record batch in, record batch out.

:meth:`Columns.score` is the whole of it: a pure function of one batch, picklable with its playbook, so that a run on
one machine and an engine that spreads batches over many use the same step (docs/scale.md). What it
returns equals what the engine reports on each row (tests/test_columns.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ltc_coach.batch.advice import NOBODY, Advising, Lists, stand
from ltc_coach.batch.composite import Codes, Composite, Floats
from ltc_coach.batch.vocabulary import NO_CODE, Read, Vocabulary
from ltc_coach.engine.situation import Chances, Compiled
from ltc_coach.engine.tables import UNKNOWN, prior
from ltc_coach.i18n import both
from ltc_coach.model.deal import RETRACTED
from ltc_coach.model.mapping import BLANK, AnswerColumn
from ltc_coach.model.mapping import Mapping as Layout
from ltc_coach.model.playbook import Playbook, Reps
from ltc_coach.problems import CoachError

# Why a row is refused: a word that is no answer, or answers that cannot be true together.
NO_ANSWER, IMPOSSIBLE = "no_answer", "impossible"
# Deals scored together: enough to make a call to numpy cheap, few enough to stay in the cache.
_BLOCK = 1 << 15

_CLASH = both(
    zh="输入里的列「{names}」和结果列重名,请改名或不要带上",
    en="the input has columns named like results: {names}; rename them or leave them out",
)


class Columns:
    """A playbook ready for record batches: build it once, use it for any number, in any process.

    ``layout`` says which columns answer which questions and what their words mean; without it columns are
    named by question ids. ``keep`` names the columns to pass through; without it all that answer no question
    are. ``plain`` gives words as strings instead of dictionaries, for engines that know no dictionaries.

    A batch has one deal per row. A question's column holds words (null, empty, or missing altogether: not
    answered; `unknown` is an answer). The result has the kept columns and:

    - ``place``, ``confidence``, ``runner_up``, ``settled``, as in a report;
    - ``map_ID``, ``map_ID_confidence`` per map of the places; ``also_ID``, ``also_ID_confidence`` per further scale;
    - ``first_move``, ``moves`` and ``never``, ids in the order of the advice; ``missing``, ids of scales and facts;
    - ``ladder_ID`` and ``ladder_ID_rate`` per ladder, null while nothing is proved;
    - ``asked``, how many questions have an answer, and ``unknown``, how many of these were not known;
    - ``refused``: null, `no_answer` (with ``refused_question`` and ``refused_word``), or `impossible` where the
      answers cannot be true together (learned chances of 0 only). Other results of a refused row are null.
    """

    def __init__(  # noqa: PLR0913 - a playbook, and five ways to read it
        self,
        playbook: Playbook,
        layout: Layout | None = None,
        *,
        keep: Sequence[str] | None = None,
        reps: Reps | None = None,
        chances: Chances | None = None,
        plain: bool = False,
    ) -> None:
        compiled = Compiled(playbook, reps, chances)
        if layout is None:
            answers = {q.id: AnswerColumn(column=q.id) for q in playbook.questions}
            layout = Layout(columns={}, answers=answers, blank=(*BLANK, RETRACTED))
        columns = {id_: answer.column for id_, answer in layout.answers.items()}
        self._vocabulary = Vocabulary(playbook.questions, columns, layout.words(playbook), layout.blank)
        numbers = {q.id: i for i, q in enumerate(playbook.questions)}
        # Where not knowing says nothing, it is the same as no answer: one code less to tabulate.
        silent = [
            not any(UNKNOWN in s.tables[q].answers for s in compiled.stars.values() if q in s.tables) for q in numbers
        ]
        self._unheard = np.where(silent, self._vocabulary.unknown, np.uint8(NO_CODE))[:, None]
        sizes = [len(q.answers) + 2 - quiet for q, quiet in zip(playbook.questions, silent, strict=True)]
        self._stars = {
            id_: Composite(star, prior(playbook.scales[id_].places), numbers, sizes)
            for id_, star in compiled.stars.items()
        }
        self._main = compiled.main
        self._maps = dict(_maps(playbook))
        self._advising = Advising(compiled, numbers)
        self._rates = {id_: [rung.rate for rung in ladder.rungs] for id_, ladder in playbook.ladders.items()}
        self._words = {name: pa.array(words, pa.string()) for name, words in _words(playbook, self._maps)}
        self._keep = None if keep is None else tuple(keep)
        self._plain = plain

    def score(self, batch: Any) -> Any:
        """Diagnose every row of a record batch; the class tells what goes in and what comes out.

        Raises CoachError if a question's column holds no words, or a kept column has the name of a result.
        """
        read = self._vocabulary.read(batch)
        starts = range(0, max(batch.num_rows, 1), _BLOCK)
        results = dict(self._results(read, [self._block(read.codes[:, i : i + _BLOCK]) for i in starts]))
        kept = self._kept(batch.schema.names, results)
        return pa.RecordBatch.from_arrays(
            [*(batch.column(name) for name in kept), *results.values()], names=[*kept, *results]
        )

    def schema(self, incoming: Any) -> Any:
        """Return the schema of the results for batches of this schema."""
        return self.score(pa.RecordBatch.from_pylist([], incoming)).schema

    def _kept(self, incoming: Iterable[str], results: Iterable[str]) -> list[str]:
        answers = set(self._vocabulary.columns)
        kept = [name for name in incoming if name not in answers] if self._keep is None else [*self._keep]
        if clash := [name for name in results if name in kept]:
            raise CoachError(_CLASH.fill(names=", ".join(clash)))
        return kept

    def _block(self, codes: Codes) -> dict[str, Any]:
        """Diagnose a block; words are numbers, -1 for none."""
        heard = codes * (codes != self._unheard)
        stands = {id_: stand(star.values(heard)) for id_, star in self._stars.items()}
        main = stands[self._main]
        advised = self._advising.advise(codes, stands)
        found: dict[str, Any] = {
            "place": main.best.astype(np.int16),
            "confidence": main.top,
            "runner_up": np.where(advised.second == NOBODY, np.int16(-1), advised.second),
            "settled": advised.settled,
        }
        for id_, of in self._maps.items():
            name = f"map_{id_}"
            found[name], found[f"{name}_confidence"], _ = stand(_summed(main.values, of))
        for id_, other in stands.items():
            if id_ != self._main:
                found[f"also_{id_}"], found[f"also_{id_}_confidence"] = other.best.astype(np.int16), other.top
        found["first_move"] = advised.moves.first()
        found |= {"moves": advised.moves, "never": advised.nevers}
        for (id_, rates), rungs in zip(self._rates.items(), advised.rungs, strict=True):
            found[f"ladder_{id_}"] = rungs.astype(np.int16) - 1
            found[f"ladder_{id_}_rate"] = np.array([np.nan, *rates]).take(rungs)
        found["missing"] = advised.missing
        found["asked"] = (codes > 0).sum(axis=0, dtype=np.int16)
        found["unknown"] = (codes == self._vocabulary.unknown[:, None]).sum(axis=0, dtype=np.int16)
        # Impossible answers have no posterior on any scale they bear on.
        found["refused"] = np.any([np.isnan(at.top) for at in stands.values()], axis=0).astype(np.int16) - 1
        return found

    def _results(self, read: Read, blocks: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, Any]]:
        """Yield the columns of the result."""
        refused = np.concatenate([block["refused"] for block in blocks])
        np.copyto(refused, 1, where=read.refused >= 0)
        lost = refused >= 0
        for name in blocks[0]:
            parts = [block[name] for block in blocks]
            if name == "refused":
                yield name, self._worded(name, refused, ~lost)
            elif isinstance(parts[0], Lists):
                yield name, self._listed(name, parts, lost)
            else:
                values = np.concatenate(parts)
                if name in self._words:
                    yield name, self._worded(name, values, lost | (values < 0))
                else:
                    yield name, pa.array(values, mask=_mask(lost | np.isnan(values)))
        yield "refused_question", self._worded("refused_question", read.refused, read.refused < 0)
        yield "refused_word", pa.nulls(len(lost), pa.string()) if read.words is None else read.words

    def _worded(self, name: str, numbers: npt.NDArray[np.integer[Any]], none: npt.NDArray[np.bool_]) -> Any:
        indices = pa.array(numbers.astype(np.int16, copy=False), mask=_mask(none))
        if self._plain:
            return self._words[name].take(indices)
        return pa.DictionaryArray.from_arrays(indices, self._words[name])

    def _listed(self, name: str, parts: Sequence[Lists], lost: npt.NDArray[np.bool_]) -> Any:
        items = np.concatenate([part.items for part in parts])
        lengths = np.concatenate([np.diff(part.offsets) for part in parts])
        mask = _mask(lost)
        if mask is not None:
            items, lengths = items[np.repeat(~mask, lengths)], lengths * ~mask
        offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
        worded = self._worded(name, items, np.zeros(len(items), np.bool_))
        return pa.ListArray.from_arrays(pa.array(offsets), worded, mask=None if mask is None else pa.array(mask))


def _mask(none: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_] | None:
    """Return which rows have nothing; None, which costs nothing, if all have something."""
    return none if none.any() else None


def _summed(values: Sequence[Floats] | Floats, of: Sequence[int]) -> list[Floats]:
    """Sum the chances of the places that share a name in another model."""
    sums: list[Floats] = [values[of.index(name)] for name in range(max(of) + 1)]
    for place, name in enumerate(of):
        if place != of.index(name):
            sums[name] = sums[name] + values[place]
    return sums


def _maps(playbook: Playbook) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield the maps of the main scale: for each place the number of its name there, in order of appearance."""
    places = playbook.scales[playbook.main].places
    for id_ in playbook.maps:
        names = _names(playbook, id_)
        if any(name is not None for name in names):
            yield id_, tuple(names.index(place.maps.get(id_)) for place in places)


def _names(playbook: Playbook, map_id: str) -> list[str | None]:
    """Return what the places are called in another model, each name once; None where it has none."""
    return list(dict.fromkeys(place.maps.get(map_id) for place in playbook.scales[playbook.main].places))


def _words(playbook: Playbook, maps: Iterable[str]) -> Iterator[tuple[str, Sequence[str | None]]]:
    """Yield the words of each result that has words, by number."""
    places, moves = playbook.scales[playbook.main].ids, [move.id for move in playbook.moves]
    yield from (("place", places), ("runner_up", places))
    yield from ((f"map_{id_}", _names(playbook, id_)) for id_ in maps)
    yield from ((f"also_{id_}", scale.ids) for id_, scale in playbook.scales.items() if id_ != playbook.main)
    yield from (("first_move", moves), ("moves", moves), ("never", moves))
    yield from ((f"ladder_{id_}", [rung.id for rung in ladder.rungs]) for id_, ladder in playbook.ladders.items())
    yield "missing", [*playbook.scales, *playbook.facts]
    yield "refused", [IMPOSSIBLE, NO_ANSWER]
    yield "refused_question", [question.id for question in playbook.questions]
