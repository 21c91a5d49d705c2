"""What every model promises: frozen, closed, and checked wherever people wrote it."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from ltc_coach.i18n import Text
from ltc_coach.model.deal import Answer, Deal
from ltc_coach.model.playbook import Span, When
from ltc_coach.model.report import AnswerChoice

ANSWER = Answer(question="documents", value="tender", day=date(2026, 11, 21))


def test_a_model_is_frozen() -> None:
    """Nothing changes under way; a copy with other values is a new model."""
    with pytest.raises(AttributeError, match="value is frozen"):
        setattr(ANSWER, "value", "list")  # noqa: B010 - a type checker would refuse the plain form
    with pytest.raises(AttributeError, match="value is frozen"):
        delattr(ANSWER, "value")
    assert ("list", "tender") == (ANSWER.model_copy(update={"value": "list"}).value, ANSWER.value)


def test_a_model_is_closed() -> None:
    """A field too many or too few is refused, by our own code's constructor too."""
    with pytest.raises(TypeError, match="Answer: missing or unknown: value"):
        Answer(question="documents")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="Answer: missing or unknown: mood"):
        Answer(question="documents", value="tender", mood="good")  # type: ignore[call-arg]
    with pytest.raises(ValidationError, match="mood"):
        Answer.model_validate({"question": "documents", "value": "tender", "mood": "good"})


def test_a_deal_of_a_newer_version_is_read() -> None:
    """What a later version adds to a deal is left alone."""
    assert Deal.model_validate({"id": "d", "customer": "c", "mood": "good"}) == Deal(id="d", customer="c")


def test_a_default_is_equal_to_the_same_value_written_out() -> None:
    """Equality and hash are about values; which were given is known all the same."""
    written = Answer(question="documents", value="tender", day=date(2026, 11, 21), grade="said")
    assert (ANSWER, hash(ANSWER)) == (written, hash(written))
    assert [{"question", "value", "day"}, {"question", "value", "day", "grade"}] == [
        ANSWER.model_fields_set,
        written.model_fields_set,
    ]
    assert ANSWER != ANSWER.model_copy(update={"grade": "told"})


def test_a_model_and_its_json_are_the_same_document() -> None:
    """Days, tuples and texts survive; what is at its default, or empty, can be left out."""
    deal = Deal(id="d", customer="华信", answers=(ANSWER,))
    assert deal == Deal.model_validate_json(deal.model_dump_json())
    assert {"question": "documents", "value": "tender", "day": "2026-11-21"} == ANSWER.model_dump(
        mode="json", exclude_none=True, exclude_defaults=True
    )
    assert {"id": "a", "label": {"zh": "", "en": "A"}} == AnswerChoice(id="a", label=Text(en="A")).model_dump()


def test_models_may_stand_in_what_is_checked() -> None:
    """A model inside data is taken as it is; the same written as data becomes the same model."""
    pain = Span(at=("pain",))
    assert When(tests={"place": pain}, not_=When(tests={"origin": Span(at=("us",))})) == When.model_validate(
        {"place": pain, "not": {"origin": "us"}}
    )
