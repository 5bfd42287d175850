"""Policy documents: how each format is read and split by its own numbering, and how each fault is named. All documents are made up."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import docx
import pypdf
import pytest
from docx.document import Document as WordDocument

from knowledge.errors import Fault, LibraryError
from knowledge.plan import BureauNames, Role
from knowledge.policies import Document, Standing, check_documents, document_files, read_documents
from knowledge.policies.formats import MAX_BYTES, MAX_CHARACTERS
from tests.knowledge.pdf_file import write_pdf
from tests.knowledge.word_file import add_footnotes, add_list, in_list, xml

TODAY = date(2026, 11, 1)
MADE_UP = Path(__file__).parent / "documents"
GOOD: Mapping[str, str] = {"title": "测试办法", "issuer": "测试单位", "date": "2026-01-31", "standing": "in force"}
NOTE = "（责任单位：市商务局牵头，市财政局配合）"


def _describe(file: Path, **more: str) -> Path:
    """Write a document's side-car; a key with an empty value is left out."""
    described = {**GOOD, "file": file.name, **more}
    sidecar = file.with_suffix(".yml")
    sidecar.write_text("".join(f"{key}: {value}\n" for key, value in described.items() if value), encoding="utf-8")
    return sidecar


def _text(folder: Path, text: str | bytes, name: str = "test.txt", **more: str) -> Path:
    """A document of text with its side-car."""
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    _describe(file, **more)
    return file


def _word(folder: Path, document: WordDocument) -> Path:
    file = folder / "test.docx"
    document.save(str(file))
    _describe(file)
    return file


def _only(folder: Path, bureaus: BureauNames) -> Document:
    """The one document of a folder without faults, each sentence and clause of which is verbatim."""
    (document,) = read_documents(folder, TODAY, bureaus).by_slug.values()
    for clause in document.clauses:
        assert clause.text == document.text[clause.span.start : clause.span.end]
        for sentence in clause.sentences:
            assert sentence.text == document.text[sentence.span.start : sentence.span.end]
            assert sentence.text in clause.text
    ids = [sentence.id for clause in document.clauses for sentence in clause.sentences]
    assert len(ids) == len(set(ids))
    return document


def _numbers(document: Document) -> list[str]:
    return [clause.number for clause in document.clauses]


def _faults(folder: Path, bureaus: BureauNames) -> tuple[Fault, ...]:
    """What is wrong with a folder; each fault says where and what to do."""
    _, faults = check_documents(folder, TODAY, bureaus)
    assert all(fault.file.parent == folder and fault.reason and fault.hint for fault in faults)
    return faults


def _fault(folder: Path, bureaus: BureauNames) -> Fault:
    (fault,) = _faults(folder, bureaus)
    return fault


# The two made-up documents


def test_a_word_file_is_split_by_its_articles(bureaus: BureauNames) -> None:
    document = read_documents(MADE_UP, TODAY, bureaus).by_slug["test-talent-flats"]
    cited = {clause.id.removeprefix("test-talent-flats/"): clause.number for clause in document.clauses}
    assert cited == {
        "0": "引言",
        "1": "第一条",
        "2": "第二条",
        "3": "第三条",
        "3-1": "第三条（一）",
        "3-2": "第三条（二）",
        "4": "第四条",
        "5": "第五条",
    }
    clause = document.by_id["test-talent-flats/3-2"]
    assert clause.text == "（二）在湛江市区没有自有住房。"
    assert clause.heading_path == ("第二章 申请与租金", "第三条 同时符合下列条件的员工可以申请", "（二）在湛江市区没有自有住房")
    assert (document.title, document.issuer) == ("湛江市转移企业人才公寓办法（测试文件，非真实政策）", "测试单位（非真实机关）")
    assert (document.date, document.standing, document.read_on) == (date(2026, 3, 2), Standing.IN_FORCE, TODAY)


def test_a_word_file_is_read_with_its_footnotes_and_tables(bureaus: BureauNames) -> None:
    clauses = read_documents(MADE_UP, TODAY, bureaus).by_slug["test-talent-flats"].by_id
    assert [sentence.text for sentence in clauses["test-talent-flats/2"].sentences][1:] == ["脚注：不包括普通商品住房。"]
    assert [(sentence.id, sentence.text) for sentence in clauses["test-talent-flats/4"].sentences] == [
        ("test-talent-flats/4:1", "第四条 租金按照下表执行："),
        ("test-talent-flats/4:2", "户型：单间；面积：二十五平方米；每月租金：三百元"),
        ("test-talent-flats/4:3", "户型：一房一厅；面积：四十平方米；每月租金：五百元"),
    ]


