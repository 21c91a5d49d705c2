# ruff: noqa: INP001 - a folder of pages, not a package
"""Writes the parts of the READMEs that the program itself knows: screens, commands, codes, limits.

``python docs/generate.py`` rewrites what stands between ``<!-- NAME: ... -->`` and ``<!-- end of NAME -->``
in the files below; tests/test_readme.py fails while a page says something else than the program.
"""

from __future__ import annotations

import io
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, chdir, redirect_stderr, redirect_stdout
from dataclasses import asdict
from datetime import date
from functools import cache
from pathlib import Path
from unittest.mock import patch

import typer

from ltc_coach import coach, load_deal, load_playbook
from ltc_coach.__main__ import main
from ltc_coach.cli import deals, playbook
from ltc_coach.cli.app import TABLE
from ltc_coach.cli.help import spoken
from ltc_coach.i18n import Lang, both
from ltc_coach.model.playbook import EFFORTS, SHARES, TRUST
from ltc_coach.problems import EXIT_CODES
from ltc_coach.reading.tree import LIMITS
from ltc_coach.settings import DEFAULT_PLAYBOOK

ROOT = Path(__file__).parent.parent
PAGES = {
    "README.md": Lang.EN,
    "README.zh-CN.md": Lang.ZH,
    "playbooks/README.md": Lang.EN,
    "playbooks/README.zh-CN.md": Lang.ZH,
}
DEALS = ROOT / "examples" / "deals"
GROUPS = {"deals": deals.app, "playbook": playbook.app}
# The day the example deals are reckoned from.
TODAY = date(2026, 11, 21)

_BLOCK = re.compile(r"(<!-- (?P<name>[a-z-]+): [^\n]*-->\n).*?(<!-- end of (?P=name) -->)", re.DOTALL)
_STORY = {
    Lang.ZH: re.compile("^# 虚构的商机:([^。\n]*)", re.MULTILINE),
    Lang.EN: re.compile("^# An invented deal: ([^.\n]*)", re.MULTILINE),
}
_YAML = re.compile(r"```yaml\n(ltc: 1\b.*?)```", re.DOTALL)

_COMMANDS = both(zh="| 命令 | 做什么 |", en="| command | what it does |")
_CODES = both(zh="| 代码 | 意思 |", en="| code | meaning |")
_SIGNAL = both(zh="被其他信号终止,如 143", en="ended by signal n, e.g. 143")
_LIMITS = both(zh="| 一个文件最多 | |", en="| a file may have at most | |")
_LIMIT_NAMES = {
    "size": both(zh="字节", en="bytes"),
    "nodes": both(zh="元素(键也算)", en="elements, keys included"),
    "depth": both(zh="嵌套层数", en="levels of nesting"),
    "scalar": both(zh="单段文字的字数", en="characters in one text"),
}
_WORDS = both(zh="| 键 | 词,和它代表的数 |", en="| key | words, and the number each stands for |")
_DEALS = both(
    zh="| `examples/deals/` | 商机 | 客户走到 | 头一招 |",
    en="| `examples/deals/` | the deal | the customer stands at | first move |",
)


