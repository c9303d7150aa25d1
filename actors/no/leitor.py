"""Reading what an empresa's actors asked for and is not in memory: a task for each, answered by a message."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from actors.contatos.mensagens import ContatosCarregados, LerContatos
from actors.diretorio.empresa_viva import EmpresaViva
from actors.empresa.mensagens import TicketCarregado
from actors.no.entrega import fora_do_ar, ler
from engine.errors import BalcaoError, Unavailable
from engine.modelo import TicketRow
from engine.ports import ContatosAchados, Store, StoreError
from engine.saude import Saude
from engine.tarefas import Tarefas

log = logging.getLogger(__name__)


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


def _do_store(problema: BalcaoError) -> StoreError | None:
    return problema if isinstance(problema, StoreError) else None
