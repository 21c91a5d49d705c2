"""What all models share: frozen, closed, and strict about what a written word may mean.

The YAML reader hands over every scalar as the text that was written; the types here convert it,
and refuse what only looks like a number, a date or a yes. Pydantic does the checking, and only
what was written by people needs it: a model made by our own code, or read back from our own cache,
is an ordinary object, because importing Pydantic takes longer than a whole diagnosis.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self, dataclass_transform

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import GetCoreSchemaHandler
    from pydantic.fields import FieldInfo
    from pydantic_core import CoreSchema, PydanticCustomError

# Words with a meaning of their own in `when`, claims and answers.
RESERVED = frozenset({"unknown", "any", "all", "not", "tests", "settled", "retracted", "ledger"})
# What a mapping nobody wrote holds. One object for all: models are frozen.
NOTHING: dict[str, Any] = {}
# Compiled at its first use: so wide a range of characters takes longer than all else in this module.
_ID = r"[A-Za-z0-9\u4e00-\u9fff][A-Za-z0-9._\-\u4e00-\u9fff]{0,63}"


class _Checked:
    """The fields of a model as Pydantic sees them, by attribute name; asking for them loads Pydantic."""

    def __get__(self, _: object, model: type[Model]) -> dict[str, FieldInfo]:
        from ltc_coach.model.validation import form

        return form(model).model_fields


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Model:
    """A frozen document; an unknown field is an error.

    A subclass is written like a dataclass. An instance holds what was given; defaults stay in the
    class. ``Model(...)`` trusts the code that calls it, ``model_validate`` trusts nobody.
    """

    # What happens to a field nobody knows, and how fields are written that cannot be named so in Python.
    model_unknown: ClassVar[Literal["forbid", "ignore"]] = "forbid"
    model_written_as: ClassVar[dict[str, str]] = {}
    model_names: ClassVar[tuple[str, ...]] = ()
    model_required: ClassVar[frozenset[str]] = frozenset()
    _known: ClassVar[frozenset[str]] = frozenset()
    model_fields: ClassVar[Any] = _Checked()

    def __init_subclass__(cls) -> None:
        own = [name for name, kind in cls.__annotations__.items() if not str(kind).startswith("ClassVar")]
        cls.model_names = tuple(dict.fromkeys((*cls.model_names, *own)))
        cls.model_required = frozenset(name for name in cls.model_names if not hasattr(cls, name))
        cls._known = frozenset(cls.model_names)

    def __init__(self, **given: Any) -> None:
        if not self.model_required <= given.keys() <= self._known:
            wrong = sorted(self.model_required - given.keys()) or sorted(given.keys() - self._known)
            raise TypeError(f"{type(self).__name__}: missing or unknown: {', '.join(wrong)}")
        self.__dict__.update(given)

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse: what flows is never changed under way."""
        raise AttributeError(f"{type(self).__name__}.{name} is frozen")

    def __delattr__(self, name: str) -> None:
        """Refuse."""
        raise AttributeError(f"{type(self).__name__}.{name} is frozen")

    def __eq__(self, other: object) -> bool:
        """Compare all fields; it does not matter whether a default was written out."""
        if type(other) is not type(self):
            return NotImplemented
        mine, its = self.__dict__, other.__dict__
        return mine == its or all(getattr(self, name) == getattr(other, name) for name in self.model_names)

    def __hash__(self) -> int:
        """Hash all fields; a model that holds a mapping has no hash."""
        return hash((type(self), *(getattr(self, name) for name in self.model_names)))

    def __repr__(self) -> str:
        """Show what was given."""
        return f"{type(self).__name__}({', '.join(f'{n}={v!r}' for n, v in self.__dict__.items())})"

    @property
    def model_fields_set(self) -> set[str]:
        """The fields that were given, as opposed to left at their default."""
        return set(self.__dict__)

    def model_copy(self, *, update: dict[str, Any] | None = None) -> Self:
        """Return a copy with some fields replaced; they are not checked."""
        return type(self)(**(self.__dict__ | (update or {})))

    def model_dump(
        self, *, mode: Literal["python", "json"] = "python", exclude_none: bool = False, exclude_defaults: bool = False
    ) -> dict[str, Any]:
        """Return the document as mappings and lists, all the way down."""
        from ltc_coach.model.plainly import dump

        return dump(self, mode=mode, exclude_none=exclude_none, exclude_defaults=exclude_defaults)

    def model_dump_json(self) -> str:
        """Return the document as JSON."""
        import json

        return json.dumps(self.model_dump(mode="json"), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def model_validate(cls, data: Any) -> Self:
        """Check ``data`` and make a model of it; raises ``pydantic.ValidationError``."""
        from ltc_coach.model.validation import checker

        made: Self = checker(cls).validate_python(data)
        return made

    @classmethod
    def model_validate_json(cls, data: str | bytes) -> Self:
        """Check a JSON text and make a model of it; raises ``pydantic.ValidationError``."""
        from ltc_coach.model.validation import checker

        made: Self = checker(cls).validate_json(data)
        return made

    @classmethod
    def model_json_schema(cls, **how: Any) -> dict[str, Any]:
        """Return the JSON schema, as ``pydantic.BaseModel.model_json_schema`` would."""
        from ltc_coach.model.validation import form

        return form(cls).model_json_schema(**how)

    @classmethod
    def model_prepared(cls, written: Any) -> Any:
        """Bring what an author wrote into the shape of the fields, before it is checked."""
        return written

    @classmethod
    def __get_pydantic_core_schema__(cls, _: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from ltc_coach.model.validation import schema

        return schema(cls, handler)


class Written:
    """In an ``Annotated`` type: how the text that was written becomes a value (a BeforeValidator)."""

    def __init__(self, convert: Callable[[Any], Any]) -> None:
        self.convert = convert

    def __get_pydantic_core_schema__(self, kind: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        return core_schema.no_info_before_validator_function(self.convert, handler(kind))


def refusal(kind: str, message: str) -> PydanticCustomError:
    """Return what a conversion raises; ``reading.shape`` has the words for each ``kind``."""
    from pydantic_core import PydanticCustomError

    return PydanticCustomError(kind, message)


def _id(value: Any) -> Any:
    import unicodedata

    if not isinstance(value, str) or not re.fullmatch(_ID, value) or unicodedata.normalize("NFC", value) != value:
        raise refusal("bad_id", "not an id")
    if value in RESERVED:
        raise refusal("reserved_id", "a reserved word")
    return value


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        if not re.fullmatch(r"-?(0|[1-9][0-9]*)", value):
            raise refusal("whole_number", "not a whole number")
        return int(value)
    return value


def _share(value: Any) -> Any:
    """'90%' or '0.9' to 0.9."""
    if isinstance(value, str):
        number, percent = value.removesuffix("%").strip(), value.endswith("%")
        if not re.fullmatch(r"(0|[1-9][0-9]*)(\.[0-9]+)?", number):
            raise refusal("percent", "not a percentage")
        value = float(number) / (100 if percent else 1)
    if isinstance(value, float | int) and not isinstance(value, bool) and 0 <= value <= 1:
        return float(value)
    raise refusal("percent", "not a percentage")


def _flag(value: Any) -> Any:
    if isinstance(value, str):
        if value not in {"true", "false"}:
            raise refusal("true_or_false", "neither true nor false")
        return value == "true"
    return value


def _day(value: Any) -> Any:
    if isinstance(value, str):
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            raise refusal("day", "not a date like 2026-03-31")
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise refusal("day", "not a date like 2026-03-31") from None
    return value


def one_or_many(value: Any) -> Any:
    """Let authors write `at: pain` for `at: [pain]`."""
    return [value] if isinstance(value, str) else value


Id = Annotated[str, Written(_id)]
Whole = Annotated[int, Written(_whole)]
Share = Annotated[float, Written(_share)]
Flag = Annotated[bool, Written(_flag)]
Day = Annotated[date, Written(_day)]
Ids = Annotated[tuple[str, ...], Written(one_or_many)]
