"""Since when an agent is idle, told by who is chosen where the longest idle goes first: work counts, nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from actors.atendente.comandos import AtualizarAtendente, Conectou, Desconectou
from actors.fila.comandos import AtualizarFila, IncluirMembro, RemoverMembro
from actors.ticket.comandos import AtualizarTicket, EnviarMensagem, TransferirTicket
from tests.actors.cena import ADMIN, Cena


class Ocio(Cena):
    """Ana has been idle for longer than bia. Beside the fila of both, ana has one of her own, and one given by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.comum = self.fila("comum", estrategia="MAIOR_TEMPO_OCIOSO")
        self.dela, self.manual = self.fila("dela"), self.fila("manual", distribuicao_automatica=False)
        self.ana = self.atendente("ana", self.comum, self.dela, self.manual, capacidade=9)
        self.tem = self.ticket(self.dela)
        self.a_mao = self.ticket(self.manual)
        self.mundo.avancar(1_000)
        self.bia = self.atendente("bia", self.comum, capacidade=9)
        self.mundo.avancar(1_000)

    def proxima(self) -> str:
        """Who is chosen next."""
        self.mundo.avancar(1_000)
        return {self.ana: "ana", self.bia: "bia"}[self.dono(self.ticket(self.comum)) or ""]


def prometer(c: Ocio) -> None:
    c.ticket(c.dela)


def dar_a_mao(c: Ocio) -> None:
    c.atribuir(c.a_mao, c.ana)


def forcar(c: Ocio) -> None:
    c.pedir(AtualizarAtendente(quem=ADMIN, atendente_id=c.ana, capacidade=1))
    c.atribuir(c.a_mao, c.ana, forcar=True)
    c.pedir(AtualizarAtendente(quem=ADMIN, atendente_id=c.ana, capacidade=9))


def liberar(c: Ocio) -> None:
    c.mudar(c.tem, "RESOLVIDO")


def devolver(c: Ocio) -> None:
    """She is alone there, so it is given to her again."""
    c.mudar(c.tem, "ABERTO")


def transferir(c: Ocio) -> None:
    c.pedir(TransferirTicket(quem=ADMIN, ticket_id=c.tem, fila_id=c.manual))


def pausar_e_voltar(c: Ocio) -> None:
    c.presenca(c.ana, online=True, estado="pausa")
    c.presenca(c.ana, online=True, estado="disponivel")


def sair_e_voltar(c: Ocio) -> None:
    c.pedir(AtualizarFila(quem=ADMIN, fila_id=c.dela, ao_ficar_offline="manter"))
    c.presenca(c.ana, online=False)
    c.presenca(c.ana, online=True)


TRABALHO: dict[str, Callable[[Ocio], None]] = {
    "promised": prometer, "given by hand": dar_a_mao, "forced": forcar, "freed": liberar, "returned": devolver,
    "transferred": transferir, "pause and back": pausar_e_voltar, "offline and back": sair_e_voltar,
}  # fmt: skip


def mudar_capacidade(c: Ocio) -> None:
    c.pedir(AtualizarAtendente(quem=ADMIN, atendente_id=c.ana, capacidade=8))


def mudar_nome(c: Ocio) -> None:
    c.pedir(AtualizarAtendente(quem=ADMIN, atendente_id=c.ana, nome="Ana Maria", habilidades=("pt",)))


def dizer_o_mesmo(c: Ocio) -> None:
    c.presenca(c.ana, online=True)
    c.presenca(c.ana, online=True, estado="disponivel")


def cair_e_voltar(c: Ocio) -> None:
    c.pedir(Conectou(quem=ADMIN, atendente_id=c.ana))
    c.pedir(Desconectou(quem=ADMIN, atendente_id=c.ana))
    c.mundo.avancar(10_000)
    c.pedir(Conectou(quem=ADMIN, atendente_id=c.ana))
    c.presenca(c.ana, online=True)


def esperar_o_cliente(c: Ocio) -> None:
    c.mudar(c.tem, "PENDENTE")
    c.recebida(c.tem)


def escrever(c: Ocio) -> None:
    c.pedir(EnviarMensagem(quem=ADMIN, ticket_id=c.tem, conteudo="oi"))
    c.pedir(AtualizarTicket(quem=ADMIN, ticket_id=c.tem, prioridade="ALTA"))


def dar_de_novo(c: Ocio) -> None:
    c.atribuir(c.tem, c.ana)


def mudar_filas(c: Ocio) -> None:
    c.pedir(IncluirMembro(quem=ADMIN, fila_id=c.geral, atendente_id=c.ana))
    c.pedir(RemoverMembro(quem=ADMIN, fila_id=c.dela, atendente_id=c.ana))
    c.pedir(AtualizarFila(quem=ADMIN, fila_id=c.comum, prioridade=9))
    for estrategia in ("ROUND_ROBIN", "MAIOR_TEMPO_OCIOSO"):
        c.pedir(AtualizarFila(quem=ADMIN, fila_id=c.comum, estrategia=estrategia))


OUTRAS: dict[str, Callable[[Ocio], None]] = {
    "nothing": lambda _: None, "capacity": mudar_capacidade, "name": mudar_nome, "the same said again": dizer_o_mesmo,
    "a connection lost and back": cair_e_voltar, "the customer is waited for": esperar_o_cliente,
    "a message and a priority": escrever, "what she has given to her": dar_de_novo, "other filas": mudar_filas,
}  # fmt: skip


@pytest.mark.parametrize("caminho", TRABALHO)
def test_who_had_to_do_with_work_is_idle_from_then_on(caminho: str) -> None:
    cena = Ocio()
    TRABALHO[caminho](cena)
    assert cena.proxima() == "bia"


@pytest.mark.parametrize("caminho", OUTRAS)
def test_who_had_not_has_been_idle_all_the_while(caminho: str) -> None:
    cena = Ocio()
    OUTRAS[caminho](cena)
    assert cena.proxima() == "ana"


def test_the_time_of_a_presence_is_kept_through_what_is_no_change_of_it() -> None:
    """A break that becomes lunch is one absence: what is saved of it is when it began to be idle."""
    cena = Ocio()
    for estado in ("pausa", "almoco"):
        cena.mundo.avancar(1_000)
        cena.presenca(cena.ana, online=True, estado=estado)
        row = cena.mundo.vivas[ADMIN.empresa_id].diretorio.atendente_row(cena.ana)
        assert row is not None
        assert row.ocioso_desde == cena.clock.now() - (1_000 if estado == "almoco" else 0)
