"""Languages, texts and letters: everything said in every declared language, with every blank filled."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ltc_coach.authoring.lint.check import Check, did_you_mean, listed
from ltc_coach.authoring.lint.walk import texts
from ltc_coach.i18n import Lang, Text, both
from ltc_coach.model.playbook import Playbook
from ltc_coach.model.spoken import Letter
from ltc_coach.plain import UNSAFE, quoted
from ltc_coach.problems import Path, Problem, Severity

_NAMES = {Lang.ZH: both(zh="中文", en="Chinese"), Lang.EN: both(zh="英文", en="English")}
_BLANK = re.compile(r"\{([^{}]*)\}")
# Zero-width space and no-break, soft hyphen, word joiner: invisible in an editor, harmful in a search.
_INVISIBLE = re.compile("[\u00ad\u200b\u2060-\u2064]")


def _languages(text: Text) -> Iterator[tuple[Lang, str]]:
    for lang in Lang:
        if words := getattr(text, lang.value):
            yield lang, words


class MissingTranslation(Check):
    """A text missing in a declared language."""

    id = "missing-translation"
    why = both(
        zh="languages 里写了的语言,每一句都要有;缺一句,用那种语言的人看到的就是另一种话。",
        en="A declared language is a promise: whoever reads it should not meet the other one.",
    )
    remedy = both(
        zh="补上译文,或者从 languages 里去掉这种语言", en="add the translation, or take the language out of `languages`"
    )
    good = "moves: [{id: count-cost, title: {zh: 陪客户算账, en: Work out the cost}}]"
    bad = "facts: {access: {values: [{id: staff, title: {zh: 办事的人}}, {id: boss, title: {zh: 老板, en: The boss}}]}}"

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for written in texts(playbook):
            for lang in playbook.languages:
                if written.text and not getattr(written.text, lang.value):
                    name = _NAMES[lang]
                    yield self.problem(written.path, both(zh=f"缺{name.zh}", en=f"the {name.en} text is missing"))


class UndeclaredLanguage(Check):
    """A text in a language that is not declared."""

    id = "undeclared-language"
    severity = Severity.WARNING
    why = both(
        zh="没声明的语言不会检查是否齐全,也没人知道它在。",
        en="Nobody checks a language that is not declared, so it is never complete.",
    )
    remedy = both(zh="在 languages 里加上它,或者删掉这句译文", en="add it to `languages`, or delete this translation")
    good = "languages: [zh, en]"
    bad = """\
languages: [zh]
title: {zh: 小样, en: A tiny playbook}"""

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        seen: set[Lang] = set()
        for written in texts(playbook):
            for lang, _ in _languages(written.text):
                # Said once: the author has to decide about the language, not about each text.
                if lang not in playbook.languages and lang not in seen:
                    seen.add(lang)
                    message = both(
                        zh=f"languages 里没有写 {lang},却有{_NAMES[lang].zh}",
                        en=f"`languages` does not name {lang}, yet here it is",
                    )
                    yield self.problem((*written.path, lang.value), message, on_key=True)


class EmptyText(Check):
    """A required text with no words in it."""

    id = "empty-text"
    why = both(zh="必须有的文字却是空的,屏幕上就缺一块。", en="A text the screen needs has no words in it.")
    remedy = both(zh="写上文字", en="write the text")
    good = "moves: [{id: count-cost, title: {zh: 算账, en: Count}}]"
    bad = "moves: [{id: count-cost, title: {zh: ' ', en: ' '}}]"

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for written in texts(playbook):
            words = [words for _, words in _languages(written.text)]
            if (written.required and not words) or (words and not all(w.strip() for w in words)):
                yield self.problem(written.path, both(zh="这里没有文字", en="there are no words here"))


class StraySpace(Check):
    """White space at the start or the end of a text."""

    id = "stray-space"
    severity = Severity.WARNING
    why = both(
        zh="首尾的空格看不见,却会错开排版、搜不到。",
        en="Space around a text is invisible, yet shifts the layout and spoils a search.",
    )
    remedy = both(zh="删掉首尾的空格", en="delete the space around it")
    good = "moves: [{id: count-cost, title: {zh: 算账, en: Count}}]"
    bad = "moves: [{id: count-cost, title: {zh: 算账, en: 'Count '}}]"

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for written in texts(playbook):
            for lang, words in _languages(written.text):
                # A block scalar (`|`) ends with a line break of its own.
                if words.strip() and words.removesuffix("\n") != words.strip():
                    message = both(zh="文字首尾有空格", en="there is space around the text")
                    yield self.problem((*written.path, lang.value), message)


class InvisibleCharacter(Check):
    """A control, bidirectional or zero-width character in a text."""

    id = "invisible-character"
    severity = Severity.WARNING
    why = both(
        zh="从网页或文档里粘贴来的看不见的字符,会让文字错位、搜不到。",
        en="Invisible characters, usually pasted in, reorder a line or hide in it.",
    )
    remedy = both(zh="删掉这一段重新输入", en="delete the passage and type it again")
    good = "moves: [{id: count-cost, title: {zh: 算账, en: Count}}]"
    bad = 'moves: [{id: count-cost, title: {zh: 算账, en: "Co\\u200bunt"}}]'

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for written in texts(playbook):
            for lang, words in _languages(written.text):
                if found := UNSAFE.search(words) or _INVISIBLE.search(words):
                    code = f"U+{ord(found[0]):04X}"
                    message = both(zh=f"有看不见的字符 {code}", en=f"it contains the invisible character {code}")
                    yield self.problem((*written.path, lang.value), message)


class UnknownBlank(Check):
    """A placeholder of a letter, in whatever tone, that is not among its blanks."""

    id = "unknown-blank"
    why = both(
        zh="花括号里的名字要在 blanks 里写明,程序才知道问谁要。",
        en="What stands in braces must be among the blanks, or nobody is asked for it.",
    )
    remedy = both(zh="把它加进 blanks,或者改成已有的名字", en="add it to `blanks`, or write one that is there")
    good = """\
