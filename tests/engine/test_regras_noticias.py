"""What a provider's status makes of a job: of which try it speaks, and what its class asks for."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from engine.conector.entradas import EstadoExterno, StatusRecebido
from engine.conector.trabalhos import ClasseDeErro, Resultado
from engine.envios import desfechos
from engine.envios.antecipados import GUARDADOS_MS, GUARDADOS_NO_MAXIMO, Antecipados
from engine.envios.desfechos import Desfeito
from engine.envios.estados import ABERTOS, sobe
from engine.envios.noticias import IDAS_NO_MAXIMO, cedo_demais, com_status
from engine.modelo import EnvioRow, EstadoEnvio
from tests.engine.test_regras_desfechos import AGORA, NOVO, POLITICA, TABELA

EM_MAOS = desfechos.entregar_a(NOVO, "c1", AGORA, POLITICA)
ENVIADO = desfechos.concluir(EM_MAOS, Resultado(id="m", tentativa=1, desfecho="aceito", id_externo="w.1"), AGORA)
EM_DUVIDA = desfechos.duvidar(EM_MAOS, None, None, AGORA, 0.0, POLITICA).row


def dito(estado: Any = "falhou", **campos: Any) -> StatusRecebido:
    return StatusRecebido(estado=estado, em=1, **campos)


def depois(row: EnvioRow, status: StatusRecebido) -> Desfeito | None:
    return com_status(row, status, AGORA, 0.0, POLITICA)


def de_volta(row: EnvioRow = ENVIADO) -> EnvioRow:
    """It failed, and is in somebody's hands again."""
    feito = depois(row, dito(id_externo=row.id_externo, classe="tentar"))
    assert feito is not None
    assert feito.row.estado == "pendente"
    return desfechos.entregar_a(feito.row, "c1", AGORA, POLITICA)


# -- what its class asks for -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", [EM_MAOS, EM_DUVIDA, ENVIADO], ids=["enviando", "desconhecido", "enviado"])
@pytest.mark.parametrize(("classe", "vez", "segue"), TABELA)
def test_a_failure_that_is_told_later_does_what_an_answer_of_its_class_would(
    row: EnvioRow, classe: ClasseDeErro, vez: int, segue: dict[str, Any]
) -> None:
    da_vez = replace(row, tentativas=vez, falhas=vez - 1)
    feito = depois(da_vez, dito(id_externo="w.1", classe=classe, codigo="131", erro="porque"))
    assert feito is not None
    visto = {nome: getattr(feito if hasattr(feito, nome) else feito.row, nome) for nome in segue}
    assert visto == segue
    assert (feito.row.codigo, feito.row.erro, feito.row.prazo, feito.row.id_externo) == ("131", "porque", None, "w.1")


def test_a_failure_of_no_class_is_a_dead_letter() -> None:
    feito = depois(ENVIADO, dito(trabalho_id="m"))
    assert feito is not None
    assert (feito.row.estado, feito.row.codigo) == ("falhou", "final")
    assert feito.row.erro


@pytest.mark.parametrize("estado", ["entregue", "lido", "falhou", "cancelado", "pendente"])
@pytest.mark.parametrize("classe", get_args(ClasseDeErro))
def test_what_has_arrived_or_has_failed_already_does_not_fail(estado: EstadoEnvio, classe: ClasseDeErro) -> None:
    assert depois(replace(ENVIADO, estado=estado, codigo="131"), dito(id_externo="w.1", classe=classe)) is None


def test_what_was_deleted_meanwhile_is_not_sent_again() -> None:
    feito = depois(replace(ENVIADO, dados=""), dito(id_externo="w.1", classe="amanha"))
    assert feito is not None
    assert feito.row.estado == "falhou"


@pytest.mark.parametrize("classe", ["contato", "numero", "canal", "amanha"])
def test_what_a_provider_takes_and_fails_for_ever_is_a_dead_letter_in_the_end(classe: ClasseDeErro) -> None:
    row, vezes = NOVO, 0
    while row.estado == "pendente":
        vezes += 1
        em_maos = desfechos.entregar_a(row, "c1", AGORA, POLITICA)
        aceito = Resultado(id="m", tentativa=vezes, desfecho="aceito", id_externo=f"w.{vezes}")
        enviado = desfechos.julgar(em_maos, aceito, AGORA, 0.0, POLITICA).row
        feito = depois(enviado, dito(id_externo=f"w.{vezes}", classe=classe))
        assert feito is not None
        row = feito.row
    assert (row.estado, vezes) == ("falhou", IDAS_NO_MAXIMO)


