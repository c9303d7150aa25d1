"""Silence, pure: which rule holds, what is due when, and that a clock that stood still takes nobody's time away."""

from __future__ import annotations

from typing import Any, Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from engine.calendario.agenda import SEMPRE, Agenda, agenda_de
from engine.calendario.modelo import Calendario
from engine.documentos.cenario import Cenario
from engine.errors import Conflict, Invalid
from engine.modelo import TicketRow
from engine.politica.modelo import Politica
from engine.silencio import adiamento, atendente, contato
from engine.silencio.estado import Adiamento, Silencio
from engine.silencio.exame import problemas
from engine.silencio.modelo import RegraDeSilencio
from engine.silencio.regra import EmVigor, Onde, escolher
from engine.silencio.texto import VARIAVEIS, escrever

SEGUNDA: Final = 1_767_571_200_000
"""2026-01-05T00:00:00Z, a Monday."""
HORA: Final = 3_600_000
COMERCIAL: Final = agenda_de(
    Calendario(
        fuso="UTC", dias=dict.fromkeys(("seg", "ter", "qua", "qui", "sex"), (("08:00", "12:00"), ("13:00", "18:00")))
    )
)
AGENDAS: Final[tuple[Agenda, ...]] = (SEMPRE, COMERCIAL)
TICKET: Final = TicketRow(
    "e", "t", 7, "EM_ANDAMENTO", "NORMAL", "Ana", None, None, None, "f", "a", None, False, 1, 1, 1, None, None, None
)
A, B, C = (f"0190d3a8-5c4e-7b1a-9c3f-2d1e0f9a8b{n:02d}" for n in range(3))

instantes = st.integers(SEGUNDA, SEGUNDA + 21 * 24 * HORA)
agendas = st.sampled_from(AGENDAS)
segundos = st.integers(60, 200_000)
de_contato = st.builds(
    RegraDeSilencio,
    aviso_apos_segundos=st.none() | segundos,
    aviso_texto=st.just("Alô?"),
    encerrar_apos_segundos=st.none() | segundos,
)
lugares = st.sets(st.sampled_from((A, B, C)), max_size=2).map(lambda ids: tuple(sorted(ids)))
tipos = st.sets(st.sampled_from(("whatsapp", "email")), max_size=2).map(lambda um: tuple(sorted(um)))
de_lugares: st.SearchStrategy[Any] = st.builds(
    RegraDeSilencio, ativa=st.booleans(), canais=tipos, canal_ids=lugares, filas=lugares, equipes=lugares
)
ondes = st.builds(
    Onde,
    st.sampled_from((A, B, C)),
    st.frozensets(st.sampled_from((A, B, C))),
    st.none() | st.sampled_from((A, B, C)),
    st.none() | st.sampled_from(("whatsapp", "email")),
)


def vale(regra: RegraDeSilencio, onde: Onde) -> bool:
    """By the words of the document."""
    lugar = (
        not (regra.filas or regra.equipes) or onde.fila_id in regra.filas or bool({*regra.equipes} & {*onde.equipes})
    )
    canal = not (regra.canais or regra.canal_ids) or onde.canal_id in regra.canal_ids or onde.canal in regra.canais
    return regra.ativa and lugar and canal


def exatidao(regra: RegraDeSilencio, onde: Onde) -> tuple[bool, bool, bool, bool]:
    return (
        onde.fila_id in regra.filas, bool({*regra.equipes} & {*onde.equipes}),
        onde.canal_id in regra.canal_ids, onde.canal in regra.canais,
    )  # fmt: skip


@given(st.lists(de_lugares, max_size=8), ondes, st.randoms(use_true_random=False))
def test_the_rule_that_holds_fits_and_none_that_fits_is_more_specific(
    regras: list[RegraDeSilencio], onde: Onde, acaso: Any
) -> None:
    em_vigor = [EmVigor(f"{posicao:03d}", str(posicao), regra) for posicao, regra in enumerate(regras)]
    embaralhadas = acaso.sample(em_vigor, len(em_vigor))
    achada = escolher(embaralhadas, onde)
    servem = [um for um in em_vigor if vale(um.regra, onde)]
    assert (achada is None) == (not servem)
    if achada is None:
        return
    assert achada in servem

    def posto(um: EmVigor) -> tuple[int, int, str]:
        fila, equipe, canal, tipo = exatidao(um.regra, onde)
        return (0 if fila else 1 if equipe else 2, 0 if canal else 1 if tipo else 2, um.id)

    assert achada == min(servem, key=posto)


