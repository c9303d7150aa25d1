"""What clients ask of the gateway, the same on every edge."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from time import perf_counter
from typing import Any, Generic, Protocol, TypeVar

from msgspec import Struct

from actors.atendente.comandos import GarantirAtendente, MudarPresenca
from actors.no.no import No
from actors.ticket.comandos import VerTicket
from engine import permissoes
from engine.errors import BalcaoError, Conflict, Forbidden, InternalFailure, Invalid, Refusal, Unavailable
from engine.modelo import Quem
from engine.ports import Clock
from engine.tarefas import Tarefas
from engine.tempo import iso
from engine.vistas import atendente_vista, json_text, mensagem_vista
from web.acoes import mensagens
from web.gateway import _entradas as entradas
from web.gateway._apresentacao import Apresentacoes
from web.gateway._conexao import EXPIRADO, Conexao, Fechamento, Formato, Saida
from web.gateway._digitacao import Digitacao
from web.gateway._gateway import Gateway
from web.gateway._observador import Ninguem, Observador, contar_recusa
from web.gateway._plateia import Plateia, enviar_a_todos
from web.gateway._posicoes import Posicoes
from web.gateway._presenca import Presencas
from web.gateway._respostas import Resposta, responder
from web.gateway._retomada import Log, Retomada
from web.gateway._ritmo import Ritmo
from web.pedido.tempo_de_resposta import TempoDeResposta
from web.pedido.validacao import Dados, Esquema
from web.portaria.acessos import Guarda
from web.portaria.limites import Limitador

log = logging.getLogger(__name__)

E = TypeVar("E", bound=Dados)


class LeitorDoGateway(Log, mensagens.LeitorDeMensagens, Protocol):
    """What of the engine's Reader is needed here."""


class _Tratamento(Struct, Generic[E], frozen=True):
    """How one event is handled. ``adiante``: the next frame need not wait for its answer, only for its telling."""

    esquema: Esquema[E]
    tratar: Callable[[Conexao, Plateia, E], Coroutine[Any, Any, Resposta]]
    adiante: bool = False


