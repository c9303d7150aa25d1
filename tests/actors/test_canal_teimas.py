"""A canal whose provider, connector or store is at odds with it: nothing spins, piles up, or goes twice."""

from __future__ import annotations

from typing import Any

from actors.canal.comandos import BaterPonto, ReenviarMortos
from actors.canal.linha import PAGINA, LinhaDeEnvios
from actors.canal.prazos import Prazos
from engine.conector.enderecos import Endereco
from engine.conector.trabalhos import Resultado
from engine.envios.politica import Politica, Ritmo
from engine.modelo import EnvioRow, MensagemRow
from engine.ports import EnvioGuardado, PaginaDeEnvios
from tests.actors.cena import ADMIN, EMPRESA
from tests.actors.cena_canal import CONECTOR, CenaDeCanal
from tests.actors.test_canal_saida import com_ticket, um


def turnos(cena: CenaDeCanal, ms: int) -> int:
    """How many times the clock had to stop for somebody within so long."""
    paradas = 0
    fim = cena.clock.now() + ms
    while cena.clock.now() < fim:
        proximo = cena.mundo._proximo_prazo()
        if proximo is None or proximo > fim:
            break
        paradas += 1
        cena.mundo.avancar(max(1, proximo - cena.clock.now()))
    return paradas


def test_while_one_job_probes_a_broken_canal_nobody_spins() -> None:
    cena = CenaDeCanal()
    tickets = [cena.escreve(Endereco("telefone", f"+55119999000{n:02}")).ticket_id for n in range(8)]
    for ticket_id in tickets:
        cena.responde(ticket_id)
    for trabalho in cena.toma():
        cena.resultado(trabalho, "falhou", classe="tentar", codigo="2")
    cena.mundo.avancar(6_000)
    sonda = um(cena.toma())
    cena.pede()
    cena.mundo.assentar()
    assert turnos(cena, 10_000) < 50
    cena.resultado(sonda)
    assert len(cena.eventos("mensagem_status")) > 0


def test_whoever_says_all_the_time_that_it_is_at_work_fills_no_memory() -> None:
    cena, ticket_id = com_ticket()
    mensagem = cena.responde(ticket_id)
    cena.toma()
    for _ in range(200):
        cena.mundo.avancar(100)
        cena.pedir(BaterPonto(quem=CONECTOR, canal_id=cena.canal_id, conector="c1"))
    cena.mundo.avancar(54_000)
    assert cena.envio(mensagem.id).estado == "enviando"
    prazos = Prazos()
    for agora in range(0, 60_000, 10):
        prazos.prolongar("a", 1, agora + 60_000, 5_000)
    assert len(prazos) <= 13


class _Ator:
    """What a line needs of its actor."""

    def __init__(self) -> None:
        self.salvos: list[Any] = []

    def now(self) -> int:
        return 1_000

    def save(self, row: Any) -> None:
        self.salvos.append(row)


class _Leitura:
    """A line of a canal, and the pages that it asked for."""

    def __init__(self) -> None:
        self.ator = _Ator()
        self.pedidas: list[Any] = []
        self.linha = LinhaDeEnvios(
            self.ator,  # type: ignore[arg-type]
            Politica(),
            Ritmo(),
            lambda empresa_id, arquivo_id: f"/{empresa_id}/{arquivo_id}",
            lambda depois, limite: self.pedidas.append((depois, limite)),
            lambda antes, depois: self.ator.save(depois),
            lambda motivo: None,
            lambda: 0.5,
            lambda row: None,
        )

    def toma(self) -> list[str]:
        return [trabalho.id for trabalho in self.linha.tomar("c1", 10)]


def _guardado(n: int, estado: Any = "pendente") -> EnvioGuardado:
    id_ = f"00000000-0000-7000-8000-{n:012}"
    row = EnvioRow(
        EMPRESA, id_, "canal", "saida", "enviar_mensagem", estado, f"telefone:{n}", n, '{"para":{"tipo":"telefone",'
        f'"valor":"{n}"}}}}', 0, 0, tentativas=int(estado != "pendente"), mensagem_id=id_,
    )  # fmt: skip
    return EnvioGuardado(
        row, MensagemRow(EMPRESA, id_, "t", n, "oi", "texto", "enviada", None, None, False, "pendente", 0)
    )


