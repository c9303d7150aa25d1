"""What a visitor may ask, by whatever door: to write, to read, to have it written down what it has and has read."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any, Final, Literal, Protocol, TypeVar

from msgspec import Struct

from actors.canal.comandos import ItemDeEntrada, ReceberMensagens
from actors.no.no import No
from actors.ticket.comandos import MarcarEntregas
from engine.conector.enderecos import Endereco
from engine.conector.entradas import MensagemRecebida
from engine.conector.ids import id_de_entrada
from engine.errors import Conflict, InternalFailure, Refusal, Unprocessable
from engine.modelo import Arquivo, ArquivoRow, MensagemRow, StatusEntrega, TipoMensagem
from engine.ports import Clock, Reader
from engine.tempo import iso
from engine.visitantes import Fala, LeitorDeVisitantes, LugarNaConversa, TicketDoVisitante
from web.chat._ajustes import PAGINA
from web.chat._canais import CanalDoChat
from web.chat._entradas import Mensagem
from web.chat._limites import Trancas, VezDeLer
from web.chat._sessoes import Sessao, Sessoes
from web.chat._vistas import ORIGINAL, EscritaVista, PaginaVista, arquivo_vista, estado_vista, fala_vista, lugar_de
from web.pedido.tempo_de_resposta import TempoDeResposta

log = logging.getLogger(__name__)

T = TypeVar("T")

SEM_NOME: Final = "Visitante"
_AINDA_NAO: Final[dict[str, tuple[StatusEntrega, ...]]] = {
    "entregue": ("pendente", "enviado"),
    "lido": ("pendente", "enviado", "entregue"),
}


class Leitor(Reader, LeitorDeVisitantes, Protocol):
    """What is read of the store."""


class Pagina(Struct, frozen=True):
    """What a visitor reads at once. ``mais``: there is more after it."""

    falas: list[Fala]
    mais: bool
    tickets: list[TicketDoVisitante]

    def fim(self, antes: LugarNaConversa) -> LugarNaConversa:
        return lugar_de(self.falas[-1]) if self.falas else antes

    def por_entregar(self) -> bool:
        """Whether there is something that the visitor has only now."""
        return any(
            f.mensagem.direcao == "enviada" and f.mensagem.status_entrega in _AINDA_NAO["entregue"] for f in self.falas
        )


class Atendimento:
    """``_trancas``: what a visitor has and has read is written down one after the other, so that it never goes back."""

    def __init__(
        self, no: No, leitor: Leitor, sessoes: Sessoes, vez: VezDeLer, relogio: Clock, tempo: TempoDeResposta
    ) -> None:
        self._no = no
        self._leitor = leitor
        self.sessoes = sessoes
        self._vez = vez
        self._relogio = relogio
        self._tempo = tempo
        self._trancas = Trancas()

    # -- writing -------------------------------------------------------------------------------------------------------

    async def escrever(self, canal: CanalDoChat, sessao: Sessao, entrada: Mensagem) -> EscritaVista:
        """Raises Conflict, Unprocessable, Unavailable."""
        metadados: dict[str, Any] = {"tipoOriginal": "texto"}
        if entrada.email is not None:
            metadados["emailInformado"] = entrada.email
        nome = entrada.nome or SEM_NOME
        return await self._receber(canal, sessao, entrada.id, entrada.texto, nome, metadados)

    async def escrever_arquivo(
        self, canal: CanalDoChat, sessao: Sessao, id_: str, arquivo: Arquivo, tipo: TipoMensagem
    ) -> EscritaVista:
        metadados: dict[str, Any] = {"tipoOriginal": "arquivo"}
        return await self._receber(canal, sessao, id_, "", SEM_NOME, metadados, tipo, arquivo)

    async def escrita(self, canal: CanalDoChat, sessao: Sessao, id_: str) -> MensagemRow | None:
        """The message that is stored under the visitor's id, if there is one."""
        mensagem_id = id_de_entrada(canal.id, _id_externo(sessao, id_))
        return await self._na_vez(canal, lambda: self._leitor.mensagem(canal.empresa_id, mensagem_id))

    async def _receber(
        self,
        canal: CanalDoChat,
        sessao: Sessao,
        id_: str,
        texto: str,
        nome: str,
        metadados: dict[str, Any],
        tipo: TipoMensagem = "texto",
        arquivo: Arquivo | None = None,
    ) -> EscritaVista:
        agora = self._relogio.now()
        mensagem = MensagemRecebida(
            id=_id_externo(sessao, id_),
            de=Endereco("visitante", sessao.id),
            em=agora,
            conteudo=texto,
            nome=nome,
            tipo=tipo,
            metadados=metadados,
        )
        comando = ReceberMensagens(quem=canal.quem, canal_id=canal.id, itens=(ItemDeEntrada(mensagem, arquivo),))
        (feita,) = await self._tempo.exigir(self._no.pedir(comando), muda=True)
        if feita.situacao == "recusada":
            raise Conflict("mensagem_recusada", feita.message or "A mensagem não foi aceita")
        if feita.situacao == "falhou":
            raise InternalFailure
        repetida = feita.situacao == "repetida"
        if repetida:
            agora, tipo, arquivo = await self._conferir(canal, sessao, id_, texto, arquivo, agora)
        vista = None if arquivo is None else arquivo_vista(sessao, self.sessoes, arquivo)
        return EscritaVista(id_, iso(agora), tipo, repetida, self.sessoes.renovado(sessao), vista)

    async def _conferir(
        self, canal: CanalDoChat, sessao: Sessao, id_: str, texto: str, arquivo: Arquivo | None, agora: int
    ) -> tuple[int, TipoMensagem, Arquivo | None]:
        """When the message was stored before, as what, with which file. Raises Unprocessable if it was another."""
        row = await self.escrita(canal, sessao, id_)
        if row is None:  # somebody has deleted it since
            return agora, "texto", None
        if row.conteudo != texto or (row.arquivo is None) != (arquivo is None):
            raise Unprocessable("id_ja_usado", "Este id já é de outra mensagem: use outro")
        return row.criada_em, row.tipo, row.arquivo

    # -- reading -------------------------------------------------------------------------------------------------------

    async def ler(self, canal: CanalDoChat, sessao: Sessao, depois: LugarNaConversa) -> Pagina:
        """What comes after a place. Raises Unavailable, as all of these."""
        return await self._na_vez(canal, lambda: self._ler(canal, sessao, depois))

    async def _ler(self, canal: CanalDoChat, sessao: Sessao, depois: LugarNaConversa) -> Pagina:
        tickets = await self._leitor.tickets_do_visitante(canal.empresa_id, canal.id, sessao.id)
        if not tickets:
            return Pagina([], mais=False, tickets=[])
        ids = [um.id for um in tickets]
        falas = await self._leitor.falas_do_visitante(canal.empresa_id, ids, sessao.id, depois, PAGINA + 1)
        return Pagina(falas[:PAGINA], len(falas) > PAGINA, tickets)

    async def tickets(self, canal: CanalDoChat, sessao: Sessao) -> list[TicketDoVisitante]:
        """The visitor's conversations."""
        ler = self._leitor.tickets_do_visitante
        return await self._na_vez(canal, lambda: ler(canal.empresa_id, canal.id, sessao.id))

    def onde_espera(self, empresa_id: str, ticket_id: str) -> str | None:
        """The fila in which a ticket waits that nobody has; None: it does not, or is not in memory."""
        diretorio = self._no.diretorio(empresa_id)
        lugar = None if diretorio is None else diretorio.lugar_do_ticket(ticket_id)
        return None if lugar is None or lugar[1] is not None else lugar[0]

    async def arquivo(self, canal: CanalDoChat, nome: str) -> ArquivoRow | None:
        """The file that a message shows by that name; None if there is none, or not any more."""
        arquivo_id = self.sessoes.arquivo(canal.id, nome)
        if arquivo_id is None:
            return None
        return await self._na_vez(canal, lambda: self._leitor.arquivo(canal.empresa_id, arquivo_id))

    async def nome_da_escrita(self, canal: CanalDoChat, sessao: Sessao, mensagem_id: str) -> str | None:
        """The visitor's own id of a message of ours; None if it is not the visitor's."""
        row = await self._na_vez(canal, lambda: self._leitor.mensagem(canal.empresa_id, mensagem_id))
        da_sessao, _, id_ = ((row and row.id_externo) or "").partition(ORIGINAL)
        return id_ if da_sessao == sessao.id else None

    async def _na_vez(self, canal: CanalDoChat, ler: Callable[[], Awaitable[T]]) -> T:
        """What is read, when it is this canal's turn and in time."""

        async def lendo() -> T:
            async with self._vez.de(canal.id):
                return await ler()

        return await self._tempo.exigir(lendo(), muda=False)

    def vista(self, canal: CanalDoChat, sessao: Sessao, pagina: Pagina, depois: LugarNaConversa) -> PaginaVista:
        return PaginaVista(
            mensagens=[fala_vista(canal, sessao, self.sessoes, fala) for fala in pagina.falas],
            cursor=self.sessoes.cursor(sessao, pagina.fim(depois)),
            mais=pagina.mais,
            conversa=estado_vista(canal, sessao, pagina.tickets),
            token=self.sessoes.renovado(sessao),
        )

    # -- what the visitor has, and has read ----------------------------------------------------------------------------

    async def marcar(
        self,
        canal: CanalDoChat,
        sessao: Sessao,
        tickets: list[TicketDoVisitante],
        ate: LugarNaConversa,
        estado: Literal["entregue", "lido"],
    ) -> None:
        """Write down that all that was said to the visitor up to there has got so far. Raises Unavailable."""
        ids, empresa_id, ainda_nao = [um.id for um in tickets], canal.empresa_id, _AINDA_NAO[estado]
        if not ids or not ate.seq:
            return
        async with self._trancas.de(sessao.id):
            ler = self._leitor.por_entregar
            rows = await self._na_vez(canal, lambda: ler(empresa_id, ids, sessao.id, ate.seq, ainda_nao))
            por_ticket: defaultdict[str, list[str]] = defaultdict(list)
            for row in rows:
                por_ticket[row.ticket_id].append(row.id)
            for ticket_id, mensagens in por_ticket.items():
                await self._anotar(canal, ticket_id, tuple(mensagens), estado)

    async def _anotar(
        self, canal: CanalDoChat, ticket_id: str, mensagens: tuple[str, ...], estado: Literal["entregue", "lido"]
    ) -> None:
        comando = MarcarEntregas(quem=canal.quem, ticket_id=ticket_id, mensagem_ids=mensagens, status=estado)
        try:
            await self._tempo.exigir(self._no.pedir(comando), muda=True)
        except Refusal as recusa:  # the ticket was deleted meanwhile
            log.debug("not written down that a visitor has got its messages: %s", recusa.codigo)


def _id_externo(sessao: Sessao, id_: str) -> str:
    return f"{sessao.id}{ORIGINAL}{id_}"
