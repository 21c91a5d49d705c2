"""Playbooks on disk: one file or a folder, found by id, refused with every error, compiled once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from ltc_coach.authoring import cache, loading, shelf
from ltc_coach.authoring.loading import find_playbooks, load_playbook, read_playbook
from ltc_coach.problems import CoachError, ExitCode, Severity, Where
from ltc_coach.reading.tree import LIMITS

HEADER = """\
ltc: 1
id: small
version: 1.2.0
languages: [zh, en]
title: {zh: 小, en: Small}
about: {zh: 试用, en: For trying}
scales:
  place:
    main: true
    title: {zh: 走到, en: At}
    stages:
      - id: pain
        title: {zh: 痛苦, en: Pain}
        customer: {zh: 他说难受, en: He says it hurts}
        exit: {zh: 他定下目标, en: He sets a goal}
      - id: goal
        title: {zh: 目标, en: Goal}
        customer: {zh: 他定目标, en: He sets goals}
        exit: {zh: 他签字, en: He signs}
"""
QUESTIONS = """\
questions:
  - id: goals
    ask: {zh: 客户定下目标了吗?, en: Has the customer set a goal?}
    why: {zh: 目标是他自己说的, en: A goal is what he says himself}
    answers:
      - id: set
        label: {zh: 定了, en: Set}
        says: {place: {reached: goal}}
      - id: open
        label: {zh: 没定, en: Not yet}
        says: {place: {before: goal}}
"""
MOVES = """\
moves:
  - id: dig
    kind: build
    title: {zh: 挖痛苦, en: Dig into the pain}
    when: {place: pain}
    do: {zh: 问后果, en: Ask what follows from it}
    say:
      - {zh: 这件事拖下去会怎样?, en: What happens if it goes on like this?}
    proof: {zh: 他说出代价, en: He names the cost}
    refused: {zh: 换个人问, en: Ask somebody else}
  - id: agree
    kind: close
    title: {zh: 谈定, en: Settle it}
    when: {place: goal}
    do: {zh: 约签字, en: Fix a day to sign}
    say:
      - {zh: 哪天签合适?, en: Which day suits you for signing?}
    proof: {zh: 他签了, en: He signs}
    refused: {zh: 问差什么, en: Ask what is missing}
