"""Who may see what is one answer, wherever it is asked: of the module, the directory, REST, the SQL, the sockets; and
what a route is for is what its command is for.
"""

from __future__ import annotations

import ast
import asyncio
import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from types import FunctionType, ModuleType
from typing import Any, Final, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

import storage
from actors.atendente.comandos import GarantirAtendente
from actors.comandos import Comando
from actors.diretorio.diretorio import DiretorioLocal
from actors.documentos.comandos import ListarDocumentos
from actors.no.no import No
from actors.ticket.comandos import EnviarMensagem
from engine import permissoes
from engine.errors import Forbidden
from engine.eventos import DE_NOTAS, DE_UMA_PESSOA, POR_TIPO, Alcance, do_ticket
from engine.modelo import ContatoRow, EventoRow, MembroRow, Papel, Quem, TicketRow
from engine.ports import FiltroContatos, FiltroTickets
from storage import Banco
from tests.storage.linhas import Escritor, aberto, contato
from tests.test_arquitetura import RAIZ, arquivos
from tests.web.gateway_apoio import FORMATO, Cliente, empresa_parada, uid
from web.gateway import AjustesGateway, Conexao
from web.gateway._plateia import Plateia
from web.gateway._visao import DE_CONTATO, DE_CONVERSA, alcanca, alcanca_depois
from web.pedido.rota import Pedido, Rota, Rotas
from web.rotas import TODAS
from web.rotas.visiveis import contato_visivel, so_visiveis, ticket_visivel, vidente

# -- what a route is for is what its command is for ------------------------------------------------------------------

POR_OBJETOS: Final[dict[str, set[type[Comando[Any]]]]] = {"POST /atendimento/mensagens/arquivo": {EnviarMensagem}}
"""Routes whose command is sent by an object that they hold."""
AO_LADO: Final[dict[str, set[type[Comando[Any]]]]] = {"Relatórios": {ListarDocumentos}}
"""What routes ask beside what they are for: by which clock days are counted."""


def comandos_de(funcao: FunctionType, vistas: frozenset[object] = frozenset()) -> Iterator[type[Comando[Any]]]:
    """The commands that a function of ``web/`` names, or one that it calls."""
    for no in ast.walk(ast.parse(inspect.getsource(funcao).lstrip())):
        valor = _valor(no, funcao.__globals__)
        if isinstance(valor, type) and issubclass(valor, Comando):
            yield valor
        elif isinstance(valor, FunctionType) and valor.__module__.startswith("web.") and valor not in vistas:
            yield from comandos_de(valor, vistas | {funcao, valor})


def _valor(no: ast.AST, nomes: dict[str, Any]) -> object:
    """What a name, or a name in a module, stands for."""
    if isinstance(no, ast.Name):
        return nomes.get(no.id)
    if isinstance(no, ast.Attribute) and isinstance(no.value, ast.Name):
        modulo = nomes.get(no.value.id)
        return getattr(modulo, no.attr, None) if isinstance(modulo, ModuleType) else None
    return None


@pytest.mark.parametrize("rota", TODAS, ids=[rota.nome for rota in TODAS])
def test_a_route_is_for_those_whom_its_command_is_for(rota: Rota) -> None:
    comandos = {*comandos_de(cast("FunctionType", rota.funcao))} | POR_OBJETOS.get(rota.nome, set())
    comandos -= AO_LADO.get(rota.recurso, set())
    comandos -= {GarantirAtendente}  # asked for those alone who may, before the route's own
    assert comandos or rota.metodo == "GET"
    assert rota.ato in {comando.ato for comando in comandos} or not comandos
    for comando in comandos:
        assert rota.papeis <= comando.ato.papeis, comando


def test_a_route_that_does_not_say_its_act_cannot_be_declared() -> None:
    with pytest.raises(TypeError, match="ato"):
        Rotas("Tickets").get("/mudos", resumo="Mudo")  # type: ignore[call-arg]


