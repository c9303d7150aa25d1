"""Messages that bring their own id: one that is sent again is stored once and answered the same, however late."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from actors.diretorio.empresa_viva import EmpresaViva
from actors.no.em_curso import EmCurso
from actors.no.entrega import fora_do_ar
from actors.ticket.comandos import EnviarMensagem
from engine.errors import Unprocessable
from engine.modelo import MensagemRow
from engine.ports import Store, StoreError
from engine.saude import Saude


class MensagensUnicas:
    """Two with one id never reach the actors together. ``barreira`` waits until all that an empresa has done is
    durable: only then does a message that is not in the store not exist.
    """

    def __init__(self, store: Store, barreira: Callable[[EmpresaViva], Awaitable[None]], saude: Saude) -> None:
        self._store = store
        self._barreira = barreira
        self._em_curso = EmCurso("mensagens únicas", saude)

    async def enviar(
        self, viva: EmpresaViva, comando: EnviarMensagem, entregar: Callable[[], Awaitable[MensagemRow]]
    ) -> MensagemRow:
        """The message of that id: the one that is stored, or what ``entregar`` makes of it.

        Raises:
            Unprocessable: another message has the id.
            whatever ``entregar`` raises.
        """

        async def uma_vez() -> MensagemRow:
            await self._barreira(viva)
            try:
                row = await self._store.mensagem(viva.name, comando.id or "")
            except StoreError as erro:
                raise fora_do_ar() from erro
            if row is None:
                return await entregar()
            if not e_a_mesma(row, comando):
                raise _de_outra()
            return row

        return await self._em_curso.fazer((viva.name, comando.id), comando, uma_vez, _de_outra)

    async def parar(self) -> None:
        await self._em_curso.parar()


def e_a_mesma(row: MensagemRow, comando: EnviarMensagem) -> bool:
    """Whether a stored message is what is asked for. What a contact wrote may have ended in another of its tickets."""
    if (row.conteudo, row.tipo, row.direcao, row.arquivo) != (
        comando.conteudo, comando.tipo, comando.direcao, comando.arquivo,
    ):  # fmt: skip
        return False
    if row.excluida_em is not None:
        return False
    return row.direcao == "recebida" or (row.ticket_id, row.remetente_id) == (comando.ticket_id, comando.quem.id)


def _de_outra() -> Unprocessable:
    return Unprocessable("id_reutilizado", "Já há uma mensagem com este id, e não é esta: use um id novo para cada uma")
