"""What every test stands on: no settings, journals or caches of the person who runs the suite."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli_kit import DEAL, Ran

# Typer colours its errors on some build servers, whatever the stream is.
os.environ["_TYPER_FORCE_DISABLE_TERMINAL"] = "1"

_OURS = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


@pytest.fixture(autouse=True, scope="session")
def _a_home_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Point ltc at an empty home, and at no language, for this process and those it starts."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [*os.environ]:
            if (name.startswith("LTC_") and name != "LTC_UPDATE") or name in _OURS:
                patch.delenv(name)
        patch.setenv("LTC_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home for this test alone, which is also the current folder."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("LTC_HOME", str(folder))
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def deal(home: Path) -> Path:
    """A deal file with comments, a field of its own, and one answer."""
    path = home / "deal.yaml"
    path.write_text(DEAL, encoding="utf-8")
    return path


@pytest.fixture
def ltc(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run the command in this process, in English unless told otherwise, with nobody at the keyboard."""

    def run(*args: str | Path, lang: str = "en") -> Ran:
        from ltc_coach.__main__ import main

        capsys.readouterr()
        code = main([*map(str, args), *(["--lang", lang] if lang else [])])
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return run


@pytest.fixture
def spawn() -> Callable[..., Ran]:
    """Run the command as a process of its own, with nobody at the keyboard."""

    def run(*args: str | Path, stdin: bytes = b"", **env: str) -> Ran:
        done = subprocess.run(
            [sys.executable, "-m", "ltc_coach", *map(str, args)],
            input=stdin,
            capture_output=True,
            env=os.environ | env,
            timeout=60,
            check=False,
        )
        encoding = env.get("PYTHONIOENCODING", "utf-8")
        return Ran(done.returncode, done.stdout.decode(encoding), done.stderr.decode(encoding))

    return run
