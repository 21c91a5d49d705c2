"""JSON Schema of playbooks and scenarios, for editors: made from the models, described in both languages.

Draft-07, because that is what yaml-language-server reads. An editor sees numbers, dates and yes/no where our
reader sees the text that was written, so both spellings are allowed; whatever only lint can know (does an id
lead anywhere?) is left to lint. All top-level keys are optional: the files of a folder hold a few each.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from ltc_coach.i18n import Text, both
from ltc_coach.model.base import Model
from ltc_coach.model.playbook import SHARES, TRUST, Playbook
from ltc_coach.model.scenario import Scenarios

DRAFT = "http://json-schema.org/draft-07/schema#"

_ID = "^[A-Za-z0-9\u4e00-\u9fff][A-Za-z0-9._\\-\u4e00-\u9fff]{0,63}$"
_WORD: JsonSchemaValue = {"type": ["string", "number", "boolean"]}
_WORDS: JsonSchemaValue = {"anyOf": [_WORD, {"type": "array", "items": _WORD}]}
_PERCENT: JsonSchemaValue = {
    "anyOf": [{"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)? *%?$"}, {"type": "number", "minimum": 0, "maximum": 1}]
}

# What authors may write where the models convert, by the name of the converting function (model/base.py).
_WRITTEN: Mapping[str, JsonSchemaValue] = {
    "_id": {"type": ["string", "number", "boolean"], "pattern": _ID},
    "_whole": {"type": ["integer", "string"], "pattern": r"^-?(0|[1-9][0-9]*)$"},
    "_share": _PERCENT,
    "_flag": {"enum": [True, False, "true", "false"]},
    "_day": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
    "one_or_many": _WORDS,
}

# Converting functions that add short forms to what the model itself takes.
_SHORT: Mapping[str, tuple[JsonSchemaValue, ...]] = {
    "_span": (_WORD, {"type": "array", "items": _WORD}),
    "_answers": ({"type": "object", "additionalProperties": _WORD},),
}

# Fields whose words are closed although the model takes any text.
_CLOSED: Mapping[tuple[str, str], JsonSchemaValue] = {
    ("Claim", "trust"): {"anyOf": [{"enum": list(TRUST)}, *_PERCENT["anyOf"]]},
    ("Ledger", "trust"): {"anyOf": [{"enum": list(TRUST)}, *_PERCENT["anyOf"]]},
    ("Place", "share"): {"anyOf": [{"enum": list(SHARES)}, *_PERCENT["anyOf"]]},
}

# Tests are written as plain keys beside `all`, `any`, `not`; the model gathers them.
_WHEN: JsonSchemaValue = {
    "type": "object",
    "properties": {
        "all": {"type": "array", "items": {"$ref": "#/definitions/When"}},
        "any": {"type": "array", "items": {"$ref": "#/definitions/When"}},
        "not": {"$ref": "#/definitions/When"},
    },
    "additionalProperties": {"anyOf": [*_SHORT["_span"], {"$ref": "#/definitions/Span"}]},
}


class _Generator(GenerateJsonSchema):
    """Pydantic's generator, saying what authors may write instead of what the models hold."""

    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> JsonSchemaValue:
        """Say what a converting function accepts."""
        inner = self.generate_inner(schema["schema"])
        name = getattr(schema["function"]["function"], "__name__", "")
        if name in _SHORT:
            return {"anyOf": [*_SHORT[name], inner]}
        return dict(_WRITTEN[name]) if name in _WRITTEN else inner

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """Leave null out: nobody writes it, and an empty value is an error."""
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Leave defaults out: the descriptions name those worth knowing."""
        return self.generate_inner(schema["schema"])

    def str_schema(self, schema: core_schema.StringSchema) -> JsonSchemaValue:
        """Allow what an editor takes for a number or a yes."""
        return dict(_WORD) | {k: v for k, v in super().str_schema(schema).items() if k != "type"}

    def tuple_schema(self, schema: core_schema.TupleSchema) -> JsonSchemaValue:
        """Spell a pair without `prefixItems`, which draft-07 does not know."""
        spelled = super().tuple_schema(schema)
        if "prefixItems" in spelled:
            spelled["items"] = spelled.pop("prefixItems")[0]
        return spelled


def playbook_schema() -> dict[str, Any]:
    """Return the schema of a playbook in one file, of each file of a folder, and of scenarios beside them."""
    schema, scenarios = _schema(Playbook), _schema(Scenarios)
    schema["properties"].pop("fingerprint")
    schema["properties"] |= scenarios["properties"]
    schema["definitions"] = dict(sorted((scenarios["definitions"] | schema["definitions"]).items()))
    del schema["required"]
    return schema


def scenarios_schema() -> dict[str, Any]:
    """Return the schema of a scenarios.yaml."""
    return _schema(Scenarios)


def to_json(schema: Mapping[str, Any]) -> str:
    """Return the schema as the text of its file: UTF-8, indented, ending in a line break."""
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def _schema(model: type[Model]) -> dict[str, Any]:
    made = model.model_json_schema(by_alias=True, ref_template="#/definitions/{model}", schema_generator=_Generator)
    definitions = made.pop("$defs", {})
    if "When" in definitions:
        definitions["When"] = _WHEN | {"properties": dict(_WHEN["properties"])}
    for name, definition in (*definitions.items(), (model.__name__, made)):
        _describe(name, definition)
    return {"$schema": DRAFT, **made, "definitions": dict(sorted(definitions.items()))}


def _describe(name: str, definition: dict[str, Any]) -> None:
    """Drop titles and docstrings; put the bilingual description on each property."""
    definition.pop("title", None)
    definition.pop("description", None)
    for field, spelled in definition.get("properties", {}).items():
        spelled.pop("title", None)
        written = _CLOSED.get((name, field), spelled)
        # Draft-07 ignores what stands beside a $ref, so the reference moves one level in.
        written = {"allOf": [written]} if "$ref" in written else dict(written)
        text = description(name, field)
        definition["properties"][field] = {
            **written,
            "description": f"{text.zh}\n{text.en}",
            "markdownDescription": f"{text.zh}\n\n{text.en}",
        }


def description(model: str, field: str) -> Text:
    """Return what a field is for; KeyError if nobody wrote it down."""
    return _FIELDS.get((model, field)) or _FIELDS["*", field]


# What each field is for. `*` serves every model that has no line of its own.
_FIELDS: Mapping[tuple[str, str], Text] = {
    ("*", "id"): both(
        zh="机器认的名字:字母、数字、汉字、- _ .;定了就别改,商机文件里记的是它",
        en="the name machines use: letters, digits, hanzi, - _ .; keep it, deal files refer to it",
    ),
    ("*", "title"): both(zh="给人看的名字", en="the name people see"),
    ("*", "source"): both(zh="出处,比如资料编号", en="where it comes from, e.g. ids of the source material"),
    ("*", "says"): both(
        zh="这个回答说明了什么:标尺 -> 判断;不写就是什么也没说明",
        en="what this answer tells: scale -> claim; nothing written, nothing told",
    ),
    ("*", "when"): both(
        zh="什么时候适用:标尺或事实 -> 取值,可用 all、any、not 组合;unknown 指还不知道",
        en="when it applies: scale or fact -> values, combined with all, any, not; unknown: not known yet",
    ),
    ("*", "reached"): both(zh="到了这里或更后面", en="here or later"),
    ("*", "before"): both(zh="在这之前", en="before this"),
    ("*", "between"): both(zh="从前一个到后一个,两头都算", en="from the first to the second, both included"),
    ("*", "at"): both(zh="就在这里;可以列几个", en="exactly here; a list means any of these"),
    ("*", "not_at"): both(zh="不在这里", en="not here"),
    ("When", "all"): both(zh="这些条件都成立", en="all of these conditions hold"),
    ("When", "any"): both(zh="这些条件有一个成立就行", en="at least one of these conditions holds"),
    ("When", "not"): both(zh="这个条件不成立", en="this condition does not hold"),
    ("Text", "zh"): both(zh="中文", en="Chinese"),
    ("Text", "en"): both(zh="英文", en="English"),
    ("Playbook", "ltc"): both(zh="格式版本,现在是 1", en="version of the format, now 1"),
    ("Playbook", "version"): both(zh="这本打法手册的版本,如 1.0.0", en="version of this playbook, e.g. 1.0.0"),
    ("Playbook", "languages"): both(
        zh="用哪几种语言;写了的语言每句都要有", en="its languages; every text must exist in each declared one"
    ),
    ("Playbook", "about"): both(zh="一两句话说明这本手册教什么", en="what this playbook teaches, in a sentence or two"),
    ("Playbook", "reps"): both(
        zh="回答的人有多可靠:trained 受过训练,mixed 参差不齐(默认),unknown 不清楚",
        en="how reliable the reps' answers are: trained, mixed (default) or unknown",
    ),
    ("Playbook", "maps"): both(zh="对照表:同一个位置在别的模型里叫什么", en="other models' names for the places"),
    ("Playbook", "scales"): both(
        zh="标尺:用概率定位的东西,其中一把是主标尺", en="what is located by probability; one scale is the main one"
    ),
    ("Playbook", "facts"): both(zh="事实:销售知道就知道,不用猜", en="what the rep simply knows: no probability"),
    ("Playbook", "questions"): both(
        zh="问销售的问题:客户做了什么、说了什么", en="questions to the rep about what the customer did or said"
    ),
    ("Playbook", "moves"): both(
        zh="下一步动作,以及现在别做的事(kind: never)", en="next moves, and what not to do now (kind: never)"
    ),
    ("Playbook", "bank"): both(zh="问题库:拿去问客户的问题", en="questions to ask the customer"),
    ("Playbook", "objections"): both(
        zh="客户可能怎么顶回来,怎么答", en="what the customer may say against us, and what to answer"
    ),
    ("Playbook", "actions"): both(
        zh="销售可能打算做的事:拿他的计划跟「现在别做」对照用",
        en="what a rep may plan to do, to be held against the nevers",
    ),
    ("Playbook", "ledger"): both(
        zh="商机里「哪一步是谁带的」这本账,说的是哪把标尺",
        en="the scale that a deal's record of who shaped what bears on",
    ),
    ("Playbook", "hand"): both(
        zh="哪个事实记的是我们手里的牌:一个商机可以同时有好几张",
        en="the fact whose values are our strengths; a deal may hold several at once",
    ),
    ("Playbook", "letters"): both(zh="信件:带空格的现成文字", en="texts with blanks to fill in"),
    ("Playbook", "ladders"): both(
        zh="阶梯:看我们自己凭据的进度,如销售漏斗", en="measures of our own progress by our own proof, e.g. the funnel"
    ),
    ("Playbook", "figures"): both(zh="算式:几个数算出一个数", en="calculators: one number from several"),
    ("Playbook", "stop"): both(zh="问到什么程度就停", en="when to stop asking"),
    ("Playbook", "fingerprint"): both(zh="程序自己算的,不要写", en="set by the program, never written"),
    ("Map", "values"): both(zh="那个模型里的名字,按顺序", en="the names in that model, in order"),
    ("Scale", "main"): both(
        zh="true 表示主标尺:客户的位置就在它上面", en="true on the one scale that locates the customer"
    ),
    ("Scale", "stages"): both(zh="有先后的取值,从早到晚", en="values with an order, earliest first"),
    ("Scale", "types"): both(zh="没有先后的取值", en="values without an order"),
    ("Scale", "pace"): both(zh="客户一周里走得多快,只用于有先后的标尺", en="how fast he moves in a week; stages only"),
    ("Pace", "on"): both(
        zh="一周里往前走一步的机会,默认 3%", en="the chance of one place on in a week, 3% unless said"
    ),
    ("Pace", "back"): both(
        zh="一周里退回一步的机会,默认 1%", en="the chance of one place back in a week, 1% unless said"
    ),
    ("Place", "customer"): both(zh="客户在这里做什么,谁在说话", en="what the customer does here, and who speaks"),
    ("Place", "exit"): both(zh="客户的哪个举动说明他离开了这里", en="the act of the customer that ends it"),
    ("Place", "maps"): both(zh="在别的模型里叫什么:对照表 -> 名字", en="the same place elsewhere: map -> value"),
    ("Place", "share"): both(
        zh="平常有多少商机在这里:rare、usual(默认)、common,或百分数",
        en="how many deals usually stand here: rare, usual (default), common, or a percentage",
    ),
    ("Fact", "values"): both(zh="可能的取值;不知道不用写", en="the possible values; unknown goes without saying"),
    ("Fact", "assume"): both(zh="没人说之前先当它是哪个", en="what a best guess takes for granted until somebody says"),
    ("FactValue", "met"): both(
        zh="见过哪些角色的人就算是这个取值(对手的人不算)",
        en="the roles: meeting one such person, not a rival's, makes this value true",
    ),
    ("Question", "ask"): both(zh="问句", en="the question itself"),
    ("Question", "why"): both(
        zh="按 ? 时显示:为什么问,什么算证据", en="shown on `?`: why we ask and what counts as evidence"
    ),
    ("Question", "topic"): both(
        zh="话题:一个误会可能同时影响同一话题的几个回答",
        en="one mistaken belief may sit behind all answers of a topic",
    ),
    ("Question", "once"): both(
        zh="true:问的是过去的事,再去拜访多少次答案也不会变。",
        en="true: it is about the past, so no later visit can change the answer.",
    ),
    ("Question", "effort"): both(
        zh="费多大劲:quick 张口就来,think 要想想,ask_customer 得去问客户",
        en="what it costs the rep: quick (default), think, or ask_customer",
    ),
    ("Question", "answers"): both(
        zh="可选的回答;「不清楚」不用写,总在最后", en="the answers; `unknown` is always offered last by itself"
    ),
    ("Question", "unknown"): both(
        zh="「不清楚」多常见,以及它说明什么", en="how often `unknown` comes, and what it tells if anything"
    ),
    ("Option", "label"): both(zh="选项文字,30 个汉字以内", en="the label, at most 60 columns (30 hanzi)"),
    ("Option", "sets"): both(zh="同时记下的事实:事实 -> 取值", en="facts this answer sets: fact -> value"),
    ("Unknown", "chance"): both(zh="有多大机会答不上来,默认 10%", en="the chance of not knowing, 10% unless said"),
    ("Claim", "trust"): both(
        zh="这样的回答说对的机会:fact 98%、reliable 95%、usual 90%(默认)、shaky 80%、guess 65%,或百分数",
        en="the chance that such an answer is right: fact 98%, reliable 95%, usual 90% (default), shaky 80%, guess 65%",
    ),
    ("Move", "kind"): both(
        zh="哪一类:gate 先过关,find_out 弄清楚,build 一起建,defend 守住,test 试探,pull 向后拉,"
        "close 收单,serve 服务,leave 放弃,never 现在别做",
        en="its kind; pull leads back to an earlier place, leave gives up, never is a thing not to do now",
    ),
    ("Move", "needs"): both(
        zh="靠什么才做得成:事实 -> 够用的取值;不够的会当成代价显示",
        en="what carries it: fact -> values that will do; what is unmet is shown as its price",
    ),
    ("Move", "to"): both(zh="向后拉:拉回到哪个更早的位置", en="pull: the earlier place it leads to"),
    ("Move", "whom"): both(zh="去见谁", en="whom to meet"),
    ("Move", "do"): both(zh="做什么,一两句话", en="the act, in a sentence or two"),
    ("Move", "say"): both(zh="怎么说:原话", en="the words to use"),
    ("Move", "ask"): both(zh="要问客户的问题:bank 里的 id", en="questions for the customer: ids of the bank"),
    ("Move", "letter"): both(zh="用哪封信:letters 里的 id", en="the letter to send: an id of letters"),
    ("Move", "proof"): both(zh="客户做了什么就算成了", en="the act of the customer that shows it worked"),
    ("Move", "refused"): both(zh="客户不肯,接下来怎么办", en="what to do if he refuses"),
    ("Move", "why"): both(zh="为什么这么做(或别做)", en="the reason, to do it or not"),
    ("Move", "instead"): both(zh="never:改做什么", en="never: what to do in its place"),
    ("Move", "through"): both(zh="向后拉:可以通过哪些角色的人", en="pull: the roles it can go through"),
    ("Move", "politics"): both(
        zh="向后拉:内部阻力有多大:none 没有(默认)、some 有一些、high 很大",
        en="pull: what stands against walking back: none (default), some or high",
    ),
    ("Move", "forbids"): both(zh="never:说的是哪些打算,actions 里的 id", en="never: the actions it speaks of"),
    ("Action", "words"): both(
        zh="销售平时怎么写这件事:计划里出现其中一个就算", en="what reps call it: any of these in a plan means it"
    ),
    ("BankQuestion", "kind"): both(
        zh="问的是什么:situation 现状、problem 问题、implication 影响、need_payoff 好处、requirement 要求等",
        en="what it asks for: the SPIN kinds and ours",
    ),
    ("BankQuestion", "at"): both(zh="客户走到哪些位置时适合问", en="the places where it fits"),
    ("BankQuestion", "to"): both(zh="适合问谁", en="the people it fits"),
    ("BankQuestion", "ask"): both(zh="对客户说的原话", en="the words to the customer"),
    ("BankQuestion", "closes"): both(
        zh="问清了它,哪些问销售的提问就有答案了:questions 里的 id",
        en="the questions to the rep that its answer settles",
    ),
    ("Objection", "at"): both(zh="客户走到哪些位置时常这么说", en="the places where he is likely to say it"),
    ("Objection", "to"): both(zh="多半是谁说的", en="the people likely to say it"),
    ("Objection", "says"): both(zh="客户的原话", en="the customer's words"),
    ("Objection", "answer"): both(zh="怎么答:原话", en="the words to answer with"),
    ("Letter", "subject"): both(zh="邮件标题", en="the subject line"),
    ("Letter", "body"): both(zh="正文;空格写成 {id}", en="the text; a blank stands as {id}"),
    ("Letter", "blanks"): both(zh="正文里的空格", en="the blanks of the text"),
    ("Letter", "tones"): both(zh="同一封信的其他语气", en="the same letter in other tones"),
    ("Tone", "subject"): both(zh="邮件标题", en="the subject line"),
    ("Tone", "body"): both(zh="正文;空格写成 {id}", en="the text; a blank stands as {id}"),
    ("Blank", "take"): both(
        zh="商机里有就自动填:customer 客户、product 产品、owner 我方负责人、contact 联系人、decider 拍板人、"
        "today 今天、next_visit 下次拜访",
        en="what fills it from the deal: customer, product, owner, contact, decider, today or next_visit",
    ),
    ("Ladder", "rungs"): both(zh="台阶,从低到高", en="the rungs, lowest first"),
    ("Ladder", "caps"): both(zh="封顶规则:什么情况下最多算到哪一级", en="rules that cap it at a rung"),
    ("Rung", "rate"): both(zh="走到这一级的赢单率", en="the win rate at this rung"),
    ("Rung", "proof"): both(zh="凭什么算到了这一级:条件", en="the condition that proves it"),
    ("Rung", "exit"): both(zh="怎样算走完这一级", en="what ends it"),
    ("Cap", "at"): both(zh="最多算到哪一级", en="the highest rung it may count as"),
    ("Cap", "why"): both(zh="为什么封顶", en="the reason"),
    ("Figure", "inputs"): both(zh="要问的数", en="the numbers it asks for"),
    ("Figure", "formula"): both(
        zh="算式:数字、名字、+ - * / ( )、min、max、sum", en="numbers, names, + - * / ( ), min, max, sum"
    ),
    ("Figure", "unit"): both(zh="结果的单位", en="the unit of the result"),
    ("FigureInput", "unit"): both(zh="单位", en="its unit"),
    ("Ledger", "scale"): both(zh="哪把标尺:谁带的", en="the scale it bears on: who led the customer"),
    ("Ledger", "ours"): both(zh="那把标尺上,哪个取值是我们", en="the value of that scale that means us"),
    ("Ledger", "rival"): both(zh="那把标尺上,哪个取值是对手", en="the value of that scale that means a rival"),
    ("Ledger", "trust"): both(
        zh="账上记的有多可信:同判断的 trust,默认 usual 90%",
        en="how far to trust it: as in a claim, usual (90%) unless said",
    ),
    ("Stop", "moves_sure"): both(zh="对动作有这么大把握就停,默认 90%", en="stop when this sure of the moves, 90%"),
    ("Stop", "place_sure"): both(zh="对位置有这么大把握算定下来,默认 60%", en="settled when this sure, 60%"),
    ("Stop", "at_most"): both(zh="最多问几句,默认 12", en="ask at most so many, 12"),
    ("Scenarios", "scenarios"): both(
        zh="场景:一个说成回答的商机,以及应有的诊断", en="deals told in answers, and what must come of them"
    ),
    ("Scenario", "story"): both(zh="情形,几句话", en="the situation in words"),
    ("Scenario", "answers"): both(
        zh="回答:提问 -> 回答[@可信程度],或逐条写", en="its answers: question -> answer[@grade], or one entry each"
    ),
    ("Scenario", "expect"): both(
        zh="应有的结果;没写的不查", en="what must come out; what is not written is not checked"
    ),
    ("Answer", "question"): both(zh="哪个提问", en="which question"),
    ("Answer", "value"): both(zh="哪个回答,或 unknown", en="the id of its answer, or unknown"),
    ("Answer", "about"): both(zh="说的是哪个人", en="which person it is about"),
    ("Answer", "by"): both(zh="谁说的", en="who said it"),
    ("Answer", "day"): both(zh="哪天,如 2026-03-31", en="when, e.g. 2026-03-31"),
    ("Answer", "grade"): both(
        zh="凭据:document 有文件,said 亲口说(默认),told 听说,assumed 猜的",
        en="how well founded: document, said (default), told, assumed",
    ),
    ("Answer", "note"): both(zh="备注", en="a note"),
    ("Expected", "place"): both(zh="可以接受的位置,第一个最对", en="acceptable places, the right one first"),
    ("Expected", "also"): both(zh="别的标尺 -> 可以接受的取值", en="other scales -> acceptable values"),
    ("Expected", "settled"): both(zh="位置定没定下来", en="whether the place is settled"),
    ("Expected", "first"): both(zh="排第一的动作必须是其中一个", en="the first move must be one of these"),
    ("Expected", "moves"): both(zh="必须出现的动作", en="moves that must be shown"),
    ("Expected", "not_moves"): both(zh="不能出现的动作", en="moves that must not be shown"),
    ("Expected", "never"): both(zh="必须出现的「现在别做」", en="nevers that must be shown"),
    ("Expected", "not_never"): both(zh="不能出现的「现在别做」", en="nevers that must not be shown"),
    ("Expected", "kind"): both(zh="排第一的动作属于哪类", en="the kinds one of which the first move must be"),
    ("Expected", "runner_up"): both(zh="可以接受的第二位置", en="acceptable second places"),
    ("Expected", "ask"): both(zh="接着该问的,其中之一", en="the next or separating question, one of these"),
    ("Expected", "standing"): both(zh="阶梯 -> 应在的台阶", en="ladder -> the rung it must stand at"),
}
