"""Two languages: what a text is, and which language to speak.

Imported by everything, so it imports next to nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


class Lang(StrEnum):
    """A language of the user interface and of playbook texts."""

    ZH = "zh"
    EN = "en"


# Asked for with every text that is shown, and slow to get at in its class.
_ZH = Lang.ZH


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages; an empty string is a translation that was not written."""

    # Pydantic reads this when a Text is a field of a model: {zh: ..., en: ...} and nothing else.
    __pydantic_config__: ClassVar[dict[str, object]] = {"extra": "forbid"}

    zh: str = ""
    en: str = ""

    def __bool__(self) -> bool:
        """Say whether anything was written in either language."""
        return bool(self.zh or self.en)

    def get(self, lang: Lang) -> str:
        """Return the text in ``lang``, or in the other language where that one is missing."""
        return (self.zh or self.en) if lang == _ZH else (self.en or self.zh)

    def fill(self, **values: object) -> Text:
        """Return the text with its ``{name}`` placeholders filled; a Text value keeps its language."""
        return Text(
            zh=self.zh.format(**{k: v.get(Lang.ZH) if isinstance(v, Text) else v for k, v in values.items()}),
            en=self.en.format(**{k: v.get(Lang.EN) if isinstance(v, Text) else v for k, v in values.items()}),
        )

    def join(self, parts: Iterable[Text]) -> Text:
        """Return the texts with this one between them; a missing translation is taken from the other language."""
        texts = list(parts)
        return Text(
            zh=self.zh.join(text.get(Lang.ZH) for text in texts), en=self.en.join(text.get(Lang.EN) for text in texts)
        )


def both(*, zh: str, en: str) -> Text:
    """Make a text of the user interface: leaving out a translation is a type error."""
    return Text(zh=zh, en=en)


def choose_lang(flag: str | None = None, config: str | None = None, env: Mapping[str, str] = os.environ) -> Lang:
    """Choose the language: flag, then ``LTC_LANG``, then the configuration, then the system, then Chinese."""
    for asked in (flag, env.get("LTC_LANG"), config):
        if asked and asked.lower()[:2] in {"zh", "en"}:
            return Lang(asked.lower()[:2])
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := env.get(name, ""):
            if value.lower().startswith(("zh", "en")):
                return Lang(value.lower()[:2])
            if value not in {"C", "POSIX"} and not value.startswith("C."):
                break
    return Lang.ZH