letters:
  - id: thanks
    title: {zh: 致谢, en: Thanks}
    body: {zh: "{name}您好", en: "Dear {name}"}
    blanks: [{id: name, title: {zh: 称呼, en: Name}}]"""
    bad = """\
letters:
  - id: thanks
    title: {zh: 致谢, en: Thanks}
    body: {zh: "{name}您好", en: "Dear {nmae}, {name}"}
    blanks: [{id: name, title: {zh: 称呼, en: Name}}]"""

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for path, words, letter in _letter_texts(playbook):
            known = tuple(blank.id for blank in letter.blanks)
            for name in dict.fromkeys(_BLANK.findall(words)):
                if name not in known:
                    shown = quoted(name)
                    message = both(zh=f"blanks 里没有「{shown}」", en=f"'{shown}' is not among the blanks")
                    yield self.problem(path, message, hint=did_you_mean(name, known) if known else None)


class UnusedBlank(Check):
    """A blank its letter does not use in every language."""

    id = "unused-blank"
    severity = Severity.WARNING
    why = both(
        zh="问销售要了却没用上,或者只有一种语言用上了。",
        en="The rep is asked for something that one language, or both, then leave out.",
    )
    remedy = both(zh="在正文里用上它,或者删掉它", en="use it in the text, or delete it")
    good = """\
letters:
  - id: thanks
    title: {zh: 致谢, en: Thanks}
    body: {zh: "{name}您好", en: "Dear {name}"}
    blanks: [{id: name, title: {zh: 称呼, en: Name}}]"""
    bad = """\
letters:
  - id: thanks
    title: {zh: 致谢, en: Thanks}
    body: {zh: "{name}您好", en: "Dear friend"}
    blanks: [{id: name, title: {zh: 称呼, en: Name}}]"""

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for n, letter in enumerate(playbook.letters):
            for b, blank in enumerate(letter.blanks):
                without = [lang for lang in playbook.languages if f"{{{blank.id}}}" not in _all_words(letter, lang)]
                if without:
                    message = both(
                        zh=f"{listed(_NAMES[lang].zh for lang in without)}里没有用到",
                        en=f"not used in the text: {listed(_NAMES[lang].en for lang in without)}",
                    )
                    yield self.problem(("letters", n, "blanks", b, "id"), message)


class OpenBrace(Check):
    """A brace without its partner in a letter."""

    id = "open-brace"
    why = both(
        zh="花括号不成对,空格就填不进去,原样寄给了客户。",
        en="Without its partner a brace is sent to the customer as it stands.",
    )
    remedy = both(zh="补成 {名字},或者删掉这个花括号", en="make it {name}, or delete the brace")
    good = "letters: [{id: thanks, title: {zh: 致谢, en: Thanks}, body: {zh: 您好, en: Hello}}]"
    bad = 'letters: [{id: thanks, title: {zh: 致谢, en: Thanks}, body: {zh: "您好{", en: Hello}}]'

    def check(self, playbook: Playbook) -> Iterator[Problem]:
        """See the class."""
        for path, words, _ in _letter_texts(playbook):
            rest = _BLANK.sub("", words)
            if "{" in rest or "}" in rest:
                yield self.problem(path, both(zh="花括号不成对", en="a brace has no partner"))


def _letter_texts(playbook: Playbook) -> Iterator[tuple[Path, str, Letter]]:
    """Yield (path, words, letter) of every subject and body, in every tone and every language."""
    for n, letter in enumerate(playbook.letters):
        for path, text in _versions(letter):
            for lang, words in _languages(text):
                yield ("letters", n, *path, lang.value), words, letter


def _versions(letter: Letter) -> Iterator[tuple[Path, Text]]:
    """Yield the subject and the body of the plain letter and of every tone."""
    yield ("subject",), letter.subject
    yield ("body",), letter.body
    for t, tone in enumerate(letter.tones):
        yield ("tones", t, "subject"), tone.subject
        yield ("tones", t, "body"), tone.body


def _all_words(letter: Letter, lang: Lang) -> str:
    return "\n".join(getattr(text, lang.value) for _, text in _versions(letter))


CHECKS: tuple[type[Check], ...] = (
    MissingTranslation,
    UndeclaredLanguage,
    EmptyText,
    StraySpace,
    InvisibleCharacter,
    UnknownBlank,
    UnusedBlank,
    OpenBrace,
)
