"""Who can be given work, and why not. Slots are counted by the distribution (:mod:`engine.distribuicao.perfil`)."""

from __future__ import annotations

from typing import Literal

from engine.errors import Conflict, Detalhe
from engine.modelo import DISPONIVEL, AtendenteRow

Cheio = Literal["lotado", "maximo_do_canal", "canal_excluido"]
"""Why an agent has no room: all its slots are taken, those for this kind of canal are, or what it has shuts it out."""
Impedimento = Literal["saindo", "fora_da_fila", "offline", "indisponivel", "sem_habilidade", Cheio]
"""Why an agent cannot be given a ticket."""


def disponivel(row: AtendenteRow) -> bool:
    """Whether the agent may be given work at all: online, and in the one state that means ready."""
    return row.online and row.estado == DISPONIVEL and row.excluido_em is None


def impedimento(
    row: AtendenteRow, *, serve: bool, sabe: bool = True, cheio: Cheio | None = None
) -> Impedimento | None:  # fmt: skip
    """What keeps an agent from a ticket, the gravest first: it must serve the ticket's fila (``serve``), be there, be
    ready, have the skills that it asks for (``sabe``), and have room (``cheio``: why not). None: nothing does.
    """
    if not serve:
        return "fora_da_fila"
    if not row.online:
        return "offline"
    if not disponivel(row):
        return "indisponivel"
    return cheio if sabe else "sem_habilidade"


def pode_forcar(impedimento: Impedimento) -> bool:
    """Whether a supervisor may assign all the same: beyond capacity and presence, but never past the fila."""
    return impedimento not in {"fora_da_fila", "saindo"}


def recusa_de(impede: Impedimento, row: AtendenteRow, *, dado: bool = False) -> Conflict:
    """In words: why this agent is not given the ticket. ``dado``: somebody gives it, who may perhaps do so all the
    same.
    """
    codigo, problema = _em_palavras(impede, row)
    remedio = 'escolha outro atendente; ou um supervisor o atribui mesmo assim, com "forcar": true'
    detalhes = (Detalhe("atendenteId", f"{problema}: {remedio}"),) if dado and pode_forcar(impede) else ()
    return Conflict(codigo, f"{row.nome} {problema}", detalhes)


def _em_palavras(impede: Impedimento, row: AtendenteRow) -> tuple[str, str]:
    match impede:
        case "fora_da_fila":
            problema = "não atende a fila deste ticket: inclua-o na fila, ou transfira o ticket para uma que ele atenda"
            return "atendente_fora_da_fila", problema
        case "saindo":
            return "atendente_saindo", "está sendo excluído"
        case "offline":
            return "atendente_offline", "está offline"
        case "indisponivel":
            return "atendente_indisponivel", f"está em {row.estado}"
        case "lotado":
            return "atendente_lotado", f"já ocupa suas {row.capacidade} vagas"
        case "sem_habilidade":
            return "atendente_sem_habilidade", "não tem as habilidades que este ticket exige"
        case "maximo_do_canal":
            return "atendente_lotado", "já tem o máximo de tickets deste tipo de canal"
        case "canal_excluido":
            return "atendente_ocupado", "atende agora um canal que exclui o deste ticket"