def test_the_sidecar_says_who_is_in_charge_of_what_no_clause_assigns(bureaus: BureauNames) -> None:
    document = read_documents(MADE_UP, TODAY, bureaus).by_slug["test-talent-flats"]
    assert document.bureaus == ("市住房和城乡建设局",)
    assert all(clause.bureaus(Role.PRINCIPAL) == document.bureaus for clause in document.clauses)


def test_a_markdown_file_is_split_by_its_numbers_below_its_headings(bureaus: BureauNames) -> None:
    documents = read_documents(MADE_UP, TODAY, bureaus)
    document = documents.by_slug["test-park-shuttle"]
    cited = {clause.id.removeprefix("test-park-shuttle/"): (clause.number, clause.title) for clause in document.clauses}
    assert cited == {
        "0": ("引言", "引言"),
        "1-1": ("一（一）", "固定班线"),
        "1-2": ("一（二）", "预约班线"),
        "2-1": ("二（一）", "补贴对象"),
        "2-2": ("二（二）", "补贴金额"),
        "3": ("三", "其他"),
    }
    clause = document.by_id["test-park-shuttle/2-2"]
    assert clause.heading_path == ("二、补贴标准", "（二）补贴金额")
    assert [sentence.text for sentence in clause.sentences] == [
        "（二）补贴金额。",
        "按照下表发放：",
        "班线：固定班线；每班补贴：六十元；每年上限：九万元",
        "班线：预约班线；每班补贴：四十元；每年上限：三万元",
        "（责任单位：市交通运输局牵头，市财政局配合）",
    ]
    assert (clause.bureaus(Role.PRINCIPAL), clause.bureaus(Role.SUPPORTING)) == (("市交通运输局",), ("市财政局",))
    assert documents.by_clause[clause.id] is document


def test_the_made_up_documents_are_marked_as_such_and_verbatim(bureaus: BureauNames) -> None:
    for document in read_documents(MADE_UP, TODAY, bureaus).by_slug.values():
        assert "测试文件，非真实政策" in document.title
        for clause in document.clauses:
            assert clause.text == document.text[clause.span.start : clause.span.end]
            assert all(s.text == document.text[s.span.start : s.span.end] for s in clause.sentences)


# Numbering

NUMBERINGS = [
    (
        "第一章 总则\n第一条 甲。\n第二条 乙：\n（一）丙；\n（二）丁。\n第二章 附则\n第三条 戊。",
        "第一条 第二条 第二条（一） 第二条（二） 第三条",
    ),
    (
        "一、总则\n（一）甲\n1.乙。\n（1）丙。\n①丁。\n2.戊。\n（二）己。\n二、附则\n庚。",
        "一（一）1 一（一）1（1） 一（一）1（1）① 一（一）2 一（二） 二",
    ),
    ("1 总则\n1.1 目的\n甲。\n1.2 范围\n1.2.1 乙。\n2 附则\n2.1 丙。", "1.1 1.2.1 2.1"),
    ("一、甲。\n1.5亿元以上的项目另议。\n2026年起执行。\n30日内答复。", "一"),
    ("第一条 甲。\n第一条规定的条件，从其规定。\n第二条第一款所称企业是指乙。\n第二条 丙。", "第一条 第二条"),
    ("一、甲\n1.乙。\n附件1\n1.丙。\n2.丁。\n附件2\n一、戊。", "一1 附件1 1 附件1 2 附件2一"),
    ("各园区：\n现将有关事项通知如下。\n特此通知。", "¶1 ¶2 ¶3"),
    ("甲说明。\n一、乙。\n二、丙。", "引言 一 二"),
]


@pytest.mark.parametrize(("body", "numbers"), NUMBERINGS, ids=[numbers for _, numbers in NUMBERINGS])
def test_a_text_is_split_by_whatever_numbers_it_carries(tmp_path: Path, bureaus: BureauNames, body: str, numbers: str) -> None:
    _text(tmp_path, f"测试办法\n{body}\n")
    found = " ".join(_numbers(_only(tmp_path, bureaus)))
    assert found == numbers


def test_a_number_that_is_used_twice_gives_two_ids(tmp_path: Path, bureaus: BureauNames) -> None:
    _text(tmp_path, "测试办法\n一、甲。\n二、乙。\n一、丙。\n")
    assert [clause.id for clause in _only(tmp_path, bureaus).clauses] == ["test/1", "test/2", "test/1x2"]


