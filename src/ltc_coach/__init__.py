"""ltc-coach: locates where the customer stands in the buying process and gives the next moves.

The Python interface is the line the command itself runs::

    from ltc_coach import coach, load_playbook, read_deal

    playbook = load_playbook("buying-process")
    deal, _, problems = read_deal("deal.yaml")
    report, _ = coach(playbook, deal.answers, today=date(2026, 11, 21))

Names are loaded when they are first used: ``ltc --version`` must not pay for Pydantic.
"""

# Type checkers take this name for true; importing it from typing would double the start of `ltc --version`.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from ltc_coach.authoring.loading import load_playbook
    from ltc_coach.deals.files import load_deal, read_deal
    from ltc_coach.documents.fit_json import load_chances
    from ltc_coach.engine import coach
    from ltc_coach.problems import CoachError

__version__ = "0.1.0"
__all__ = ["CoachError", "__version__", "coach", "load_chances", "load_deal", "load_playbook", "read_deal"]

_HOMES = {
    "coach": "ltc_coach.engine",
    "load_playbook": "ltc_coach.authoring.loading",
    "load_deal": "ltc_coach.deals.files",
    "read_deal": "ltc_coach.deals.files",
    "load_chances": "ltc_coach.documents.fit_json",
    "CoachError": "ltc_coach.problems",
}


def __getattr__(name: str) -> object:
    """Load a public name from its home on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted(__all__)
