"""The office's list of bureaus: what is read from it, and how each fault is named."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path

import pytest

from actions.office.bureaus import is_group, read_directory
from actions.office.model import Endpoint, EndpointKind
from knowledge.errors import Fault, LibraryError
from knowledge.plan import BureauNames, Plan
from knowledge.plan.industries import CLAUSE, read_industry_map
from knowledge.sources import FOLDER

SHIPPED = Path(__file__).parents[3] / "actions" / "bureaus.yml"
NAMES = BureauNames(
    {
        "市自然资源局": "市自然资源局",
        "国土局": "市自然资源局",
        "市税务局": "市税务局",
        "税局": "市税务局",
        "各县（市、区）政府（管委会）": "各县（市、区）政府（管委会）",
    }
)
GOOD = """fallback: tax
hours: 工作日 9:00-17:00
bureaus:
  - id: land
    name: 市自然资源局
    topics: [用地]
  - id: tax
    name: 市税务局
    aliases: [地税局]
    hours: 全天
  - id: lianjiang
    name: 廉江市政府
    districts: [廉江市]
"""
SECRET = "whsec_" + base64.b64encode(bytes(range(24))).decode()
OLDER = "whsec_" + base64.b64encode(bytes(range(64))).decode()
ENVIRONMENT = {
    "SECRET": SECRET,
    "ROBOT": "https://robot.example/send?key=0123456789",
    "PLAIN": "http://robot.example/send?key=0123456789",
    "NOT_SIGNING": "hunter2",
    "SHORT": "whsec_" + base64.b64encode(bytes(23)).decode(),
    "LONG": "whsec_" + base64.b64encode(bytes(65)).decode(),
    "NOT_BASE64": f"{SECRET}*",
    "ONE_OF_TWO": f"{SECRET} hunter2",
    "EMPTY": "  ",
}


def _write(folder: Path, text: str) -> Path:
    file = folder / "bureaus.yml"
    file.write_text(text, encoding="utf-8")
    return file


def _faults(folder: Path, text: str, environment: Mapping[str, str] = ENVIRONMENT) -> tuple[Fault, ...]:
    with pytest.raises(LibraryError) as caught:
        read_directory(_write(folder, text), environment, NAMES)
    return caught.value.faults


def _with_endpoint(endpoint: str) -> str:
    """The good file, in which line 7 is an endpoint."""
    return GOOD.replace("topics: [用地]\n", f"topics: [用地]\n    endpoint: {endpoint}\n")


def _endpoint(folder: Path, endpoint: str, environment: Mapping[str, str] = ENVIRONMENT) -> Endpoint | None:
    return read_directory(_write(folder, _with_endpoint(endpoint)), environment, NAMES).by_id["land"].endpoint


def test_a_bureau_is_read_with_its_words_and_hours(tmp_path: Path) -> None:
    directory = read_directory(_write(tmp_path, GOOD), {}, NAMES)
    assert [bureau.id for bureau in directory.bureaus] == ["land", "tax", "lianjiang"]
    assert directory.by_id["land"].topics == ("用地",)
    assert directory.by_id["lianjiang"].districts == ("廉江市",)
    assert [bureau.hours for bureau in directory.bureaus] == ["工作日 9:00-17:00", "全天", "工作日 9:00-17:00"]
    assert directory.fallback == "市税务局"


def test_the_spellings_that_the_plan_knows_are_aliases_too(tmp_path: Path) -> None:
    directory = read_directory(_write(tmp_path, GOOD), {}, NAMES)
    assert directory.by_id["tax"].aliases == ("税局", "地税局")
    assert directory.by_name["国土局"] is directory.by_name["市自然资源局"]


ENDPOINTS = [
    (
        "{kind: webhook, url: 'https://bureau.example:8443/tickets', secret_env: SECRET}",
        Endpoint(EndpointKind.WEBHOOK, "https://bureau.example:8443/tickets", (SECRET,)),
    ),
    ("{kind: webhook, url_env: ROBOT, secret_env: SECRET}", Endpoint(EndpointKind.WEBHOOK, ENVIRONMENT["ROBOT"], (SECRET,))),
    (
        "{kind: webhook, url: 'http://127.0.0.1:9000/', secret_env: SECRET, insecure: true}",
        Endpoint(EndpointKind.WEBHOOK, "http://127.0.0.1:9000/", (SECRET,)),
    ),
    ("{kind: wecom, url_env: ROBOT}", Endpoint(EndpointKind.WECOM, ENVIRONMENT["ROBOT"])),
    ("{kind: dingtalk, url_env: ROBOT, secret_env: NOT_SIGNING}", Endpoint(EndpointKind.DINGTALK, ENVIRONMENT["ROBOT"], ("hunter2",))),
    ("{kind: feishu, url_env: ROBOT}", Endpoint(EndpointKind.FEISHU, ENVIRONMENT["ROBOT"])),
    ("{kind: feishu, url_env: PLAIN, insecure: true}", Endpoint(EndpointKind.FEISHU, ENVIRONMENT["PLAIN"])),
    ("{kind: email, address: land.office@mail.example.org}", Endpoint(EndpointKind.EMAIL, "land.office@mail.example.org")),
]


@pytest.mark.parametrize(("written", "endpoint"), ENDPOINTS)
def test_each_kind_of_endpoint_is_read(tmp_path: Path, written: str, endpoint: Endpoint) -> None:
    assert _endpoint(tmp_path, written) == endpoint


def test_several_secrets_are_kept_in_order_newest_first(tmp_path: Path) -> None:
    endpoint = _endpoint(tmp_path, ENDPOINTS[0][0], {"SECRET": f"{SECRET}  {OLDER}\n"})
    assert endpoint is not None
    assert endpoint.secrets == (SECRET, OLDER)


def test_a_secret_may_lie_in_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(f"{SECRET}\n", encoding="utf-8")
    endpoint = _endpoint(tmp_path, ENDPOINTS[0][0], {"SECRET_FILE": str(tmp_path / "secret")})
    assert endpoint is not None
    assert endpoint.secrets == (SECRET,)


LISTING_FAULTS = [
    ("    topics:", "    topic:", 6, "unknown-key", "land：不认识 topic。（可以用的有：id、name、aliases、topics"),
    ("hours: 工作日", "hour: 工作日", 2, "unknown-key", "不认识 hour。"),
    ("fallback: tax\n", "", 1, "missing-key", "缺少 fallback。"),
    ("    name: 廉江市政府\n", "", 11, "missing-key", "lianjiang：缺少 name。"),
    ("id: land", "id: Land Office", 4, "shape", "id 写得不对：'Land Office'。"),
    ("topics: [用地]", "topics: 用地", 6, "type", "land：topics 应为列表。"),
    ("topics: [用地]", "topics: []", 6, "shape", "land：topics 至少要有一条。"),
    ("id: lianjiang", "id: land", 11, "duplicate-id", "land：编号“land”已写在第 4 行。（请只留在一处。）"),
    ("name: 廉江市政府", "name: 市税务局", 12, "duplicate-name", "lianjiang：称呼“市税务局”已写在第 8 行。"),
    ("[地税局]", "[地税局, 廉江市政府]", 12, "duplicate-name", "lianjiang：称呼“廉江市政府”已写在第 9 行。"),
    ("[地税局]", "[国土局]", 9, "taken-alias", "tax：“国土局”已是市自然资源局的称呼"),
    ("topics: [用地]", "districts: [廉江市]", 13, "duplicate-district", "lianjiang：地方“廉江市”已写在第 6 行。"),
    ("name: 市自然资源局", "name: 国土局", 5, "other-spelling", "land：“国土局”在方案里的全称是“市自然资源局”。（请写“市自然资源局”。）"),
    ("name: 市自然资源局", "name: 市自然资源居", 3, "missing-bureau", "缺少方案点名的市自然资源局。（是不是写成了“市自然资源居”？）"),
    ("  - id: land\n    name: 市自然资源局\n    topics: [用地]\n", "", 3, "missing-bureau", "市自然资源局。（请补上 id 和 name。）"),
    ("name: 廉江市政府", "name: 各县（市、区）政府（管委会）", 12, "group", "lianjiang：“各县（市、区）政府（管委会）”是统称"),
    ("fallback: tax", "fallback: taxes", 1, "unknown-fallback", "兜底单位 taxes 不在清单里。（是不是 tax？）"),
    ("fallback: tax", "fallback: nobody", 1, "unknown-fallback", "（请写 bureaus 里某个单位的 id。）"),
    ("    hours: 全天", "    hours: 全天\n    hours: 半天", 11, "duplicate-key", "hours 在同一条里写了两次。"),
    ("    topics: [用地]", "\ttopics: [用地]", 6, "tab", "行首用了制表符"),
]


@pytest.mark.parametrize(("right", "wrong", "line", "code", "words"), LISTING_FAULTS)
def test_a_fault_of_the_list_is_told_with_its_line(tmp_path: Path, right: str, wrong: str, line: int, code: str, words: str) -> None:
    assert right in GOOD
    (fault,) = _faults(tmp_path, GOOD.replace(right, wrong, 1))
    assert (fault.line, fault.code) == (line, code)
    assert words in str(fault)


ENDPOINT_FAULTS = [
    ("{kind: telegram, url: 'https://a.example'}", "shape", "land：kind 不能是 'telegram'。（可以用的有：webhook、wecom"),
    ("{kind: wecom, url_env: ROBOT, token: x}", "unknown-key", "land：不认识 token。"),
    ("{url_env: ROBOT}", "missing-key", "land：缺少 kind。"),
    ("{kind: webhook, url: 'http://127.0.0.1/', secret_env: SECRET}", "not-https", "url不是 https，线索会被明文传送。"),
    ("{kind: webhook, url: 'http://localhost/', secret_env: SECRET, insecure: false}", "not-https", "加 insecure: true。"),
    ("{kind: webhook, url: 'https://me:pass@a.example/', secret_env: SECRET}", "credentials-in-url", "url带有用户名或密码。"),
    ("{kind: webhook, url: 'https://me@a.example/', secret_env: SECRET}", "credentials-in-url", "请去掉 @ 前面的部分"),
    ("{kind: webhook, url: 'ftp://a.example/', secret_env: SECRET}", "bad-url", "url不是网址。"),
    ("{kind: webhook, url: 'https:///path', secret_env: SECRET}", "bad-url", "url不是网址。"),
    ("{kind: webhook, url: 'https://a.example:99999/', secret_env: SECRET}", "bad-url", "url不是网址。"),
    ('{kind: webhook, url: "https://a.example/\\nb", secret_env: SECRET}', "bad-url", "url不是网址。"),
    ("{kind: webhook, url: 'https://市.example/', secret_env: SECRET}", "bad-url", "url不是网址。"),
    ("{kind: webhook, url: '', secret_env: SECRET}", "empty", "url 是空的。"),
    ("{kind: webhook, url: 'https://a.example', url_env: ROBOT, secret_env: SECRET}", "two-addresses", "url、url_env 只能写一个。"),
    ("{kind: webhook, secret_env: SECRET}", "missing-address", "缺少 url 或 url_env。"),
    ("{kind: webhook, url: 'https://a.example'}", "missing-secret", "缺少 secret_env。"),
    (
        "{kind: webhook, url: 'https://a.example', secret_env: NOBODY}",
        "missing-variable",
        "没有环境变量 NOBODY。（请在服务的环境里设置 NOBODY",
    ),
    ("{kind: webhook, url: 'https://a.example', secret_env: EMPTY}", "missing-variable", "没有环境变量 EMPTY。"),
    ("{kind: webhook, url: 'https://a.example', secret_env: NOT_SIGNING}", "bad-secret", "环境变量 NOT_SIGNING 里的不是 whsec_ 密钥。"),
    ("{kind: webhook, url: 'https://a.example', secret_env: SHORT}", "bad-secret", "24 至 64 字节"),
    ("{kind: webhook, url: 'https://a.example', secret_env: LONG}", "bad-secret", "LONG"),
    ("{kind: webhook, url: 'https://a.example', secret_env: NOT_BASE64}", "bad-secret", "NOT_BASE64"),
    ("{kind: webhook, url: 'https://a.example', secret_env: ONE_OF_TWO}", "bad-secret", "ONE_OF_TWO"),
    ("{kind: webhook, url: 'https://a.example', secret_env: hunter2}", "not-a-variable", "secret_env 应写环境变量的名字。"),
    ("{kind: wecom, url: 'https://robot.example/?key=hunter2'}", "secret-in-file", "群机器人的地址就是密钥，不能写在文件里。"),
    ("{kind: feishu, url_env: PLAIN}", "not-https", "环境变量 PLAIN 里的地址不是 https"),
    ("{kind: dingtalk, url_env: NOT_SIGNING}", "bad-url", "环境变量 NOT_SIGNING 里的地址不是网址。"),
    ("{kind: dingtalk}", "missing-address", "缺少 url_env。"),
    (
        "{kind: wecom, url_env: ROBOT, secret_env: SECRET}",
        "misplaced-key",
        "wecom 用不到 secret_env。（可以用的有：kind、url_env、insecure。）",
    ),
    ("{kind: email, address: 'Land Office <a@b.example>'}", "bad-address", "address 不是一个邮箱。"),
    ('{kind: email, address: "a@b.example\\nBcc: c@d.example"}', "bad-address", "address 不是一个邮箱。"),
    ("{kind: email, address: a@b.example, insecure: true}", "misplaced-key", "email 用不到 insecure。"),
    ("{kind: email}", "missing-address", "缺少 address。"),
]


@pytest.mark.parametrize(("written", "code", "words"), ENDPOINT_FAULTS)
def test_a_fault_of_an_endpoint_is_told_with_its_line_and_without_the_secret(tmp_path: Path, written: str, code: str, words: str) -> None:
    (fault,) = _faults(tmp_path, _with_endpoint(written))
    assert (fault.line, fault.code) == (7, code)
    assert words in str(fault)
    assert str(fault).startswith(f"{tmp_path / 'bureaus.yml'}:7: land：")
    for secret in ("hunter2", "0123456789", SECRET, "pass"):
        assert secret not in str(fault)


def test_an_endpoint_on_several_lines_is_told_at_the_line_of_its_key(tmp_path: Path) -> None:
    text = GOOD.replace(
        "topics: [用地]\n", "topics: [用地]\n    endpoint:\n      kind: webhook\n      url: nowhere\n      secret_env: NOBODY\n"
    )
    assert [(fault.line, fault.code) for fault in _faults(tmp_path, text)] == [(9, "bad-url"), (10, "missing-variable")]


def test_a_file_of_a_secret_that_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    written = _with_endpoint("{kind: wecom, url_env: ROBOT}")
    (tmp_path / "latin").write_bytes(b"\xff\xfe")
    for file in ("missing", "latin"):
        (fault,) = _faults(tmp_path, written, {"ROBOT_FILE": str(tmp_path / file)})
        assert (fault.line, fault.code) == (7, "unreadable-secret")
        assert "ROBOT_FILE" in fault.reason


def test_all_faults_are_told_at_once_in_the_order_of_the_lines(tmp_path: Path) -> None:
    text = (
        GOOD.replace("fallback: tax", "fallback: nobody").replace("name: 市自然资源局", "name: 国土局").replace("hours: 全天", "hour: 全天")
    )
    faults = _faults(tmp_path, text)
    assert [(fault.line, fault.code) for fault in faults] == [(1, "unknown-fallback"), (5, "other-spelling"), (10, "unknown-key")]


@pytest.mark.parametrize("text", ["", "bureaus: []\nfallback: tax\n", "- a\n", "fallback: [\n"])
def test_a_file_of_another_shape_is_refused(tmp_path: Path, text: str) -> None:
    assert all(fault.hint for fault in _faults(tmp_path, text))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="文件打不开"):
        read_directory(tmp_path / "nowhere.yml", {}, NAMES)


def test_the_shipped_list_names_every_bureau_of_the_plan_and_reaches_none_by_default(bureaus: BureauNames) -> None:
    directory = read_directory(SHIPPED, {}, bureaus)
    known = {name for name in bureaus.canonical_by_name.values() if not is_group(name)}
    assert known <= set(directory.by_name)
    assert [bureau.id for bureau in directory.bureaus if bureau.endpoint is not None] == []
    assert directory.fallback == "市投资促进局"
    assert all(bureau.hours for bureau in directory.bureaus)


def test_every_place_of_the_plan_has_exactly_one_bureau(plan: Plan, bureaus: BureauNames) -> None:
    directory = read_directory(SHIPPED, {}, bureaus)
    places = {seat.place for seat in read_industry_map(FOLDER / "plan" / "industries.yml", plan.by_id[CLAUSE]).seats}
    governed = [district for bureau in directory.bureaus for district in bureau.districts]
    assert len(governed) == len(places)
    assert set(governed) == places


def test_the_examples_in_the_shipped_list_are_right(tmp_path: Path) -> None:
    lines = SHIPPED.read_text(encoding="utf-8").splitlines()
    examples = [line.removeprefix("#   endpoint: ") for line in lines if line.startswith("#   endpoint: {")]
    assert len(examples) == len(EndpointKind)
    environment = {"NATURAL_RESOURCES_SECRET": SECRET, "TAX_ROBOT_URL": ENVIRONMENT["ROBOT"], "TAX_ROBOT_SECRET": "SEC0"}
    kinds = set()
    for example in examples:
        written = example.replace("接收方主机/路径", "bureau.example/tickets")
        endpoint = _endpoint(tmp_path, written, environment)
        assert endpoint is not None
        kinds.add(endpoint.kind)
    assert kinds == set(EndpointKind)
