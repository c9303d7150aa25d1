"""Who is let in, and who sees which contacts: what an empresa knows of its users beside their tokens."""

from __future__ import annotations

from collections.abc import Mapping

from engine import emails, permissoes
from engine.errors import Conflict
from engine.indice import Indice
from engine.modelo import AcessoRow, AtendenteRow, ContatosVisiveis, Quem


class Acesso:
    """``excluidos`` are the atendentes that were deleted, each with the instant up to which its tokens stay no good
    when an admin brings it back. Written only by callbacks of successful turns.
    """

    __slots__ = ("_emails", "contatos_visiveis", "excluidos")

    def __init__(self, contatos_visiveis: ContatosVisiveis, excluidos: Mapping[str, int]) -> None:
        self.contatos_visiveis = contatos_visiveis
        self.excluidos = dict(excluidos)
        self._emails = Indice()

    def ve_todos_os_contatos(self, quem: Quem) -> bool:
        return permissoes.ve_todos_os_contatos(quem, self.contatos_visiveis)

    def email_de_outro(self, email: str, atendente_id: str) -> bool:
        """Whether another atendente has this address, however it is written."""
        return any(id_ != atendente_id for id_ in self._emails.de(emails.canonico(email)))

    def exigir_email_livre(self, email: str, atendente_id: str) -> None:
        if self.email_de_outro(email, atendente_id):
            raise Conflict("email_em_uso", f"Já há um atendente com o e-mail {email}")

    # -- written by callbacks of turns -----------------------------------------------------------------------------

    def chegou(self, row: AtendenteRow) -> None:
        self.excluidos.pop(row.id, None)
        self._emails.por(emails.canonico(row.email), row.id)

    def email_mudou(self, antes: str, row: AtendenteRow) -> None:
        self._emails.tirar(emails.canonico(antes), row.id)
        self._emails.por(emails.canonico(row.email), row.id)

    def saiu(self, row: AtendenteRow) -> None:
        if row.excluido_em is not None:
            self.excluidos[row.id] = row.excluido_em
        self._emails.tirar(emails.canonico(row.email), row.id)

    def revogou(self, row: AcessoRow) -> None:
        """Should that user be deleted and come back, no older token comes back with it."""
        if row.usuario_id in self.excluidos:
            self.excluidos[row.usuario_id] = row.vale_desde

    def mostrar_contatos(self, quais: ContatosVisiveis) -> None:
        self.contatos_visiveis = quais
