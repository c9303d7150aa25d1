"""Business time, against an oracle that looks at the clock on the wall minute by minute; and its laws, over years."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.calendario.agenda import Agenda, agenda_de
from engine.calendario.blocos import BITS
from engine.calendario.exame import problemas, problemas_do_feriado
from engine.calendario.modelo import Calendario, Excecao, Feriado, Intervalos
from engine.parede import SEMANA
from engine.politica.modelo import DiaDaSemana
from tests.engine.minuto_a_minuto import Janela, Parede

MINUTO = 60_000
DIA = 86_400_000
FUSOS = (
    "UTC", "America/Sao_Paulo", "America/New_York", "America/Havana", "Europe/Lisbon", "Australia/Lord_Howe",
    "Asia/Kathmandu", "Pacific/Apia", "Africa/Casablanca",
)  # fmt: skip
VIRADAS = tuple(
    int(datetime(*dia, tzinfo=UTC).timestamp()) * 1000
    for dia in [
        (2026, 3, 8), (2026, 11, 1), (2026, 10, 25), (2018, 11, 4), (2018, 2, 18), (2011, 12, 30), (2026, 4, 4),
        (2026, 10, 3), (2026, 2, 15), (2028, 2, 29), (2026, 12, 31), (2026, 11, 20),
    ]
)  # fmt: skip
"""Around these days some of the zones change their clocks, or the calendar has something of its own."""
LIMITE = (VIRADAS[0] >> BITS) << BITS
"""Where a block begins."""
QUANTOS_DIAS = 12


def hora(minutos: int) -> str:
    return f"{minutos // 60:02d}:{minutos % 60:02d}"


HORAS = st.sampled_from([*range(0, 1440, 30), 1, 119, 121, 1439, 1440]).map(hora)
INTERVALO = st.tuples(HORAS, HORAS).filter(lambda par: par[0] != par[1] and par[0] != "24:00")
INTERVALOS: st.SearchStrategy[Intervalos] = st.lists(INTERVALO, max_size=3).map(tuple)


@st.composite
def datas(draw: st.DrawFn, perto: int) -> str:
    dia = datetime.fromtimestamp((perto + draw(st.integers(-4, 7)) * DIA) // 1000, UTC)
    return dia.strftime(draw(st.sampled_from(["%Y-%m-%d", "%m-%d"])))


def semanas() -> st.SearchStrategy[dict[DiaDaSemana, Intervalos]]:
    iguais = INTERVALOS.map(lambda todo_dia: dict.fromkeys(SEMANA, todo_dia))
    return iguais | st.dictionaries(st.sampled_from(SEMANA), INTERVALOS)


@st.composite
def calendarios(draw: st.DrawFn, perto: int) -> Calendario:
    excecoes = draw(st.lists(datas(perto), max_size=3, unique=True))
    sempre = draw(st.integers(0, 9)) == 0
    return Calendario(
        fuso=draw(st.sampled_from(FUSOS)),
        sempre=sempre,
        dias={} if sempre else draw(semanas()),
        estado="SP",
        feriados_oficiais=draw(st.booleans()),
        excecoes=tuple(Excecao(data=data, intervalos=draw(INTERVALOS)) for data in excecoes),
    )


@st.composite
def casos(draw: st.DrawFn) -> tuple[Calendario, tuple[Feriado, ...], int]:
    perto = draw(st.sampled_from([*VIRADAS, LIMITE]))
    feriados = draw(st.lists(st.builds(Feriado, data=datas(perto), intervalos=INTERVALOS), max_size=2))
    calendario = draw(calendarios(perto))
    assert not problemas(calendario)
    assert not any(map(problemas_do_feriado, feriados))
    return calendario, tuple(feriados), perto - 5 * DIA


INSTANTES = st.integers(0, QUANTOS_DIAS * DIA)
DURACOES = st.integers(-2 * DIA, 2 * DIA) | st.integers(-40, 40).map(lambda quantos: quantos * 30 * MINUTO)


@given(casos(), st.lists(st.tuples(INSTANTES, INSTANTES, DURACOES), min_size=8, max_size=8))
@settings(deadline=None, max_examples=80)
def test_it_is_what_the_clock_on_the_wall_shows(
    caso: tuple[Calendario, tuple[Feriado, ...], int], perguntas: list[tuple[int, int, int]]
) -> None:
    calendario, feriados, inicio = caso
    agenda = Agenda(calendario, feriados)
    janela = Janela(Parede(calendario, feriados), inicio, QUANTOS_DIAS + 1)
    for de, ate, duracao in perguntas:
        um, outro = inicio + de, inicio + ate
        assert agenda.aberto(um) == janela.aberto(um)
        assert agenda.entre(um, outro) == janela.entre(um, outro)
        with contextlib.suppress(IndexError):
            assert agenda.somar(um, duracao) == janela.somar(um, duracao)


LONGE = st.integers(VIRADAS[5] - 400 * DIA, VIRADAS[9] + 400 * DIA)
LONGAS = st.integers(0, 3 * DIA) | st.integers(0, 400 * DIA)


@given(casos(), LONGE, LONGAS, LONGAS)
@settings(deadline=None)
def test_what_is_added_is_what_passes_and_is_taken_back(
    caso: tuple[Calendario, tuple[Feriado, ...], int], instante: int, duracao: int, outra: int
) -> None:
    agenda = agenda_de(*caso[:2])
    fim = agenda.somar(instante, duracao)
    if fim is None:
        assert agenda.somar(instante, duracao + outra) is None
        return
    assert agenda.entre(instante, fim) == duracao
    assert agenda.entre(fim, instante) == -duracao
    volta = agenda.somar(fim, -duracao)
    assert volta is not None
    assert volta >= instante
    assert agenda.entre(instante, volta) == 0
    if duracao:
        assert agenda.entre(instante, fim - 1) == duracao - 1, "it is the first such instant"
    depois = agenda.somar(fim, outra)
    assert depois == (agenda.somar(instante, duracao + outra) if outra else fim)


@given(casos(), INSTANTES, st.lists(st.integers(-DIA, DIA) | st.integers(-2, 2), max_size=40), st.data())
@settings(deadline=None)
def test_what_it_remembers_of_the_present_is_what_it_would_work_out(
    caso: tuple[Calendario, tuple[Feriado, ...], int], instante: int, passos: list[int], data: st.DataObject
) -> None:
    """The same durations asked for again and again, from instants that lie close together and at the edges of days."""
    calendario, feriados, inicio = caso
    agenda, duracoes = Agenda(calendario, feriados), [MINUTO, 45 * MINUTO, 7 * 60 * MINUTO, 3 * DIA]
    instante += inicio
    for passo in passos:
        instante += passo
        duracao = data.draw(st.sampled_from(duracoes))
        fim = agenda.somar(instante, duracao)
        assert fim == Agenda(calendario, feriados).somar(instante, duracao)
        if fim is not None and data.draw(st.booleans()):  # where another piece begins, or might
            instante = data.draw(st.sampled_from([fim - duracao, fim, fim - 1]))


@given(casos(), LONGE, LONGE, LONGAS, LONGAS, st.sampled_from([1, -1]))
@settings(deadline=None)
def test_more_is_never_earlier(
    caso: tuple[Calendario, tuple[Feriado, ...], int], um: int, outro: int, menos: int, mais: int, sinal: int
) -> None:
    agenda = agenda_de(*caso[:2])
    um, outro = sorted((um, outro))
    menos, mais = sorted((sinal * menos, sinal * mais))
    cedo, tarde = agenda.somar(um, menos), agenda.somar(um, mais)
    assert cedo is None or tarde is None or cedo <= tarde
    depois = agenda.somar(outro, menos)
    assert cedo is None or depois is None or cedo <= depois
    assert agenda.entre(um, outro) >= 0


@given(casos(), LONGE)
@settings(deadline=None)
def test_it_opens_next_where_nothing_was_open_before(
    caso: tuple[Calendario, tuple[Feriado, ...], int], instante: int
) -> None:
    agenda = agenda_de(*caso[:2])
    abre = agenda.proxima_abertura(instante)
    if abre is None:
        assert agenda.somar(instante, 1) is None
        return
    assert abre >= instante
    assert agenda.aberto(abre)
    assert agenda.entre(instante, abre) == 0
    assert agenda.aberto(instante) == (abre == instante)


@given(casos(), st.lists(st.tuples(LONGE, st.integers(-400 * DIA, 400 * DIA)), min_size=2, max_size=12))
@settings(deadline=None, max_examples=40)
def test_what_was_asked_before_does_not_matter(
    caso: tuple[Calendario, tuple[Feriado, ...], int], perguntas: list[tuple[int, int]]
) -> None:
    calendario, feriados, _ = caso
    usada = Agenda(calendario, feriados)
    for instante, duracao in perguntas:
        nova = Agenda(calendario, feriados)
        assert usada.somar(instante, duracao) == nova.somar(instante, duracao)
        assert usada.entre(instante, instante + duracao) == nova.entre(instante, instante + duracao)
