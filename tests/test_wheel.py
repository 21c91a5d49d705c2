"""What is handed out works without the checkout: wheel and source distribution, in an empty environment."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build both distributions with the backend that is installed, without a network."""
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return out


@pytest.fixture(scope="module")
def bin_folder(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel in an environment of its own; its dependencies are borrowed from this one."""
    home = tmp_path_factory.mktemp("empty")
    venv.create(home, with_pip=False)
    scripts = home / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / "python"
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = Path(subprocess.run([python, "-c", where], capture_output=True, text=True, check=True).stdout.strip())
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        wheel.extractall(site)  # noqa: S202 - built a moment ago from this checkout
    theirs = subprocess.run([sys.executable, "-c", where], capture_output=True, text=True, check=True).stdout.strip()
    # Only what a package is imported from: a .pth file of theirs, such as the editable install of ltc, is not read.
    (site / "borrowed.pth").write_text(f"{theirs}\n", encoding="utf-8")
    return scripts


def run(bin_folder: Path, *args: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the installed command outside the checkout."""
    command = [str(bin_folder / "python"), "-m", "ltc_coach", *args]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd, encoding="utf-8")


def test_the_installed_wheel_runs_the_main_job(bin_folder: Path, tmp_path: Path) -> None:
    """`ltc demo` finds its deal and its playbook inside the package."""
    ran = run(bin_folder, "demo", "--lang", "zh", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert "客户" in ran.stdout
    where = subprocess.run(
        [bin_folder / "python", "-c", "import ltc_coach; print(ltc_coach.__file__)"],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    assert where.stdout.startswith(str(bin_folder.parent))


def test_the_installed_wheel_knows_its_playbooks(bin_folder: Path, tmp_path: Path) -> None:
    """Playbooks travel with the package, as readable files."""
    ran = run(bin_folder, "playbook", "list", "--lang", "en", cwd=tmp_path)
    assert (0, "") == (ran.returncode, ran.stderr)
    assert "buying-process" in ran.stdout
    assert str(bin_folder.parent) in ran.stdout


def test_the_source_distribution_is_complete(built: Path) -> None:
    """Whoever has the source archive can build, test and read the project."""
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {"Makefile", "LICENSE", "README.md", "CHANGELOG.md", "pyproject.toml", "requirements/dev.txt", ".ci/run"}
    assert set() == wanted - names
    for folder in ("src/ltc_coach/", "playbooks/buying-process/", "tests/", "schema/", "benchmarks/"):
        assert any(name.startswith(folder) for name in names), folder


def test_the_wheel_holds_nothing_but_the_package(built: Path) -> None:
    """No tests, no benchmarks, no stray files in other people's environments; types are declared."""
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        names = wheel.namelist()
    assert {"ltc_coach"} == {name.partition("/")[0] for name in names if ".dist-info" not in name}
    assert "ltc_coach/py.typed" in names
    assert any(name.endswith("/licenses/LICENSE") for name in names)
