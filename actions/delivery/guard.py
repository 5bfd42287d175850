"""Which network addresses a parcel may travel to: the internet by https, and what the administrator allowed. Nothing else.

An address in the office's list, or a name that resolves to one, must not make this service call its own machine or neighbours (SSRF).
What counts is the address that a socket is about to be connected to: names, literals and redirects all pass here, and a name cannot
change in between.
"""

from __future__ import annotations

import errno
import ipaddress
import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass

import aiohttp

CONNECT_SECONDS = 5.0
"""For the name and the connection together. A connector has no timeouts of its own: give it to each request as `ClientTimeout.connect`."""

OPEN_PORTS = (443, 8443)
"""On the internet a parcel travels encrypted. Other ports, and with them plain http, only where the administrator names the network."""

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_WRITTEN = re.compile(r"(?P<network>[^/\s]+/\d{1,3})(?::(?P<port>\d{1,5}))?")
_IPV6_UNICAST = ipaddress.IPv6Network("2000::/3")
# Written out, as `is_global` differs between patch releases of Python and calls multicast, 6to4 and its relays global.
_NOT_PUBLIC = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24"),
        *("192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        *("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
    )
)


@dataclass(frozen=True, slots=True)
class AllowedNetwork:
    """A network that the administrator allows although it is not public, such as the government's own."""

    network: _Network
    port: int | None
    """None allows every port."""


class ForbiddenAddress(OSError):
    """A connection was refused by us, before it was made."""

    def __init__(self, address: str, port: int) -> None:
        # The text is the same for every address: happy eyeballs keeps the class of several errors only if their texts are equal.
        super().__init__(errno.EACCES, "address not allowed")
        self.address = address
        self.port = port


def read_allowed(written: str) -> tuple[AllowedNetwork, ...]:
    """Networks from a setting, such as `10.1.0.0/16,127.0.0.1/32:9000,fd00::/8:8443`. Raises ValueError that says what is wrong."""
    return tuple(_read_network(part.strip()) for part in written.split(",") if part.strip())


def _read_network(written: str) -> AllowedNetwork:
    match = _WRITTEN.fullmatch(written)
    if match is None:
        raise ValueError(f"{written!r} is not a network: write 10.1.0.0/16 or 10.1.2.3/32:9000")
    try:
        network = ipaddress.ip_network(match["network"])
    except ValueError as error:
        raise ValueError(f"{written!r} is not a network: {error}") from None
    if network.prefixlen == 0:
        raise ValueError(f"{written!r} would allow every address there is: name the networks that are needed")
    port = None if match["port"] is None else int(match["port"])
    if port is not None and not 1 <= port <= 65535:
        raise ValueError(f"{written!r} has no usable port: it is between 1 and 65535")
    return AllowedNetwork(network, port)


def is_forbidden(address: str, port: int, allowed: Sequence[AllowedNetwork]) -> bool:
    """Whether a socket must not be connected there. What is not an IP address is forbidden."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return True
    if any(ip in each.network and each.port in (None, port) for each in allowed):
        return False
    return port not in OPEN_PORTS or not _is_public(ip)


def _is_public(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    # Outside 2000::/3 lie loopback, local and mapped addresses (::1, fe80::, fc00::, ::ffff:127.0.0.1) and NAT64 (64:ff9b::).
    if isinstance(ip, ipaddress.IPv6Address) and ip not in _IPV6_UNICAST:
        return False
    return ip.is_global and not any(ip in network for network in _NOT_PUBLIC)


def guarded_connector(allow: Sequence[AllowedNetwork]) -> aiohttp.TCPConnector:
    """A connector that raises ForbiddenAddress where `is_forbidden`. Needs a running loop; a proxy would defeat it."""

    def open_socket(target: aiohttp.AddrInfoType) -> socket.socket:
        family, kind, protocol, _, place = target
        address, port = str(place[0]), int(place[1])
        if is_forbidden(address, port, allow):
            raise ForbiddenAddress(address, port)
        return socket.socket(family=family, type=kind, proto=protocol)

    return aiohttp.TCPConnector(socket_factory=open_socket)


def guarded_session(allow: Sequence[AllowedNetwork]) -> aiohttp.ClientSession:
    """A session for parcels: guarded, without proxies from the environment, without cookies, and answers are not unpacked. Close it."""
    return aiohttp.ClientSession(
        connector=guarded_connector(allow),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=15, connect=CONNECT_SECONDS),
        auto_decompress=False,
        trust_env=False,
    )
