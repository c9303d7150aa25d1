"""The secrets of a canal: whatever they are called, nothing tells them, and what told them before does so no more."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, get_args

import asyncpg
import httpx2
import pytest
import trio

from actors.canal.comandos import AtualizarCanal, ConexaoDoCanal, CriarCanal
from balcao.ajustes.campos import Ajustes
from engine.canais import PUBLICOS
from engine.conector.protocolo import BemVindo, CanalDoConector, CanalMudou
from engine.modelo import CanalRow, CanalSegredosRow, Quem, TipoComContatos
from engine.ports import Batch
from storage import Cofre, PostgresEmbutido
from storage.segredos import aberta, fechada
from tests.postgres import pasta_de_servidor
from tests.seguranca.identidade_apoio import Casa, casa, conectada
from tests.servidor import CHAVE_DOS_SEGREDOS, NovoServidor, Servidor, Usuario, novo_id
from tests.web.ws_apoio import tela
from web.rotas.canais import CanalMudanca, CanalNovo

MARCA: Final = "abracadabra"
"""What must come out nowhere."""
NOMES: Final = (
    "authorization", "Authorization", "chave", "smtpPass", "accessToken", "appSecret", "webhookVerifyToken", "hmac",
    "smtpSenha", "imapSenha", "senha", "pin", "bearer", "cookie", "dsn", "headers", "apikey", "key", "pwd", "x", "sid",
    "credencial", "conta", "certificado", "user", "phoneNumberID", "url_base", "vapidPrivada",
)  # fmt: skip
COFRE: Final = Cofre([CHAVE_DOS_SEGREDOS])
LISTAS: Final = ("/canais", "/atendentes", "/filas", "/empresa", "/tickets")


TIPOS: tuple[TipoComContatos, ...] = get_args(TipoComContatos)
"""Webhooks to other systems are set up elsewhere (``tests/connectors/test_ganchos.py``)."""


def segredos_de(tipo: TipoComContatos) -> dict[str, Any]:
    """A config that is secret as a whole: unlisted names, and listed ones with an address that has a password."""
    config: dict[str, Any] = {nome: f"{MARCA}-{nome}" for nome in NOMES}
    for nome in PUBLICOS[tipo]:
        config[nome] = f"https://ana:{MARCA}@example.com/"
    return config


async def criado(c: Casa, tipo: TipoComContatos, config: dict[str, Any]) -> Any:
    return await c.feito(c.admin, "POST", "/canais", {"nome": "Canal", "tipo": tipo, "config": config})


@pytest.mark.parametrize("tipo", TIPOS)
async def test_no_secret_comes_out_by_any_door(servidor: Servidor, tipo: TipoComContatos) -> None:
    async with casa(servidor) as c, conectada(c, c.admin) as chefe, conectada(c, c.gente("conector")) as programa:
        mostrados = {nome: f"valor de {nome}" for nome in PUBLICOS[tipo]}
        canal = await criado(c, tipo, {nome: f"{MARCA}-{nome}" for nome in NOMES} | mostrados)
        assert (canal["config"], canal["segredos"]) == (mostrados, sorted(NOMES))
        config = segredos_de(tipo)
        caminho = f"/canais/{canal['id']}"
        mudado = await c.feito(c.admin, "PATCH", caminho, {"config": config | dict.fromkeys(NOMES)})
        mudado = await c.feito(c.admin, "PATCH", caminho, {"config": config})
        assert (mudado["config"], mudado["segredos"]) == ({}, sorted(config))
        await c.feito(c.admin, "PATCH", caminho, {"nome": "Outro"})
        for t in (chefe, programa):
            await t.ate(lambda q: q.get("event") == "canal_atualizado" and q["data"]["canal"]["nome"] == "Outro")
        vistos = [await c.feito(c.admin, "GET", lido) for lido in (*LISTAS, caminho)]
        async with tela(servidor.url_ws, c.admin.token, desde=0) as t:
            await t.evento("retomado")
            vistos.append(t.recebidos)
        assert MARCA not in json.dumps([vistos, canal, mudado, chefe.recebidos, programa.recebidos])


async def test_an_address_that_loses_its_password_is_shown_again(servidor: Servidor) -> None:
    async with casa(servidor) as c:
        canal = await criado(c, "sms", {"url": f"https://ana:{MARCA}@sms.example.com", "de": "5511"})
        assert (canal["config"], canal["segredos"]) == ({"de": "5511"}, ["url"])
        caminho = f"/canais/{canal['id']}"
        canal = await c.feito(
            c.admin, "PATCH", caminho, {"config": canal["config"]}
        )  # as a screen sends back what it got
        assert (canal["config"], canal["segredos"]) == ({"de": "5511"}, ["url"])
        canal = await c.feito(c.admin, "PATCH", caminho, {"config": {"url": "https://sms.example.com"}})
        assert (canal["config"], canal["segredos"]) == ({"url": "https://sms.example.com"}, [])


async def test_an_answer_that_is_given_again_under_its_key_has_no_secret_either(servidor: Servidor) -> None:
    async with casa(servidor) as c:
        pedido = {"nome": "C", "tipo": "api", "config": segredos_de("api")}
        cabecalhos = c.admin.cabecalhos | {"Idempotency-Key": novo_id()}
        um, outro = [await c.http.post("/atendimento/canais", json=pedido, headers=cabecalhos) for _ in range(2)]
        assert um.json() == outro.json()
        assert MARCA not in um.text + outro.text


def test_what_holds_a_secret_does_not_show_it_when_it_is_printed(tmp_path: Path) -> None:
    quem, canal_id, config = Quem(novo_id(), novo_id(), "admin"), novo_id(), {"token": MARCA}
    texto = json.dumps(config)
    row = CanalSegredosRow(quem.empresa_id, canal_id, texto)
    canal = CanalRow(quem.empresa_id, canal_id, "C", "api", None, True, "{}", 1, 1)
    conector = CanalDoConector(
        id=canal_id, empresa_id=quem.empresa_id, nome="C", tipo="api", config={}, segredos=config
    )
    chave = MARCA.encode().ljust(32, b"!")
    guardam: list[object] = [
        row,
        Batch([], {CanalSegredosRow: [row]}),
        CriarCanal(quem=quem, nome="C", tipo="api", config=texto),
        AtualizarCanal(quem=quem, canal_id=canal_id, config=texto),
        ConexaoDoCanal(canal, texto),
        conector,
        BemVindo(versao=1, batida_ms=1, canais=(conector,)),
        CanalMudou(canal_id=canal_id, canal=conector),
        CanalNovo(nome="C", tipo="api", config={"token": MARCA}),
        CanalMudanca(config={"token": MARCA}),
        fechada(Cofre([chave]), row),
        Cofre([chave]),
        Ajustes(jwt_secret=MARCA, chaves_dos_segredos=(chave,), dados=tmp_path),
    ]
    for um in guardam:
        for dito in (repr(um), str(um), f"{um}", repr([um])):
            assert MARCA not in dito, type(um)


@pytest.fixture
def embutido() -> Iterator[Servidor]:
    """A server with everything it keeps in one folder: its database, its files, its key, its log."""
    with pasta_de_servidor() as pasta, Servidor(pasta, ambiente={"CHAVE_DOS_SEGREDOS": "", "LOG_LEVEL": "debug"}) as um:
        yield um


async def usado(c: Casa, tipo: TipoComContatos) -> list[str]:
    """All that is done with a canal and its secrets, well and badly; what was answered."""
    config = segredos_de(tipo)
    corpo = {"nome": "Canal", "tipo": tipo, "config": config}
    cabecalhos = c.admin.cabecalhos | {"Idempotency-Key": novo_id(), "Content-Type": "application/json"}
    um, outro = [await c.http.post("/atendimento/canais", json=corpo, headers=cabecalhos) for _ in range(2)]
    caminho = f"/canais/{um.json()['id']}"
    mudancas: tuple[dict[str, Any], ...] = ({"pin": f"{MARCA}-2"}, {"pin": None}, {"pin": [MARCA]}, {"x": MARCA * 2000})
    respostas = [
        um,
        outro,
        *[await c.pedir(c.admin, "PATCH", caminho, {"config": mudanca}) for mudanca in mudancas],
        await c.pedir(c.admin, "POST", "/canais", {"nome": "C", "tipo": tipo, "config": MARCA}),
        await c.http.post("/atendimento/canais", content=f'{{"config": {{"pin": "{MARCA}', headers=cabecalhos),
        await c.pedir(c.gente("atendente"), "PATCH", caminho, {"config": config}),
        await c.http.get("/metrics"),
    ]
    assert [resposta.status_code for resposta in respostas] == [201, 201, 200, 200, 400, 400, 400, 400, 403, 200]
    return [resposta.text for resposta in respostas]


def test_a_planted_secret_is_in_no_table_file_line_of_the_log_or_answer(embutido: Servidor) -> None:
    async def usar() -> list[str]:
        async with casa(embutido) as c:
            return [texto for tipo in TIPOS for texto in await usado(c, tipo)]

    assert MARCA not in "".join(trio.run(usar))
    tabelas = asyncio.run(_tabelas(PostgresEmbutido(embutido.dados).no_ar() or ""))
    assert {nome: texto.count(MARCA.encode()) for nome, texto in tabelas.items() if MARCA.encode() in texto} == {}
    assert tabelas["atendimento_canal_segredos"].count(b"v1:") == len(TIPOS)
    embutido.matar()
    for arquivo in sorted(embutido.pasta.rglob("*")):  # its WAL, its log, what a killed server leaves
        if arquivo.is_file():
            assert MARCA.encode() not in arquivo.read_bytes(), arquivo
    embutido.iniciar()
    assert MARCA not in embutido.registro


async def _tabelas(dsn: str) -> dict[str, bytes]:
    """Every table of the database, as COPY writes it."""
    con = await asyncpg.connect(dsn)
    try:
        tabelas = await con.fetch(
            "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relname NOT LIKE 'pg\\_%'"
        )
        achados = {}
        for (tabela,) in tabelas:
            saida = io.BytesIO()
            await con.copy_from_query(f"SELECT * FROM {tabela}", output=saida)
            achados[tabela] = saida.getvalue()
        return achados
    finally:
        await con.close()


def test_what_was_in_the_open_before_is_so_no_longer(novo_servidor: NovoServidor) -> None:
    """A row and events of a version that knew secrets by seven words."""
    servidor = novo_servidor()
    assert servidor.dsn is not None
    velho = {"authorization": f"Basic {MARCA}", "de": "5511", "url": f"https://ana:{MARCA}@sms.example.com"}

    async def antes() -> tuple[Usuario, str]:
        async with casa(servidor) as c:
            canal = await criado(c, "sms", {"de": "5511", "senha": MARCA})
            await c.feito(c.admin, "PATCH", f"/canais/{canal['id']}", {"nome": "Novo"})
            return c.admin, canal["id"]

    admin, canal_id = trio.run(antes)
    servidor.parar()
    asyncio.run(_por_em_aberto(servidor.dsn, canal_id, velho))
    servidor.iniciar()
    with httpx2.Client(base_url=servidor.url, headers=admin.cabecalhos, timeout=30) as http:
        for lido in ("/canais", f"/canais/{canal_id}"):
            resposta = http.get(f"/atendimento{lido}").raise_for_status()
            assert MARCA not in resposta.text
        canal = resposta.json()
        assert (canal["config"], canal["segredos"]) == ({"de": "5511"}, ["authorization", "senha", "url"])

    async def repeticao() -> str:
        async with tela(servidor.url_ws, admin.token, desde=0) as t:
            await t.evento("retomado")
            assert [q["event"] for q in t.recebidos].count("canal_criado") == 1
            return json.dumps(t.recebidos)

    assert MARCA not in trio.run(repeticao)
    servidor.parar()
    assert asyncio.run(_guardado(servidor.dsn, canal_id)) == (
        {"de": "5511"},
        {"senha": MARCA} | {nome: valor for nome, valor in velho.items() if nome != "de"},
    )


async def _por_em_aberto(dsn: str, canal_id: str, config: dict[str, str]) -> None:
    con = await asyncpg.connect(dsn)
    try:
        await con.execute("UPDATE atendimento_canais SET config = $2 WHERE id = $1", canal_id, json.dumps(config))
        for evento in await con.fetch("SELECT * FROM atendimento_eventos WHERE tipo LIKE 'canal%'"):
            dados = json.loads(evento["dados"])
            dados["canal"]["config"] = config
            mudancas = json.dumps({"config": [{"chave": MARCA}, config]})
            await con.execute(
                "UPDATE atendimento_eventos SET dados = $3, mudancas = $4 WHERE empresa_id = $1 AND seq = $2",
                evento["empresa_id"], evento["seq"], json.dumps(dados), mudancas,
            )  # fmt: skip
    finally:
        await con.close()


async def _guardado(dsn: str, canal_id: str) -> tuple[object, object]:
    """What is shown and what is secret of a canal, as the database has it."""
    con = await asyncpg.connect(dsn)
    try:
        aberto = await con.fetchval("SELECT config FROM atendimento_canais WHERE id = $1", canal_id)
        (secreto,) = await con.fetch("SELECT * FROM atendimento_canal_segredos WHERE canal_id = $1", canal_id)
        row = CanalSegredosRow(str(secreto["empresa_id"]), canal_id, secreto["segredos"])
        return json.loads(aberto), json.loads(aberta(COFRE, row).segredos)
    finally:
        await con.close()
