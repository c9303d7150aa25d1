"""Reading what an empresa's actors asked for and is not in memory: a task for each, answered by a message."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from actors.canal.mensagens import EnviosAchados, EnviosLidos
from actors.contatos.mensagens import ContatosCarregados, LerContatos
from actors.diretorio.empresa_viva import EmpresaViva
from actors.empresa.mensagens import TicketCarregado, TicketDoCanal
from actors.no.entrega import fora_do_ar, ler
from engine.errors import BalcaoError, Unavailable
from engine.modelo import EnvioRow, Linha, TicketRow
from engine.ports import ContatosAchados, DeOnde, PaginaDeEnvios, Store, StoreError
from engine.saude import Saude
from engine.tarefas import Tarefas

log = logging.getLogger(__name__)

T = TypeVar("T")


class Leitor:
    """Implements :class:`~actors.diretorio.empresa_viva.Leituras`. ``barreira`` waits until all that an empresa has
    done is durable.
    """

    def __init__(self, store: Store, barreira: Callable[[EmpresaViva], Awaitable[None]], saude: Saude) -> None:
        self._store = store
        self._barreira = barreira
        self._tarefas = Tarefas("leitor", saude)

    def ler_ticket(self, viva: EmpresaViva, ticket_id: str) -> None:
        """Answered by a TicketCarregado to the Empresa."""
        self._tarefas.lancar(f"ticket {ticket_id}", self._ler_ticket(viva, ticket_id))

    def ler_contatos(self, viva: EmpresaViva, pedido: LerContatos) -> None:
        """Answered by a ContatosCarregados to the Empresa."""
        self._tarefas.lancar(f"contatos de {viva.name}", self._ler_contatos(viva, pedido))

    def ler_ticket_do_canal(self, viva: EmpresaViva, canal_id: str, contatos: tuple[str, ...], desde: int) -> None:
        """Answered by a TicketDoCanal to the Empresa."""
        leitura = self._ler_ticket_do_canal(viva, canal_id, contatos, desde)
        self._tarefas.lancar(f"ticket do canal {canal_id}", leitura)

    def ler_envios(
        self, viva: EmpresaViva, canal_id: str, linha: Linha, depois: DeOnde, limite: int, leitura: int
    ) -> None:
        """Answered by an EnviosLidos to the Canal."""
        self._tarefas.lancar(f"envios de {canal_id}", self._ler_envios(viva, canal_id, linha, depois, limite, leitura))

    def procurar_envios(
        self, viva: EmpresaViva, canal_id: str, ids: tuple[str, ...], externos: tuple[str, ...], consulta: int
    ) -> None:
        """Answered by an EnviosAchados to the Canal."""
        self._tarefas.lancar(f"envios de {canal_id}", self._procurar_envios(viva, canal_id, ids, externos, consulta))

    async def parar(self) -> None:
        await self._tarefas.parar()

    async def _ler_ticket(self, viva: EmpresaViva, ticket_id: str) -> None:
        row: TicketRow | None = None
        erro: BalcaoError | None = None
        try:
            await self._barreira(viva)
            row = await ler(self._store.ticket(viva.name, ticket_id))
        except BalcaoError as problema:
            log.debug("ticket %s could not be read: %s", ticket_id, problema)
            erro = problema if isinstance(problema, Unavailable) else fora_do_ar(_do_store(problema))
        except Exception:  # whoever asked must not wait for ever
            log.exception("ticket %s could not be read", ticket_id)
            erro = fora_do_ar()
        viva.diretorio.empresa.tell(TicketCarregado(ticket_id, row, erro))

    async def _ler_contatos(self, viva: EmpresaViva, pedido: LerContatos) -> None:
        """Without a barrier: what has changed and is not durable yet is at hand, and is not asked for."""
        achados: ContatosAchados | None = None
        erro: BalcaoError | None = None
        try:
            achados = await ler(self._store.contatos(viva.name, pedido.chaves, pedido.ids))
        except BalcaoError as problema:
            log.debug("contacts could not be read: %s", problema)
            erro = fora_do_ar(_do_store(problema))
        except Exception:  # whoever asked must not wait for ever
            log.exception("contacts could not be read")
            erro = fora_do_ar()
        viva.diretorio.empresa.tell(ContatosCarregados(pedido, achados, erro))

    async def _ler_ticket_do_canal(
        self, viva: EmpresaViva, canal_id: str, contatos: tuple[str, ...], desde: int
    ) -> None:  # fmt: skip
        async def ler_o_ultimo() -> TicketRow | None:
            await self._barreira(viva)  # one that was resolved a moment ago is in the store then
            return await ler(self._store.ticket_do_canal(viva.name, canal_id, contatos, desde))

        row, erro = await _tentar(ler_o_ultimo(), "the ticket of a canal")
        viva.diretorio.empresa.tell(TicketDoCanal(canal_id, contatos[0], row, erro))

    async def _ler_envios(
        self, viva: EmpresaViva, canal_id: str, linha: Linha, depois: DeOnde, limite: int, leitura: int
    ) -> None:
        async def ler_a_pagina() -> PaginaDeEnvios:
            await self._barreira(viva)  # what the canal was told of before is in the store then
            return await ler(self._store.envios(viva.name, canal_id, linha, depois, limite))

        pagina, _ = await _tentar(ler_a_pagina(), "jobs")
        _dizer(viva, canal_id, EnviosLidos(linha, leitura, pagina))

    async def _procurar_envios(
        self, viva: EmpresaViva, canal_id: str, ids: tuple[str, ...], externos: tuple[str, ...], consulta: int
    ) -> None:
        async def procurar() -> list[EnvioRow]:
            await self._barreira(viva)  # nothing of what is read is stale then
            return await ler(self._store.procurados(viva.name, canal_id, ids, externos))

        rows, erro = await _tentar(procurar(), "jobs")
        _dizer(viva, canal_id, EnviosAchados(consulta, rows or [], erro))


async def _tentar(leitura: Awaitable[T], o_que: str) -> tuple[T | None, BalcaoError | None]:
    """What was read, or why it could not be: whoever asked must not wait for ever."""
    try:
        return await leitura, None
    except BalcaoError as problema:
        log.debug("%s could not be read: %s", o_que, problema)
        return None, problema if isinstance(problema, Unavailable) else fora_do_ar(_do_store(problema))
    except Exception:
        log.exception("%s could not be read", o_que)
        return None, fora_do_ar()


def _dizer(viva: EmpresaViva, canal_id: str, resposta: EnviosLidos | EnviosAchados) -> None:
    canal = viva.diretorio.canais.get(canal_id)
    if canal is not None:
        canal.tell(resposta)


def _do_store(problema: BalcaoError) -> StoreError | None:
    return problema if isinstance(problema, StoreError) else None
