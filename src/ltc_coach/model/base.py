"""What all models share: frozen, closed, and strict about what a written word may mean.

The YAML reader hands over every scalar as the text that was written; the types here convert it,
and refuse what only looks like a number, a date or a yes.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic_core import PydanticCustomError

# Words with a meaning of their own in `when`, claims and answers.
RESERVED = frozenset({"unknown", "any", "all", "not", "tests", "settled"})
_ID = re.compile(r"[A-Za-z0-9\u4e00-\u9fff][A-Za-z0-9._\-\u4e00-\u9fff]{0,63}")
_WHOLE = re.compile(r"-?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"(0|[1-9][0-9]*)(\.[0-9]+)?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Model(BaseModel):
    """A frozen document; an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True, populate_by_name=True)


def _id(value: Any) -> Any:
    if not isinstance(value, str) or not _ID.fullmatch(value) or unicodedata.normalize("NFC", value) != value:
        raise PydanticCustomError("bad_id", "not an id")
    if value in RESERVED:
        raise PydanticCustomError("reserved_id", "a reserved word")
    return value


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        if not _WHOLE.fullmatch(value):
            raise PydanticCustomError("whole_number", "not a whole number")
        return int(value)
    return value


def _share(value: Any) -> Any:
    """'90%' or '0.9' to 0.9."""
    if isinstance(value, str):
        number, percent = value.removesuffix("%").strip(), value.endswith("%")
        if not _DECIMAL.fullmatch(number):
            raise PydanticCustomError("percent", "not a percentage")
        value = float(number) / (100 if percent else 1)
    if isinstance(value, float | int) and not isinstance(value, bool) and 0 <= value <= 1:
        return float(value)
    raise PydanticCustomError("percent", "not a percentage")


def _flag(value: Any) -> Any:
    if isinstance(value, str):
        if value not in {"true", "false"}:
            raise PydanticCustomError("true_or_false", "neither true nor false")
        return value == "true"
    return value


def _day(value: Any) -> Any:
    if isinstance(value, str):
        if not _DAY.fullmatch(value):
            raise PydanticCustomError("day", "not a date like 2026-03-31")
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise PydanticCustomError("day", "not a date like 2026-03-31") from None
    return value


def one_or_many(value: Any) -> Any:
    """Let authors write `at: pain` for `at: [pain]`."""
    return [value] if isinstance(value, str) else value


Id = Annotated[str, BeforeValidator(_id)]
Whole = Annotated[int, BeforeValidator(_whole)]
Share = Annotated[float, BeforeValidator(_share)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Day = Annotated[date, BeforeValidator(_day)]
Ids = Annotated[tuple[str, ...], BeforeValidator(one_or_many)]
