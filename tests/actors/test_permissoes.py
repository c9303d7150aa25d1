"""Every command, of every role: refused at the node's door as the table says, and by the actor as the row says."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any, Final, Literal, get_args, get_origin, get_type_hints

import pytest
from msgspec import NODEFAULT, structs

from actors.atendente.comandos import Conectou, Desconectou, MudarPresenca
from actors.comandos import Comando, ComandoTicket
from actors.contatos.comandos import AtualizarContato, CriarContato
from actors.empresa.comandos import AtualizarEmpresa
from actors.no.no import No
from actors.ticket.comandos import AtribuirTicket, EnviarMensagem, TransferirTicket
from engine import permissoes
from engine.errors import BalcaoError, Forbidden
from engine.modelo import Papel, Quem
from engine.permissoes import Ato
from tests.actors.cena import ADMIN, EMPRESA, Cena
from tests.actors.comandos import COMANDOS
from tests.web.gateway_apoio import servidor

PAPEIS: Final[list[Papel]] = list(get_args(Papel))
NINGUEM_TEM: Final = "ffffffff-0000-7000-8000-000000000000"
A_MAIS: Final[dict[str, object]] = {"forcar": True, "direcao": "recebida", "atendente_id": "seu"}
"""What a command may say by which it does more than others of its class."""
DE_TICKET: Final = [classe for classe in COMANDOS if issubclass(classe, ComandoTicket)]

cada_comando = pytest.mark.parametrize("classe", COMANDOS, ids=[classe.__name__ for classe in COMANDOS])
cada_papel = pytest.mark.parametrize("papel", PAPEIS)


def um(classe: type[Comando[Any]], quem: Quem, **campos: Any) -> Comando[Any]:
    """A command that names nothing that exists, but for these fields."""
    dicas = get_type_hints(classe)
    exigidos: dict[str, Any] = {
        campo.name: _valor(dicas[campo.name])
        for campo in structs.fields(classe)
        if campo.default is NODEFAULT and campo.default_factory is NODEFAULT
    }
    return classe(**exigidos | {"quem": quem} | campos)


def _valor(dica: Any) -> Any:
    """A value of this type."""
    if get_origin(dica) is Literal:
        return get_args(dica)[0]
    if get_origin(dica) is tuple:
        return ()
    valores: dict[Any, object] = {str: NINGUEM_TEM, bool: False, int: 0}
    return valores.get(dica)


def variantes(classe: type[Comando[Any]], quem: Quem) -> Iterator[Comando[Any]]:
    yield um(classe, quem)
    for campo in structs.fields(classe):
        if campo.name in A_MAIS:
            a_mais = A_MAIS[campo.name]
            yield um(classe, quem, **{campo.name: quem.id if a_mais == "seu" else a_mais})


def atos(comando: Comando[Any]) -> list[Ato]:
    tambem = comando.tambem()
    return [comando.ato] if tambem is None else [comando.ato, tambem]


def recusado(comando: Comando[Any]) -> Ato | None:
    """The first of its acts that whoever asks may not do."""
    return next((ato for ato in atos(comando) if not permissoes.pode(comando.quem, ato)), None)


async def resposta(no: No, comando: Comando[Any]) -> BalcaoError | None:
    try:
        await no.pedir(comando)
    except BalcaoError as erro:
        return erro
    return None


@cada_papel
def test_every_command_is_refused_at_the_door_exactly_as_the_table_says(papel: Papel) -> None:
    async def main() -> None:
        async with servidor() as s:
            quem = Quem(EMPRESA, "00000000-0000-7000-8000-0000000000f1", papel, "a@b.c")
            for classe in COMANDOS:
                for comando in variantes(classe, quem):
                    ato, erro = recusado(comando), await resposta(s.no, comando)
                    if ato is None:
                        assert not isinstance(erro, Forbidden) or erro.codigo == "contato_sem_acesso", comando
                    else:
                        assert isinstance(erro, Forbidden), comando
                        assert (erro.codigo, erro.message) == (ato.codigo, ato.recusa), comando

    asyncio.run(main())


@cada_comando
def test_what_a_role_may_not_do_is_refused_before_the_empresa_is_even_looked_at(classe: type[Comando[Any]]) -> None:
    async def main() -> None:
        async with servidor(provisionar=False) as s:
            for papel in PAPEIS:
                for comando in variantes(classe, Quem(EMPRESA, NINGUEM_TEM, papel)):
                    esperado = recusado(comando)
                    erro = await resposta(s.no, comando)
                    assert erro is not None
                    assert erro.codigo == ("empresa_nao_encontrada" if esperado is None else esperado.codigo), comando

    asyncio.run(main())


@pytest.mark.parametrize(
    ("classe", "campos", "ato"),
    [
        (AtribuirTicket, {"forcar": True}, permissoes.FORCAR),
        (AtribuirTicket, {}, None),
        (TransferirTicket, {"forcar": True}, permissoes.FORCAR),
        (TransferirTicket, {}, None),
        (EnviarMensagem, {"direcao": "recebida"}, permissoes.FALAR_PELO_CONTATO),
        (EnviarMensagem, {}, None),
        (MudarPresenca, {"atendente_id": "outra"}, permissoes.MUDAR_PRESENCA_ALHEIA),
        (MudarPresenca, {"atendente_id": "ana"}, None),
        (Conectou, {"atendente_id": "outra"}, permissoes.MUDAR_PRESENCA_ALHEIA),
        (Desconectou, {"atendente_id": "outra"}, permissoes.MUDAR_PRESENCA_ALHEIA),
    ],
)
def test_a_command_says_what_it_does_beside_its_act(
    classe: type[Comando[Any]], campos: dict[str, object], ato: Ato | None
) -> None:
    assert um(classe, Quem(EMPRESA, "ana", "atendente"), **campos).tambem() is ato


def test_the_engine_itself_comes_through_no_door() -> None:
    for classe in COMANDOS:
        assert recusado(um(classe, Quem(EMPRESA, None, "sistema"))) is not None


def test_a_command_that_does_not_say_its_act_cannot_be_defined() -> None:
    with pytest.raises(TypeError, match="Mudo does not say its ato"):

        class Mudo(Comando[None], frozen=True, kw_only=True):
            pass


@pytest.mark.parametrize("classe", DE_TICKET, ids=[classe.__name__ for classe in DE_TICKET])
def test_every_command_for_a_ticket_is_refused_by_the_ticket_to_whoever_does_not_see_it(
    classe: type[Comando[Any]],
) -> None:
    cena = Cena()
    uma, outra = cena.fila("uma"), cena.fila("outra")
    ana = cena.atendente("ana", uma, capacidade=100, online=False)
    bia = cena.atendente("bia", outra, uma, capacidade=100, online=False)
    filas = {ana: {uma}, bia: {uma, outra}}
    gente = [Quem(EMPRESA, id_, papel) for papel in permissoes.TODOS for id_ in (ana, bia, NINGUEM_TEM, None)]
    for quem in gente:
        for fila_id, dono in ((uma, None), (outra, None), (uma, ana), (uma, bia), (outra, bia)):
            ticket = cena.ticket(fila_id)
            if dono is not None:
                cena.pedir(AtribuirTicket(quem=ADMIN, ticket_id=ticket, atendente_id=dono, forcar=True))
            comando = um(classe, quem, ticket_id=ticket)
            ve = permissoes.ve_ticket(quem, fila_id, dono, filas.get(quem.id or "", set()))
            negado = recusado(comando)
            esperado = permissoes.VER_TUDO if negado is None and not ve else negado
            erro = _erro(cena, comando)
            assert (erro is not None and erro.codigo == permissoes.VER_TUDO.codigo) == (
                esperado is permissoes.VER_TUDO
            ), (quem, fila_id, dono)


def _erro(cena: Cena, comando: Comando[Any]) -> BalcaoError | None:
    try:
        cena.pedir(comando)
    except BalcaoError as erro:
        return erro
    return None


@pytest.mark.parametrize("visto", [False, True])
@pytest.mark.parametrize("visiveis", ["dosTickets", "todos"])
@pytest.mark.parametrize("papel", sorted(permissoes.TODOS))
def test_a_contact_is_changed_by_whoever_sees_it_and_by_nobody_who_forgot_to_look(
    papel: Papel, visiveis: Any, visto: bool
) -> None:
    cena = Cena()
    cena.pedir(AtualizarEmpresa(quem=ADMIN, contatos_visiveis=visiveis))
    contato = cena.pedir(CriarContato(quem=ADMIN, nome="João", email="joao@x.y"))
    quem = Quem(EMPRESA, cena.atendente("ana"), papel)
    erro = _erro(cena, AtualizarContato(quem=quem, contato_id=contato.id, visto=visto, nome="José"))
    if visto or permissoes.ve_todos_os_contatos(quem, visiveis):
        assert erro is None
    else:
        assert isinstance(erro, Forbidden)
        assert erro.codigo == "contato_sem_acesso"