@pytest.mark.parametrize("papel", [*sorted(permissoes.TODOS), "gerente"])
@pytest.mark.parametrize("rota", TODAS, ids=[rota.nome for rota in TODAS])
def test_a_route_lets_in_the_roles_of_its_act_and_no_other(rota: Rota, papel: Papel) -> None:
    quem = Quem(uid(1), uid(2), papel)
    if permissoes.pode(quem, rota.ato):
        rota.autorizar(quem)
    else:
        with pytest.raises(Forbidden):
            rota.autorizar(quem)


def test_commands_reach_the_mailboxes_through_the_nodes_door_alone() -> None:
    """Whoever sent one past it would not be asked what its role allows."""
    porta = {"actors.no.no", "actors.no.idempotencia", "actors.no.entradas"}
    errados = [
        f"{arquivo.relative_to(RAIZ)} calls enviar"
        for pacote in ("actors", "web", "balcao")
        for arquivo in arquivos(pacote)
        if _importa(arquivo, "actors.no.entrega", "enviar") and _modulo(arquivo) not in porta
    ]
    assert not errados, "\n".join(errados)


def _modulo(arquivo: Path) -> str:
    return ".".join(arquivo.relative_to(RAIZ).with_suffix("").parts)


def _importa(arquivo: Path, modulo: str, nome: str) -> bool:
    return any(
        isinstance(no, ast.ImportFrom) and no.module == modulo and nome in {alias.name for alias in no.names}
        for no in ast.walk(ast.parse(arquivo.read_text(encoding="utf-8")))
    )


def test_nobody_but_the_module_looks_at_a_role() -> None:
    """A rule that is written where it is asked is one that the next edge misses."""
    outros = {
        "engine/eventos/publicacao.py",  # written down
        "actors/ticket/decisoes.py",  # written down
        "engine/explicacao/decidido.py",  # told as it was written down
        "engine/explicacao/vista.py",  # the same
        "web/gateway/_recepcao.py",  # compared with another token's
        "actors/diretorio/gente.py",  # the same, and written down
    }
    onde = {
        str(arquivo.relative_to(RAIZ))
        for pacote in ("engine", "actors", "web", "storage")
        for arquivo in arquivos(pacote)
        if re.search(r"\.papel\b", arquivo.read_text(encoding="utf-8"))
    }
    assert onde == outros | {"engine/permissoes.py"}


# -- one answer, wherever it is asked --------------------------------------------------------------------------------

FILAS: Final = [uid(n) for n in range(50, 53)]
PESSOAS: Final = [uid(n) for n in range(3)]


class Cena(Struct):
    """An empresa on a real database: tickets of every fila and every owner, open and closed; contacts of some of them,
    one that ``PESSOAS[0]`` made and one that somebody else did, without any.
    """

    laco: asyncio.Runner
    banco: Banco
    empresa: str
    tickets: list[TicketRow]
    contatos: list[ContatoRow]

    def lugares_de(self, contato_id: str) -> list[str]:
        dele = [row for row in self.tickets if row.contato_id == contato_id]
        return sorted({lugar for row in dele for lugar in (row.fila_id, row.atendente_id) if lugar is not None})


class NoParado:
    """What the routes need of a node to know who sees what."""

    def __init__(self, diretorio: DiretorioLocal) -> None:
        self._diretorio = diretorio

    async def ativar(self, empresa_id: str) -> DiretorioLocal:
        assert empresa_id == self._diretorio.empresa_id
        return self._diretorio


@pytest.fixture(scope="module")
def cena(novo_banco: Callable[[], str]) -> Iterator[Cena]:
    dsn = novo_banco()
    with asyncio.Runner() as laco:
        laco.run(storage.migrar(dsn))
        contexto = aberto(dsn)
        banco = laco.run(contexto.__aenter__())
        yield laco.run(_montar(laco, banco))
        laco.run(contexto.__aexit__(None, None, None))


