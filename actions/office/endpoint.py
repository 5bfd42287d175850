"""Reads how a bureau is reached: addresses from the file, secrets from the environment only."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from actions.office.model import Endpoint, EndpointKind

_NAME = re.compile(r"[A-Z][A-Z0-9_]*")
_MAILBOX = re.compile(r"[A-Za-z0-9._%+-]+@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}")
_SIGNING_PREFIX = "whsec_"
_SIGNING_BYTES = range(24, 65)
"""Length of a key by Standard Webhooks."""


@dataclass(frozen=True, slots=True)
class EndpointFault:
    """Something wrong with an endpoint. The texts never repeat an address or a secret: faults are shown and logged."""

    key: str
    """Of the endpoint, such as url_env; empty for the endpoint as a whole."""
    code: str
    reason: str
    hint: str


@dataclass(frozen=True, slots=True)
class _Form:
    """What an endpoint of one kind is written with."""

    address_keys: tuple[str, ...]
    other_keys: tuple[str, ...] = ("insecure",)
    needs_secret: bool = False


_ROBOT = _Form(("url_env",), ("secret_env", "insecure"))
_FORMS: Mapping[EndpointKind, _Form] = {
    EndpointKind.WEBHOOK: _Form(("url", "url_env"), ("secret_env", "insecure"), needs_secret=True),
    EndpointKind.WECOM: _Form(("url_env",)),  # its key in the address is the secret; there is no signature
    EndpointKind.DINGTALK: _ROBOT,
    EndpointKind.FEISHU: _ROBOT,
    EndpointKind.EMAIL: _Form(("address",), ()),
}


def read_endpoint(written: Mapping[str, Any], environment: Mapping[str, str]) -> tuple[Endpoint | None, tuple[EndpointFault, ...]]:
    """The endpoint that a mapping of the schema's shape describes, or None and everything that is wrong with it.

    An environment variable NAME may also be given as a file named in NAME_FILE.
    """
    kind = EndpointKind(written["kind"])
    faults = list(_key_faults(kind, written))
    address_key = next((key for key in _FORMS[kind].address_keys if key in written), None)
    address, secrets = "", ""
    if address_key is not None:
        address = _value(address_key, written, environment, faults)
        if address:
            wrong = _mailbox_faults(address) if address_key == "address" else _url_faults(address_key, address, written)
            faults += wrong
    if "secret_env" in written and "secret_env" in _FORMS[kind].other_keys:
        secrets = _value("secret_env", written, environment, faults)
        if kind is EndpointKind.WEBHOOK and not all(map(_is_signing_secret, secrets.split())):
            hint = "请由接收方生成：whsec_ 加 24 至 64 字节随机数的 Base64；几个密钥用空格隔开，新的在前。"
            faults.append(EndpointFault("secret_env", "bad-secret", f"环境变量 {written['secret_env']} 里的不是 whsec_ 密钥。", hint))
    return (None if faults else Endpoint(kind, address, tuple(secrets.split()))), tuple(faults)


def _key_faults(kind: EndpointKind, written: Mapping[str, Any]) -> Iterator[EndpointFault]:
    form = _FORMS[kind]
    wanted = " 或 ".join(form.address_keys)
    for key in written:
        if key == "url" and form.address_keys == ("url_env",):
            hint = "请把地址放进环境变量，在 url_env 写变量名；写进过文件的地址请到群里重新生成。"
            yield EndpointFault(key, "secret-in-file", "群机器人的地址就是密钥，不能写在文件里。", hint)
        elif key not in ("kind", *form.address_keys, *form.other_keys):
            hint = f"可以用的有：{'、'.join(('kind', *form.address_keys, *form.other_keys))}。"
            yield EndpointFault(key, "misplaced-key", f"{kind.value} 用不到 {key}。", hint)
    given = [key for key in form.address_keys if key in written]
    if not given and "url" not in written:
        yield EndpointFault("", "missing-address", f"没有写往哪里送，缺少 {wanted}。", "请对照文件开头的示例补上。")
    if len(given) > 1:
        yield EndpointFault(given[-1], "two-addresses", f"{'、'.join(given)} 只能写一个。", "请删去其中一个。")
    if form.needs_secret and "secret_env" not in written:
        yield EndpointFault("", "missing-secret", "缺少 secret_env。", "请写存放 whsec_ 密钥的环境变量名，接收方凭它验明来信。")


def _value(key: str, written: Mapping[str, Any], environment: Mapping[str, str], faults: list[EndpointFault]) -> str:
    """What a key says, or what the environment variable holds that it names; empty, with a fault, where there is nothing."""
    name = str(written[key]).strip()
    if not key.endswith("_env"):
        if not name:
            faults.append(EndpointFault(key, "empty", f"{key} 是空的。", "请填写，或删去整个 endpoint。"))
        return name
    if not _NAME.fullmatch(name):  # it may be the secret itself, so it is not repeated
        hint = "变量名用大写字母、数字和下划线；密钥和地址本身不要写在文件里。"
        faults.append(EndpointFault(key, "not-a-variable", f"{key} 应写环境变量的名字。", hint))
        return ""
    file = environment.get(f"{name}_FILE")
    try:
        value = (Path(file).read_text(encoding="utf-8") if file else environment.get(name, "")).strip()
    except (OSError, UnicodeDecodeError):
        faults.append(EndpointFault(key, "unreadable-secret", f"{name}_FILE 所指的文件读不出来。", "请检查路径、读取权限和编码（UTF-8）。"))
        return ""
    if not value:
        hint = f"请在服务的环境里设置 {name}，或用 {name}_FILE 指明存放它的文件。"
        faults.append(EndpointFault(key, "missing-variable", f"没有环境变量 {name}。", hint))
    return value


def _url_faults(key: str, url: str, written: Mapping[str, Any]) -> Iterator[EndpointFault]:
    subject = "url" if key == "url" else f"环境变量 {written[key]} 里的地址"
    try:
        # urlsplit drops line breaks silently and takes any letters for a host.
        parts = urlsplit(url) if url.isascii() and url.isprintable() and " " not in url else None
        usable = parts is not None and parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        parts, usable = None, False
    if parts is None or not usable:
        yield EndpointFault(key, "bad-url", f"{subject}不是网址。", "请写成 https://主机/路径 的样子。")
        return
    if parts.username is not None or parts.password is not None:
        hint = "请去掉 @ 前面的部分；身份由 secret_env 的签名证明。"
        yield EndpointFault(key, "credentials-in-url", f"{subject}带有用户名或密码。", hint)
    if parts.scheme == "http" and not written.get("insecure", False):
        hint = "请改用 https；确属内网专线的，加 insecure: true。"
        yield EndpointFault(key, "not-https", f"{subject}不是 https，线索会被明文传送。", hint)


def _mailbox_faults(address: str) -> Iterator[EndpointFault]:
    if not _MAILBOX.fullmatch(address):
        yield EndpointFault("address", "bad-address", "address 不是一个邮箱。", "只写一个邮箱，例如 name@example.org，不带姓名和尖括号。")


def _is_signing_secret(secret: str) -> bool:
    if not secret.startswith(_SIGNING_PREFIX):
        return False
    try:
        return len(base64.b64decode(secret.removeprefix(_SIGNING_PREFIX), validate=True)) in _SIGNING_BYTES
    except binascii.Error:
        return False
