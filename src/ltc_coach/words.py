"""The words of the user interface, in both languages: a translation left out is a type error.

One constant per phrase, grouped by the screen that speaks it. Placeholders are filled with
``Text.fill``. What only one module says stands in that module.
"""

from __future__ import annotations

from collections.abc import Mapping

from ltc_coach.i18n import Text, both

# ---- the report: where the customer stands -------------------------------------------------------

SURE = both(zh="把握 {percent}", en="{percent} sure")
ROUGHLY = both(zh="把握不大 {percent}", en="only {percent} sure")
MAYBE = both(zh="也可能在:{name} {percent}", en="or else: {name} {percent}")
TWO_CANDIDATES = both(
    zh="还定不了:「{first}」{p},还是「{second}」{q}?", en="Not settled: {first} {p}, or {second} {q}?"
)
ONE_CANDIDATE = both(zh="还定不了:最像「{first}」,可也只有 {p}", en="Not settled: {first} is likeliest, but only {p}")
NO_CANDIDATE = both(zh="还定不了:手上的线索太少", en="Not settled: too little is known")
SETTLE_IT = both(zh="问清这一句就能分开:", en="The question that would settle it: ")
ASK_FIRST = both(zh="先问清这一句:", en="Ask this first: ")
NOT_CLEAR = both(zh="说不准(最像{name} {percent})", en="not clear (perhaps {name} {percent})")

# ---- the report: what changed since last time ------------------------------------------------------

SINCE = both(zh="跟上次比({day},{n} 天前)", en="Since last time ({day}, {n} days ago)")
MOVED: Mapping[str, Text] = {
    "on": both(zh="从「{before}」往前走到「{now}」", en="on from {before} to {now}"),
    "back": both(zh="从「{before}」退回到「{now}」", en="back from {before} to {now}"),
    "same": both(zh="还在「{now}」", en="still at {now}"),
}
SURER = both(zh="把握", en="sure")
NEW_MOVES = both(zh="新添", en="new")
DROPPED_MOVES = both(zh="换下", en="dropped")
CLOSING = both(zh="签约", en="closing")
PUT_OFF = both(zh="往后拖了 {n} 天", en="put off by {n} days")
BROUGHT_FORWARD = both(zh="提前了 {n} 天", en="brought forward by {n} days")

# ---- the report: why ------------------------------------------------------------------------------

WHY_SO = both(zh="凭什么这么说", en="Why we think so")
NO_EVIDENCE = both(zh="还没有一条说得上话的线索。", en="Nothing we know so far points anywhere.")
STRONG = both(zh="强", en="strong")
MEDIUM = both(zh="中", en="medium")
WEAK = both(zh="弱", en="weak")
AGAINST = both(zh="反面线索", en="speaks against")
GRADES: Mapping[str, Text] = {
    "document": both(zh="有文件", en="on paper"),
    "said": Text(),
    "told": both(zh="听人转述", en="hearsay"),
    "assumed": both(zh="自己估计", en="assumed"),
}
ABOUT = both(zh="说的是 {person}", en="about {person}")
STANDING = both(zh="按证据算在 {name}", en="proved up to {name}")
WIN_RATE = both(zh="赢率 {percent}", en="win rate {percent}")
NO_STANDING = both(zh="还没拿到任何凭据", en="nothing proved yet")
SURPRISING = both(zh="有一条对不上", en="One answer does not fit")
SURPRISING_SEVERAL = both(zh="有几条对不上", en="Some answers do not fit")
SURPRISING_WHY = both(
    zh="照其他几条看,只有 {percent} 的可能会是这样。回头核实一下?",
    en="given the rest, only {percent} likely. Look again?",
)

# ---- the report: what to do -----------------------------------------------------------------------

