"""Who may do what: role × act × row.

An :class:`Ato` is what somebody wants to do, and which roles may. Every command names its own (``Comando.ato``, and
``tambem`` for what it does beside that), so does every route, and there is no way to declare one without. A command is
asked at the node's door, whichever edge it came through; a route asks sooner, before it reads a body. Who is of no role
that an act names may not.

The rules below say what a role leaves open: which tickets, contacts and messages. They are asked in the actor that owns
the row; of what is read from the store by its filters; of what is told by the gateway. ``tests/test_permissoes.py``
holds all of these to this module.
"""

from __future__ import annotations

from collections.abc import Collection, Set
from typing import Final

from msgspec import Struct

from engine import estados, eventos
from engine.errors import Forbidden
from engine.eventos import tipos
from engine.ids import NINGUEM
from engine.modelo import ContatosVisiveis, Papel, Quem, TicketRow
from engine.ports import Vidente

TODOS: Final[frozenset[Papel]] = frozenset({"admin", "supervisor", "atendente", "conector"})
"""Every role that a token can have: ``sistema`` is the engine's own, and asks nobody."""
_CHEFIA: Final[frozenset[Papel]] = frozenset({"admin", "supervisor"})
_PESSOAS: Final[frozenset[Papel]] = _CHEFIA | {"atendente"}
_ADMIN: Final[frozenset[Papel]] = frozenset({"admin"})


class Ato(Struct, frozen=True, gc=False):
    """What may be done by these roles, and how anybody else is refused."""

    papeis: frozenset[Papel]
    codigo: str
    recusa: str


def _ato(papeis: frozenset[Papel], codigo: str = "papel_sem_permissao", recusa: str | None = None) -> Ato:
    return Ato(papeis, codigo, recusa or f"Isto é para {' ou '.join(sorted(papeis))}")


# -- what commands and routes are --------------------------------------------------------------------------------------

VER: Final = _ato(TODOS)
"""Look up what the empresa has set up; of tickets and contacts, those that it sees."""
ATENDER: Final = _ato(TODOS)
"""Work on the tickets and contacts that it sees: open, change, give, close, write."""
CONFIGURAR: Final = _ato(_CHEFIA)
"""Set up the empresa: its filas, canais, equipes, atendentes; merge and delete contacts."""
VER_CANAIS: Final = _ato(_CHEFIA | {"conector"})
"""How the empresa is connected, also as events tell it."""
CONECTAR: Final = _ato(frozenset({"conector"}))
"""Be the connector of a canal: take what is to be sent, and hand over what came in."""
VER_NOTAS: Final = _ato(_PESSOAS)
"""Read what people say of tickets among themselves, of those that it sees. A conector is no person: it hands things to
contacts.
"""
ANOTAR: Final = _ato(_PESSOAS)
EXCLUIR_TICKET: Final = _ato(_ADMIN)
REVOGAR_ACESSO: Final = _ato(_ADMIN)
TER_PRESENCA: Final = _ato(_PESSOAS)
"""Be there to attend. A conector is a program: it is nobody's presence, whatever id it has."""
SER_ATENDENTE: Final = _ato(frozenset({"atendente"}))
"""Become an atendente at its first connection or status change, though nobody made it one."""
VER_ESTADOS: Final = _ato(_PESSOAS)
"""How somebody's days went: when it was there, and what it was doing."""
VER_RELATORIOS: Final = _ato(_PESSOAS)
"""What was counted: of an atendente, its own."""
ENTRE_ATORES: Final = _ato(frozenset(), recusa="Só o próprio servidor pede isto")
"""What actors ask of each other: it comes through no door."""

# -- what a command is beside that, by what it says --------------------------------------------------------------------