def test_a_title_over_several_lines_is_not_a_clause(tmp_path: Path, bureaus: BureauNames) -> None:
    _text(tmp_path, "湛江市\n测试办法\n（试行）\n\n一、甲。\n", title="湛江市测试办法（试行）")
    assert _numbers(_only(tmp_path, bureaus)) == ["一"]


NOTES = [
    f"一、甲。\n{NOTE}",
    f"一、甲。 {NOTE}",
    f"一、甲。{NOTE}",
    f"一、甲{NOTE}。",
    "一、甲。（责任单位：市商务局，市财政局）",
]


@pytest.mark.parametrize("body", NOTES, ids=repr)
def test_a_note_at_the_end_of_a_clause_says_who_is_in_charge(tmp_path: Path, bureaus: BureauNames, body: str) -> None:
    _text(tmp_path, body, bureaus="[市教育局]")
    (clause,) = _only(tmp_path, bureaus).clauses
    assert (clause.bureaus(Role.PRINCIPAL), clause.bureaus(Role.SUPPORTING)) == (("市商务局",), ("市财政局",))
    assert [sentence.names_responsibility for sentence in clause.sentences] == [False, True]
    assert clause.title == "甲"


def test_a_note_of_bureaus_with_brackets_in_their_names_is_one_sentence(tmp_path: Path, bureaus: BureauNames) -> None:
    _text(tmp_path, "一、甲。（责任单位：各县（市、区）政府（管委会））另见附件。")
    (clause,) = _only(tmp_path, bureaus).clauses
    assert clause.bureaus(Role.PRINCIPAL) == ("各县（市、区）政府（管委会）",)
    assert clause.sentences[-1].text == "另见附件。"


@pytest.mark.parametrize("note", ["（责任单位：省测试厅）", "（责任单位：没有写完"])
def test_a_note_that_names_no_known_bureau_leaves_it_to_the_sidecar(tmp_path: Path, bureaus: BureauNames, note: str) -> None:
    _text(tmp_path, f"一、甲。{note}\n", bureaus="[市教育局]")
    (clause,) = _only(tmp_path, bureaus).clauses
    assert clause.bureaus(Role.PRINCIPAL) == ("市教育局",)
    assert clause.text == f"一、甲。{note}"


# Text and Markdown


def test_a_byte_order_mark_and_windows_line_ends_are_no_fault(tmp_path: Path, bureaus: BureauNames) -> None:
    _text(tmp_path, b"\xef\xbb\xbf" + "一、甲。\r\n\r\n二、乙。\r\n".encode())
    assert _only(tmp_path, bureaus).text == "一、甲。\n二、乙。"


def test_markdown_is_read_without_its_signs(tmp_path: Path, bureaus: BureauNames) -> None:
    body = (
        "# 测试办法\n\n<!-- 内部备注\n不公开 -->\n## 申请\n**企业**可以申请，见 1\\. 款。\n---\n- 营业执照\n> 注意\n\n## 发放\n每年一次。\n"
    )
    _text(tmp_path, body, "test.md")
    document = _only(tmp_path, bureaus)
    assert document.text == "测试办法\n申请\n企业可以申请，见 1. 款。\n营业执照\n注意\n发放\n每年一次。"
    assert [(clause.id, clause.number) for clause in document.clauses] == [("test/h1", "“申请”"), ("test/h2", "“发放”")]


@pytest.mark.parametrize(
    ("raw", "line", "words"),
    [
        ("Test\n一、甲。\n".encode("gbk"), 2, "GBK"),
        (b"ok\nok\n\xff\xff\xff", 3, "另存为 UTF-8"),
        ("一、甲。".encode("utf-16"), 1, "另存为 UTF-8"),
        (b"ok\n\0\0", 2, "不是文本"),
    ],
    ids=["gbk", "binary", "utf-16", "zeros"],
)
@pytest.mark.parametrize("name", ["test.txt", "test.md"])
def test_text_in_another_encoding_is_told_with_its_line(
    tmp_path: Path, bureaus: BureauNames, raw: bytes, line: int, words: str, name: str
) -> None:
    file = _text(tmp_path, raw, name)
    fault = _fault(tmp_path, bureaus)
    assert (fault.code, fault.file, fault.line) == ("encoding", file, line)
    assert words in str(fault)


SLOW = ["<!--", "# #", "|-", "| a |\n|-", "**甲__", "（责任单位：", "（责任单位：（", "第一", "1.", "[", "- "]


