"""What a job becomes, by what its connector answers, or does not, and by what the provider says of it."""

from __future__ import annotations

from itertools import permutations
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from engine.conector.trabalhos import ClasseDeErro, Desfecho, Resultado
from engine.envios import desfechos
from engine.envios.estados import ABERTOS, DA_MENSAGEM, sobe
from engine.envios.politica import DIA_MS, PASSAGEIROS, REPETIVEIS, Politica, recuar, recuar_do_contato
from engine.modelo import EnvioRow, EstadoEnvio, NomeDoTrabalho, StatusEntrega

AGORA = 1_000_000
POLITICA = Politica()
DOS_CONTATOS = [um for um in get_args(NomeDoTrabalho) if um != "entregar_webhook"]
"""Deliveries to other systems have rules of their own (``test_regras_ganchos.py``)."""
NOVO = EnvioRow(
    "e", "m", "c", "saida", "enviar_mensagem", "pendente", "telefone:+55", 7, '{"para":{}}', 1, 1, mensagem_id="m"
)


def em_maos(row: EnvioRow = NOVO, vez: int = 1) -> EnvioRow:
    """Handed out for the ``vez``-th time, after as many failures as that takes."""
    pronto = replace(row, tentativas=vez - 1, falhas=vez - 1)
    return desfechos.entregar_a(pronto, "c1", AGORA, POLITICA)


def resultado(desfecho: Any, **campos: Any) -> Resultado:
    return Resultado(id="m", tentativa=1, desfecho=desfecho, **campos)


def julgado(row: EnvioRow, desfecho: Any, sorteio: float = 0.0, **campos: Any) -> desfechos.Desfeito:
    return desfechos.julgar(row, resultado(desfecho, **campos), AGORA, sorteio, POLITICA)


def test_what_is_handed_out_has_a_deadline_and_a_number_of_its_own() -> None:
    um = desfechos.entregar_a(replace(NOVO, proxima_em=5), "c1", AGORA, POLITICA)
    assert (um.estado, um.conector, um.tentativas, um.proxima_em) == ("enviando", "c1", 1, None)
    assert um.prazo == AGORA + POLITICA.arrendamento
    assert desfechos.entregar_a(um, "c2", AGORA, POLITICA).tentativas == 2


@pytest.mark.parametrize(("desfecho", "estado"), [("aceito", "enviado"), ("entregue", "entregue"), ("lido", "lido")])
def test_what_the_provider_has_is_done(desfecho: str, estado: str) -> None:
    feito = julgado(replace(em_maos(), codigo="x", erro="y"), desfecho, id_externo="w.1")
    assert (feito.row.estado, feito.row.id_externo, feito.saude) == (estado, "w.1", "boa")
    assert (feito.row.prazo, feito.row.codigo, feito.row.erro) == (None, None, None)
    assert feito.row.dados == NOVO.dados, "of a message there may be something to say to it still"
    webhook = replace(em_maos(), mensagem_id=None, trabalho="processar_webhook")
    assert julgado(webhook, desfecho).row.dados == "", "what was read is not kept"


def test_what_was_not_begun_goes_back_as_it_was() -> None:
    volta = julgado(em_maos(vez=3), "devolvido")
    assert (volta.row.estado, volta.row.falhas, volta.saude) == ("pendente", 2, "nada")
    assert volta.row.proxima_em == AGORA + 1_000, "whoever always gives back must not get it at once"


