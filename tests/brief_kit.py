"""Hand-made briefs: an ordinary one with everything on it, and ones that say too much."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from ltc_coach.i18n import Text, both
from ltc_coach.model.brief import Brief, BriefMove, BriefObjection, BriefQuestion
from ltc_coach.model.casework import Alarm, Change, PeopleView, PersonView, PlanWarning
from ltc_coach.model.deal import Power, Stance

TODAY = date(2026, 11, 21)
# What has hurt other programs: terminal sequences, bidi, markup of four kinds, formulas, blanks, line ends.
HOSTILE = (
    "\x1b]0;owned\x07\x1b[31m",
    "\u202egnp.exe\u202c",
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "</style><link rel=stylesheet href=//x>",
    "&lt;b&gt; &#60;i&#62;",
    "[text](javascript:alert(1))",
    "![picture](http://example.com/a.png)",
    "<http://example.com> www.example.com",
    "| a | b |\n| - | - |\n| c | d |",
    "# heading\n\n- list\n\n---\n",
    "`code` **bold** ~~gone~~",
    "[red]markup[/red] [/b] :100:",
    "=HYPERLINK(1)",
    "{deal} {customer.__class__}",
)


def person(id_: str, power: Power | None = None, stance: Stance | None = None, **more: object) -> PersonView:
    """Make a person; not met and without a place unless told otherwise."""
    blank: dict[str, object] = {
        "name": id_,
        "title": "",
        "role": "",
        "met": None,
        "needed": False,
        "strong": False,
        "own": 0,
        "place": None,
        "place_title": Text(),
        "confidence": 0.0,
    }
    return PersonView.model_validate({"id": id_, "power": power, "stance": stance} | blank | more)


def people(*persons: PersonView, alarms: tuple[Text, ...] = (), spread: int = 0) -> PeopleView:
    """Put people on the map."""
    return PeopleView(
        people=persons,
        basis="own",
        focus=None,
        spread=spread,
        alarms=tuple(Alarm(id=f"alarm-{i}", text=text) for i, text in enumerate(alarms)),
    )


HE = person(
    "he",
    "medium",
    "leans_rival",
    name="何科长",
    title="设备技术科科长",
    role="technical",
    met=date(2026, 11, 1),
    own=4,
    place="solution",
    place_title=both(zh="方案", en="Solution"),
    confidence=0.71,
)
BOSS = person("boss", "high", "us", name="Ms Weller", role="decider", needed=True, strong=True)


def full() -> Brief:
    """A visit to a technician on the rival's side, with everything a brief can say."""
    return Brief(
        today=TODAY,
        deal="huaxin-mes",
        customer="华信精工",
        product="产线追溯系统",
        owner="林",
        amount=Decimal("2600000.50"),
        currency="CNY",
        visit=date(2026, 11, 25),
        expected=date(2026, 12, 31),
        person=HE,
        place=both(zh="方案", en="Solution"),
        also_called=(),
        confidence=0.71,
        settled=True,
        runner_up=both(zh="价值", en="Value"),
        direction=both(zh="从「要求」起就是对手定的:往回拉", en="the rival shaped Requirement: pull back"),
        aim=both(zh="他约到了至少三位关键人物。", en="He has arranged at least three key people."),
        questions=(
            BriefQuestion(
                id="q-1",
                kind="situation",
                ask=both(zh="这几条参数,当时参考了哪些资料?", en="Which papers did these figures come from?"),
                settles=both(zh="要求跟谁家的东西对得上?", en="Whose product do the demands match?"),
            ),
            BriefQuestion(
                id="q-2",
                kind="key_person",
                ask=both(zh="您最想先解决掉什么?", en="What do you want solved above all?"),
                settles=both(zh="客户自己讲得最多的是什么?", en="What does the customer talk about most?"),
            ),
            BriefQuestion(
                id="q-3",
                kind="key_person",
                ask=both(zh="哪几件事做对了才算成?", en="What must go right for it to work?"),
                settles=both(zh="客户自己讲得最多的是什么?", en="What does the customer talk about most?"),
            ),
        ),
        move=BriefMove(
            id="no-blind-bid",
            title=both(zh="先不应标,拿调研换见三位关键人", en="Do not bid yet: trade it for three key people"),
            provided=Text(),
            whom=both(zh="发邀标的人", en="whoever sent the invitation"),
            do=both(zh="今天就回信,条件是先见三位关键人物。", en="Reply today: first meet three key people."),
            say=(
                both(zh="不了解几位领导的目标就交方案,是对您不负责。", en="It would not be fair to you."),
                both(zh="只要能安排见面,我们一定全力参加。", en="Arrange it, and we take part with all we have."),
            ),
            proof=both(zh="他约到了至少三位关键人物。", en="He has arranged at least three key people."),
            refused=both(zh="一位都不让见,考虑放手。", en="If you may meet nobody, consider leaving."),
            letter="exchange",
        ),
        later=(both(zh="见到关键人,先问三件事", en="Meet them and ask three things"),),
        objections=(
            BriefObjection(
                id="busy",
                says=both(zh="领导忙,没空见", en="The leaders are busy"),
                answer=both(zh="理解,每位二十分钟。", en="I understand. Twenty minutes each."),
            ),
        ),
        never=(both(zh="别一收到标书就应标", en="Don't answer the tender straight away"),),
        planned=(
            PlanWarning(
                what="打折 5%",
                action="discount",
                action_title=both(zh="降价", en="price cut"),
                never="discount",
                title=both(zh="别拿降价换机会", en="Don't buy the chance with a discount"),
                why=both(zh="一降价他先怀疑你的东西。", en="A lower price makes him doubt it."),
                instead=both(zh="先把见面的条件谈下来", en="settle the meetings first"),
                source=(),
            ),
        ),
        people=people(
            HE,
            BOSS,
            person("zhou", "low", "neutral", name="周工", met=date(2026, 10, 15)),
            person("meng", "high", name="孟副总"),
            alarms=(both(zh="还没发现谁不赞成", en="no opponent is known"),),
            spread=3,
        ),
        change=Change(
            since=date(2026, 11, 3),
            days=18,
            place_before=both(zh="措施", en="Measure"),
            place_now=both(zh="方案", en="Solution"),
            moved="on",
            confidence_before=0.71,
            confidence_now=0.9,
            new_moves=(both(zh="先不应标", en="Do not bid yet"),),
            dropped_moves=(),
            slipped_days=31,
        ),
    )


