"""Signatures and encryption: the published vectors, a library as a second opinion, and everything that must not be taken."""

from __future__ import annotations

import base64
import contextlib
import random

import pytest
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidSignatureException

from bot.channels.tencent.crypto import MessageCipher, Undecipherable, is_key, is_signed, signature
from bot.channels.tencent.xml import read_xml
from tests.fakes.wechat_seal import seal, unseal

KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
APPID = "wxb11529c136998cb6"
SECRET = "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg=="
LETTERS = "".join(map(chr, range(32, 127))) + "湛江产业转移用地政策咨询，。！？\n\t<>&]]>😀🏭\U0002a6a5"


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("AAAAA", "1714037059", "486452656"), "899cf89e464efb63f54ddac96b0a0a235f53aa78"),
        (("AAAAA", "1714036504", "1514711492"), "f464b24fc39322e44b38aa78f5edd27bd1441696"),
        (("pamtest", "1409304348", "xxxxxx", SECRET), "82c962d39941aa48552f90ef55aa323dc620cc10"),
    ],
)
def test_signatures_are_those_that_were_published(parts: tuple[str, ...], expected: str) -> None:
    assert signature(*parts) == expected
    assert is_signed(expected, *parts)
    assert not is_signed(expected.upper(), *parts)
    assert not is_signed(expected[:-1] + ("0" if expected[-1] != "0" else "1"), *parts)
    assert not is_signed("", *parts)
    assert not is_signed("签名\udc80", *parts)


def test_the_published_message_is_encrypted_and_decrypted() -> None:
    cipher = MessageCipher(KEY, APPID)
    assert cipher.encrypt("我是中文abcd123", b"aaaabbbbccccdddd") == SECRET
    assert cipher.decrypt(SECRET).decode() == "我是中文abcd123"


@pytest.mark.parametrize(
    ("token", "corpid", "key", "timestamp", "nonce", "echo", "signed", "plain"),
    [
        (
            "QDG6eK",
            "wx5823bf96d3bd56c7",
            "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C",
            "1409659589",
            "263014780",
            "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==",
            "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3",
            "1616140317555161061",
        ),
        (
            "123456",
            "wx49f0ab532d5d035a",
            "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR",
            "1411443780",
            "437374425",
            "4ByGGj+sVCYcvGeQYhaKIk1o0pQRNbRjxybjTGblXrBaXlTXeOo1+bXFXDQQb1o6co6Yh9Bv41n7hOchLF6p+Q==",
            "dd6b9c95b495b3f7e2901bfbc76c664930ffdb96",
            "5927782489442352469",
        ),
    ],
)
def test_wecoms_published_verifications_are_read(
    token: str, corpid: str, key: str, timestamp: str, nonce: str, echo: str, signed: str, plain: str
) -> None:
    assert signature(token, timestamp, nonce, echo) == signed
    assert MessageCipher(key, corpid).decrypt(echo).decode() == plain


def test_the_spare_bits_of_a_key_do_not_matter() -> None:
    assert MessageCipher(KEY[:-1] + "E", APPID).decrypt(SECRET).decode() == "我是中文abcd123"


@pytest.mark.parametrize("seed", range(60))
def test_what_is_encrypted_here_a_library_reads_and_the_other_way_round(seed: int) -> None:
    chance = random.Random(seed)
    key = "".join(chance.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", k=42)) + chance.choice(
        "AEIMQUYcgkosw048"
    )
    appid, token, nonce, timestamp = f"wx{chance.randbytes(8).hex()}", chance.randbytes(5).hex(), str(chance.getrandbits(30)), "1795420800"
    message = "".join(chance.choices(LETTERS, k=chance.randrange(0, 200)))
    oracle, cipher = WeChatCrypto(token, key, appid), MessageCipher(key, appid)

    theirs = read_xml(oracle.encrypt_message(message, nonce, timestamp).encode())
    assert is_signed(theirs["MsgSignature"], token, timestamp, nonce, theirs["Encrypt"])
    assert cipher.decrypt(theirs["Encrypt"]).decode() == message

    ours = cipher.encrypt(message)
    document = f"<xml><Encrypt><![CDATA[{ours}]]></Encrypt></xml>"
    assert oracle.decrypt_message(document, signature(token, timestamp, nonce, ours), timestamp, nonce) == message
    assert unseal(ours, key, appid) == message
    assert cipher.decrypt(seal(message, key, appid)).decode() == message
    with pytest.raises(InvalidSignatureException):
        oracle.decrypt_message(document, signature(token, timestamp, nonce + "1", ours), timestamp, nonce)