TABELA: list[tuple[ClasseDeErro, int, dict[str, Any]]] = [
    ("tentar", 1, {"estado": "pendente", "falhas": 1, "proxima_em": AGORA + 1_000, "saude": "ma"}),
    ("tentar", 2, {"estado": "pendente", "falhas": 2, "proxima_em": AGORA + 2_000, "saude": "ma"}),
    ("tentar", 3, {"estado": "falhou", "falhas": 3, "proxima_em": None, "saude": "ma"}),
    ("contato", 1, {"estado": "pendente", "falhas": 0, "contato_ate": AGORA + 4_000, "saude": "boa"}),
    ("contato", 3, {"estado": "pendente", "falhas": 2, "contato_ate": AGORA + 64_000, "saude": "boa"}),
    ("contato", 9, {"estado": "pendente", "falhas": 8, "contato_ate": AGORA + 3_600_000, "saude": "boa"}),
    ("numero", 1, {"estado": "pendente", "falhas": 0, "canal_ate": AGORA + 1_000, "saude": "nada"}),
    ("numero", 9, {"estado": "pendente", "falhas": 8, "canal_ate": AGORA + 256_000, "saude": "nada"}),
    ("canal", 1, {"estado": "pendente", "falhas": 0, "pausar": "porque", "saude": "nada"}),
    ("canal", 9, {"estado": "pendente", "falhas": 8, "pausar": "porque", "saude": "nada"}),
    ("amanha", 1, {"estado": "pendente", "falhas": 0, "proxima_em": AGORA + DIA_MS, "raia": "telefone:+55#m"}),
    ("amanha", 9, {"estado": "pendente", "falhas": 8, "proxima_em": AGORA + DIA_MS, "raia": "telefone:+55#m"}),
    ("modelo", 1, {"estado": "falhou", "proxima_em": None, "saude": "boa"}),
    ("final", 1, {"estado": "falhou", "proxima_em": None, "saude": "boa"}),
]
"""Of each class, at which attempt: what follows."""


@pytest.mark.parametrize(("classe", "vez", "segue"), TABELA)
def test_each_class_of_failure_does_what_the_table_says(classe: ClasseDeErro, vez: int, segue: dict[str, Any]) -> None:
    feito = julgado(em_maos(vez=vez), "falhou", classe=classe, codigo="131", erro="porque")
    visto = {nome: getattr(feito if hasattr(feito, nome) else feito.row, nome) for nome in segue}
    assert visto == segue
    assert (feito.row.codigo, feito.row.erro, feito.row.prazo) == ("131", "porque", None)
    if "pausar" not in segue:
        assert feito.pausar is None
    assert feito.contato_ate is None or classe == "contato"
    assert feito.canal_ate is None or classe == "numero"


def test_what_comes_in_and_is_refused_with_its_canal_is_a_dead_letter_after_its_failures() -> None:
    """Its line runs on while the canal is paused: it would go round for ever."""
    webhook = replace(NOVO, linha="entrada", trabalho="processar_webhook", mensagem_id=None)
    uma, outra, ultima = (
        julgado(em_maos(webhook, vez), "falhou", classe="canal", codigo="190", erro="porque") for vez in (1, 2, 3)
    )
    assert (uma.row.estado, uma.row.proxima_em, uma.pausar) == ("pendente", AGORA + 1_000, "porque")
    assert (outra.row.estado, outra.row.proxima_em, outra.pausar) == ("pendente", AGORA + 2_000, "porque")
    assert (ultima.row.estado, ultima.row.codigo, ultima.row.dados) == ("falhou", "190", NOVO.dados)


@pytest.mark.parametrize("trabalho", DOS_CONTATOS)
@pytest.mark.parametrize("classe", get_args(ClasseDeErro))
@pytest.mark.parametrize("pedido", [None, 1])
def test_nothing_goes_round_as_fast_as_connectors_answer(
    trabalho: NomeDoTrabalho, classe: ClasseDeErro, pedido: int | None
) -> None:
    entrada = trabalho == "processar_webhook"
    row = replace(em_maos(), trabalho=trabalho, linha="entrada" if entrada else "saida")
    for feito in (
        julgado(row, "falhou", classe=classe, tentar_em_ms=pedido),
        julgado(row, "desconhecido", tentar_em_ms=pedido),
        desfechos.vencer(row, AGORA, 0.0, POLITICA),
    ):
        parado = feito.pausar is not None and not entrada
        assert feito.row.estado != "pendente" or parado or (feito.row.proxima_em or 0) >= AGORA + 1_000