class Recepcao:
    """One per process, shared by the edges.

    An edge calls :meth:`chegou` for each connection, :meth:`identificar` once its token is verified; then, one frame
    after the other, ``ritmo.cabe`` for whatever comes and :meth:`receber` for each event; and :meth:`saiu` at the end.
    What it runs for a connection is one of ``tarefas``.
    """

    def __init__(
        self,
        gateway: Gateway,
        no: No,
        leitor: LeitorDoGateway,
        relogio: Clock,
        guarda: Guarda,
        limitador: Limitador,
        observador: Observador | None = None,
    ) -> None:
        self.gateway = gateway
        self._observador = observador or Ninguem()
        self._no = no
        self._leitor = leitor
        self._relogio = relogio
        self._guarda = guarda
        self.ritmo = Ritmo(limitador, gateway.ajustes, self._observador)
        self.tarefas = Tarefas("gateway", no.saude)
        self._presencas = Presencas(no, self.tarefas)
        self._apresentacoes = Apresentacoes(no, self.tarefas)
        self._digitacao = Digitacao(no, self.tarefas, relogio)
        self._posicoes = Posicoes(gateway.seguidores, no, self.tarefas, gateway.ajustes)
        self._tempo = TempoDeResposta(no.saude)
        self._tratamentos: dict[str, _Tratamento[Any]] = {
            "ticket:entrar": _tratamento(entradas.DeTicket, self._entrar),
            "ticket:sair": _tratamento(entradas.DeTicket, self._sair),
            "usuario:digitando": _tratamento(entradas.Digitando, self._digitando),
            "mensagem:enviar": _tratamento(mensagens.Mensagem, self._enviar, adiante=True),
            "mensagem:lida": _tratamento(entradas.Lida, self._lida),
            "atendente:status": _tratamento(entradas.StatusDoAtendente, self._status),
        }

    # -- coming and going --------------------------------------------------------------------------------------------

    def chegou(self, formato: Formato, saida: Saida, endereco: str = "", quem: Quem | None = None) -> Conexao:
        """A new connection: of a stranger at this address, or of ``quem``, whose token is verified already. Raises
        Unavailable if it is one too many.
        """
        return self.gateway.chegou(formato, saida, endereco, quem)

    async def identificar(
        self, conexao: Conexao, quem: Quem, expira_em: int, desde: int | None = None, salas: Sequence[str] = ()
    ) -> Resposta:
        """Let a connection in: say ``connect``, replay what came after ``desde``, and go live.

        On a connection that is in already, it only renews the token, which must be of the same user. Returns what the
        ack holds: ``salasRecusadas`` are the rooms that it may not enter.

        Raises:
            Forbidden: the token is of another user, or the user is not let in any more.
            BalcaoError: the empresa cannot be served here, does not exist, or it or the user has too many connections.
        """
        if conexao.plateia is not None:
            await self._guarda.exigir(quem)
            self._exigir_mesma_pessoa(conexao, quem)
            self._avisar_antes_de(conexao, expira_em)
            return {"userId": quem.id}
        self.gateway.reconhecida(conexao, quem)
        return await self._tempo.exigir(self._entrar_na_empresa(conexao, quem, expira_em, desde, salas), muda=False)

    async def _entrar_na_empresa(
        self, conexao: Conexao, quem: Quem, expira_em: int, desde: int | None, salas: Sequence[str]
    ) -> Resposta:
        conexao.marcar_prazo(None)
        await self._guarda.exigir(quem)  # also where the empresa cannot be served
        diretorio = await self._no.ativar(quem.empresa_id)
        await self._guarda.exigir(quem)  # it may have been put out meanwhile; from here on the events for that find it
        if self._no.diretorio(diretorio.empresa_id) is not diretorio:  # it left again before this task went on
            raise Unavailable(
                "empresa_em_outro_no", "Esta empresa passou a ser atendida por outro nó; tente de novo", 2
            )
        self.gateway.exigir_aberta(conexao)
        conexao.quem = quem
        plateia = self.gateway.identificada(conexao, diretorio)
        self._fechar_em(conexao, self._resta(expira_em))
        self._presencas.mudou(plateia, quem)
        self._apresentacoes.chegou(diretorio, quem)
        recusadas = [ticket_id for ticket_id in salas if not await self._entrou(conexao, plateia, ticket_id)]
        self._comecar(conexao, plateia, desde)
        self._avisar_antes_de(conexao, expira_em)
        return {"userId": quem.id, "salasRecusadas": recusadas}

    def _exigir_mesma_pessoa(self, conexao: Conexao, quem: Quem) -> None:
        antes = conexao.quem
        if (antes.empresa_id, antes.id, antes.papel) != (quem.empresa_id, quem.id, quem.papel):
            raise Forbidden("outro_usuario", "O token é de outro usuário ou papel: abra outra conexão")

    def _resta(self, expira_em: int) -> int:
        """Milliseconds until then."""
        return max(0, expira_em - self._relogio.now())

    def _avisar_antes_de(self, conexao: Conexao, expira_em: int) -> None:
        """Say ``token_expirando`` some time before the token expires, at once if that is already soon; then close."""
        if not self.gateway.aberta(conexao):  # it went while its rooms were entered
            return
        resta = self._resta(expira_em)
        antes = min(resta, self.gateway.ajustes.aviso_de_expiracao)
        laco = asyncio.get_running_loop()
        conexao.marcar_prazo(laco.call_later((resta - antes) / 1000, self._avisar, conexao, expira_em, antes))

    def _avisar(self, conexao: Conexao, expira_em: int, resta: int) -> None:
        conexao.enviar_evento("token_expirando", json_text({"expiraEm": iso(expira_em), "segundos": resta // 1000}))
        self._fechar_em(conexao, resta)

    def _fechar_em(self, conexao: Conexao, resta: int) -> None:
        laco = asyncio.get_running_loop()
        conexao.marcar_prazo(laco.call_later(resta / 1000, conexao.saida.fechar, EXPIRADO))

    async def _entrou(self, conexao: Conexao, plateia: Plateia, ticket_id: str) -> bool:
        try:
            await self._entrar(conexao, plateia, entradas.DeTicket(ticket_id=ticket_id))
        except Refusal:
            return False
        return True

    def _comecar(self, conexao: Conexao, plateia: Plateia, desde: int | None) -> None:
        """Say ``connect``: its ``seq`` is the last event before those that follow."""
        agora = plateia.diretorio.durable_seq
        seq = agora if desde is None else min(desde, agora)
        dados = {"userId": conexao.quem.id, "message": "Conectado com sucesso", "seq": seq}
        conexao.enviar_evento("connect", json_text(dados))
        if desde is None:
            conexao.visto = agora
            conexao.ao_vivo = True
        else:
            retomada = Retomada(conexao, plateia, desde, self._leitor, self.gateway.ajustes)
            self.tarefas.lancar("replay", retomada.correr())

    def saiu(self, conexao: Conexao) -> None:
        """The connection is gone."""
        self.gateway.saiu(conexao)
        plateia = conexao.plateia
        if plateia is not None and not self.gateway.encerrando:
            self._presencas.mudou(plateia, conexao.quem)

    def recusou(self, erro: BalcaoError) -> None:
        """A connection was not let in for this: count it, if there were too many, or not now."""
        contar_recusa(self._observador, "connection", erro)

    def fechou(self, fechamento: Fechamento) -> None:
        """A connection was closed, and why."""
        self._observador.fechamento(fechamento.codigo)

    async def parar(self) -> None:
        """The connections are gone: so is whoever was to be told how what is still under way ended."""
        self._posicoes.parar()
        await self.tarefas.parar()

    # -- events ------------------------------------------------------------------------------------------------------

    async def receber(self, conexao: Conexao, evento: str, dados: object, ack: int | str | None) -> None:
        """Handle one event of a client; returns when the next one may be handled.

        Messages are told to the actors in the order sent, without waiting for one another's commit. Anything else
        takes effect after what was sent before it.
        """
        tratamento = self._tratamentos.get(evento)
        if tratamento is None:
            responder(conexao, evento, ack, _desconhecido(evento, self._tratamentos))
            return
        plateia = conexao.plateia
        assert plateia is not None
        try:
            entrada = tratamento.esquema.ler(entradas.objeto(dados))
        except Invalid as erro:
            responder(conexao, evento, ack, erro)
            return
        if tratamento.adiante and not _com_id(entrada):
            await conexao.janela.entrar()
            await plateia.vagas.acquire()
            self.tarefas.lancar(evento, self._adiante(conexao, plateia, evento, ack, tratamento, entrada))
        else:
            await conexao.janela.esvaziar()
            async with plateia.vagas:
                await self._tratar(conexao, plateia, evento, ack, tratamento, entrada)

    async def _adiante(
        self,
        conexao: Conexao,
        plateia: Plateia,
        evento: str,
        ack: int | str | None,
        tratamento: _Tratamento[E],
        entrada: E,
    ) -> None:
        try:
            await self._tratar(conexao, plateia, evento, ack, tratamento, entrada)
        finally:
            plateia.vagas.release()
            conexao.janela.sair()

    async def _tratar(
        self,
        conexao: Conexao,
        plateia: Plateia,
        evento: str,
        ack: int | str | None,
        tratamento: _Tratamento[E],
        entrada: E,
    ) -> None:
        inicio = perf_counter()
        try:
            resposta: Resposta | BalcaoError = await self._tempo.exigir(
                tratamento.tratar(conexao, plateia, entrada), muda=True
            )
        except BalcaoError as erro:
            resposta = erro
        except Exception:
            log.exception("crash while handling %s", evento)
            resposta = InternalFailure()
        resultado = "ok"
        if isinstance(resposta, BalcaoError):
            resultado = resposta.codigo
            contar_recusa(self._observador, "frame", resposta)
        self._observador.quadro(evento, resultado, perf_counter() - inicio)
        responder(conexao, evento, ack, resposta)

    # -- each event --------------------------------------------------------------------------------------------------

    async def _entrar(self, conexao: Conexao, plateia: Plateia, entrada: entradas.DeTicket) -> Resposta:
        if len(conexao.salas) >= self.gateway.ajustes.max_salas and entrada.ticket_id not in conexao.salas:
            raise Conflict("salas_demais", f"Uma conexão entra em até {self.gateway.ajustes.max_salas} salas")
        row = await self._no.pedir(VerTicket(quem=conexao.quem, ticket_id=entrada.ticket_id))
        if conexao in plateia.conexoes:  # it may have gone while the actor was asked
            plateia.entrar_na_sala(conexao, row)
        return {"ticketId": row.id}

    async def _sair(self, conexao: Conexao, plateia: Plateia, entrada: entradas.DeTicket) -> Resposta:
        plateia.sair_da_sala(conexao, entrada.ticket_id)
        return {"ticketId": entrada.ticket_id}

    async def _digitando(self, conexao: Conexao, plateia: Plateia, entrada: entradas.Digitando) -> Resposta:
        """Not durable: told to the others in the room, and forgotten."""
        self._no.saude.exigir_sinal()  # who may be told is known from memory
        ticket_id, quem = entrada.ticket_id, conexao.quem
        sala = plateia.salas.get(ticket_id)
        if sala is None or conexao not in sala.conexoes:
            await self._no.pedir(VerTicket(quem=quem, ticket_id=ticket_id))
            sala = plateia.salas.get(ticket_id)
        if sala is None:
            self._escreve(quem, ticket_id)
            return {}
        presentes = plateia.na_sala(ticket_id, sala.fila_id, sala.atendente_id)
        if conexao in sala.conexoes and conexao not in presentes:
            raise permissoes.ticket_sem_acesso()
        self._escreve(quem, ticket_id)
        dados = {"ticketId": ticket_id, "userId": quem.id, "nome": entrada.nome or quem.email or ""}
        outros = (outra for outra in presentes if outra.ao_vivo and outra.quem.id != quem.id)
        enviar_a_todos(outros, "usuario_digitando", json_text(dados), None)
        return {}

    def _escreve(self, quem: Quem, ticket_id: str) -> None:
        self.gateway.escreve(quem.empresa_id, ticket_id)
        self._digitacao.escreve(quem, ticket_id)

    async def _enviar(self, conexao: Conexao, _: Plateia, entrada: mensagens.Mensagem) -> Resposta:
        return {
            "mensagem": mensagem_vista(
                await mensagens.enviar(self._no, self._leitor, conexao.quem, entrada), self._no.endereco_de_arquivo
            )
        }

    async def _lida(self, conexao: Conexao, _: Plateia, entrada: entradas.Lida) -> Resposta:
        row = await mensagens.marcar_lida(self._no, self._leitor, conexao.quem, entrada.mensagem_id)
        return {"mensagem": mensagem_vista(row, self._no.endereco_de_arquivo)}

    async def _status(self, conexao: Conexao, plateia: Plateia, entrada: entradas.StatusDoAtendente) -> Resposta:
        """An atendente's own presence. It is known to be connected first, so that losing it counts as leaving.

        The actors may be unable to hear of that for long (the database is away): then it is refused by them, here.
        """
        quem = conexao.quem
        assentada = await self._presencas.assentar(plateia, quem, self.gateway.ajustes.prazo_presenca / 1000)
        if not assentada and permissoes.pode(quem, permissoes.SER_ATENDENTE):
            await self._no.pedir(GarantirAtendente(quem=quem))
        estado = await self._no.pedir(
            MudarPresenca(
                quem=quem,
                atendente_id=quem.id or "",
                online=entrada.online,
                estado=entrada.estado,
                motivo=entrada.motivo,
            )
        )
        return {"atendente": atendente_vista(estado.row, estado.ativos)}


def _tratamento(
    tipo: type[E], tratar: Callable[[Conexao, Plateia, E], Coroutine[Any, Any, Resposta]], *, adiante: bool = False
) -> _Tratamento[E]:
    return _Tratamento(Esquema(tipo), tratar, adiante)


def _com_id(entrada: Dados) -> bool:
    """Whether it is a message that brings its own id: it is looked up first, and the next one must not overtake it."""
    return isinstance(entrada, mensagens.Mensagem) and entrada.id is not None


def _desconhecido(evento: str, tratamentos: dict[str, _Tratamento[Any]]) -> BalcaoError:
    return Invalid(
        "evento_desconhecido", f"Evento desconhecido: {evento[:64]!r}. Os que existem: {', '.join(tratamentos)}"
    )
