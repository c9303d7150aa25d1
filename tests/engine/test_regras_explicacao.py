"""Why him, in words: one sentence for each way in which a ticket can go to somebody."""

from __future__ import annotations

import msgspec
import pytest

from engine.distribuicao.decisao import Concorrente, Considerado, Decisao, DecisaoDeFora, DecisaoEscrita, refeita
from engine.distribuicao.registro import decidida
from engine.explicacao.decidido import frases
from engine.explicacao.margem import margem
from engine.explicacao.palavras import duracao, habilidades, juntos
from engine.explicacao.vista import decisao_vista, ids_de
from engine.modelo import DecisaoRow, Estrategia, TipoDecisao
from engine.ordenado import Chave
from engine.politica.modelo import Politica
from tests.engine.bancada import Bancada

NOMES = {"ana": "Ana", "bia": "Bia", "caio": "Caio", "chefe": "Clara", "fila": "Suporte", "outra": "Vendas"}
EM = 10_000_000
MINUTO = 60_000


def row(
    decisao: Decisao | DecisaoEscrita | DecisaoDeFora, tipo: TipoDecisao = "atribuicao", quem: str | None = "ana"
) -> DecisaoRow:
    return DecisaoRow("e", "id", "ticket", "fila", tipo, EM, quem, 3, msgspec.json.encode(decisao).decode())


def dito(decisao: Decisao | DecisaoDeFora, tipo: TipoDecisao = "atribuicao", quem: str | None = "ana") -> str:
    return " ".join(frases(row(decisao, tipo, quem), NOMES.get, {"ingles": "inglês"}, afim="bia"))


def entre(estrategia: Estrategia, um: Chave, outro: Chave) -> Decisao:
    dois = (Considerado("ana", None, um, 5), Considerado("bia", None, outro, 5))
    return Decisao(lado="ticket", candidatos=dois, estrategia=estrategia)


@pytest.mark.parametrize(
    ("estrategia", "um", "outro", "porque"),
    [
        ("MENOS_OCUPADO", (0, 0.2, 0, 1), (0, 0.4, 0, 2),
         "tinha a menor ocupação (1 de 5 vagas; em seguida, Bia, com 2 de 5)"),
        ("MENOS_OCUPADO", (0, 0.3, 0, 1), (0, 0.4, 0, 2),
         "tinha a menor ocupação (1,5 de 5 vagas; em seguida, Bia, com 2 de 5)"),
        ("MENOS_OCUPADO", (0, 0.2, EM - 5 * MINUTO, 1), (0, 0.2, EM - 2 * MINUTO, 2),
         "estava sem receber trabalho há mais tempo (5 min; em seguida, Bia, há 2 min)"),
        ("MAIOR_TEMPO_OCIOSO", (0, EM - 90_000, 1), (0, EM - 30_000, 2),
         "estava sem receber trabalho há mais tempo (90 s; em seguida, Bia, há 30 s)"),
        ("ROUND_ROBIN", (0, -4, 1), (0, 2, 2), "tinha a vez no rodízio, antes de Bia"),
        ("MENOS_ATENDIDOS", (0, 1, 9, 1), (0, 3, 2, 2),
         "tinha recebido menos tickets no período (1; em seguida, Bia, 3)"),
        ("HABILIDADES", (1, 0.9, 0, 1), (2, 0, 0, 2), "vinha primeiro pelas habilidades, antes de Bia"),
        ("PONDERADO", (0, 1.5, 1), (0, 2.5, 2), "estava mais longe da parte que lhe cabe pelos pesos, antes de Bia"),
        ("HIBRIDO", (490_000.25, 1), (490_000.75, 2), "tinha a menor soma dos critérios (0,5 a menos que Bia)"),
        ("ROUND_ROBIN", (0, 4, 1), (0, 4, 2), "vinha antes de Bia"),
    ],
)  # fmt: skip
def test_each_strategy_says_by_what_the_winner_won(
    estrategia: Estrategia, um: Chave, outro: Chave, porque: str
) -> None:
    assert dito(entre(estrategia, um, outro)) == f"Foi para Ana porque, dos 2 que podiam recebê-lo, Ana {porque}."


def test_who_was_kept_away_is_counted_by_what_kept_them_and_the_wait_is_told() -> None:
    decisao = Decisao(
        lado="ticket",
        esperou=3 * MINUTO,
        etapa=1,
        exige=(("ingles", 3), ("vendas", 1)),
        candidatos=(
            Considerado("ana", None, (0, 0.2, 0, 1), 5),
            Considerado("bia", None, (0, 0.4, 0, 2), 5),
            Considerado("caio", "lotado"),
            Considerado("x", "sem_habilidade"),
        ),
        outros={"livre": 5, "lotado": 2, "indisponivel": 2},
    )
    assert dito(decisao) == (
        "Foi para Ana porque, dos 7 que podiam recebê-lo, Ana tinha a menor ocupação (1 de 5 vagas; em seguida, Bia, "
        "com 2 de 5). 3 estavam lotados, 2 não estavam disponíveis, 1 não tinha o que o ticket exige (inglês ≥ 3 e "
        "vendas). Esperou 3 min, por último na fila Suporte, e as regras mudaram uma vez com a espera."
    )


