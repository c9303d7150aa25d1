"""Which addresses are on the public internet: what somebody else told us to call must be there (SSRF, CWE-918).

Who names an address to us (a browser its push service, an administrator the receiver of webhooks, a provider a file)
must not reach by our hands what only we can reach: this machine, its neighbours, the metadata of its cloud. What is
refused is read from the registries of special addresses: RFC 6890, as kept at
https://www.iana.org/assignments/iana-ipv4-special-registry and …/iana-ipv6-special-registry.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from msgspec import Struct

Rede = IPv4Network | IPv6Network

_FORA_IPV4: Final = tuple(
    IPv4Network(rede)
    for rede in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by the customers of a provider (CGNAT); Alibaba's metadata
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's metadata and agent: a public address by its number only
        "169.254.0.0/16",  # link-local; most clouds' metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments; Oracle's metadata
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
_DENTRO_IPV6: Final = IPv6Network("2000::/3")
"""Global unicast. What is not in it is loopback, private, link-local or multicast, or has an IPv4 address in it (mapped
``::ffff:0:0/96``, compatible ``::/96``, NAT64 ``64:ff9b::/96`` and ``64:ff9b:1::/48``)."""
_FORA_IPV6: Final = tuple(
    IPv6Network(rede)
    for rede in (
        "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarks
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: an IPv4 address in disguise
        "3fff::/20",  # documentation
    )
)

PORTAS: Final = frozenset({80, 443, 8080, 8443})
"""Where HTTP is served. Other ports speak other protocols, which a request could be made to look like."""


class RegrasDeRede(Struct, frozen=True, kw_only=True):
    """What may be called: any public address, and those of ``redes``; of their ports, ``portas`` (None: any). With
    ``redes_inteiras`` any port of an address in ``redes``. Never ``da_casa``, whatever ``redes`` says: the ports of
    this machine that we ourselves are at, and our database.
    """

    redes: tuple[Rede, ...] = ()
    portas: frozenset[int] | None = PORTAS
    da_casa: frozenset[int] = frozenset()
    redes_inteiras: bool = False


TUDO: Final = RegrasDeRede(redes=(IPv4Network("0.0.0.0/0"), IPv6Network("::/0")), portas=None)
"""Any address and any port."""


def regras(
    redes: Iterable[str] = (),
    portas: Iterable[int] | None = PORTAS,
    *,
    redes_inteiras: bool = False,
    da_casa: Iterable[int] = (),
) -> RegrasDeRede:
    """Rules with networks as text (``10.1.0.0/16``, ``127.0.0.1``). Raises ValueError for what is no network."""
    return RegrasDeRede(
        redes=tuple(ip_network(rede.strip()) for rede in redes),
        portas=None if portas is None else frozenset(portas),
        da_casa=frozenset(da_casa),
        redes_inteiras=redes_inteiras,
    )


def publico(endereco: str) -> bool:
    """Whether it is an address of the public internet. What is no address is not.

    >>> publico("8.8.8.8"), publico("::ffff:8.8.8.8"), publico("169.254.169.254")
    (True, False, False)
    """
    lido = _lido(endereco)
    if lido is None:
        return False
    if isinstance(lido, IPv4Address):
        return not any(lido in rede for rede in _FORA_IPV4)
    return lido in _DENTRO_IPV6 and not any(lido in rede for rede in _FORA_IPV6)


def permitido(endereco: str, regras: RegrasDeRede) -> bool:
    """Whether an address may be connected to. One with an IPv4 address in it counts as it is written."""
    return publico(endereco) or _nas_redes(endereco, regras)


def permitida(porta: int, endereco: str, regras: RegrasDeRede) -> bool:
    """Whether a port of an address that may be connected to may be."""
    return porta_livre(porta, regras) or (regras.redes_inteiras and _nas_redes(endereco, regras))


def porta_livre(porta: int, regras: RegrasDeRede) -> bool:
    """Whether it may be connected to at whichever address."""
    return regras.portas is None or porta in regras.portas


def _nas_redes(endereco: str, regras: RegrasDeRede) -> bool:
    lido = _lido(endereco)
    return lido is not None and any(lido in rede for rede in regras.redes)


def desta_maquina(endereco: str) -> bool:
    """Whether an address is always this machine's own, in any form that connecting to it takes.

    >>> [desta_maquina(um) for um in ("127.9.9.9", "::ffff:127.0.0.1", "0.0.0.0", "10.0.0.1")]
    [True, True, True, False]
    """
    lido = _lido(endereco)
    if isinstance(lido, IPv6Address) and lido.ipv4_mapped is not None:
        lido = lido.ipv4_mapped
    return lido is not None and (lido.is_loopback or lido.is_unspecified)


def _lido(endereco: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(endereco)
    except ValueError:
        return None