FORCAR: Final = _ato(_CHEFIA, "forcar_sem_permissao", "Só supervisor ou admin pode forçar uma atribuição")
"""Assign beyond capacity or presence."""
FALAR_PELO_CONTATO: Final = _ato(
    _ADMIN | {"conector"}, "recebida_sem_permissao", "Só conector ou admin registra mensagens recebidas"
)
"""Record what the contact wrote."""
VER_ESTADOS_ALHEIOS: Final = _ato(_CHEFIA, "estados_de_outro", "Um atendente só vê os próprios estados")
VER_RELATORIOS_ALHEIOS: Final = _ato(_CHEFIA, "relatorio_de_outro", "Um atendente só vê os próprios números")
MUDAR_PRESENCA_ALHEIA: Final = _ato(_CHEFIA, "status_de_outro", "Um atendente só muda o próprio status")

# -- what somebody may of every row, and others of some ----------------------------------------------------------------

VER_TUDO: Final = _ato(
    _CHEFIA | {"conector"}, "ticket_sem_acesso", "Este ticket é de uma fila da qual você não participa"
)  # fmt: skip
"""Every ticket and every contact."""
VER_ACESSOS: Final = _ato(_CHEFIA)
"""Whose tokens were revoked, as events tell it."""
BALANCEAR: Final = _ato(_CHEFIA)
"""Spread the load of others among them."""
DAR_TICKET_ALHEIO: Final = _ato(_CHEFIA)
"""Say who has next what another has."""
EXCLUIR_MENSAGEM_ALHEIA: Final = _ato(
    _CHEFIA, "mensagem_alheia", "Só quem enviou a mensagem, um supervisor ou um admin pode excluí-la"
)
EXCLUIR_NOTA_ALHEIA: Final = _ato(
    _CHEFIA, "nota_alheia", "Só quem escreveu a nota, um supervisor ou um admin pode excluí-la"
)


def pode(quem: Quem, ato: Ato) -> bool:
    return quem.papel in ato.papeis


def exigir(quem: Quem, ato: Ato) -> None:
    """Raise Forbidden unless the role of ``quem`` may."""
    if quem.papel not in ato.papeis:
        raise Forbidden(ato.codigo, ato.recusa)


# -- tickets -----------------------------------------------------------------------------------------------------------


def ve_ticket(quem: Quem, fila_id: str, atendente_id: str | None, filas: Set[str]) -> bool:
    """Whether ``quem``, who serves ``filas``, sees a ticket of that fila and that owner: an atendente sees those of its
    filas and its own.
    """
    if quem.papel in VER_TUDO.papeis:
        return True
    return quem.papel == "atendente" and quem.id is not None and (atendente_id == quem.id or fila_id in filas)


def ticket_sem_acesso() -> Forbidden:
    return Forbidden(VER_TUDO.codigo, VER_TUDO.recusa)


def vidente(quem: Quem, filas: Set[str]) -> Vidente | None:
    """:func:`ve_ticket` as the store is asked for it: through whose eyes it reads. None: ``quem`` sees all."""
    if quem.papel in VER_TUDO.papeis:
        return None
    if quem.papel != "atendente" or quem.id is None:
        return Vidente(NINGUEM, ())
    return Vidente(quem.id, tuple(sorted(filas)))


def pode_dar(quem: Quem, row: TicketRow) -> bool:
    """Whether ``quem`` may say who has it next: anybody while it is nobody's, then its owner, or a supervisor."""
    return estados.dono(row) in {None, quem.id} or pode(quem, DAR_TICKET_ALHEIO)


def conta_como_atendente(quem: Quem, *, cadastrado: bool) -> bool:
    """Whether ``quem`` acts as an agent: it is one by its role, or ``cadastrado`` as one, as a supervisor may be."""
    return quem.papel == "atendente" or cadastrado


# -- messages ----------------------------------------------------------------------------------------------------------


def e_pessoa(quem: Quem) -> bool:
    """Whether its message counts as a first response: people's do, a program's does not."""
    return quem.papel in _PESSOAS


def pergunta(quem: Quem) -> bool:
    """Whether a contact owes an answer to what it says: people's messages and a program's ask, what the system says by
    itself does not.
    """
    return quem.papel in TODOS


