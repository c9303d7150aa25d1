"""What is written down when a job of the outbox has changed: itself, the message that it sends, and the event."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from msgspec import Struct

from actors.comandos import ComandoTicket
from actors.diretorio.empresa_viva import EmpresaViva
from actors.diretorio.inscricoes import esquecer
from actors.empresa.mensagens import ParaTicket
from actors.ticket.comandos import ContarEntrega
from actors.ticket.mensagens import AvisoSaiu
from engine import eventos
from engine.conector.inscricoes import FIM_DA_INSCRICAO
from engine.envios.avisos import inscricao_de
from engine.envios.cadencia import Cadencia
from engine.envios.estados import ABERTOS, DA_MENSAGEM
from engine.eventos import do_ticket, publicar
from engine.modelo import CanalRow, EntregaRow, EnvioRow, EstadoEnvio, Quem, StatusEntrega, TicketRow, TipoMensagem
from engine.runtime import Reply, Stateful

COM_ERRO = frozenset({"falhou", "desconhecido", "cancelado"})
"""The states in which a message says what is wrong."""
FEITOS: Final = frozenset[EstadoEnvio]({"enviado", "entregue", "lido"})
"""The states of a job that was done."""
SAIU: Final = frozenset[StatusEntrega]({"enviado", "entregue", "lido"})
"""What a message shows that the provider has."""


class _Dados(Struct):
    tipo: TipoMensagem = "texto"


_ler_dados: Final = msgspec.json.Decoder(_Dados).decode


class Anotacoes:
    """``anotar`` is an :class:`~actors.canal.linha.Anotador`. ``cadencia`` counts what is done: also in a turn that
    fails, which is done again.
    """

    __slots__ = ("_ator", "_cadencia", "_viva")

    def __init__(self, ator: Stateful[CanalRow], viva: EmpresaViva, cadencia: Cadencia) -> None:
        self._ator = ator
        self._viva = viva
        self._cadencia = cadencia

    def anotar(self, antes: EnvioRow, depois: EnvioRow) -> None:
        """Save it. If a message shows another state now, or fails for another reason, that is saved and told."""
        self._ator.save(depois)
        if depois.estado in FEITOS and antes.estado in ABERTOS:
            self._cadencia.contar(depois.trabalho, depois.atualizado_em)
        if depois.codigo in FIM_DA_INSCRICAO and depois.trabalho == "enviar_push":
            self._esquecer_inscricao(depois)
        mostrado = _mostrado(depois)
        if depois.mensagem_id is not None and (mostrado != _mostrado(antes) or depois.id_externo != antes.id_externo):
            status, erro = mostrado
            self._ator.save(EntregaRow(depois.empresa_id, depois.mensagem_id, status, erro, depois.id_externo))
            if mostrado != _mostrado(antes):
                self._contar(antes, depois)

    def _esquecer_inscricao(self, row: EnvioRow) -> None:
        """A browser is not there any more; unless it has subscribed anew since this was written."""
        inscricao = self._viva.inscricoes.por_id(inscricao_de(row))
        if inscricao is not None and inscricao.criada_em <= row.criado_em:
            esquecer(self._ator, self._viva.inscricoes, inscricao)

    def _contar(self, antes: EnvioRow, row: EnvioRow) -> None:
        """Of a ticket that is not in memory its own actor tells, once it is read."""
        if row.ticket_id is None or row.mensagem_id is None:
            return
        evento = eventos.MensagemStatus(row.mensagem_id, row.ticket_id, False, *_mostrado(row))
        mudancas = mudancas_da_entrega(antes, row)
        quem = Quem(row.empresa_id, None, "sistema")
        ticket = self._viva.diretorio.ticket_row(row.ticket_id)
        if ticket is not None:
            publicar(self._ator, quem, evento, do_ticket(ticket), mudancas)
            self._dizer_do_aviso(ticket, row)
        else:
            contar: ComandoTicket[Any] = ContarEntrega(
                quem=quem, ticket_id=row.ticket_id, evento=evento, mudancas=mudancas
            )
            self._viva.diretorio.empresa.forward(ParaTicket(contar), Reply())

    def _dizer_do_aviso(self, ticket: TicketRow, row: EnvioRow) -> None:
        """A warning of silence has left, or will not: its ticket counts from then."""
        silencio = ticket.silencio
        if silencio is None or silencio.aviso_id != row.mensagem_id or row.mensagem_id is None:
            return
        if _mostrado(row)[0] in SAIU or row.estado not in ABERTOS:
            self._viva.diretorio.tickets[ticket.id].tell(AvisoSaiu(row.mensagem_id))


def mudancas_da_entrega(antes: EnvioRow, depois: EnvioRow) -> eventos.Mudancas:
    """What changed about how far a message has got; and, the first time that the provider has it, as what it was sent
    (``enviada``): whoever counts what was sent counts these. A provider that has had it before has given it an id.
    """
    (de, _), (para, _) = _mostrado(antes), _mostrado(depois)
    mudancas: eventos.Mudancas = {} if de == para else {"statusEntrega": (de, para)}
    if para in SAIU and de not in SAIU and antes.id_externo is None:
        mudancas["enviada"] = (None, _ler_dados(depois.dados or "{}").tipo)
    return mudancas


def _mostrado(row: EnvioRow) -> tuple[StatusEntrega, str | None]:
    """What a message shows of its job."""
    return DA_MENSAGEM[row.estado], row.erro if row.estado in COM_ERRO else None
