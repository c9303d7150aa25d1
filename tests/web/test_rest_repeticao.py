"""Every POST twice under one Idempotency-Key: done once, answered twice, the same."""

from typing import Final

import pytest
from msgspec.structs import replace

from tests.web.rest_apoio import Recebida, Servidor, Usuario, com_servidor
from tests.web.rest_gerado import Montado, montar, nome
from tests.web.test_rest_isolamento import eventos, pronta
from web.pedido.rota import Rota
from web.rotas import DE_JSON

POSTS: Final = [rota for rota in DE_JSON if rota.metodo == "POST"]


async def mandar(quem: Usuario, pedido: Montado, chave: str) -> Recebida:
    return await quem(pedido.metodo, pedido.caminho, pedido.corpo, idempotency_key=chave)


@pytest.mark.parametrize("rota", POSTS, ids=nome)
def test_a_post_is_done_once_under_one_key(dsn: str, rota: Rota) -> None:
    async def teste(s: Servidor) -> None:
        cena = await pronta(s, rota, "admin")
        pedido = montar(rota, cena.ids, cena.outros)
        primeira = await mandar(cena.admin, pedido, "chave")
        assert primeira.status == rota.status, primeira.corpo
        quantos = await eventos(dsn, cena)
        segunda = await mandar(cena.admin, pedido, "chave")
        assert (segunda.status, segunda.corpo) == (primeira.status, primeira.corpo)
        assert await eventos(dsn, cena) == quantos
        outro = replace(pedido, corpo={**(pedido.corpo or {}), "empresaId": cena.admin.empresa})
        (await mandar(cena.admin, outro, "chave")).erro(422, "chave_reutilizada")
        assert (await mandar(cena.gente["supervisor"], outro, "chave")).status != 422

    com_servidor(dsn, teste)
