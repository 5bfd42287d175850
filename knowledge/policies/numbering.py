"""Splits a document into clauses by the numbers that it carries itself.

Known are 第X编/章/节/条, 一、 （一） 1. （1） 1） ①, decimal numbers such as 1.2, headings without a number, and 附件 lines, after
which numbers begin anew. Which of them stands above which is seen from the order in which they come, but for 编, 章, 节 and 条.
A text without any of them is numbered by its paragraphs: ¶1, ¶2.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from knowledge.plan import BureauNames, Clause, Responsibility, Role, Sentence, Span
from knowledge.plan.reader import parse_responsibility
from knowledge.policies.paragraph import Paragraph

_DIGITS = "零一二三四五六七八九"
_N = r"([〇零一二三四五六七八九十百\d]{1,5})"
_MARKERS: Sequence[tuple[str, re.Pattern[str]]] = (
    ("附件", re.compile(r"附件\s*([一二三四五六七八九十\d]{0,2})[：:]?$")),
    # What follows tells 第三条 as a number from a line that merely begins with a mention: 第三条规定的条件.
    *((unit, re.compile(rf"第\s*{_N}\s*{unit}(?!规定|所[列称述指]|第|[、，的]|[和至及或]第|以[上下])\s*")) for unit in "编章节条"),
    ("一、", re.compile(r"([一二三四五六七八九十]{1,3})、(?![一二三四五六七八九十]{1,3}[、产])\s*")),
    ("（一）", re.compile(r"[（(]([一二三四五六七八九十]{1,3})[）)](?!项(?!目))\s*")),
    ("（1）", re.compile(r"[（(](\d{1,2})[）)]\s*")),
    ("1.1", re.compile(r"(\d{1,2}(?:[.．]\d{1,2})+)[.．、]?(?![\d%％‰万亿千百元倍个年])\s*")),
    ("1.", re.compile(r"(\d{1,2})(?:[.．、](?!\d)|\s(?![个日年月天万亿家人名户项条元倍次])(?=[^\d。；，]{2,30}$))\s*")),
    ("1）", re.compile(r"(\d{1,2})[）)]\s*")),
    ("①", re.compile(r"([①-⑳])\s*")),
)
_RANKS = {"附件": 0, "编": 1, "章": 2, "节": 3}
_LETTERS = {"附件": "a", "编": "p", "章": "c", "节": "s", "#": "h"}
_MAX_GAP = 5
"""An Arabic number that runs further ahead is rather a figure at the beginning of a line."""
_NOTE = "（责任单位："
_SENTENCE = re.compile(
    rf" ?({_NOTE}(?:[^（）]|（[^（）]*）)+）[。；]?"  # names of bureaus may have brackets themselves
    rf"|(?:(?!{_NOTE})[^。！？；])*[。！？；]+[”’」』）]*|(?:(?!{_NOTE})[^。！？；])+|.+)"
)
_NAMED = re.compile(r"[【\[]([^】\]]{1,20})[】\]]|（([^）]{2,20})）")
_TITLE_CHARACTERS = 30
_OPENING = "引言"


@dataclass(frozen=True, slots=True)
class _Step:
    """One number on the way from the top of the document down to a clause."""

    kind: str
    """``条``, ``（一）``, ``1.``; ``1.1`` with as many parts as it has; ``#`` for a heading without a number."""
    place: tuple[int, ...]
    number: str
    heading: str
    level: int
    """Of the heading that it is, 1 being the highest; 0 in body text."""
    id: str = ""
    """Of the clause, below the document's slug."""


@dataclass(slots=True)
class _Draft:
    """A clause whose end is not known yet."""

    steps: tuple[_Step, ...]
    title: str
    paragraphs: list[tuple[int, Paragraph]] = field(default_factory=list)
    """Each with the place of its first character."""


def begins_with_number(line: str) -> bool:
    """True for a line that looks like the beginning of a clause."""
    return any(pattern.match(line) for _, pattern in _MARKERS)


def split_clauses(
    slug: str, title: str, paragraphs: Sequence[Paragraph], own_bureaus: Sequence[str], bureaus: BureauNames
) -> tuple[str, tuple[Clause, ...]]:
    """The text with a line for each paragraph, and its clauses with their places in it.

    A heading above other clauses is part of their `heading_path`, not a clause. A clause without a 责任单位 note of known bureaus has
    `own_bureaus`, canonical names, as principal ones.
    """
    text = "\n".join(paragraph.text for paragraph in paragraphs)
    drafts = _without_headings(_drafts(title, paragraphs))
    return text, tuple(_finish(slug, draft, text, own_bureaus, bureaus) for draft in drafts)


