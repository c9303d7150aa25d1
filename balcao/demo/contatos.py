"""The contacts: people who write, wait for an answer, and write back.

They reach the server as a connector's contacts would: through its token and a few lines, which enter the room of every
ticket. So an answer counts as received only when it has come back through the server.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from itertools import cycle
from random import Random
from typing import Any, Final

import trio

from balcao.demo.cliente import Cliente, RespostaPerdida
from balcao.demo.ligacao import Ligacao, LigacaoCaiu
from balcao.demo.modelo import Conversa, Diario, Plano

FALAS: Final = (
    "Olá! Preciso de ajuda com o meu pedido.",
    "Entendi. E quanto tempo leva?",
    "Certo. Posso pagar com cartão?",
    "Ótimo, muito obrigado!",
)
_RECENTES: Final = 100
_POR_LIGACAO: Final = 200
"""Contacts on one line: a connection may be in 256 rooms."""


async def chegarem(diario: Diario, viver: Callable[[Conversa], Awaitable[None]]) -> None:
    """Every contact, each in its time, until all have lived through theirs."""
    async with trio.open_nursery() as bercario:
        for conversa in diario.conversas:
            await trio.sleep_until(diario.comecou_em + conversa.chega_em)
            bercario.start_soon(viver, conversa)


class Contatos:
    """All the contacts of a run."""

    def __init__(self, cliente: Cliente, diario: Diario, plano: Plano, filas: dict[str, str], sorte: Random) -> None:
        self._cliente = cliente
        self._diario = diario
        self._plano = plano
        self._filas = filas
        self._sorte = sorte
        self._ligacoes = [
            Ligacao(cliente.base, cliente.token, self._recebeu, self._caiu, partial(self._religou, vez))
            for vez in range(-(-len(diario.conversas) // _POR_LIGACAO))
        ]
        vezes = cycle(range(len(self._ligacoes)))
        self._acompanhadas: dict[str, Conversa] = {}
        """Those in whose room we want to be, by ticket."""
        self._ligacao_de = {conversa.telefone: next(vezes) for conversa in diario.conversas}

    async def ligar(self, bercario: trio.Nursery) -> None:
        """Bring the lines up; ``bercario`` keeps them."""
        for ligacao in self._ligacoes:
            await bercario.start(ligacao.manter)

    def _ligacao(self, conversa: Conversa) -> Ligacao:
        return self._ligacoes[self._ligacao_de[conversa.telefone]]

    async def escrever(self) -> None:
        """Every contact, each in its time, until all are served."""
        await chegarem(self._diario, self._viver)

    async def despedir(self) -> None:
        """What they leave on the server works without them."""

    async def _viver(self, conversa: Conversa) -> None:
        ticket_id = await self._abrir(conversa)
        self._acompanhadas[ticket_id] = conversa
        await self._entrar(conversa)
        for feitas in range(conversa.perguntas):
            if feitas:
                await trio.sleep(self._plano.pausa(self._sorte))
            await self._perguntar(conversa, feitas)
            while conversa.respostas <= feitas:
                await conversa.mudou.wait()
        while conversa.resolvida_em is None:
            await conversa.mudou.wait()
        del self._acompanhadas[ticket_id]
        with suppress(LigacaoCaiu):  # then the room is left already
            await self._ligacao(conversa).pedir("ticket:sair", {"ticketId": conversa.ticket_id})

    async def _abrir(self, conversa: Conversa) -> str:
        """The first contact makes a ticket. If the answer is lost, the ticket is looked for before asking again."""
        conversa.escreveu_em = trio.current_time()
        corpo = {
            "contato_nome": conversa.nome,
            "contato_telefone": conversa.telefone,
            "assunto": "Demonstração",
            "filaId": self._filas[conversa.fila],
        }
        while conversa.ticket_id is None:
            try:
                inicio = trio.current_time()
                ticket = await self._cliente.post("/atendimento/tickets", corpo)
                self._diario.medidas.criar.append(trio.current_time() - inicio)
            except RespostaPerdida:
                ticket = await self._procurar(conversa.telefone)
            if ticket is not None:
                self._diario.nasceu(conversa, ticket["id"], ticket["numero"])
        return conversa.ticket_id

    async def _procurar(self, telefone: str) -> Any:
        pagina = await self._cliente.get("/atendimento/tickets", limit=_RECENTES)
        return next((ticket for ticket in pagina["data"] if ticket["contato_telefone"] == telefone), None)

    async def _entrar(self, conversa: Conversa) -> None:
        """Enter the ticket's room; then read what was said before we were in it."""
        while True:
            try:
                await self._ligacao(conversa).pedir("ticket:entrar", {"ticketId": conversa.ticket_id})
                break
            except LigacaoCaiu:
                continue
        await self._por_em_dia(conversa)

    async def _por_em_dia(self, conversa: Conversa) -> None:
        caminho = f"/atendimento/tickets/{conversa.ticket_id}/mensagens"
        for mensagem in (await self._cliente.get(caminho, limit=_RECENTES))["data"]:
            self._ver(conversa, mensagem)

    async def _perguntar(self, conversa: Conversa, feitas: int) -> None:
        texto = FALAS[min(feitas, len(FALAS) - 1)]
        corpo = {"ticketId": conversa.ticket_id, "conteudo": texto, "tipo": "texto", "direcao": "recebida"}
        while True:
            try:
                mensagem = await self._cliente.post("/atendimento/mensagens", corpo)
            except RespostaPerdida:
                mensagem = await self._ja_gravada(conversa, texto)
            if mensagem is not None:
                conversa.confirmadas.append(mensagem["id"])
                self._diario.contar("mensagens")
                return

    async def _ja_gravada(self, conversa: Conversa, texto: str) -> Any:
        """The message whose answer was lost, if it was written all the same."""
        pagina = await self._cliente.get(f"/atendimento/tickets/{conversa.ticket_id}/mensagens", limit=_RECENTES)
        return next((m for m in pagina["data"] if m["conteudo"] == texto and m["direcao"] == "recebida"), None)

    # -- what comes in -------------------------------------------------------------------------------------------------

    def _recebeu(self, evento: str, dados: Any) -> None:
        if evento == "nova_mensagem":
            conversa = self._diario.por_ticket.get(dados["ticketId"])
            if conversa is not None:
                self._ver(conversa, dados)

    def _ver(self, conversa: Conversa, mensagem: Any) -> None:
        if mensagem["direcao"] != "enviada" or mensagem["id"] in conversa.vistas:
            return
        conversa.vistas.add(mensagem["id"])
        conversa.respostas += 1
        enviada_em = self._diario.enviadas_em.pop(f"{conversa.ticket_id} {mensagem['conteudo']}", None)
        if enviada_em is not None:
            self._diario.medidas.entregar.append(trio.current_time() - enviada_em)
        conversa.avisar()

    def _caiu(self) -> None:
        self._diario.quedas += 1

    async def _religou(self, vez: int) -> None:
        """The server forgot which rooms we were in: enter them again and read what was missed."""
        for conversa in list(self._acompanhadas.values()):
            if self._ligacao_de[conversa.telefone] == vez:
                await self._entrar(conversa)
