"""HTML documents that stand alone: one file, nothing loaded from anywhere, made to be printed.

A document is a tree of elements, never a text with holes: what a deal or a playbook says can only become
text in it, not an element, an attribute or a style. Names of elements, classes and attributes and the style
sheet are ours alone. The content security policy forbids everything else besides: a script runs only if it
is the one we wrote, by its hash.
"""

from __future__ import annotations

import base64
import hashlib
from xml.etree import ElementTree as ET

from ltc_coach.i18n import Lang
from ltc_coach.plain import clean

Element = ET.Element
Child = Element | str

FONTS = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif'
"""What is on the machines of Chinese offices: macOS, Windows, Linux."""

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_LANGUAGES = {Lang.ZH: "zh-CN", Lang.EN: "en"}


def element(tag: str, *children: Child, cls: str = "", **attributes: str) -> Element:
    """Make an element; texts among ``children`` are cleaned and stay text, an empty one adds nothing.

    ``tag``, ``cls`` and ``attributes`` must not come from data; an attribute's underscores are written as hyphens.
    """
    made = Element(tag, {"class": cls} if cls else {})
    for name, value in attributes.items():
        made.set(name.replace("_", "-"), value)
    for child in children:
        if not isinstance(child, str):
            made.append(child)
        elif len(made):
            made[-1].tail = (made[-1].tail or "") + clean(child)
        else:
            made.text = (made.text or "") + clean(child)
    return made


def document(title: str, lang: Lang, style: str, *body: Child, script: str = "") -> str:
    """Return a whole document in UTF-8; ``style`` and ``script`` are ours, without a `<` in them."""
    policy = _POLICY
    if script:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        policy += f"; script-src 'sha256-{digest}'"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", title),
        # The serializer writes a style sheet as it stands.
        element("style", style),
    )
    page = element("body", *body)
    if script:
        page.append(element("script", script))
    root = element("html", head, page, lang=_LANGUAGES[lang])
    return f"<!DOCTYPE html>\n{ET.tostring(root, encoding='unicode', method='html')}\n"