@pytest.mark.parametrize("words", SLOW, ids=repr)
def test_a_text_that_repeats_a_sign_without_end_is_read_soon(tmp_path: Path, bureaus: BureauNames, words: str) -> None:
    _text(tmp_path, words * (100_000 // len(words)) + "x", "test.md")
    start = time.perf_counter()
    check_documents(tmp_path, TODAY, bureaus)
    assert time.perf_counter() - start < 2


# Word


def test_numbers_that_word_counts_itself_are_read(tmp_path: Path, bureaus: BureauNames) -> None:
    document = docx.Document()
    document.add_paragraph("测试办法", style="Title")
    add_list(document, [("japaneseCounting", "第%1条"), ("chineseCounting", "（%2）"), ("decimal", "%3.")])
    for depth, words in [
        (0, "规定甲。"),
        (0, "乙："),
        (1, "丙；"),
        (2, "500万元以上的。"),
        (2, "丁。"),
        (1, "戊。"),
        (0, "己："),
        (1, "庚。"),
    ]:
        in_list(document.add_paragraph(words), depth)
    _word(tmp_path, document)
    read = _only(tmp_path, bureaus)
    assert _numbers(read) == [
        "第一条",
        "第二条",
        "第二条（一）",
        "第二条（一）1",
        "第二条（一）2",
        "第二条（二）",
        "第三条",
        "第三条（一）",
    ]
    assert read.by_id["test/1"].text == "第一条 规定甲。"
    assert read.by_id["test/2-1-1"].text == "1. 500万元以上的。"


def test_bullets_have_no_number_and_the_eleventh_article_has_one(tmp_path: Path, bureaus: BureauNames) -> None:
    document = docx.Document()
    add_list(document, [("japaneseCounting", "第%1条"), ("bullet", "·")])
    for number in range(21):
        in_list(document.add_paragraph(f"内容{number}。"), 0)
    in_list(document.add_paragraph("没有编号。"), 1)
    _word(tmp_path, document)
    read = _only(tmp_path, bureaus)
    assert _numbers(read)[9:12] == ["第十条", "第十一条", "第十二条"]
    assert read.clauses[-1].text == "第二十一条 内容20。\n没有编号。"


def test_word_headings_are_numbers_where_there_are_no_others(tmp_path: Path, bureaus: BureauNames) -> None:
    document = docx.Document()
    for level, words in [(1, "申请"), (2, "条件"), (2, "材料"), (1, "发放")]:
        document.add_heading(words, level)
        document.add_paragraph(f"{words}的内容。")
    _word(tmp_path, document)
    assert _numbers(_only(tmp_path, bureaus)) == ["“申请”", "“申请”“条件”", "“申请”“材料”", "“发放”"]


def test_tables_with_joined_cells_and_footnotes_are_read(tmp_path: Path, bureaus: BureauNames) -> None:
    document = docx.Document()
    article = document.add_paragraph("一、标准如下：")
    table = document.add_table(4, 3)
    table.cell(0, 0).merge(table.cell(0, 2)).text = "补贴标准"
    for row, words in enumerate([("行业", "金额", "期限"), ("制造业", "五百元", "一年"), ("", "六百元", "两年")], 1):
        for column, word in enumerate(words):
            table.cell(row, column).text = word
    table.cell(2, 0).merge(table.cell(3, 0))
    add_footnotes(document, [(article, "以人民币计。")])
    _word(tmp_path, document)
    (clause,) = _only(tmp_path, bureaus).clauses
    assert [sentence.text for sentence in clause.sentences] == [
        "一、标准如下：",
        "脚注：以人民币计。",
        "补贴标准",
        "行业：制造业；金额：五百元；期限：一年",
        "行业：制造业；金额：六百元；期限：两年",
    ]


def test_a_word_file_under_revision_is_refused(tmp_path: Path, bureaus: BureauNames) -> None:
    document = docx.Document()
    document.add_paragraph("一、甲。")._p.append(xml('<w:ins w:id="1" w:author="a"><w:r><w:t>乙</w:t></w:r></w:ins>'))
    file = _word(tmp_path, document)
    fault = _fault(tmp_path, bureaus)
    assert (fault.code, fault.file) == ("tracked-changes", file)
    assert "接受或拒绝全部修订" in fault.hint


def _with_part(file: Path, name: str, content: bytes) -> None:
    """Put a part into an archive, instead of the one of that name."""
    with zipfile.ZipFile(file) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, old in (parts | {name: content}).items():
            archive.writestr(part, old)


@pytest.mark.parametrize("part", ["word/document.xml", "word/media/image1.png", "word/other.bin"])
def test_a_small_word_file_that_unpacks_to_a_large_one_is_refused_at_once(tmp_path: Path, bureaus: BureauNames, part: str) -> None:
    file = _word(tmp_path, docx.Document())
    _with_part(file, part, bytes(120 * 1024 * 1024))
    assert file.stat().st_size < 1024 * 1024
    start = time.perf_counter()
    fault = _fault(tmp_path, bureaus)
    assert time.perf_counter() - start < 1
    assert (fault.code, fault.file) == ("zip-bomb", file)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_word_file_with_entities_is_refused(tmp_path: Path, bureaus: BureauNames, encoding: str) -> None:
    file = _word(tmp_path, docx.Document())
    laughs = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a [<!ENTITY b "{"哈" * 1000}">]><a>{"&b;" * 1000}</a>'
    _with_part(file, "word/document.xml", laughs.encode(encoding))
    assert _fault(tmp_path, bureaus).code == "xml-entities"


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-2000])


