"""Every route, one by one: without a token, with another empresa's ids, with a forged empresa, without the role."""

import pytest

from tests.web.rest_apoio import Servidor, Usuario, com_servidor, novo_id
from tests.web.test_rest_tickets import NOVO, abrir, chegar, fila_com
from web.rota import CONFIGURA, PREFIXO, Rota
from web.rotas import TODAS

CORPOS: dict[str, dict[str, object]] = {
    "POST /tickets": {**NOVO},
    "PATCH /tickets/<ticket_id>": {"assunto": "outro"},
    "PATCH /tickets/<ticket_id>/atribuir": {"atendenteId": "<atendente_id>"},
    "PATCH /tickets/<ticket_id>/transferir": {"filaId": "<fila_id>"},
    "POST /mensagens": {"ticketId": "<ticket_id>", "conteudo": "oi"},
    "POST /atendentes": {"nome": "Ana", "email": "ana@example.com"},
    "PATCH /atendentes/<atendente_id>": {"nome": "Ana"},
    "PATCH /atendentes/<atendente_id>/status": {"online": True},
    "POST /filas": {"nome": "Vendas"},
    "PATCH /filas/<fila_id>": {"nome": "Vendas"},
}
"""A valid body for each route that requires one."""

COM_IDS = [rota for rota in TODAS if "<" in rota.caminho]
RESTRITAS = [rota for rota in TODAS if rota.papeis == CONFIGURA]


def nome(rota: Rota) -> str:
    return f"{rota.metodo} {rota.caminho.removeprefix(PREFIXO)}"


def preencher(texto: str, ids: dict[str, str]) -> str:
    for chave, id_ in ids.items():
        texto = texto.replace(f"<{chave}>", id_)
    return texto


def montada(rota: Rota, ids: dict[str, str], **mais: object) -> tuple[str, str, dict[str, object] | None]:
    """Method, path and body of a request that is valid but for whose ids these are."""
    corpo = {
        campo: preencher(valor, ids) if isinstance(valor, str) else valor
        for campo, valor in CORPOS.get(nome(rota), {}).items()
    }
    caminho = preencher(rota.caminho, ids).removeprefix(PREFIXO)
    return rota.metodo, caminho, corpo | mais if rota.corpo is not None else None


async def vizinha(s: Servidor) -> tuple[Usuario, dict[str, str]]:
    """Another empresa, with one of everything."""
    empresa = novo_id()
    admin, ana = s.usuario(empresa=empresa), s.usuario("atendente", empresa=empresa)
    fila = await fila_com(admin, ana)
    ticket = await abrir(admin, filaId=fila)
    mensagem = {"ticketId": ticket, "conteudo": "segredo", "direcao": "recebida"}
    id_ = (await admin("POST", "/mensagens", mensagem)).ok(201)["id"]
    return admin, {"ticket_id": ticket, "mensagem_id": id_, "fila_id": fila, "atendente_id": ana.id}


def proprios() -> dict[str, str]:
    return {chave: novo_id() for chave in ("ticket_id", "mensagem_id", "fila_id", "atendente_id")}