def test_the_only_one_and_one_who_is_preferred() -> None:
    assert dito(Decisao(lado="ticket", candidatos=(Considerado("ana", None, (0, 0.2, 0, 1), 5),))) == (
        "Foi para Ana, a única pessoa que podia recebê-lo."
    )
    dois = entre("MENOS_OCUPADO", (0, 0.2, 0, 1), (0, 0.4, 0, 2))
    assert dito(msgspec.structs.replace(dois, preferido="bia"), quem="bia") == (
        "Foi para Bia antes de todos os 2 que podiam recebê-lo: Bia foi quem atendeu este contato por último."
    )
    assert dito(msgspec.structs.replace(dois, preferido="caio"), quem="caio").endswith("Caio tinha a preferência.")
    assert margem(msgspec.structs.replace(dois, preferido="bia")) is None


@pytest.mark.parametrize(
    ("este", "outro", "porque"),
    [
        ((1, -15, 0, 1), (50, -40, 0, 2), "a fila vem antes das outras para essa pessoa"),
        ((50, -25, 0, 1), (50, -15, 0, 2), "tinha a maior prioridade efetiva (25; o seguinte, 15)"),
        ((50, -15, EM - 3 * MINUTO, 1), (50, -15, EM - 60_000, 2), "esperava há mais tempo (3 min; o seguinte, 60 s)"),
        ((50, -15, 0, 1), (50, -15, 0, 2), "chegou antes"),
    ],
)
def test_for_whom_became_free_it_is_the_ticket_that_was_chosen(este: Chave, outro: Chave, porque: str) -> None:
    concorrentes = (Concorrente("outra", "t2", outro), Concorrente("fila", "ticket", este))
    decisao = Decisao(lado="atendente", candidatos=(Considerado("ana"),), concorrentes=concorrentes)
    era = "e este era o primeiro entre os primeiros das 2 filas de que podia receber"
    assert dito(decisao) == f"Ana ficou livre {era}: {porque}."
    assert dito(msgspec.structs.replace(decisao, pedida=True)) == f"Ana pediu o próximo {era}: {porque}."


def test_of_one_fila_it_was_the_first_in_it() -> None:
    decisao = Decisao(
        lado="atendente", candidatos=(Considerado("ana"),), concorrentes=(Concorrente("fila", "ticket", (1, 2, 3, 4)),)
    )
    primeiro = "Ana ficou livre e este era o primeiro que podia receber, na fila Suporte"
    assert dito(decisao) == f"{primeiro}."
    assert dito(decisao, "oferta") == f"{primeiro}, e lhe foi ofertado."


@pytest.mark.parametrize(
    ("tipo", "decisao", "texto"),
    [
        ("atribuicao", DecisaoDeFora(lado="pessoa", quem="chefe", papel="supervisor"), "Clara o deu a Ana."),
        ("atribuicao", DecisaoDeFora(lado="pessoa", quem="?", papel="supervisor", forcado=True, motivo="é dela"),
         "Um supervisor o deu a Ana, mesmo sem que pudesse recebê-lo (forçado): é dela."),
        ("atribuicao", DecisaoDeFora(lado="pessoa", quem="ana", papel="atendente"), "Ana o assumiu."),
        ("atribuicao", DecisaoDeFora(lado="pessoa", quem="ana", papel="atendente", motivo="oferta aceita"),
         "Ana aceitou a oferta."),
        ("atribuicao", DecisaoDeFora(lado="sistema"), "O sistema o deu a Ana."),
        ("recusa", DecisaoDeFora(lado="pessoa", quem="ana", papel="atendente", motivo="não é comigo"),
         "Ana recusou a oferta: não é comigo."),
        ("sem_resposta", DecisaoDeFora(lado="sistema"), "Ana deixou passar a oferta sem responder."),
        ("devolucao", DecisaoDeFora(lado="sistema", motivo="offline"), "Voltou à fila porque Ana ficou offline."),
        ("devolucao", DecisaoDeFora(lado="sistema", motivo="silencio"),
         "Voltou à fila porque Ana deixou o contato sem resposta além do que a política permite."),
        ("devolucao", DecisaoDeFora(lado="sistema", motivo="fila_fechada"),
         "Voltou à fila porque a fila fechou sem que Ana tivesse respondido."),
        ("devolucao", DecisaoDeFora(lado="sistema"), "Deixou de ser de Ana e voltou à fila."),
        ("devolucao", DecisaoDeFora(lado="pessoa", quem="ana", papel="atendente"), "Ana o devolveu à fila."),
        ("devolucao", DecisaoDeFora(lado="pessoa", quem="chefe", papel="admin", motivo="férias"),
         "Clara o tirou de Ana e o devolveu à fila: férias."),
        ("devolucao", DecisaoDeFora(lado="pessoa", quem="chefe", papel="admin", para="outra", motivo="é de vendas"),
         "Clara o tirou de Ana e o passou para a fila Vendas: é de vendas."),
        ("devolucao", DecisaoDeFora(lado="pessoa", quem="ana", papel="atendente", para="outra"),
         "Ana o passou para a fila Vendas."),
        ("transbordo", DecisaoDeFora(lado="sistema", motivo="espera", para="outra"),
         "Passou da fila Suporte para a fila Vendas: esperou o máximo que a política permite."),
        ("retirada", DecisaoDeFora(lado="sistema"), "Deixou de estar em oferta para Ana."),
    ],
)  # fmt: skip
def test_what_was_not_weighed_says_who_did_it_and_why(tipo: TipoDecisao, decisao: DecisaoDeFora, texto: str) -> None:
    assert dito(decisao, tipo) == texto