async def _montar(laco: asyncio.Runner, banco: Banco) -> Cena:
    escritor, sorte = await Escritor.de(banco), Random(1)
    contatos = [contato(escritor.id, nome=f"C{n}", telefone=None) for n in range(5)]
    contatos += [contato(escritor.id, nome="De um", telefone=None, criado_por=PESSOAS[0])]
    contatos += [contato(escritor.id, nome="De outro", telefone=None, criado_por=uid(9))]
    tickets = [
        escritor.ticket(
            fila_id=fila_id, atendente_id=dono, status=status, contato_id=sorte.choice(contatos[:4]).id
        )
        for fila_id in FILAS
        for dono in (None, *PESSOAS)
        for status in ("EM_ANDAMENTO" if dono else "ABERTO", "FECHADO")
    ]  # fmt: skip
    um = escritor.ticket(fila_id=FILAS[2], atendente_id=PESSOAS[2], status="FECHADO", contato_id=contatos[4].id)
    await banco.store.commit(escritor.lote(*contatos, *tickets, um, eventos=1))
    return Cena(laco, banco, escritor.id, [*tickets, um], contatos)


gente = st.tuples(st.sampled_from(sorted(permissoes.TODOS)), st.sampled_from([*PESSOAS, uid(9)]))
membros = st.frozensets(st.tuples(st.sampled_from(FILAS), st.sampled_from(PESSOAS)))


@settings(max_examples=60)
@given(gente=gente, membros=membros, visiveis=st.sampled_from(["dosTickets", "todos"]))
def test_who_sees_what_is_one_answer_wherever_it_is_asked(
    cena: Cena, gente: tuple[Papel, str], membros: frozenset[tuple[str, str]], visiveis: Any
) -> None:
    papel, id_ = gente
    viva = empresa_parada(cena.empresa)
    viva.vincular([MembroRow(cena.empresa, fila_id, pessoa_id, True) for fila_id, pessoa_id in membros])
    viva.acesso.mostrar_contatos(visiveis)
    quem = Quem(cena.empresa, id_, papel)
    filas = {fila_id for fila_id, pessoa_id in membros if pessoa_id == id_}
    ve_tickets = {row.id for row in cena.tickets if permissoes.ve_ticket(quem, row.fila_id, row.atendente_id, filas)}
    ve_contatos = {row.id for row in cena.contatos if ve_contato(cena, quem, row, filas, visiveis)}
    o_diretorio_diz(cena, viva.diretorio, quem, ve_tickets)
    cena.laco.run(rest_e_sql_dizem(cena, viva.diretorio, quem, ve_tickets, ve_contatos))
    os_soquetes_dizem(cena, viva.diretorio, quem, ve_tickets, filas, visiveis)


def ve_contato(cena: Cena, quem: Quem, row: ContatoRow, filas: set[str], visiveis: Any) -> bool:
    return permissoes.ve_todos_os_contatos(quem, visiveis) or permissoes.ve_contato_de(
        quem, cena.lugares_de(row.id), filas, row.criado_por
    )


def o_diretorio_diz(cena: Cena, diretorio: DiretorioLocal, quem: Quem, ve: set[str]) -> None:
    """What the actors of tickets ask."""
    for row in cena.tickets:
        assert diretorio.pode_ver(quem, row.fila_id, row.atendente_id) == (row.id in ve)
        if row.id in ve:
            diretorio.exigir_que_veja(quem, row)
        else:
            with pytest.raises(Forbidden):
                diretorio.exigir_que_veja(quem, row)


