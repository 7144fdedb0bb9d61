"""Who may: which clients, under which names, and which writes. Pure rules; `guard` in answers.py applies them.

The LAN may look and mark. Names are checked against DNS rebinding, writes against foreign pages (Fetch Metadata;
OWASP Cross-Site Request Forgery Prevention, "Verifying Origin With Standard Headers").
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from werkzeug.datastructures import Headers

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

HOME_SUFFIXES = (".local", ".lan", ".home", ".home.arpa", ".internal", ".fritz.box")
FORWARDING_HEADERS = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")
_CARRIER_NAT = ipaddress.ip_network("100.64.0.0/10")  # RFC 6598; Tailscale lives here too
_NETWORKS_FOR_S = 60.0  # an interface that comes up is noticed within a minute


class Access:
    """The rules with this machine's name, its networks and the configured names."""

    def __init__(
        self, hostname: str, allowed_hosts: Sequence[str], own_networks: Callable[[], Sequence[Network]]
    ) -> None:
        self._names = {hostname.lower(), "localhost", *(name.lower().rstrip(".") for name in allowed_hosts)}
        self._own_networks = own_networks
        self._networks: Sequence[Network] = ()
        self._networks_until = 0.0

    def is_client_allowed(self, client: str) -> bool:
        """Loopback, private, link-local, 100.64/10, or in a network of one of our own interfaces."""
        address = parse_address(client)
        if address is None:
            return False
        if address.is_loopback or address.is_private or address.is_link_local or _is_in(address, [_CARRIER_NAT]):
            return True
        return _is_in(address, self._interfaces())

    def is_host_allowed(self, host: str) -> bool:
        """An address, this machine's name, a name without a dot, a home suffix, or a configured name."""
        name = host_name(host)
        if not name:
            return False
        return (
            parse_address(name) is not None or name in self._names or "." not in name or name.endswith(HOME_SUFFIXES)
        )

    def is_origin_allowed(self, origin: str) -> bool:
        """Whether pages of this origin are somebody's at home, by address or by a name of the home's kinds."""
        try:
            parts = urlsplit(origin)
        except ValueError:
            return False
        if parts.scheme not in ("http", "https") or origin != f"{parts.scheme}://{parts.netloc}":
            return False
        name = host_name(parts.netloc)
        return self.is_client_allowed(name) if parse_address(name) else self.is_host_allowed(parts.netloc)

    def _interfaces(self) -> Sequence[Network]:
        if time.monotonic() >= self._networks_until:
            self._networks = self._own_networks()
            self._networks_until = time.monotonic() + _NETWORKS_FOR_S
        return self._networks


def is_write_allowed(headers: Headers, host: str) -> bool:
    """Whether a write comes from our own page, or from no browser at all."""
    site = headers.get("Sec-Fetch-Site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    for name in ("Origin", "Referer"):
        source = headers.get(name)
        if source is not None:
            try:
                return urlsplit(source).netloc.lower() == host.lower() != ""
            except ValueError:
                return False
    return True


def is_this_machine(client: str, headers: Headers) -> bool:
    """A loopback client that nobody forwarded: who sits at the machine, and counts as admin."""
    address = parse_address(client)
    return bool(address and address.is_loopback) and not any(name in headers for name in FORWARDING_HEADERS)


def host_name(host: str) -> str:
    """The name in a Host header, lower case, without port and brackets; empty when it is none."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def parse_address(text: str) -> Address | None:
    """An IP address; an IPv4 one that is written as IPv6 counts as IPv4, a zone is dropped."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _is_in(address: Address, networks: Sequence[Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)
