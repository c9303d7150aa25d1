"""Every route, one by one: without a token, with another empresa's ids, with a forged empresa, as each role."""

from typing import Final

import asyncpg
import pytest
from msgspec.structs import replace

from engine.documentos.especies import ESPECIES
from engine.modelo import Papel
from engine.permissoes import TODOS
from tests.web.rest_apoio import Servidor, com_servidor, novo_id
from tests.web.rest_gerado import DE_QUEM_ATENDE, Cena, inventados, lugares, montar, no_caminho, nome, que_atenda, tudo
from tests.web.test_rest_tickets import chegar
from web.pedido.rota import PREFIXO, Rota
from web.rotas import TODAS

COM_IDS = [rota for rota in TODAS if no_caminho(rota)]
EXAME: Final = f"{PREFIXO}/ops/invariantes"
"""It holds nothing of an empresa, and says when it was made and how long that took."""
RELATORIOS: Final = f"{PREFIXO}/relatorios/"
"""They say up to when they are counted: what of another empresa might be in them, test_rest_relatorios.py looks at."""
DO_QUE_ESPERA: Final = "GET /tickets/<ticket_id>/posicao"
"""What has an owner has no place in a line."""
LEITURAS = [
    rota
    for rota in TODAS
    if rota.metodo == "GET"
    and rota.caminho != EXAME
    and not rota.caminho.startswith(RELATORIOS)
    and nome(rota) != DO_QUE_ESPERA
]
PAPEIS: Final[list[Papel]] = ["admin", "supervisor", "atendente", "conector"]
ESTADO_EXIGIDO: Final = {"POST /tickets/<ticket_id>/reabrir": "RESOLVIDO"}
"""In which status the ticket must be, where not in any."""
DE_NOTAS: Final = (
    "GET /tickets/<ticket_id>/notas", "POST /tickets/<ticket_id>/notas", "GET /mencoes",
    "PATCH /tickets/<ticket_id>/notas/<nota_id>", "DELETE /tickets/<ticket_id>/notas/<nota_id>",
)  # fmt: skip
"""What people say among themselves: no program reads it."""
DE_AVISOS: Final = (
    "GET /notificacoes", "POST /notificacoes/lidas", "PATCH /notificacoes/<notificacao_id>/lida",
    "GET /avisos/preferencias", "PUT /avisos/preferencias",
)  # fmt: skip
"""What somebody is told, and wants to be: a conector is nobody."""
SEM_CADASTRO: Final = "POST /atendentes/<atendente_id>/revogar"
"""It takes the id of any user, of whom nothing may be kept: whom it concerns is said by the empresa of the token."""


async def retrato(cena: Cena) -> list[bytes]:
    """All that the empresa can be seen to hold."""
    vistas = [await montar(rota, cena.ids, cena.outros).de(cena.admin) for rota in LEITURAS]
    assert {vista.status for vista in vistas} == {200}
    return [vista.corpo for vista in vistas]


async def eventos(dsn: str, cena: Cena) -> int:
    """How many things have happened in the empresa."""
    con = await asyncpg.connect(dsn)
    try:
        quantos: int = await con.fetchval(
            "SELECT count(*) FROM atendimento_eventos WHERE empresa_id = $1", cena.admin.empresa
        )
        return quantos
    finally:
        await con.close()


