"""``ltc batch``: many deals, one report."""

from __future__ import annotations

from typing import Annotated

import typer

from ltc_coach.cli.help import Command, command_app, says
from ltc_coach.cli.options import INPUT, OUTPUT, Json, NoInput, Output, Playbook, Today, one_of
from ltc_coach.cli.session import Session

app = command_app()

FORECAST = says(zh="预测", en="Forecast")

Paths = Annotated[
    list[str],
    typer.Argument(
        metavar="PATH...",
        help=says(
            zh="商机文件、导出的表、文件夹或通配符,- 是标准输入",
            en="deal files, exported tables, folders or patterns; - is standard input",
        ),
        show_default=False,
    ),
]
MappingFile = Annotated[
    str | None,
    typer.Option(
        "--mapping",
        metavar="FILE",
        help=says(zh="哪一列是什么 (ltc deals import 做的)", en="which column is what; ltc deals import makes it"),
        rich_help_panel=INPUT,
    ),
]
Encoding = Annotated[
    str | None,
    typer.Option(
        "--encoding",
        metavar="NAME",
        help=says(zh="编码 (如 gb18030),不给就自己认", en="the encoding, such as gb18030; otherwise found"),
        rich_help_panel=INPUT,
    ),
]
Sheet = Annotated[
    str | None,
    typer.Option(
        "--sheet",
        metavar="NAME",
        help=says(zh="工作簿里的哪张表,默认第一张", en="which sheet of a workbook; the first one otherwise"),
        rich_help_panel=INPUT,
    ),
]
Since = Annotated[
    str | None,
    typer.Option(
        "--since",
        metavar="REPORT",
        help=says(
            zh="跟上次比:上次存的 jsonl、json 或 parquet", en="compare with the last run: its jsonl, json or parquet"
        ),
        rich_help_panel=INPUT,
    ),
]
_FORMATS = ("screen", "md", "html", "xlsx", "csv", "jsonl", "parquet", "json")
Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="FORMAT",
        parser=one_of("--format", *_FORMATS),
        help=says(
            zh="screen 屏幕,md、html、xlsx 给人看,csv、jsonl、parquet 每行一个商机,json 全部;不给就看 -o 的扩展名",
            en="screen, md, html or xlsx for people; csv, jsonl or parquet: a line per deal; json: everything. "
            "Otherwise by the name after -o",
        ),
        rich_help_panel=OUTPUT,
    ),
]
FailOn = Annotated[
    list[str],
    typer.Option(
        "--fail-on",
        metavar="WHAT=N",
        help=says(
            zh="到了这个数就以 1 退出,可多次:stalled、unsettled、overdue、skipped、went-back=个数,at-risk=钱",
            en="exit 1 at so many, repeatable: stalled, unsettled, overdue, skipped, went-back; at-risk=MONEY",
        ),
        rich_help_panel=OUTPUT,
    ),
]
Strict = Annotated[
    bool,
    typer.Option(
        "--strict",
        help=says(zh="有一行读不了就不出报告,以 2 退出", en="no report, exit 2, if any row cannot be read"),
        rich_help_panel=OUTPUT,
    ),
]
RatesFile = Annotated[
    str | None,
    typer.Option(
        "--rates",
        metavar="FILE",
        help=says(zh="自家的赢率:ltc fit --json 存的文件", en="your own win rates: what ltc fit --json saved"),
        rich_help_panel=FORECAST,
    ),
]
StageRate = Annotated[
    list[str],
    typer.Option(
        "--stage-rate",
        metavar="STAGE=RATE",
        help=says(
            zh="CRM 的一个阶段值几成,可多次:谈判=60%", en="what a CRM stage is worth, repeatable: Negotiation=60%"
        ),
        rich_help_panel=FORECAST,
    ),
]
Keep = Annotated[
    bool,
    typer.Option(
        "--keep",
        help=says(zh="把这次的预测记下来,以后好对账", en="keep this forecast, to be scored later"),
        rich_help_panel=FORECAST,
    ),
]
ScoreIt = Annotated[
    bool,
    typer.Option(
        "--score",
        help=says(zh="以前记下的预测,准不准", en="how good the forecasts kept earlier were"),
        rich_help_panel=FORECAST,
    ),
]
Forecasts = Annotated[
    str | None,
    typer.Option(
        "--forecasts",
        metavar="FILE",
        help=says(zh="预测记在哪个文件 (默认在状态文件夹)", en="the file of kept forecasts (in the state folder)"),
        rich_help_panel=FORECAST,
    ),
]


