"""What was worked out lately, for runs over many deals: what repeats is not worked out again."""

from __future__ import annotations

from typing import Generic, TypeVar

# So many results are remembered of a kind; more would take more memory than they save time.
_REMEMBERED = 20_000

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class Memory(Generic[_Key, _Value]):
    """Results by what they depend on; the oldest are forgotten."""

    __slots__ = ("_kept", "_most", "get")

    def __init__(self, most: int = _REMEMBERED) -> None:
        self._most = most
        self._kept: dict[_Key, _Value] = {}
        self.get = self._kept.get

    def keep(self, key: _Key, value: _Value) -> _Value:
        """Remember and return a value."""
        kept = self._kept
        if len(kept) >= self._most:
            # The oldest half goes: dictionaries keep the order of arrival.
            for old in list(kept)[: self._most // 2]:
                del kept[old]
        kept[key] = value
        return value
