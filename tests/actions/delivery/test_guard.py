"""Addresses that parcels may not travel to."""

from __future__ import annotations

import aiohttp
import pytest

from actions.delivery.guard import ForbiddenAddress, guarded_session, is_forbidden, read_allowed
from tests.actions.delivery.servers import double

PRIVATE = [
    *("0.0.0.0", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254"),
    *("169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1"),
    *("192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255"),
    *("240.0.0.1", "255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1"),
    *("::ffff:8.8.8.8", "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1"),
    *("2002:7f00:1::", "3fff::1", "5f00::1", "fc00::1", "fd12::1", "fe80::1"),
    *("fe80::1%eth0", "fec0::1", "ff02::1"),
]


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_public_is_forbidden(address: str) -> None:
    assert is_forbidden(address, 443, ())


@pytest.mark.parametrize("address", ["8.8.8.8", "114.114.114.114", "172.32.0.1", "223.255.255.254", "2400:3200::1", "2606:4700:4700::1111"])
@pytest.mark.parametrize("port", [443, 8443])
def test_a_public_address_is_allowed_on_ports_for_https(address: str, port: int) -> None:
    assert not is_forbidden(address, port, ())


@pytest.mark.parametrize("port", [22, 25, 80, 6379, 8080])
def test_a_public_address_is_forbidden_on_other_ports(port: int) -> None:
    assert is_forbidden("8.8.8.8", port, ())


@pytest.mark.parametrize("written", ["localhost", "", "127.1", "0x7f.0.0.1", "8.8.8.8:443"])
def test_what_is_no_address_is_forbidden(written: str) -> None:
    assert is_forbidden(written, 443, read_allowed("127.0.0.0/8"))


def test_the_administrator_allows_networks_with_or_without_a_port() -> None:
    allowed = read_allowed(" 10.1.0.0/16, 127.0.0.1/32:9000,fd00::/8:8443 ,8.8.8.8/32:80")
    assert not is_forbidden("10.1.2.3", 80, allowed)
    assert is_forbidden("10.2.0.1", 80, allowed)
    assert not is_forbidden("127.0.0.1", 9000, allowed)
    assert is_forbidden("127.0.0.1", 9001, allowed)
    assert is_forbidden("127.0.0.2", 9000, allowed)
    assert is_forbidden("::ffff:127.0.0.1", 9000, allowed)
    assert not is_forbidden("fd12::1", 8443, allowed)
    assert is_forbidden("fd12::1", 443, allowed)
    assert not is_forbidden("8.8.8.8", 80, allowed)


def test_an_empty_setting_allows_nothing_private() -> None:
    assert read_allowed("") == read_allowed(" , ") == ()


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("10.1.2.3", "is not a network: write"),
        ("intranet/16", "is not a network: 'intranet/16'"),
        ("10.1.2.3/16", "has host bits set"),
        ("10.0.0.0/33", "is not a network"),
        ("10.0.0.0/8:0", "between 1 and 65535"),
        ("10.0.0.0/8:70000", "between 1 and 65535"),
        ("0.0.0.0/0", "every address"),
        ("::/0:443", "every address"),
    ],
)
def test_a_network_that_cannot_be_used_is_explained(written: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_allowed(f"10.1.0.0/16,{written}")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f000001", "0x7f.0.0.1", "0.0.0.0", "[::ffff:127.0.0.1]"])
async def test_no_spelling_of_this_machine_is_reached(host: str) -> None:
    async with double() as server, guarded_session(read_allowed("127.0.0.1/32:9")) as session:
        with pytest.raises(aiohttp.ClientConnectorError) as raised:
            await session.get(server.url.replace("127.0.0.1", host))
        assert isinstance(raised.value.os_error, ForbiddenAddress)
    assert server.received == []


async def test_an_allowed_server_is_reached_and_its_neighbour_is_not() -> None:
    async with double() as server, double() as neighbour:
        allowed = read_allowed(f"127.0.0.1/32:{server.url.rpartition(':')[2]}")
        async with guarded_session(allowed) as session:
            async with session.get(server.url) as response:
                assert response.status == 200
            with pytest.raises(aiohttp.ClientConnectorError):
                await session.get(neighbour.url)
    assert len(server.received) == 1
    assert neighbour.received == []


async def test_a_followed_redirect_is_guarded_as_well() -> None:
    async with double() as neighbour, double(status=302, headers={"Location": neighbour.url}) as server:
        allowed = read_allowed(f"127.0.0.1/32:{server.url.rpartition(':')[2]}")
        async with guarded_session(allowed) as session:
            with pytest.raises(aiohttp.ClientConnectorError):
                await session.get(server.url, allow_redirects=True)
    assert neighbour.received == []


async def test_a_proxy_from_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with double() as server, double() as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        async with guarded_session(read_allowed("127.0.0.0/8")) as session, session.get(server.url):
            pass
    assert proxy.received == []
    assert len(server.received) == 1
