"""A load of contacts and agents on WhatsApp: what each has written, and what it was told of it.

Contacts write to the fake Graph API, which brings it by webhook, twice now and then and in any order; agents answer
over REST. Each message says whose it is and which of that one's: so it is known what must be there, and in which order.
"""

from __future__ import annotations

from random import Random
from typing import Any, Final

import trio
from msgspec import Struct

from connectors.fakes.graph import Contato, Escrita, GraphFalso, NumeroFalso
from connectors.fakes.registro import config_do_numero
from tests.servidor import Servidor
from tests.sistema.cliente import Http, Interrompida, NaoEnviada, http
from tests.sistema.livro import Livro, anotar

POR_WEBHOOK: Final = 20
"""Messages in one, at most."""
REPETIDOS: Final = 0.2
"""Of the webhooks: they are sent twice."""
RESPOSTAS_MAXIMO: Final = 40
"""To one contact: more at once is not allowed by the pair limit."""
HA_POUCO_S: Final = 20_000
"""Contacts began to write so long ago, one message a second each."""


class Pessoa(Struct):
    """A contact. ``escritas`` counts what it wrote; ``respostas`` is the ledger of what it was answered."""

    telefone: str
    canal_id: str
    numero: str
    respostas: Livro
    escritas: int = 0
    ticket_id: str | None = None

    @property
    def textos(self) -> list[str]:
        """What it wrote, in its order."""
        return [f"{self.telefone} {n}" for n in range(self.escritas)]


class CargaDosCanais:
    """``quantas``: messages that contacts write in all, ``por_segundo`` at most; as many as ``respostas`` are answered,
    once they were acknowledged.
    """

    def __init__(
        self, servidor: Servidor, graph: GraphFalso, quantas: int, por_segundo: float, respostas: int, acaso: Random
    ) -> None:  # fmt: skip
        self.servidor = servidor
        self.admin = servidor.nova_empresa()
        self.graph = graph
        self.pessoas: list[Pessoa] = []
        self.escritas = 0
        self.respondidas = 0
        self._quantas = quantas
        self._por_segundo = por_segundo
        self._respostas = respostas
        self._inicio_s = 0
        self._acaso = acaso
        self._aberta = True
        self._volta = trio.Event()

    # -- for the test ------------------------------------------------------------------------------------------------

    async def preparar(self, numeros: int, pessoas: int, agora_s: int) -> None:
        """Make the canais, and whoever writes to them."""
        self._inicio_s = agora_s - HA_POUCO_S
        async with http(self.servidor, self.admin) as adm:
            for n in range(numeros):
                numero = NumeroFalso(phone_number_id=f"1000000000{n:05}", telefone=f"55113000{n:04}")
                config = config_do_numero(numero, self.graph.base)
                canal = await adm.post("/canais", {"nome": f"Zap {n}", "tipo": "whatsapp", "config": config})
                numero.webhook = f"{self.servidor.url}/webhooks/whatsapp/{canal['id']}"
                self.graph.novo_numero(numero)
                for p in range(pessoas):
                    telefone = f"55119{n:04}{p:04}"
                    pessoa = Pessoa(telefone, canal["id"], numero.phone_number_id, Livro(f"para {telefone}"))
                    self.pessoas.append(pessoa)

    def comecar(self, bercario: trio.Nursery) -> None:
        bercario.start_soon(self._escrever)
        for n in range(8):
            bercario.start_soon(self._responder, self.pessoas[n::8])

    async def ate(self, parte: float) -> None:
        """Return when that part of all was written, and answered."""
        while min(self.escritas / self._quantas, self.respondidas / self._respostas) < parte:  # noqa: ASYNC110
            await trio.sleep(0.05)  # at the pace of the whole

    def voltou(self) -> None:
        """The server is up again."""
        antes, self._volta = self._volta, trio.Event()
        antes.set()

    def encerrar(self) -> None:
        """Nobody answers any more."""
        self._aberta = False
        self.voltou()

    # -- contacts ------------------------------------------------------------------------------------------------------

    async def _escrever(self) -> None:
        while self.escritas < self._quantas:
            quantas = self._acaso.randint(1, POR_WEBHOOK)
            numero = self._acaso.choice([*self.graph.numeros][-self._numeros :])
            deles = [pessoa for pessoa in self.pessoas if pessoa.numero == numero]
            vezes = 2 if self._acaso.random() < REPETIDOS else 1
            escritas = [self._escrita(self._acaso.choice(deles)) for _ in range(quantas)]
            self.graph.receber(escritas, numero, vezes=vezes, embaralhar=True)
            self.escritas += quantas
            await trio.sleep(quantas / self._por_segundo)

    @property
    def _numeros(self) -> int:
        return len({pessoa.numero for pessoa in self.pessoas})

    def _escrita(self, pessoa: Pessoa) -> Escrita:
        texto, em = f"{pessoa.telefone} {pessoa.escritas}", self._inicio_s + pessoa.escritas
        pessoa.escritas += 1
        return Escrita(de=Contato(telefone=pessoa.telefone, nome=f"Contato {pessoa.telefone}"), texto=texto, em=em)

    # -- agents --------------------------------------------------------------------------------------------------------

    async def _responder(self, pessoas: list[Pessoa]) -> None:
        """Answer each in turn, as often as it may be, until the load is closed."""
        async with http(self.servidor, self.admin) as cliente:
            while self._aberta:
                volta = self._volta
                try:
                    await self._uma_volta(cliente, pessoas)
                except (Interrompida, NaoEnviada):
                    if self._aberta:
                        await volta.wait()

    async def _uma_volta(self, cliente: Http, pessoas: list[Pessoa]) -> None:
        for pessoa in pessoas:
            if pessoa.ticket_id is None:
                pessoa.ticket_id = await self._ticket(cliente, pessoa)
            elif len(pessoa.respostas.tentativas) < RESPOSTAS_MAXIMO and self._aberta:
                await self._uma_resposta(cliente, pessoa, pessoa.ticket_id)
        await trio.sleep(0.02)

    async def _ticket(self, cliente: Http, pessoa: Pessoa) -> str | None:
        resposta = await cliente.pedir("GET", f"/atendimento/tickets?busca={pessoa.telefone}")
        achados: list[Any] = resposta.json.get("data", []) if resposta.status == 200 else []
        return achados[0]["id"] if achados else None

    async def _uma_resposta(self, cliente: Http, pessoa: Pessoa, ticket_id: str) -> None:
        tentativa = pessoa.respostas.tentar()
        corpo = {"ticketId": ticket_id, "conteudo": tentativa.marca}
        try:
            resposta = await cliente.pedir("POST", "/atendimento/mensagens", corpo)
        except Interrompida:
            tentativa.destino = "incerta"
            raise
        except NaoEnviada:
            tentativa.destino = "recusada"
            raise
        anotar(tentativa, resposta)
        if tentativa.destino == "confirmada":
            self.respondidas += 1
        else:
            await trio.sleep(0.05)
