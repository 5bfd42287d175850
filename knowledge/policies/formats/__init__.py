"""Opens a document's file, whatever its format, as paragraphs."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

from knowledge.errors import Fault
from knowledge.library.located import UnreadableFile
from knowledge.policies.formats.text import read_markdown, read_plain
from knowledge.policies.paragraph import Paragraph, tidy

MAX_BYTES = 20 * 1024 * 1024
MAX_CHARACTERS = 1_000_000
SUFFIXES = (".txt", ".md", ".docx", ".pdf")


def read_paragraphs(path: Path) -> tuple[Paragraph, ...]:
    """The file's paragraphs, none of them empty.

    Raises UnreadableFile. A file over MAX_BYTES is not opened, and reading stops once there are over MAX_CHARACTERS.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableFile(Fault("unreadable", path, None, "不是普通文件。", "请放入文件本身。"))
        if status.st_size > MAX_BYTES:
            size = f"文件有 {status.st_size / 1024**2:.1f} MB，超过 {MAX_BYTES // 1024**2} MB。"
            raise UnreadableFile(Fault("too-long", path, None, size, "请压缩图片，或按章节分成几个文件。"))
        paragraphs = tuple(_limited(path, _open(path)))
    except FileNotFoundError as error:
        raise UnreadableFile(
            Fault("missing-file", path, None, "没有这个文件。", "请检查说明文件里的 file，或把文件放到它旁边。")
        ) from error
    except OSError as error:
        raise UnreadableFile(Fault("unreadable", path, None, f"文件打不开：{error.strerror}。", "请检查读取权限。")) from error
    if not paragraphs:
        raise UnreadableFile(Fault("empty", path, None, "文件里没有文字。", "请检查文件内容。"))
    return paragraphs


def _open(path: Path) -> Iterator[Paragraph]:
    # The libraries for Word and PDF are large; they wait until there is such a file.
    if path.suffix == ".docx":
        from knowledge.policies.formats.word import read_word

        return read_word(path)
    if path.suffix == ".pdf":
        from knowledge.policies.formats.pdf import read_pdf

        return read_pdf(path)
    return read_markdown(path) if path.suffix == ".md" else read_plain(path)


def _limited(path: Path, paragraphs: Iterator[Paragraph]) -> Iterator[Paragraph]:
    characters = 0
    for paragraph in paragraphs:
        characters += len(paragraph.text)
        if characters > MAX_CHARACTERS:
            raise UnreadableFile(Fault("too-long", path, None, f"文字超过 {MAX_CHARACTERS} 个字。", "请按章节分成几个文件。"))
        if text := tidy(paragraph.text):
            yield Paragraph(text, paragraph.heading, paragraph.is_whole)
