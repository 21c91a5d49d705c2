"""A brief for programs: the whole document, its texts in both languages, probabilities with nine decimals."""

from __future__ import annotations

from typing import Any

from ltc_coach import __version__
from ltc_coach.documents.report_json import DECIMALS, to_json
from ltc_coach.model.brief import Brief

SCHEMA_VERSION = 1


def brief_json(brief: Brief) -> str:
    """Return the text of the JSON document: fields in the order of the model, money as decimal strings."""
    document: dict[str, Any] = _rounded(brief.model_dump(mode="json"))
    return to_json({"schema_version": SCHEMA_VERSION, "ltc": __version__} | document)


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        # Adding zero turns -0.0 into 0.0.
        return round(value, DECIMALS) + 0.0
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    return [_rounded(item) for item in value] if isinstance(value, list) else value