def test_every_class_is_in_the_table() -> None:
    assert {classe for classe, _, _ in TABELA} == set(get_args(ClasseDeErro))


@pytest.mark.parametrize("classe", ["tentar", "contato", "numero"])
def test_what_the_provider_asks_for_is_waited(classe: ClasseDeErro) -> None:
    feito = julgado(em_maos(), "falhou", classe=classe, tentar_em_ms=90_000)
    assert feito.row.proxima_em == AGORA + 90_000


def test_nobody_is_asked_again_sooner_than_we_would_ask_by_ourselves() -> None:
    feito = julgado(em_maos(), "falhou", classe="tentar", tentar_em_ms=1)
    assert feito.row.proxima_em == AGORA + recuar(POLITICA, 1, 0.0)


def test_what_may_not_go_before_tomorrow_holds_up_nothing_that_may_today() -> None:
    uma = julgado(em_maos(), "falhou", classe="amanha").row
    outra = julgado(em_maos(uma), "falhou", classe="amanha").row
    assert uma.raia == outra.raia == "telefone:+55#m"


def test_a_failure_of_no_class_is_final_and_says_so() -> None:
    feito = julgado(em_maos(), "falhou")
    assert (feito.row.estado, feito.row.codigo) == ("falhou", "final")


@pytest.mark.parametrize("trabalho", DOS_CONTATOS)
def test_only_what_is_sent_is_ever_in_doubt(trabalho: NomeDoTrabalho) -> None:
    gasto = replace(em_maos(), trabalho=trabalho, tentativas=desfechos.PERDAS_NO_MAXIMO)
    for feito in (
        julgado(replace(em_maos(), trabalho=trabalho), "desconhecido"),
        desfechos.vencer(gasto, AGORA, 0.0, POLITICA),
    ):
        if trabalho in PASSAGEIROS:
            assert feito.row.estado == "cancelado", "a moment later it says nothing any more"
        elif trabalho in REPETIVEIS:
            assert (feito.row.estado, feito.row.falhas, feito.row.duvidas) == ("pendente", 1, 0)
        else:
            assert (feito.row.estado, feito.row.falhas, feito.row.duvidas) == ("desconhecido", 0, 1)
            assert feito.row.prazo == AGORA + POLITICA.espera_status
            assert feito.row.erro


@pytest.mark.parametrize("trabalho", sorted(REPETIVEIS - {"entregar_webhook"}))
def test_what_can_be_repeated_has_not_failed_for_a_few_lost_connectors(trabalho: NomeDoTrabalho) -> None:
    feito = desfechos.vencer(replace(em_maos(), trabalho=trabalho), AGORA, 0.0, POLITICA)
    assert (feito.row.estado, feito.row.falhas, feito.row.duvidas) == ("pendente", 0, 0)


def test_what_is_in_doubt_and_of_which_nothing_is_heard_is_sent_again_until_it_has_failed_too_often() -> None:
    row = NOVO
    for vez in range(1, POLITICA.tentativas + 1):
        row = desfechos.vencer(desfechos.entregar_a(row, "c1", AGORA, POLITICA), AGORA, 0.0, POLITICA).row
        assert (row.estado, row.duvidas) == ("desconhecido", vez)
        row = desfechos.vencer(row, AGORA, 0.0, POLITICA).row
        assert row.estado == ("pendente" if vez < POLITICA.tentativas else "falhou")
    assert (row.falhas, row.codigo) == (POLITICA.tentativas, "sem_confirmacao")


respostas = st.builds(
    Resultado,
    id=st.just("m"),
    tentativa=st.just(1),
    desfecho=st.sampled_from(get_args(Desfecho)),
    classe=st.none() | st.sampled_from(get_args(ClasseDeErro)),
    codigo=st.none() | st.text(max_size=300),
    erro=st.none() | st.text(max_size=2_000),
    tentar_em_ms=st.none() | st.integers(0, 10**9),
)


