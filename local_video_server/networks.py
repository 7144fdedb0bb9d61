"""The networks that this machine's own interfaces are in: who is inside the house."""

from __future__ import annotations

import ipaddress
import socket

import psutil

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def own_networks() -> list[Network]:
    found: list[Network] = []
    for addresses in psutil.net_if_addrs().values():
        for one in addresses:
            if one.family in (socket.AF_INET, socket.AF_INET6):  # the others are hardware addresses
                found.append(_network(one.address.partition("%")[0], one.netmask))
    return found


def _network(address: str, netmask: str | None) -> Network:
    """The network of an interface; its address alone where no mask is told, as on some tunnels."""
    if netmask and ":" in netmask:  # ipaddress takes no IPv6 mask that is written as an address
        netmask = str(int(ipaddress.IPv6Address(netmask)).bit_count())
    return ipaddress.ip_interface(f"{address}/{netmask}" if netmask else address).network