ROUTE = both(zh="路线", en="Route")
DIRECTIONS: Mapping[str, Text] = {
    "gate": both(zh="先过眼前这一关", en="clear the gate first"),
    "find_out": both(zh="先摸清情况,再出手", en="find out first, then act"),
    "build": both(zh="陪着客户往下走,把需求做实", en="build: walk on with the customer and firm up the need"),
    "defend": both(zh="守住,别让客户被人带走", en="defend: keep the customer on our track"),
    "test": both(zh="先试一试,再决定要不要重来", en="test first, then decide whether to reshape"),
    "pull": both(zh="向后拉,跟客户从头理一遍", en="pull back and go through it again with the customer"),
    "close": both(zh="收口,一件一件谈定", en="close: settle the open points one by one"),
    "serve": both(zh="把客户服务好,让结果说话", en="serve well and let the results speak"),
    "leave": both(zh="该放手了,力气留给别的单", en="let go, and keep the effort for other deals"),
}
PULL_TO = both(zh="向后拉,拉回到「{name}」", en="pull back to {name}")
GATE_THEN = both(zh="先过眼前这一关,然后{then}", en="clear the gate first, then {then}")
NO_FOLLOWING = both(zh="别跟着他走,那是按别人的规则比", en="do not follow: those are someone else's rules")
SHARED_MOVES = both(zh="不管是哪一个,先做这几步都不会错", en="Right whichever of the two it is")
NO_MOVES = both(zh="眼下没有拿得准的招,先把情况问清楚。", en="No move is safe to advise yet: find out more first.")
ONLY_IF = both(zh="如果", en="if")
WHOM = both(zh="找谁", en="whom")
DO = both(zh="做法", en="do")
SAY = both(zh="话术", en="say")
ASK = both(zh="问他", en="ask")
PROOF = both(zh="成了", en="proof")
REFUSED = both(zh="被拒", en="refused")
PRICE = both(zh="代价", en="price")
PRICE_LACKING = both(zh="还缺一样:{title},要「{wants}」", en="still lacking: {title}, needed: {wants}")
PRICE_UNKNOWN = both(zh="先问清:{title},要「{wants}」", en="find out first: {title}, needed: {wants}")
REASON = both(zh="道理", en="why")
LETTER = both(zh="信稿", en="letter")
NOT_NOW = both(zh="现在别做", en="Not now")
INSTEAD = both(zh="不如", en="instead")
PLANNED_HURTS = both(zh="你打算做的,先停一停", en="Planned, but it hurts here")
MISSING = both(zh="还要弄清", en="Still to find out")
AND_MORE = both(zh="另外还有 {count} 样", en="and {count} more")
BEST_QUESTION = both(zh="头一句:", en="first of all: ")
MORE_DETAIL = both(zh="做法讲全、每条的分量和出处:加 --explain", en="all of it in full, weights, sources: --explain")
ASKED = both(zh="答了 {count} 题", en="answers {count}")

# ---- the report in detail -------------------------------------------------------------------------

WEIGHTS = both(zh="每条答案的分量", en="What each answer weighs")
WEIGHTS_NOTE = both(
    zh="10 就是十比一(单位分贝);正数支持「{first}」,负数支持「{second}」",
    en="10 means ten to one (decibans); plus speaks for {first}, minus for {second}",
)
WEIGHTS_NOTE_ALONE = both(
    zh="10 就是十比一(单位分贝);正数支持「{first}」", en="10 means ten to one (decibans); plus speaks for {first}"
)
ALL_PLACES = both(zh="每一步的可能", en="How probable each place is")
OTHER_MAPS = both(zh="用别的流程来说", en="The same place in other models")
KNOWN_FACTS = both(zh="已经知道的", en="What is known")
SOURCES = both(zh="出处", en="Sources")

# ---- prompts --------------------------------------------------------------------------------------

NOT_KNOWN = both(zh="不清楚", en="Not known")
KEYS = both(
    zh="数字或上下键选,回车定  ? 为什么问  ← 上一题  . 直接看结果  Esc 退出",
    en="digit or arrows, then Enter  ? why  ← back  . result now  Esc quit",
)
KEYS_CHOOSE = both(zh="数字或上下键选,回车定  Esc 退出", en="digit or arrows, then Enter  Esc quit")
KEYS_PLAIN = both(
    zh="打数字再回车。? 为什么问,< 上一题,. 直接看结果",
    en="Type a number and Enter. ? why, < back, . result now",
)
KEYS_PLAIN_CHOOSE = both(zh="打数字再回车", en="Type a number and Enter")
WHY_ASKED = both(zh="为什么问", en="Why we ask")
WRONG_NUMBER = both(
    zh="这里没有「{typed}」,请打 {numbers} 里的一个数字。", en="No answer {typed} here: type one of {numbers}."
)
NOTHING_TYPED = both(zh="没听到答案,再来一次。", en="Nothing typed, once more.")
STEPPED_BACK = both(zh="← 回到上一题", en="← back to the question before")
NO_WAY_BACK = both(zh="这已经是第一题了。", en="This is the first question.")
LOOK_AGAIN = both(
    zh="等一下,前面这条跟后来说的对不上(照后来的看,只有 {percent} 的可能):",
    en="One moment: this earlier answer does not fit what came later (only {percent} likely):",
)
KEEP = both(zh="不改,事情就是这样", en="Keep it, that is how it was")
CHANGE = both(zh="改,重新答这一题", en="Change it, ask me again")
TOO_SMALL = both(
    zh="窗口只有 {columns}x{rows},放不下选单(要 40x10),先改成一行一行地问。",
    en="The window is {columns}x{rows}, too small for menus (40x10): asking line by line.",
)
NO_MENUS = both(
    zh="这个终端放不了选单,改成一行一行地问。Git Bash 请用 Windows Terminal,或者前面加 winpty。",
    en="No menus in this terminal: asking line by line. In Git Bash use Windows Terminal or put winpty in front.",
)
KEPT = both(zh="用原来的:{value}", en="keeping {value}")

