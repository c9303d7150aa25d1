"""What a ticket does when its fila, its owner or its canal is deleted and another takes the place."""

from __future__ import annotations

from msgspec.structs import replace

from actors.exclusao.mensagens import TrocarCanal, TrocarDono, TrocarFila
from actors.protocolo import Atribuir, ComandoDeDono, Perdida
from actors.ticket.comandos import TransferirTicket
from actors.ticket.posse import Posse
from engine import estados
from engine.modelo import TicketRow
from engine.runtime import handles


class Troca(Posse):
    """Only what is open moves: a closed ticket keeps on record what it had, and finds what took its place if it is
    opened again.
    """

    __slots__ = ()

    @handles(TrocarFila)
    def trocar_fila(self, m: TrocarFila) -> None:
        row = self.row
        if row.fila_id != m.de or not estados.aberto(row.status):
            return
        antes = self._mudar(replace(row, fila_id=m.para, atualizado_em=self.now()))
        pedido = TransferirTicket(quem=m.quem, ticket_id=row.id, fila_id=m.para, motivo=m.motivo)
        self._publicar_transferido(pedido, antes)

    @handles(TrocarCanal)
    def trocar_canal(self, m: TrocarCanal) -> None:
        row = self.row
        if row.canal_id != m.de or not estados.aberto(row.status):
            return
        antes = self._mudar(replace(row, canal_id=m.para, atualizado_em=self.now()))
        self._publicar_atualizado(m.quem, antes)

    @handles(TrocarDono)
    def trocar_dono(self, m: TrocarDono) -> TicketRow:
        """To the other if it serves the fila; if not, back to the line, for those who do."""
        if estados.dono(self.row) != m.de or m.atendente_id is None:
            return self.row
        if self.group.serve(self.row.fila_id, m.atendente_id):
            self._pedir_vaga(m, self.group.atendente(m.atendente_id), forcar=True)
        else:
            antes = self._mudar(estados.devolver(self.row, self.now()))
            self._publicar_transferido(m, antes)
        return self.row

    def _receber_a_pedido(self, m: Atribuir, comando: ComandoDeDono) -> None:
        if isinstance(comando, TrocarDono) and estados.dono(self.row) != comando.de:  # it has left that agent by itself
            m.atendente.tell(Perdida(self.row.id))
        else:
            super()._receber_a_pedido(m, comando)

    def _mudar(self, depois: TicketRow, dado_por: str | None = None) -> TicketRow:
        if estados.aberto(depois.status) and not estados.aberto(self.row.status):
            fila_id, canal_id = self.group.fila_em_vigor(depois.fila_id), self.group.canal_em_vigor(depois.canal_id)
            depois = replace(depois, fila_id=fila_id, canal_id=canal_id)
        return super()._mudar(depois, dado_por)