@cache
def ltc(*args: str) -> str:
    """Return what ``ltc`` prints on 72 columns, as one who has just installed it sees it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LTC_")}
    with ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory())
        env = kept | {"LTC_HOME": home, "COLUMNS": "72", "NO_COLOR": "1"}
        stack.enter_context(patch.dict(os.environ, env, clear=True))
        stack.enter_context(chdir(ROOT))
        screen = stack.enter_context(redirect_stdout(io.StringIO()))
        said = stack.enter_context(redirect_stderr(io.StringIO()))
        if code := main([*args]):
            raise RuntimeError(f"ltc {' '.join(args)}: exit {code}\n{said.getvalue()}")
    return screen.getvalue()


def fresh(page: Path, lang: Lang) -> str:
    """Return the text of ``page`` with every generated block as it should be today."""
    text = page.read_text(encoding="utf-8")
    return _BLOCK.sub(lambda m: "\n".join([m[1].rstrip("\n"), *BLOCKS[m["name"]](lang, text), m[3]]), text)


def example(text: str) -> str:
    """Return the playbook that a page on playbooks shows as its example."""
    found = _YAML.search(text)
    return found[1] if found else ""


def _demo(lang: Lang, _: str) -> Iterator[str]:
    yield from _fenced(ltc("demo", "--lang", lang))


def _commands(lang: Lang, _: str) -> Iterator[str]:
    yield _COMMANDS.get(lang)
    yield "|---|---|"
    for entry in TABLE:
        if entry.name not in GROUPS:
            yield f"| `ltc {entry.name}` | {entry.about.get(lang)} |"
            continue
        for command in typer.main.get_group(GROUPS[entry.name]).commands.values():
            about = spoken(command.help, lang).replace("\n", "" if lang == Lang.ZH else " ").rstrip(".。")
            yield f"| `ltc {entry.name} {command.name}` | {about[0].lower()}{about[1:]} |"


def _timeline(lang: Lang, _: str) -> Iterator[str]:
    screen = ltc("deals", "timeline", "examples/deals/long.yaml", "--today", f"{TODAY}", "--lang", lang)
    yield from _fenced(screen.partition("\n\n")[2].partition("\n\n")[0])


def _monday(lang: Lang, _: str) -> Iterator[str]:
    """Yield the beginning of a report: what a manager sees first, down to the three most urgent deals."""
    lines = ltc("batch", "examples/deals", "--today", f"{TODAY}", "--lang", lang).splitlines()
    third = next(i for i, line in enumerate(lines) if line.startswith(" 4 "))
    yield from _fenced("\n".join(lines[:third]))


def _exit_codes(lang: Lang, _: str) -> Iterator[str]:
    yield _CODES.get(lang)
    yield "|---|---|"
    for code, meaning in EXIT_CODES.items():
        yield f"| {int(code)} | {meaning.get(lang)} |"
    yield f"| 128+n | {_SIGNAL.get(lang)} |"


def _limits(lang: Lang, _: str) -> Iterator[str]:
    yield _LIMITS.get(lang)
    yield "|---|---|"
    for name, most in asdict(LIMITS).items():
        yield f"| {_LIMIT_NAMES[name].get(lang)} | {most:,} |"


def _environment(lang: Lang, _: str) -> Iterator[str]:
    yield from _fenced("\n".join(ltc("help", "environment", "--lang", lang).splitlines()[1:]))


def _deals(lang: Lang, _: str) -> Iterator[str]:
    yield _DEALS.get(lang)
    yield "|---|---|---|---|"
    for path in sorted(DEALS.glob("*.yaml")):
        deal = load_deal(path).deal
        report = coach(load_playbook(deal.playbook or DEFAULT_PLAYBOOK), deal.answers, TODAY, deal=deal)[0]
        story = _STORY[lang].search(path.read_text(encoding="utf-8"))
        place, move = report.located.name(report.located.at), report.moves[0].title
        yield f"| `{path.name}` | {story[1] if story else ''} | {place.get(lang)} | {move.get(lang)} |"


def _words(lang: Lang, _: str) -> Iterator[str]:
    said = [
        ("trust", ", ".join(f"`{word}` {chance:.0%}" for word, chance in TRUST.items())),
        ("share", ", ".join(f"`{word}` {weight:g}" for word, weight in SHARES.items())),
        ("effort", ", ".join(f"`{word}` {cost:g}" for word, cost in EFFORTS.items())),
    ]
    yield _WORDS.get(lang)
    yield "|---|---|"
    yield from (f"| `{key}` | {words} |" for key, words in said)


def _read_back(lang: Lang, text: str) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "example.yaml"
        path.write_text(example(text), encoding="utf-8")
        screen = ltc("playbook", "show", "paper", "-p", str(path), "--lang", lang)
    yield from _fenced(screen.partition("unknown")[2].partition("\n\n")[2])


def _fenced(text: str) -> Iterator[str]:
    yield from ("```text", *text.rstrip("\n").splitlines(), "```")


BLOCKS: dict[str, Callable[[Lang, str], Iterator[str]]] = {
    "demo": _demo,
    "commands": _commands,
    "exit-codes": _exit_codes,
    "limits": _limits,
    "environment": _environment,
    "deals": _deals,
    "timeline": _timeline,
    "monday": _monday,
    "read-back": _read_back,
    "words": _words,
}


def rewrite() -> None:
    """Rewrite every page that has fallen behind, and name it."""
    for name, lang in PAGES.items():
        page = ROOT / name
        text = fresh(page, lang)
        if text != page.read_text(encoding="utf-8"):
            page.write_text(text, encoding="utf-8")
            sys.stdout.write(f"{name}\n")


if __name__ == "__main__":
    rewrite()
