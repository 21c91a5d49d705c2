"""Hand-made reports and questions for the screens and prompts, and a small interview to run on a terminal.

``python tests/console_kit.py LANG`` interviews on a real terminal and prints the answers on stdout.
"""

from __future__ import annotations

import sys
from datetime import date

from ltc_coach.console import Interrupted
from ltc_coach.engine import Progress
from ltc_coach.i18n import Lang, Text, both
from ltc_coach.model.deal import Answer
from ltc_coach.model.playbook import Kind
from ltc_coach.model.report import (
    AdvisedMove,
    AnswerChoice,
    Because,
    KnownFact,
    Located,
    MapPlace,
    Need,
    NextQuestion,
    PlaybookRef,
    Report,
    Standing,
    Value,
    Warned,
)

PLACES = (
    ("problem", both(zh="问题", en="Problem")),
    ("goal", both(zh="目标", en="Goal")),
    ("measure", both(zh="措施", en="Measure")),
    ("solution", both(zh="方案", en="Solution")),
    ("value", both(zh="价值", en="Value")),
)
SCORERS = NextQuestion(
    id="scorers",
    ask=both(zh="现在是谁在给各家打分?", en="Who is scoring the suppliers now?"),
    why=both(
        zh="还没人打分,他心里的做法就还能动;采购和技术在打分,说明规则已经定了。",
        en="While nobody scores, his way of doing it can still move; once purchasing scores, the rules are fixed.",
    ),
    answers=(
        AnswerChoice(id="nobody", label=both(zh="还没到打分", en="nobody yet")),
        AnswerChoice(id="evaluators", label=both(zh="采购和技术", en="purchasing and technical people")),
        AnswerChoice(id="executives", label=both(zh="老板亲自过问", en="executives themselves")),
        AnswerChoice(id="unknown", label=both(zh="不清楚", en="not known")),
    ),
    worth_bits=0.4,
)

DOCUMENTS = NextQuestion(
    id="documents",
    ask=both(
        zh="客户手里现在最正式的一份书面东西是什么?看到过原件的才算。",
        en="What is the most formal document the customer has in writing? Only what you have seen counts.",
    ),
    why=both(
        zh="书面的东西最骗不了人:有标书,说明规则已经定了;只有一张清单,说明想法刚成形。",
        en="Paper does not lie: a tender means the rules are set, a list that the idea has just formed.",
    ),
    answers=(
        AnswerChoice(id="nothing", label=both(zh="什么书面的都没有", en="nothing in writing")),
        AnswerChoice(
            id="criteria",
            label=both(
                zh="一张写了要求和参数的清单,采购或者技术部门发来的,还没盖章",
                en="a list of demands and criteria, sent by purchasing or technical people and not signed yet",
            ),
        ),
        AnswerChoice(id="tender", label=both(zh="正式的招标书或邀标书", en="an invitation to tender")),
        AnswerChoice(id="contract", label=both(zh="盖了章的合同", en="a signed contract")),
    ),
    worth_bits=1.0,
)


def because(question: Text, answer: Text, decibans: float, likely: float = 0.5, **more: str) -> Because:
    """An answer with its weight."""
    return Because.model_validate(
        {
            "question": "q",
            "answer": "a",
            "about": more.get("about"),
            "grade": more.get("grade", "said"),
            "ask": question,
            "text": answer,
            "decibans": decibans,
            "likely": likely,
        }
    )


def move(id_: str, kind: Kind, title: Text, **more: object) -> AdvisedMove:
    """A move of the advice with every optional part empty unless given."""
    empty = Text()
    blank: dict[str, object] = {
        "to": None,
        "to_title": empty,
        "holds": "yes",
        "provided": empty,
        "unmet": (),
        "because": (),
        "whom": empty,
        "do": empty,
        "say": (),
        "ask": (),
        "letter": None,
        "proof": empty,
        "refused": empty,
        "why": empty,
        "source": (),
    }
    return AdvisedMove.model_validate({"id": id_, "kind": kind, "title": title} | blank | more)


