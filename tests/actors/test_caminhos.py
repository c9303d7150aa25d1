"""Every way by which an agent comes to have a ticket, and what keeps it from that on each: a new one is not missed."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from actors.atendente.comandos import AtualizarAtendente, ExcluirAtendente
from actors.documentos.comandos import CriarDocumento
from actors.empresa.comandos import AtualizarEmpresa, BalancearCarga
from actors.fila.comandos import IncluirMembro, PuxarTicket, RemoverMembro
from actors.fila.comandos_politica import GravarPolitica
from actors.ticket.comandos import (
    AceitarOferta,
    AtribuirTicket,
    AtualizarTicket,
    EnviarMensagem,
    ReabrirTicket,
    TransferirTicket,
)
from engine.modelo import Quem
from engine.politica.capacidade import Capacidade
from engine.politica.modelo import HabilidadeExigida, Oferta, Politica, RegraDeHabilidades, Transbordo
from engine.sla.modelo import Escalonamento, PoliticaSla
from engine.vistas import json_text
from tests.actors.cena import ADMIN, EMPRESA, Cena

RAIZ: Final = Path(__file__).parents[2]

ONDE_SE_DA: Final = {
    ("actors/ticket/dono.py", "_aceitar"),  # what the distribution promised, and what is pulled
    ("actors/ticket/dono.py", "dar"),  # atribuir, transferir, PATCH, the end of an atendente
    ("actors/ticket/oferta.py", "aceitar"),
    ("actors/ticket/balanceamento.py", "_mudar_de_dono"),  # what spreads the load
    ("actors/ticket/volta.py", "acordado"),  # what waited on the customer, or was put off
    ("actors/ticket/dono.py", "assumir"),
}
"""The functions that make an agent the owner of a ticket, or have it go on with one. Each is tried below."""

DAO: Final = frozenset({"assumir", "ao_responder"})


def chamadas(arquivo: Path) -> set[str]:
    """The functions of a file that call what gives, or write EM_ANDAMENTO into a row."""
    achadas = set()
    for funcao in ast.walk(ast.parse(arquivo.read_text(encoding="utf-8"))):
        if not isinstance(funcao, ast.FunctionDef):
            continue
        for no in ast.walk(funcao):
            if isinstance(no, ast.Call):
                nome = no.func.attr if isinstance(no.func, ast.Attribute) else getattr(no.func, "id", "")
                poe = [um for um in no.keywords if um.arg == "status" and "EM_ANDAMENTO" in ast.dump(um.value)]
                muda = nome == "replace" and any(um.arg == "status" for um in no.keywords)
                if nome in DAO or (nome == "replace" and poe) or (muda and funcao.name == "_com_status"):
                    achadas.add(funcao.name)
    return achadas


def test_there_is_no_way_to_have_a_ticket_that_is_not_tried_here() -> None:
    onde = {
        (str(arquivo.relative_to(RAIZ)), funcao)
        for arquivo in (RAIZ / "actors").rglob("*.py")
        for funcao in chamadas(arquivo)
    }
    assert onde == ONDE_SE_DA


# -- each way, and what keeps an agent from it -------------------------------------------------------------------------

PEDE: Final = Politica(habilidades=(RegraDeHabilidades(exige=(HabilidadeExigida(nome="espanhol", nivel=3),)),))


class Casa:
    """Ana serves a fila and has a slot. ``ticket`` waits in it, and is nobody's yet, or one's of ``outras``."""

    def __init__(self, politica: Politica) -> None:
        self.cena = Cena()
        self.fila = self.cena.fila("fila")
        self.documento = politica
        self.outras: set[str] = set()
        self.ana = self.cena.atendente("ana", self.fila)
        self.sabe(espanhol=True)

    def sabe(self, *, espanhol: bool) -> None:
        habilidades = ("espanhol",) if espanhol else ()
        self.cena.pedir(AtualizarAtendente(quem=ADMIN, atendente_id=self.ana, habilidades=habilidades))

    def politica(self, **campos: object) -> None:
        documento = Politica(**({"habilidades": self.documento.habilidades} | campos))  # type: ignore[arg-type]
        self.cena.pedir(GravarPolitica(quem=ADMIN, fila_id=self.fila, documento=documento))


def fora(casa: Casa) -> None:
    casa.cena.pedir(RemoverMembro(quem=ADMIN, fila_id=casa.fila, atendente_id=casa.ana))


def ausente(casa: Casa) -> None:
    casa.cena.presenca(casa.ana, online=False)


def em_pausa(casa: Casa) -> None:
    casa.cena.presenca(casa.ana, online=True, estado="pausa")


def lotada(casa: Casa) -> None:
    """Another ticket, of another fila, takes her slot."""
    outra = casa.cena.fila("outra")
    casa.cena.pedir(IncluirMembro(quem=ADMIN, fila_id=outra, atendente_id=casa.ana))
    ticket = casa.cena.ticket(outra)
    assert casa.cena.dono(ticket) == casa.ana


def sem_saber(casa: Casa) -> None:
    casa.sabe(espanhol=False)


IMPEDIMENTOS: Final = (fora, ausente, em_pausa, lotada, sem_saber)
Caminho = Callable[[Casa, Callable[[Casa], None] | None], str]
"""Does something that gives a ticket to Ana, with what keeps her from it put in the way before that. The ticket."""


def automatico(casa: Casa, impede: Callable[[Casa], None] | None) -> str:
    casa.politica()
    if impede is not None:
        impede(casa)
    return casa.cena.ticket(casa.fila)


def por_oferta(casa: Casa, impede: Callable[[Casa], None] | None) -> str:
    casa.politica(modo="oferta", oferta=Oferta(segundos=60))
    ticket = casa.cena.ticket(casa.fila)
    if impede is lotada:
        return ticket  # the slot is kept for what is offered: nothing else takes it
    if impede is not None:
        impede(casa)
    tentar(casa, AceitarOferta(quem=Quem(EMPRESA, casa.ana, "atendente"), ticket_id=ticket))
    return ticket


def puxado(casa: Casa, impede: Callable[[Casa], None] | None) -> str:
    casa.politica(estrategia="MANUAL")
    ticket = casa.cena.ticket(casa.fila)
    if impede is not None:
        impede(casa)
    tentar(casa, PuxarTicket(quem=Quem(EMPRESA, casa.ana, "atendente"), fila_id=casa.fila))
    return ticket


def atribuido(casa: Casa, impede: Callable[[Casa], None] | None) -> str:
    casa.politica(estrategia="MANUAL")
    ticket = casa.cena.ticket(casa.fila)
    if impede is not None:
        impede(casa)
    tentar(casa, AtribuirTicket(quem=ADMIN, ticket_id=ticket, atendente_id=casa.ana))
    return ticket


def transferido(casa: Casa, impede: Callable[[Casa], None] | None) -> str:
    casa.politica(estrategia="MANUAL")
    de_fora = casa.cena.fila("de fora", estrategia="MANUAL")
    ticket = casa.cena.ticket(de_fora)
    if impede is not None:
        impede(casa)
    tentar(casa, TransferirTicket(quem=ADMIN, ticket_id=ticket, fila_id=casa.fila, atendente_id=casa.ana))
    return ticket


def tomado(casa: Casa, impede: Callable[[Casa], None] | None) -> str:
    """PATCH to EM_ANDAMENTO, by herself."""
    casa.politica(estrategia="MANUAL")
    ticket = casa.cena.ticket(casa.fila)
    if impede is not None:
        impede(casa)
    tentar(casa, AtualizarTicket(quem=Quem(EMPRESA, casa.ana, "atendente"), ticket_id=ticket, status="EM_ANDAMENTO"))
    return ticket


def _resolvido(casa: Casa) -> str:
    casa.politica()
    ticket = casa.cena.ticket(casa.fila)
    assert casa.cena.dono(ticket) == casa.ana
    casa.cena.pedir(AtualizarTicket(quem=ADMIN, ticket_id=ticket, status="RESOLVIDO"))
    return ticket


def reaberto(casa: Casa, impede: Callable[[Casa], None] | None) -> str:
    ticket = _resolvido(casa)
    if impede is not None:
        impede(casa)
    tentar(casa, ReabrirTicket(quem=ADMIN, ticket_id=ticket))
    return ticket


def resolvido_que_volta(casa: Casa, impede: Callable[[Casa], None] | None) -> str:
    """The contact writes to a resolved one."""
    ticket = _resolvido(casa)
    if impede is not None:
        impede(casa)
    tentar(casa, EnviarMensagem(quem=ADMIN, ticket_id=ticket, conteudo="Oi", direcao="recebida"))
    return ticket


def resolvido_que_continua(casa: Casa, impede: Callable[[Casa], None] | None) -> str:
    """PATCH of a resolved one to EM_ANDAMENTO."""
    ticket = _resolvido(casa)
    if impede is not None:
        impede(casa)
    tentar(casa, AtualizarTicket(quem=ADMIN, ticket_id=ticket, status="EM_ANDAMENTO"))
    return ticket


def balanceado(casa: Casa, impede: Callable[[Casa], None] | None) -> str:
    """Duda has too much of it."""
    casa.politica()
    casa.cena.presenca(casa.ana, online=False)
    duda = casa.cena.atendente("duda", casa.fila, capacidade=4)
    casa.cena.pedir(AtualizarAtendente(quem=ADMIN, atendente_id=duda, habilidades=("espanhol",)))
    ticket = [casa.cena.ticket(casa.fila) for _ in range(3)][-1]
    assert casa.cena.dono(ticket) == duda
    casa.outras.add(duda)
    casa.cena.presenca(casa.ana, online=True)
    if impede is not None:
        impede(casa)
    balancear = BalancearCarga(quem=ADMIN, atendente_id=duda, incluir_atribuidos=True)
    tentar(casa, balancear)
    return ticket


def transbordado(casa: Casa, impede: Callable[[Casa], None] | None) -> str:
    """What waits where nobody is goes where she is."""
    casa.politica()
    cheia = casa.cena.fila("cheia")
    para = (Transbordo(para=casa.fila, apos_segundos=3600),)
    casa.cena.pedir(GravarPolitica(quem=ADMIN, fila_id=cheia, documento=Politica(transbordos=para)))
    ticket = casa.cena.ticket(cheia)
    if impede is not None:
        impede(casa)
    tentar(casa, BalancearCarga(quem=ADMIN))
    return ticket


def escalonado(casa: Casa, impede: Callable[[Casa], None] | None) -> str:
    """The SLA policy says who is to have what nobody has answered in time."""
    casa.politica(estrategia="MANUAL")
    para_ana = Escalonamento(em="violado", atendente=casa.ana)
    dados = json_text(PoliticaSla(primeira_resposta_segundos=60, escalonamentos=(para_ana,)))
    casa.cena.pedir(CriarDocumento(quem=ADMIN, tipo="politica_sla", nome="Ouro", dados=dados))
    ticket = casa.cena.ticket(casa.fila)
    if impede is not None:
        impede(casa)
    casa.cena.mundo.avancar(60_000)
    return ticket


def tentar(casa: Casa, comando: object) -> None:
    """Whether it is granted or refused."""
    casa.cena.enviar(comando)  # type: ignore[arg-type]
    casa.cena.mundo.assentar()


CAMINHOS: Final = (
    automatico, por_oferta, puxado, atribuido, transferido, tomado, reaberto, resolvido_que_volta,
    resolvido_que_continua, balanceado, transbordado, escalonado,
)  # fmt: skip


@pytest.mark.parametrize("caminho", CAMINHOS, ids=lambda um: um.__name__)
def test_by_each_way_she_has_it_if_nothing_keeps_her_from_it(caminho: Caminho) -> None:
    casa = Casa(PEDE)
    ticket = caminho(casa, None)
    assert casa.cena.dono(ticket) == casa.ana


@pytest.mark.parametrize("impede", IMPEDIMENTOS, ids=lambda um: um.__name__)
@pytest.mark.parametrize("caminho", CAMINHOS, ids=lambda um: um.__name__)
def test_by_no_way_she_has_it_if_anything_does(caminho: Caminho, impede: Callable[[Casa], None]) -> None:
    casa = Casa(PEDE)
    ticket = caminho(casa, impede)
    assert casa.cena.dono(ticket) in {None, *casa.outras}
    assert casa.cena.ativos(casa.ana) <= 1


@pytest.mark.parametrize("escreve", [True, False])
@pytest.mark.parametrize("impede", [fora, lotada], ids=lambda um: um.__name__)
def test_what_waited_on_the_customer_asks_again_for_the_fila_and_for_room(
    impede: Callable[[Casa], None], *, escreve: bool
) -> None:
    """For her presence it does not ask: it is hers."""
    casa = Casa(Politica())
    casa.cena.pedir(AtualizarEmpresa(quem=ADMIN, capacidade=json_text(Capacidade(custo_pendente=0))))
    casa.politica()
    ticket = casa.cena.ticket(casa.fila)
    casa.cena.pedir(AtualizarTicket(quem=ADMIN, ticket_id=ticket, status="PENDENTE"))
    impede(casa)
    if escreve:
        tentar(casa, EnviarMensagem(quem=ADMIN, ticket_id=ticket, conteudo="Oi", direcao="recebida"))
        assert casa.cena.ver(ticket).status == "ABERTO"
    else:
        tentar(casa, AtualizarTicket(quem=ADMIN, ticket_id=ticket, status="EM_ANDAMENTO"))
        assert casa.cena.ver(ticket).status == "PENDENTE"


def test_who_takes_the_place_of_a_deleted_one_serves_the_fila_or_it_waits() -> None:
    casa = Casa(Politica())
    casa.politica()
    ticket = casa.cena.ticket(casa.fila)
    bia = casa.cena.atendente("bia")
    casa.cena.pedir(ExcluirAtendente(quem=ADMIN, atendente_id=casa.ana, realocar=bia))
    casa.cena.mundo.avancar(1_000)
    assert casa.cena.dono(ticket) is None
