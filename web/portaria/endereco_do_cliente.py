"""Where a request comes from: the address that its rate is counted by."""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

EnderecoIP = IPv4Address | IPv6Address

_PREFIXO_IPV6 = 64
"""Bits of an IPv6 address that one subscriber has in common (RFC 6177): the others are its own to vary."""


_com_porta = re.compile(r"(?:\[([0-9A-Fa-f:.%]+)\]|([0-9.]+))(?::[0-9]*)?").fullmatch


class EnderecoDoCliente:
    """Tells the address of a client. What a client writes of itself counts only if a trusted proxy passed it on."""

    __slots__ = ("_proxies",)

    def __init__(self, proxies: Sequence[str] = ()) -> None:
        self._proxies = tuple(ip_network(rede) for rede in proxies)

    def chave(self, par: str, encaminhado: bytes | None) -> str:
        """The key of the client's bucket.

        Args:
            par: the address at the other end of the socket.
            encaminhado: the ``X-Forwarded-For`` header: each proxy appends whom it was called by, so only what
                trusted ones have written, from the right, is true.
        """
        endereco = self.endereco(par, encaminhado)
        return par if endereco is None else _chave(endereco)

    def endereco(self, par: str, encaminhado: bytes | None) -> EnderecoIP | None:
        """The client's address. The arguments are those of :meth:`chave`; None: nobody who is trusted has said it in a
        way that can be read.
        """
        endereco = _endereco(par)
        if endereco is not None and encaminhado is not None and self._confiavel(endereco):
            return self._cliente(endereco, encaminhado)
        return endereco

    def confia(self, par: str) -> bool:
        """Whether that is a trusted proxy."""
        endereco = _endereco(par)
        return endereco is not None and self._confiavel(endereco)

    def chave_do_par(self, par: str) -> str | None:
        """The key of whoever is at the other end of a socket; None for a trusted proxy, which stands for many."""
        endereco = _endereco(par)
        if endereco is None:
            return par
        return None if self._confiavel(endereco) else _chave(endereco)

    def _cliente(self, endereco: EnderecoIP, encaminhado: bytes) -> EnderecoIP | None:
        for texto in reversed(encaminhado.decode("latin1").split(",")):
            anterior = _endereco(_sem_porta(texto.strip().strip('"')))
            if anterior is None or not self._confiavel(anterior):
                return anterior
            endereco = anterior
        return endereco

    def _confiavel(self, endereco: EnderecoIP) -> bool:
        return any(endereco in rede for rede in self._proxies)


def _sem_porta(texto: str) -> str:
    """Some proxies write the port too, and an IPv6 address in brackets."""
    achado = _com_porta(texto)
    return texto if achado is None else achado[1] or achado[2]


def _endereco(texto: str) -> EnderecoIP | None:
    try:
        endereco = ip_address(texto)
    except ValueError:
        return None
    return getattr(endereco, "ipv4_mapped", None) or endereco


def _chave(endereco: EnderecoIP) -> str:
    if isinstance(endereco, IPv4Address):
        return str(endereco)
    return str(ip_network((int(endereco), _PREFIXO_IPV6), strict=False).network_address)
