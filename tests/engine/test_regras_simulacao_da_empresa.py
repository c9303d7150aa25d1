"""What an empresa is, and what came to it once, as a scenario."""

from __future__ import annotations

from random import Random

import msgspec

from engine.modelo import CanalRow, EquipeRow, Prioridade
from engine.politica.capacidade import Capacidade
from engine.politica.modelo import Horario
from engine.ports import TicketPassado
from engine.simulacao import ate_o_fim, simular
from engine.simulacao.da_empresa import (
    EmpresaSimulada,
    EquipeDaEmpresa,
    FilaDaEmpresa,
    cenario_de,
    ensaio_do_passado,
)
from engine.simulacao.ensaio import Ensaio
from engine.simulacao.leitura import exigir, ler_cenario
from engine.simulacao.passado import DURACAO_PADRAO, chegadas_de, presencas_de
from engine.simulacao.turnos import Presenca
from engine.tempo import ms_de
from tests.engine.linhas import atendente, fila

SEGUNDA = ms_de("2026-01-05T12:00:00Z")
"""At nine in São Paulo."""
MINUTO, HORA = 60_000, 3_600_000
A, B, ANA, BIA, EVA, DE_TARDE, ZAP = (f"00000000-0000-7000-8000-{n:012}" for n in range(7))


def passado(
    em: int, atribuido: int | None = None, encerrado: int | None = None, quem: str | None = ANA, fila_id: str = A,
    prioridade: Prioridade = "NORMAL",
) -> TicketPassado:  # fmt: skip
    """Instants in minutes since then."""
    de, ate = (None if um is None else SEGUNDA + um * MINUTO for um in (atribuido, encerrado))
    return TicketPassado("t", SEGUNDA + em * MINUTO, fila_id, prioridade, None, None if de is None else quem, de, ate)


def empresa() -> EmpresaSimulada:
    """A fila of Ana's and Bia's, and one of an equipe that is Eva's, which goes home."""
    return EmpresaSimulada(
        filas=[
            FilaDaEmpresa(fila(A, nome="Geral", politica='{"pontosPorMinuto":2}', prioridade=3), frozenset({ANA, BIA})),
            FilaDaEmpresa(fila(B, nome="Geral"), frozenset()),
        ],
        equipes=[EquipeDaEmpresa(EquipeRow("e", DE_TARDE, "Tarde", None, 0, 0), frozenset({EVA}), frozenset({B}))],
        atendentes=[
            atendente(ANA, capacidade=2, habilidades=("Inglês",), niveis={"Inglês": 5}),
            atendente(BIA, capacidade=0),
            atendente(EVA, turno=msgspec.json.encode(Horario(dias={"seg": (("13:00", "18:00"),)})).decode()),
            atendente("00000000-0000-7000-8000-00000000ffff"),
        ],
        canais=[CanalRow("e", ZAP, "Zap", "whatsapp", None, True, "{}", 0, 0)],
        capacidade=Capacidade(arremate_segundos=30),
    )


def test_an_empresa_is_a_scenario_with_all_that_there_is_in_it() -> None:
    cenario = exigir(cenario_de(empresa()))
    assert [(uma.nome, uma.id, uma.equipes) for uma in cenario.filas] == [
        ("Geral", A, ()),
        (f"Geral {B[-13:]}", B, (DE_TARDE,)),
    ]
    assert (cenario.filas[0].politica.pontos_por_minuto, cenario.filas[0].politica.prioridade) == (2, 3)
    assert [um.id for um in cenario.atendentes] == [ANA, BIA, EVA], "who serves nothing is not there"
    assert cenario.atendentes[0].habilidades == {"Inglês": 5}
    assert cenario.canais == {ZAP: "whatsapp"}
    assert cenario.capacidade.arremate_segundos == 30
    assert ler_cenario(msgspec.json.encode(cenario)) == cenario


def test_tickets_come_again_as_they_came() -> None:
    chegadas = chegadas_de(
        [passado(30, 31, 41), passado(0, None, 7), passado(10), passado(5, fila_id="gone"), passado(6, 7, 27)], {A: 0}
    )
    assert [(um.em - SEGUNDA, um.duracao, um.paciencia) for um in chegadas] == [
        (0, 15 * MINUTO, 7 * MINUTO),  # it gave up, and would have taken as long as the others do
        (6 * MINUTO, 20 * MINUTO, None),
        (10 * MINUTO, 15 * MINUTO, None),
        (30 * MINUTO, 10 * MINUTO, None),
    ]
    assert chegadas_de([passado(0)], {A: 0})[0].duracao == DURACAO_PADRAO


def test_who_has_no_shift_was_there_while_it_had_work_and_the_others_by_their_shift() -> None:
    turno = Horario(dias={"seg": (("10:00", "11:00"),)})
    fim = SEGUNDA + 24 * HORA
    passados = [passado(60, 61, 80), passado(0, 5, 20), passado(100, 120, 24 * 60), passado(0, 1, 2, quem="gone")]
    presencas = presencas_de(passados, [(ANA, None), (BIA, None), (EVA, turno)], "America/Sao_Paulo", SEGUNDA, fim)
    de_cada = {lugar: [uma for uma in presencas if uma.atendente == lugar] for lugar in range(3)}
    assert de_cada[0] == [
        Presenca(SEGUNDA, 0, False),
        Presenca(SEGUNDA + 5 * MINUTO, 0, True),
        Presenca(SEGUNDA + 120 * MINUTO + 1, 0, False),
    ]
    assert de_cada[1] == [Presenca(SEGUNDA, 1, False)]
    assert [(uma.em - SEGUNDA, uma.presente) for uma in de_cada[2]] == [(0, False), (HORA, True), (2 * HORA, False)]
    assert [uma.em for uma in presencas] == sorted(uma.em for uma in presencas)


def test_what_came_once_can_be_gone_through_again_and_sent_to_another_process() -> None:
    passados = [passado(n, n + 1, n + 11) for n in range(0, 60, 5)]
    ensaio = ensaio_do_passado(cenario_de(empresa()), passados, SEGUNDA, SEGUNDA + 2 * HORA)
    assert msgspec.json.decode(msgspec.json.encode(ensaio), type=Ensaio) == ensaio
    resultado = ate_o_fim(simular(ensaio.cenario, Random(1), ensaio.chegadas, ensaio.presencas))
    assert (resultado.total.chegadas, resultado.total.atendidos) == (12, 12)
    assert resultado.atendentes[0].tickets == 12
