"""The linter of policies: each rule with what it warns of, and with what it does not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from engine.parede import SEMANA
from engine.politica.aviso import Aviso
from engine.politica.cenario import Agente, Cenario, OutraFila
from engine.politica.horario import aberto
from engine.politica.modelo import (
    Afinidade,
    Anel,
    Aquecimento,
    DiaDaSemana,
    EsperaMaxima,
    HabilidadeExigida,
    Horario,
    Limite,
    MensagemDeEspera,
    Oferta,
    Pesos,
    Politica,
    RegraDeHabilidades,
    Transbordo,
    ViaEquipe,
)
from engine.politica.verificacao import AVISOS_MAXIMO, avisos

ESTA, OUTRA, TERCEIRA = (f"00000000-0000-0000-0000-00000000000{n}" for n in (1, 2, 3))
EQUIPE, VAZIA = (f"00000000-0000-0000-0000-00000000001{n}" for n in (1, 2))
ANA, BIA, FORA = (f"00000000-0000-0000-0000-00000000002{n}" for n in (1, 2, 3))
PUSH = "00000000-0000-0000-0000-000000000031"
AGORA = 1_767_225_600_000
COMERCIAL = ("seg", "ter", "qua", "qui", "sex")


def horario(*horas: tuple[str, str], dias: Any = COMERCIAL, fuso: str = "America/Sao_Paulo") -> Horario:
    return Horario(fuso=fuso, dias=dict.fromkeys(dias, horas))


def agente(id_: str = ANA, turno: Horario | None = None, **niveis: int) -> Agente:
    return Agente(id_, "Ana", niveis, True, frozenset({EQUIPE}), turno)


def cenario(
    *agentes: Agente, outra: Politica | None = None, terceira: Politica | None = None, **campos: Any
) -> Cenario:
    filas = {
        ESTA: OutraFila("Vendas", Politica(), 1),
        OUTRA: OutraFila("Suporte", outra or Politica(), 1),
        TERCEIRA: OutraFila("Noite", terceira or Politica(), 1),
    }
    feito = Cenario(
        ESTA,
        filas,
        equipes={EQUIPE, VAZIA},
        vinculadas={EQUIPE, VAZIA},
        atendentes={ANA, BIA, FORA},
        agentes=agentes or (agente(), agente(BIA)),
        agora=AGORA,
    )
    return replace(feito, **campos)


def exige(*nomes: str, nivel: int = 1, preferida: bool = False) -> tuple[RegraDeHabilidades, ...]:
    quais = tuple(HabilidadeExigida(nome=nome, nivel=nivel, preferida=preferida) for nome in nomes)
    return (RegraDeHabilidades(exige=quais),)


def encerra(**campos: Any) -> EsperaMaxima:
    return EsperaMaxima(acao="encerrar", **campos)


def diz(**campos: Any) -> MensagemDeEspera:
    return MensagemDeEspera(**{"texto": "{posicao}º"} | campos)


def para(fila: str, **campos: Any) -> tuple[Transbordo, ...]:
    return (Transbordo(para=fila, **campos),)


Caso = tuple[str, str, Politica, Cenario]

P = Politica
AVISAM: list[Caso] = [
    ("referencia_perdida", "equipes[0].equipeId", P(equipes=(ViaEquipe(equipe_id=FORA),)), cenario()),
    (
        "anel_inalcancavel", "aneis[1].aposSegundos",
        P(aneis=(Anel(apos_segundos=59, pontos=1), Anel(apos_segundos=60, pontos=1)), maximo=encerra(segundos=60)),
        cenario(),
    ),
    (
        "anel_inalcancavel", "aneis[0].aposSegundos",
        P(aneis=(Anel(apos_segundos=90, pontos=1),), transbordos=para(OUTRA, apos_segundos=60)), cenario(),
    ),
    ("anel_sem_efeito", "aneis[0]", P(aneis=(Anel(apos_segundos=9),)), cenario()),
    (
        "transbordo_inalcancavel", "transbordos[0].aposSegundos",
        P(transbordos=para(OUTRA, apos_segundos=60), maximo=encerra(segundos=60)), cenario(),
    ),
    (
        "transbordo_inalcancavel", "transbordos[1].aposSegundos",
        P(transbordos=para(OUTRA, apos_segundos=60) + para(OUTRA, apos_segundos=90)), cenario(),
    ),
    (
        "tamanho_inalcancavel", "transbordos[0].tamanho",
        P(transbordos=para(OUTRA, tamanho=10), maximo=encerra(tamanho=10)), cenario(),
    ),
    (
        "afinidade_longa", "afinidade.segundos",
        P(afinidade=Afinidade(segundos=60), maximo=encerra(segundos=60)), cenario(),
    ),
    (
        "atraso_inalcancavel", "equipes[0].atrasoSegundos",
        P(equipes=(ViaEquipe(equipe_id=EQUIPE, atraso_segundos=60),), maximo=encerra(segundos=60)), cenario(),
    ),
    (
        "limite_abaixo_do_aquecimento", "aquecimento.maximo",
        P(limite=Limite(quantidade=3, janela_segundos=60), aquecimento=Aquecimento(segundos=60, maximo=4),
          horario=horario(("08:00", "18:00"))),
        cenario(),
    ),
    ("silencio_curto", "silencioSegundos", P(modo="oferta", silencio_segundos=29), cenario()),
    ("fila_sem_atendentes", "", P(), replace(cenario(), agentes=())),
    ("habilidade_de_ninguem", "habilidades[0].exige[0].nome", P(habilidades=exige("espanhol")), cenario()),
    (
        "nivel_de_ninguem", "habilidades[0].exige[0].nivel",
        P(habilidades=exige("Fiscal", nivel=5), aneis=(Anel(apos_segundos=9, reduz_nivel=1),)),
        cenario(agente(fiscal=3)),
    ),
    (
        "nivel_de_ninguem", "habilidades[0].exige[0].nivel",
        P(habilidades=exige("fiscal", nivel=5), aneis=(Anel(apos_segundos=90, reduz_nivel=4),),
          maximo=encerra(segundos=60)),
        cenario(agente(fiscal=3)),
    ),
    (
        "regra_de_ninguem", "habilidades[0].exige",
        P(habilidades=exige("fiscal", "espanhol")), cenario(agente(fiscal=3), agente(BIA, espanhol=3)),
    ),
    (
        "ninguem_de_turno", "horario",
        P(horario=horario(("08:00", "18:00"))), cenario(agente(turno=horario(("08:00", "17:30")))),
    ),
    ("ninguem_de_turno", "horario", P(), cenario(agente(turno=horario(("00:00", "24:00"))))),
    ("paralelas_demais", "oferta.paralelas", P(modo="oferta", oferta=Oferta(paralelas=3)), cenario()),
    ("equipe_vazia", "aneis[0].equipes[0]", P(aneis=(Anel(apos_segundos=9, equipes=(VAZIA,)),)), cenario()),
    ("equipe_vazia", "equipes[0].equipeId", P(equipes=(ViaEquipe(equipe_id=VAZIA),)), cenario()),
    (
        "peso_de_quem_nao_atende", f"pesosDosAtendentes.{FORA}",
        P(estrategia="PONDERADO", pesos_dos_atendentes={FORA: 2}), cenario(),
    ),
    (
        "ciclo_de_transbordo", "transbordos[0].para",
        P(transbordos=para(OUTRA, tamanho=9)), cenario(outra=P(transbordos=para(ESTA, sem_atendentes=True))),
    ),
    (
        "ciclo_de_transbordo", "maximo.para",
        P(maximo=EsperaMaxima(acao="transbordar", segundos=60, para=OUTRA)),
        cenario(outra=P(transbordos=para(TERCEIRA, tamanho=1)), terceira=P(transbordos=para(ESTA, tamanho=1))),
    ),
    (
        "transbordo_para_ninguem", "transbordos[0].para",
        P(transbordos=para(OUTRA, tamanho=9)), cenario(filas={OUTRA: OutraFila("Suporte", P())}),
    ),
    ("espera_sem_fim", "pontosPorMinuto", P(), cenario()),
    ("espera_sem_fim", "pontosPorMinuto", P(aneis=(Anel(apos_segundos=9, pontos=29),)), cenario()),
    ("aquecimento_sem_horario", "aquecimento", P(aquecimento=Aquecimento(segundos=60, maximo=1)), cenario()),
    ("fechamento_sem_horario", "aoFechar", P(ao_fechar="devolver"), cenario()),
    ("nunca_abre", "horario.dias", P(horario=Horario(dias={"seg": ()})), cenario()),
    ("oferta_sem_efeito", "oferta", P(oferta=Oferta(segundos=20)), cenario()),
    ("oferta_sem_distribuicao", "modo", P(modo="oferta", estrategia="MANUAL"), cenario()),
    ("oferta_sem_distribuicao", "modo", P(modo="oferta", distribuicao_automatica=False), cenario()),
    ("pesos_sem_efeito", "pesos", P(pesos=Pesos(ocupacao=2)), cenario()),
    ("pesos_sem_efeito", "pesosDosAtendentes", P(pesos_dos_atendentes={ANA: 2}), cenario()),
    (
        "pesos_zerados", "pesos",
        P(estrategia="HIBRIDO", pesos=Pesos(ocupacao=0, ociosidade=0, proficiencia=0)), cenario(),
    ),
    ("prazos_sem_efeito", "prazosSegundos", P(prazos_segundos={"ALTA": 60}), cenario()),
    (
        "dispensa_sem_regra", "aneis[0].dispensa[0]",
        P(aneis=(Anel(apos_segundos=9, dispensa=("fiscal",)),)), cenario(),
    ),
    (
        "mensagem_inalcancavel", "mensagemDeEspera.aposSegundos",
        P(mensagem_de_espera=diz(apos_segundos=60), maximo=encerra(segundos=60)), cenario(),
    ),
    ("repeticao_sem_efeito", "mensagemDeEspera.maximo", P(mensagem_de_espera=diz(maximo=2)), cenario()),
    (
        "repeticao_sem_efeito", "mensagemDeEspera.repetirSegundos",
        P(mensagem_de_espera=diz(repetir_segundos=60)), cenario(),
    ),
    (
        "texto_sem_efeito", "mensagemDeEspera.textoSemEstimativa",
        P(mensagem_de_espera=diz(texto_sem_estimativa="já vem")), cenario(),
    ),
    ("mensagem_sem_canal", "mensagemDeEspera", P(mensagem_de_espera=diz()), replace(cenario(), canais={PUSH: "push"})),
]  # fmt: skip

NAO_AVISAM: list[tuple[str, Politica, Cenario]] = [
    ("referencia_perdida", P(equipes=(ViaEquipe(equipe_id=EQUIPE),)), cenario()),
    ("anel_inalcancavel", P(aneis=(Anel(apos_segundos=59, pontos=1),), maximo=encerra(segundos=60)), cenario()),
    (
        "anel_inalcancavel",
        P(aneis=(Anel(apos_segundos=99, pontos=1),), maximo=EsperaMaxima(acao="priorizar", segundos=60, pontos=9)),
        cenario(),
    ),
    (
        "anel_inalcancavel",
        P(
            aneis=(Anel(apos_segundos=99, pontos=1),),
            transbordos=para(OUTRA, apos_segundos=60) + para(TERCEIRA, apos_segundos=120),
        ),
        cenario(),
    ),
    ("anel_inalcancavel", P(aneis=(Anel(apos_segundos=99, pontos=1),), transbordos=para(OUTRA, tamanho=1)), cenario()),
    ("anel_sem_efeito", P(aneis=(Anel(apos_segundos=9, reduz_nivel=1),)), cenario()),
    (
        "transbordo_inalcancavel",
        P(transbordos=para(OUTRA, apos_segundos=59) + para(OUTRA, tamanho=9), maximo=encerra(segundos=60)),
        cenario(),
    ),
    (
        "transbordo_inalcancavel",
        P(transbordos=para(OUTRA, apos_segundos=60) + para(TERCEIRA, apos_segundos=90)),
        cenario(),
    ),
    ("tamanho_inalcancavel", P(transbordos=para(OUTRA, tamanho=9), maximo=encerra(tamanho=10)), cenario()),
    ("afinidade_longa", P(afinidade=Afinidade(segundos=59), maximo=encerra(segundos=60)), cenario()),
    (
        "atraso_inalcancavel",
        P(equipes=(ViaEquipe(equipe_id=EQUIPE, atraso_segundos=59),), maximo=encerra(segundos=60)),
        cenario(),
    ),
    (
        "limite_abaixo_do_aquecimento",
        P(limite=Limite(quantidade=4, janela_segundos=60), aquecimento=Aquecimento(segundos=60, maximo=4)),
        cenario(),
    ),
    ("silencio_curto", P(modo="oferta", silencio_segundos=30), cenario()),
    ("silencio_curto", P(modo="oferta"), cenario()),
    ("silencio_curto", P(silencio_segundos=5), cenario()),
    ("fila_sem_atendentes", P(), cenario()),
    ("habilidade_de_ninguem", P(habilidades=exige("Espanhol")), cenario(agente(espanhol=1), agente(BIA))),
    ("habilidade_de_ninguem", P(habilidades=exige("espanhol", preferida=True)), cenario()),
    (
        "habilidade_de_ninguem",
        P(habilidades=exige("espanhol"), aneis=(Anel(apos_segundos=9, dispensa=("ESPANHOL",)),)),
        cenario(),
    ),
    (
        "nivel_de_ninguem",
        P(habilidades=exige("fiscal", nivel=5), aneis=(Anel(apos_segundos=9, reduz_nivel=2),)),
        cenario(agente(fiscal=3)),
    ),
    ("regra_de_ninguem", P(habilidades=exige("fiscal", "espanhol")), cenario(agente(fiscal=3, espanhol=1))),
    (
        "regra_de_ninguem",
        P(habilidades=exige("fiscal", "espanhol"), aneis=(Anel(apos_segundos=9, dispensa=("fiscal",)),)),
        cenario(agente(fiscal=3), agente(BIA, espanhol=3)),
    ),
    ("ninguem_de_turno", P(), cenario(agente(turno=horario(("08:00", "09:00"))), agente(BIA))),
    (
        "ninguem_de_turno",
        P(horario=horario(("08:00", "18:00"))),
        cenario(agente(turno=horario(("07:00", "12:00"))), agente(BIA, turno=horario(("12:00", "19:00")))),
    ),
    ("paralelas_demais", P(modo="oferta", oferta=Oferta(paralelas=2)), cenario()),
    ("paralelas_demais", P(oferta=Oferta(paralelas=3)), cenario()),
    ("equipe_vazia", P(aneis=(Anel(apos_segundos=9, equipes=(EQUIPE,)),)), cenario()),
    ("peso_de_quem_nao_atende", P(estrategia="PONDERADO", pesos_dos_atendentes={ANA: 2}), cenario()),
    (
        "ciclo_de_transbordo",
        P(transbordos=para(OUTRA, tamanho=9)),
        cenario(outra=P(transbordos=para(TERCEIRA, tamanho=9)), terceira=P(transbordos=para(OUTRA, tamanho=9))),
    ),
    ("transbordo_para_ninguem", P(transbordos=para(OUTRA, tamanho=9)), cenario()),
    ("espera_sem_fim", P(pontos_por_minuto=0.1), cenario()),
    ("espera_sem_fim", P(ordem="idade"), cenario()),
    ("espera_sem_fim", P(maximo=encerra(segundos=60)), cenario()),
    ("espera_sem_fim", P(aneis=(Anel(apos_segundos=9, pontos=30),)), cenario()),
    ("espera_sem_fim", P(maximo=EsperaMaxima(acao="priorizar", segundos=60, pontos=30)), cenario()),
    (
        "aquecimento_sem_horario",
        P(aquecimento=Aquecimento(segundos=60, maximo=1), horario=horario(("08:00", "18:00"))),
        cenario(),
    ),
    ("fechamento_sem_horario", P(ao_fechar="devolver", horario=horario(("08:00", "18:00"))), cenario()),
    ("nunca_abre", P(horario=horario(("08:00", "08:01"))), cenario()),
    ("oferta_sem_efeito", P(modo="oferta", oferta=Oferta(segundos=20)), cenario()),
    ("oferta_sem_distribuicao", P(modo="oferta"), cenario()),
    ("pesos_sem_efeito", P(estrategia="HIBRIDO", pesos=Pesos(ocupacao=2)), cenario()),
    ("pesos_sem_efeito", P(estrategia="PONDERADO", pesos_dos_atendentes={ANA: 2}), cenario()),
    ("pesos_zerados", P(estrategia="HIBRIDO", pesos=Pesos(ocupacao=0, ociosidade=0, proficiencia=0.1)), cenario()),
    ("prazos_sem_efeito", P(ordem="prazo", prazos_segundos={"ALTA": 60}), cenario()),
    (
        "dispensa_sem_regra",
        P(habilidades=exige("fiscal"), aneis=(Anel(apos_segundos=9, dispensa=("Fiscal",)),)),
        cenario(agente(fiscal=1)),
    ),
    (
        "mensagem_inalcancavel",
        P(mensagem_de_espera=diz(apos_segundos=59), maximo=encerra(segundos=60)),
        cenario(),
    ),
    ("repeticao_sem_efeito", P(mensagem_de_espera=diz(repetir_segundos=60, maximo=2)), cenario()),
    ("repeticao_sem_efeito", P(mensagem_de_espera=diz()), cenario()),
    (
        "texto_sem_efeito",
        P(mensagem_de_espera=diz(texto="faltam {espera}", texto_sem_estimativa="já vem")),
        cenario(),
    ),
    ("mensagem_sem_canal", P(mensagem_de_espera=diz()), replace(cenario(), canais={PUSH: "webchat"})),
]


def de(codigo: str, politica: Politica, ao_lado: Cenario) -> list[Aviso]:
    return [um for um in avisos(politica, ao_lado) if um.codigo == codigo]


@pytest.mark.parametrize(
    ("codigo", "campo", "politica", "ao_lado"), AVISAM, ids=[f"{caso[0]}:{caso[1]}" for caso in AVISAM]
)
def test_it_is_warned_of_with_the_field_and_the_remedy(
    codigo: str, campo: str, politica: Politica, ao_lado: Cenario
) -> None:
    (um,) = de(codigo, politica, ao_lado)
    assert um.campo == campo
    assert "; " in um.mensagem or ". " in um.mensagem, "what is wrong, and what to do"


@pytest.mark.parametrize(("codigo", "politica", "ao_lado"), NAO_AVISAM)
def test_what_is_meant_so_is_not_warned_of(codigo: str, politica: Politica, ao_lado: Cenario) -> None:
    assert de(codigo, politica, ao_lado) == []


def test_every_warning_has_a_case_of_each_kind() -> None:
    assert {caso[0] for caso in AVISAM} == {caso[0] for caso in NAO_AVISAM}


def test_the_hours_without_anybody_are_named_by_the_clock_of_the_fila() -> None:
    manha = horario(("08:00", "12:00"))
    ao_lado = cenario(agente(turno=manha), agente(BIA, turno=horario(("13:00", "18:00"), dias=("seg", "ter"))))
    (um,) = de("ninguem_de_turno", P(horario=horario(("08:00", "13:30"), dias=("seg", "qua", "sab"))), ao_lado)
    assert "seg 12:00–13:00; qua 12:00–13:30; sab 08:00–13:30 (America/Sao_Paulo)" in um.mensagem
    de_lisboa = cenario(agente(turno=horario(("11:00", "15:00"), dias=("seg",), fuso="Europe/Lisbon")))
    (um,) = de("ninguem_de_turno", P(horario=horario(("08:00", "13:00"), dias=("seg",))), de_lisboa)
    assert ": seg 12:00–13:00 (" in um.mensagem, "Lisbon is three hours ahead in January"
    (um,) = de("ninguem_de_turno", P(), cenario(agente(turno=Horario())))
    assert um.mensagem.count("00:00–24:00") == 7


def test_a_name_that_is_nearly_right_is_suggested() -> None:
    (um,) = de("habilidade_de_ninguem", P(habilidades=exige("Espanol")), cenario(agente(espanhol=2)))
    assert "você quis dizer espanhol?" in um.mensagem


def test_a_cycle_is_told_by_the_names_of_its_filas() -> None:
    ao_lado = cenario(outra=P(transbordos=para(TERCEIRA, tamanho=1)), terceira=P(transbordos=para(ESTA, tamanho=1)))
    (um,) = de("ciclo_de_transbordo", P(transbordos=para(OUTRA, tamanho=9)), ao_lado)
    assert "Vendas → Suporte → Noite → Vendas" in um.mensagem


def test_a_policy_that_is_thought_through_has_no_warnings() -> None:
    politica = P(
        estrategia="HABILIDADES",
        pontos_por_minuto=0.5,
        modo="oferta",
        habilidades=exige("fiscal", nivel=4),
        aneis=(Anel(apos_segundos=60, reduz_nivel=2), Anel(apos_segundos=120, equipes=(EQUIPE,))),
        transbordos=para(OUTRA, apos_segundos=600),
        horario=horario(("08:00", "18:00")),
        aquecimento=Aquecimento(segundos=600, maximo=3),
        ao_fechar="devolver",
    )
    assert avisos(politica, cenario(agente(fiscal=3), agente(BIA, turno=horario(("08:00", "18:00"))))) == ()


def test_of_very_much_that_is_wrong_some_is_told() -> None:
    """Nobody has to wait while every name of a long document is compared with every skill there is."""
    regras = tuple(
        RegraDeHabilidades(exige=tuple(HabilidadeExigida(nome=f"h{n} {k}") for k in range(20)), etiqueta=f"{n}")
        for n in range(100)
    )
    gente = tuple(replace(agente(f"{n}"), niveis={f"h{n}": 1}) for n in range(1000))
    achados = avisos(P(habilidades=regras), cenario(*gente))
    assert len(achados) == AVISOS_MAXIMO
    assert sum("você quis dizer" in um.mensagem for um in achados) <= 10


@st.composite
def intervalos(draw: st.DrawFn) -> tuple[tuple[str, str], ...]:
    inicio = draw(st.integers(0, 23))
    fim = draw(st.integers(inicio + 1, 24))
    return ((f"{inicio:02d}:00", f"{fim:02d}:00"),)


dias: st.SearchStrategy[dict[DiaDaSemana, tuple[tuple[str, str], ...]]] = st.dictionaries(
    st.sampled_from(SEMANA), intervalos()
)


@given(dias, st.lists(dias, min_size=1, max_size=3))
@settings(max_examples=40, deadline=None)
def test_somebody_is_missing_exactly_if_at_some_minute_the_fila_is_open_and_nobody_works(
    da_fila: dict[DiaDaSemana, tuple[tuple[str, str], ...]], da_gente: list[dict[DiaDaSemana, Any]]
) -> None:
    aberta = Horario(fuso="UTC", dias=da_fila)
    turnos = [Horario(fuso="Asia/Kathmandu", dias=um) for um in da_gente]
    falta = any(
        aberto(aberta, quando) and not any(aberto(turno, quando) for turno in turnos)
        for quando in range(AGORA, AGORA + 7 * 86_400_000, 900_000)
    )
    ao_lado = cenario(*(agente(f"{n}", turno) for n, turno in enumerate(turnos)))
    assert bool(de("ninguem_de_turno", P(horario=aberta), ao_lado)) == falta
