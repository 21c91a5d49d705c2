"""Words in columns become codes: 0 not answered, 1.. the answers in their order, then `unknown`.

A word is looked at once per distinct spelling in a column, not once per row. A word that is no answer is
never dropped: its row is refused, with the first such question and the word as it stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ltc_coach.batch.composite import Codes
from ltc_coach.engine.tables import UNKNOWN
from ltc_coach.i18n import both
from ltc_coach.model.playbook import Question
from ltc_coach.problems import CoachError

# The code of a word that is no answer.
NO_CODE = 255
# One code each for "not answered", `unknown` and "no answer" beside the answers.
_MOST_ANSWERS = 253

_TOO_MANY = both(
    zh="问题「{id}」的答案超过 {n} 个,成批算不了", en="question '{id}' has more than {n} answers: too many for columns"
)
_NOT_WORDS = both(zh="列「{column}」里不是文字", en="column '{column}' does not hold words")


@dataclass(frozen=True, slots=True)
class Read:
    """Answers as codes, one row per question; and of refused deals the question (its number, else -1) and word."""

    codes: Codes
    refused: npt.NDArray[np.int16]
    words: Any


class Vocabulary:
    """Which words in which column answer which question; ``columns`` has one entry per question, None without one."""

    def __init__(
        self,
        questions: Sequence[Question],
        columns: Mapping[str, str],
        words: Mapping[str, Mapping[str, str]],
        blank: Sequence[str] = (),
    ) -> None:
        self.columns = tuple(columns.get(q.id) for q in questions)
        self.unknown = np.array([len(q.answers) + 1 for q in questions], np.uint8)
        self._codes: list[dict[str, int]] = []
        for question in questions:
            if len(question.answers) > _MOST_ANSWERS:
                raise CoachError(_TOO_MANY.fill(id=question.id, n=_MOST_ANSWERS))
            code = {option.id: i for i, option in enumerate(question.answers, start=1)}
            code[UNKNOWN] = len(code) + 1
            spelt = {word: code[id_] for word, id_ in words.get(question.id, {}).items() if id_ in code}
            # What is blank is so whatever else it may mean.
            self._codes.append(spelt | dict.fromkeys(("", *blank), 0))

    def read(self, batch: Any) -> Read:
        """Read the answers of a record batch; a question whose column it does not have is not answered."""
        codes = np.zeros((len(self.columns), batch.num_rows), np.uint8)
        refused = np.full(batch.num_rows, -1, np.int16)
        words: list[Any] = []
        rows: list[npt.NDArray[np.intp]] = []
        names = set(batch.schema.names)
        for number, name in enumerate(self.columns):
            if name is None or name not in names:
                continue
            column = _encoded(batch.column(name), name)
            table = _table(column.dictionary, self._codes[number])
            codes[number] = _look_up(column.indices, table)
            if NO_CODE in table:
                wrong = codes[number] == NO_CODE
                new = np.flatnonzero(wrong & (refused < 0))
                refused[new] = number
                rows.append(new)
                words.append(column.dictionary.take(column.indices.take(pa.array(new))))
                codes[number][wrong] = 0
        return Read(codes, refused, _placed(words, rows, batch.num_rows))


def _encoded(column: Any, name: str) -> Any:
    """Return a column as a dictionary of words; whatever can be written as a word may be one."""
    if pa.types.is_dictionary(column.type):
        if not pa.types.is_string(column.type.value_type):
            return pa.DictionaryArray.from_arrays(column.indices, _as_words(column.dictionary, name))
        return column
    return _as_words(column, name).dictionary_encode()


def _as_words(column: Any, name: str) -> Any:
    try:
        words = column.cast(pa.string())
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        raise CoachError(_NOT_WORDS.fill(column=name)) from None
    # As a spreadsheet writes them.
    return pc.utf8_upper(words) if pa.types.is_boolean(column.type) else words


def _table(words: Any, code: Mapping[str, int]) -> npt.NDArray[np.uint8]:
    """Return the code of each distinct word."""
    return np.array([0 if w is None else code.get(w.strip(), NO_CODE) for w in words.to_pylist()] or [0], np.uint8)


def _look_up(indices: Any, table: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    valid, held = indices.buffers()
    part = slice(indices.offset, indices.offset + len(indices))
    # Arrow calls whole numbers as numpy does. What lies under a null is anything: it is looked up, and then wiped out.
    codes = table.take(np.frombuffer(held, str(indices.type))[part], mode="clip")
    if indices.null_count:
        codes *= np.unpackbits(np.frombuffer(valid, np.uint8), count=part.stop, bitorder="little")[part]
    return codes


def _placed(words: Sequence[Any], rows: Sequence[npt.NDArray[np.intp]], count: int) -> Any:
    """Return the refused words, each in its row; None if there are none."""
    if not sum(map(len, rows)):
        return None
    at = np.full(count, -1, np.int64)
    at[np.concatenate(rows)] = np.arange(sum(map(len, rows)))
    return pa.chunked_array(words).combine_chunks().take(pa.array(at, mask=at < 0))
