"""Rate limits: how many requests and frames a second a user, an empresa or an address may send.

A user has one bucket, an empresa has one, however they come: by REST, by the plain WebSocket, by Socket.IO
(:mod:`engine.balde`). What is left is told on every answer of REST, as draft-ietf-httpapi-ratelimit-headers-10 says.

Times are nanoseconds of a clock that never goes back.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from time import monotonic_ns
from typing import Final

from msgspec import Struct

from engine.balde import SEGUNDO, Taxa
from web.resposta.erros import TooManyRequests

RAJADA_S: Final = 5
"""A bucket holds what it gains in so many seconds."""
LEMBRADOS: Final = 50_000
"""Buckets of one kind. Of more, the one unused for longest is forgotten, as if it were full."""
_DE_QUEM: Final = {
    "usuario": "deste usuário",
    "empresa": "desta empresa",
    "endereco": "deste endereço sem token válido",
    "visitante": "deste endereço",
    "conversa": "desta conversa",
    "canal": "deste canal",
}


class LimitesDeRitmo(Struct, frozen=True, kw_only=True):
    """Requests and frames per second, in the long run; 0: no limit."""

    usuario: int = 100
    empresa: int = 2000
    endereco: int = 50
    """For requests without a valid token."""


class Baldes:
    """The buckets of one kind, by key."""

    __slots__ = ("_cheio_em", "_de_quem", "_lembrados", "_nome", "_taxa", "capacidade", "politica")

    def __init__(self, nome: str, quantos: int, lembrados: int = LEMBRADOS, a_cada_s: int = 1) -> None:
        """``quantos`` come back in ``a_cada_s`` seconds; five times as many are there at once."""
        self._cheio_em: OrderedDict[Hashable, int] = OrderedDict()
        custo = a_cada_s * SEGUNDO // quantos
        self._taxa = Taxa(custo, custo * quantos * RAJADA_S)
        self.capacidade = self._taxa.capacidade
        """What :meth:`tomar` gives is more than this where there was no token."""
        self._lembrados = lembrados
        self._de_quem = _DE_QUEM.get(nome, "")
        self._nome = nome.encode()
        self.politica = b'"%b";q=%d;w=%d' % (self._nome, quantos * RAJADA_S, RAJADA_S * a_cada_s)

    def __len__(self) -> int:
        return len(self._cheio_em)

    def tomar(self, chave: Hashable, agora: int) -> int:
        """Take a token, if there is one.

        Gives how long the bucket then takes to be full (ns): what :meth:`demora` and :meth:`saldo` read.
        """
        cheio_em = self._taxa.tomar(self._cheio_em.get(chave, 0), agora)
        if cheio_em - agora <= self.capacidade:
            self._cheio_em[chave] = cheio_em
            self._cheio_em.move_to_end(chave)
            if len(self._cheio_em) > self._lembrados:
                self._cheio_em.popitem(last=False)
        return cheio_em - agora

    def falta(self, chave: Hashable, agora: int) -> int:
        """What :meth:`tomar` would give; nothing is taken."""
        return self._taxa.tomar(self._cheio_em.get(chave, 0), agora) - agora

    def exigir(self, chave: Hashable, agora: int) -> None:
        """Take a token. Raises TooManyRequests."""
        demora = self.demora(self.tomar(chave, agora))
        if demora:
            raise self.excesso(demora)

    def excesso(self, demora: int) -> TooManyRequests:
        """What is said to whoever found no token, and has to wait so long (ns)."""
        segundos = -(-demora // SEGUNDO)
        return TooManyRequests(
            "limite_excedido", f"Requisições demais {self._de_quem}; espere {segundos} s e tente de novo", segundos
        )  # fmt: skip

    def devolver(self, chave: Hashable, quantas: int = 1) -> None:
        """Give back tokens that were taken. A bucket that was forgotten since is full anyway."""
        if chave in self._cheio_em:
            self._cheio_em[chave] -= self._taxa.custo * quantas

    def demora(self, falta: int) -> int:
        """How long until a token can be taken (ns); 0: one was."""
        return self._taxa.espera(falta, 0)

    def saldo(self, falta: int) -> bytes:
        """The item of ``RateLimit``: tokens left, and seconds until the bucket is full."""
        resta = max(0, (self.capacidade - falta) // self._taxa.custo)
        return b'"%b";r=%d;t=%d' % (self._nome, resta, -(-falta // SEGUNDO))


class Veredito(Struct, frozen=True, gc=False):
    """What became of a request: what its answer tells, and why it is refused."""

    cabecalhos: tuple[tuple[bytes, bytes], ...] = ()
    recusa: TooManyRequests | None = None

    def exigir(self) -> None:
        """Raise TooManyRequests if it is refused."""
        if self.recusa is not None:
            raise self.recusa


class Regua:
    """Limits that hold at once: a request takes a token of each, or of none. One that is None does not hold."""

    __slots__ = ("_baldes", "_politica")

    def __init__(self, *baldes: Baldes | None) -> None:
        self._baldes = [(qual, um) for qual, um in enumerate(baldes) if um is not None]
        self._politica = (b"ratelimit-policy", b", ".join(um.politica for _, um in self._baldes))

    def contar(self, chaves: Sequence[Hashable], agora: int) -> Veredito:
        """Count a request. ``chaves``: one for each limit."""
        if not self._baldes:
            return _LIVRE
        saldos = []
        recusa = None
        for qual, um in self._baldes:
            falta = um.tomar(chaves[qual], agora)
            saldos.append(um.saldo(falta))
            demora = um.demora(falta)
            if demora:
                self._devolver(chaves, qual)
                recusa = um.excesso(demora)
                break
        return Veredito(((b"ratelimit", b", ".join(saldos)), self._politica), recusa)

    def exigir(self, chaves: Sequence[Hashable], agora: int) -> None:
        """Count what is not told how much is left. Raises TooManyRequests."""
        for qual, um in self._baldes:
            falta = um.tomar(chaves[qual], agora)
            if falta > um.capacidade:
                self._devolver(chaves, qual)
                raise um.excesso(um.demora(falta))

    def _devolver(self, chaves: Sequence[Hashable], ate: int) -> None:
        for qual, um in self._baldes:
            if qual < ate:
                um.devolver(chaves[qual])


class Limitador:
    """The limits of a server. ``relogio`` gives nanoseconds."""

    __slots__ = ("_anonimos", "_chegadas", "_enderecos", "_relogio", "_sessoes", "_usuarios")

    def __init__(self, limites: LimitesDeRitmo, relogio: Callable[[], int] = monotonic_ns) -> None:
        self._relogio = relogio
        usuarios, empresas = _baldes("usuario", limites.usuario), _baldes("empresa", limites.empresa)
        self._sessoes = Regua(usuarios, empresas)
        self._usuarios = Regua(usuarios)
        self._chegadas = Regua(empresas)
        self._enderecos = _baldes("endereco", limites.endereco)
        self._anonimos = Regua(self._enderecos)

    def usuario(self, empresa_id: str, usuario_id: str) -> Veredito:
        """A request with a token."""
        return self._sessoes.contar((empresa_id + usuario_id, empresa_id), self._relogio())

    def quadro(self, empresa_id: str, usuario_id: str, *, grava: bool) -> None:
        """A frame of a realtime client. One that does not ask for anything to be written (``grava``) counts for its
        user alone: what a thousand people type must not take the turns of what they send. Raises TooManyRequests.
        """
        regua = self._sessoes if grava else self._usuarios
        regua.exigir((empresa_id + usuario_id, empresa_id), self._relogio())

    def anonimo(self, endereco: str) -> Veredito:
        """A request without one."""
        return self._anonimos.contar((endereco,), self._relogio())

    def exigir_folga(self, endereco: str) -> None:
        """Raise TooManyRequests if an address has nothing left. Nothing is taken."""
        if self._enderecos is not None:
            demora = self._enderecos.demora(self._enderecos.falta(endereco, self._relogio()))
            if demora:
                raise self._enderecos.excesso(demora)

    def chegada(self, empresa_id: str) -> Veredito:
        """A realtime connection of somebody with a token. It counts for the empresa alone: after a restart all its
        screens come back at once, those of a service account too.
        """
        return self._chegadas.contar((empresa_id,), self._relogio())

    def devolver(self, endereco: str, quantas: int) -> None:
        """Give an address back what was counted for it, by somebody who has shown a token since."""
        if self._enderecos is not None:
            self._enderecos.devolver(endereco, quantas)


_LIVRE: Final = Veredito()


def _baldes(nome: str, por_segundo: int) -> Baldes | None:
    return Baldes(nome, por_segundo) if por_segundo else None
