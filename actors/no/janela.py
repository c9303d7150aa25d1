"""Whether a contact can be written to freely, where its ticket does not know: it may have written in another one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from msgspec.structs import replace

from actors.diretorio.empresa_viva import EmpresaViva
from actors.no.entrega import fora_do_ar, ler
from actors.ticket.comandos import EnviarMensagem
from engine.envios import janela
from engine.errors import Conflict
from engine.modelo import MensagemRow
from engine.ports import Store, StoreError


async def com_a_janela(
    store: Store,
    viva: EmpresaViva,
    comando: EnviarMensagem,
    entregar: Callable[[EnviarMensagem], Awaitable[MensagemRow]],
) -> MensagemRow:
    """Have a message sent; if it is refused for the window, once more with what the contact's other tickets know of it.

    Raises Unavailable if that cannot be read, and whatever ``entregar`` raises.
    """
    try:
        return await entregar(comando)
    except Conflict as recusa:
        if recusa.codigo != janela.FECHADA:
            raise
        try:
            ate = await ler(store.janela_do_contato(viva.name, comando.ticket_id))
        except StoreError as erro:
            raise fora_do_ar(erro) from erro
        if ate is None:
            raise
    return await entregar(replace(comando, janela_ate=ate))