"""
SOUND = {"playbook.yaml": HEADER, "questions.yaml": QUESTIONS, "moves.yaml": MOVES}


@pytest.fixture(autouse=True)
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder and an empty home; the shipped set is a folder of this test too."""
    for name in ("project", "home", "shipped"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "project")
    monkeypatch.setenv("LTC_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(shelf, "shipped", lambda: tmp_path / "shipped")
    return tmp_path


def write(folder: Path, files: dict[str, str]) -> Path:
    """Make a folder with these files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def told(path: Path) -> list[str]:
    """Return the problems of the playbook at ``path`` as FILE:LINE:COLUMN MESSAGE."""
    base = path if path.is_dir() else path.parent
    return [
        f"{Path(p.where.file).relative_to(base).as_posix()}:{p.where.line}:{p.where.column} {p.message.en}"
        for p in read_playbook(path).problems
        if p.where
    ]


def refusal(ref: str | Path) -> CoachError:
    """Return the error that loading ``ref`` ends with."""
    with pytest.raises(CoachError) as error:
        load_playbook(ref)
    return error.value


# ---- reading ---------------------------------------------------------------------------------------


def test_a_folder_and_a_single_file_are_the_same_playbook(world: Path) -> None:
    """All keys in one file, scenarios among them, or one file per key: the model is the same."""
    folder = read_playbook(write(world / "small", SOUND))
    single = world / "single.yaml"
    single.write_text(HEADER + QUESTIONS + MOVES + "scenarios: []\n", encoding="utf-8")
    together = read_playbook(single)
    assert (folder.problems, together.problems) == ((), ())
    assert folder.playbook is not None
    assert together.playbook is not None
    assert folder.playbook.model_copy(update={"fingerprint": ""}) == together.playbook.model_copy(
        update={"fingerprint": ""}
    )


def test_the_main_file_stands_for_its_folder(world: Path) -> None:
    """Naming playbook.yaml itself reads the whole folder: nobody means half a playbook."""
    write(world / "small", SOUND)
    assert read_playbook(world / "small" / "playbook.yaml").playbook == read_playbook(world / "small").playbook


def test_every_element_knows_its_file(world: Path) -> None:
    """The parts of a folder keep their own file names in places and excerpts."""
    folder = write(world / "small", SOUND)
    source = read_playbook(folder).source
    where = source.find(("moves", 1, "kind"))
    assert where == Where(str(folder / "moves.yaml"), 12, 11)
    assert source.line(where) == "    kind: close"
    assert source.find(("scales", "place"), key=True) == Where(str(folder / "playbook.yaml"), 8, 3)


def test_all_files_are_read_whatever_is_wrong_with_one(world: Path) -> None:
    """Problems of structure, of syntax and of content, from several files, in one go."""
    files = SOUND | {
        "playbook.yaml": HEADER.replace("version", "versoin"),
        "questions.yaml": QUESTIONS.replace("ask:", "ask：", 1),
        "moves.yaml": MOVES.replace("kind: build", "kind: bild") + "    kind: close\n",
    }
    assert told(write(world / "small", files)) == [
        "questions.yaml:3:8 this is a full-width colon '：'",
        "moves.yaml:20:5 'kind' is written twice",
        "moves.yaml:3:11 move dig, kind: 'bild' is not allowed here",
        "playbook.yaml:3:1 unknown field 'versoin'",
    ]


def test_a_key_in_the_wrong_file_is_pointed_out(world: Path) -> None:
    """Each part file holds its own key and no other, and no key stands in two files."""
    files = {
        "playbook.yaml": HEADER + QUESTIONS,
        "questions.yaml": QUESTIONS,
        "moves.yaml": "stop: {at_most: 3}\n",
    }
    assert told(write(world / "small", files)) == [
        "questions.yaml:1:1 'questions' stands in two files",
        "moves.yaml:1:1 'moves' is missing",
        "moves.yaml:1:1 moves.yaml holds only 'moves', not 'stop'",
    ]


def test_a_file_nobody_reads_is_a_warning(world: Path) -> None:
    """A misspelt file name would silently leave out all its moves; scenarios, notes and hidden files are fine."""
    extra = {"scenarios.yaml": "scenarios: []\n", "question.yml": QUESTIONS, "README.md": "", ".draft.yaml": ":"}
    loaded = read_playbook(write(world / "small", SOUND | extra))
    (problem,) = loaded.problems
    assert (problem.severity, problem.code, problem.hint.en) == (
        Severity.WARNING,
        "stray-file",
        "did you mean questions.yaml?",
    )
    assert loaded.playbook is not None


@pytest.mark.parametrize("written", ["0", "2", "10"])
def test_another_format_is_refused_with_its_number(world: Path, written: str) -> None:
    """Nothing else is said about a playbook of another format: everything else may have changed its meaning."""
    header = HEADER.replace("ltc: 1", f"ltc: {written}").replace("title", "name")
    folder = write(world / "small", SOUND | {"playbook.yaml": header})
    assert told(folder) == [f"playbook.yaml:1:6 this playbook is written in format {written}; this ltc reads format 1"]
    assert refusal(folder).exit_code == ExitCode.USAGE


def test_the_fingerprint_is_never_authored(world: Path) -> None:
    """It is the loader's; written by hand it is an error."""
    folder = write(world / "small", SOUND | {"playbook.yaml": HEADER + "fingerprint: abc\n"})
    assert told(folder) == ["playbook.yaml:20:1 'fingerprint' is worked out by ltc itself"]


def test_the_fingerprint_follows_the_content(world: Path) -> None:
    """Same bytes, same 16 digits, wherever the folder is; one byte more, other digits; scenarios do not count."""

    def fingerprint(name: str, files: dict[str, str]) -> str:
        playbook = read_playbook(write(world / name, files)).playbook
        assert playbook is not None
        return playbook.fingerprint

    first = fingerprint("a", SOUND)
    assert (len(first), fingerprint("b", SOUND)) == (16, first)
    assert fingerprint("c", SOUND | {"scenarios.yaml": "scenarios: []\n"}) == first
    assert fingerprint("d", SOUND | {"moves.yaml": MOVES + "\n"}) != first


def test_a_missing_playbook_is_a_usage_error(world: Path) -> None:
    """No such path, or a folder without playbook.yaml: exit 2."""
    (world / "empty").mkdir()
    for path, words in ((world / "nowhere", "no such file"), (world / "empty", "there is no playbook.yaml")):
        error = refusal(path)
        assert (error.exit_code, words in error.message.en) == (ExitCode.USAGE, True)


# ---- loading ---------------------------------------------------------------------------------------


def test_a_playbook_with_errors_cannot_be_used(world: Path) -> None:
    """All errors come along, of reading and of lint; warnings alone do not stop anybody."""
    folder = write(world / "small", SOUND | {"moves.yaml": MOVES.replace("place: pain", "place: pian")})
    error = refusal(folder)
    assert error.exit_code == ExitCode.USAGE
    assert {problem.severity for problem in error.problems} == {Severity.ERROR}
    assert all(problem.where is not None for problem in error.problems)


def test_an_id_is_looked_up_on_every_shelf(world: Path) -> None:
    """The project's folder, the user's, the shipped set: folders and single files are found by name."""
    for shelf_folder, id_ in (
        (Path("playbooks"), "mine"),
        (world / "home" / "playbooks", "ours"),
        (world / "shipped", "theirs"),
    ):
        write(shelf_folder / id_, SOUND | {"playbook.yaml": HEADER.replace("id: small", f"id: {id_}")})
    assert [load_playbook(id_).id for id_ in ("mine", "ours", "theirs")] == ["mine", "ours", "theirs"]
    found = [(f.id, f.origin, f.version, f.title.en, f.about.zh) for f in find_playbooks()]
    assert found == [
        ("mine", "project", "1.2.0", "Small", "试用"),
        ("ours", "user", "1.2.0", "Small", "试用"),
        ("theirs", "shipped", "1.2.0", "Small", "试用"),
    ]


def test_finding_reads_headers_only(world: Path) -> None:
    """A broken body, a broken header and litter do not hide the other playbooks."""
    write(world / "shipped" / "broken", {"playbook.yaml": HEADER + "moves: [\n"})
    write(world / "shipped" / "worse", {"playbook.yaml": "title: [\n"})
    write(world / "shipped" / "notes", {"README.md": "nothing"})
    write(world / "shipped", {"alone.yaml": HEADER + QUESTIONS, "README.md": ""})
    assert [(f.id, f.title.zh) for f in find_playbooks()] == [("alone", "小"), ("broken", "小"), ("worse", "")]


def test_no_playbook_shadows_another(world: Path) -> None:
    """The same id on two shelves is an error that names both; the same folder seen twice is not."""
    write(world / "shipped" / "small", SOUND)
    write(world / "home" / "playbooks" / "small", SOUND)
    error = refusal("small")
    assert error.exit_code == ExitCode.USAGE
    assert str(world / "shipped" / "small") in error.message.en
    assert str(world / "home" / "playbooks" / "small") in error.message.en


def test_a_checkout_is_not_its_own_rival(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within the checkout ./playbooks is the shipped set itself."""
    write(world / "project" / "playbooks" / "small", SOUND)
    monkeypatch.setattr(shelf, "shipped", lambda: world / "project" / "playbooks")
    assert load_playbook("small").id == "small"
    assert [found.origin for found in find_playbooks()] == ["shipped"]


def test_an_unknown_id_gets_a_suggestion(world: Path) -> None:
    """A near id is offered, else all there are."""
    write(world / "shipped" / "small", SOUND)
    assert refusal("smal").hint.en == "did you mean small?"
    assert refusal("completely-other").hint.en == "there are: small"


@pytest.mark.parametrize("ref", ["", ".hidden", "small\0", "x" * 300, "\x1b[31m"])
def test_odd_ids_are_just_unknown(world: Path, ref: str) -> None:
    """Nothing that is no id finds anything, crashes or reaches the terminal alive."""
    write(world / "shipped" / "small", SOUND)
    error = refusal(ref)
    assert (error.exit_code, "\x1b" in error.message.en) == (ExitCode.USAGE, False)


def test_folder_and_id_must_agree(world: Path) -> None:
    """Who asks for `other` must not get a playbook that calls itself `small`."""
    write(world / "shipped" / "other", SOUND)
    assert "the id of this playbook is 'small'" in refusal("other").message.en
    assert load_playbook(world / "shipped" / "other").id == "small"


def test_the_shipped_set_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a checkout or in a wheel, the shipped playbooks are there."""
    monkeypatch.undo()
    assert "buying-process" in {found.id for found in find_playbooks() if found.origin == "shipped"}


# ---- the cache -------------------------------------------------------------------------------------


def entries(world: Path) -> list[Path]:
    """Return the files in the cache."""
    return sorted((world / "home" / "cache" / "playbooks").glob("*"))


def test_a_sound_playbook_is_compiled_once(world: Path) -> None:
    """The second load comes from the cache and gives an equal playbook; an edit makes a new entry."""
    folder = write(world / "small", SOUND)
    first = load_playbook(folder)
    assert len(entries(world)) == 1
    assert load_playbook(folder) == first
    assert len(entries(world)) == 1
    write(folder, {"moves.yaml": MOVES + "# edited\n"})
    assert load_playbook(folder).fingerprint != first.fingerprint
    assert len(entries(world)) == 2


def test_loading_from_the_cache_needs_no_yaml(world: Path) -> None:
    """A cached playbook is read without importing yaml, lint, rich or anything else that is slow to load."""
    folder = write(world / "small", SOUND)
    load_playbook(folder)
    program = (
        "import sys; from pathlib import Path; from ltc_coach import load_playbook;"
        f"load_playbook(Path({str(folder)!r}));"
        "slow = {'yaml', 'rich', 'questionary', 'ltc_coach.authoring.lint', 'ltc_coach.reading.tree'};"
        "print(sorted(slow & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


def test_a_playbook_with_errors_is_not_cached(world: Path) -> None:
    """Errors are found anew each time."""
    refusal(write(world / "small", SOUND | {"moves.yaml": MOVES.replace("place: pain", "place: pian")}))
    assert entries(world) == []


@pytest.mark.parametrize(
    "damage",
    [b"", b"{", b"null", b"[1]", b'{"id": "small"}', b"\xff\xfe", b"[" * 100_000],
    ids=["empty", "torn", "null", "list", "partial", "bytes", "deep"],
)
def test_a_damaged_entry_is_as_good_as_none(world: Path, damage: bytes) -> None:
    """Whatever stands in the cache, the playbook comes out right, and the entry is mended."""
    folder = write(world / "small", SOUND)
    sound = load_playbook(folder)
    (entry,) = entries(world)
    good = entry.read_bytes()
    entry.write_bytes(damage)
    assert load_playbook(folder) == sound
    assert entry.read_bytes() == good


def test_an_entry_of_another_playbook_is_not_believed(world: Path) -> None:
    """A valid playbook under the wrong key is refused by its fingerprint."""
    sound = load_playbook(write(world / "a", SOUND))
    (entry,) = entries(world)
    other = write(world / "b", SOUND | {"moves.yaml": MOVES + "# other\n"})
    load_playbook(other)
    (fresh,) = set(entries(world)) - {entry}
    fresh.write_bytes(entry.read_bytes())
    assert load_playbook(other).fingerprint != sound.fingerprint


def test_a_cache_that_cannot_be_written_troubles_nobody(world: Path) -> None:
    """A file where the folder should be: the playbook is loaded all the same."""
    (world / "home" / "cache").write_text("in the way")
    assert load_playbook(write(world / "small", SOUND)).id == "small"


def test_the_cache_does_not_grow_for_ever(world: Path) -> None:
    """An author's many versions leave a bounded number of entries."""
    playbook = load_playbook(write(world / "small", SOUND))
    for number in range(40):
        cache.store({"playbook.yaml": str(number).encode()}, playbook)
    assert len(entries(world)) == 32


def test_the_loader_knows_the_readers_limit() -> None:
    """The limit is written down twice so that loading from the cache need not import the reader."""
    assert LIMITS.size == loading._SIZE


def test_the_cached_form_is_the_playbook(world: Path) -> None:
    """Conditions with `not`, spans and percentages survive the cache."""
    moves = MOVES.replace("when: {place: pain}", "when: {all: [{place: [pain]}], not: {place: {reached: goal}}}")
    folder = write(world / "small", SOUND | {"moves.yaml": moves})
    compiled = read_playbook(folder).playbook
    assert compiled is not None
    files = {"x": yaml.safe_dump({"any": "thing"}).encode()}
    kept = compiled.model_copy(update={"fingerprint": cache.fingerprint(files)})
    cache.store(files, kept)
    assert cache.fetch(files) == kept