@app.command(
    cls=Command,
    help=says(
        zh="""一批商机,一份报告:走到哪一步、卡在哪、哪些钱有风险、能进多少,该先看哪几个。

        读得了商机文件、CSV、Excel、ODS、JSON、JSONL、Parquet。读不了的行逐行列出来,其余照样出报告,以 3 退出。
        CRM 的阶段只拿来和依据比,从不当作客户走到的位置。""",
        en="""Many deals, one report: where they stand, where they are stuck, which money is at risk, what may come in.

        Reads deal files, CSV, Excel, ODS, JSON, JSONL and Parquet. Rows that cannot be read are listed, all others
        are reported, and the exit code is 3. A CRM's stage is compared with the evidence, never taken for it.""",
    ),
    epilog=says(
        zh="""ltc batch deals/
        ltc batch 商机.xlsx --mapping mapping.yaml -o 周报.html
        ltc batch sales.csv --mapping m.yaml -o 本周.jsonl
        ltc batch deals/ --since 上周.jsonl --fail-on stalled=3""",
        en="""ltc batch deals/
        ltc batch deals.xlsx --mapping mapping.yaml -o week.html
        ltc batch sales.csv --mapping m.yaml -o this-week.jsonl
        ltc batch deals/ --since last-week.jsonl --fail-on stalled=3""",
    ),
)
def batch(
    ctx: typer.Context,
    paths: Paths,
    mapping: MappingFile = None,
    encoding: Encoding = None,
    sheet: Sheet = None,
    since: Since = None,
    playbook: Playbook = None,
    today: Today = None,
    no_input: NoInput = False,  # noqa: ARG001 - nothing is asked here; scripts give it to every command
    form: Format = None,
    json: Json = False,
    output: Output = None,
    fail_on: FailOn = [],  # noqa: B006 - Typer copies it
    strict: Strict = False,
    rates: RatesFile = None,
    stage_rate: StageRate = [],  # noqa: B006 - the same
    keep: Keep = False,
    score: ScoreIt = False,
    forecasts: Forecasts = None,
) -> None:
    """Report on many deals."""
    from pathlib import Path

    from ltc_coach.authoring.loading import load_playbook
    from ltc_coach.batch.last_run import load_last
    from ltc_coach.batch.rates import Rates
    from ltc_coach.cli.batch_input import open_source, read_rates, stage_rates
    from ltc_coach.cli.batch_run import Run, Wish, conditions
    from ltc_coach.cli.results import today as this_day
    from ltc_coach.settings import DEFAULT_PLAYBOOK, folder

    session: Session = ctx.obj
    wish = Wish(
        form="json" if json else form or _by_name(output),
        output=output,
        strict=strict,
        fail_on=conditions(fail_on, compared=since is not None),
        keep=keep,
        score=score,
        forecasts=Path(forecasts) if forecasts else folder("state") / "forecasts.jsonl",
    )
    book = load_playbook(playbook or session.settings.playbook or DEFAULT_PLAYBOOK)
    learned, notes = read_rates(rates, book) if rates else ({}, ())
    run = Run(
        session=session,
        book=book,
        today=today or this_day(),
        rates=Rates(book, stage_rates(stage_rate), learned),
        last=load_last(Path(since)) if since else None,
        source=open_source(session, paths, mapping, book, encoding, sheet),
        notes=notes,
    )
    raise typer.Exit(run.report(wish))


def _by_name(output: str | None) -> str:
    """Return the format a file's name asks for: a page called week.html that holds a screen helps nobody."""
    suffix = (output or "").rpartition(".")[2].lower()
    return suffix if suffix in _FORMATS else "screen"
