"""The agents: each has its own line, is given tickets on it, answers after thinking, and resolves."""

from __future__ import annotations

from random import Random
from typing import Any, Final

import trio

from balcao.demo.cliente import Cliente
from balcao.demo.ligacao import Ligacao, LigacaoCaiu
from balcao.demo.modelo import Atendente, Conversa, Diario, Plano

_RESPOSTAS: Final = (
    "Olá, aqui é {nome}! Já estou vendo o seu caso.",
    "Leva dois dias úteis; acompanho por aqui.",
    "Pode sim, em até três vezes.",
)
_RECENTES: Final = 100


class EmMaos:
    """A ticket in hand: the contact's messages so far."""

    def __init__(self) -> None:
        self.perguntas: set[str] = set()
        self.chegou = trio.Event()
        self.cancelar = trio.CancelScope()
        self.encerrando = False

    def ver(self, mensagem: Any) -> None:
        if mensagem["direcao"] == "recebida":
            self.perguntas.add(mensagem["id"])
            self.chegou.set()
            self.chegou = trio.Event()


class Posto:
    """Where one agent works: its line and the conversations it has in hand."""

    def __init__(self, eu: Atendente, cliente: Cliente, diario: Diario, plano: Plano, sorte: Random) -> None:
        self._eu = eu
        self._cliente = cliente
        self._diario = diario
        self._plano = plano
        self._sorte = sorte
        self._ligacao = Ligacao(cliente.base, cliente.token, self._recebeu, self._caiu, self._religou)
        self._trabalho: trio.Nursery | None = None
        self._em_maos: dict[str, EmMaos] = {}

    async def trabalhar(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Come online and serve until cancelled. Started once online."""
        async with trio.open_nursery() as bercario:
            self._trabalho = bercario
            await bercario.start(self._ligacao.manter)
            await self._ficar_online()
            task_status.started()

    async def _ficar_online(self) -> None:
        while not self._eu.online:
            try:
                await self._ligacao.pedir("atendente:status", {"online": True})
                self._eu.online = True
            except LigacaoCaiu:
                continue

    async def _religou(self) -> None:
        """Come online again, let go of what was given to others meanwhile, and take up what is ours."""
        await self._ficar_online()
        pagina = await self._cliente.get(
            "/atendimento/tickets", atendenteId=self._eu.id, status="EM_ANDAMENTO", limit=_RECENTES
        )
        meus = {ticket["id"] for ticket in pagina["data"]}
        for ticket_id in set(self._em_maos) - meus:
            self._perder(ticket_id)
        for ticket_id in meus:
            self._assumir(ticket_id)

    def _caiu(self) -> None:
        self._eu.online = False
        self._diario.quedas += 1

    # -- what comes in -------------------------------------------------------------------------------------------------

    def _recebeu(self, evento: str, dados: Any) -> None:
        if evento == "ticket_atribuido":
            if dados["atendente"]["id"] == self._eu.id:
                self._assumir(dados["ticketId"])
            else:
                self._perder(dados["ticketId"])
        elif evento == "nova_mensagem" and dados["ticketId"] in self._em_maos:
            self._em_maos[dados["ticketId"]].ver(dados)

    def _assumir(self, ticket_id: str) -> None:
        conversa = self._diario.por_ticket.get(ticket_id)
        terminada = conversa is not None and conversa.resolvida_em is not None  # seen in a list made before it ended
        if terminada or ticket_id in self._em_maos:
            return
        caso = self._em_maos[ticket_id] = EmMaos()
        self._recontar()
        self._diario.atribuido(ticket_id, self._eu.id)
        assert self._trabalho is not None
        self._trabalho.start_soon(self._atender, ticket_id, caso)

    def _recontar(self) -> None:
        self._eu.em_maos = sum(not caso.encerrando for caso in self._em_maos.values())
        self._eu.maximo = max(self._eu.maximo, self._eu.em_maos)

    def _perder(self, ticket_id: str) -> None:
        """It is somebody else's now."""
        caso = self._em_maos.pop(ticket_id, None)
        if caso is not None:
            self._recontar()
            caso.cancelar.cancel()

    # -- what is done about it -----------------------------------------------------------------------------------------

    async def _atender(self, ticket_id: str, caso: EmMaos) -> None:
        """Answer each question, then resolve."""
        with caso.cancelar:
            detalhe = await self._cliente.get(f"/atendimento/tickets/{ticket_id}")
            for mensagem in detalhe["mensagens"]:
                caso.ver(mensagem)
            conversa = await self._conversa(ticket_id)
            feitas = sum(mensagem["direcao"] == "enviada" for mensagem in detalhe["mensagens"])
            for vez in range(feitas, conversa.perguntas):
                while len(caso.perguntas) <= vez:
                    await caso.chegou.wait()
                await trio.sleep(self._plano.pausa(self._sorte))
                await self._responder(ticket_id, conversa, vez)
            caso.encerrando = True  # before asking: the next ticket may arrive before the answer does
            self._recontar()
            await self._cliente.patch(f"/atendimento/tickets/{ticket_id}", {"status": "RESOLVIDO"})
            self._largar(ticket_id, conversa)

    async def _conversa(self, ticket_id: str) -> Conversa:
        """What the contact wants. The event may come before the 201 that made the ticket known to this program."""
        while ticket_id not in self._diario.por_ticket:
            await self._diario.nascimentos.wait()
        return self._diario.por_ticket[ticket_id]

    async def _responder(self, ticket_id: str, conversa: Conversa, vez: int) -> None:
        texto = _RESPOSTAS[min(vez, len(_RESPOSTAS) - 1)].format(nome=self._eu.nome)
        while True:
            inicio = trio.current_time()
            self._diario.enviadas_em[f"{ticket_id} {texto}"] = inicio
            try:
                ack = await self._ligacao.pedir(
                    "mensagem:enviar", {"ticketId": ticket_id, "conteudo": texto, "tipo": "texto"}
                )
                mensagem = ack["mensagem"]
                self._diario.medidas.confirmar.append(trio.current_time() - inicio)
            except LigacaoCaiu:
                mensagem = await self._ja_gravada(ticket_id, texto)
            if mensagem is not None:
                conversa.confirmadas.append(mensagem["id"])
                self._diario.contar("mensagens")
                return

    async def _ja_gravada(self, ticket_id: str, texto: str) -> Any:
        pagina = await self._cliente.get(f"/atendimento/tickets/{ticket_id}/mensagens", limit=_RECENTES)
        return next((m for m in pagina["data"] if m["conteudo"] == texto and m["direcao"] == "enviada"), None)

    def _largar(self, ticket_id: str, conversa: Conversa) -> None:
        self._em_maos.pop(ticket_id, None)
        self._recontar()
        self._eu.atendidos += 1
        conversa.resolvida_em = trio.current_time()
        self._diario.contar("resolvidos")
        conversa.avisar()