@pytest.mark.parametrize("length", range(65))
def test_every_length_is_padded_so_that_it_is_read_again(length: int) -> None:
    cipher = MessageCipher(KEY, APPID)
    secret = cipher.encrypt("x" * length)
    assert len(base64.b64decode(secret)) % 32 == 0
    assert cipher.decrypt(secret) == b"x" * length


def test_two_encryptions_of_one_message_differ() -> None:
    cipher = MessageCipher(KEY, APPID)
    assert cipher.encrypt("同一句话") != cipher.encrypt("同一句话")


@pytest.mark.parametrize("bit", range(0, 512, 7))
def test_a_flipped_bit_is_never_read_as_the_message(bit: int) -> None:
    altered = bytearray(base64.b64decode(SECRET))
    altered[bit // 8] ^= 1 << bit % 8
    # CBC itself notices nothing in the middle: that is what the signature is for.
    with contextlib.suppress(Undecipherable):
        assert MessageCipher(KEY, APPID).decrypt(base64.b64encode(altered).decode()) != "我是中文abcd123".encode()


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "=",
        "not base64!",
        "中文",
        "AAAA",
        "A" * 43 + "=",
        SECRET[:-4],
        SECRET[:64],
        SECRET[:24],
        SECRET.replace("+", " "),
        SECRET + "\n",
        base64.b64encode(bytes(32)).decode(),
        base64.b64encode(bytes(1024)).decode(),
    ],
)
def test_what_is_cut_short_or_no_cipher_text_is_refused(secret: str) -> None:
    with pytest.raises(Undecipherable):
        MessageCipher(KEY, APPID).decrypt(secret)


def _encrypted_raw(plain: bytes) -> str:
    encryptor = MessageCipher(KEY, APPID)._cipher().encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


@pytest.mark.parametrize(
    "plain",
    [
        b"r" * 16 + b"\0\0\0\1" + b"m" + APPID.encode() + b"\0" * 25,  # a padding of 0
        b"r" * 16 + b"\0\0\0\1" + b"m" + APPID.encode() + b"\x19" * 24 + b"\x21",  # more than a block
        b"r" * 16 + b"\0\0\0\1" + b"m" + APPID.encode() + b"\x01" * 24 + b"\x19",  # not uniform
        b"r" * 16 + b"\0\0\0\2" + b"m" + APPID.encode() + b"\x19" * 25,  # a length that eats into the receiver
        b"r" * 16 + b"\xff\xff\xff\xff" + b"m" + APPID.encode() + b"\x19" * 25,  # a length beyond everything
        b"r" * 16 + b"\0\0\0\0" + b"m" + APPID.encode() + b"\x19" * 25,  # a receiver that is longer
        b"r" * 16 + b"\x10" * 16,  # no length at all
        b"\x20" * 32,  # nothing but padding
    ],
    ids=str,
)
def test_odd_paddings_and_lengths_are_refused(plain: bytes) -> None:
    with pytest.raises(Undecipherable):
        MessageCipher(KEY, APPID).decrypt(_encrypted_raw(plain))


def test_the_same_with_all_in_order_is_read() -> None:
    assert MessageCipher(KEY, APPID).decrypt(_encrypted_raw(b"r" * 16 + b"\0\0\0\1" + b"m" + APPID.encode() + b"\x19" * 25)) == b"m"


def test_a_message_for_another_account_is_refused() -> None:
    with pytest.raises(Undecipherable):
        MessageCipher(KEY, "wxb11529c136998cb7").decrypt(SECRET)
    with pytest.raises(Undecipherable):
        MessageCipher(KEY[::-1], APPID).decrypt(SECRET)


def test_a_robot_has_no_receiver() -> None:
    assert MessageCipher(KEY, "").decrypt(seal("机器人", KEY, "")).decode() == "机器人"


@pytest.mark.parametrize("key", ["", KEY[:-1], KEY + "A", KEY[:-1] + "=", KEY[:-1] + "+", KEY[:-1] + "中"])
def test_what_is_no_key_is_told_before_it_is_used(key: str) -> None:
    assert not is_key(key)
    with pytest.raises(ValueError, match="43"):
        MessageCipher(key, APPID)