def test_every_route_is_401_without_a_valid_token(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        for rota in TODAS:
            pedido = montar(rota, inventados(), inventados())
            for token in ({}, {"authorization": "Bearer x.y.z"}, {"authorization": "Basic YTpi"}):
                corpo = None if pedido.formulario else pedido.corpo
                recusa = await s.pedir(pedido.metodo, PREFIXO + pedido.caminho, corpo, **token)
                recusa.erro(401)
                assert recusa.headers["www-authenticate"] == "Bearer"

    com_servidor(dsn, teste)


def test_every_id_of_another_empresa_is_404_or_finds_nothing_and_touches_nothing(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        vizinha, minha = await tudo(s), await tudo(s)
        antes = [await retrato(vizinha), await retrato(minha)]
        seqs = [await eventos(dsn, vizinha), await eventos(dsn, minha)]
        for rota in TODAS:
            for lugar in lugares(rota) if nome(rota) != SEM_CADASTRO else ():
                pedido = montar(rota, minha.ids, minha.outros, {lugar: vizinha.ids[lugar.especie]})
                resposta = await pedido.de(minha.admin)
                if rota.caminho.startswith(RELATORIOS):
                    assert resposta.ok()["linhas"] == [], (nome(rota), lugar)
                elif rota.metodo == "GET" and lugar.parte == "consulta":
                    assert resposta.ok()["total"] == 0, (nome(rota), lugar)
                else:
                    assert resposta.status == 404, (nome(rota), lugar, resposta.corpo)
                    resposta.erro(404)
        assert seqs == [await eventos(dsn, vizinha), await eventos(dsn, minha)]
        assert antes == [await retrato(vizinha), await retrato(minha)]

    com_servidor(dsn, teste)


def test_every_id_of_ones_own_empresa_is_found(dsn: str) -> None:
    """Without this, that the others are not would mean nothing."""

    async def teste(s: Servidor) -> None:
        comum = await tudo(s)
        for rota in TODAS:
            for lugar in lugares(rota):
                cena = comum if rota.metodo == "GET" else await pronta(s, rota, "admin")
                da_cena = lugar.parte == "caminho" or lugar.nome == "respostaA"  # which is of the same ticket
                propria = cena.ids if da_cena else cena.outros
                resposta = await montar(rota, cena.ids, cena.outros, {lugar: propria[lugar.especie]}).de(cena.admin)
                assert resposta.status in {rota.status, 409}, (nome(rota), lugar, resposta.corpo)

    com_servidor(dsn, teste)


def test_every_route_is_403_for_a_forged_empresa(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        for rota in TODAS:
            pedido = montar(rota, inventados(), inventados())
            e = "&" if "?" in pedido.caminho else "?"
            for dita, status in ((novo_id(), 403), ("minha", 400)):
                forjado = replace(pedido, caminho=f"{pedido.caminho}{e}empresaId={dita}")
                (await forjado.de(admin)).erro(status, "empresa_de_outro" if status == 403 else None)
            if pedido.corpo is not None:
                pedido = montar(rota, inventados(), inventados(), mais={"empresaId": novo_id().upper()})
                (await pedido.de(admin)).erro(403, "empresa_de_outro")

    com_servidor(dsn, teste)


def test_every_id_in_a_path_that_is_not_a_uuid_is_400(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        for rota in COM_IDS:
            for ruim in ("1", "abc", "é" * 36, novo_id() + "0", "' or 1=1 --", "%00", "\0", "\ufffd"):
                pedido = montar(rota, dict.fromkeys(inventados(), ruim), inventados())
                (await pedido.de(admin)).erro(400, "dados_invalidos")

    com_servidor(dsn, teste)


@pytest.mark.parametrize("papel", PAPEIS)
def test_every_route_answers_a_role_as_it_is_documented(dsn: str, papel: Papel) -> None:
    async def teste(s: Servidor) -> None:
        comum = await tudo(s, papel)
        for rota in TODAS:
            if papel not in rota.papeis:
                pedido = montar(rota, comum.ids, comum.outros)
                (await pedido.de(comum.gente[papel])).erro(403, "papel_sem_permissao")
                continue
            cena = comum if rota.metodo == "GET" and nome(rota) != DO_QUE_ESPERA else await pronta(s, rota, papel)
            resposta = await montar(rota, cena.ids, cena.outros).de(cena.gente[papel])
            assert resposta.status == rota.status, (nome(rota), resposta.corpo)

    com_servidor(dsn, teste)


async def pronta(s: Servidor, rota: Rota, papel: Papel) -> Cena:
    """A scene of the request's own, in which it can be granted."""
    cena = await tudo(s, papel)
    status = ESTADO_EXIGIDO.get(nome(rota))
    if status is not None:
        (await cena.admin("PATCH", f"/tickets/{cena.ids['ticket_id']}", {"status": status})).ok()
    if nome(rota) == DO_QUE_ESPERA:
        ana = cena.gente["atendente"]
        (await ana("PATCH", f"/atendentes/{ana.id}/status", {"online": False})).ok()
    if nome(rota) in DE_QUEM_ATENDE:
        await que_atenda(cena, papel, rota)
    if rota.caminho.endswith("/lida"):
        do_contato = {"ticketId": cena.ids["ticket_id"], "conteudo": "oi", "direcao": "recebida"}
        cena.ids["mensagem_id"] = (await cena.admin("POST", "/mensagens", do_contato)).ok(201)["id"]
    return cena


def test_what_is_not_for_every_role_is_what_the_contract_says() -> None:
    restritas = {nome(rota): sorted(rota.papeis) for rota in TODAS if rota.papeis != TODOS}
    configuram = ["admin", "supervisor"]
    outras = {
        "DELETE /tickets/<ticket_id>": ["admin"],
        "PATCH /atendentes/<atendente_id>/status": ["admin", "atendente", "supervisor"],
        "GET /atendentes/<atendente_id>/estados": ["admin", "atendente", "supervisor"],
        "GET /atendentes/<atendente_id>/arremates": ["admin", "atendente", "supervisor"],
        "POST /atendentes/<atendente_id>/arremates/encerrar": ["admin", "atendente", "supervisor"],
        SEM_CADASTRO: ["admin"],
        "GET /push/inscricoes": ["admin", "atendente", "supervisor"],
        **{rota: ["admin", "atendente", "supervisor"] for rota in DE_QUEM_ATENDE},
        **{nome(rota): ["admin", "atendente", "supervisor"] for rota in TODAS if rota.caminho.startswith(RELATORIOS)},
        "POST /push/inscricoes": ["admin", "atendente", "supervisor"],
        "DELETE /push/inscricoes/<inscricao_id>": ["admin", "atendente", "supervisor"],
        **{rota: ["admin", "atendente", "supervisor"] for rota in (*DE_NOTAS, *DE_AVISOS)},
        "GET /canais": ["admin", "conector", "supervisor"],
        "GET /canais/<canal_id>": ["admin", "conector", "supervisor"],
    }
    assert {rota: papeis for rota, papeis in restritas.items() if papeis != configuram} == outras
    cadastros = ("/filas", "/atendentes", "/equipes", "/canais", "/empresa", "/distribuicao")
    esperadas = {
        nome(rota)
        for rota in TODAS
        if rota.metodo != "GET" and nome(rota).partition(" ")[2].startswith(cadastros) and nome(rota) not in outras
    } | {"DELETE /contatos/<contato_id>", "POST /contatos/<contato_id>/unir", "POST /avisos/previa"}
    esperadas |= {nome(rota) for rota in TODAS if nome(rota).partition(" ")[2].startswith(("/webhooks", "/ops"))}
    esperadas |= {nome(rota) for rota in TODAS if rota.metodo != "GET" and _e_documento(rota)}
    assert {rota for rota, papeis in restritas.items() if papeis == configuram} == esperadas


def _e_documento(rota: Rota) -> bool:
    """Whether it is one of those that every kind of document has."""
    caminho = nome(rota).partition(" ")[2]
    return any(caminho in {uma.caminho, f"{uma.caminho}/<{uma.tipo}_id>"} for uma in ESPECIES)


def test_an_atendente_of_one_empresa_is_a_stranger_in_another_even_with_the_same_id(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        vizinha = await tudo(s)
        sosia = s.usuario("atendente", id_=vizinha.gente["atendente"].id)
        await chegar(sosia)
        assert (await sosia("GET", "/tickets")).ok()["total"] == 0
        (await sosia("GET", f"/tickets/{vizinha.ids['ticket_id']}")).erro(404)
        assert len((await vizinha.admin("GET", "/atendentes")).ok()) == 2

    com_servidor(dsn, teste)
