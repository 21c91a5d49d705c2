"""Install what our numbers are compared with: ``python -m benchmarks.install_peers``, done by ``make bench``.

One requirement of the extras ``batch`` and ``peers`` at a time: a peer that cannot be had here keeps neither the
others away nor the run. Why it cannot is noted beside the environment, where the benchmark that misses it
finds the reason. Exit code 1 if something is missing, so that the next ``make bench`` tries again.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
EXTRAS = ("batch", "peers")
MISSING = Path(sys.prefix) / "missing-peers.json"


def wanted() -> dict[str, str]:
    """Return the requirements of the extras by the name of what they require."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    requirements = [one for extra in EXTRAS for one in project["optional-dependencies"][extra]]
    return {re.split(r"[<>=!~;\[ ]", one)[0]: one for one in requirements}


def install(requirement: str) -> str | None:
    """Install one, the locked versions held if they can be; return why not, in the words of pip."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "-qq"]
    reason = None
    for locked in (["-c", str(ROOT / "requirements" / "dev.txt")], []):
        done = subprocess.run([*pip, *locked, requirement], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return None
        said = [text.removeprefix("ERROR: ") for text in done.stderr.splitlines() if text.strip()]
        reason = said[-1] if said else f"pip ended with {done.returncode}"
    return reason


def missing() -> dict[str, str]:
    """Return what could not be installed, and why."""
    return dict(json.loads(MISSING.read_text(encoding="utf-8"))) if MISSING.exists() else {}


def main() -> int:
    """Install all that can be had, note the rest."""
    reasons = {name: reason for name, one in wanted().items() if (reason := install(one)) is not None}
    MISSING.write_text(json.dumps(reasons, indent=2) + "\n", encoding="utf-8")
    for name, reason in reasons.items():
        print(f"going on without {name}: {reason}", file=sys.stderr)
    return 1 if reasons else 0


if __name__ == "__main__":
    sys.exit(main())
