"""A frame counts for its user as a request does, by whatever edge it comes; and what is heard by who sends too many."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Protocol

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.web.gateway_apoio import EMPRESA, Servidor, pessoa, uid
from tests.web.sio_apoio import PorWs, lido, polling, por_ws
from tests.web.sio_apoio import evento as escrever
from tests.web.ws_apoio import ADMIN, NaThread, Tela, na_thread, tela, token
from web.gateway import AjustesGateway
from web.gateway._ritmo import SO_AVISAM
from web.portaria.limites import RAJADA_S, Limitador, LimitesDeRitmo
from web.resposta.erros import TooManyRequests

POUCOS = LimitesDeRitmo(usuario=1, empresa=0, endereco=0)
"""Each user has five at once."""
SEM_PAUSA = AjustesGateway(prazo_encerramento=200, recusas=20, recusas_por_segundo=1)


class Pessoa(Protocol):
    """Somebody on one of the edges."""

    async def mandar(self, evento: str, dados: object, ack: int | None) -> None: ...

    async def ler(self) -> dict[str, Any]:
        """The next frame, in the plain edge's shape."""
        ...

    async def ate_fechar(self) -> int: ...


class Plana:
    def __init__(self, t: Tela) -> None:
        self._t = t

    async def mandar(self, evento: str, dados: object, ack: int | None) -> None:
        await self._t.mandar(evento, dados, ack)

    async def ler(self) -> dict[str, Any]:
        return await self._t._ler()

    async def ate_fechar(self) -> int:
        return (await self._t.ate_fechar())[0]


class PorSocketIO:
    def __init__(self, w: PorWs) -> None:
        self._w = w

    async def mandar(self, evento: str, dados: object, ack: int | None) -> None:
        await self._w.mandar(escrever(evento, dados, "" if ack is None else ack))

    async def ler(self) -> dict[str, Any]:
        return lido(await self._w.ler())

    async def ate_fechar(self) -> int:
        return await self._w.ate_fechar()


@asynccontextmanager
async def na_plana(servidor: NaThread, numero: int) -> AsyncIterator[Pessoa]:
    async with tela(servidor.url, token(pessoa(numero))) as t:
        await t.evento("connect")
        yield Plana(t)


@asynccontextmanager
async def no_socketio(servidor: NaThread, numero: int) -> AsyncIterator[Pessoa]:
    async with por_ws(servidor) as w:
        await w.entrar(pessoa(numero))
        yield PorSocketIO(w)


BORDAS = pytest.mark.parametrize("entrar", [na_plana, no_socketio], ids=["plain", "socketio"])
Entrar = Callable[[NaThread, int], Any]


async def pedir(quem: Pessoa, evento: str, dados: object, ack: int = 1) -> dict[str, Any]:
    """Send, and what the ack says."""
    await quem.mandar(evento, dados, ack)
    while (quadro := await quem.ler()).get("ack") != ack:
        pass
    dito: dict[str, Any] = quadro["data"]
    return dito


async def gastar(quem: Pessoa) -> dict[str, Any]:
    """Send until it is refused; what was said then."""
    for ack in range(10, 10 + 2 * RAJADA_S):
        dito = await pedir(quem, "ticket:sair", {"ticketId": uid(1)}, ack)
        if not dito["ok"]:
            return dito
    raise AssertionError("nothing was refused")


@BORDAS
async def test_a_frame_too_many_is_refused_in_its_ack_with_when_to_come_back(entrar: Entrar) -> None:
    with na_thread(limites=POUCOS) as servidor:
        async with entrar(servidor, 1) as quem:
            dito = await gastar(quem)
            assert (dito["codigo"], dito["retryAfter"]) == ("limite_excedido", 1)
            assert "deste usuário" in dito["message"]


@BORDAS
async def test_without_an_ack_it_is_refused_by_the_event_erro(entrar: Entrar) -> None:
    with na_thread(limites=POUCOS) as servidor:
        async with entrar(servidor, 1) as quem:
            await gastar(quem)
            await quem.mandar("usuario:digitando", {"ticketId": uid(1)}, None)
            while (quadro := await quem.ler()).get("event") != "erro":
                pass
            dito = quadro["data"]
            assert (dito["codigo"], dito["retryAfter"], dito["event"]) == ("limite_excedido", 1, "usuario:digitando")


@BORDAS
async def test_what_was_refused_was_not_done(entrar: Entrar) -> None:
    with na_thread(limites=POUCOS) as servidor:

        async def ticket(s: Servidor) -> str:
            return (await s.ticket(ADMIN)).id

        ticket_id = await servidor.fazer(ticket)
        async with entrar(servidor, 1) as quem:
            await gastar(quem)
            dito = await pedir(quem, "mensagem:enviar", {"ticketId": ticket_id, "conteudo": "uma a mais"})
            assert (dito["ok"], dito["codigo"]) == (False, "limite_excedido")

        async def mensagens(s: Servidor) -> int:
            return sum(1 for evento in s.loja.eventos if evento.tipo == "nova_mensagem")

        assert await servidor.fazer(mensagens) == 0