def located(*chances: float) -> Located:
    """The main scale with these probabilities, in the order of PLACES."""
    values = [Value(id=i, title=t, probability=c) for (i, t), c in zip(PLACES, chances, strict=True)]
    order = sorted(values, key=lambda v: -v.probability)
    return Located(
        scale="place",
        title=both(zh="客户走到", en="The customer stands at"),
        at=order[0].id,
        confidence=order[0].probability,
        runner_up=order[1].id,
        maps={
            "p": MapPlace(
                title=both(zh="采购七阶段", en="Seven buyer stages"),
                at="P4",
                name=both(zh="寻找并评估供应商", en="finding and evaluating suppliers"),
                confidence=0.94,
            ),
            "node": MapPlace(
                title=both(zh="采购九节点", en="Nine nodes of the buying process"),
                at="N6",
                name=both(zh="方案", en="solution"),
                confidence=order[0].probability,
            ),
            "five": MapPlace(
                title=both(zh="购买五阶段", en="Five buying stages"),
                at="B3",
                name=both(zh="方案评估", en="evaluate solutions"),
                confidence=0.94,
            ),
        },
        values=tuple(values),
    )


def origin(share: float) -> Located:
    """Who shaped the customer's thinking: a rival with this probability."""
    rest = (1 - share) / 2
    return Located(
        scale="origin",
        title=both(zh="客户现在的想法是谁带出来的", en="Who shaped the customer's present thinking"),
        at="rival",
        confidence=share,
        runner_up="himself",
        because=(
            because(
                both(zh="谁帮他想到这些的?", en="Who helped him to these views?"),
                both(zh="另一家供应商", en="another supplier"),
                8.3,
            ),
        ),
        values=(
            Value(id="us", title=both(zh="我们", en="us"), probability=rest),
            Value(id="himself", title=both(zh="他自己", en="himself"), probability=rest),
            Value(id="rival", title=both(zh="对手", en="a rival"), probability=share),
        ),
    )


def tender() -> Report:
    """A settled report: an unexpected invitation to tender, domain F6-1."""
    return Report(
        ltc="0.1.0",
        today=date(2026, 11, 21),
        playbook=PlaybookRef(
            id="buying-process",
            version="1.0.0",
            fingerprint="0123456789abcdef",
            title=both(zh="客户采购流程", en="The customer's buying process"),
        ),
        settled=True,
        stopped_by="moves_sure",
        located=located(0.004, 0.006, 0.05, 0.93, 0.01),
        also={"origin": origin(0.81)},
        facts=(
            KnownFact(
                fact="access",
                title=both(zh="我们当面见到的最高一层", en="The highest level we have met in person"),
                value="evaluators",
                name=both(zh="采购或技术评估人员", en="purchasing or technical evaluators"),
            ),
        ),
        because=(
            because(
                both(zh="客户手里有什么文件?", en="Which documents does the customer have?"),
                both(zh="突然发来的邀标书", en="an invitation to tender, out of the blue"),
                12.1,
            ),
            because(
                both(zh="现在主要是谁跟你联系?", en="Who is your contact now?"),
                both(zh="只有采购", en="purchasing only"),
                6.4,
                about="王工",
            ),
            because(
                both(zh="他说得清要求从哪来吗?", en="Can he say where his demands come from?"),
                both(zh="说不清", en="no"),
                1.9,
                grade="told",
            ),
            because(
                both(zh="价格谈到什么程度了?", en="How often was price spoken of?"),
                both(zh="还没提过", en="never"),
                -0.8,
            ),
        ),
        surprising=(),
        missing=(
            both(zh="肯不肯安排见关键人物", en="whether they will arrange meetings with key people"),
            both(zh="我们手里最硬的牌", en="our strongest card"),
        ),
        moves=(
            move(
                "no-blind-bid",
                Kind.PULL,
                both(zh="先不应标,换一轮调研", en="Do not bid yet: trade the bid for meetings"),
                to="problem",
                to_title=both(zh="问题", en="Problem"),
                whom=both(zh="采购联系人", en="the purchasing contact"),
                do=both(
                    zh="回一封信:要交一份对得起您的方案,得先当面见三位关键领导,请他安排。",
                    en="Answer by letter: to hand in a proposal worth reading you must first meet three key people; "
                    "ask him to arrange it.",
                ),
                say=(
                    both(
                        zh="不了解几位领导想解决什么就交方案,是对您不负责。",
                        en="A proposal that does not know what your leaders want solved would not be fair to you.",
                    ),
                    both(zh="见三位,每位二十分钟,我们再定交不交标。", en="Three people, twenty minutes each."),
                    both(zh="第三句只在细节里。", en="The third line is for the details."),
                ),
                proof=both(zh="至少约到三位", en="three meetings are fixed"),
                refused=both(zh="考虑放弃这个标", en="consider giving up this bid"),
                unmet=(
                    Need(
                        fact="access",
                        title=both(zh="我们当面见到的最高一层", en="the highest level we have met"),
                        wants=both(zh="关键人物", en="key people"),
                        known=True,
                    ),
                ),
                why=both(zh="规则是对手帮着写的,照着比必输。", en="A rival helped write the rules."),
                letter="three-meetings",
                source=("S2-E1", "S2-T5a"),
            ),
            move(
                "three-questions",
                Kind.PULL,
                both(zh="见到后只问三件事", en="Once there, ask three things only"),
                to="problem",
                to_title=both(zh="问题", en="Problem"),
                holds="unknown",
                provided=both(zh="他们肯安排见面", en="they agree to the meetings"),
                do=both(zh="最想解决什么、要什么结果、关键在哪。", en="What to solve, what result, what is critical."),
                ask=(both(zh="这件事要是不做,最难受的是谁?", en="If nothing is done, who suffers most?"),),
                proof=both(zh="他自己说出一个标书里没有的问题", en="he names a problem the tender does not mention"),
                source=("S2-E2",),
            ),
        ),
        never=(
            Warned(
                id="answer-at-once",
                title=both(zh="收到就应标", en="Answering the tender at once"),
                why=both(
                    zh="等于认了别人定的规则,多半是陪标。",
                    en="You accept rules a rival wrote; mostly you make up the numbers.",
                ),
                instead=both(zh="先谈见面,再谈标", en="meetings first, bid second"),
                source=("S2-E1",),
            ),
            Warned(
                id="discount",
                title=both(zh="降价换机会", en="Buying the chance with a discount"),
                why=Text(),
                instead=Text(),
                source=(),
            ),
        ),
        next_question=None,
        separating=SCORERS,
        standings=(
            Standing(
                ladder="funnel",
                title=both(zh="销售漏斗", en="Sales funnel"),
                at="F2",
                name=both(zh="拿到联系方式", en="contact made"),
                rate=0.1,
                capped=Text(),
            ),
        ),
        questions_asked=5,
    )


