"""Help in two languages: plain grouped text, examples first, complete at 60 columns.

Typer carries one help string per command and option; ours carry both languages in it, made by
:func:`says`, and the classes here show the language of the run. Their own layout is needed too:
Typer's counts characters, and a Chinese character is two cells wide.
"""

from __future__ import annotations

import inspect
import shutil
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

from ltc_coach.console.page import cells, wrap
from ltc_coach.i18n import Lang, Text, both

if TYPE_CHECKING:
    from ltc_coach.cli.session import Session

# Between the languages of a help string; it stands in no text, and str.splitlines leaves it alone.
_BETWEEN = "\x1f"
_WIDEST, _NARROWEST = 88, 40

USAGE = both(zh="用法", en="Usage")
EXAMPLES = both(zh="例子", en="Examples")
ARGUMENTS = both(zh="参数", en="Arguments")
OPTIONS = both(zh="选项", en="Options")
COMMANDS = both(zh="命令", en="Commands")
_OPTIONS_METAVAR = both(zh="[选项]", en="[OPTIONS]")
_COMMAND_METAVAR = both(zh="命令 ...", en="COMMAND ...")
_HELP = both(zh="显示帮助", en="show this help")


def command_app() -> typer.Typer:
    """Make the Typer application of one command or group, plain and without a shell completion of its own."""
    return typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


def says(*, zh: str, en: str) -> str:
    """Make a help string that holds both languages."""
    return f"{inspect.cleandoc(zh)}{_BETWEEN}{inspect.cleandoc(en)}"


def spoken(text: str | None, lang: Lang) -> str:
    """Return the part of a help string that is in ``lang``."""
    zh, _, en = (text or "").partition(_BETWEEN)
    return Text(zh=zh.strip(), en=en.strip()).get(lang)


def language(ctx: typer.Context | Any) -> Lang:
    """Return the language of the run this context belongs to."""
    session: Session | None = ctx.find_root().obj
    return session.lang if session else Lang.ZH


def table(rows: Iterable[tuple[str, str]], width: int) -> Iterator[str]:
    """Lay out names and what they mean; a long name stands on a line of its own."""
    rows = list(rows)
    first = min(max((cells(name) for name, _ in rows), default=0), max(width // 2 - 8, 12))
    for name, meaning in rows:
        lines = wrap(meaning, width - first - 4)
        if cells(name) <= first:
            yield f"  {name}{' ' * (first - cells(name))}  {lines[0]}".rstrip()
            lines = lines[1:]
        else:
            yield f"  {name}"
        for line in lines:
            yield f"{' ' * (first + 4)}{line}"


def page(
    usage: str, about: str, examples: str, sections: Iterable[tuple[str, list[tuple[str, str]]]], lang: Lang
) -> str:
    """Put a help page together: usage, what it does, examples, then each titled group."""
    width = max(_NARROWEST, min(shutil.get_terminal_size().columns, _WIDEST))
    lines = [f"{USAGE.get(lang)}: {usage}"]
    for paragraph in filter(None, about.split("\n\n")):
        lines += ["", *wrap(paragraph.replace("\n", "" if lang == Lang.ZH else " "), width)]
    if examples:
        lines += ["", f"{EXAMPLES.get(lang)}:", *(f"  {line}" for line in examples.splitlines())]
    for title, rows in sections:
        if rows:
            lines += ["", f"{title}:", *table(rows, width)]
    return "\n".join(lines)


def _lang_option() -> TyperOption:
    # Its value was read from the command line before the command was even loaded.
    return TyperOption(
        param_decls=["--lang"],
        type=str,
        metavar="zh|en",
        expose_value=False,
        help=says(zh="界面语言:中文或英文", en="language: Chinese or English"),
    )


def _first(text: str | None, lang: Lang) -> str:
    """Return the first paragraph of a help text as one line for a table."""
    first = spoken(text, lang).partition("\n\n")[0]
    return first.replace("\n", "" if lang == Lang.ZH else " ").rstrip(".。")


def _names(param: Any) -> str:
    names = ", ".join(sorted([*param.opts, *param.secondary_opts], key=len))
    return names if getattr(param, "is_flag", False) else f"{names} {param.metavar or ''}".rstrip()


def _sections(params: Iterable[Any], lang: Lang) -> list[tuple[str, list[tuple[str, str]]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for param in params:
        if getattr(param, "hidden", False):
            continue
        if param.param_type_name == "argument":
            groups.setdefault(ARGUMENTS.get(lang), []).append((param.metavar or param.name, spoken(param.help, lang)))
        else:
            title = spoken(param.rich_help_panel, lang) or OPTIONS.get(lang)
            groups.setdefault(title, []).append((_names(param), spoken(param.help, lang)))
    last = OPTIONS.get(lang)
    rest = [*groups.pop(last, []), ("-h, --help", _HELP.get(lang))]
    return [*groups.items(), (last, rest)]


class Command(TyperCommand):
    """A command with our help page, and ``--lang``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.append(_lang_option())

    def get_help(self, ctx: Any) -> str:
        """Return the help page in the language of the run."""
        lang = language(ctx)
        arguments = [p.metavar or str(p.name) for p in self.params if p.param_type_name == "argument"]
        usage = " ".join([ctx.command_path, _OPTIONS_METAVAR.get(lang), *arguments])
        return page(usage, spoken(self.help, lang), spoken(self.epilog, lang), _sections(self.params, lang), lang)

    def get_short_help_str(self, limit: int = 45) -> str:
        """Return the first line of the help, for shell completion."""
        return _first(self.help, Lang.EN)[:limit]


class Group(TyperGroup):
    """A group of commands with our help page, and ``--lang``; without a command it shows the page and exits 2."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.append(_lang_option())

    def rows(self, ctx: Any) -> list[tuple[Text, list[tuple[str, str]]]]:
        """Return the commands by group, each with one line of what it does."""
        lang = language(ctx)
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        return [
            (COMMANDS, [(n, _first(c.help, lang)) for n, c in commands if c and not c.hidden]),
        ]

    def get_help(self, ctx: Any) -> str:
        """Return the help page in the language of the run."""
        lang = language(ctx)
        usage = f"{ctx.command_path} {_OPTIONS_METAVAR.get(lang)} {_COMMAND_METAVAR.get(lang)}"
        sections = [(title.get(lang), rows) for title, rows in self.rows(ctx)] + _sections(self.params, lang)
        return page(usage, spoken(self.help, lang), spoken(self.epilog, lang), sections, lang)

    def get_short_help_str(self, limit: int = 45) -> str:
        """Return the first line of the help, for shell completion."""
        return _first(self.help, Lang.EN)[:limit]

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Find the command that ``args`` begins with; raises CoachError (2) with the nearest name."""
        name = args[0]
        command = self.get_command(ctx, name)
        if command is None and not ctx.resilient_parsing:
            from ltc_coach.cli.failures import no_such_command

            raise no_such_command(name, self.list_commands(ctx), ctx.command_path)
        return name if command else None, command, args[1:]