# ---- playbooks, banks, scenario runs --------------------------------------------------------------

PLAYBOOKS = both(zh="手边的打法手册", en="Playbooks at hand")
NO_PLAYBOOKS = both(zh="一本打法手册也没找到。", en="No playbook was found.")
COUNTS = both(
    zh="问题 {questions},招法 {moves},禁忌 {nevers},问客户的话 {bank},信稿 {letters}",
    en="questions {questions}, moves {moves}, nevers {nevers}, questions for the customer {bank}, letters {letters}",
)
SCALES = both(zh="按可能性定位", en="Located by probability")
FACTS = both(zh="问了就知道", en="Simply known once asked")
QUESTIONS = both(zh="问销售的问题", en="Questions to the rep")
MOVES = both(zh="招法", en="Moves")
NEVERS = both(zh="禁忌", en="Nevers")
EFFORTS: Mapping[str, Text] = {
    "quick": both(zh="张口就能答", en="quick to answer"),
    "think": both(zh="要想一想", en="takes a thought"),
    "ask_customer": both(zh="得去问客户", en="has to be asked of the customer"),
}
READ_BACK = both(zh="说白了,这一题的意思是", en="Read back, this question says")
HOLDS_WHEN = both(zh="何时用", en="when")
ALWAYS = both(zh="什么时候都行", en="always")
IS = both(zh="{what}:{values}", en="{what}: {values}")
IS_NOT = both(zh="{what}:不是{values}", en="{what}: not {values}")
FROM_ON = both(zh="{what}:到了「{value}」或者更后面", en="{what}: {value} or later")
EARLIER = both(zh="{what}:还没到「{value}」", en="{what}: before {value}")
BETWEEN = both(zh="{what}:从「{first}」到「{last}」", en="{what}: from {first} to {last}")
NOT_CERTAIN = both(zh="还说不准", en="not known")
OR = both(zh="或", en=" or ")
OR_ELSE = both(zh=",或者 ", en="; or ")
AND = both(zh=";", en="; ")
NOT_SO = both(zh="不能是({part})", en="not ({part})")
NEEDS = both(zh="要有", en="needs")
LEADS_TO = both(zh="拉回到", en="to")
KINDS: Mapping[str, Text] = {
    "gate": both(zh="关口", en="gate"),
    "find_out": both(zh="摸底", en="find out"),
    "build": both(zh="做实", en="build"),
    "defend": both(zh="防守", en="defend"),
    "test": both(zh="试探", en="test"),
    "pull": both(zh="向后拉", en="pull back"),
    "close": both(zh="收口", en="close"),
    "serve": both(zh="服务", en="serve"),
    "leave": both(zh="放手", en="leave"),
    "never": both(zh="禁忌", en="never"),
}
BANK_KINDS: Mapping[str, Text] = {
    "situation": both(zh="摸现状", en="Situation"),
    "problem": both(zh="找问题", en="Problem"),
    "implication": both(zh="问后果", en="Implication"),
    "need_payoff": both(zh="问好处", en="Need-payoff"),
    "requirement": both(zh="理需求", en="Requirement"),
    "key_person": both(zh="找关键人", en="Key person"),
    "value": both(zh="讲价值", en="Value"),
    "closing": both(zh="促成交", en="Closing"),
    "delivery": both(zh="交付后", en="Delivery"),
}
NO_BANK = both(zh="这个条件下没有备好的问题。", en="No question on file for that.")

# ---- scenario runs, simulation, versions ----------------------------------------------------------

EXPECTED = both(zh="该是", en="expected")
GOT = both(zh="结果是", en="got")
BECAUSE = both(zh="因为", en="because")
SCENARIOS_DONE = both(
    zh="{total} 个场景,通过 {passed} 个,没通过 {failed} 个", en="{total} scenarios: {passed} passed, {failed} failed"
)
SIMULATED = both(zh="模拟了 {deals} 单", en="{deals} simulated deals")

# ---- the people of a deal -------------------------------------------------------------------------

