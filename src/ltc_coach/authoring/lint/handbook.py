"""The handbook of checks, ``docs/lint.md``: written from the check classes, so it cannot fall behind."""

from __future__ import annotations

from collections.abc import Iterator

from ltc_coach.authoring.lint import CHECKS, SUBJECTS
from ltc_coach.authoring.lint.check import Check
from ltc_coach.authoring.lint.samples import TINY
from ltc_coach.i18n import Text, both
from ltc_coach.problems import Severity

_SEVERITIES = {Severity.ERROR: both(zh="错误", en="error"), Severity.WARNING: both(zh="警告", en="warning")}


def handbook() -> str:
    """Return the whole page: every check by subject with reason, remedy and samples, then the tiny playbook."""
    return "\n".join(_page()) + "\n"


def _page() -> Iterator[str]:
    yield "# 检查清单 · What `ltc playbook lint` checks"
    yield ""
    yield "<!-- Written from the checks in src/ltc_coach/authoring/lint; change them there. -->"
    yield ""
    yield f"共 {len(CHECKS)} 项。每项的两个例子都是对文末「小样」的改动:映射按键合并,列表按 id 合并。"
    yield "错误会让打法手册不能用;警告不会,除非加 `--strict`。"
    yield ""
    yield f"{len(CHECKS)} checks. Both samples of each are changes to the tiny playbook at the end: mappings are"
    yield "merged by key, lists by id. An error makes a playbook unusable; a warning does not, except with `--strict`."
    for title, checks in SUBJECTS:
        yield ""
        yield f"## {title.zh} · {title.en}"
        for check in checks:
            yield ""
            yield from _section(check)
    yield ""
    yield "## 小样 · The tiny playbook"
    yield ""
    yield from _yaml(TINY)


def _section(check: type[Check]) -> Iterator[str]:
    severity = _SEVERITIES[check.severity]
    yield f"### `{check.id}`"
    yield ""
    yield f"**{severity.zh}** {check.why.zh} 改法:{check.remedy.zh}。"
    yield ""
    yield f"**{severity.en.capitalize()}.** {check.why.en} Remedy: {check.remedy.en}."
    for heading, sample in ((both(zh="不行", en="bad"), check.bad), (both(zh="可以", en="good"), check.good)):
        yield ""
        yield _heading(heading)
        yield ""
        yield from _yaml(sample)


def _heading(text: Text) -> str:
    return f"{text.zh} · {text.en}:"


def _yaml(text: str) -> Iterator[str]:
    yield "```yaml"
    yield text.rstrip("\n")
    yield "```"