def exigir_que_exclua(quem: Quem, remetente_id: str | None) -> None:
    """Raise Forbidden unless ``quem`` may delete a message that ``remetente_id`` sent (None: the contact)."""
    if quem.id is None or quem.id != remetente_id:
        exigir(quem, EXCLUIR_MENSAGEM_ALHEIA)


# -- notes -------------------------------------------------------------------------------------------------------------


def exigir_que_edite(quem: Quem, autor_id: str | None) -> None:
    """Raise Forbidden unless ``quem`` may change a note that ``autor_id`` wrote: nobody puts words into the mouth of
    another.
    """
    if quem.id is None or quem.id != autor_id:
        raise Forbidden("nota_alheia", "Só quem escreveu a nota pode mudá-la; escreva outra")


def exigir_que_exclua_nota(quem: Quem, autor_id: str | None) -> None:
    """Raise Forbidden unless ``quem`` may delete a note that ``autor_id`` wrote."""
    if quem.id is None or quem.id != autor_id:
        exigir(quem, EXCLUIR_NOTA_ALHEIA)


# -- contacts ----------------------------------------------------------------------------------------------------------


def ve_todos_os_contatos(quem: Quem, visiveis: ContatosVisiveis) -> bool:
    """An atendente sees those of the tickets that it sees, unless the empresa has set it otherwise (``visiveis``)."""
    return quem.papel in VER_TUDO.papeis or (quem.papel == "atendente" and visiveis == "todos")


def ve_contato_de(
    quem: Quem, lugares: Collection[str], filas: Set[str], criado_por: str | None = None
) -> bool:  # fmt: skip
    """Whether ``quem``, who serves ``filas`` and sees not every contact, sees one whose tickets are in these
    ``lugares``: their filas and their owners. Without a ticket it is seen by the atendente that made it.
    """
    if quem.papel != "atendente" or quem.id is None:
        return False
    dele = criado_por == quem.id and not lugares
    return dele or quem.id in lugares or not filas.isdisjoint(lugares)


def contato_sem_acesso() -> Forbidden:
    return Forbidden(
        "contato_sem_acesso", "Este contato não tem ticket que você possa ver; procure-o pelo telefone ou e-mail exato"
    )


# -- events ------------------------------------------------------------------------------------------------------------

_DOS_EVENTOS: Final[dict[str, Ato]] = {
    **dict.fromkeys(
        tipos(
            eventos.EmpresaAtualizada,
            eventos.ConfiguracaoAtualizada,
            eventos.FilaCriada,
            eventos.FilaAtualizada,
            eventos.FilaExcluida,
            eventos.FilaMembroIncluido,
            eventos.FilaMembroRemovido,
            eventos.PoliticaAtualizada,
            eventos.EquipeCriada,
            eventos.EquipeAtualizada,
            eventos.EquipeExcluida,
            eventos.EquipeMembroIncluido,
            eventos.EquipeMembroRemovido,
            eventos.EquipeFilaVinculada,
            eventos.EquipeFilaDesvinculada,
            eventos.AtendenteCriado,
            eventos.AtendenteAtualizado,
            eventos.AtendenteStatus,
            eventos.ArremateEncerrado,
            eventos.AtendenteExcluido,
        ),
        VER,
    ),
    **dict.fromkeys(
        tipos(eventos.CanalCriado, eventos.CanalAtualizado, eventos.CanalExcluido, eventos.CanalNovidade), VER_CANAIS
    ),
    **dict.fromkeys(
        tipos(
            eventos.EnviosReenviados,
            eventos.EnviosDescartados,
            eventos.WebhookCriado,
            eventos.WebhookAtualizado,
            eventos.WebhookDesativado,
            eventos.WebhookExcluido,
        ),
        CONFIGURAR,
    ),
    eventos.AcessoRevogado.tipo: VER_ACESSOS,
}


def ato_do_evento(tipo: str) -> Ato:
    """What somebody must be allowed to do to be told of an event about neither a ticket nor a contact. One of which
    nothing is said here is for who configures.
    """
    return _DOS_EVENTOS.get(tipo, CONFIGURAR)
