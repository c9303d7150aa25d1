"""The sums of reports: the same as the whole log counted over again, however it was cut into pieces."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.modelo import EventoRow
from engine.relatorios import medidas as m
from engine.relatorios.consulta import Consulta, Por
from engine.relatorios.contagem import Contagem
from engine.relatorios.estado import guardado, ler_atendente, ler_ticket
from engine.relatorios.fatos import interessa
from engine.relatorios.guarda import Marca
from engine.relatorios.jornada import correr
from engine.relatorios.leitura import relatorio
from engine.relatorios.periodo import Intervalo
from engine.relatorios.quadro import Valores, Volume
from engine.relatorios.somas import Corte, Somas, empacotar, juntar, somar_pacote
from tests.actors.mes import Mes
from tests.actors.recontagem import Contas, Recontagem
from tests.engine.leitor_de_somas import LeitorDeSomas


@lru_cache(maxsize=4)
def um_mes(semente: int) -> list[EventoRow]:
    return Mes(semente, passos=800).eventos


def contado(eventos: list[EventoRow]) -> Contas:
    contagem = Contagem({}, {})
    for evento in eventos:
        contagem.contar(evento)
    for id_, vivo in contagem.atendentes.items():
        correr(contagem.somas, id_, vivo, eventos[-1].em)
    return limpo(contagem.somas)


def limpo(somas: Somas) -> Contas:
    """Without what is nothing."""
    return {lugar: sem_zeros for lugar, de in somas.items() if (sem_zeros := {qual: n for qual, n in de.items() if n})}


@pytest.mark.parametrize("semente", [1, 2, 3])
def test_a_simulated_month_counts_as_the_whole_log_does_over_again(semente: int) -> None:
    eventos = um_mes(semente)
    recontado = Recontagem(eventos).resultado()
    assert contado(eventos) == recontado
    vistos = {qual for de in recontado.values() for qual in de}
    assert vistos >= {m.REABERTOS, m.TRANSFERIDOS_DE, m.DEVOLVIDOS, m.ABANDONO.base, m.VAGAS}
    assert semente != 1 or m.PROXIMA_RESPOSTA.base in vistos


@settings(deadline=None, max_examples=25)
@given(st.lists(st.integers(1, 400), min_size=1, max_size=12), st.booleans())
def test_sums_are_the_same_however_the_log_is_cut_and_whatever_is_written_down_in_between(
    cortes: list[int], so_o_que_interessa: bool
) -> None:
    eventos = um_mes(1)
    somas: Somas = {}
    tickets: dict[str, bytes] = {}
    atendentes: dict[str, bytes] = {}
    de = vez = 0
    while de < len(eventos):
        ate = de + cortes[vez % len(cortes)]
        leva = [evento for evento in eventos[de:ate] if interessa(evento) or not so_o_que_interessa]
        contagem = Contagem(
            {evento.ticket_id: ler_ticket(tickets[evento.ticket_id]) for evento in leva if evento.ticket_id in tickets},
            {id_: ler_atendente(dados) for id_, dados in atendentes.items()},
        )
        for evento in leva:
            contagem.contar(evento)
        juntar(somas, contagem.somas.items())
        tickets |= {id_: guardado(um) for id_, um in contagem.tickets.items()}
        for id_ in contagem.esquecidos:
            tickets.pop(id_, None)
        atendentes |= {id_: guardado(um) for id_, um in contagem.atendentes.items()}
        de, vez = ate, vez + 1
    for id_, dados in atendentes.items():
        correr(somas, id_, ler_atendente(dados), eventos[-1].em)
    assert limpo(somas) == contado(eventos)


def test_what_is_packed_is_what_was_there() -> None:
    for de in contado(um_mes(2)).values():
        lido: dict[int, int] = {}
        somar_pacote(lido, empacotar(de))
        assert lido == de
    assert msgspec.msgpack.decode(empacotar({})) == []


POR: dict[Por, Corte] = {
    "total": Corte.TOTAL, "fila": Corte.FILA, "atendente": Corte.ATENDENTE, "canal": Corte.CANAL,
    "etiqueta": Corte.ETIQUETA, "equipe": Corte.EQUIPE,
}  # fmt: skip
FORMATOS: dict[Intervalo, str] = {"total": "", "dia": "%Y-%m-%d", "mes": "%Y-%m", "hora": "%Y-%m-%dT%H:00"}


@pytest.mark.parametrize("por", POR)
@pytest.mark.parametrize("intervalo", FORMATOS)
@pytest.mark.parametrize(("de", "ate"), [(0, 40 * 24), (30, 500), (100, 111)])
def test_a_report_says_what_was_recounted_of_its_time_by_its_lines(
    por: Por, intervalo: Intervalo, de: int, ate: int
) -> None:
    eventos, fuso = um_mes(1), ZoneInfo("America/Sao_Paulo")
    inicio = eventos[0].em // 3_600_000
    consulta = Consulta("volume", range(inicio + de, inicio + ate), fuso, por, intervalo)
    feito = asyncio.run(relatorio(leitor_do_mes(), "e", consulta, eventos[-1].em))

    esperados: defaultdict[tuple[str, str], defaultdict[int, int]] = defaultdict(lambda: defaultdict(int))
    for (corte, chave, hora), medidas in recontado(1).items():
        if corte == POR[por] and hora in consulta.horas:
            local = datetime.fromtimestamp(hora * 3600, UTC).astimezone(fuso)
            for qual, quanto in medidas.items():
                esperados[local.strftime(FORMATOS[intervalo]), chave][qual] += quanto
    achados = {
        ((uma.periodo or "")[: len("2026-11-29T10:00")], uma.id or ""): valores_de(uma.valores) for uma in feito.linhas
    }
    contados = {lugar: volume_de(de_uma) for lugar, de_uma in esperados.items()}
    assert com_algo(achados) == com_algo(contados)
    if por == "total":
        assert valores_de(feito.geral)[0] == sum(criados for criados, *_ in achados.values())


@lru_cache(maxsize=1)
def recontado(semente: int) -> Contas:
    return Recontagem(um_mes(semente)).resultado()


@lru_cache(maxsize=1)
def leitor_do_mes() -> LeitorDeSomas:
    contagem = Contagem({}, {})
    for evento in um_mes(1):
        contagem.contar(evento)
    return LeitorDeSomas(contagem, Marca(len(um_mes(1)), um_mes(1)[-1].em))


def com_algo(linhas: dict[tuple[str, str], tuple[int, ...]]) -> dict[tuple[str, str], tuple[int, ...]]:
    """Who was there and did nothing may have a line, or none."""
    return {lugar: numeros for lugar, numeros in linhas.items() if any(numeros)}


def valores_de(valores: Valores) -> tuple[int, ...]:
    assert isinstance(valores, Volume)
    return (valores.criados, valores.mensagens_recebidas, valores.encerrados, valores.abandonados, valores.reabertos)


def volume_de(de: Mapping[int, int]) -> tuple[int, ...]:
    criados = sum(de.get(n, 0) for n in (m.CRIADOS_PELO_CONTATO, m.CRIADOS_POR_PESSOA, m.CRIADOS_PELO_SISTEMA))
    base = m.ABANDONO.base + 1
    abandonados = sum(n for qual, n in de.items() if base <= qual < base + 201)
    return (criados, de.get(m.RECEBIDAS, 0), de.get(m.ENCERRADOS, 0), abandonados, de.get(m.REABERTOS, 0))


def test_of_many_agents_whole_days_are_read_as_days() -> None:
    eventos, leitor = um_mes(1), leitor_do_mes()
    inicio = eventos[0].em // 3_600_000 + 3
    lidas = []
    intervalos: tuple[Intervalo, ...] = ("total", "dia")
    for intervalo in intervalos:
        antes = leitor.lidas
        consulta = Consulta("volume", range(inicio, inicio + 600), ZoneInfo("UTC"), "atendente", intervalo)
        asyncio.run(relatorio(leitor, "e", consulta, eventos[-1].em))
        lidas.append(leitor.lidas - antes)
    assert lidas[0] * 3 < lidas[1]
