"""The tiny playbook every sample of a check changes a little: three stages, one fact, two moves.

It lints without a word. A sample is merged into it: mappings by key, list items by id. An item with
a new id is added at the end of its list; texts, plain lists and words replace what was there.
"""

from __future__ import annotations

TINY = """\
ltc: 1
id: tiny
version: 1.0.0
languages: [zh, en]
title: {zh: 小样, en: A tiny playbook}
scales:
  place:
    title: {zh: 客户走到, en: The customer stands at}
    main: true
    stages:
      - {id: pain, title: {zh: 痛苦, en: Pain}}
      - {id: goal, title: {zh: 目标, en: Goal}}
      - {id: choice, title: {zh: 选型, en: Choice}}
facts:
  access:
    title: {zh: 见到了谁, en: Whom we meet}
    values:
      - {id: staff, title: {zh: 办事的人, en: Staff}}
      - {id: boss, title: {zh: 老板, en: The boss}}
questions:
  - id: cost
    ask: {zh: "客户说过这个问题一年让他损失多少吗?", en: "Has the customer said what the problem costs him?"}
    why: {zh: 算过账的客户才会定目标, en: Only who knows the cost sets a goal}
    answers:
      - {id: figure, label: {zh: 说了数字, en: He named a figure}, says: {place: {reached: goal}}}
      - {id: nothing, label: {zh: 没说过, en: He has not}, says: {place: {before: goal}}}
  - id: suppliers
    ask: {zh: "客户在跟几家谈?", en: "How many suppliers does the customer talk to?"}
    why: {zh: 开始选型才会货比三家, en: Comparing starts with the choice}
    answers:
      - {id: several, label: {zh: 好几家, en: Several}, says: {place: {reached: choice}}}
      - {id: a-few-talks, label: {zh: 随便问问, en: Looking around}, says: {place: {at: goal}}}
      - {id: nobody, label: {zh: 还没找人, en: Nobody yet}, says: {place: {at: pain}}}
  - id: talk
    ask: {zh: "客户聊得最多的是什么?", en: "What does the customer talk about most?"}
    why: {zh: 话题跟着阶段走, en: Talk follows the stage}
    answers:
      - {id: trouble, label: {zh: 烦心事, en: The trouble}, says: {place: {before: choice}}}
      - {id: criteria, label: {zh: 打分标准, en: The criteria}, says: {place: {at: choice}}}
  - id: contact
    ask: {zh: "客户让谁来见你?", en: "Whom does the customer send to meet you?"}
    why: {zh: 见不到老板就谈不动目标, en: Goals are set by the boss}
    answers:
      - {id: staff, label: {zh: 办事的人, en: Staff}, sets: {access: staff}}
      - {id: boss, label: {zh: 老板, en: The boss}, sets: {access: boss}}
moves:
  - id: count-cost
    kind: build
    title: {zh: 陪客户算账, en: Work out the cost together}
    when: {place: pain}
    do: {zh: 一起算一年的损失, en: Work out the yearly loss together}
    proof: {zh: 客户自己报出数字, en: The customer names the figure}
  - id: back-to-goal
    kind: pull
    title: {zh: 把老板拉回目标, en: Pull the boss back to the goal}
    when: {place: choice, access: boss}
    to: goal
    do: {zh: 请老板先说要达到什么, en: Ask the boss what must be achieved}
    proof: {zh: 老板改了打分标准, en: The boss changes the criteria}
"""