def unsettled() -> Report:
    """Friendly talks and a wish for a quotation: two places as likely, one answer does not fit, a gate first."""
    odd = because(
        both(zh="最近谁加进来了?", en="Who has joined lately?"),
        both(zh="老板亲自来了", en="the boss himself"),
        -5.2,
        likely=0.03,
    )
    report = tender()
    gate = move(
        "reach-key-person",
        Kind.GATE,
        both(zh="先找到真正要用的人", en="Reach the person whose demand it is"),
        whom=both(zh="你的联系人", en="your contact"),
        say=(both(zh="这件事做成了,谁最省心?", en="Who would sleep better once this is done?"),),
        proof=both(zh="见到他本人", en="you have met him in person"),
    )
    return report.model_copy(
        update={
            "settled": False,
            "stopped_by": None,
            "located": located(0.03, 0.06, 0.41, 0.46, 0.04),
            "also": {"origin": origin(0.44)},
            "because": (*report.because[1:3], odd),
            "surprising": (odd,),
            "moves": (gate, report.moves[0]),
            "never": report.never[1:],
            "next_question": SCORERS,
            "questions_asked": 3,
        }
    )


def bare() -> Report:
    """A report on nothing at all: no answers, no moves, the shares alone."""
    return unsettled().model_copy(
        update={
            "located": located(0.2, 0.2, 0.2, 0.21, 0.19),
            "also": {"origin": origin(0.34).model_copy(update={"because": ()})},
            "because": (),
            "surprising": (),
            "moves": (),
            "never": (),
            "missing": (),
            "facts": (),
            "standings": (),
            "separating": None,
            "questions_asked": 0,
        }
    )


def interview(lang: Lang) -> int:
    """Ask two questions on the terminal, print what was answered; the exit code is that of ``ltc``."""
    from ltc_coach.console.prompts import interview_asker

    ask = interview_asker(lang)
    answers: list[Answer] = []
    try:
        while len(answers) < len(INTERVIEW):
            reply = ask(INTERVIEW[len(answers)], Progress(len(answers), 8))
            if not isinstance(reply, Answer):
                break
            answers.append(reply)
    except Interrupted as left:
        return left.exit_code
    finally:
        sys.stdout.write("".join(f"{a.question}={a.value}\n" for a in answers))
    return 0


INTERVIEW = (DOCUMENTS, SCORERS)

if __name__ == "__main__":
    sys.exit(interview(Lang(sys.argv[1])))
