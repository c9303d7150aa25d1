"""The audience of one empresa: its connections, indexed so that an event finds its readers without looking at all."""

from __future__ import annotations

from asyncio import Semaphore
from collections import deque
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager

from engine import acesso, estados, permissoes
from engine.distribuicao.estimativa import Posicao
from engine.eventos import DE_NOTAS, DE_UMA_PESSOA, Mencao
from engine.exclusao import e_exclusao, sem_o_excluido
from engine.modelo import EventoRow, TicketRow
from engine.permissoes import Ato
from engine.ports import Diretorio
from engine.vistas import json_text
from web.gateway._ajustes import AjustesGateway
from web.gateway._conexao import EXCLUIDO, REVOGADO, Conexao, Fechamento, Formato
from web.gateway._quadro import Quadro
from web.gateway._seguidores import Seguidores
from web.gateway._visao import DE_CONTATO, DE_CONVERSA, le_notas, lugares_de, pode_ver_agora
from web.resposta.posicoes import fila_posicao

_NINGUEM: AbstractSet[Conexao] = frozenset()
_POEM_FORA = {acesso.EXCLUIDO: EXCLUIDO, acesso.REVOGADO: REVOGADO}
"""The events that end the connections of the user they are about, and why."""


class Sala:
    """The room of a ticket. It knows the ticket's fila and owner as last published, to check who may still be told."""

    __slots__ = ("atendente_id", "conexoes", "fila_id")

    def __init__(self, row: TicketRow) -> None:
        self.fila_id: str | None = row.fila_id
        self.atendente_id = row.atendente_id
        self.conexoes: set[Conexao] = set()


