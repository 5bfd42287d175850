"""The list of sites that may embed the widget."""

from __future__ import annotations

from pathlib import Path

import pytest
import structlog

from bot.channels.web.sites import Sites, origin_of, read_sites
from knowledge.errors import LibraryError

SECRET = "s" * 32


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "sites.yml"


def _written(file: Path, text: str) -> Path:
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://www.zhanjiang.gov.cn", "https://www.zhanjiang.gov.cn"),
        ("HTTPS://WWW.Zhanjiang.gov.cn:443", "https://www.zhanjiang.gov.cn"),
        ("http://localhost:80", "http://localhost"),
        ("http://127.0.0.1:8443", "http://127.0.0.1:8443"),
        ("https://xn--fiqs8s.cn", "https://xn--fiqs8s.cn"),
    ],
)
def test_an_origin_is_written_as_browsers_write_it(text: str, origin: str) -> None:
    assert origin_of(text) == origin


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "*",
        "https://",
        "https://*.gov.cn",
        "https://a.cn/",
        "https://a.cn/x",
        "https://a.cn:0",
        "https://a.cn:99999",
        "https://u@a.cn",
        "ftp://a.cn",
        "a.cn",
        "https://a.cn https://b.cn",
        "https://a.cn; script-src *",
        "https://a..cn",
        "https://中国.cn",
        "https://a.cn\n",
    ],
)
def test_nothing_else_is_one_and_nothing_gets_into_the_policy_by_it(text: str) -> None:
    assert origin_of(text) is None


def test_a_site_is_read_with_all_that_it_has(file: Path) -> None:
    _written(
        file,
        f"""
sites:
  - key: portal
    name: 湛江市人民政府门户网站
    origins: ["https://a.gov.cn:443", "https://b.gov.cn:8443", "https://a.gov.cn"]
    secret: {SECRET}
    words: {{zh-Hans: {{greeting: 您好}}}}
  - {{key: nobody, name: 尚未开通, origins: []}}
""",
    )
    sites = read_sites(file)
    assert sites["portal"].origins == ("https://a.gov.cn", "https://b.gov.cn:8443")
    assert sites["portal"].words == {"zh-Hans": {"greeting": "您好"}}
    assert sites["nobody"].origins == ()
    assert SECRET not in repr(sites["portal"])


GOOD = "sites:\n  - key: portal\n    name: 门户\n    origins: []\n"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[]", 1),
        ("other: []", 1),
        ("sites: {}", 1),
        ("sites:\n  - key: portal\n\tname: x\n", 3),
        (GOOD + "  - key: portal\n    name: 门户\n    origins: []\n", 5),
        (GOOD.replace("portal", "Portal!"), 2),
        (GOOD.replace("门户", "''"), 3),
        (GOOD.replace("[]", "https://a.cn"), 4),
        (GOOD.replace("[]", '\n      - https://a.cn\n      - "*"'), 6),
        (GOOD + "    secret: short\n", 5),
        (GOOD + "    colour: red\n", 5),
        (GOOD + "    words:\n      fr: {}\n", 6),
        (GOOD + "    words:\n      en:\n        script: x\n", 7),
        ("sites:\n  - just words\n", 2),
    ],
)
def test_a_fault_is_told_with_its_line(file: Path, text: str, line: int) -> None:
    with pytest.raises(LibraryError) as refused:
        read_sites(_written(file, text))
    assert line in [fault.line for fault in refused.value.faults]


def test_a_secret_that_cannot_be_used_is_not_shown(file: Path) -> None:
    with pytest.raises(LibraryError) as refused:
        read_sites(_written(file, GOOD + "    secret: hunter2\n"))
    assert "hunter2" not in str(refused.value)


def test_a_file_that_is_not_there_is_refused_at_the_start(file: Path) -> None:
    with pytest.raises(LibraryError):
        Sites(file, structlog.get_logger())


def test_a_change_is_used_within_a_second_and_a_faulty_one_leaves_what_was_there(file: Path) -> None:
    told: list[str] = []

    def keep(logger: object, method: str, fields: structlog.types.EventDict) -> structlog.types.EventDict:
        told.append(fields["event"])
        raise structlog.DropEvent

    clock = Clock()
    sites = Sites(_written(file, GOOD), structlog.wrap_logger(structlog.ReturnLogger(), processors=[keep]), clock)
    assert sites.get("portal")
    _written(file, GOOD.replace("portal", "another-portal"))
    assert sites.get("portal"), "it is not looked at for every request"
    clock.now = 1.0
    assert sites.get("portal") is None
    assert sites.get("another-portal")
    _written(file, "sites: nonsense")
    clock.now = 2.0
    assert sites.get("another-portal")
    file.unlink()
    clock.now = 3.0
    assert sites.get("another-portal")
    assert told == ["widget_sites_read", "widget_sites_refused", "widget_sites_refused"]


def test_without_a_file_there_are_no_sites() -> None:
    assert Sites(None, structlog.get_logger()).get("portal") is None