@given(st.lists(respostas, max_size=12), st.sampled_from(DOS_CONTATOS), st.floats(0, 1))
def test_whatever_is_answered_a_job_is_in_a_state_that_makes_sense(
    ditas: list[Resultado], trabalho: NomeDoTrabalho, sorteio: float
) -> None:
    row = replace(NOVO, trabalho=trabalho)
    for dita in ditas:
        if row.estado != "pendente":
            return
        row = desfechos.entregar_a(row, "c1", AGORA, POLITICA)
        row = desfechos.julgar(row, dita, AGORA, sorteio, POLITICA).row
        assert (row.prazo is not None) == (row.estado == "desconhecido")
        assert row.proxima_em is None or (row.estado == "pendente" and row.proxima_em >= AGORA)
        assert row.falhas <= POLITICA.tentativas
        assert row.estado != "falhou" or row.codigo
        assert len(row.codigo or "") <= 100
        assert len(row.erro or "") <= 500
        assert (row.id, row.mensagem_id, row.ordem, row.criado_em) == ("m", "m", 7, 1)


@given(st.integers(1, 200), st.floats(0, 1))
def test_the_wait_doubles_up_to_a_limit_and_half_of_it_is_drawn(falhas: int, sorteio: float) -> None:
    inteiro = min(POLITICA.recuo * 2 ** (falhas - 1), POLITICA.recuo_maximo)
    assert inteiro // 2 <= recuar(POLITICA, falhas, sorteio) <= inteiro
    assert recuar(POLITICA, falhas, 1.0) == inteiro
    assert 1_000 <= recuar_do_contato(falhas) <= 3_600_000


# -- what the provider says --------------------------------------------------------------------------------------------


def depois_de(atual: EstadoEnvio, ditos: tuple[EstadoEnvio, ...]) -> EstadoEnvio:
    for dito in ditos:
        atual = dito if sobe(atual, dito) else atual
    return atual


@pytest.mark.parametrize("inicio", ["enviando", "desconhecido", "enviado"])
def test_statuses_give_the_same_in_whatever_order_and_however_often_they_come(inicio: EstadoEnvio) -> None:
    ditos: tuple[EstadoEnvio, ...] = ("enviado", "entregue", "lido", "falhou")
    for quantos in range(1, 5):
        for alguns in permutations(ditos, quantos):
            fim = depois_de(inicio, alguns)
            assert fim == depois_de(inicio, tuple(sorted(alguns))) == depois_de(fim, alguns * 2)
            assert fim == next(um for um in ("lido", "entregue", "falhou", "enviado") if um in alguns)


def test_a_failure_counts_for_more_than_sent_and_for_less_than_that_it_arrived() -> None:
    assert sobe("enviado", "falhou")
    assert not sobe("entregue", "falhou")
    assert sobe("falhou", "lido")


def test_of_every_state_it_is_said_what_the_message_shows() -> None:
    assert DA_MENSAGEM.keys() == set(get_args(EstadoEnvio))
    assert set(DA_MENSAGEM.values()) == set(get_args(StatusEntrega))
    assert {DA_MENSAGEM[estado] for estado in ABERTOS} == {"pendente"}


# -- dead letters ------------------------------------------------------------------------------------------------------


def test_a_dead_letter_that_is_tried_again_has_all_its_attempts_and_a_new_place() -> None:
    morta = julgado(em_maos(vez=3), "falhou", classe="tentar").row
    viva = desfechos.ressuscitar(morta, 99, AGORA + 1)
    assert (viva.estado, viva.ordem, viva.falhas, viva.proxima_em) == ("pendente", 99, 0, None)
    assert viva.tentativas == morta.tentativas, "an answer to what was handed out before is not one to this"


def test_what_is_given_up_carries_nothing_any_more() -> None:
    fora = desfechos.cancelar(em_maos(), "porque", AGORA)
    assert (fora.estado, fora.erro, fora.dados, fora.prazo) == ("cancelado", "porque", "", None)
