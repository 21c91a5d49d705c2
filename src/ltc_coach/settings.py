"""Where settings come from: a flag, then ``LTC_*``, then one ``ltc.toml``; everything runs with none.

The first ``ltc.toml`` found is the only one: the current folder's, else the one in the user's
configuration folder. ``LTC_HOME`` moves every folder of ours below one place.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal

from ltc_coach.i18n import Lang, both, choose_lang
from ltc_coach.problems import CoachError, ExitCode

DEFAULT_PLAYBOOK = "buying-process"
CONFIG_FILE = "ltc.toml"
_YES = frozenset({"1", "true", "yes", "on"})
_APP = "ltc-coach"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run takes for granted when no flag says otherwise; ``file`` is the ltc.toml it came from."""

    lang: str | None = None
    playbook: str | None = None
    reps: str | None = None
    deals: str | None = None
    no_input: bool = False
    file: Path | None = None

    def language(self, flag: str | None = None) -> Lang:
        """Choose the language: flag, ``LTC_LANG``, ltc.toml, system, Chinese."""
        return choose_lang(flag, self.lang)

    def deals_folder(self, flag: str | None = None) -> Path:
        """Choose where deals are kept: flag, ``LTC_DEALS``, ltc.toml, ./deals if it exists, the user's data folder."""
        if asked := flag or self.deals:
            return Path(asked).expanduser()
        here = Path("deals")
        return here if here.is_dir() else folder("data") / "deals"


def folder(kind: Literal["config", "data", "state", "cache"]) -> Path:
    """Return our folder for settings, for deals, for journals and logs, or for what can be rebuilt.

    It may not exist yet.
    """
    if home := os.environ.get("LTC_HOME"):
        return Path(home) if kind in {"config", "data"} else Path(home) / kind
    from platformdirs import PlatformDirs

    dirs = PlatformDirs(_APP, appauthor=False)
    return Path(str(getattr(dirs, f"user_{kind}_dir")))


def load_settings(env: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; raises CoachError (2) for an ltc.toml that cannot be used."""
    file = next((f for f in (Path(CONFIG_FILE), folder("config") / CONFIG_FILE) if f.is_file()), None)
    values = _read(file) if file else {}
    no_input = env["LTC_NO_INPUT"].lower() in _YES if "LTC_NO_INPUT" in env else values.get("no_input", False)
    return Settings(
        lang=_text(values, "lang"),
        playbook=env.get("LTC_PLAYBOOK") or _text(values, "playbook"),
        reps=env.get("LTC_REPS") or _text(values, "reps"),
        deals=env.get("LTC_DEALS") or _beside(file, _text(values, "deals")),
        no_input=no_input is True,
        file=file,
    )


def _read(file: Path) -> dict[str, object]:
    import tomllib

    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CoachError(
            both(zh="{file}: 不是合格的 TOML", en="{file}: not valid TOML").fill(file=file),
            hint=both(zh="解析器的说法:{error}", en="the parser says: {error}").fill(error=str(error)[:80]),
        ) from error
    except OSError as error:
        raise CoachError(
            both(zh="{file}: 读不了", en="{file}: cannot be read").fill(file=file), exit_code=ExitCode.IO
        ) from error
    known = {field.name for field in fields(Settings)} - {"file"}
    if unknown := sorted(set(values) - known):
        raise CoachError(
            both(zh="{file}: 不认识的设置 {name}", en="{file}: unknown setting {name}").fill(
                file=file, name=unknown[0][:80]
            ),
            hint=both(zh="可用的设置:{names}", en="known settings: {names}").fill(names=", ".join(sorted(known))),
        )
    return values


def _beside(file: Path | None, name: str | None) -> str | None:
    """Read a path in an ltc.toml from where that file is."""
    return str(file.parent / Path(name).expanduser()) if file and name else name


def _text(values: Mapping[str, object], name: str) -> str | None:
    value = values.get(name)
    if value is None or isinstance(value, str):
        return value
    raise CoachError(both(zh="ltc.toml: {name} 应当是一段文字", en="ltc.toml: {name} should be a text").fill(name=name))
