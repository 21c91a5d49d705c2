"""``ltc help``: topics that belong to no single command."""

from __future__ import annotations

from typing import Annotated

import typer

from ltc_coach.cli.failures import nearest
from ltc_coach.cli.help import Command, command_app, says, table
from ltc_coach.cli.session import Session
from ltc_coach.i18n import Lang, both
from ltc_coach.problems import EXIT_CODES, CoachError
from ltc_coach.settings import CONFIG_FILE, folder

app = command_app()

_EXIT_CODES = both(zh="ltc 退出时的代码:", en="What the exit codes of ltc mean:")
_ENVIRONMENT = both(zh="ltc 看的环境变量:", en="Environment variables ltc looks at:")
_FILES = both(zh="ltc 用到的文件和文件夹:", en="Files and folders of ltc:")
_TOPICS = both(zh="有这些专题(ltc help 专题):", en="Topics (ltc help TOPIC):")
_NO_TOPIC = both(zh="没有专题 {topic}", en="no such topic: {topic}")
_CHOICES = both(zh="可看:{topics}", en="choose from: {topics}")

_VARIABLES = (
    ("LTC_LANG", both(zh="界面语言 zh 或 en,--lang 优先", en="language, zh or en; --lang wins")),
    ("LTC_PLAYBOOK", both(zh="默认用哪本打法手册", en="the playbook to use")),
    ("LTC_DEALS", both(zh="商机放在哪个文件夹", en="the folder with the deals")),
    ("LTC_REPS", both(zh="答题的销售:trained、mixed、unknown", en="who answers: trained, mixed, unknown")),
    ("LTC_NO_INPUT", both(zh="设为 1:从不提问", en="1: never ask")),
    ("LTC_PROMPT", both(zh="设为 plain:一行一行地问,不画菜单", en="plain: ask line by line, without menus")),
    ("LTC_HOME", both(zh="ltc 自己的文件都放这里", en="keep all files of ltc below this folder")),
    ("LTC_DEBUG", both(zh="设为 1:内部错误时显示全部细节", en="1: show the traceback of an internal error")),
    ("NO_COLOR", both(zh="设了就不用颜色", en="set: no colour")),
    ("FORCE_COLOR", both(zh="设为 1:管道里也用颜色", en="1: colour even through a pipe")),
)


def _exit_codes(lang: Lang, width: int) -> list[str]:
    rows = [(str(int(code)), meaning.get(lang)) for code, meaning in EXIT_CODES.items()]
    rows.append(("128+n", both(zh="被其他信号终止", en="ended by signal n").get(lang)))
    return [_EXIT_CODES.get(lang), *table(rows, width)]


def _environment(lang: Lang, width: int) -> list[str]:
    return [_ENVIRONMENT.get(lang), *table([(name, text.get(lang)) for name, text in _VARIABLES], width)]


def _files(lang: Lang, width: int) -> list[str]:
    rows = [
        (f"./{CONFIG_FILE}", both(zh="本项目的设置", en="settings of this project")),
        ("./playbooks/", both(zh="本项目的打法手册", en="playbooks of this project")),
        (str(folder("config") / CONFIG_FILE), both(zh="你的设置", en="your settings")),
        (str(folder("config") / "aliases.yaml"), both(zh="你们 CRM 的列名", en="what your CRM calls its columns")),
        (str(folder("config") / "playbooks"), both(zh="你的打法手册", en="your playbooks")),
        (str(folder("data") / "deals"), both(zh="你的商机", en="your deals")),
        (str(folder("state")), both(zh="没问完的问诊、出错记录", en="interviews left unfinished, error log")),
        (str(folder("cache")), both(zh="随时可删的缓存", en="a cache, safe to delete")),
    ]
    return [_FILES.get(lang), *table([(name, text.get(lang)) for name, text in rows], width)]


TOPICS = {"exit-codes": _exit_codes, "environment": _environment, "files": _files}


@app.command(
    cls=Command,
    name="help",
    help=says(
        zh="专题说明。各个命令的用法看 ltc 命令 --help。",
        en="Explains a topic. For the use of a command see ltc COMMAND --help.",
    ),
    epilog=says(
        zh="ltc help exit-codes\nltc help environment\nltc help files",
        en="ltc help exit-codes\nltc help environment\nltc help files",
    ),
)
def topics(
    ctx: typer.Context,
    topic: Annotated[
        str | None,
        typer.Argument(metavar="[TOPIC]", help="exit-codes | environment | files"),
    ] = None,
) -> None:
    """Print one topic, or which there are."""
    session: Session = ctx.obj
    if topic is None:
        lines = [_TOPICS.get(session.lang), *(f"  {name}" for name in TOPICS)]
    elif topic in TOPICS:
        lines = TOPICS[topic](session.lang, session.width())
    else:
        hint = nearest(topic, TOPICS) or _CHOICES.fill(topics=", ".join(TOPICS))
        raise CoachError(_NO_TOPIC.fill(topic=topic[:40]), hint=hint)
    session.emit("".join(f"{line}\n" for line in lines))
