"""A load of every kind of write, by clients that keep a ledger and survive the server."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any, Final

import trio

from tests.servidor import Servidor, Usuario, novo_id
from tests.sistema.cliente import Http, Interrompida, NaoEnviada, Resposta, fio, http, novo_ticket
from tests.sistema.livro import Livro, Tentativa, anotar, negada
from tests.web.ws_apoio import Tela

EM_VOO: Final = 8
"""Messages that a talker on the WebSocket sends ahead of their acks."""
_ATENDENTES: Final = 8


class Carga:
    """The clients of one empresa. They write until :meth:`encerrar`; while the server is away they wait for
    :meth:`voltou`.
    """

    def __init__(self, servidor: Servidor) -> None:
        self.servidor = servidor
        self.admin = servidor.nova_empresa()
        self.de_tickets: list[Livro] = []
        self.de_mensagens: dict[str, list[Livro]] = {}
        """By ticket."""
        self.de_status: tuple[Usuario, str, Livro]
        self.de_donos: tuple[Usuario, str, Livro]
        self.respostas: list[tuple[float, Resposta]] = []
        """What was answered other than success, and how long that took."""
        self.aberta = True
        self.confirmadas = 0
        self._fim = trio.CancelScope()
        self._mais = trio.Event()
        self._volta = trio.Event()

    # -- for the test --------------------------------------------------------------------------------------------------

    async def comecar(self, bercario: trio.Nursery) -> None:
        """Set up the empresa and let the clients loose."""
        async with http(self.servidor, self.admin) as adm:
            fila = await adm.post("/filas", {"nome": "Ninguém presente"})  # whose tickets nobody takes away
            atendentes = [await self._atendente(adm, n, fila["id"]) for n in range(_ATENDENTES)]
            tickets = [await adm.ticket(fila_id=fila["id"]) for _ in range(6)]
        for n in range(2):
            bercario.start_soon(self._abrir_tickets, self._livro(self.de_tickets, f"abre{n}"))
        for n, ticket in enumerate((tickets[0], tickets[0], tickets[1])):  # two write to one ticket
            bercario.start_soon(self._escrever, ticket, self._livro(self._do_ticket(ticket), f"escreve{n}"))
        for n, ticket in enumerate(tickets[2:4]):
            bercario.start_soon(self._falar, ticket, self._livro(self._do_ticket(ticket), f"fala{n}"))
        self.de_status = (self.servidor.usuario(self.admin.empresa_id), tickets[4], Livro("muda"))
        bercario.start_soon(self._mudar, *self.de_status)
        self.de_donos = (self.servidor.usuario(self.admin.empresa_id), tickets[5], Livro("atribui"))
        bercario.start_soon(self._atribuir, *self.de_donos, atendentes)
        bercario.start_soon(self._atender)

    async def mais(self, quantas: int) -> None:
        """Return when so many more writes were acknowledged."""
        alvo = self.confirmadas + quantas
        while self.confirmadas < alvo:
            await self._mais.wait()

    def voltou(self) -> None:
        """The server is up again."""
        antes, self._volta = self._volta, trio.Event()
        antes.set()

    def encerrar(self) -> None:
        """No more writes; each client ends when it has its answer, or when the server is gone."""
        self.aberta = False
        self._fim.cancel()
        self.voltou()

    def livros(self) -> list[Livro]:
        de_mensagens = [livro for livros in self.de_mensagens.values() for livro in livros]
        return [*self.de_tickets, *de_mensagens, self.de_status[2], self.de_donos[2]]

    # -- what the clients share ----------------------------------------------------------------------------------------

    async def _atendente(self, adm: Http, numero: int, fila_id: str) -> str:
        """Somebody who serves a fila and is never there: it has only what is forced upon it."""
        corpo = {"nome": f"Atendente {numero}", "email": f"{novo_id()}@exemplo.com", "capacidade": 2}
        atendente_id: str = (await adm.post("/atendentes", corpo))["id"]
        await adm.post(f"/filas/{fila_id}/atendentes/{atendente_id}")
        return atendente_id

    def _livro(self, onde: list[Livro], autor: str) -> Livro:
        onde.append(Livro(autor))
        return onde[-1]

    def _do_ticket(self, ticket_id: str) -> list[Livro]:
        return self.de_mensagens.setdefault(ticket_id, [])

    def _confirmou(self) -> None:
        self.confirmadas += 1
        antes, self._mais = self._mais, trio.Event()
        antes.set()

    async def _teimar(self, trabalho: Callable[[], Awaitable[None]]) -> None:
        """Do it over and over, waiting for the server whenever it goes away, until the load is closed."""
        while self.aberta:
            volta = self._volta
            try:
                await trabalho()
            except (Interrompida, NaoEnviada):
                if self.aberta:
                    await volta.wait()

    async def _gravar(self, cliente: Http, tentativa: Tentativa, metodo: str, caminho: str, corpo: object) -> None:
        """One write over HTTP, entered in the ledger. A refusal is waited out, a little."""
        inicio = trio.current_time()
        try:
            resposta = await cliente.pedir(metodo, f"/atendimento{caminho}", corpo)
        except Interrompida:
            tentativa.destino = "incerta"
            raise
        except NaoEnviada:
            tentativa.destino = "recusada"
            raise
        anotar(tentativa, resposta)
        if tentativa.destino == "confirmada":
            self._confirmou()
        else:
            self.respostas.append((trio.current_time() - inicio, resposta))
            await trio.sleep(0.05)

    # -- the clients ---------------------------------------------------------------------------------------------------

    async def _abrir_tickets(self, livro: Livro) -> None:
        async with http(self.servidor, self.admin) as cliente:

            async def abrir() -> None:
                tentativa = livro.tentar()
                await self._gravar(cliente, tentativa, "POST", "/tickets", novo_ticket(tentativa.marca))

            await self._teimar(abrir)

    async def _escrever(self, ticket_id: str, livro: Livro) -> None:
        async with http(self.servidor, self.admin) as cliente:

            async def escrever() -> None:
                tentativa = livro.tentar()
                corpo = {"ticketId": ticket_id, "conteudo": tentativa.marca, "direcao": "enviada"}
                await self._gravar(cliente, tentativa, "POST", "/mensagens", corpo)

            await self._teimar(escrever)

    async def _mudar(self, quem: Usuario, ticket_id: str, livro: Livro) -> None:
        async with http(self.servidor, quem) as cliente:

            async def mudar() -> None:
                tentativa = livro.tentar()
                status = "PENDENTE" if len(livro.tentativas) % 2 else "ABERTO"
                corpo = {"status": status, "assunto": tentativa.marca}
                await self._gravar(cliente, tentativa, "PATCH", f"/tickets/{ticket_id}", corpo)

            await self._teimar(mudar)

    async def _atribuir(self, quem: Usuario, ticket_id: str, livro: Livro, atendentes: list[str]) -> None:
        """Each attempt is for the next atendente after the last that may have come to own the ticket."""
        async with http(self.servidor, quem) as cliente:

            async def atribuir() -> None:
                talvez = len(livro.tentativas) - livro.quantas("recusada")
                tentativa = livro.tentar(atendentes[talvez % len(atendentes)])
                corpo = {"atendenteId": tentativa.marca, "forcar": True}
                await self._gravar(cliente, tentativa, "PATCH", f"/tickets/{ticket_id}/atribuir", corpo)

            await self._teimar(atribuir)

    async def _falar(self, ticket_id: str, livro: Livro) -> None:
        async def falar() -> None:
            async with fio(self.servidor, self.admin) as tela:
                await self._conversar(tela, ticket_id, livro)

        await self._teimar(falar)

    async def _conversar(self, tela: Tela, ticket_id: str, livro: Livro) -> None:
        em_voo: dict[str, Tentativa] = {}
        while self.aberta or em_voo:
            while self.aberta and len(em_voo) < EM_VOO:
                tentativa = livro.tentar()
                em_voo[tentativa.marca] = tentativa
                dados = {"ticketId": ticket_id, "conteudo": tentativa.marca}
                await tela.mandar("mensagem:enviar", dados, tentativa.marca)
            quadro = await tela.ate(lambda f: f.get("ack") in em_voo)
            await self._anotar_ack(em_voo.pop(quadro["ack"]), quadro["data"])

    async def _anotar_ack(self, tentativa: Tentativa, dados: Any) -> None:
        if dados["ok"]:
            assert dados["mensagem"]["conteudo"] == tentativa.marca
            tentativa.id = dados["mensagem"]["id"]
            tentativa.destino = "confirmada"
            self._confirmou()
        else:
            tentativa.destino = negada(dados["codigo"])
            await trio.sleep(0.05)

    async def _atender(self) -> None:
        """An atendente who takes what is given to it, answers and resolves, so that tickets are distributed too."""
        quem = self.servidor.usuario(self.admin.empresa_id, "atendente")

        async def atender() -> None:
            async with AsyncExitStack() as pilha:
                tela = await pilha.enter_async_context(fio(self.servidor, quem))
                cliente = await pilha.enter_async_context(http(self.servidor, quem))
                await tela.pedir("atendente:status", {"online": True})
                meus = await cliente.pedir("GET", f"/atendimento/tickets?atendenteId={quem.id}&status=EM_ANDAMENTO")
                for ticket in meus.json.get("data", ()):  # none, if it is refused for now
                    await self._resolver(tela, cliente, ticket["id"])
                while self.aberta:
                    dados = (await tela.evento("ticket_atribuido"))["data"]
                    if dados["atendente"]["id"] == quem.id:
                        await self._resolver(tela, cliente, dados["ticketId"])

        with self._fim:
            await self._teimar(atender)

    async def _resolver(self, tela: Tela, cliente: Http, ticket_id: str) -> None:
        await tela.mandar("mensagem:enviar", {"ticketId": ticket_id, "conteudo": "Resolvido!"})
        await cliente.pedir("PATCH", f"/atendimento/tickets/{ticket_id}", {"status": "RESOLVIDO"})
