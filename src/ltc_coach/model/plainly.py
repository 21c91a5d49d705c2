"""A model as plain mappings, lists and texts, for JSON and for comparison."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, Literal

from ltc_coach.model.base import Model


def dump(
    model: Model, *, mode: Literal["python", "json"], exclude_none: bool, exclude_defaults: bool
) -> dict[str, Any]:
    """Return a model as a mapping; ``json`` also turns tuples, enums, days and money into what JSON has."""

    def plain(value: Any) -> Any:
        if isinstance(value, Model):
            held = {name: getattr(value, name) for name in value.model_names}
            if exclude_defaults:
                held = {n: v for n, v in held.items() if n in value.model_required or v != getattr(type(value), n)}
            return {n: plain(v) for n, v in held.items() if not (exclude_none and v is None)}
        if is_dataclass(value):
            return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
        if isinstance(value, dict):
            return {plain(key): plain(item) for key, item in value.items()}
        if isinstance(value, tuple | list):
            return [plain(item) for item in value] if mode == "json" else tuple(plain(item) for item in value)
        return _in_json(value) if mode == "json" else value

    whole: dict[str, Any] = plain(model)
    return whole


def _in_json(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
