"""``balcao demo``: plays against a real server, and sees what is lost."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from random import Random

import pytest

from balcao.demo.estatistica import duracao, jain, percentis
from balcao.demo.modelo import CAPACIDADE, Atendente, Conversa, Diario, Opcoes, Plano, sortear_conversas
from balcao.demo.resumo import (
    falhas_de_capacidade,
    falhas_de_entrega,
    falhas_de_mensagens,
    falhas_de_numeros,
    falhas_de_status,
)
from tests.servidor import NovoServidor, Servidor
from tests.sistema.banco import consultar

OUVE_CTRL_C = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from balcao.cli import main
main()
"""
"""The command line, also where a shell runs the tests in the background and has all that they start ignore Ctrl-C."""


def encenar(servidor: Servidor, *opcoes: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", OUVE_CTRL_C, "demo", "--url", servidor.url, *opcoes],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=servidor.variaveis(), cwd=servidor.pasta,
    )  # fmt: skip


def test_a_run_serves_everybody_and_finds_nothing_lost(servidor: Servidor) -> None:
    demo = encenar(servidor, "--duracao", "3s", "--contatos", "30", "--atendentes", "4")
    saida, _ = demo.communicate(timeout=90)
    assert demo.returncode == 0, saida
    assert "30 contatos atendidos por 4 atendentes" in saida
    assert "Nada se perdeu." in saida
    assert saida.count("✓") == 5


def test_a_server_killed_in_the_middle_loses_nothing(novo_servidor: NovoServidor) -> None:
    servidor = novo_servidor()
    demo = encenar(servidor, "--duracao", "4s", "--contatos", "40", "--atendentes", "4")
    assert demo.stdout is not None
    saida = "".join(ate(demo.stdout, "atendendo"))
    for _ in range(2):
        servidor.reiniciar()
    resto, _ = demo.communicate(timeout=90)
    assert demo.returncode == 0, saida + resto
    assert "conexões caíram e voltaram" in resto
    assert "Nada se perdeu." in resto


def test_by_whatsapp_every_answer_reaches_its_contact_also_when_the_server_is_killed(
    novo_servidor: NovoServidor,
) -> None:
    servidor = novo_servidor({"CONECTORES": "true", "ENVIO_DUVIDA": "2s"})
    demo = encenar(servidor, "--canal", "whatsapp", "--duracao", "4s", "--contatos", "30", "--atendentes", "4")
    assert demo.stdout is not None
    saida = "".join(ate(demo.stdout, "atendendo"))
    servidor.reiniciar()
    resto, _ = demo.communicate(timeout=120)
    assert demo.returncode == 0, saida + resto
    assert "toda resposta chegou ao contato pelo WhatsApp" in resto
    assert resto.count("✓") == 6
    assert "Nada se perdeu." in resto


@pytest.mark.parametrize("interrompida", [False, True])
async def test_the_canais_of_a_run_by_whatsapp_are_switched_off_at_its_end(
    novo_servidor: NovoServidor, interrompida: bool
) -> None:
    servidor = novo_servidor({"CONECTORES": "true"})
    demo = encenar(servidor, "--canal", "whatsapp", "--duracao", "4s", "--contatos", "10", "--atendentes", "2")
    assert demo.stdout is not None
    saida = "".join(ate(demo.stdout, "atendendo"))
    if interrompida:
        demo.send_signal(signal.SIGINT)
    resto, _ = demo.communicate(timeout=120)
    assert (demo.returncode == 0) is not interrompida, saida + resto
    assert servidor.dsn is not None
    canais = await consultar(servidor.dsn, "SELECT ativo FROM atendimento_canais WHERE excluido_em IS NULL")
    assert canais == [False] * 3


def test_a_server_that_signs_otherwise_is_told_in_one_line(servidor: Servidor) -> None:
    estranho = Servidor(servidor.pasta, ambiente={"JWT_SECRET": "outro segredo, também comprido o bastante"})
    estranho.porta = servidor.porta
    demo = encenar(estranho)
    saida, _ = demo.communicate(timeout=90)
    assert demo.returncode == 1
    (linha,) = saida.splitlines()
    assert "não aceitou o token" in linha
    assert "JWT_SECRET" in linha


def ate(linhas: Iterator[str], palavra: str) -> Iterator[str]:
    for linha in linhas:
        yield linha
        if palavra in linha:
            return
    raise AssertionError(f"{palavra!r} was never said")


# -- what is checked ---------------------------------------------------------------------------------------------------