async def rest_e_sql_dizem(
    cena: Cena, diretorio: DiretorioLocal, quem: Quem, ve_tickets: set[str], ve_contatos: set[str]
) -> None:
    leituras = cena.banco.leituras
    p = Pedido(quem, cast("No", NoParado(diretorio)), leituras)
    assert {row.id for row in cena.tickets if await _deixa(ticket_visivel(p, row.id))} == ve_tickets
    rows, total = await leituras.tickets(cena.empresa, await so_visiveis(p, FiltroTickets()), 1, 100)
    assert ({row.id for row in rows}, total) == (ve_tickets, len(ve_tickets))
    assert {row.id for row in cena.contatos if await _deixa(contato_visivel(p, row.id))} == ve_contatos
    contatos, total = await leituras.contatos(cena.empresa, FiltroContatos(visivel_para=await vidente(p)), 1, 100)
    assert ({row.id for row in contatos}, total) == (ve_contatos, len(ve_contatos))


async def _deixa(leitura: Any) -> bool:
    try:
        await leitura
    except Forbidden:
        return False
    return True


def os_soquetes_dizem(
    cena: Cena, diretorio: DiretorioLocal, quem: Quem, ve: set[str], filas: set[str], visiveis: Any
) -> None:
    plateia = Plateia(diretorio, AjustesGateway())
    conexao = Conexao(FORMATO, Cliente(), 1)
    conexao.quem = quem
    plateia.entrou(conexao)

    def recebe(evento: EventoRow) -> bool:
        indice = conexao in plateia.leitores(evento)
        assert indice == alcanca(diretorio, quem, conexao.salas, evento)
        return indice

    for row in cena.tickets:
        do_ticket_ = evento(cena, "ticket_atualizado", do_ticket(row))
        assert recebe(do_ticket_) == (row.id in ve)
        for lugar in ((row.fila_id, row.atendente_id), None):
            depois = alcanca_depois(diretorio, quem, conexao.salas, do_ticket_, lugar)
            assert depois == (row.id in ve and (lugar is not None or permissoes.pode(quem, permissoes.VER_TUDO)))
        le = row.id in ve and permissoes.pode(quem, permissoes.VER_NOTAS)
        for tipo in sorted(DE_NOTAS):
            for citado in PESSOAS:
                da_nota = evento(cena, tipo, replace(do_ticket(row), lugares=citado))
                assert recebe(da_nota) == (le and (tipo != "mencao" or citado == quem.id))
        falas = [evento(cena, tipo, do_ticket(row)) for tipo in sorted(DE_CONVERSA)]
        ouvidas = [fala.tipo for fala in falas if recebe(fala)]
        assert row.id in ve or not ouvidas
        plateia.entrar_na_sala(conexao, row)
        assert [recebe(fala) for fala in falas] == [row.id in ve] * len(falas)
    for contato_ in cena.contatos:
        lugares = cena.lugares_de(contato_.id)
        visto = permissoes.ve_todos_os_contatos(quem, visiveis) or permissoes.ve_contato_de(quem, lugares, filas)
        for tipo in sorted(DE_CONTATO):
            assert recebe(evento(cena, tipo, Alcance(lugares=" ".join(lugares)))) == visto
    e_gente = permissoes.pode(quem, permissoes.TER_PRESENCA)
    de_quem = [evento(cena, tipo, Alcance(atendente_id=um)) for tipo in sorted(DE_UMA_PESSOA) for um in PESSOAS]
    assert all(recebe(um) == (e_gente and um.atendente_id == quem.id) for um in de_quem)
    for tipo in [*POR_TIPO.keys() - DE_CONTATO - DE_UMA_PESSOA, "do_futuro"]:
        assert recebe(evento(cena, tipo, Alcance())) == permissoes.pode(quem, permissoes.ato_do_evento(tipo))


def evento(cena: Cena, tipo: str, alcance: Alcance) -> EventoRow:
    return EventoRow(
        cena.empresa, 1, tipo, 0, alcance.ticket_id, alcance.fila_id, alcance.atendente_id, alcance.fila_anterior_id,
        alcance.atendente_anterior_id, None, "sistema", "{}", None, lugares=alcance.lugares,
    )  # fmt: skip