class Plateia:
    """``veem_tudo`` are the connections of whoever sees every ticket. ``encerrada``: the empresa left.

    ``vagas`` bounds what its connections have under way together, so that one empresa does not fill the journal.
    """

    def __init__(self, diretorio: Diretorio, ajustes: AjustesGateway, seguidores: Seguidores | None = None) -> None:
        self.diretorio = diretorio
        self._seguidores = seguidores or Seguidores(ajustes)
        self.vagas = Semaphore(ajustes.em_voo_empresa)
        self.encerrada = False
        self.conexoes: set[Conexao] = set()
        self.por_usuario: dict[str, set[Conexao]] = {}
        self.veem_tudo: set[Conexao] = set()
        self.salas: dict[str, Sala] = {}
        self.cauda: deque[EventoRow] = deque(maxlen=ajustes.cauda)
        self._gravando = 0

    # -- who is there ------------------------------------------------------------------------------------------------

    def entrou(self, conexao: Conexao) -> None:
        self.conexoes.add(conexao)
        self.por_usuario.setdefault(conexao.quem.id or "", set()).add(conexao)
        if permissoes.pode(conexao.quem, permissoes.VER_TUDO):
            self.veem_tudo.add(conexao)

    def saiu(self, conexao: Conexao) -> None:
        for ticket_id in list(conexao.salas):
            self.sair_da_sala(conexao, ticket_id)
        self.conexoes.discard(conexao)
        self.veem_tudo.discard(conexao)
        do_usuario = self.por_usuario.get(conexao.quem.id or "")
        if do_usuario is not None:
            do_usuario.discard(conexao)
            if not do_usuario:
                del self.por_usuario[conexao.quem.id or ""]

    def conectado(self, usuario_id: str) -> bool:
        """Whether a connection of this user holds its presence."""
        return any(permissoes.pode(c.quem, permissoes.TER_PRESENCA) for c in self._de(usuario_id))

    def entrar_na_sala(self, conexao: Conexao, row: TicketRow) -> None:
        sala = self.salas.get(row.id)
        if sala is None:
            sala = self.salas[row.id] = Sala(row)
        sala.conexoes.add(conexao)
        conexao.salas.add(row.id)
        self._seguidores.seguir(row.empresa_id, row.id, row.fila_id if estados.espera(row) else None, self)

    def sair_da_sala(self, conexao: Conexao, ticket_id: str) -> None:
        conexao.salas.discard(ticket_id)
        sala = self.salas.get(ticket_id)
        if sala is not None:
            sala.conexoes.discard(conexao)
            if not sala.conexoes:
                del self.salas[ticket_id]
                self._seguidores.largar(self.diretorio.empresa_id, ticket_id, self)

    def fechar_todas(self, fechamento: Fechamento) -> None:
        self.encerrada = True
        for conexao in list(self.conexoes):
            conexao.saida.fechar(fechamento)

    # -- events ------------------------------------------------------------------------------------------------------

    @contextmanager
    def gravando(self) -> Iterator[None]:
        """Keep the latest events in ``cauda`` meanwhile."""
        self._gravando += 1
        try:
            yield
        finally:
            self._gravando -= 1
            if not self._gravando:
                self.cauda.clear()

    def publicar(self, evento: EventoRow) -> None:
        """Send a committed event to everybody who may see it."""
        if self._gravando:
            self._gravar(evento)
        sala = self.salas.get(evento.ticket_id or "")
        if sala is not None:
            sala.fila_id, sala.atendente_id = evento.fila_id, evento.atendente_id
        leitores = (c for c in self.leitores(evento) if c.ao_vivo and c.visto < evento.seq)
        enviar_a_todos(leitores, evento.tipo, evento.dados, evento.seq)
        fechamento = _POEM_FORA.get(evento.tipo)
        if fechamento is not None:
            for conexao in list(self._de(evento.atendente_id)):
                conexao.saida.fechar(fechamento)

    def _gravar(self, evento: EventoRow) -> None:
        """Keep it for those who are catching up; what it deletes they must not read any more."""
        if e_exclusao(evento):
            self.cauda = deque((sem_o_excluido(antes, evento) for antes in self.cauda), self.cauda.maxlen)
        self.cauda.append(evento)

    def leitores(self, evento: EventoRow) -> AbstractSet[Conexao]:
        """The connections an event is for. Holds exactly those for which ``_visao.alcanca`` is true."""
        if evento.tipo in DE_UMA_PESSOA:
            return {c for c in self._de(evento.atendente_id) if permissoes.pode(c.quem, permissoes.TER_PRESENCA)}
        if evento.ticket_id is None:
            return self._do_cadastro(evento)
        if evento.tipo in DE_NOTAS:
            return self._da_nota(evento)
        if evento.tipo in DE_CONVERSA:
            return self._da_conversa(evento, evento.ticket_id)
        leitores = self.veem_tudo | self._da_fila(evento.fila_id) | self._de(evento.atendente_id)
        if evento.fila_anterior_id is not None:
            leitores |= self._da_fila(evento.fila_anterior_id)
        if evento.atendente_anterior_id is not None:
            leitores |= self._de(evento.atendente_anterior_id)
        return leitores

    def _do_cadastro(self, evento: EventoRow) -> AbstractSet[Conexao]:
        if evento.tipo not in DE_CONTATO:
            return self._quem_pode(permissoes.ato_do_evento(evento.tipo))
        if self.diretorio.todos_veem_os_contatos():
            return self.conexoes
        leitores = set(self.veem_tudo)
        for lugar in lugares_de(evento):
            leitores |= self._da_fila(lugar)
            leitores |= self._de(lugar)
        return leitores

    def _quem_pode(self, ato: Ato) -> AbstractSet[Conexao]:
        if ato.papeis == permissoes.TODOS:
            return self.conexoes
        return {c for c in self.conexoes if permissoes.pode(c.quem, ato)}

    def _da_nota(self, evento: EventoRow) -> AbstractSet[Conexao]:
        if evento.tipo == Mencao.tipo:
            de_quem = {conexao for id_ in lugares_de(evento) for conexao in self._de(id_)}
            veem = {c for c in de_quem if pode_ver_agora(self.diretorio, c.quem, evento.fila_id, evento.atendente_id)}
        else:
            veem = self.veem_tudo | self._da_fila(evento.fila_id) | self._de(evento.atendente_id)
        return {conexao for conexao in veem if le_notas(conexao.quem)}

    def _da_conversa(self, evento: EventoRow, ticket_id: str) -> AbstractSet[Conexao]:
        leitores = self.na_sala(ticket_id, evento.fila_id, evento.atendente_id)
        if evento.atendente_id is not None:
            leitores |= self._de(evento.atendente_id)
        else:
            leitores |= self._da_fila(evento.fila_id)
        return leitores

    def na_sala(self, ticket_id: str, fila_id: str | None, atendente_id: str | None) -> set[Conexao]:
        """Who is in the room and may still see its ticket, which is of that fila and owner."""
        sala = self.salas.get(ticket_id)
        if sala is None:
            return set()
        return {c for c in sala.conexoes if pode_ver_agora(self.diretorio, c.quem, fila_id, atendente_id)}

    def posicao(self, ticket_id: str, posicao: Posicao) -> None:
        """Tell those in the room where its ticket stands. Implements :class:`web.gateway._seguidores.Ouvinte`."""
        sala = self.salas.get(ticket_id)
        if sala is not None:
            presentes = self.na_sala(ticket_id, sala.fila_id, sala.atendente_id)
            dados = json_text(fila_posicao(ticket_id, sala.fila_id, posicao))
            enviar_a_todos((um for um in presentes if um.ao_vivo), "fila_posicao", dados, None)

    def _de(self, usuario_id: str | None) -> AbstractSet[Conexao]:
        return self.por_usuario.get(usuario_id or "", _NINGUEM)

    def _da_fila(self, fila_id: str | None) -> set[Conexao]:
        membros = self.diretorio.quem_serve(fila_id or "")
        if not membros:
            return set()
        return {conexao for usuario_id in self.por_usuario.keys() & membros for conexao in self.por_usuario[usuario_id]}


def enviar_a_todos(conexoes: Iterable[Conexao], nome: str, dados: str, seq: int | None) -> None:
    """Encode once per edge, and send."""
    quadros: dict[Formato, Quadro] = {}
    for conexao in conexoes:
        quadro = quadros.get(conexao.formato)
        if quadro is None:
            quadro = quadros[conexao.formato] = conexao.formato.evento(nome, dados, seq)
        conexao.saida.enviar(quadro)
