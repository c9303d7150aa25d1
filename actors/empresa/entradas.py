"""A contact wrote by a channel: who that is, and which ticket the message belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Final

from msgspec.structs import replace

from actors.comandos import ComandoTicket
from actors.contatos.agenda import Contato
from actors.contatos.contatos import Contatos
from actors.diretorio.diretorio import canal_nao_encontrado
from actors.diretorio.empresa_viva import EmpresaViva
from actors.empresa.abertura import Abertura
from actors.empresa.mensagens import MensagemDoCanal, ParaTicket, TicketDoCanal
from actors.ticket.comandos import Chegada, EnviarMensagem
from actors.ticket.reabertura import pode_reabrir
from engine import conversas
from engine.contatos import enderecos_de
from engine.envios import janela
from engine.envios.cargas import escrito
from engine.errors import Conflict, fora_de_ordem
from engine.modelo import CanalRow, EmpresaRow, TicketRow
from engine.pesquisa.regra import parte
from engine.runtime import Ask, Stateful, settle
from engine.vistas import json_text

AUTOMATICA: Final = "mensagem_automatica"
"""The ``codigo`` of what is not stored, since nobody wrote it and there is no conversation that it belongs to."""

Chave = tuple[str, str]
"""A canal and a contact."""


class Entradas:
    """The message goes to the contact's open ticket of that canal, or to the one resolved last, which may reopen, or to
    a new one. What has to be looked up for that is read; messages of the contact wait meanwhile, in order.

    ``_esperando`` are those that wait. It changes only in callbacks of turns. ``ler`` has the ticket read that was
    resolved last: of a canal and these contacts, the first of which the answer names, not before an instant.
    """

    __slots__ = ("_abertura", "_ator", "_contatos", "_esperando", "_ler", "_viva")

    def __init__(
        self,
        ator: Stateful[EmpresaRow, Any],
        viva: EmpresaViva,
        contatos: Contatos,
        abertura: Abertura,
        ler: Callable[[str, tuple[str, ...], int], None],
    ) -> None:
        self._ator = ator
        self._viva = viva
        self._contatos = contatos
        self._abertura = abertura
        self._ler = ler
        self._esperando: dict[Chave, list[Ask[Any]]] = {}

    def receber(self, m: MensagemDoCanal) -> None:
        """Answered by the message, as its ticket has stored it. Raises NotFound if the canal was deleted meanwhile."""
        canal = self._em_vigor(m.canal.id)
        if canal.id != m.canal.id:  # it is being deleted: what came by it goes on by the other
            m = replace(m, canal=canal, procurado=False, anterior=None)
        mensagem, fila_id = m.comando.mensagem, self._viva.diretorio.fila_em_vigor(canal.fila_id)
        if mensagem.mudou_de_endereco:
            self._mudar_de_endereco(m, fila_id)
            return
        enderecos = enderecos_de((mensagem.de, *mensagem.tambem), canal, self._ator.row.pais_padrao)
        achado = self._contatos.de_endereco(m, m.comando.quem, mensagem.nome, enderecos, fila_id)
        if achado is not None:
            self._encaminhar(m, *achado)

    def _mudar_de_endereco(self, m: MensagemDoCanal, fila_id: str) -> None:
        """The contact has moved. Once that stands, the message is handled again, as if it came from where it is now."""
        mensagem = m.comando.mensagem
        novo = next((um for um in mensagem.tambem if um.tipo == mensagem.de.tipo), mensagem.de)
        de, para = (enderecos_de((um,), m.canal, self._ator.row.pais_padrao) for um in (mensagem.de, novo))
        mudou = self._contatos.mudar_de_endereco(m, m.comando.quem, de, para, fila_id)
        if mudou is not None:
            outros = tuple(um for um in mensagem.tambem if um != novo)
            agora = replace(mensagem, de=novo if mudou else mensagem.de, tambem=outros, mudou_de_endereco=False)
            de_novo = Ask(replace(m, comando=replace(m.comando, mensagem=agora)), self._ator.defer())
            self._ator.once_released(partial(self._ator.ref.put_back, [de_novo]))

    def _em_vigor(self, canal_id: str) -> CanalRow:
        em_vigor = self._viva.diretorio.canal_em_vigor(canal_id)
        canal = None if em_vigor is None else self._viva.diretorio.canal_row(em_vigor)
        if canal is None:
            raise canal_nao_encontrado()
        return canal

    def _encaminhar(self, m: MensagemDoCanal, contato: Contato, conhecido: bool) -> None:
        chave = (m.canal.id, contato.row.id)
        self._contatos.deixar_uma_conversa(m.comando.quem, contato)
        aberto = self._aberto(contato.ids(), m.canal.id)
        if chave in self._esperando and not m.procurado:  # those before it come first
            self._esperar_por(chave, m)
        elif aberto is not None:
            self._viva.diretorio.tickets[aberto].forward(_para(m, aberto), self._ator.defer())
        elif m.comando.mensagem.automatica:
            recusa = Conflict(AUTOMATICA, "Uma resposta automática não abre nem reabre um ticket")
            self._ator.refuse(self._ator.defer(), recusa)
        elif m.anterior is not None:
            de_antes: ComandoTicket[Any] = _para(m, m.anterior)
            self._ator.ref.forward(ParaTicket(de_antes), self._ator.defer())
        elif m.procurado or not conhecido:  # who was just met has no ticket to look for
            row, ticket = self._abertura.pelo_canal(m, contato, _chegada(m))
            ticket.forward(_para(m, row.id), self._ator.defer())
        else:
            self._esperar_por(chave, m)
            self._ator.once_released(partial(self._ler, m.canal.id, contato.ids(), self._desde()))

    def _desde(self) -> int:
        """A ticket that was resolved since then may open again, or be answered about."""
        return self._ator.now() - max(self._viva.silencios.maior_janela(), self._viva.pesquisas.vale_por())

    def _aberto(self, contatos: Iterable[str], canal_id: str) -> str | None:
        """The contact's open ticket by this canal: its own conversation (of several, the one that was spoken in last:
        the contact was united just now), or else the last that people opened.
        """
        achado: str | None = None
        proprios: list[TicketRow] = []
        for ticket_id in self._viva.contagens.por_contato.abertos(contatos):
            row = self._viva.diretorio.ticket_row(ticket_id)
            if row is not None and row.canal_id == canal_id:
                achado = ticket_id
                if row.do_canal:
                    proprios.append(row)
        return max(proprios, key=conversas.falada_em).id if proprios else achado

    # -- waiting -------------------------------------------------------------------------------------------------------

    def _esperar_por(self, chave: Chave, m: MensagemDoCanal) -> None:
        self._ator.once_released(partial(self._esperar, chave, Ask(m, self._ator.defer())))

    def _esperar(self, chave: Chave, pedido: Ask[Any]) -> None:
        self._esperando.setdefault(chave, []).append(pedido)

    def lido(self, m: TicketDoCanal) -> None:
        """Those who wait are handled again, in order, with what was found."""
        chave = (m.canal_id, m.contato_id)
        pedidos = self._esperando.get(chave, [])
        if m.erro is not None:
            self._recusar(chave, m.erro)
            return
        prontos = [
            Ask(replace(pedido.message, procurado=True, anterior=self._anterior(m.row, pedido.message)), pedido.reply)
            for pedido in pedidos
            if isinstance(pedido.message, MensagemDoCanal)
        ]
        self._ator.once_released(partial(self._soltar, chave, prontos))

    def _anterior(self, row: TicketRow | None, m: MensagemDoCanal) -> str | None:
        """The ticket that was resolved last, if this message may open it again, or answers what was asked about it."""
        if row is None:
            return None
        now, mensagem = self._ator.now(), m.comando.mensagem
        reabre = pode_reabrir(row, self._viva.silencios.janela_de_reabertura(row), now)
        return row.id if reabre or parte(row, mensagem.tipo, mensagem.conteudo, now) is not None else None

    def _soltar(self, chave: Chave, prontos: list[Ask[Any]]) -> None:
        del self._esperando[chave]
        self._ator.ref.put_back(prontos)

    def _recusar(self, chave: Chave, erro: BaseException) -> None:
        for pedido in self._esperando.get(chave, ()):
            self._ator.refuse(pedido.reply, erro)
        self._ator.once_released(partial(self._largar, chave))

    def _largar(self, chave: Chave) -> None:
        self._esperando.pop(chave, None)

    # -- when it goes wrong --------------------------------------------------------------------------------------------

    def recuperar(self, mensagem: object) -> None:
        """The actor was rebuilt, and this message lost: whoever waits for the reading that was lost is refused."""
        if isinstance(mensagem, TicketDoCanal):
            self._recusar((mensagem.canal_id, mensagem.contato_id), fora_de_ordem())

    def abandonar(self) -> None:
        """Outside any turn, the actor has stopped or is quarantined: nobody will serve those who wait."""
        esperando, self._esperando = self._esperando, {}
        for pedidos in esperando.values():
            for pedido in pedidos:
                settle(pedido.reply, None, fora_de_ordem())


def _para(m: MensagemDoCanal, ticket_id: str) -> EnviarMensagem:
    comando, mensagem = m.comando, m.comando.mensagem
    metadados = dict(mensagem.metadados)
    if mensagem.responde_a is not None:
        metadados["respondeA"] = mensagem.responde_a
    if mensagem.automatica:
        metadados["automatica"] = True
    return EnviarMensagem(
        quem=comando.quem,
        ticket_id=ticket_id,
        conteudo=mensagem.conteudo,
        tipo=mensagem.tipo,
        direcao="recebida",
        arquivo=comando.arquivo,
        id=comando.id,
        metadados=json_text(metadados | {"idExterno": mensagem.id}),
        chegada=_chegada(m),
    )


def _chegada(m: MensagemDoCanal) -> Chegada:
    """Only what a person wrote opens the window in which it can be written to freely."""
    mensagem = m.comando.mensagem
    ate = None if mensagem.automatica else janela.aberta_ate(m.canal.tipo, mensagem.em)
    return Chegada(mensagem.em, escrito(mensagem.de), mensagem.id, ate)