def _cut_beginning(file: Path) -> None:
    file.write_bytes(file.read_bytes()[2000:])


def _without_document(file: Path) -> None:
    _with_part(file, "word/document.xml", b"<not-word/>")


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (_cut, "broken"),
        (_cut_beginning, "broken"),
        (_without_document, "broken"),
        (lambda file: file.write_bytes(b"no archive"), "broken"),
        (lambda file: file.write_bytes(b"PK\x03\x04"), "broken"),
        (lambda file: file.write_bytes(b""), "broken"),
        (lambda file: _with_part(file, "[Content_Types].xml", b"<"), "broken"),
        (lambda file: file.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)), "encrypted"),
    ],
    ids=["end cut off", "beginning cut off", "another XML", "no archive", "only a signature", "empty file", "no content types", "locked"],
)
def test_a_word_file_that_cannot_be_opened_is_told(tmp_path: Path, bureaus: BureauNames, spoil: object, code: str) -> None:
    document = docx.Document()
    document.add_paragraph("一、甲。")
    file = _word(tmp_path, document)
    assert callable(spoil)
    spoil(file)
    fault = _fault(tmp_path, bureaus)
    assert (fault.code, fault.file, fault.line) == (code, file, None)


# PDF

PAGES = [
    ["测试办法", "第一条 为了检验程序能否把一行写不完的一句话重新接起来，现在特意写得很长很", "长。", "第二条 乙：", "（一）丙；", "- 1 -"],
    ["（二）丁。", "第三条 戊。", "第 2 页 共 2 页"],
]


def test_a_pdf_with_text_is_put_together_from_its_lines(tmp_path: Path, bureaus: BureauNames) -> None:
    _describe(write_pdf(tmp_path / "test.pdf", PAGES))
    document = _only(tmp_path, bureaus)
    assert _numbers(document) == ["第一条", "第二条", "第二条（一）", "第二条（二）", "第三条"]
    assert document.clauses[0].text == "第一条 为了检验程序能否把一行写不完的一句话重新接起来，现在特意写得很长很长。"
    assert "页" not in document.text


@pytest.mark.parametrize(("pages", "page"), [([[], []], 1), ([PAGES[0], []], 2)])
def test_a_scanned_pdf_is_refused_with_its_page(tmp_path: Path, bureaus: BureauNames, pages: list[list[str]], page: int) -> None:
    file = write_pdf(tmp_path / "test.pdf", pages)
    _describe(file)
    fault = _fault(tmp_path, bureaus)
    assert (fault.code, fault.file, fault.line) == ("scanned", file, None)
    assert f"第 {page} 页没有文字" in fault.reason
    assert "OCR" in fault.hint


def _lock(folder: Path, password: str) -> Path:
    writer = pypdf.PdfWriter(clone_from=write_pdf(folder / "open.pdf", PAGES))
    (folder / "open.pdf").unlink()
    writer.encrypt(user_password=password, owner_password="owner", algorithm="AES-256")
    file = folder / "test.pdf"
    writer.write(file)
    _describe(file)
    return file


def test_a_pdf_with_a_password_is_refused(tmp_path: Path, bureaus: BureauNames) -> None:
    file = _lock(tmp_path, "secret")
    assert _fault(tmp_path, bureaus) == Fault("encrypted", file, None, "PDF 有打开密码。", "请另存一份没有密码的文件。")


def test_a_pdf_that_is_locked_against_changes_only_is_read(tmp_path: Path, bureaus: BureauNames) -> None:
    _lock(tmp_path, "")
    assert _numbers(_only(tmp_path, bureaus))[0] == "第一条"


@pytest.mark.parametrize("content", ["", "no PDF", "%PDF-1.4\n", "%PDF-1.4\ntrailer <</Root 1 0 R>>\n%%EOF"])
def test_a_broken_pdf_is_told(tmp_path: Path, bureaus: BureauNames, content: str) -> None:
    file = _text(tmp_path, content, "test.pdf")
    fault = _fault(tmp_path, bureaus)
    assert (fault.code, fault.file, fault.line) == ("broken", file, None)


