"""Pydantic's part in the models: loaded only when something people wrote has to be checked.

Every model has a *form*, a Pydantic model with the same fields. What passes the form becomes an
instance of the model, which itself knows nothing of Pydantic.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, create_model
from pydantic_core import CoreSchema, core_schema

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler

    from ltc_coach.model.base import Model

M = TypeVar("M", bound="Model")


# functools.cache would do, but type checkers refuse it a class that has a hash for its instances.
_FORMS: dict[type[Model], type[BaseModel]] = {}
_CHECKERS: dict[type[Model], TypeAdapter[Any]] = {}


def form(model: type[Model]) -> type[BaseModel]:
    """Return the Pydantic model that checks what is to become a ``model``."""
    if model not in _FORMS:
        _FORMS[model] = _form(model)
    return _FORMS[model]


def checker(model: type[M]) -> TypeAdapter[M]:
    """Return what checks data and makes a ``model`` of it."""
    if model not in _CHECKERS:
        _CHECKERS[model] = TypeAdapter(model)
    return _CHECKERS[model]


def _form(model: type[Model]) -> type[BaseModel]:
    hints = get_type_hints(model, include_extras=True)
    fields: dict[str, Any] = {}
    for name in model.model_names:
        # Which default does not matter: what was not given is left out, and the model has its own.
        default = ... if name in model.model_required else None
        fields[name] = (hints[name], Field(default, alias=model.model_written_as.get(name)))
    config = ConfigDict(extra=model.model_unknown, defer_build=True, populate_by_name=True)
    made: type[BaseModel] = create_model(model.__name__, __config__=config, __module__=model.__module__, **fields)
    return made


def schema(model: type[Model], handler: GetCoreSchemaHandler) -> CoreSchema:
    """Return the schema of a model where it is a field of another: its form, then the model itself."""

    def accept(value: Any, check: Callable[[Any], BaseModel]) -> Model:
        if isinstance(value, model):
            return value
        checked = check(model.model_prepared(value))
        given = checked.model_fields_set
        return model(**{name: its for name, its in vars(checked).items() if name in given})

    return core_schema.no_info_wrap_validator_function(accept, handler.generate_schema(form(model)))
