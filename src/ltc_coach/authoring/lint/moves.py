"""Moves and nevers: each carries the fields its kind needs, and none it cannot have."""

from __future__ import annotations

from collections.abc import Iterator

from ltc_coach.authoring.lint.check import Check
from ltc_coach.i18n import both
from ltc_coach.model.playbook import Kind, Playbook
from ltc_coach.problems import Problem, Severity


class PullWithoutTarget(Check):
    """A pull that does not say where to."""

    id = "pull-without-target"
    why = both(zh="向后拉得说清拉回到哪一步,不然没有落点。", en="A pull needs a place to land.")
    remedy = both(zh="加上 to: 一个更早的位置", en="add `to:` with an earlier place")
    good = "moves: [{id: back-to-goal, to: goal}]"
    bad = """\
moves:
  - id: back
    kind: pull
    title: {zh: 拉回去, en: Pull back}
    when: {place: choice}
    do: {zh: 问目标, en: Ask for the goal}
    proof: {zh: 他说了目标, en: He states it}"""

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for m, move in enumerate(playbook.moves):
            if move.kind == Kind.PULL and move.to is None:
                yield self.problem(("moves", m, "kind"), both(zh="没说拉回到哪里", en="it does not say where to"))


class MoveWithoutAct(Check):
    """A move that does not say what to do."""

    id = "move-without-act"
    why = both(zh="建议要让销售知道下一步干什么。", en="Advice has to say what to do next.")
    remedy = both(zh="加上 do:一句话说清做什么", en="add `do:`, the act in one sentence")
    good = "moves: [{id: count-cost, do: {zh: 一起算账, en: Count the cost together}}]"
    bad = """\
moves:
  - id: wait
    kind: build
    title: {zh: 再看看, en: Wait}
    proof: {zh: 他打来电话, en: He calls}"""

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for m, move in enumerate(playbook.moves):
            if move.kind != Kind.NEVER and not move.do:
                yield self.problem(("moves", m, "id"), both(zh="没写做什么", en="it does not say what to do"))


class MoveWithoutProof(Check):
    """A move without a sign that it worked."""

    id = "move-without-proof"
    why = both(
        zh="做完要看客户有没有反应;没有标志,就只是自己忙了一场。",
        en="Only an act of the customer shows that a move worked; without one it is mere activity.",
    )
    remedy = both(zh="加上 proof:客户做了什么就算成了", en="add `proof:`, what the customer does when it has worked")
    good = "moves: [{id: new, kind: leave, title: {zh: 走, en: Go}, do: {zh: 道别, en: Say goodbye}}]"
    bad = "moves: [{id: new, kind: build, title: {zh: 请吃饭, en: Dinner}, do: {zh: 约饭, en: Invite him}}]"

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for m, move in enumerate(playbook.moves):
            # Leaving is over when we have left: it asks nothing of the customer.
            if move.kind not in {Kind.NEVER, Kind.LEAVE} and not move.proof:
                yield self.problem(("moves", m, "id"), both(zh="没写成了的标志", en="it has no sign that it worked"))


class NeverWithTarget(Check):
    """A never with `to` or `needs`."""

    id = "never-with-target"
    why = both(
        zh="never 是「现在别做」,没有落点,也不需要本钱。",
        en="A never is a thing not to do: it leads nowhere and costs nothing.",
    )
    remedy = both(zh="删掉 to 和 needs;条件写进 when", en="delete `to` and `needs`; put conditions into `when`")
    good = """\
moves:
  - id: cut-price
    kind: never
    title: {zh: 降价, en: Cut the price}
    when: {place: pain}
    why: {zh: 他还没想买, en: He is not buying yet}"""
    bad = """\
moves:
  - id: cut-price
    kind: never
    title: {zh: 降价, en: Cut the price}
    when: {place: pain}
    to: pain
    why: {zh: 他还没想买, en: He is not buying yet}"""

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for m, move in enumerate(playbook.moves):
            if move.kind == Kind.NEVER:
                for field, written in (("to", move.to is not None), ("needs", bool(move.needs))):
                    if written:
                        message = both(zh=f"「现在别做」不能有 {field}", en=f"a never cannot have `{field}`")
                        yield self.problem(("moves", m, field), message, on_key=True)


class ForbidsWithoutNever(Check):
    """`forbids` on a move that is no never."""

    id = "forbids-without-never"
    why = both(
        zh="拦销售打算的是「现在别做」;写在别的动作上,没有人会看它。",
        en="Only a never warns a rep of his plans; on any other move nobody looks at it.",
    )
    remedy = both(zh="删掉 forbids,或者写到一条 never 上", en="delete `forbids`, or write it on a never")
    good = """\
actions: [{id: discount, title: {zh: 降价, en: Cut the price}, words: [降价, discount]}]
moves:
  - id: cut-price
    kind: never
    title: {zh: 别降价, en: No price cut}
    why: {zh: 还早, en: Too early}
    forbids: discount"""
    bad = """\
actions: [{id: discount, title: {zh: 降价, en: Cut the price}, words: [降价, discount]}]
moves:
  - id: cut-price
    kind: never
    title: {zh: 别降价, en: No price cut}
    why: {zh: 还早, en: Too early}
    forbids: discount
  - {id: count-cost, forbids: discount}"""

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for m, move in enumerate(playbook.moves):
            if move.kind != Kind.NEVER and move.forbids:
                message = both(zh="只有「现在别做」能写 forbids", en="only a never can have `forbids`")
                yield self.problem(("moves", m, "forbids"), message, on_key=True)


class ThroughWithoutPull(Check):
    """`through` or `politics` on a move that is no pull."""

    id = "through-without-pull"
    why = both(
        zh="through 和 politics 是给往回拉的路排先后用的;别的动作不走这条路。",
        en="`through` and `politics` rank the ways back; no other move goes that way.",
    )
    remedy = both(zh="删掉它;要说见谁,写在 whom 里", en="delete it; whom to meet for any other move goes into `whom`")
    good = "moves: [{id: back-to-goal, through: [executive, decider], politics: high}]"
    bad = "moves: [{id: count-cost, through: [sufferer]}]"

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for m, move in enumerate(playbook.moves):
            if move.kind != Kind.PULL:
                for field in ("through", "politics"):
                    if field in move.model_fields_set:
                        message = both(zh=f"只有往回拉才能写 {field}", en=f"only a pull can have `{field}`")
                        yield self.problem(("moves", m, field), message, on_key=True)


class NeverWithoutWhy(Check):
    """A never without a reason."""

    id = "never-without-why"
    severity = Severity.WARNING
    why = both(
        zh="光说不行,销售不会听;说清坏在哪里才管用。", en="Reps do not heed a bare no; the harm has to be named."
    )
    remedy = both(zh="加上 why:现在做了会怎样", en="add `why:`, what it would do now")
    good = """\
moves:
  - id: cut-price
    kind: never
    title: {zh: 降价, en: Cut the price}
    why: {zh: 他还没想买, en: He is not buying yet}"""
    bad = "moves: [{id: cut-price, kind: never, title: {zh: 降价, en: Cut the price}, when: {place: pain}}]"

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for m, move in enumerate(playbook.moves):
            if move.kind == Kind.NEVER and not move.why:
                yield self.problem(("moves", m, "id"), both(zh="没说为什么", en="it gives no reason"))


CHECKS: tuple[type[Check], ...] = (
    PullWithoutTarget,
    MoveWithoutAct,
    MoveWithoutProof,
    NeverWithTarget,
    NeverWithoutWhy,
    ForbidsWithoutNever,
    ThroughWithoutPull,
)