def says(text: str) -> Brief:
    """The same brief with ``text`` wherever somebody's words or a playbook's stand; no list gets longer."""
    words, brief = both(zh=text, en=text), full()
    everybody = brief.people.people if brief.people else ()
    move, change = brief.move, brief.change
    named = [one.model_copy(update={"name": text, "title": text, "role": text}) for one in everybody]
    return brief.model_copy(
        update={
            "customer": text,
            "product": text,
            "owner": text,
            "currency": text,
            "person": named[0],
            "place": words,
            "runner_up": words,
            "direction": words,
            "aim": words,
            "questions": tuple(q.model_copy(update={"ask": words, "settles": words}) for q in brief.questions),
            "move": move and move.model_copy(update=dict.fromkeys(("title", "whom", "do", "refused"), words)),
            "later": (words,),
            "objections": tuple(o.model_copy(update={"says": words, "answer": words}) for o in brief.objections),
            "never": (words,),
            "planned": tuple(
                p.model_copy(update={"what": text, "title": words, "why": words, "instead": words})
                for p in brief.planned
            ),
            "people": people(*named, alarms=(words,)),
            "change": change and change.model_copy(update={"place_before": words, "place_now": words}),
        }
    )


def crowded(text: str, persons: int = 40) -> Brief:
    """Far too much of everything: long texts, long lists, a crowd of people."""
    words, brief = both(zh=text, en=text), says(text)
    powers: tuple[Power | None, ...] = ("high", "medium", "low", None)
    stances: tuple[Stance | None, ...] = ("rival", "leans_rival", "neutral", "leans_us", "us", None)
    crowd = [
        person(f"p{i}", powers[i % 4], stances[i // 4 % 6], name=f"{text}{i}", title=text, role=text, needed=True)
        for i in range(persons)
    ]
    kinds = ("situation", "problem", "implication", "need_payoff", "requirement", "key_person", "value")
    return brief.model_copy(
        update={
            "settled": False,
            "person": crowd[0] if crowd else brief.person,
            "also_called": (both(zh=f"{text}1", en=f"{text}1"), both(zh=f"{text}2", en=f"{text}2")),
            "questions": tuple(
                BriefQuestion.model_validate(
                    {"id": k, "kind": k, "ask": words, "settles": both(zh=k + text, en=k + text)}
                )
                for k in kinds
            ),
            "move": brief.move and brief.move.model_copy(update={"say": (words,) * 6, "letter": "a" * 64}),
            "later": (words, words),
            "objections": brief.objections * 3,
            "never": (words,) * 4,
            "planned": brief.planned * 9,
            "people": people(*crowd, alarms=(words,) * 20, spread=9),
        }
    )
