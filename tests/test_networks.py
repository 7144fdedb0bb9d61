"""The networks that this machine is in."""

from __future__ import annotations

import ipaddress
import socket
from types import SimpleNamespace

import psutil
import pytest

from local_video_server.networks import own_networks


def test_every_machine_is_in_its_own_network() -> None:
    networks = own_networks()
    assert any(ipaddress.ip_address("127.0.0.1") in network for network in networks)
    assert not any(ipaddress.ip_address("8.8.8.8") in network for network in networks)


# family, address and mask of an interface -> its network
INTERFACES: dict[str, tuple[int, str, str | None, str | None]] = {
    "IPv4": (socket.AF_INET, "203.0.112.9", "255.255.255.0", "203.0.112.0/24"),
    "IPv4, a mask of all bits": (socket.AF_INET, "203.0.112.9", "255.255.255.255", "203.0.112.9/32"),
    "IPv4 without a mask": (socket.AF_INET, "203.0.112.9", None, "203.0.112.9/32"),
    "IPv6": (socket.AF_INET6, "2a02:1::9", "ffff:ffff:ffff:ffff::", "2a02:1::/64"),
    "IPv6 of a link": (socket.AF_INET6, "fe80::1%eth0", "ffff:ffff:ffff:ffff::", "fe80::/64"),
    "IPv6 without a mask": (socket.AF_INET6, "2a02:1::9", None, "2a02:1::9/128"),
    "a hardware address": (psutil.AF_LINK, "02:fc:00:00:00:01", None, None),
    "one of eight bytes, which reads like IPv6": (psutil.AF_LINK, "20:01:48:60:48:60:88:88", None, None),
}


@pytest.mark.parametrize(("family", "address", "mask", "network"), INTERFACES.values(), ids=INTERFACES.keys())
def test_the_network_of_an_interface(
    family: int, address: str, mask: str | None, network: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = SimpleNamespace(family=family, address=address, netmask=mask)
    monkeypatch.setattr(psutil, "net_if_addrs", lambda: {"eth0": [one]})
    assert [str(found) for found in own_networks()] == ([network] if network else [])


def test_all_addresses_of_all_interfaces_count(monkeypatch: pytest.MonkeyPatch) -> None:
    def ipv4(address: str) -> SimpleNamespace:
        return SimpleNamespace(family=socket.AF_INET, address=address, netmask="255.255.255.0")

    interfaces = {"eth0": [ipv4("203.0.112.9"), ipv4("203.0.113.9")], "tun0": [ipv4("198.51.100.2")], "down": []}
    monkeypatch.setattr(psutil, "net_if_addrs", lambda: interfaces)
    assert [str(one) for one in own_networks()] == ["203.0.112.0/24", "203.0.113.0/24", "198.51.100.0/24"]
