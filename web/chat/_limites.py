"""How fast visitors may go, and how much of theirs is under way at once: one visitor, one address and one site at most
so much each, so that none of them is in the way of another.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from time import monotonic_ns
from typing import Final
from weakref import WeakValueDictionary

from engine.errors import Overloaded
from web.chat._ajustes import AjustesDoChat
from web.portaria.limites import Baldes, Regua
from web.resposta.erros import TooManyRequests

MINUTO_S: Final = 60


class Limites:
    """Rates. ``relogio`` gives nanoseconds. Whatever is asked for takes a token of each, or of none."""

    __slots__ = ("_arquivos", "_leituras", "_mensagens", "_quadros", "_relogio", "_sessoes")

    def __init__(self, ajustes: AjustesDoChat, relogio: Callable[[], int] = monotonic_ns) -> None:
        a = ajustes
        self._relogio = relogio
        self._sessoes = Regua(
            _baldes("visitante", a.sessoes_por_endereco, MINUTO_S), _baldes("canal", a.sessoes_por_canal)
        )
        self._arquivos = Regua(
            _baldes("conversa", a.arquivos_por_sessao, MINUTO_S),
            _baldes("visitante", a.arquivos_por_endereco, MINUTO_S),
            _baldes("canal", a.arquivos_por_canal, MINUTO_S),
        )
        self._mensagens = Regua(
            _baldes("conversa", a.mensagens_por_sessao),
            _baldes("visitante", a.mensagens_por_endereco),
            _baldes("canal", a.mensagens_por_canal),
        )
        self._leituras = Regua(
            _baldes("conversa", a.leituras_por_sessao),
            _baldes("visitante", a.leituras_por_endereco),
            _baldes("canal", a.leituras_por_canal),
        )
        self._quadros = Regua(_baldes("conversa", a.quadros_por_sessao))

    def sessao(self, endereco: str, canal_id: str) -> None:
        """Somebody begins. Raises TooManyRequests, as all of these."""
        self._sessoes.exigir((endereco, canal_id), self._relogio())

    def mensagem(self, sessao: str, endereco: str, canal_id: str) -> None:
        self._mensagens.exigir((sessao, endereco, canal_id), self._relogio())

    def arquivo(self, sessao: str, endereco: str, canal_id: str) -> None:
        self._arquivos.exigir((sessao, endereco, canal_id), self._relogio())

    def leitura(self, sessao: str, endereco: str, canal_id: str) -> None:
        self._leituras.exigir((sessao, endereco, canal_id), self._relogio())

    def quadro(self, sessao: str) -> None:
        self._quadros.exigir((sessao,), self._relogio())


def _baldes(nome: str, quantos: int, a_cada_s: int = 1) -> Baldes | None:
    return Baldes(nome, quantos, a_cada_s=a_cada_s) if quantos else None


class VezDeLer:
    """Visitors read one after the other beyond a few: what an empresa's people read has its connections still."""

    def __init__(self, ajustes: AjustesDoChat) -> None:
        self._todas = asyncio.Semaphore(ajustes.leituras_juntas)
        self._ajustes = ajustes
        self._esperando: Counter[str] = Counter()
        self._dos_canais: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    @asynccontextmanager
    async def de(self, canal_id: str) -> AsyncIterator[None]:
        """Hold a turn for the block. Raises Overloaded if too many wait already."""
        if self._esperando[canal_id] >= self._ajustes.leituras_a_espera:
            raise Overloaded("sobrecarga", "Há conversas demais neste momento; tente de novo em instantes", 2)
        do_canal = self._dos_canais.get(canal_id)
        if do_canal is None:
            do_canal = self._dos_canais[canal_id] = asyncio.Semaphore(self._ajustes.leituras_juntas_do_canal)
        self._esperando[canal_id] += 1
        try:
            async with do_canal, self._todas:
                yield
        finally:
            self._esperando[canal_id] -= 1
            if not self._esperando[canal_id]:
                del self._esperando[canal_id]


class VagasDeEnvio:
    """Files under way: of one address, of one canal, of all visitors. What they cost is bounded so."""

    def __init__(self, ajustes: AjustesDoChat) -> None:
        self._ajustes = ajustes
        self._do_endereco: Counter[str] = Counter()
        self._do_canal: Counter[str] = Counter()

    @contextmanager
    def uma(self, endereco: str, canal_id: str) -> Iterator[None]:
        """Hold a place for the block. Raises TooManyRequests."""
        a, ocupadas = self._ajustes, ((self._do_endereco, endereco), (self._do_canal, canal_id))
        if (
            self._do_endereco[endereco] >= a.envios_por_endereco
            or self._do_canal[canal_id] >= a.envios_por_canal
            or self._do_canal.total() >= a.envios
        ):
            raise TooManyRequests("envios_demais", "Há envios de arquivos demais agora; espere e tente de novo", 5)
        for contagem, chave in ocupadas:
            contagem[chave] += 1
        try:
            yield
        finally:
            for contagem, chave in ocupadas:
                contagem[chave] -= 1
                if not contagem[chave]:
                    del contagem[chave]


class Trancas:
    """One lock for each name that is in use."""

    def __init__(self) -> None:
        self._trancas: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def de(self, nome: str) -> asyncio.Lock:
        tranca = self._trancas.get(nome)
        if tranca is None:
            tranca = self._trancas[nome] = asyncio.Lock()
        return tranca
