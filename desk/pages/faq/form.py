"""The fields of the entry's form, from what was posted and back."""

from __future__ import annotations

from multidict import MultiDictProxy

from knowledge.editing import EntryFields


def read_form(posted: MultiDictProxy[str], id_: str) -> EntryFields:
    """The entry as the form has it; `id_` is that of the draft, which a form does not change."""
    citations = zip(posted.getall("clause", []), posted.getall("quote", []), strict=False)
    return EntryFields(
        id=id_,
        question=_line(posted, "question"),
        phrasings=_lines(posted, "phrasings"),
        asks=_line(posted, "asks"),
        near=_line(posted, "near"),
        answer=_text(posted, "answer"),
        answer_en=_text(posted, "answer_en"),
        citations=tuple((clause.strip(), _unbroken(quote)) for clause, quote in citations if clause.strip() or quote.strip()),
        bureaus=_lines(posted, "bureaus"),
        valid_from=_line(posted, "valid_from"),
        valid_until=_line(posted, "valid_until"),
        reviewer=_line(posted, "reviewer"),
    )


def _text(posted: MultiDictProxy[str], name: str) -> str:
    return _unbroken(posted.get(name, ""))


def _unbroken(text: str) -> str:
    """Browsers send line breaks as two characters."""
    return text.replace("\r\n", "\n").strip()


def _line(posted: MultiDictProxy[str], name: str) -> str:
    return " ".join(posted.get(name, "").split())


def _lines(posted: MultiDictProxy[str], name: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in posted.get(name, "").splitlines() if line.strip())
