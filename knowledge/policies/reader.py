"""Reads a folder of policy documents; every fault of every file is told with what to do about it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from pathlib import Path

from knowledge.errors import Fault, LibraryError
from knowledge.library.located import LocatedYaml, UnreadableFile, read_located
from knowledge.plan import BureauNames
from knowledge.policies.formats import SUFFIXES, read_paragraphs
from knowledge.policies.model import Document, Documents, Standing
from knowledge.policies.numbering import split_clauses
from knowledge.policies.sidecar import day, document_names, sidecar_faults, texts_of

_SIDECARS = {".yml", ".yaml"}
_UNREAD = {".doc", ".wps", ".rtf", ".odt", ".ofd"}
"""Formats that someone may well try; whatever else lies about is not taken for a document."""


def document_files(folder: Path) -> tuple[Path, ...]:
    """Side-cars, documents and what looks like one, sorted; a folder that does not exist holds none.

    README.md and the hidden files of editors are left out.
    """
    if not folder.is_dir():
        return ()
    known = {*_SIDECARS, *SUFFIXES, *_UNREAD}
    return tuple(
        sorted(f for f in folder.iterdir() if f.suffix.lower() in known and not f.name.startswith((".", "~$")) and f.name != "README.md")
    )


def read_documents(folder: Path, today: date, bureaus: BureauNames) -> Documents:
    """Read all documents of a folder. Raises LibraryError with all faults; no document of a faulty folder is used."""
    documents, faults = check_documents(folder, today, bureaus)
    if faults:
        raise LibraryError(faults)
    return documents


def check_documents(folder: Path, today: date, bureaus: BureauNames) -> tuple[Documents, tuple[Fault, ...]]:
    """The documents that are right, and everything that is wrong with the others.

    `today` tells whether a document is answerable; one that no longer holds is read all the same.
    """
    files = document_files(folder)
    sidecars = [file for file in files if file.suffix.lower() in _SIDECARS]
    faults: list[Fault] = []
    documents: dict[str, Document] = {}
    claimed: set[str] = set()
    first: dict[str, Path] = {}
    for path in sidecars:
        if first.setdefault(path.stem, path) is not path:
            faults.append(Fault("duplicate-slug", path, None, f"编号 {path.stem} 已用在 {first[path.stem].name}。", "请只留一个。"))
            continue
        others = {other.stem for other in sidecars} - {path.stem}
        try:
            description = read_located(path)
        except UnreadableFile as error:
            faults.append(error.fault)
            claimed.update(document_names(path))
            continue
        document, wrong = _read_one(path, description, others, today, bureaus)
        # Whatever file it means, its document has a side-car.
        names, file = document_names(path), texts_of(description).get("file")
        claimed.update({file} if file in names else names)
        faults += wrong
        if document is not None:
            documents[path.stem] = document
    faults += _unclaimed([file for file in files if file not in sidecars], claimed)
    return Documents(documents), tuple(faults)


def _read_one(
    path: Path, description: LocatedYaml, others: Collection[str], today: date, bureaus: BureauNames
) -> tuple[Document | None, list[Fault]]:
    faults = list(sidecar_faults(path, description, others, bureaus))
    texts = texts_of(description)
    # A faulty side-car does not hide what is wrong with its document; a path that leads elsewhere is not followed.
    if "file" not in texts or any(fault.code == "file-name" for fault in faults):
        return None, faults
    file = path.parent / texts["file"]
    try:
        paragraphs = read_paragraphs(file)
    except UnreadableFile as error:
        return None, [*faults, error.fault]
    if faults:
        return None, faults
    own = bureaus.split("、".join(description.value.get("bureaus") or ()))
    text, clauses = split_clauses(path.stem, texts["title"], paragraphs, own, bureaus)
    if not clauses:
        return None, [Fault("empty", file, None, "除标题外没有文字。", "请检查文件内容。")]
    issued = day(texts["date"])
    assert issued is not None  # or there were a fault
    document = Document(
        slug=path.stem,
        title=texts["title"],
        issuer=texts["issuer"],
        date=issued,
        standing=Standing(texts["standing"]),
        valid_from=day(texts.get("valid_from")),
        valid_until=day(texts.get("valid_until")),
        superseded_by=texts.get("superseded_by"),
        bureaus=own,
        file=file,
        text=text,
        clauses=clauses,
        read_on=today,
    )
    return document, []


def _unclaimed(files: Sequence[Path], claimed: set[str]) -> Iterator[Fault]:
    for file in files:
        if file.suffix not in SUFFIXES:
            yield Fault("format", file, None, f"不能读 {file.suffix} 文件。", "请另存为 .docx 或文字版 .pdf，后缀用小写。")
        elif file.name not in claimed:
            hint = f"请在旁边写一个 {file.stem}.yml，file 写 {file.name}；不用的文件请移走。"
            yield Fault("missing-sidecar", file, None, "没有说明文件。", hint)
