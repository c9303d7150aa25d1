"""The people of an empresa, as notices ask for them: who they are, what they see, and what they prefer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import msgspec

from engine.avisos.modelo import PapelAvisado, Preferencias
from engine.modelo import Papel, PreferenciaAvisosRow, Quem
from engine.permissoes import TER_PRESENCA, pode

if TYPE_CHECKING:
    from actors.diretorio.empresa_viva import EmpresaViva

SEM_EMAIL: Final = "@sem-email.invalid"
"""So ends the address of an agent of whom none is known."""
_NENHUMA: Final = Preferencias()
_ler: Final = msgspec.json.Decoder(Preferencias).decode


class Gente:
    """Implements :class:`engine.avisos.quem.Gente`. Who is an agent is known by that; of others, who has come once, as
    what it came then.
    """

    __slots__ = ("_por_papel", "_preferencias", "_rows", "_viva")

    def __init__(self, viva: EmpresaViva, rows: Iterable[PreferenciaAvisosRow]) -> None:
        self._viva = viva
        self._rows: dict[str, PreferenciaAvisosRow] = {}
        self._preferencias: dict[str, Preferencias] = {}
        self._por_papel: dict[Papel, dict[str, None]] = {}
        for row in rows:
            self.mudou(row)

    def row(self, usuario_id: str) -> PreferenciaAvisosRow | None:
        return self._rows.get(usuario_id)

    def preferencias(self, usuario_id: str) -> Preferencias:
        return self._preferencias.get(usuario_id, _NENHUMA)

    def email(self, usuario_id: str) -> str | None:
        """Where somebody is written to."""
        atendente, row = self._viva.diretorio.atendente_row(usuario_id), self._rows.get(usuario_id)
        if atendente is not None and not atendente.email.endswith(SEM_EMAIL):
            return atendente.email
        return None if row is None else row.email

    def nome(self, usuario_id: str) -> str:
        atendente = self._viva.diretorio.atendente_row(usuario_id)
        return "" if atendente is None else atendente.nome

    def dita(self, quem: Quem, usuario_id: str, dados: str, now: int) -> PreferenciaAvisosRow:
        """What is known of somebody from now on, by what it comes as."""
        return PreferenciaAvisosRow(self._viva.name, usuario_id, quem.papel, quem.email, dados, now)

    def apresentado(self, quem: Quem) -> bool:
        """Whether it is known already as what it comes now. Who is an agent is without this; a program is nobody."""
        if quem.id is None or not pode(quem, TER_PRESENCA):
            return True
        row = self._rows.get(quem.id)
        if row is None:
            return quem.papel == "atendente"
        return (row.papel, row.email) == (quem.papel, quem.email)

    # -- as notices ask ------------------------------------------------------------------------------------------------

    def com_papel(self, papel: PapelAvisado) -> Iterable[str]:
        return self._por_papel.get(papel, ())

    def da_fila(self, fila_id: str) -> Iterable[str]:
        return sorted(self._viva.diretorio.quem_serve(fila_id))

    def da_equipe(self, equipe_id: str) -> Iterable[str]:
        return sorted(self._viva.diretorio.participacao.da_equipe.de(equipe_id))

    def conhece(self, usuario_id: str) -> bool:
        diretorio = self._viva.diretorio
        return (usuario_id in self._rows or diretorio.e_atendente(usuario_id)) and not diretorio.foi_excluido(
            usuario_id
        )

    def ve(self, usuario_id: str, fila_id: str, atendente_id: str | None) -> bool:
        if not self.conhece(usuario_id):
            return False
        row = self._rows.get(usuario_id)
        papel: Papel = "atendente" if row is None or row.papel is None else row.papel
        return self._viva.diretorio.pode_ver(Quem(self._viva.name, usuario_id, papel), fila_id, atendente_id)

    # -- written by callbacks of turns ---------------------------------------------------------------------------------

    def mudou(self, row: PreferenciaAvisosRow) -> None:
        self.saiu(row.usuario_id)
        self._rows[row.usuario_id] = row
        self._preferencias[row.usuario_id] = _ler(row.dados)
        if row.papel is not None:
            self._por_papel.setdefault(row.papel, {})[row.usuario_id] = None

    def saiu(self, usuario_id: str) -> None:
        row = self._rows.pop(usuario_id, None)
        self._preferencias.pop(usuario_id, None)
        if row is not None and row.papel is not None:
            self._por_papel[row.papel].pop(usuario_id, None)