def test_what_was_deleted_while_a_page_was_read_does_not_go_out() -> None:
    leitura, apagada = _Leitura(), _guardado(1)
    leitura.linha.ler_mais()
    leitura.linha.tocar(apagada.row.id, None)
    leitura.linha.lida(PaginaDeEnvios([apagada, _guardado(2)]))
    assert leitura.toma() == [_guardado(2).row.id]
    assert next((row.id, row.estado) for row in leitura.ator.salvos) == (apagada.row.id, "cancelado")


def test_a_job_that_was_answered_while_its_page_was_read_is_not_done_again() -> None:
    leitura, de_fora = _Leitura(), _guardado(2_000, "enviando")
    leitura.linha.ler_mais()
    leitura.linha.lida(PaginaDeEnvios([_guardado(n) for n in range(PAGINA)], [de_fora]))
    for id_ in leitura.toma():
        leitura.linha.responder(Resultado(id=id_, tentativa=1, desfecho="aceito"))
    leitura.linha.ler_mais()
    assert len(leitura.pedidas) == 2
    leitura.linha.responder(Resultado(id=de_fora.row.id, tentativa=1, desfecho="aceito"))
    leitura.linha.lida(PaginaDeEnvios([de_fora]))
    assert not leitura.linha.tem(de_fora.row.id)


def test_dead_letters_that_are_tried_again_together_are_all_tried() -> None:
    cena, ticket_id = com_ticket("api")
    mortas = []
    for n in range(4):
        mortas.append(cena.responde(ticket_id, str(n)).id)
        cena.resultado(um(cena.toma()), "falhou", classe="final", codigo="100")
    assert cena.pedir(ReenviarMortos(quem=ADMIN, canal_id=cena.canal_id, ids=tuple(reversed(mortas)))).quantos == 4
    feitos = []
    while trabalhos := cena.toma():
        feitos.append(um(trabalhos).id)
        cena.resultado(trabalhos[0])
    assert feitos == mortas


def _pesado(n: int, tamanho: int) -> EnvioGuardado:
    """A webhook of so many bytes, of a contact of its own."""
    id_ = f"00000000-0000-7000-8000-{n:012}"
    dados = f'{{"corpo":"{"x" * tamanho}","tipoDeConteudo":"","recebidoEm":0}}'
    row = EnvioRow(EMPRESA, id_, "canal", "entrada", "processar_webhook", "pendente", f"webhook:{n}", n, dados, 0, 0)
    return EnvioGuardado(row, None)


def test_webhooks_of_megabytes_are_not_all_in_memory_nor_in_hand_at_once() -> None:
    leitura = _Leitura()
    leitura.linha.ler_mais()
    leitura.linha.lida(PaginaDeEnvios([]))
    for n in range(100):
        leitura.linha.nova(_pesado(n, 1_000_000).row, None)
    assert len(leitura.linha) <= 10
    em_maos = leitura.toma()
    assert 0 < len(em_maos) <= 9
    assert leitura.linha.proximo(esperam=True) is not None, "a lease ends some time"
    assert leitura.toma() == []
    for id_ in em_maos:
        leitura.linha.responder(Resultado(id=id_, tentativa=1, desfecho="aceito"))
    leitura.linha.ler_mais()
    assert len(leitura.pedidas) == 2, "what did not fit is read when there is room"
    leitura.linha.lida(PaginaDeEnvios([_pesado(n, 1_000_000) for n in range(9, 13)], cortada=True))
    assert len(leitura.toma()) >= 4


def test_a_job_whose_answer_was_lost_is_not_kept_by_beats_for_others() -> None:
    cena, ticket_id = com_ticket()
    mensagem = cena.responde(ticket_id)
    cena.toma()
    for _ in range(3):
        cena.mundo.avancar(30_000)
        cena.pedir(BaterPonto(quem=CONECTOR, canal_id=cena.canal_id, conector="c1", tem=()))
    assert cena.envio(mensagem.id).estado in {"desconhecido", "pendente"}