def test_every_route_is_401_without_a_valid_token(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        for rota in TODAS:
            metodo, caminho, corpo = montada(rota, proprios())
            for token in ({}, {"authorization": "Bearer x.y.z"}, {"authorization": "Basic YTpi"}):
                recusa = await s.pedir(metodo, PREFIXO + caminho, corpo, **token)
                recusa.erro(401)
                assert recusa.headers["www-authenticate"] == "Bearer"

    com_servidor(dsn, teste)


def test_every_route_is_404_with_the_ids_of_another_empresa_and_touches_nothing(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        dona, ids = await vizinha(s)
        antes = [(await dona("GET", caminho)).ok() for caminho in retrato(ids)]
        intruso = s.usuario()
        assert len(COM_IDS) == 18
        for rota in COM_IDS:
            (await intruso(*montada(rota, ids))).erro(404)
        assert antes == [(await dona("GET", caminho)).ok() for caminho in retrato(ids)]

    com_servidor(dsn, teste)


def test_ids_of_another_empresa_in_a_body_are_404_too(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        _, ids = await vizinha(s)
        intruso = s.usuario()
        meu = await abrir(intruso)
        minha = (await intruso("POST", "/filas", {"nome": "Minha"})).ok(201)["id"]
        for metodo, caminho, corpo in (
            ("POST", "/tickets", NOVO | {"filaId": ids["fila_id"]}),
            ("POST", "/mensagens", {"ticketId": ids["ticket_id"], "conteudo": "oi"}),
            ("PATCH", f"/tickets/{meu}/atribuir", {"atendenteId": ids["atendente_id"], "forcar": True}),
            ("PATCH", f"/tickets/{meu}/transferir", {"filaId": ids["fila_id"]}),
            ("PATCH", f"/tickets/{meu}/transferir", {"atendenteId": ids["atendente_id"], "forcar": True}),
            ("POST", f"/filas/{minha}/atendentes/{ids['atendente_id']}", None),
            ("DELETE", f"/filas/{minha}/atendentes/{ids['atendente_id']}", None),
        ):
            (await intruso(metodo, caminho, corpo)).erro(404)
        assert (await intruso("GET", f"/tickets?filaId={ids['fila_id']}")).ok()["total"] == 0
        assert (await intruso("GET", "/tickets")).ok()["total"] == 1

    com_servidor(dsn, teste)


def test_every_route_is_403_for_a_forged_empresa(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        for rota in TODAS:
            metodo, caminho, corpo = montada(rota, proprios())
            (await admin(metodo, f"{caminho}?empresaId={novo_id()}", corpo)).erro(403, "empresa_de_outro")
            if rota.corpo is not None:
                metodo, caminho, corpo = montada(rota, proprios(), empresaId=novo_id().upper())
                (await admin(metodo, caminho, corpo)).erro(403, "empresa_de_outro")
            (await admin(metodo, f"{caminho}?empresaId=minha")).erro(400)

    com_servidor(dsn, teste)


def test_every_id_in_a_path_that_is_not_a_uuid_is_400(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        for rota in COM_IDS:
            for ruim in ("1", "abc", "é" * 36, novo_id() + "0", "' or 1=1 --", "%00"):
                metodo, caminho, corpo = montada(rota, dict.fromkeys(proprios(), ruim))
                (await admin(metodo, caminho, corpo)).erro(400, "dados_invalidos")

    com_servidor(dsn, teste)


@pytest.mark.parametrize("papel", ["atendente", "conector"])
def test_only_admin_and_supervisor_configure(dsn: str, papel: str) -> None:
    async def teste(s: Servidor) -> None:
        quem = s.usuario(papel)  # type: ignore[arg-type]
        assert len(RESTRITAS) == 8
        for rota in RESTRITAS:
            (await quem(*montada(rota, proprios()))).erro(403, "papel_sem_permissao")
        chefe = s.usuario("supervisor")
        (await chefe("POST", "/filas", {"nome": "Vendas"})).ok(201)

    com_servidor(dsn, teste)


def test_an_atendente_of_one_empresa_is_a_stranger_in_another_even_with_the_same_id(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        dona, ids = await vizinha(s)
        sosia = s.usuario("atendente", id_=ids["atendente_id"])
        await chegar(sosia)
        assert (await sosia("GET", "/tickets")).ok()["total"] == 0
        (await sosia("GET", f"/tickets/{ids['ticket_id']}")).erro(404)
        assert len((await dona("GET", "/atendentes")).ok()) == 1

    com_servidor(dsn, teste)


def retrato(ids: dict[str, str]) -> list[str]:
    """What shows everything of the neighbour that a route could have touched."""
    ticket = f"/tickets/{ids['ticket_id']}"
    return [ticket, f"{ticket}/historico", f"/filas/{ids['fila_id']}", "/atendentes", "/filas", "/tickets"]
