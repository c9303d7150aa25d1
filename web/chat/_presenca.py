"""One visitor's socket that has shown its session: it reads what is new whenever it is woken."""

from __future__ import annotations

import asyncio
from typing import Final

from engine import estados
from engine.distribuicao.estimativa import Posicao
from engine.errors import BalcaoError, Unavailable
from engine.visitantes import TicketDoVisitante
from engine.vistas import json_text
from web.chat._atendimento import Atendimento, Pagina
from web.chat._canais import CanalDoChat
from web.chat._conversas import Conversas
from web.chat._sessoes import Sessao
from web.chat._vistas import EstadoVista, estado_vista, fala_vista, lugar_de, ticket_de
from web.gateway import LENTO, Fechamento, Gateway, Quadro
from web.pedido.tempo_de_resposta import RESPOSTA_S
from web.resposta.posicoes import posicao_do_visitante
from web.soquetes.recusas import FALHA
from web.soquetes.saidas import SaidaWebSocket

LIDAS_NO_MAXIMO: Final = 200
"""Messages whose reading is told one by one; of more, the page learns when it reads again."""
NOME: Final = "Visitante"
"""Who is said to be writing."""


class Presenca:
    """Implements :class:`web.chat._conversas.Ouvinte`. ``_lugar`` is up to where it has read."""

    def __init__(
        self,
        atendimento: Atendimento,
        conversas: Conversas,
        gateway: Gateway,
        canal: CanalDoChat,
        sessao: Sessao,
        saida: SaidaWebSocket,
        cursor: str | None,
    ) -> None:
        """Raises Invalid if the cursor is not of this conversation."""
        self._atendimento = atendimento
        self._conversas = conversas
        self._gateway = gateway
        self._canal = canal
        self._sessao = sessao
        self._saida = saida
        self._lugar = atendimento.sessoes.lugar(sessao, cursor)
        self._novo = asyncio.Event()
        self._novo.set()
        self._tickets: list[TicketDoVisitante] = []
        self._estado: EstadoVista | None = None
        self._lidas: set[str] = set()
        self._segue: str | None = None
        """The ticket of which it is told where that stands in line."""
        self._em_dia = False
        self._falta_anotar = cursor is not None
        """It has something of which that is not written down, for all that we know: what it had before a crash, too."""

    # -- what it is told -----------------------------------------------------------------------------------------------

    @property
    def sessao_id(self) -> str:
        return self._sessao.id

    @property
    def canal_id(self) -> str:
        return self._canal.id

    @property
    def empresa_id(self) -> str:
        return self._canal.empresa_id

    def acordar(self) -> None:
        self._novo.set()

    def lidas_ate(self, em: str) -> None:
        self.dizer("lidas", {"ate": em})

    def lida(self, mensagem_id: str) -> None:
        if len(self._lidas) < LIDAS_NO_MAXIMO:
            self._lidas.add(mensagem_id)
            self._novo.set()

    def excluida(self, mensagem_id: str) -> None:
        self.dizer("excluida", {"id": self._atendimento.sessoes.nome_da_fala(self._sessao, mensagem_id)})

    def digitando(self) -> None:
        self.dizer("digitando", {})

    def posicao(self, ticket_id: str, posicao: Posicao) -> None:
        """It stands there in line. Implements :class:`web.gateway.Ouvinte`."""
        if ticket_id == self._segue:
            self.dizer("fila_posicao", posicao_do_visitante(posicao))

    def fechar(self, fechamento: Fechamento) -> None:
        self._saida.fechar(fechamento)

    def dizer(self, evento: str, dados: object) -> None:
        self._saida.enviar(Quadro(f'{{"event":"{evento}","data":{json_text(dados)}}}'))

    # -- what the visitor says -----------------------------------------------------------------------------------------

    def escreve(self) -> None:
        """The visitor is writing: whoever looks at its conversation is told."""
        meu = ticket_de(self._sessao, self._tickets)
        if meu is not None and estados.aberto(meu.status):
            self._gateway.contato_escreve(self._canal.empresa_id, meu.id, NOME)

    async def leu(self, cursor: str) -> None:
        """It has read all up to there. Raises Invalid, Unavailable."""
        lugar = self._atendimento.sessoes.lugar(self._sessao, cursor)
        tickets = self._tickets if self._em_dia else await self._atendimento.tickets(self._canal, self._sessao)
        await self._atendimento.marcar(self._canal, self._sessao, tickets, lugar, "lido")

    # -- reading -------------------------------------------------------------------------------------------------------

    async def correr(self) -> None:
        """Say what is new, again and again, until it is cancelled."""
        self._conversas.entrou(self)
        self.dizer("pronto", {"token": self._atendimento.sessoes.renovado(self._sessao)})
        try:
            while True:
                await self._novo.wait()
                self._novo.clear()
                await self._tentar()
        except Exception:
            self._saida.fechar(FALHA)
            raise
        finally:
            self._seguir(None)

    async def _tentar(self) -> None:
        try:
            await self._por_em_dia()
        except Unavailable as erro:
            self._novo.set()
            await asyncio.sleep(erro.retry_after)

    async def _por_em_dia(self) -> None:
        while True:
            pagina = await self._atendimento.ler(self._canal, self._sessao, self._lugar)
            self._tickets = pagina.tickets
            if self._conversas.segue(self, [um.id for um in pagina.tickets]):
                self._novo.set()  # what happened before it was followed is read once more
            await self._mostrar(pagina)
            if not pagina.mais:
                break
        self._dizer_estado(pagina)
        await self._dizer_lidas()
        if self._falta_anotar:
            await self._atendimento.marcar(self._canal, self._sessao, self._tickets, self._lugar, "entregue")
            self._falta_anotar = False
        if not self._em_dia:
            self._em_dia = True
            self.dizer("em_dia", {"cursor": self._atendimento.sessoes.cursor(self._sessao, self._lugar)})

    async def _mostrar(self, pagina: Pagina) -> None:
        for fala in pagina.falas:
            if not self._saida.folgada():
                await self._escoar()
            self.dizer("mensagem", fala_vista(self._canal, self._sessao, self._atendimento.sessoes, fala))
            self._lugar = lugar_de(fala)
        self._falta_anotar |= pagina.por_entregar()

    async def _escoar(self) -> None:
        """A reader that takes too long is cut, and resumes."""
        try:
            async with asyncio.timeout(RESPOSTA_S):
                await self._saida.escoar()
        except TimeoutError:
            self._saida.fechar(LENTO)

    def _dizer_estado(self, pagina: Pagina) -> None:
        estado = estado_vista(self._canal, self._sessao, pagina.tickets)
        if estado != self._estado:
            self._estado = estado
            self.dizer("conversa", estado)
        meu = ticket_de(self._sessao, pagina.tickets)
        aberto = self._canal.mostrar_posicao and meu is not None and estados.aberto(meu.status)
        self._seguir(meu.id if meu is not None and aberto else None)

    def _seguir(self, ticket_id: str | None) -> None:
        """From now on it is told where that ticket stands in line, whenever it does."""
        seguidores, empresa_id = self._gateway.seguidores, self.empresa_id
        if ticket_id == self._segue:
            return
        if self._segue is not None:
            seguidores.largar(empresa_id, self._segue, self)
        self._segue = ticket_id
        if ticket_id is not None:
            seguidores.seguir(empresa_id, ticket_id, self._atendimento.onde_espera(empresa_id, ticket_id), self)

    async def _dizer_lidas(self) -> None:
        while self._lidas:
            mensagem_id = self._lidas.pop()
            try:
                nome = await self._atendimento.nome_da_escrita(self._canal, self._sessao, mensagem_id)
            except BalcaoError:
                self._lidas.add(mensagem_id)
                raise
            if nome is not None:
                self.dizer("lidas", {"ids": [nome]})
