"""Editing a deal by hand: on a draft, which replaces the file once it reads well and is kept until then.

The draft lies in the state folder and is named after the file and its bytes, so that one that was left
unfinished is found again as long as the deal has not changed meanwhile, and is never written over.
"""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass
from pathlib import Path

from ltc_coach.deals.files import read_deal
from ltc_coach.deals.writing import cannot_write, locked, replace_file, sweep
from ltc_coach.i18n import both
from ltc_coach.problems import CoachError, ExitCode, Problem
from ltc_coach.reading.files import read_bytes
from ltc_coach.settings import folder

_LARGEST = 1_000_000  # bytes, as the reader has it
_CHANGED = both(
    zh="{file}:编辑的时候有人改过这个商机,没有覆盖", en="{file}: somebody changed it meanwhile; not overwritten"
)
_DRAFT_KEPT = both(zh="你的稿子在 {draft},对照着再改一次", en="your draft is {draft}: compare, and edit once more")


@dataclass(frozen=True, slots=True)
class Draft:
    """A deal being edited: the file, its bytes when editing began, the draft; ``resumed`` if it was there already."""

    file: Path
    before: bytes
    path: Path
    resumed: bool

    @property
    def changed(self) -> bool:
        """Whether the draft says anything else than the file."""
        return read_bytes(self.path, _LARGEST) != self.before

    def problems(self) -> tuple[Problem, ...]:
        """Return what is wrong with the draft; nothing is, when it can be put back."""
        deal, _, problems = read_deal(self.path)
        return () if deal else problems

    def put_back(self) -> None:
        """Let the draft replace the file; raises CoachError: 4 when that changed meanwhile, 5 when the disk refuses."""
        after = read_bytes(self.path, _LARGEST)
        with locked(self.file.parent):
            sweep(self.file)
            if read_bytes(self.file, _LARGEST) != self.before:
                hint = _DRAFT_KEPT.fill(draft=self.path)
                raise CoachError(_CHANGED.fill(file=self.file), exit_code=ExitCode.CONFLICT, hint=hint)
            replace_file(self.file, after)
        self.discard()

    def discard(self) -> None:
        """Throw the draft away."""
        with contextlib.suppress(OSError):
            self.path.unlink()


def open_draft(path: Path) -> Draft:
    """Begin to edit a deal file, whether it reads well or not, or go on with the draft left unfinished.

    Raises CoachError when there is no such file (2), or a draft cannot be written (5).
    """
    file = path.resolve()
    before = read_bytes(file, _LARGEST)
    draft = _place(file, hashlib.sha256(before).hexdigest())
    if draft.is_file():
        return Draft(file, before, draft, resumed=True)
    try:
        draft.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(draft, error) from error
    replace_file(draft, before)
    return Draft(file, before, draft, resumed=False)


def discard_drafts(path: Path) -> None:
    """Throw away every draft of a deal file."""
    for draft in folder("state").glob(f"drafts/{_name(path.resolve())}-*.yaml"):
        with contextlib.suppress(OSError):
            draft.unlink()


def _place(file: Path, digest: str) -> Path:
    return folder("state") / "drafts" / f"{_name(file)}-{digest[:12]}.yaml"


def _name(file: Path) -> str:
    where = hashlib.sha256(str(file).encode("utf-8", "surrogateescape")).hexdigest()[:8]
    # No character of a file's name may mean something to glob.
    return "".join(char if char.isalnum() else "_" for char in file.stem) + f"-{where}"
