"""The round, of one agent: its slots against its tickets, its presence, what it serves, its deadlines."""

from __future__ import annotations

from actors.diretorio.empresa_viva import EmpresaViva
from engine.capacidade import disponivel
from engine.estados import dono
from engine.invariantes import AgenteVisto, Alvo, Caderno, Lente
from engine.modelo import AtendenteRow, TicketRow


class RondaDosAgentes:
    """``tolerancia``: how long past its deadline something may be (ms)."""

    def __init__(self, viva: EmpresaViva, caderno: Caderno, tolerancia: int) -> None:
        self._viva = viva
        self._diretorio = viva.diretorio
        self._caderno = caderno
        self._tolerancia = tolerancia

    def olhar(self, atendente_id: str, lente: Lente | None) -> int:
        """What it cost, in rows."""
        row = self._diretorio.atendente_row(atendente_id)
        ref = self._diretorio.atendentes.get(atendente_id)
        if row is not None and ref is not None and ref.is_running():
            self._olhar_a_linha(row)
        if lente is None:
            return 1
        visto = lente.agente(atendente_id)
        if visto is None or row is None:
            if (visto is None) != (row is None):
                self._desconhecido(atendente_id, visto)
            return 1
        self._caderno.conferir(2, 5, 12)
        self._olhar_os_arremates(row, visto)
        self._olhar_as_vagas(row, visto)
        self._olhar_o_que_recebe(row, visto)
        self._olhar_as_promessas(row, visto, lente)
        return 1 + len(visto.ocupam)

    def _anotar(self, numero: int, codigo: str, row: AtendenteRow, frase: str, ticket_id: str | None = None) -> None:
        self._caderno.anotar(numero, codigo, f"{row.nome} {frase}", Alvo(ticket_id, row.id), row.id)

    def _desconhecido(self, atendente_id: str, visto: AgenteVisto | None) -> None:
        frase = "A distribuição não conhece este atendente" if visto is None else "A distribuição conhece quem não há"
        self._caderno.anotar(12, "atendente_desconhecido", frase, Alvo(atendente_id=atendente_id))

    def _olhar_a_linha(self, row: AtendenteRow) -> None:
        self._caderno.conferir(13)
        if row.empresa_id != self._viva.name:
            self._anotar(11, "atendente_de_outra_empresa", row, "é de outra empresa")
        if row.offline_em is not None and row.offline_em < self._viva.dispatcher.now() - self._tolerancia:
            self._anotar(13, "graca_vencida", row, "devia ter ficado offline, e não ficou")
        if (row.id in self._viva.contagens.online) != row.online:
            self._anotar(5, "contagem_online", row, "não é contado entre os presentes como está")

    def _olhar_os_arremates(self, row: AtendenteRow, visto: AgenteVisto) -> None:
        if visto.arremate_ate is not None and visto.arremate_ate < self._viva.dispatcher.now() - self._tolerancia:
            self._anotar(13, "arremate_vencido", row, "arremata um ticket além do prazo do arremate")

    def _olhar_as_vagas(self, row: AtendenteRow, visto: AgenteVisto) -> None:
        if not visto.conta_certa:
            self._anotar(2, "conta_errada", row, "não tem as vagas livres que os seus tickets lhe deixam")
        for ticket_id in visto.ocupam:
            ref = self._diretorio.tickets.get(ticket_id)
            ticket = None if ref is None else ref.published(TicketRow)
            parado = ref is not None and not ref.is_running()  # it keeps the slot that it has
            if not parado and (ticket is None or dono(ticket) != row.id):
                self._anotar(1, "vaga_de_outro", row, "tem uma vaga ocupada por um ticket que não é seu", ticket_id)

    def _olhar_o_que_recebe(self, row: AtendenteRow, visto: AgenteVisto) -> None:
        if visto.row is not row:
            self._anotar(12, "atendente_de_antes", row, "não é como a distribuição o conhece")
            return
        if not disponivel(row) and visto.recebe:
            self._anotar(5, "recebe_sem_estar", row, "não está disponível, e pode receber tickets")
        if visto.filas != self._diretorio.filas_que_serve(row.id):
            self._anotar(12, "filas_do_atendente", row, "não atende as filas que a distribuição conhece")

    def _olhar_as_promessas(self, row: AtendenteRow, visto: AgenteVisto, lente: Lente) -> None:
        if visto.excede:
            self._anotar(2, "prometido_demais", row, "tem prometido mais do que lhe cabe")
        for ticket_id in visto.guardam:
            if row.id not in lente.prometido_a(ticket_id):
                self._anotar(2, "vaga_de_ninguem", row, "guarda uma vaga para um ticket que não lhe está prometido")