ROLES: Mapping[str, Text] = {
    "decider": both(zh="最终拍板人", en="final decision maker"),
    "executive": both(zh="高层", en="executive"),
    "budget_owner": both(zh="管预算的人", en="budget owner"),
    "demand_owner": both(zh="需求关键人", en="demand key person"),
    "project_owner": both(zh="项目负责人", en="project owner"),
    "function_head": both(zh="部门负责人", en="head of the function"),
    "technical": both(zh="技术人员", en="technical people"),
    "purchasing": both(zh="采购", en="purchasing"),
    "evaluator": both(zh="评估人员", en="evaluators"),
    "sufferer": both(zh="受问题之苦的人", en="the one who suffers"),
    "user": both(zh="使用的人", en="user"),
    "legal_finance": both(zh="法务、财务", en="legal and finance"),
    "other": both(zh="其他", en="other"),
}
STANCES: Mapping[str, Text] = {
    "us": both(zh="支持我们", en="for us"),
    "leans_us": both(zh="偏我们", en="leans to us"),
    "neutral": both(zh="中立", en="neutral"),
    "leans_rival": both(zh="偏对手", en="leans to a rival"),
    "rival": both(zh="对手的人", en="for a rival"),
}
POWERS: Mapping[str, Text] = {
    "high": both(zh="能拍板", en="decides"),
    "medium": both(zh="说得上话", en="has a say"),
    "low": both(zh="影响小", en="little say"),
}
STEPS: Mapping[str, Text] = {
    "signed": both(zh="合同盖章", en="contract signed"),
    "cash": both(zh="首款到账", en="first money in"),
    "final_payment": both(zh="尾款付清", en="final payment in"),
    "opportunity": both(zh="新的机会", en="new opportunity"),
    "referral": both(zh="转介绍", en="referral"),
}
SHAPERS: Mapping[str, Text] = {
    "us": both(zh="我们", en="us"),
    "himself": both(zh="他自己", en="himself"),
    "rival": both(zh="对手", en="a rival"),
    "unknown": both(zh="还不知道", en="not known"),
}
FIXED: Mapping[str, Text] = {
    "open": both(zh="还没定", en="open"),
    "leaning": both(zh="有倾向", en="leaning"),
    "settled": both(zh="定死了", en="settled"),
}
WAYS: Mapping[str, Text] = {
    "walk_along": both(zh="陪着往前走", en="walk along"),
    "pull_back": both(zh="往回拉", en="pull back"),
    "leave": both(zh="放手", en="leave"),
    "find_out": both(zh="先问清楚", en="find out first"),
}
HOW_KNOWN: Mapping[str, Text] = {
    "document": both(zh="有文件", en="on paper"),
    "said": both(zh="亲耳听到", en="heard"),
    "told": both(zh="听人转述", en="hearsay"),
    "assumed": both(zh="自己估计", en="assumed"),
}
TAKEN: Mapping[str, Text] = {
    "yes": both(zh="做了", en="done"),
    "partly": both(zh="做了一部分", en="partly done"),
    "no": both(zh="没做", en="not done"),
}

# ---- the report on many deals -------------------------------------------------------------------------

FINDINGS = both(zh="数据里的坑", en="Odd things in the data")
STAGES = both(
    zh="CRM 写到哪个阶段 (是我们做到哪,不是客户走到哪)", en="By CRM stage (what we did, not where customers stand)"
)
REPS = both(zh="每个销售", en="By rep")
TEAMS = both(zh="每个团队", en="By team")
NOBODY = both(zh="没写是谁", en="nobody named")
NO_CUSTOMER = both(zh="没写客户", en="no customer")
LATE = both(zh="{month} 已过", en="{month} late")
NO_MONTH = both(zh="没写日期", en="no date")
HINDSIGHT = both(zh="以前的预测准不准", en="How good earlier forecasts were")
BAND = both(
    zh="说 {low} 到 {high} 的 {n:,} 次:平均说 {said},实际赢 {won}",
    en="{n:,} forecasts of {low} to {high}: {said} said on average, {won} won",
)
STUCK = both(zh="{place}:{why}", en="{place}: {why}")
SUMS = both(zh="{currency}:预测合计 {said},实际 {won}", en="{currency}: {said} forecast, {won} came in")
NOT_SETTLED = both(zh="还定不了", en="not settled")
NO_PYARROW = both(
    zh="读 Parquet 要先装:pip install 'ltc-coach[batch]'", en="reading Parquet needs: pip install 'ltc-coach[batch]'"
)


def role(id_: str) -> Text:
    """Return the name of a role; one that is not in the list is shown as it was written."""
    return ROLES.get(id_, Text(zh=id_, en=id_))