def test_an_offer_to_several_names_them() -> None:
    tres = tuple(Considerado(quem, None, (0, n / 5, 0, n), 5) for n, quem in enumerate(("ana", "bia", "caio")))
    dois = Decisao(lado="ticket", candidatos=tres, quantos=2)
    assert dito(dois, "oferta").startswith("Foi ofertado a Ana e Bia porque, dos 3 que podiam recebê-lo, Ana tinha ")
    assert dito(msgspec.structs.replace(dois, quantos=3), "oferta") == (
        "Foi ofertado a Ana, Bia e Caio, todos os que podiam recebê-lo."
    )


def test_whoever_is_not_known_any_more_is_not_named() -> None:
    decisao = DecisaoDeFora(lado="sistema", motivo="tamanho", para="sumida")
    assert dito(decisao, "transbordo", None) == (
        "Passou da fila Suporte para uma fila que já não existe: já esperavam tantos quantos a política permite."
    )
    assert dito(DecisaoDeFora(lado="sistema"), quem="sumido") == "O sistema o deu a um atendente."


def test_the_view_names_what_the_numbers_are() -> None:
    decisao = Decisao(
        lado="ticket",
        exige=(("ingles", 3),),
        candidatos=(
            Considerado("ana", None, (0, 0.2, 7, 1, 1), 5),
            Considerado("bia", None, (0, 0.4, 7, 2, 2), 5),
            Considerado("caio", "lotado"),
        ),
        us=12,
    )
    registro = row(decisao)
    vista = decisao_vista(registro, NOMES.get, {"ingles": "inglês"})
    assert ids_de([registro]) == {"ana", "bia", "caio", "fila"}
    feita = msgspec.json.decode(msgspec.json.encode(vista))
    assert feita["exige"] == [{"nome": "inglês", "nivel": 3}]
    assert feita["candidatos"][0] == {
        "atendenteId": "ana",
        "nome": "Ana",
        "porqueNao": None,
        "chave": {"habilidades": 0, "ocupacao": 0.2, "ociosoDesde": 7, "vez": 1, "desempate": 1},
    }
    assert feita["candidatos"][2] == {"atendenteId": "caio", "nome": "Caio", "porqueNao": "lotado", "chave": None}
    assert feita["margem"] == {
        "termo": "ocupacao", "vencedor": 0.2, "seguinte": 0.4, "diferenca": 0.2, "seguinteId": "bia",
    }  # fmt: skip
    assert (feita["versaoPolitica"], feita["us"], feita["filaNome"]) == (3, 12, "Suporte")


def test_words() -> None:
    medidas = (0, 119_400, 120_000, 3_600_000, 7_500_000, 3 * 24 * 3_600_000)
    assert [duracao(ms) for ms in medidas] == ["0 s", "119 s", "2 min", "1 h", "2 h 5 min", "3 dias"]
    assert juntos(["a", "b", "c"], "ou") == "a, b ou c"
    assert habilidades((), {}) == ""


def test_of_however_many_agents_a_record_is_short_and_can_be_read_and_decided_again() -> None:
    b = Bancada()
    b.fila()
    for n in range(1100):
        b.pessoa(f"p{n:04}")
    linha = b.linha()
    ultimo = max(linha.escala.candidatos.values(), key=lambda um: um.bit)
    for um in list(linha.escala.candidatos.values()):
        if um is not ultimo:
            b.muda_pessoa(um.perfil.id, online=um.perfil.id > "p1080")
    b.fila(politica=Politica(estrategia="MANUAL"))
    b.chega("este")
    decisao = decidida(linha, b.espera("este"), [ultimo], (), b.now, 0)
    registro = row(decisao)
    assert len(registro.dados) < 3000
    lida = msgspec.json.decode(registro.dados, type=Decisao)
    assert refeita(lida, "este") == (ultimo.perfil.id,)
    assert len(decisao_vista(registro, NOMES.get, {}).candidatos) == 20
