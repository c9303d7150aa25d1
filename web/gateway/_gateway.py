"""The gateway: every connection of the process, whatever its edge."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from engine.errors import Unavailable
from engine.modelo import EventoRow, Quem
from engine.ports import Diretorio
from engine.vistas import json_text
from web.gateway._ajustes import AjustesGateway
from web.gateway._conexao import EMPRESA_SAIU, REINICIO, SEM_TOKEN, Conexao, Formato, Saida
from web.gateway._lotacao import Lotacao
from web.gateway._plateia import Plateia, enviar_a_todos
from web.gateway._seguidores import Seguidores


class Gateway:
    """Implements :class:`engine.ports.EventSink`: committed events go from here to the connections.

    It belongs to one event loop, and needs no actors: the journal is built with it, and the actors on the journal.
    """

    def __init__(self, ajustes: AjustesGateway | None = None) -> None:
        self.ajustes = ajustes or AjustesGateway()
        self.encerrando = False
        self._plateias: dict[str, Plateia] = {}
        self._conexoes: set[Conexao] = set()
        self._lotacao = Lotacao(self.ajustes)
        self._vazio = asyncio.Event()
        self.seguidores = Seguidores(self.ajustes)
        self.ao_escrever: set[Callable[[str, str], None]] = set()
        """Who is told, beside the audience, that one of an empresa's people is writing in a ticket."""

    # -- the event sink ----------------------------------------------------------------------------------------------

    def publish(self, eventos: Sequence[EventoRow]) -> None:
        plateias = self._plateias
        for evento in eventos:
            plateia = plateias.get(evento.empresa_id)
            if plateia is not None:
                plateia.publicar(evento)
            self.seguidores.publicar(evento)

    def dropped(self, empresa_id: str) -> None:
        self.seguidores.dropped(empresa_id)
        plateia = self._plateias.pop(empresa_id, None)
        if plateia is not None:
            plateia.fechar_todas(EMPRESA_SAIU)

    # -- connections -------------------------------------------------------------------------------------------------

    @property
    def conexoes(self) -> int:
        """How many are open, with a token or without."""
        return len(self._conexoes)

    @property
    def anonimas(self) -> int:
        """How many have shown no token yet."""
        return self._lotacao.estranhas

    def chegou(self, formato: Formato, saida: Saida, endereco: str, quem: Quem | None) -> Conexao:
        """Give a new connection a place, as that of ``quem``, or of a stranger at ``endereco``; and close it unless it
        comes in in time. Raises Unavailable if there is no place.
        """
        if self.encerrando:
            raise Unavailable("reiniciando", "O servidor está reiniciando; conecte de novo em instantes")
        conexao = Conexao(formato, saida, self.ajustes.em_voo)
        if quem is None:
            self._lotacao.receber(conexao, endereco)
        else:
            self._lotacao.reconhecer(conexao, quem)
        self._conexoes.add(conexao)
        espera = self.ajustes.prazo_autenticacao / 1000
        conexao.marcar_prazo(asyncio.get_running_loop().call_later(espera, saida.fechar, SEM_TOKEN))
        return conexao

    def reconhecida(self, conexao: Conexao, quem: Quem) -> None:
        """It has shown a good token: it is no stranger any more. Raises Unavailable if there is no place for it."""
        self.exigir_aberta(conexao)
        self._lotacao.reconhecer(conexao, quem)

    def aberta(self, conexao: Conexao) -> bool:
        """Whether it has not gone yet."""
        return conexao in self._conexoes

    def exigir_aberta(self, conexao: Conexao) -> None:
        """Raise Unavailable if it has gone."""
        if conexao not in self._conexoes:
            raise Unavailable("conexao_encerrada", "A conexão terminou antes de entrar; conecte de novo", 1)

    def identificada(self, conexao: Conexao, diretorio: Diretorio) -> Plateia:
        """Its empresa is there: it joins its audience."""
        plateia = self._plateias.get(diretorio.empresa_id)
        if plateia is None:
            plateia = self._plateias[diretorio.empresa_id] = Plateia(diretorio, self.ajustes, self.seguidores)
        conexao.plateia = plateia
        plateia.entrou(conexao)
        return plateia

    def saiu(self, conexao: Conexao) -> None:
        """The connection is gone."""
        if conexao not in self._conexoes:
            return
        self._conexoes.discard(conexao)
        self._lotacao.deixar(conexao)
        conexao.marcar_prazo(None)
        conexao.ao_vivo = False
        plateia = conexao.plateia
        if plateia is not None:
            plateia.saiu(conexao)
            if not plateia.conexoes and self._plateias.get(plateia.diretorio.empresa_id) is plateia:
                del self._plateias[plateia.diretorio.empresa_id]
        if not self._conexoes:
            self._vazio.set()

    # -- typing --------------------------------------------------------------------------------------------------------

    def escreve(self, empresa_id: str, ticket_id: str) -> None:
        """One of the empresa's people is writing in a ticket: those beside the audience who follow that are told."""
        for seguidor in self.ao_escrever:
            seguidor(empresa_id, ticket_id)

    def contato_escreve(self, empresa_id: str, ticket_id: str, nome: str) -> None:
        """The contact is writing: those in the room of its ticket are told, and forget it."""
        plateia = self._plateias.get(empresa_id)
        sala = None if plateia is None else plateia.salas.get(ticket_id)
        if plateia is None or sala is None:
            return
        dados = json_text({"ticketId": ticket_id, "userId": None, "nome": nome})
        presentes = plateia.na_sala(ticket_id, sala.fila_id, sala.atendente_id)
        enviar_a_todos((um for um in presentes if um.ao_vivo), "usuario_digitando", dados, None)

    async def encerrar(self) -> None:
        """Close every connection, asking it to come back and resume; wait a moment for them to go."""
        self.encerrando = True
        if not self._conexoes:
            return
        self._vazio.clear()
        for conexao in list(self._conexoes):
            conexao.saida.fechar(REINICIO)
        try:
            async with asyncio.timeout(self.ajustes.prazo_encerramento / 1000):
                await self._vazio.wait()
        except TimeoutError:
            return