def _drafts(title: str, paragraphs: Sequence[Paragraph]) -> list[_Draft]:
    bare_title = _bare(title)
    if [p.heading for p in paragraphs].count(paragraphs[0].heading) == 1:  # the one heading of its level is the title
        paragraphs = [replace(paragraphs[0], heading=0), *paragraphs[1:]]
    drafts = [_Draft((), _OPENING)]
    stack: list[_Step] = []
    last: dict[str, tuple[int, ...]] = {}
    uses: Counter[str] = Counter()
    start = 0
    for paragraph in paragraphs:
        if len(drafts) == 1 and not drafts[0].paragraphs and _bare(paragraph.text) in bare_title:
            pass  # the title, which may take several lines
        elif found := _step(paragraph, stack, last):
            step, rest = found
            above = _above(step, stack)
            stack = [*above, replace(step, id=_id([*above, step], uses))]
            last[step.kind] = step.place
            drafts.append(_Draft(tuple(stack), _title(rest), [(start, paragraph)]))
        else:
            drafts[-1].paragraphs.append((start, paragraph))
        start += len(paragraph.text) + 1
    if len(drafts) == 1:
        return _by_paragraph(drafts[0].paragraphs)
    return drafts if drafts[0].paragraphs else drafts[1:]


def _id(steps: Sequence[_Step], uses: Counter[str]) -> str:
    shown = _cited(steps)
    own = _LETTERS.get(shown[-1].kind, "") + "-".join(map(str, shown[-1].place))
    id_ = f"{shown[-2].id}-{own}" if len(shown) > 1 else own
    uses[id_] += 1
    # Documents do use a number twice; the two must be told apart.
    return f"{id_}x{uses[id_]}" if uses[id_] > 1 else id_


def _by_paragraph(paragraphs: Sequence[tuple[int, Paragraph]]) -> list[_Draft]:
    drafts: list[_Draft] = []
    for start, paragraph in paragraphs:
        if paragraph.is_whole and drafts:
            drafts[-1].paragraphs.append((start, paragraph))
        else:
            place = len(drafts) + 1
            title = _title(paragraph.text)
            drafts.append(_Draft((_Step("¶", (place,), f"¶{place}", title, 0, str(place)),), title, [(start, paragraph)]))
    return drafts


def _step(paragraph: Paragraph, stack: Sequence[_Step], last: Mapping[str, tuple[int, ...]]) -> tuple[_Step, str] | None:
    """The number that a paragraph begins with, and the words after it."""
    if paragraph.is_whole:
        return None
    for form, pattern in _MARKERS:
        if match := pattern.match(paragraph.text):
            place = tuple(map(_ordinal, re.split(r"[.．]", match[1])))
            kind = ".".join("1" * len(place)) if form == "1.1" else form
            if _goes_on(kind, place, last.get(kind)):
                rest = paragraph.text[match.end() :]
                number = f"（{match[1]}）" if form[0] == "（" else "".join(match[0].split()).rstrip("：:.．、")
                return _Step(kind, place, number, match[0] + _title(rest), paragraph.heading), rest
    if paragraph.heading:
        first = _Step("#", (1,), f"“{paragraph.text}”", paragraph.text, paragraph.heading)
        before = next((s for s in stack[len(_above(first, stack)) :] if s.kind == "#" and s.level == first.level), None)
        return replace(first, place=(before.place[0] + 1,)) if before else first, paragraph.text
    return None


def _goes_on(kind: str, place: tuple[int, ...], last: tuple[int, ...] | None) -> bool:
    """Whether the number begins a list or goes on in the last one of its kind; a line may also begin with a mere figure."""
    if place[-1] == 1:
        return True
    before = last or (0,)
    ahead = place[-1] - before[-1]
    return place[:-1] == before[:-1] and ahead > 0 and (kind[0] != "1" or ahead <= _MAX_GAP)


