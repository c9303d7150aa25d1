"""Every text of every route: what people write is kept as they wrote it, and what no text can hold is refused."""

import json
from typing import Any, Final

import pytest

from tests.web.rest_apoio import Servidor, com_servidor
from tests.web.rest_gerado import (
    ACENTOS,
    DE_QUEM_ATENDE,
    Campo,
    Cena,
    consulta_de,
    inventados,
    montar,
    nome,
    que_atenda,
    textos_de,
    tudo,
)
from web.pedido.campos import uuid
from web.pedido.rota import Rota
from web.rotas import TODAS

TEXTOS: Final = [(rota, campo) for rota in TODAS for campo in textos_de(rota)]
DE_CONSULTA: Final = [
    (rota, campo) for rota in TODAS for campo in consulta_de(rota) if campo.tipo is str and campo.leitor is not uuid
]
IMPOSSIVEIS: Final = (r"a\u0000b", r"\ud83d", r"\udc69\ud83d", "\\u0000")
"""In the escapes of JSON: NUL, and halves of surrogate pairs."""
IMPOSSIVEIS_NA_URL: Final = ("a%00b", "%00", "%ed%a0%bd", "%f0%9f%91", "%ff", "%c0%80")
"""NUL, a surrogate, a character cut short, a byte that is none, a NUL in disguise."""


def valor(campo: Campo, texto: str) -> object:
    return [texto] if campo.tipo is not str else texto


def titulo(rota: Rota, campo: Campo) -> str:
    return f"{nome(rota)} {campo.nome}"


@pytest.mark.parametrize(("rota", "campo"), TEXTOS, ids=[titulo(*par) for par in TEXTOS])
def test_what_is_written_in_it_is_kept_to_the_letter(dsn: str, rota: Rota, campo: Campo) -> None:
    async def teste(s: Servidor) -> None:
        cena = await tudo(s)
        if campo.nome == "estado":  # one of those there are
            (await cena.admin("PATCH", "/empresa", {"estados": [ACENTOS]})).ok()
        if nome(rota) in DE_QUEM_ATENDE:
            await que_atenda(cena, "admin", rota)
        pedido = montar(rota, cena.ids, cena.outros, mais={campo.nome: valor(campo, ACENTOS)})
        resposta = (await pedido.de(cena.admin)).ok(rota.status)
        assert tem(resposta, ACENTOS) or tem(await passado(cena), ACENTOS)

    com_servidor(dsn, teste)


async def passado(cena: Cena) -> Any:
    """What is remembered of the ticket: motives are told there only."""
    de = f"/tickets/{cena.ids['ticket_id']}"
    return [(await cena.admin("GET", f"{de}/{que}?limit=100")).ok() for que in ("historico", "decisoes")]


def tem(lido: Any, texto: str) -> bool:
    if isinstance(lido, dict):
        return any(tem(parte, texto) for parte in lido.values())
    return any(tem(parte, texto) for parte in lido) if isinstance(lido, list) else lido == texto


def test_what_no_text_can_hold_is_refused_in_every_field(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        cena = await tudo(s)
        for rota, campo in TEXTOS:
            pedido = montar(rota, cena.ids, cena.outros, mais={campo.nome: valor(campo, "MARCA")})
            for impossivel in IMPOSSIVEIS:
                corpo = json.dumps(pedido.corpo).replace("MARCA", impossivel).encode()
                (await cena.admin(pedido.metodo, pedido.caminho, corpo)).erro(400)

    com_servidor(dsn, teste)


def test_what_no_text_can_hold_is_refused_in_every_query(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        assert {campo.nome for _, campo in DE_CONSULTA} >= {"busca", "telefone", "email"}
        for rota, campo in DE_CONSULTA:
            for impossivel in IMPOSSIVEIS_NA_URL:
                caminho = montar(rota, inventados(), inventados()).caminho
                (await admin("GET", f"{caminho}?{campo.nome}={impossivel}")).erro(400)

    com_servidor(dsn, teste)


def test_what_is_written_is_found_and_read_again_to_the_letter(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        novo = {"contato_nome": ACENTOS, "contato_email": "zoe@example.com", "assunto": ACENTOS}
        id_ = (await admin("POST", "/tickets", novo)).ok(201)["id"]
        (await admin("POST", "/mensagens", {"ticketId": id_, "conteudo": f" {ACENTOS}\r\n\t{ACENTOS} "})).ok(201)
        visto = (await admin("GET", f"/tickets/{id_}")).ok()
        assert (visto["contato_nome"], visto["assunto"], visto["contato"]["nome"]) == (ACENTOS, ACENTOS, ACENTOS)
        assert visto["mensagens"][0]["conteudo"] == f" {ACENTOS}\r\n\t{ACENTOS} "
        for busca in ("Zo%C3%AB", "zoe", "%D7%A9%D7%9C%D7%95%D7%9D"):
            assert (await admin("GET", f"/tickets?busca={busca}")).ok()["total"] == 1

    com_servidor(dsn, teste)
