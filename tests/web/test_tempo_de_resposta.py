"""The deadline of a request: what is not done in time is answered all the same, with what is true."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from engine.errors import BalcaoError, Unavailable
from engine.saude import NAO_RESPONDE, Saude
from web.pedido.tempo_de_resposta import TempoDeResposta
from web.quart_leve import QuartLeve


class PorteiroDeTeste:
    """``vez`` is waited for by who asks for /na-linha."""

    def __init__(self) -> None:
        self.vez = asyncio.Event()
        self.dentro = 0

    async def entrar(self, scope: Any, cabecalhos: Any) -> str | None:
        return str(scope["path"])

    async def esperar_vez(self, empresa_id: str) -> None:
        if empresa_id == "/na-linha":
            await self.vez.wait()
        self.dentro += 1

    def sair(self, empresa_id: str) -> None:
        self.dentro -= 1

    def extras(self, scope: Any, cabecalhos: Any) -> list[tuple[bytes, bytes]]:
        return []


async def pedir(saude: Saude, metodo: str, caminho: str) -> tuple[int, dict[str, Any]]:
    porteiro = PorteiroDeTeste()
    tempo = TempoDeResposta(saude, 0.02)
    app = QuartLeve("teste", porteiro, corpo_maximo=1000, prazo_do_corpo=5, tempo=tempo)

    @app.route("/na-linha", methods=["POST"])
    @app.route("/nunca", methods=["GET", "POST"])
    async def nunca() -> str:
        await asyncio.Event().wait()
        return ""

    cliente = app.test_client()
    resposta = await (cliente.get(caminho) if metodo == "GET" else cliente.post(caminho))
    assert porteiro.dentro == 0, "its turn was given back"
    return resposta.status_code, await resposta.get_json()


CASOS = [
    ("GET", "/nunca", False, "resposta_demorada", "não foi atendido em 0 s; tente de novo"),
    ("POST", "/nunca", False, "resultado_incerto", "não foi atendido em 0 s; confira se a operação foi feita"),
    ("GET", "/nunca", True, "banco_indisponivel", "O banco de dados não responde há 12 s; tente de novo"),
    ("POST", "/nunca", True, "resultado_incerto", "O banco de dados não responde há 12 s; confira"),
    ("POST", "/na-linha", False, "sobrecarga", "nada foi feito"),
    ("POST", "/na-linha", True, "banco_indisponivel", "O banco de dados não responde há 12 s; tente de novo"),
]


@pytest.mark.parametrize(("metodo", "caminho", "fora", "codigo", "frase"), CASOS)
def test_a_request_that_is_not_done_in_time_is_told_why_and_whether_something_may_have_been_done(
    metodo: str, caminho: str, fora: bool, codigo: str, frase: str
) -> None:
    saude = Saude()
    if fora:
        saude.falhou("pulso", NAO_RESPONDE, saude.agora() - 12)
    status, corpo = asyncio.run(pedir(saude, metodo, caminho))
    assert (status, corpo["codigo"]) == (503, codigo)
    assert frase in corpo["message"]


def test_what_is_awaited_beside_a_request_ends_in_time_too_and_what_it_raises_is_its_own() -> None:
    async def nunca() -> None:
        await asyncio.Event().wait()

    async def recusa() -> None:
        raise Unavailable("outra", "outra coisa")

    async def main() -> None:
        tempo = TempoDeResposta(Saude(), 0.01)
        with pytest.raises(BalcaoError) as erro:
            await tempo.exigir(nunca(), muda=True)
        assert erro.value.codigo == "resultado_incerto"
        with pytest.raises(Unavailable, match="outra coisa"):
            await tempo.exigir(recusa(), muda=True)

    asyncio.run(main())


def test_a_route_that_waits_for_what_is_outside_has_no_deadline_and_holds_no_turn() -> None:
    async def main() -> None:
        porteiro = PorteiroDeTeste()
        app = QuartLeve(
            "teste", porteiro, corpo_maximo=1000, prazo_do_corpo=5, tempo=TempoDeResposta(Saude(), 0.0)
        )  # fmt: skip
        dentro = []

        @app.route("/la-fora", methods=["POST"])
        async def la_fora() -> str:
            await asyncio.sleep(0.01)
            dentro.append(porteiro.dentro)
            return "pronto"

        app.caminhos.esperar("la_fora")
        resposta = await app.test_client().post("/la-fora")
        assert (resposta.status_code, dentro) == (200, [0])

    asyncio.run(main())