@given(de_contato, instantes, agendas)
def test_a_warning_comes_first_and_the_end_comes_after_its_time_from_then(
    regra: RegraDeSilencio, desde: int, agenda: Agenda
) -> None:
    silencio = contato.com_prazo(Silencio(desde), regra, agenda)
    assert contato.com_prazo(silencio, regra, agenda) is silencio
    fazer = contato.o_que(regra, silencio)
    assert fazer == ("avisar" if regra.avisa else "encerrar" if regra.encerrar_apos_segundos else None)
    assert (silencio.vence is None) == (fazer is None)
    if silencio.vence is None:
        return
    espera = regra.aviso_apos_segundos if regra.avisa else regra.encerrar_apos_segundos
    assert agenda.entre(desde, silencio.vence) == (espera or 0) * 1000
    if fazer == "avisar":
        tarde = silencio.vence + 50 * HORA
        depois = contato.com_prazo(contato.avisado(silencio, tarde, None), regra, agenda)
        assert contato.o_que(regra, depois) == (None if regra.encerrar_apos_segundos is None else "encerrar")
        if depois.vence is not None:
            assert depois.vence >= tarde + (regra.encerrar_apos_segundos or 0) * 1000


@given(de_contato, instantes, st.integers(0, 400 * HORA), st.integers(0, 400 * HORA), agendas, st.booleans())
def test_a_clock_that_stood_still_leaves_as_much_time_as_there_was(
    regra: RegraDeSilencio, desde: int, ate_parar: int, parado: int, agenda: Agenda, avisado: bool
) -> None:
    antes = Silencio(desde, avisado_em=desde + ate_parar // 2 if avisado else None)
    parou = desde + ate_parar
    volta = parou + parado
    depois = contato.retomar(contato.parar(antes, parou), agenda, volta)
    assert agenda.entre(depois.desde, volta) == agenda.entre(desde, parou)
    if antes.avisado_em is not None:
        assert depois.avisado_em is not None
        assert agenda.entre(depois.avisado_em, volta) == agenda.entre(antes.avisado_em, parou)
    assert depois.parado_desde is None
    em = contato.com_prazo(depois, regra, agenda).vence
    era = contato.com_prazo(antes, regra, agenda).vence
    if em is not None and era is not None and era > parou:
        assert agenda.entre(volta, em) == agenda.entre(parou, era)


@given(instantes, instantes)
def test_a_clock_stands_still_once_and_goes_on_once(um: int, outro: int) -> None:
    parado = contato.parar(Silencio(SEGUNDA, vence=1), um)
    assert contato.parar(parado, outro) is parado
    assert parado.vence is None
    anda = contato.retomar(parado, SEMPRE, max(um, outro))
    assert contato.retomar(anda, SEMPRE, outro) is anda


@pytest.mark.parametrize(
    ("status", "adiado", "anda"),
    [("ABERTO", False, False), ("EM_ANDAMENTO", False, True), ("PENDENTE", False, True), ("PENDENTE", True, False),
     ("RESOLVIDO", False, False), ("FECHADO", False, False)],
)  # fmt: skip
def test_the_clock_goes_while_somebody_has_it_in_hand(status: Any, *, adiado: bool, anda: bool) -> None:
    row = replace(TICKET, status=status, silencio=Silencio(1, vence=2))
    if adiado:
        row = replace(row, adiamento=Adiamento(9, "PENDENTE"))
    assert (contato.corre(row), contato.vence(row)) == (anda, 2 if anda else None)


# -- the owner ---------------------------------------------------------------------------------------------------------


@given(st.none() | st.integers(0, 90_000), st.none() | st.integers(0, 90_000), instantes, agendas)
def test_what_the_rule_says_of_an_owner_stands_in_place_of_the_policy(
    da_regra: int | None, da_fila: int | None, now: int, agenda: Agenda
) -> None:
    regra = RegraDeSilencio(devolver_apos_segundos=da_regra)
    politica = None if da_fila is None else Politica(silencio_segundos=da_fila)
    ate = atendente.responder_ate(regra, politica, agenda, now)
    vale = da_regra if da_regra is not None else da_fila or 0
    assert (ate is None) == (not vale)
    if ate is not None:
        assert (agenda if da_regra is not None else SEMPRE).entre(now, ate) == vale * 1000


# -- what can be -------------------------------------------------------------------------------------------------------

CENARIO: Final = Cenario(filas={A}, equipes={B}, canais={C: "whatsapp", A: "webhook"})


@pytest.mark.parametrize(
    ("regra", "campos"),
    [
        (RegraDeSilencio(), ["encerrarAposSegundos"]),
        (RegraDeSilencio(filas=(A,)), []),
        (RegraDeSilencio(aviso_apos_segundos=60), ["avisoTexto"]),
        (RegraDeSilencio(aviso_texto="Alô?", encerrar_apos_segundos=60), ["avisoAposSegundos"]),
        (RegraDeSilencio(aviso_apos_segundos=60, aviso_texto="{{nome}} {{"), ["avisoTexto", "avisoTexto"]),
        (RegraDeSilencio(devolver_apos_segundos=60, encerramento_texto="Tchau"), ["encerramentoTexto"]),
        (RegraDeSilencio(encerrar_apos_segundos=60, encerramento_texto="{{x}}"), ["encerramentoTexto"]),
        (RegraDeSilencio(devolver_apos_segundos=0), []),
        (RegraDeSilencio(janela_reabertura_segundos=0, filas=(B,)), ["filas[0]"]),
        (RegraDeSilencio(devolver_apos_segundos=60, equipes=(A, B)), ["equipes[0]"]),
        (RegraDeSilencio(devolver_apos_segundos=60, canal_ids=(C, A, C)), ["canalIds[2]", "canalIds[1]"]),
        (RegraDeSilencio(devolver_apos_segundos=60, canais=("email", "email")), ["canais[1]"]),
        (RegraDeSilencio(filas=(A,), equipes=(B,), canal_ids=(C,), encerrar_apos_segundos=60), []),
    ],
)
def test_what_cannot_be_is_named_with_the_remedy(regra: RegraDeSilencio, campos: list[str]) -> None:
    achados = list(problemas(regra, CENARIO))
    assert [um.campo for um in achados] == campos
    assert all(";" in um.problema or ":" in um.problema for um in achados)


@pytest.mark.parametrize(
    "documento",
    [b'{"avisoAposSegundos":59}', b'{"encerrarAposSegundos":0}', b'{"encerrarAposSegundos":2592001}', b'{"tempo":"x"}',
     b'{"statusFinal":"PENDENTE"}', b'{"avisoTexto":""}', b'{"avisoTexto":"\\u200b"}',
     b'{"janelaReaberturaSegundos":-1}',
     b'{"filas":["x"]}', b'{"outra":1}'],
)  # fmt: skip
def test_what_no_field_can_hold_is_refused(documento: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(documento, type=RegraDeSilencio)


@given(st.text(max_size=60), st.text(max_size=20), st.none() | st.text(max_size=20))
def test_values_are_put_in_as_they_are(nome: str, fila: str, dono: str | None) -> None:
    texto = "|".join(f"{{{{{variavel}}}}}" for variavel in VARIAVEIS)
    dito = escrever(texto, replace(TICKET, contato_nome=nome), atendente=dono, fila=fila)
    assert dito == f"{nome}|7|{dono or ''}|{fila}"


# -- putting off -------------------------------------------------------------------------------------------------------


@given(st.sampled_from(("ABERTO", "EM_ANDAMENTO", "PENDENTE")), instantes, instantes, st.none() | st.text(max_size=9))
def test_put_off_again_it_remembers_what_it_was_at_first(status: Any, um: int, outro: int, motivo: str | None) -> None:
    row = replace(TICKET, status=status)
    primeira = adiamento.adiar(row, um, "ana", motivo, SEGUNDA)
    segunda = adiamento.adiar(primeira, outro, "bia", None, SEGUNDA + 1)
    assert primeira.adiamento == Adiamento(um, status, "ana", motivo)
    assert segunda.adiamento == Adiamento(outro, status, "bia")
    assert (primeira.status, segunda.status, adiamento.ate(segunda)) == ("PENDENTE", "PENDENTE", outro)
    assert adiamento.adiar(segunda, outro, "bia", None, SEGUNDA + 2) is segunda
    assert adiamento.ate(adiamento.sem_adiamento(segunda, SEGUNDA + 3)) is None


@pytest.mark.parametrize("status", ["RESOLVIDO", "FECHADO"])
def test_what_is_over_cannot_be_put_off(status: Any) -> None:
    with pytest.raises(Conflict, match=status):
        adiamento.adiar(replace(TICKET, status=status), SEGUNDA, None, None, 1)


@given(st.integers(-(10**12), 10**12))
def test_only_an_instant_to_come_that_is_not_too_far_away_will_do(daqui_a: int) -> None:
    if 0 < daqui_a <= adiamento.DIAS_MAXIMO * 24 * HORA:
        adiamento.exigir_instante(SEGUNDA + daqui_a, SEGUNDA)
    else:
        with pytest.raises(Invalid, match="dê um instante"):
            adiamento.exigir_instante(SEGUNDA + daqui_a, SEGUNDA)