def _above(step: _Step, stack: Sequence[_Step]) -> list[_Step]:
    """Those of the open steps under which a new one stands."""
    if step.kind in _RANKS:
        return [s for s in stack if _RANKS.get(s.kind, 9) < _RANKS[step.kind]]
    if step.kind == "#":
        deeper = (i for i, s in enumerate(stack) if s.level >= step.level)
        highest = max((i for i, s in enumerate(stack) if s.level or s.kind in _RANKS), default=-1)
        return list(stack[: next(deeper, highest + 1)])
    kinds = [s.kind for s in stack]
    if step.kind in kinds:
        return list(stack[: kinds.index(step.kind)])
    if step.kind == "条":  # lists before the first article have ended
        return [s for s in stack if s.kind in {*_RANKS, "#", "一、"}]
    return list(stack)


def _cited(steps: Sequence[_Step]) -> list[_Step]:
    """The steps that a citation names: articles run on through chapters, and 1.2 says all that 1 says."""
    kinds = [step.kind for step in steps]
    first = kinds.index("条") if "条" in kinds else 0
    shown = [step for i, step in enumerate(steps) if i >= first or step.kind == "附件"]
    decimals = [step for step in shown if step.kind.startswith("1.")]
    return [step for step in shown if step not in decimals[:-1]]


def _without_headings(drafts: Sequence[_Draft]) -> Iterator[_Draft]:
    for draft, following in pairwise([*drafts, _Draft((), "")]):
        is_above = draft.steps and following.steps[: len(draft.steps)] == draft.steps
        is_heading = is_above and len(draft.paragraphs) == 1 and draft.paragraphs[0][1].text[-1] not in "。；！？：:"
        if not is_heading:
            yield draft


def _finish(slug: str, draft: _Draft, text: str, own_bureaus: Sequence[str], bureaus: BureauNames) -> Clause:
    id_ = f"{slug}/{draft.steps[-1].id if draft.steps else 0}"
    sentences = tuple(_sentences(id_, draft.paragraphs))
    span = Span(sentences[0].span.start, sentences[-1].span.end)
    title = draft.title or _title(draft.paragraphs[min(1, len(draft.paragraphs) - 1)][1].text)
    number = _number(draft.steps) or _OPENING
    responsibilities = tuple(_responsibilities(sentences, bureaus)) or tuple(Responsibility(name, Role.PRINCIPAL) for name in own_bureaus)
    path = tuple(step.heading for step in draft.steps)
    return Clause(id_, number, title, path, text[span.start : span.end], span, sentences, responsibilities)


def _number(steps: Sequence[_Step]) -> str:
    """As a person would cite it; 附件1 and 1 are kept apart."""
    number = ""
    for step in _cited(steps):
        number += (" " if number[-1:].isdecimal() and step.number[0].isdecimal() else "") + step.number
    return number


def _sentences(id_: str, paragraphs: Sequence[tuple[int, Paragraph]]) -> Iterator[Sentence]:
    number = 0
    for start, paragraph in paragraphs:
        matches = [(0, paragraph.text)] if paragraph.is_whole else [(m.start(1), m[1]) for m in _SENTENCE.finditer(paragraph.text)]
        for offset, words in matches:
            number += 1
            span = Span(start + offset, start + offset + len(words))
            yield Sentence(f"{id_}:{number}", words, span, words.startswith(_NOTE))


def _responsibilities(sentences: Sequence[Sentence], bureaus: BureauNames) -> list[Responsibility]:
    try:
        return [r for s in sentences if s.names_responsibility for r in parse_responsibility(s.text.rstrip("。；"), bureaus)]
    except ValueError:  # bureaus of other levels or places; the document's own stand in
        return []


def _title(words: str) -> str:
    """What a clause is called: a name in brackets, or how it begins."""
    if match := _NAMED.match(words):
        return str(match[1] or match[2])
    beginning = re.split(rf"[。！？；：:]|{_NOTE}", words, maxsplit=1)[0]
    return beginning if len(beginning) <= _TITLE_CHARACTERS else beginning[: _TITLE_CHARACTERS - 1] + "…"


def _ordinal(written: str) -> int:
    """十二 → 12, 一百零三 → 103, ７ → 7, ③ → 3; 1 for none."""
    if not written:
        return 1
    if written.isdecimal():
        return int(written)
    if len(written) == 1 and written not in "〇十百":
        return int(unicodedata.numeric(written))
    total = digit = 0
    for c in written:
        if c in "十百":
            total += (digit or 1) * (10 if c == "十" else 100)
            digit = 0
        else:
            digit = _DIGITS.find(c) if c in _DIGITS else 0
    return total + digit


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text))
