"""Why him, and what it waits for, asked of the actors at work."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from actors.fila.comandos import PuxarTicket
from actors.fila.comandos_politica import GravarPolitica
from actors.ticket.comandos import AtualizarTicket, TransferirTicket, VerNaFila, VerPosicao
from engine.distribuicao.estimativa import Erro
from engine.explicacao.contada import explicacao
from engine.explicacao.vista import decisao_vista
from engine.modelo import AtendenteRow, DecisaoRow, FilaRow, Quem
from engine.politica.modelo import Politica
from tests.actors.cena import ADMIN, EMPRESA, Cena

MINUTO = 60_000


@pytest.fixture
def cena() -> Cena:
    return Cena()


def explicado(cena: Cena, ticket: str) -> str:
    nomes = {row.id: row.nome for row in cena.loja.de(AtendenteRow, EMPRESA)}
    nomes |= {row.id: row.nome for row in cena.loja.de(FilaRow, EMPRESA)}
    rows = [row for row in cena.loja.de(DecisaoRow, EMPRESA) if row.ticket_id == ticket]
    vistas = [decisao_vista(row, nomes.get, {}) for row in sorted(rows, key=lambda row: row.id, reverse=True)]
    espera = cena.pedir(VerNaFila(quem=ADMIN, ticket_id=ticket, com_espera=True)).espera
    return " ".join(explicacao(espera, vistas, nomes.get, {}))


def test_who_gets_it_and_why(cena: Cena) -> None:
    ana, bia = cena.atendente("Ana", capacidade=5), cena.atendente("Bia", capacidade=5)
    primeiro = cena.ticket()
    assert cena.dono(primeiro) == ana
    segundo = cena.ticket()
    assert cena.dono(segundo) == bia
    assert explicado(cena, segundo) == (
        "Foi para Bia porque, dos 2 que podiam recebê-lo, Bia tinha a menor ocupação (0 de 5 vagas; em seguida, Ana, "
        "com 1 de 5)."
    )
    cena.atribuir(segundo, ana)
    assert explicado(cena, segundo) == "Um administrador o deu a Ana."


def test_whoever_becomes_free_or_asks_for_the_next(cena: Cena) -> None:
    ana = cena.atendente("Ana")
    primeiro, segundo = cena.ticket(), cena.ticket()
    cena.mundo.avancar(3 * MINUTO)
    assert explicado(cena, segundo) == "Espera há 3 min na fila Geral, 1º da fila. Falta: 1 vaga de Ana."
    cena.mudar(primeiro, "RESOLVIDO")
    assert explicado(cena, segundo) == (
        "Ana ficou livre e este era o primeiro que podia receber, na fila Geral. "
        "Esperou 3 min, por último na fila Geral."
    )
    manual = cena.fila("Manual", estrategia="MANUAL")
    rui = cena.atendente("Rui", manual)
    pedido = cena.ticket(manual)
    cena.enviar(PuxarTicket(quem=Quem(EMPRESA, rui, "atendente"), fila_id=manual))
    cena.mundo.assentar()
    assert cena.dono(pedido) == rui
    assert explicado(cena, pedido) == "Rui pediu o próximo e este era o primeiro que podia receber, na fila Manual."
    assert cena.dono(segundo) == ana


def test_what_came_back_says_how_and_what_it_waits_for(cena: Cena) -> None:
    ana = cena.atendente("Ana")
    ticket = cena.ticket()
    cena.presenca(ana, online=False)
    texto = explicado(cena, ticket)
    assert texto.startswith("Espera há instantes na fila Geral, 1º da fila. Falta: que Ana fique disponível.")
    assert texto.endswith("Voltou à fila porque Ana ficou offline.")


def test_what_was_only_offered_and_is_closed_says_so_and_what_was_transferred_where_to(cena: Cena) -> None:
    fila, vendas = cena.fila("Oferta"), cena.fila("Vendas")
    cena.pedir(GravarPolitica(quem=ADMIN, fila_id=fila, documento=Politica(modo="oferta")))
    ana, ticket = cena.atendente("Ana", fila), cena.ticket(fila)
    cena.mudar(ticket, "FECHADO")
    assert explicado(cena, ticket) == "Foi ofertado a Ana, a única pessoa que podia recebê-lo."
    dela = cena.ticket(fila)
    cena.atribuir(dela, ana)
    cena.pedir(TransferirTicket(quem=ADMIN, ticket_id=dela, fila_id=vendas, motivo="é de lá"))
    assert explicado(cena, dela).endswith("Um administrador o tirou de Ana e o passou para a fila Vendas: é de lá.")


def test_only_what_waits_has_a_position_and_only_for_who_sees_it(cena: Cena) -> None:
    fila = cena.fila("Cheia")
    cena.atendente("Ana", fila)
    fora = cena.atendente("Fora")
    dado, *esperam = (cena.ticket(fila) for _ in range(4))
    posicoes = [cena.pedir(VerPosicao(quem=ADMIN, ticket_id=ticket)) for ticket in esperam]
    assert [(um.posicao, um.aguardando, um.estimativa) for um in posicoes] == [(1, 3, None), (2, 3, None), (3, 3, None)]
    assert cena.recusa(VerPosicao(quem=ADMIN, ticket_id=dado)) == "ticket_nao_espera"
    de_fora = Quem(EMPRESA, fora, "atendente")
    for comando in (
        VerPosicao(quem=de_fora, ticket_id=esperam[0]),
        VerNaFila(quem=de_fora, ticket_id=esperam[0], com_espera=True),
    ):
        assert cena.recusa(comando) == "ticket_sem_acesso"
    cena.pedir(AtualizarTicket(quem=ADMIN, ticket_id=esperam[0], prioridade="BAIXA"))
    assert cena.pedir(VerPosicao(quem=ADMIN, ticket_id=esperam[0])).posicao == 3
    assert cena.pedir(VerNaFila(quem=ADMIN, ticket_id=dado, com_espera=True)).espera is None


def test_what_is_given_lately_tells_how_long_and_the_error_of_it_is_told(
    cena: Cena, monkeypatch: pytest.MonkeyPatch
) -> None:
    erros: list[Erro] = []
    cena.atendente("Ana")
    tickets = [cena.ticket() for _ in range(12)]
    viva = cena.mundo.ativar(EMPRESA)
    monkeypatch.setattr(viva.ajustes, "opcoes", replace(viva.ajustes.opcoes, espera_errou=erros.append))
    for ticket in tickets[:5]:
        cena.mundo.avancar(MINUTO)
        cena.mudar(ticket, "RESOLVIDO")
    dita = cena.pedir(VerPosicao(quem=ADMIN, ticket_id=tickets[7]))
    assert dita.posicao == 2
    assert dita.estimativa is not None
    assert MINUTO < dita.estimativa.p50 < 3 * MINUTO < dita.estimativa.p90
    for ticket in tickets[5:7]:
        cena.mundo.avancar(MINUTO)
        cena.mudar(ticket, "RESOLVIDO")
    assert [erro.ms for erro in erros] == [2 * MINUTO - dita.estimativa.p50]
    assert erros[0].dentro_do_p90


def test_what_leaves_the_line_otherwise_is_not_compared(cena: Cena) -> None:
    outra = cena.fila("Outra")
    cena.atendente("Ana")
    tickets = [cena.ticket() for _ in range(8)]
    for ticket in tickets[:4]:
        cena.mundo.avancar(MINUTO)
        cena.mudar(ticket, "RESOLVIDO")
    assert cena.pedir(VerPosicao(quem=ADMIN, ticket_id=tickets[6])).estimativa is not None
    cena.pedir(TransferirTicket(quem=ADMIN, ticket_id=tickets[6], fila_id=outra))
    assert cena.pedir(VerPosicao(quem=ADMIN, ticket_id=tickets[6])).estimativa is None
