"""One script over the whole mission page, played on every edge of the whole server: all must tell the same story."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import httpx2
import pytest
import trio

from engine.modelo import Papel
from engine.tempo import SystemClock
from tests.servidor import SEGREDO, Servidor, Usuario, novo_id
from tests.web.bordas_apoio import Borda, BordaJs, Cliente, evento, plana, socketio
from web.portaria.autenticacao import emitir

TRANSPORTES = {
    "websocket": ["websocket"],
    "polling": ["polling"],
    "polling-then-websocket": ["polling", "websocket"],
}
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_QUANDO = re.compile(r'"\d{4}-\d\d-\d\dT[\d:.]+Z"|"segundos": ?\d+')


class Roteiro:
    """The script, in an empresa of its own. ``historia`` is what everybody was answered and told."""

    def __init__(self, servidor: Servidor, borda: Borda) -> None:
        self._servidor = servidor
        self._borda = borda
        self._empresa = novo_id()
        self._acks: list[Any] = []
        self._telas: dict[str, Cliente] = {}
        self.pessoas: dict[str, Usuario] = {}
        self.ticket_id = ""

    # -- the script --------------------------------------------------------------------------------------------------

    async def correr(self) -> str:
        await self.uma_porta_que_nao_abre()
        await self.chegar()
        await self.um_ticket_e_distribuido()
        await self.salas_e_mensagens()
        await self.digitando()
        await self.na_fila()
        await self.o_que_nao_se_pode()
        await self.por_rest()
        await self.cair_e_retomar()
        await self.renovar()
        return await self.historia()

    async def uma_porta_que_nao_abre(self) -> None:
        alheio = self._servidor.usuario(self._empresa)
        for token in ("abc", alheio.token[:-4] + "AAAA", self._curto(alheio, -5_000)):
            recusa = await self._borda.cliente().entrar(token)
            assert recusa is not None
            self._acks.append(recusa)

    async def chegar(self) -> None:
        """Atendentes settle one after the other: the events of their coming are in the same order each time."""
        papeis: dict[str, Papel] = {"chefe": "supervisor", "maria": "atendente", "beto": "atendente"}
        for nome, papel in papeis.items():
            await self._entrar(nome, self._empresa, papel)
            if papel == "atendente":
                await self.pedir(nome, "atendente:status", {"online": nome == "maria"})
        await self._entrar("estranho", novo_id(), "admin")
        assert (await evento(self["chefe"], "atendente_status"))["online"]

    async def um_ticket_e_distribuido(self) -> None:
        corpo = {"contato_nome": "João Silva", "contato_telefone": "5511999998888"}
        self.ticket_id = (await self.rest("chefe", "POST", "/tickets", corpo))["id"]
        assert (await evento(self["chefe"], "ticket_criado"))["ticket"]["contato_nome"] == "João Silva"
        atribuido = await evento(self["maria"], "ticket_atribuido")
        assert (atribuido["ticketId"], atribuido["atendente"]["id"]) == (self.ticket_id, self.pessoas["maria"].id)

    async def salas_e_mensagens(self) -> None:
        for nome in ("chefe", "beto"):
            assert (await self.pedir(nome, "ticket:entrar", self._no_ticket()))["ok"]
        recebida = self._no_ticket(conteudo="Olá!", tipo="texto", direcao="recebida")
        await self.rest("chefe", "POST", "/mensagens", recebida, papel="conector")
        for nome in ("maria", "chefe", "beto"):  # the owner, who is in no room, and the room
            do_contato = await evento(self[nome], "nova_mensagem")
            assert do_contato["direcao"] == "recebida"
        ack = await self.pedir(
            "maria", "mensagem:enviar", self._no_ticket(conteudo="Bom dia 👋 \u202eדג", tipo="texto")
        )
        assert await evento(self["chefe"], "nova_mensagem", 2) == ack["mensagem"]
        assert (await self.pedir("beto", "ticket:sair", self._no_ticket()))["ok"]
        await self["maria"].soltar("mensagem:enviar", self._no_ticket(conteudo="sem ack"))
        assert (await evento(self["chefe"], "nova_mensagem", 3))["conteudo"] == "sem ack"
        lida = await self.pedir("maria", "mensagem:lida", {"mensagemId": do_contato["id"]})
        assert lida["mensagem"]["lida"]
        assert (await evento(self["chefe"], "mensagem_status"))["lida"]
        assert len(self["beto"].eventos("nova_mensagem")) == 2

    async def digitando(self) -> None:
        await self.pedir("maria", "ticket:entrar", self._no_ticket())
        await self["maria"].soltar("usuario:digitando", self._no_ticket(nome="Maria Santos"))
        esperado = {"ticketId": self.ticket_id, "userId": self.pessoas["maria"].id, "nome": "Maria Santos"}
        assert await evento(self["chefe"], "usuario_digitando") == esperado
        assert (await self.pedir("chefe", "usuario:digitando", self._no_ticket()))["ok"]
        await evento(self["maria"], "usuario_digitando")
        for nome in ("maria", "chefe"):
            assert len(self[nome].eventos("usuario_digitando")) == 1

    async def na_fila(self) -> None:
        """A ticket that nobody is given: who is in its room is told where it stands."""
        fila = await self.rest("chefe", "POST", "/filas", {"nome": "À mão", "distribuicaoAutomatica": False})
        corpo = {"contato_nome": "Rui", "contato_email": "rui@x.com", "filaId": fila["id"]}
        espera = {"ticketId": (await self.rest("chefe", "POST", "/tickets", corpo))["id"]}
        assert (await self.pedir("chefe", "ticket:entrar", espera))["ok"]
        dito = await evento(self["chefe"], "fila_posicao")
        assert dito | espera | {"filaId": fila["id"], "posicao": 1, "aguardando": 1, "esperaEstimada": None} == dito
        assert (await self.pedir("chefe", "ticket:sair", espera))["ok"]

    async def o_que_nao_se_pode(self) -> None:
        for nome, pedido, dados, codigo in (
            ("estranho", "ticket:entrar", self._no_ticket(), "ticket_nao_encontrado"),
            ("estranho", "mensagem:enviar", self._no_ticket(conteudo="oi"), "ticket_nao_encontrado"),
            ("estranho", "usuario:digitando", self._no_ticket(), "ticket_nao_encontrado"),
            ("maria", "ticket:entrar", {"ticketId": 7}, "dados_invalidos"),
            ("maria", "ticket:entrar", ["ticketId"], "dados_invalidos"),
            ("maria", "mensagem:enviar", self._no_ticket(), "dados_invalidos"),
            ("maria", "nada:disso", {}, "evento_desconhecido"),
            ("maria", "autenticar", {"token": "abc"}, "token_invalido"),
            ("maria", "autenticar", {"token": self.pessoas["beto"].token}, "outro_usuario"),
        ):
            assert (await self.pedir(nome, pedido, dados))["codigo"] == codigo
        await self["maria"].soltar("nada:disso", {})
        assert (await evento(self["maria"], "erro"))["codigo"] == "evento_desconhecido"

    async def por_rest(self) -> None:
        caminho = f"/tickets/{self.ticket_id}"
        await self.rest("chefe", "PATCH", caminho, {"prioridade": "ALTA"})
        await evento(self["maria"], "ticket_atualizado")
        para_beto = {"atendenteId": self.pessoas["beto"].id, "forcar": True}
        await self.rest("chefe", "PATCH", f"{caminho}/transferir", para_beto)
        for nome in ("maria", "beto", "chefe"):
            await evento(self[nome], "ticket_transferido")
        await self.rest("beto", "PATCH", caminho, {"status": "RESOLVIDO"})
        assert (await evento(self["chefe"], "ticket_encerrado"))["status"] == "RESOLVIDO"
        assert await self.rest("maria", "PATCH", f"/atendentes/{self.pessoas['maria'].id}/status", {"online": False})
        await evento(self["chefe"], "atendente_status", 2)

    async def cair_e_retomar(self) -> None:
        chefe = self["chefe"]
        desde = max(f["seq"] for f in chefe.eventos() if "seq" in f)
        await chefe.cair()
        outro = await self.rest("chefe", "POST", "/tickets", {"contato_nome": "Ana", "contato_email": "ana@x.com"})
        for n in range(3):
            corpo = self._no_ticket(conteudo=f"perdida {n}", direcao="recebida")
            await self.rest("chefe", "POST", "/mensagens", corpo, papel="conector")
        assert await chefe.entrar(self.pessoas["chefe"].token, desde, (self.ticket_id,)) is None
        await evento(chefe, "retomado")
        await self.pedir("chefe", "mensagem:enviar", self._no_ticket(conteudo="de volta"))
        await chefe.ate(lambda: chefe.eventos("nova_mensagem")[-1]["data"]["conteudo"] == "de volta")
        depois = [f for f in chefe.eventos() if f.get("seq", 0) > desde]
        assert [f["seq"] for f in depois] == list(range(desde + 1, desde + 1 + len(depois)))
        assert [f["data"]["ticket"]["id"] for f in depois if f["event"] == "ticket_criado"] == [outro["id"]]

        await self["beto"].cair()
        assert await self["beto"].entrar(self.pessoas["beto"].token, 10**9) is None
        assert isinstance((await evento(self["beto"], "resync"))["seq"], int)

    async def renovar(self) -> None:
        """One renews its token in time and stays; the other does not, and is put out."""
        sara, tito = (self._servidor.usuario(self._empresa, "supervisor") for _ in range(2))
        for nome, quem in (("sara", sara), ("tito", tito)):
            self.pessoas[nome] = quem
            self._telas[nome] = self._borda.cliente()
            assert await self[nome].entrar(self._curto(quem, 2_000)) is None
            if nome == "sara":
                assert (await self.pedir("sara", "autenticar", {"token": sara.token}))["ok"]
        await self["tito"].ate_ser_posto_fora()
        assert (await self.pedir("sara", "ticket:entrar", self._no_ticket()))["ok"]

    async def historia(self) -> str:
        """Everything, with ids and times replaced by their order of appearance."""
        for nome in self._telas.keys() - {"tito"}:
            await self[nome].pedir("ticket:sair", {"ticketId": novo_id()})  # what was on its way has come
        assert {f["event"] for f in self["estranho"].eventos()} == {"connect"}
        contado = {
            nome: [um for um in tela.eventos() if um["event"] != "fila_posicao"]  # when it comes is nobody's promise
            for nome, tela in self._telas.items()
        }
        texto = json.dumps({"acks": self._acks, "eventos": contado}, ensure_ascii=False, indent=1)
        nomes: dict[str, str] = {}
        texto = _UUID.sub(lambda achado: nomes.setdefault(achado[0], f"id{len(nomes)}"), texto)
        return _QUANDO.sub('"quando"', texto)

    # -- its means ---------------------------------------------------------------------------------------------------

    def __getitem__(self, nome: str) -> Cliente:
        return self._telas[nome]

    async def _entrar(self, nome: str, empresa: str, papel: Papel) -> None:
        self.pessoas[nome] = self._servidor.usuario(empresa, papel)
        self._telas[nome] = self._borda.cliente()
        assert await self[nome].entrar(self.pessoas[nome].token) is None
        conectado = await evento(self[nome], "connect")
        assert (conectado["userId"], conectado["message"]) == (self.pessoas[nome].id, "Conectado com sucesso")

    async def pedir(self, nome: str, pedido: str, dados: object) -> Any:
        ack = await self[nome].pedir(pedido, dados)
        self._acks.append([nome, pedido, ack])
        return ack

    async def rest(self, nome: str, metodo: str, caminho: str, corpo: Any, papel: Papel | None = None) -> Any:
        """A request of ``nome``, or of somebody with that ``papel`` in its empresa, that must succeed."""
        quem = self.pessoas[nome]
        if papel is not None:
            quem = self._servidor.usuario(quem.empresa_id, papel)
        async with httpx2.AsyncClient(timeout=20) as http:
            resposta = await http.request(
                metodo, f"{self._servidor.url}/atendimento{caminho}", json=corpo, headers=quem.cabecalhos
            )
        assert resposta.is_success, resposta.text
        return resposta.json()

    def _no_ticket(self, **campos: object) -> dict[str, object]:
        return {"ticketId": self.ticket_id, **campos}

    def _curto(self, quem: Usuario, validade_ms: int) -> str:
        return emitir(SEGREDO, quem.empresa_id, quem.id, "x@example.com", quem.papel, validade_ms, SystemClock().now())


async def _contar(
    servidor: Servidor, abrir: Callable[[], AbstractAsyncContextManager[Borda]], historias: dict[str, str], nome: str
) -> None:
    async with abrir() as borda:
        historias[nome] = await Roteiro(servidor, borda).correr()


@pytest.mark.parametrize("transportes", TRANSPORTES.values(), ids=TRANSPORTES)
async def test_the_official_client_is_told_the_same_story_as_the_plain_edge(
    servidor: Servidor, programa_js: Path, transportes: list[str]
) -> None:
    historias: dict[str, str] = {}
    feitas: list[BordaJs] = []

    async def pelo_js() -> None:
        async with socketio(programa_js, servidor.url, transportes) as borda:
            feitas.append(borda)
            historias["js"] = await Roteiro(servidor, borda).correr()
            assert {t for c in borda.clientes if c.js for t in c.js.contados("transporte")} == set(transportes)

    async with trio.open_nursery() as bercario:
        bercario.start_soon(_contar, servidor, lambda: plana(servidor.url_ws), historias, "plana")
        bercario.start_soon(pelo_js)
    assert historias["js"].splitlines() == historias["plana"].splitlines()
