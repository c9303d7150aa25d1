"""Who reaches the server from outside, and what of the settings would let strangers in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_address, ip_network
from typing import Final
from urllib.parse import urlsplit

_LARGURA: Final = {4: 12, 6: 24}
"""Bits of prefix, by IP version: a public network of fewer is not that of one's own proxies."""


def so_desta_maquina(host: str) -> bool:
    """Whether who listens there is reached from this machine only."""
    if host.lower() == "localhost" or host.lower().endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def avisos_de_producao(publico: str, *, banco_proprio: bool) -> Iterator[str]:
    """What to say of a server in production. ``publico``: the address that clients are told."""
    if banco_proprio:
        yield (
            "production com o PostgreSQL próprio, nesta máquina só e sem cópia: para um servidor de bancos, use "
            "DATABASE_URL"
        )
    if so_desta_maquina(urlsplit(publico).hostname or ""):
        yield (
            f"os endereços de arquivos apontam para {publico}, que só esta máquina alcança: diga o endereço público em "
            "BACKEND_URL"
        )


def avisos_de_proxies(redes: Iterable[str]) -> Iterator[str]:
    """What to say of networks (CIDR) that are believed whatever they say of a client's address."""
    lidas = [ip_network(rede) for rede in redes]
    for rede in (*_largas(r for r in lidas if r.version == 4), *_largas(r for r in lidas if r.version == 6)):
        yield (
            f"PROXY_CONFIAVEL: {rede} confia em estranhos: qualquer um ali diz, em X-Forwarded-For, por qual endereço "
            "quer ser contado, e escapa dos limites; liste só os endereços dos seus proxies"
        )


def _largas(redes: Iterable[IPv4Network | IPv6Network]) -> Iterator[IPv4Network | IPv6Network]:
    """Neighbours count as the one network that they are together."""
    for rede in collapse_addresses(redes):  # type: ignore[type-var]  # all are of one version
        if rede.prefixlen < _LARGURA[rede.version] and not rede.is_private:
            yield rede
