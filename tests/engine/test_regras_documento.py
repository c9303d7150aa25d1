"""A policy as a document: whole, as text, and what differs between two."""

from __future__ import annotations

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.modelo import FilaRow
from engine.politica import documento
from engine.politica.da_fila import politica_de
from engine.politica.modelo import (
    PADRAO,
    Afinidade,
    Anel,
    EsperaMaxima,
    HabilidadeExigida,
    Horario,
    Limite,
    Oferta,
    Politica,
    RegraDeHabilidades,
)

ID = "00000000-0000-0000-0000-000000000001"
FILA = FilaRow("e", "f", "Geral", None, "MANUAL", False, "manter", 9, True, 7, 8, None)

ALGUMAS = st.builds(
    Politica,
    estrategia=st.sampled_from(["MANUAL", "HIBRIDO"]),
    prioridade=st.integers(1, 10),
    distribuicao_automatica=st.booleans(),
    oferta=st.builds(Oferta, segundos=st.integers(5, 3600)),
    prazos_segundos=st.dictionaries(st.sampled_from(["ALTA", "BAIXA"]), st.integers(1, 99)),
    pesos_dos_atendentes=st.just({ID: 2.5}),
    aneis=st.lists(st.builds(Anel, apos_segundos=st.integers(1, 9)), max_size=3).map(tuple),
    afinidade=st.none() | st.builds(Afinidade, segundos=st.integers(0, 9)),
    limite=st.none() | st.builds(Limite, quantidade=st.integers(1, 9), janela_segundos=st.just(60)),
)


def test_a_whole_document_has_every_field_also_those_with_the_default() -> None:
    inteiro = documento.completo(PADRAO)
    assert inteiro["oferta"] == {"segundos": 30, "paralelas": 1, "semResposta": 3, "estadoSemResposta": "pausa"}
    assert inteiro["afinidade"] is None
    assert inteiro["aneis"] == []
    assert inteiro["pontosPorMinuto"] == 0
    assert set(inteiro) == {campo.encode_name for campo in msgspec.structs.fields(Politica)}
    com = Politica(horario=Horario(dias={"seg": (("08:00", "12:00"),)}), maximo=EsperaMaxima(acao="encerrar"))
    assert documento.completo(com)["horario"] == {
        "fuso": "America/Sao_Paulo", "dias": {"seg": [["08:00", "12:00"]]}, "fechadoEm": [],
    }  # fmt: skip


@given(ALGUMAS)
def test_what_is_written_is_read_as_it_was(politica: Politica) -> None:
    assert documento.ler(documento.texto(politica)) == politica
    row = documento.na_fila(FILA, politica)
    assert politica_de(row) == politica
    assert (row.estrategia, row.prioridade) == (politica.estrategia, politica.prioridade)
    assert "estrategia" not in row.politica


def test_a_fila_of_before_has_the_policy_that_its_columns_say_and_that_is_its_first_version() -> None:
    assert politica_de(FILA) == Politica(
        estrategia="MANUAL", distribuicao_automatica=False, ao_ficar_offline="manter", prioridade=9
    )
    primeira = documento.primeira_versao(FILA)
    assert (primeira.versao, primeira.em, primeira.autor_id) == (1, 7, None)
    assert documento.ler(primeira.documento) == politica_de(FILA)
    assert documento.na_fila(FILA, politica_de(FILA)) == FILA


def test_what_differs_is_named_by_its_path() -> None:
    antes = Politica(
        aneis=(Anel(apos_segundos=30), Anel(apos_segundos=60, dispensa=("fiscal",))),
        pesos_dos_atendentes={ID: 2},
        horario=Horario(dias={"seg": (("08:00", "12:00"),)}),
    )
    depois = Politica(
        ordem="idade",
        oferta=Oferta(segundos=20),
        habilidades=(RegraDeHabilidades(exige=(HabilidadeExigida(nome="fiscal"),), idioma="es"),),
        aneis=(Anel(apos_segundos=45),),
        afinidade=Afinidade(segundos=9),
        horario=Horario(dias={"seg": (("08:00", "13:00"),)}),
    )
    assert documento.diferencas(antes, depois) == {
        "oferta.segundos": (30, 20),
        "ordem": ("prioridade", "idade"),
        f"pesosDosAtendentes.{ID}": (2, None),
        "habilidades[0]": (
            None,
            {
                "exige": [{"nome": "fiscal", "nivel": 1, "preferida": False}], "canal": None, "canalId": None,
                "etiqueta": None, "idioma": "es", "prioridade": None,
            },
        ),
        "aneis[0].aposSegundos": (30, 45),
        "aneis[1]": (
            {"aposSegundos": 60, "dispensa": ["fiscal"], "reduzNivel": 0, "equipes": [], "pontos": 0}, None,
        ),
        "afinidade": (None, {"segundos": 9, "validadeDias": 30}),
        "horario.dias.seg[0][1]": ("12:00", "13:00"),
    }  # fmt: skip


@given(ALGUMAS, ALGUMAS)
@settings(max_examples=50)
def test_two_documents_differ_somewhere_exactly_if_they_are_not_the_same(uma: Politica, outra: Politica) -> None:
    assert bool(documento.diferencas(uma, outra)) == (uma != outra)
    ao_contrario = {campo: (depois, antes) for campo, (antes, depois) in documento.diferencas(outra, uma).items()}
    assert documento.diferencas(uma, outra) == ao_contrario
