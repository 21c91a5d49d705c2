"""An empty deal file with everything explained, for those who would rather write than be asked.

Lines that begin with `# ` explain; in those that begin with `#` and no space, or several, the `#` may go: what is left
is a deal that reads well (tests/test_deals_cli.py takes all of them away).
"""

from __future__ import annotations

from ltc_coach.i18n import Lang

_ZH = """\
# 商机档案。前两行必填,其余知道多少写多少;要用哪一行,就去掉它前面的 #。
# 存成 商机文件夹/编号.yaml,然后:ltc deals list、ltc diagnose 编号
ltc: 1
id: my-deal                  # 编号,同一个文件夹里不能重复;和文件名一样最好找
customer: 客户全称
#alias: [简称, 拼音]          # 还叫什么,找的时候都认
#product: 产线追溯系统
#amount: 2600000             # 只写数字,以元为单位;别的币种加一行 currency: USD
#opened: 2026-10-12          # 日期都写成 年-月-日
#expected: 2026-12-31        # 预计哪天签约
#next_visit: 2026-11-24      # 下次哪天拜访,ltc deals list 靠它排先后
#crm_stage: 已投标           # CRM 里的阶段,只作参考;客户走到哪,看回答
#owner: 林
#rivals: [锐测]
#strengths: [reference]      # 我们的强项,编号见 ltc playbook show
# 人:role 常用 decider 最终拍板、budget_owner 管预算、demand_owner 需求关键人、technical 技术、
# purchasing 采购、evaluator 评估、user 使用;power 是 high、medium、low;
# stance 是 us、leans_us、neutral、leans_rival、rival;met 是最近一次当面见到的日子,没见过就不写
#people:
#  - {id: 周工, name: 周工, title: 采购工程师, role: purchasing, power: low, stance: neutral, met: 2026-11-03}
# 回答:问题和答案的编号见 ltc playbook show;grade 是 document 有文件、said 亲口说(默认)、told 听人转述、
# assumed 自己估计。改主意了就在后面再加一条,不要改前面的
#answers:
#  - {question: documents, value: tender, day: 2026-10-12, grade: document}
#  - {question: asked_last, value: bid, by: 周工, day: 2026-11-03, note: "只问我们投不投"}
# 打算做的事,ltc 会提醒哪些现在做了有害
#plans:
#  - {what: 约采购见一次技术负责人, day: 2026-11-20}
# 结束了:won 赢了、lost 输了、given_up 放手了
#outcome: {state: won, day: 2026-12-28}
"""

_EN = """\
# A deal. The first lines are needed, of the rest as much as you know; to use a line, take away its #.
# Save it as DEALS-FOLDER/ID.yaml, then: ltc deals list, ltc diagnose ID
ltc: 1
id: my-deal                  # unique in its folder; best the name of the file
customer: Full name of the customer
#alias: [short-name]         # other names by which it can be found
#product: production tracking
#amount: 2600000             # digits only; for a currency other than CNY add: currency: USD
#opened: 2026-10-12          # days are written year-month-day
#expected: 2026-12-31        # when the contract should be signed
#next_visit: 2026-11-24      # ltc deals list ranks by it
#crm_stage: Bid sent         # what the CRM says, kept beside the evidence; the place comes from the answers
#owner: Lin
#rivals: [Ruice]
#strengths: [reference]      # what we are strong in; ids: ltc playbook show
# People: common roles are decider, budget_owner, demand_owner, technical, purchasing, evaluator, user;
# power is high, medium or low; stance is us, leans_us, neutral, leans_rival or rival;
# met is the day of the last meeting in person, left out while there was none
#people:
#  - {id: Zhou, name: Mr Zhou, title: buyer, role: purchasing, power: low, stance: neutral, met: 2026-11-03}
# Answers: ids of questions and answers in ltc playbook show; grade is document, said (the default), told
# (hearsay) or assumed. When something has changed add another entry, do not change the old one
#answers:
#  - {question: documents, value: tender, day: 2026-10-12, grade: document}
#  - {question: asked_last, value: bid, by: Zhou, day: 2026-11-03, note: "only asked whether we bid"}
# What you mean to do; ltc warns of what would hurt now
#plans:
#  - {what: ask purchasing for a meeting with the technical head, day: 2026-11-20}
# Over: won, lost or given_up
#outcome: {state: won, day: 2026-12-28}
"""


def template(lang: Lang) -> str:
    """Return the text of the file."""
    return _ZH if lang == Lang.ZH else _EN
