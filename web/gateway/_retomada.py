"""From ``desde`` to live, with no gap and no duplicate.

The log is read in pages up to where the live events begin. These are kept meanwhile in the tail of the audience, which
is bounded: a reader that falls behind it reads the log further, so nothing depends on the bound but how often the
database is asked. The step from the tail to live happens without giving the loop away, so no event comes in between.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Collection, Sequence
from itertools import islice
from typing import Protocol, TypeVar

from engine import permissoes
from engine.errors import Unavailable
from engine.ids import NINGUEM
from engine.modelo import EventoRow
from engine.ports import Lugar, Vidente
from engine.vistas import com_enderecos_atuais
from web.gateway._ajustes import AjustesGateway
from web.gateway._conexao import LENTO, TENTE_DE_NOVO, Conexao
from web.gateway._plateia import Plateia
from web.gateway._visao import alcanca, alcanca_depois, contato_de
from web.pedido.tempo_de_resposta import RESPOSTA_S

T = TypeVar("T")


class Log(Protocol):
    """The event log, of what the engine's Reader offers."""

    async def eventos(self, empresa_id: str, desde: int, ate: int, limite: int) -> list[EventoRow]: ...

    async def primeiro_evento(self, empresa_id: str) -> int: ...

    async def lugares(self, empresa_id: str, ticket_ids: Collection[str]) -> dict[str, Lugar]: ...

    async def contatos_vistos(self, empresa_id: str, vidente: Vidente, contato_ids: Collection[str]) -> set[str]: ...


class _ForaDoLog(Exception):
    """What is asked for is not in the log: pruned, or never was."""


class _Saiu(Exception):
    """The client is gone."""


class Retomada:
    """One connection's replay. It sees what its user may see now, by the same rules as live; an atendente only of
    tickets that it may still see, as in REST, and that they were taken away from it.
    """

    def __init__(
        self, conexao: Conexao, plateia: Plateia, desde: int, leitor: Log, ajustes: AjustesGateway
    ) -> None:  # fmt: skip
        self._conexao = conexao
        self._plateia = plateia
        self._diretorio = plateia.diretorio
        self._leitor = leitor
        self._ajustes = ajustes
        self._pos = desde
        self._inicio = 0

    async def correr(self) -> None:
        """Replay, say ``retomado`` (or ``resync``, if the log does not reach back so far), and go live."""
        with self._plateia.gravando():
            self._inicio = self._diretorio.durable_seq
            try:
                await self._exigir_no_log()
                while self._pos < self._fim():
                    await self._enviar(await self._pagina())
            except _ForaDoLog:
                self._pos = self._fim()
                self._ir_ao_vivo("resync")
            except _Saiu:
                return
            except Unavailable:
                self._conexao.saida.fechar(TENTE_DE_NOVO)
            except TimeoutError:
                self._conexao.saida.fechar(LENTO)
            else:
                self._ir_ao_vivo("retomado")

    def _ir_ao_vivo(self, nome: str) -> None:
        self._conexao.visto = self._pos
        self._conexao.enviar_evento(nome, f'{{"seq":{self._pos}}}')
        self._conexao.ao_vivo = True

    def _fim(self) -> int:
        """The last event published so far."""
        cauda = self._plateia.cauda
        return max(self._inicio, cauda[-1].seq) if cauda else self._inicio

    async def _exigir_no_log(self) -> None:
        if self._pos == self._inicio:
            return
        if self._pos > self._inicio:
            raise _ForaDoLog
        if self._pos + 1 < await self._ler(self._leitor.primeiro_evento(self._diretorio.empresa_id)):
            raise _ForaDoLog

    async def _pagina(self) -> Sequence[EventoRow]:
        """The next events: from the tail where it reaches back far enough, else from the log."""
        cauda = self._plateia.cauda
        if cauda and cauda[0].seq <= self._pos + 1:
            inicio = self._pos + 1 - cauda[0].seq
            return list(islice(cauda, inicio, inicio + self._ajustes.pagina))
        ate = cauda[0].seq - 1 if cauda else self._inicio
        pagina = await self._ler(self._leitor.eventos(self._diretorio.empresa_id, self._pos, ate, self._ajustes.pagina))
        if not pagina:
            raise _ForaDoLog
        return pagina

    async def _enviar(self, pagina: Sequence[EventoRow]) -> None:
        conexao, diretorio = self._conexao, self._diretorio
        lugares = await self._lugares(pagina)
        ocultos = await self._contatos_ocultos(pagina)
        if conexao not in self._plateia.conexoes:
            raise _Saiu
        for evento in pagina:
            if evento.seq != self._pos + 1:  # pruned between two pages
                raise _ForaDoLog
            if not conexao.saida.folgada():
                await self._escoar()
            lugar = lugares.get(evento.ticket_id or "")
            if evento.seq not in ocultos and alcanca_depois(diretorio, conexao.quem, conexao.salas, evento, lugar):
                dados = com_enderecos_atuais(evento.dados, diretorio.empresa_id, diretorio.endereco_de_arquivo)
                conexao.enviar_evento(evento.tipo, dados, evento.seq)
            self._pos = evento.seq

    async def _lugares(self, pagina: Sequence[EventoRow]) -> dict[str, Lugar]:
        """Where the tickets of a page are now, for whom that decides. Those that rest are not in memory."""
        conexao, diretorio = self._conexao, self._diretorio
        if permissoes.pode(conexao.quem, permissoes.VER_TUDO):
            return {}
        ids = {e.ticket_id for e in pagina if e.ticket_id and alcanca(diretorio, conexao.quem, conexao.salas, e)}
        na_memoria = ((ticket_id, diretorio.lugar_do_ticket(ticket_id)) for ticket_id in ids)
        lugares = {ticket_id: lugar for ticket_id, lugar in na_memoria if lugar is not None}
        fora = ids - lugares.keys()
        return lugares | await self._ler(self._leitor.lugares(diretorio.empresa_id, fora)) if fora else lugares

    async def _ler(self, leitura: Awaitable[T]) -> T:
        """Raises Unavailable when it takes too long: the client is told to come back, and does not wait for good."""
        try:
            async with asyncio.timeout(RESPOSTA_S):
                return await leitura
        except TimeoutError:
            raise Unavailable("banco_indisponivel", "O banco de dados não responde", 2) from None

    async def _contatos_ocultos(self, pagina: Sequence[EventoRow]) -> set[int]:
        """The events of a page that show a contact of which the reader sees no ticket now."""
        quem, diretorio = self._conexao.quem, self._diretorio
        vidente = permissoes.vidente(quem, diretorio.filas_que_serve(quem.id or NINGUEM))
        if vidente is None or diretorio.ve_todos_os_contatos(quem):
            return set()
        mostrados = {
            e.seq: id_ for e in pagina if alcanca(diretorio, quem, set(), e) and (id_ := contato_de(e)) is not None
        }
        if not mostrados:
            return set()
        vistos = await self._ler(self._leitor.contatos_vistos(diretorio.empresa_id, vidente, set(mostrados.values())))
        return {seq for seq, id_ in mostrados.items() if id_ not in vistos}

    async def _escoar(self) -> None:
        async with asyncio.timeout(self._ajustes.prazo_escoamento / 1000):
            if not await self._conexao.saida.escoar():
                raise _Saiu