async def test_a_user_has_one_bucket_for_both_edges_and_for_polling_and_others_have_their_own() -> None:
    with na_thread(limites=POUCOS) as servidor:
        async with na_plana(servidor, 1) as plana, no_socketio(servidor, 1) as sio, no_socketio(servidor, 2) as outro:
            await gastar(plana)
            assert (await pedir(sio, "ticket:sair", {"ticketId": uid(1)}))["codigo"] == "limite_excedido"
            async with polling(servidor, authorization=f"Bearer {token(pessoa(1))}") as p:
                await p.abrir()
                assert (await p.pedir("POST", b"6")).status_code == 429
            assert (await pedir(outro, "ticket:sair", {"ticketId": uid(1)}))["ok"]


async def test_what_cannot_be_read_does_not_exist_or_renews_with_a_bad_token_counts_too() -> None:
    with na_thread(limites=POUCOS) as servidor:
        for numero, texto in enumerate(
            ('{"ack":7', '{"event":1,"ack":7}', '{"event":"nenhum","ack":7}', '{"event":"autenticar","ack":7}')
        ):
            async with tela(servidor.url, token(pessoa(numero))) as t:
                await t.evento("connect")
                for _ in range(2 * RAJADA_S):
                    await t.ws.send_message(texto)
                await t.ate(lambda quadro: quadro["data"].get("codigo") == "limite_excedido")


@BORDAS
async def test_whoever_insists_is_closed_and_may_come_back(entrar: Entrar) -> None:
    with na_thread(SEM_PAUSA, limites=POUCOS) as servidor:
        async with entrar(servidor, 1) as quem, entrar(servidor, 2) as outro:
            for _ in range(3 * SEM_PAUSA.recusas):
                await quem.mandar("ticket:sair", {"ticketId": uid(1)}, None)
            assert await quem.ate_fechar() == 1013
            assert (await pedir(outro, "ticket:sair", {"ticketId": uid(1)}))["ok"]
        async with entrar(servidor, 1) as de_volta:
            await de_volta.mandar("ticket:sair", {"ticketId": uid(1)}, None)


# -- the rule ----------------------------------------------------------------------------------------------------------

coisas = st.lists(st.tuples(st.sampled_from(["pedido", "quadro", "aviso"]), st.integers(0, 3)), max_size=200)
"""What comes, and of whom."""


@given(coisas, st.integers(1, 5), st.integers(1, 8))
def test_however_they_come_no_more_than_the_limits_of_a_user_and_of_the_empresa_are_let_in_at_once(
    coisas: list[tuple[str, int]], do_usuario: int, da_empresa: int
) -> None:
    limitador = Limitador(LimitesDeRitmo(usuario=do_usuario, empresa=da_empresa), lambda: 0)
    aceitas = [(que, numero) for que, numero in coisas if passa(limitador, que, numero)]
    por_usuario = [sum(1 for _, quem in aceitas if quem == numero) for numero in range(4)]
    custosas = sum(1 for que, _ in aceitas if que != "aviso")
    assert max(por_usuario) <= do_usuario * RAJADA_S
    assert custosas <= da_empresa * RAJADA_S
    recusaveis = len(coisas) > len(aceitas)
    cheios = max(por_usuario) == do_usuario * RAJADA_S or custosas == da_empresa * RAJADA_S
    assert cheios or not recusaveis
    for numero, ja in enumerate(por_usuario):  # and what the empresa had no token for has cost its user none
        resta = do_usuario * RAJADA_S - ja
        assert [passa(limitador, "aviso", numero) for _ in range(resta + 1)] == [True] * resta + [False]


def passa(limitador: Limitador, que: str, numero: int) -> bool:
    try:
        if que == "pedido":
            limitador.usuario(EMPRESA, uid(numero)).exigir()
        else:
            limitador.quadro(EMPRESA, uid(numero), grava=que == "quadro")
    except TooManyRequests:
        return False
    return True


def test_what_a_thousand_people_type_does_not_take_the_turns_of_what_they_send() -> None:
    limitador = Limitador(LimitesDeRitmo(usuario=100, empresa=1), lambda: 0)
    for numero in range(1_000):
        limitador.quadro(EMPRESA, uid(numero), grava="usuario:digitando" not in SO_AVISAM)
    limitador.quadro(EMPRESA, uid(0), grava=True)