# Whatever the format

SUFFIXES = [".txt", ".md", ".docx", ".pdf"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_large_file_is_not_opened(tmp_path: Path, bureaus: BureauNames, suffix: str) -> None:
    file = tmp_path / f"test{suffix}"
    with file.open("wb") as sparse:
        sparse.truncate(50 * 1024 * 1024)
    _describe(file)
    start = time.perf_counter()
    fault = _fault(tmp_path, bureaus)
    assert time.perf_counter() - start < 1
    assert fault == Fault("too-long", file, None, "文件有 50.0 MB，超过 20 MB。", "请压缩图片，或按章节分成几个文件。")


@pytest.mark.parametrize("name", ["test.txt", "test.md"])
def test_a_text_with_too_many_characters_is_refused_soon(tmp_path: Path, bureaus: BureauNames, name: str) -> None:
    line = "一、甲。" * 10 + "\n"
    text = line * (MAX_CHARACTERS // len(line) + MAX_CHARACTERS // 10)
    assert len(text.encode()) < MAX_BYTES
    _text(tmp_path, text, name)
    start = time.perf_counter()
    fault = _fault(tmp_path, bureaus)
    assert time.perf_counter() - start < 5
    assert (fault.code, fault.reason) == ("too-long", f"文字超过 {MAX_CHARACTERS} 个字。")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_missing_file_is_told(tmp_path: Path, bureaus: BureauNames, suffix: str) -> None:
    file = tmp_path / f"test{suffix}"
    _describe(file)
    hint = "请检查说明文件里的 file，或把文件放到它旁边。"
    assert _fault(tmp_path, bureaus) == Fault("missing-file", file, None, "没有这个文件。", hint)


def test_a_folder_in_place_of_a_file_is_told(tmp_path: Path, bureaus: BureauNames) -> None:
    (tmp_path / "test.txt").mkdir()
    _describe(tmp_path / "test.txt")
    assert _fault(tmp_path, bureaus).code == "unreadable"


@pytest.mark.parametrize("text", ["", "\n \n", "测试办法\n"], ids=["nothing", "spaces", "only the title"])
def test_a_document_without_text_is_told(tmp_path: Path, bureaus: BureauNames, text: str) -> None:
    file = _text(tmp_path, text)
    fault = _fault(tmp_path, bureaus)
    assert (fault.code, fault.file) == ("empty", file)


# Side-cars


def test_a_document_without_sidecar_is_told(tmp_path: Path, bureaus: BureauNames) -> None:
    file = tmp_path / "test.txt"
    file.write_text("一、甲。", encoding="utf-8")
    hint = "请在旁边写一个 test.yml，file 写 test.txt；不用的文件请移走。"
    assert _fault(tmp_path, bureaus) == Fault("missing-sidecar", file, None, "没有说明文件。", hint)


def test_a_second_file_that_the_sidecar_does_not_name_is_told(tmp_path: Path, bureaus: BureauNames) -> None:
    _text(tmp_path, "一、甲。")
    other = tmp_path / "test.md"
    other.write_text("一、甲。", encoding="utf-8")
    fault = _fault(tmp_path, bureaus)
    assert (fault.code, fault.file) == ("missing-sidecar", other)


WRONG = [
    ("issuer: 测试单位", "isuer: 测试单位", [("unknown-key", 2, "不认识 isuer。"), ("missing-key", 1, "缺少 issuer。")]),
    ("issuer: 测试单位\n", "", [("missing-key", 1, "缺少 issuer。")]),
    ("issuer: 测试单位", "issuer:", [("type", 2, "issuer 应为文字。")]),
    ("issuer: 测试单位", "issuer: 12", [("type", 2, "issuer 应为文字。")]),
    ("date: 2026-01-31", "date: 2026-02-30", [("date", 3, "date 不是日期：2026-02-30。")]),
    ("date: 2026-01-31", "date: 2026年1月31日", [("date", 3, "date 不是日期：2026年1月31日。")]),
    ("date: 2026-01-31", "date: 20260131", [("type", 3, "date 应为文字。")]),
    ("date: 2026-01-31", "date: 2026-01-31\nvalid_until: 2026-W05-1", [("date", 4, "valid_until 不是日期")]),
    ("date: 2026-01-31", "valid_from: 2026-03-01\nvalid_until: 2026-02-28\ndate: 2026-01-31", [("dates", 4, "在 2026-03-01 开始")]),
    ("standing: in force", "standing: 现行", [("standing", 4, "不认识的状态：现行。")]),
    ("standing: in force", "standing: in force\nsuperseded_by: other", [("standing", 5, "状态却不是 superseded")]),
    ("standing: in force", "bureaus: 市商务局\nstanding: in force", [("type", 4, "bureaus 应为单位名称的列表。")]),
    ("standing: in force", "bureaus: [1]\nstanding: in force", [("type", 4, "bureaus 应为单位名称的列表。")]),
    (
        "standing: in force",
        "bureaus:\n  - 市商务局\n  - 火星局\n  - 市教育局\nstanding: in force",
        [("unknown-bureau", 6, "没有单位“火星局”。")],
    ),
    ("file: test.txt\n", "", [("missing-key", 1, "缺少 file。")]),
    ("file: test.txt", "file: ../test.txt", [("file-name", 5, "file 不能是 ../test.txt。")]),
    ("file: test.txt", "file: /etc/passwd", [("file-name", 5, "file 不能是 /etc/passwd。")]),
    ("file: test.txt", "file: other.txt", [("file-name", 5, "file 不能是 other.txt。")]),
    ("file: test.txt", "file: test.doc", [("file-name", 5, "file 不能是 test.doc。")]),
    ("issuer: 测试单位", "issuer: 测试: 单位", [("yaml", 2, "不是有效的 YAML")]),
    ("issuer: 测试单位", "issuer: 甲\nissuer: 乙", [("duplicate-key", 3, "issuer 在同一条里写了两次。")]),
    ("issuer: 测试单位", "title: 甲", [("duplicate-key", 2, "title 在同一条里写了两次。")]),
]


@pytest.mark.parametrize(("old", "new", "told"), WRONG, ids=[f"{told[0][0]}-{i}" for i, (_, _, told) in enumerate(WRONG)])
def test_each_fault_of_a_sidecar_is_told_with_its_line(
    tmp_path: Path, bureaus: BureauNames, old: str, new: str, told: list[tuple[str, int, str]]
) -> None:
    sidecar = _text(tmp_path, "一、甲。").with_suffix(".yml")
    text = sidecar.read_text(encoding="utf-8")
    assert old in text
    sidecar.write_text(text.replace(old, new), encoding="utf-8")
    faults = _faults(tmp_path, bureaus)
    assert [(fault.code, fault.line) for fault in faults] == [(code, line) for code, line, _ in told]
    assert all(fault.file == sidecar for fault in faults)
    assert all(reason in fault.reason for fault, (_, _, reason) in zip(faults, told, strict=True))


@pytest.mark.parametrize("content", ["", "- 甲\n", "测试办法\n", "# 只有注释\n"])
def test_a_sidecar_that_is_no_mapping_is_told(tmp_path: Path, bureaus: BureauNames, content: str) -> None:
    sidecar = _text(tmp_path, "一、甲。").with_suffix(".yml")
    sidecar.write_text(content, encoding="utf-8")
    fault = _fault(tmp_path, bureaus)
    assert (fault.code, fault.file, fault.line) == ("shape", sidecar, 1)


def test_a_gbk_sidecar_is_told_with_its_line(tmp_path: Path, bureaus: BureauNames) -> None:
    sidecar = _text(tmp_path, "一、甲。").with_suffix(".yml")
    sidecar.write_bytes(b"# one\n" + "title: 测试办法\n".encode("gbk"))
    fault = _fault(tmp_path, bureaus)
    assert (fault.code, fault.file, fault.line) == ("encoding", sidecar, 2)
    assert "GBK" in fault.hint


@pytest.mark.parametrize("slug", ["Test", "test_1", "测试", "test 1", "test.1"])
def test_a_file_name_that_is_no_slug_is_told(tmp_path: Path, bureaus: BureauNames, slug: str) -> None:
    sidecar = _text(tmp_path, "一、甲。", f"{slug}.txt").with_suffix(".yml")
    hint = "文件名只用小写字母、数字和连字符。"
    assert _fault(tmp_path, bureaus) == Fault("slug", sidecar, None, f"文件名 {slug} 不能作编号。", hint)


def test_two_sidecars_of_one_slug_are_told(tmp_path: Path, bureaus: BureauNames) -> None:
    sidecar = _text(tmp_path, "一、甲。").with_suffix(".yml")
    (tmp_path / "test.yaml").write_bytes(sidecar.read_bytes())
    assert _fault(tmp_path, bureaus) == Fault("duplicate-slug", sidecar, None, "编号 test 已用在 test.yaml。", "请只留一个。")


def test_a_faulty_sidecar_does_not_hide_what_is_wrong_with_its_document(tmp_path: Path, bureaus: BureauNames) -> None:
    _text(tmp_path, "一、甲。".encode("gbk"), date="明天")
    assert [fault.code for fault in _faults(tmp_path, bureaus)] == ["date", "encoding"]


# The folder


@pytest.mark.parametrize("name", ["test.doc", "test.wps", "test.rtf", "test.odt", "test.ofd", "test.DOCX", "test.PDF"])
def test_a_format_that_cannot_be_read_is_refused_with_a_hint(tmp_path: Path, bureaus: BureauNames, name: str) -> None:
    file = tmp_path / name
    file.write_bytes(b"anything")
    reason, hint = f"不能读 {file.suffix} 文件。", "请另存为 .docx 或文字版 .pdf，后缀用小写。"
    assert _fault(tmp_path, bureaus) == Fault("format", file, None, reason, hint)


def test_an_empty_folder_and_none_at_all_hold_no_documents(tmp_path: Path, bureaus: BureauNames) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        assert document_files(folder) == ()
        assert read_documents(folder, TODAY, bureaus).by_slug == {}


def test_what_editors_and_people_leave_lying_about_is_passed_over(tmp_path: Path, bureaus: BureauNames) -> None:
    file = _text(tmp_path, "一、甲。")
    for name in ("README.md", ".hidden.txt", "~$test.docx", "picture.png", "test.yml~"):
        (tmp_path / name).write_bytes(b"anything")
    assert document_files(tmp_path) == (file, file.with_suffix(".yml"))
    assert list(read_documents(tmp_path, TODAY, bureaus).by_slug) == ["test"]


def test_all_faults_are_told_together_and_the_right_documents_are_kept(tmp_path: Path, bureaus: BureauNames) -> None:
    _text(tmp_path, "一、甲。", "right.txt")
    _text(tmp_path, "一、甲。", "wrong.txt", date="明天")
    (tmp_path / "lost.pdf").write_bytes(b"%PDF-")
    documents, _ = check_documents(tmp_path, TODAY, bureaus)
    assert list(documents.by_slug) == ["right"]
    with pytest.raises(LibraryError) as caught:
        read_documents(tmp_path, TODAY, bureaus)
    assert {(fault.file.name, fault.code) for fault in caught.value.faults} == {("wrong.yml", "date"), ("lost.pdf", "missing-sidecar")}


# Whether a document holds


@pytest.mark.parametrize(
    ("more", "days"),
    [
        ({}, [True, True, True, True]),
        ({"standing": "draft"}, [True, True, True, True]),
        ({"standing": "superseded"}, [False, False, False, False]),
        ({"valid_from": "2026-03-01"}, [False, True, True, True]),
        ({"valid_until": "2029-02-28"}, [True, True, True, False]),
        ({"valid_from": "2026-03-01", "valid_until": "2029-02-28"}, [False, True, True, False]),
    ],
)
def test_a_document_may_be_cited_while_it_holds(tmp_path: Path, bureaus: BureauNames, more: dict[str, str], days: list[bool]) -> None:
    _text(tmp_path, "一、甲。", **more)
    document = _only(tmp_path, bureaus)
    asked = (date(2026, 2, 28), date(2026, 3, 1), date(2029, 2, 28), date(2029, 3, 1))
    assert [document.answerable_on(day) for day in asked] == days
    assert document.answerable == document.answerable_on(TODAY)


def test_a_superseded_document_names_its_successor(tmp_path: Path, bureaus: BureauNames) -> None:
    _text(tmp_path, "一、甲。", "old.txt", standing="superseded", superseded_by="new")
    _text(tmp_path, "一、乙。", "new.txt")
    documents = read_documents(tmp_path, TODAY, bureaus)
    old, new = documents.by_slug["old"], documents.by_slug["new"]
    assert (old.standing, old.superseded_by, old.answerable) == (Standing.SUPERSEDED, "new", False)
    assert new.answerable
    assert documents.by_clause["old/1"] is old


@pytest.mark.parametrize("successor", ["none", "old"])
def test_a_successor_that_is_no_other_document_is_told(tmp_path: Path, bureaus: BureauNames, successor: str) -> None:
    sidecar = _text(tmp_path, "一、甲。", "old.txt", standing="superseded", superseded_by=successor).with_suffix(".yml")
    fault = _fault(tmp_path, bureaus)
    assert (fault.code, fault.file, fault.line) == ("unknown-document", sidecar, 6)
    assert successor in fault.reason
