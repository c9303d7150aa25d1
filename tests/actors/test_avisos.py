"""An agent's browsers are told of its tickets: in the commit of what is told, and only where somebody wants it."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from actors.atendente.comandos import ExcluirAtendente
from actors.canal.comandos import AtualizarCanal, PausarCanal
from actors.empresa.comandos import CancelarInscricao, InscreverPush, VerInscricoes
from actors.fila.comandos import IncluirMembro
from actors.ticket.comandos import AtribuirTicket, EnviarMensagem
from engine.conector.inscricoes import INSCRICOES_MAXIMO
from engine.conector.trabalhos import Push, Trabalho
from engine.modelo import EnvioRow, InscricaoRow, Quem
from tests.actors.cena import ADMIN, EMPRESA
from tests.actors.cena_canal import CenaDeCanal


class Cena(CenaDeCanal):
    """Its canal is one of push; ``ana`` is an agent with room for many."""

    def __init__(self) -> None:
        super().__init__("push")
        self.ana = self.atendente("ana", capacidade=50)

    def inscrever(self, atendente_id: str, n: int = 1, canal_id: str | None = None) -> InscricaoRow:
        self.mundo.avancar(1)
        return self.pedir(
            InscreverPush(
                quem=Quem(EMPRESA, atendente_id, "atendente"),
                endpoint=f"https://push.exemplo/{n}",
                p256dh="chave",
                auth="segredo",
                canal_id=canal_id,
            )
        )

    def inscricoes(self, atendente_id: str) -> list[InscricaoRow]:
        return [*self.pedir(VerInscricoes(quem=Quem(EMPRESA, atendente_id, "atendente"))).inscricoes]

    def avisos(self) -> list[EnvioRow]:
        return sorted((row for row in self.loja.de(EnvioRow, EMPRESA)), key=lambda row: (row.ordem, row.id))

    def um(self) -> tuple[Trabalho, Push]:
        (trabalho,) = self.toma()
        assert trabalho.push is not None
        return trabalho, trabalho.push


def test_who_wants_nothing_to_be_told_costs_no_job() -> None:
    cena = Cena()
    cena.recebida(cena.ticket())
    assert cena.avisos() == []


def test_a_ticket_that_is_given_and_what_the_contact_writes_are_jobs_in_the_lane_of_the_browser() -> None:
    cena = Cena()
    inscricao = cena.inscrever(cena.ana)
    ticket_id = cena.ticket(nome="João")
    cena.recebida(ticket_id)
    dado, escrito = cena.avisos()
    assert {dado.raia, escrito.raia} == {f"push:{inscricao.id}"}
    assert dado.ordem < escrito.ordem
    assert msgspec.json.decode(escrito.dados, type=Push) == Push(
        endpoint="https://push.exemplo/1",
        p256dh="chave",
        auth="segredo",
        titulo="João",
        corpo="Nova mensagem",
        url=f"/tickets/{ticket_id}",
        etiqueta=ticket_id,
    )


def test_the_notice_is_in_the_commit_of_its_cause() -> None:
    cena = Cena()
    cena.inscrever(cena.ana)
    ticket_id = cena.ticket()
    cena.loja.falhar = lambda: "recusado"
    cena.erro(EnviarMensagem(quem=ADMIN, ticket_id=ticket_id, conteudo="oi", direcao="recebida"))
    cena.loja.falhar = lambda: None
    cena.reiniciar()
    assert len(cena.avisos()) == 1
    cena.recebida(ticket_id)
    assert len(cena.avisos()) == 2


def test_who_takes_a_ticket_itself_is_not_told_so() -> None:
    cena = Cena()
    cena.inscrever(cena.ana)
    fila = cena.fila("Vendas", distribuicao_automatica=False)
    cena.pedir(IncluirMembro(quem=ADMIN, fila_id=fila, atendente_id=cena.ana))
    ticket_id = cena.ticket(fila)
    quem = Quem(EMPRESA, cena.ana, "supervisor")
    cena.pedir(AtribuirTicket(quem=quem, ticket_id=ticket_id, atendente_id=cena.ana, forcar=True))
    assert cena.dono(ticket_id) == cena.ana
    assert cena.avisos() == []


def test_by_a_canal_that_does_not_send_nothing_is_written_down() -> None:
    cena = Cena()
    cena.inscrever(cena.ana)
    ticket_id = cena.ticket()
    cena.pedir(PausarCanal(quem=ADMIN, canal_id=cena.canal_id))
    cena.recebida(ticket_id)
    cena.pedir(AtualizarCanal(quem=ADMIN, canal_id=cena.canal_id, ativo=False))
    cena.recebida(ticket_id)
    assert len(cena.avisos()) == 1
    assert cena.inscricoes(cena.ana)


def test_the_text_is_told_only_where_the_canal_says_so_and_is_cut() -> None:
    cena = Cena()
    config = '{"vapidAssunto": "mailto:a@b.c", "mostrarConteudo": "sim"}'
    cena.pedir(AtualizarCanal(quem=ADMIN, canal_id=cena.canal_id, config=config))
    cena.inscrever(cena.ana)
    cena.recebida(cena.ticket(nome="N" * 200))
    dado, escrito = (msgspec.json.decode(row.dados, type=Push) for row in cena.avisos())
    assert (escrito.titulo, escrito.corpo) == ("N" * 80, "oi")
    assert dado.corpo.startswith("Novo atendimento")


def test_a_subscription_that_ended_is_removed_with_all_its_notices_and_is_no_dead_letter() -> None:
    for codigo in ("inscricao_expirada", "inscricao_invalida", "chave_recusada"):
        cena = Cena()
        cena.inscrever(cena.ana)
        cena.ticket()
        trabalho, _ = cena.um()
        cena.resultado(trabalho, "falhou", classe="final", codigo=codigo, erro="não existe mais")
        envio = cena.envio(trabalho.id)
        assert (envio.estado, envio.codigo, envio.dados) == ("cancelado", codigo, "")
        assert cena.inscricoes(cena.ana) == []
        assert [*cena.loja.de(InscricaoRow, EMPRESA)] == []


def test_one_that_was_made_anew_meanwhile_stays() -> None:
    cena = Cena()
    velha = cena.inscrever(cena.ana)
    cena.ticket()
    trabalho, _ = cena.um()
    cena.mundo.avancar(1)
    nova = cena.pedir(
        InscreverPush(
            quem=Quem(EMPRESA, cena.ana, "atendente"),
            endpoint=velha.endpoint,
            p256dh="outra",
            auth="outro",
        )
    )
    cena.resultado(trabalho, "falhou", classe="final", codigo="chave_recusada")
    assert cena.inscricoes(cena.ana) == [nova]
    assert nova.id == velha.id


def test_other_failures_are_tried_again_and_are_dead_letters_in_the_end() -> None:
    cena = Cena()
    cena.inscrever(cena.ana)
    cena.ticket()
    for _ in range(3):
        trabalho, _ = cena.um()
        cena.resultado(trabalho, "falhou", classe="tentar", codigo="500")
        cena.mundo.avancar(3_600_000)
    assert cena.envio(trabalho.id).estado == "falhou"
    assert cena.inscricoes(cena.ana)


def test_of_too_many_the_oldest_goes_and_the_same_browser_again_is_the_same() -> None:
    cena = Cena()
    for n in range(INSCRICOES_MAXIMO + 1):
        cena.inscrever(cena.ana, n)
    cena.inscrever(cena.ana, 5)
    suas = cena.inscricoes(cena.ana)
    assert [row.endpoint for row in suas] == [f"https://push.exemplo/{n}" for n in range(1, INSCRICOES_MAXIMO + 1)]
    assert len([*cena.loja.de(InscricaoRow, EMPRESA)]) == INSCRICOES_MAXIMO


def test_a_browser_is_of_whoever_used_it_last() -> None:
    cena = Cena()
    rui = cena.atendente("rui", online=False)
    dela = cena.inscrever(cena.ana)
    assert cena.recusa(CancelarInscricao(quem=Quem(EMPRESA, rui, "atendente"), inscricao_id=dela.id)) == (
        "inscricao_nao_encontrada"
    )
    cena.inscrever(rui)
    assert cena.inscricoes(cena.ana) == []
    cena.reiniciar()
    assert [row.id for row in cena.inscricoes(rui)] == [dela.id]


def test_a_deletion_takes_the_browsers_of_the_agent_with_it() -> None:
    cena = Cena()
    cena.inscrever(cena.ana)
    cena.pedir(ExcluirAtendente(quem=ADMIN, atendente_id=cena.ana))
    assert [*cena.loja.de(InscricaoRow, EMPRESA)] == []


def test_a_canal_of_another_kind_tells_nobody() -> None:
    cena = Cena()
    comando = InscreverPush(quem=Quem(EMPRESA, cena.ana, "atendente"), endpoint="https://p/1", p256dh="c", auth="a")
    assert cena.recusa(replace(comando, canal_id=cena.canal("zap"))) == "canal_nao_e_push"
    cena.pedir(AtualizarCanal(quem=ADMIN, canal_id=cena.canal_id, ativo=False))
    assert cena.recusa(comando) == "sem_canal_de_push"
