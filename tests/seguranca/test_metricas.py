"""``GET /metrics`` tells of all empresas: who may read it, what it costs others, and what it knows after a restart."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx2
import pytest

from engine.envios.situacao import CanaisDeUmTipo, TrabalhoNaFila
from engine.errors import Forbidden
from engine.ports import Panorama
from engine.runtime import ManualLoop
from engine.saude import Saude
from engine.tarefas import Tarefas
from tests.servidor import NovoServidor
from tests.web.rest_apoio import Servidor, com_servidor
from web.metricas import AcessoAsMetricas, Exposicao, Metricas
from web.portaria.endereco_do_cliente import EnderecoDoCliente
from web.portaria.limites import Limitador, LimitesDeRitmo
from web.resposta.erros import TooManyRequests

LOCAIS = ("127.0.0.0/8", "::1/128")
PROXY = ("192.0.2.1/32",)


def acesso(
    redes: tuple[str, ...] = LOCAIS, token: str | None = None, proxies: tuple[str, ...] = ()
) -> AcessoAsMetricas:
    return AcessoAsMetricas(redes, token, EnderecoDoCliente(proxies), Limitador(LimitesDeRitmo(endereco=1)))


@pytest.mark.parametrize("par", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
def test_this_machine_may_read_them(par: str) -> None:
    acesso().exigir((par, 1), {})


@pytest.mark.parametrize("par", ["192.0.2.7", "10.0.0.1", "::2", "2001:db8::1", "fe80::1"])
def test_nobody_else_may_by_default(par: str) -> None:
    with pytest.raises(Forbidden) as recusa:
        acesso().exigir((par, 1), {})
    assert recusa.value.codigo == "metricas_restritas"


@pytest.mark.parametrize("cabecalho", [b"x-forwarded-for", b"forwarded", b"x-real-ip"])
def test_what_a_proxy_that_nobody_trusts_passes_on_is_not_from_this_machine(cabecalho: bytes) -> None:
    with pytest.raises(Forbidden):
        acesso().exigir(("127.0.0.1", 1), {cabecalho: b"127.0.0.1"})


def test_behind_a_trusted_proxy_the_client_s_own_address_counts() -> None:
    um = acesso(("10.0.0.0/8",), proxies=PROXY)
    um.exigir(("192.0.2.1", 1), {b"x-forwarded-for": b"10.1.2.3"})
    for mentira in (b"198.51.100.7", b"10.1.2.3, 198.51.100.7"):
        with pytest.raises(Forbidden):
            um.exigir(("192.0.2.1", 1), {b"x-forwarded-for": mentira})


@pytest.mark.parametrize(
    "passado",
    [
        {b"x-forwarded-for": b"198.51.100.7:4321"},
        {b"x-forwarded-for": b"unknown"},
        {b"x-forwarded-for": b""},
        {b"forwarded": b"for=198.51.100.7"},
        {b"x-real-ip": b"198.51.100.7"},
    ],
)
def test_a_trusted_proxy_on_this_machine_does_not_lend_its_own_address(passado: dict[bytes, bytes]) -> None:
    um = acesso(proxies=("127.0.0.1/32",))
    with pytest.raises(Forbidden):
        um.exigir(("127.0.0.1", 1), passado)
    um.exigir(("127.0.0.1", 1), {b"x-forwarded-for": b"127.0.0.5"})


def test_a_token_opens_them_from_anywhere_and_a_wrong_one_does_not() -> None:
    um = acesso(token="segredo do prometheus")
    um.exigir(("192.0.2.7", 1), {b"authorization": b"Bearer segredo do prometheus"})
    for errado in (
        b"Bearer segredo do prometheu",
        b"Bearer ",
        b"Basic segredo do prometheus",
        b"segredo do prometheus",
    ):
        with pytest.raises((Forbidden, TooManyRequests)):
            um.exigir(("192.0.2.7", 1), {b"authorization": errado})
    with pytest.raises(Forbidden):
        acesso(token=None).exigir(("192.0.2.8", 1), {b"authorization": b"Bearer "})


def test_who_is_refused_is_counted_as_a_stranger_and_uses_up_nobody_s_budget() -> None:
    um = acesso()
    for _ in range(5):
        with pytest.raises(Forbidden):
            um.exigir(("192.0.2.7", 1), {})
    for _ in range(500):
        with pytest.raises(TooManyRequests):
            um.exigir(("192.0.2.7", 1), {})
    um.exigir(("127.0.0.1", 1), {})


def test_who_may_read_them_has_a_budget_too() -> None:
    um = acesso()
    recusadas = 0
    for _ in range(1_000):
        try:
            um.exigir(("127.0.0.1", 1), {})
        except TooManyRequests:
            recusadas += 1
    assert recusadas


def test_many_readers_at_once_are_given_one_text_and_the_loop_goes_on_meanwhile() -> None:
    lidas = 0

    async def ler() -> list[Panorama]:
        nonlocal lidas
        lidas += 1
        return [Panorama(f"01980000-0000-7000-8000-{n:012x}", n, 1) for n in range(2_000)]

    async def ler_fila() -> list[TrabalhoNaFila]:
        return []

    async def ler_canais() -> list[CanaisDeUmTipo]:
        return []

    async def main() -> None:
        metricas = Metricas()
        metricas.observar(_NENHUM, _NENHUM)
        exposicao = Exposicao(metricas, ler, ler_fila, ler_canais, Tarefas("metrics", Saude()))
        voltas = 0

        async def contar() -> None:
            nonlocal voltas
            while True:
                voltas += 1
                await asyncio.sleep(0)

        contando = asyncio.create_task(contar())
        textos = await asyncio.gather(*(exposicao.texto() for _ in range(50)))
        contando.cancel()
        assert len({id(texto) for texto in textos}) == 1
        assert lidas == 1
        assert voltas > 20  # made in one piece on the loop it would be a handful
        assert textos[0].count(b"\ntickets_abertos{") == 2_000

    asyncio.run(main())


class _Nenhum:
    pending = 0
    health = Saude()
    dispatcher = ManualLoop().dispatcher

    def empresas(self) -> list[Any]:
        return []

    def viva(self, _: str) -> None:
        return None


_NENHUM: Any = _Nenhum()


def test_every_empresa_is_there_from_the_start_before_its_first_request(novo_servidor: NovoServidor) -> None:
    servidor = novo_servidor()
    admin = servidor.nova_empresa()
    corpo = {"contato_nome": "Ana", "contato_telefone": "5511999998888"}
    atendente = servidor.usuario(admin.empresa_id, "atendente")
    with httpx2.Client(base_url=servidor.url) as http:
        http.post("/atendimento/tickets", headers=admin.cabecalhos, json=corpo)
        http.patch(
            f"/atendimento/atendentes/{atendente.id}/status", headers=atendente.cabecalhos, json={"online": True}
        )
    servidor.reiniciar()
    linhas = httpx2.get(f"{servidor.url}/metrics").text.splitlines()
    rotulo = f'empresa_id="{admin.empresa_id}"'
    assert f"tickets_abertos{{{rotulo}}} 1.0" in linhas
    assert f"atendentes_online{{{rotulo}}} 1.0" in linhas
    assert f'tickets_criados_total{{canal="api",{rotulo}}} 0.0' in linhas
    assert f'mensagens_enviadas_total{{{rotulo},tipo="texto"}} 0.0' in linhas
    assert f"tempo_primeira_resposta_segundos_count{{{rotulo}}} 0.0" in linhas


def test_an_empresa_that_is_active_is_told_of_once(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        await admin("POST", "/tickets", {"contato_nome": "Ana", "contato_telefone": "5511999998888"})
        for _ in range(2):
            texto = (await s.pedir("GET", "/metrics")).corpo.decode()
            assert texto.count(f'tickets_abertos{{empresa_id="{s.empresa}"}} 1.0') == 1

    com_servidor(dsn, teste)