def diario() -> Diario:
    """One contact, served: ticket 1, messages a and b."""
    conversa = Conversa("João", "5511999998888", "Vendas", 0, 1)
    conversa.ticket_id, conversa.numero, conversa.resolvida_em = "t", 1, 9.0
    conversa.confirmadas = ["a", "b"]
    feito = Diario("e", [conversa], [Atendente("x", "Ana", ("Vendas",))], 0)
    feito.por_ticket["t"] = conversa
    return feito


@pytest.mark.parametrize(
    ("gravadas", "falha"),
    [
        (["a", "b"], None),
        (["a"], "1 mensagens confirmadas não estão no servidor"),
        ([], "2 mensagens confirmadas não estão"),
        (["a", "b", "b2"], "1 mensagens repetidas"),
        (["b", "a"], "mudaram de ordem"),
    ],
)
def test_a_lost_repeated_or_misplaced_message_is_seen(gravadas: list[str], falha: str | None) -> None:
    achada = next(falhas_de_mensagens(diario(), {"t": gravadas}), None)
    assert achada is None if falha is None else falha in str(achada)


@pytest.mark.parametrize(
    ("numeros", "falha"), [([1], False), ([2], True), ([1, 1], True), ([1, 3], True), ([1, 2], True), ([], True)]
)
def test_a_gap_a_repetition_or_a_stray_ticket_is_seen(numeros: list[int], falha: bool) -> None:
    assert (falhas_de_numeros(diario(), [{"numero": numero} for numero in numeros]) is not None) is falha


def test_an_answer_that_did_not_come_or_came_before_another_is_seen() -> None:
    feito = diario()
    (conversa,) = feito.conversas
    conversa.perguntas, conversa.respostas, conversa.chegadas = 2, 2, ["a", "b"]
    assert not list(falhas_de_entrega(feito, {"t": ["q", "a", "q2", "b"]}))
    conversa.chegadas = ["b", "a"]
    assert "outra ordem" in next(falhas_de_entrega(feito, {"t": ["q", "a", "q2", "b"]}))
    conversa.respostas, conversa.chegadas = 1, ["a"]
    assert "1 respostas não chegaram" in next(falhas_de_entrega(feito, {"t": ["q", "a", "q2", "b"]}))


def test_a_ticket_that_is_not_resolved_is_seen() -> None:
    assert not list(falhas_de_status(diario(), [{"id": "t", "status": "RESOLVIDO"}]))
    assert list(falhas_de_status(diario(), [{"id": "t", "status": "EM_ANDAMENTO"}]))
    assert list(falhas_de_status(diario(), []))


def test_an_agent_above_its_capacity_is_seen() -> None:
    feito = diario()
    assert not list(falhas_de_capacidade(feito))
    feito.atendentes[0].maximo = CAPACIDADE + 1
    assert list(falhas_de_capacidade(feito))


# -- the plan ----------------------------------------------------------------------------------------------------------


def test_the_same_seed_draws_the_same_contacts_in_order_of_arrival() -> None:
    opcoes = Opcoes("http://x", "s", contatos=200, duracao_s=30)
    primeiras, segundas = (sortear_conversas(opcoes, Random(7)) for _ in range(2))
    assert [c.chega_em for c in primeiras] == [c.chega_em for c in segundas]
    assert [c.chega_em for c in primeiras] == sorted(c.chega_em for c in primeiras)
    assert all(0 <= c.chega_em <= 30 for c in primeiras)
    assert len({c.telefone for c in primeiras}) == 200


def test_more_agents_for_the_same_contacts_think_longer() -> None:
    poucos = Plano.de(Opcoes("http://x", "s", contatos=1000, atendentes=10))
    muitos = Plano.de(Opcoes("http://x", "s", contatos=1000, atendentes=20))
    assert muitos.pausa_s == pytest.approx(2 * poucos.pausa_s)


# -- the statistics ----------------------------------------------------------------------------------------------------


def test_percentiles_are_measured_values() -> None:
    valores = list(range(100, 0, -1))
    assert percentis(valores, 50, 95, 99, 100) == [50, 95, 99, 100]
    assert percentis([3.0, 1.0], 50) == [1.0]
    assert percentis([], 50, 99) == [None, None]


def test_jain_is_one_for_equal_shares_and_one_nth_for_all_to_one() -> None:
    assert jain([4, 4, 4]) == pytest.approx(1)
    assert jain([9, 0, 0]) == pytest.approx(1 / 3)
    assert jain([0, 0]) is None


@pytest.mark.parametrize(
    ("segundos", "texto"),
    [(None, "–"), (0.0034, "3 ms"), (0.9996, "1,0 s"), (1.44, "1,4 s"), (59.96, "1 min 00 s"), (125, "2 min 05 s")],
)
def test_a_duration_reads_as_people_say_it(segundos: float | None, texto: str) -> None:
    assert duracao(segundos) == texto