# -- of which try it speaks --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("estado", ["falhou", "enviado"])
def test_what_is_said_again_of_a_try_that_failed_says_nothing_of_the_next(estado: EstadoExterno) -> None:
    outra = de_volta()
    for row in (
        outra,
        desfechos.vencer(outra, AGORA, 0.0, POLITICA).row,
        replace(outra, estado="pendente", prazo=None, codigo="tentar"),
        desfechos.concluir(outra, Resultado(id="m", tentativa=2, desfecho="aceito", id_externo="w.2"), AGORA),
    ):
        assert depois(row, dito(estado, trabalho_id="m", id_externo="w.1", classe="final")) is None


def test_that_an_earlier_try_has_arrived_is_enough() -> None:
    feito = depois(de_volta(), dito("entregue", id_externo="w.1"))
    assert feito is not None
    assert (feito.row.estado, feito.row.prazo) == ("entregue", None)


def test_a_failure_of_a_message_that_no_answer_has_named_waits_for_the_answer_if_there_was_a_try_before() -> None:
    outra = de_volta()
    assert cedo_demais(outra, dito(trabalho_id="m", id_externo="w.2"))
    assert not cedo_demais(outra, dito(trabalho_id="m", id_externo="w.1"))
    assert not cedo_demais(outra, dito(trabalho_id="m")), "nobody can tell: it is of the last try"
    assert not cedo_demais(outra, dito("entregue", id_externo="w.2"))
    assert not cedo_demais(EM_MAOS, dito(trabalho_id="m", id_externo="w.1"))


def test_what_the_provider_calls_it_is_what_the_answer_said() -> None:
    feito = depois(ENVIADO, dito("entregue", trabalho_id="m", id_externo="w.0"))
    assert feito is not None
    assert feito.row.id_externo == "w.1"


status = st.builds(
    StatusRecebido,
    estado=st.sampled_from(get_args(EstadoExterno)),
    em=st.just(1),
    trabalho_id=st.just("m"),
    id_externo=st.none() | st.sampled_from(["w.1", "w.2", "w.3"]),
    classe=st.none() | st.sampled_from(get_args(ClasseDeErro)),
)


@given(st.lists(status, max_size=12), st.data())
def test_whatever_is_said_a_job_is_in_a_state_that_makes_sense(
    ditos: list[StatusRecebido], dados: st.DataObject
) -> None:
    row = NOVO
    for um in ditos:
        if row.estado == "pendente":
            row = desfechos.entregar_a(row, "c1", AGORA, POLITICA)
            if dados.draw(st.booleans()):
                externo = f"w.{row.tentativas}"
                row = desfechos.concluir(
                    row, Resultado(id="m", tentativa=row.tentativas, desfecho="aceito", id_externo=externo), AGORA
                )
        feito = depois(row, um)
        antes, row = row, row if feito is None else feito.row
        assert sobe(antes.estado, row.estado) or row.estado in {antes.estado, "pendente"}
        assert antes.estado not in {"entregue", "lido"} or row.estado in {"entregue", "lido"}
        assert (row.prazo is not None) == (row.estado in ABERTOS - {"pendente"})
        assert row.falhas <= POLITICA.tentativas
        assert row.estado != "falhou" or row.codigo


# -- before the answer -------------------------------------------------------------------------------------------------


def test_of_each_message_the_furthest_is_kept() -> None:
    cedo = Antecipados()
    for estado in ("enviado", "entregue", "falhou"):
        cedo.guardar(dito(estado, id_externo="w.1"), 1)
    guardado = cedo.de("w.1", 1)
    assert guardado is not None
    assert guardado.estado == "entregue"
    assert (cedo.de("w.2", 1), cedo.de(None, 1)) == (None, None)
    cedo.guardar(dito("lido", trabalho_id="m"), 1)
    assert len(cedo) == 1, "who names no message of the provider's says nothing that could be found again"


@given(st.lists(st.tuples(st.integers(0, 5_000), st.integers(0, GUARDADOS_MS // 100)), max_size=3_000))
def test_no_more_is_kept_than_a_thousand_and_no_longer_than_ten_minutes(ditos: list[tuple[int, int]]) -> None:
    cedo, now = Antecipados(), 0
    for qual, ms in ditos:
        now += ms
        cedo.guardar(dito("entregue", id_externo=str(qual)), now)
        assert len(cedo) <= GUARDADOS_NO_MAXIMO
    assert all(cedo.de(str(qual), now + GUARDADOS_MS) is None for qual, _ in ditos)


def test_the_oldest_makes_room() -> None:
    cedo = Antecipados()
    for n in range(GUARDADOS_NO_MAXIMO + 1):
        cedo.guardar(dito("entregue", id_externo=str(n)), n)
    assert cedo.de("0", GUARDADOS_NO_MAXIMO) is None
    assert cedo.de("1", GUARDADOS_NO_MAXIMO) is not None
