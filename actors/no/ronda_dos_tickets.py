"""The round, of one ticket: its row by itself, what is counted of it, whose slot it holds, where it waits."""

from __future__ import annotations

from itertools import islice
from typing import Final

from actors.diretorio.empresa_viva import LUGARES_NO_MAXIMO, EmpresaViva
from engine.estados import aberto, dono, espera, mensagem_de_espera, oferta_de, silencio_ate
from engine.invariantes import Alvo, Caderno, Lente
from engine.modelo import EmpresaRow, TicketRow
from engine.silencio import adiamento
from engine.silencio.contato import vence

CONVERSAS: Final = LUGARES_NO_MAXIMO
"""Open tickets of one contact that are looked at, to find two conversations by one canal."""


class RondaDosTickets:
    """``tolerancia``: how long past its deadline something may be (ms)."""

    def __init__(self, viva: EmpresaViva, caderno: Caderno, tolerancia: int) -> None:
        self._viva = viva
        self._diretorio = viva.diretorio
        self._caderno = caderno
        self._tolerancia = tolerancia

    def olhar(self, ticket_id: str, lente: Lente | None) -> TicketRow | None:
        """Its row, if its actor is in order."""
        ref = self._diretorio.tickets.get(ticket_id)
        row = None if ref is None or not ref.is_running() else ref.published(TicketRow)
        if row is None:
            return None
        self._caderno.conferir(1, 10, 11)
        self._olhar_a_linha(ticket_id, row)
        self._olhar_o_lugar(row)
        self._olhar_as_contagens(row)
        if row.do_canal and aberto(row.status):
            self._olhar_as_conversas(row)
        oferta = oferta_de(row)
        if oferta is not None:
            self._olhar_a_oferta(row, oferta.ate)
        pendente = mensagem_de_espera(row)
        if pendente is not None:
            self._olhar_a_mensagem(row, pendente.em)
        self._olhar_os_prazos(row)
        if lente is not None:
            self._olhar_a_vaga(row, lente)
            if espera(row):
                self._olhar_a_espera(row, lente)
        return row

    def _anotar(self, numero: int, codigo: str, row: TicketRow, frase: str, outro: str | None = None) -> None:
        """``outro``: the agent that is in it beside its owner."""
        alvo = Alvo(row.id, outro or row.atendente_id, row.fila_id, row.canal_id)
        self._caderno.anotar(numero, codigo, f"O ticket {row.numero} {frase}", alvo)

    def _olhar_a_linha(self, ticket_id: str, row: TicketRow) -> None:
        if row.id != ticket_id:
            self._anotar(1, "ticket_trocado", row, "está no lugar de outro")
        if row.empresa_id != self._viva.name:
            self._anotar(11, "ticket_de_outra_empresa", row, "é de outra empresa")
        com_dono = row.atendente_id is not None
        if (row.status == "EM_ANDAMENTO" and not com_dono) or (row.status == "ABERTO" and com_dono):
            self._anotar(1, "dono_e_status", row, f"está {row.status} {'com' if com_dono else 'sem'} dono")
        empresa = self._diretorio.empresa.published(EmpresaRow)
        if empresa is not None and not 0 < row.numero <= empresa.numero:
            self._anotar(10, "numero_nao_dado", row, f"tem um número que não foi dado: o último é {empresa.numero}")

    def _olhar_o_lugar(self, row: TicketRow) -> None:
        """What it points to is the empresa's."""
        if not aberto(row.status):
            return
        if row.fila_id not in self._diretorio.filas:
            self._anotar(11, "fila_que_nao_ha", row, "é de uma fila que a empresa não tem")
        if row.canal_id is not None and row.canal_id not in self._diretorio.canais:
            self._anotar(11, "canal_que_nao_ha", row, "é de um canal que a empresa não tem")
        tem = dono(row)
        if tem is not None and tem not in self._diretorio.atendentes:
            self._anotar(11, "dono_que_nao_ha", row, "tem um dono que a empresa não tem")

    def _olhar_as_contagens(self, row: TicketRow) -> None:
        contagens, conta = self._viva.contagens, aberto(row.status)
        if contagens.abertos_por_fila.tem(row.fila_id, row.id) != conta:
            self._anotar(1, "contagem_da_fila", row, _contado(conta, "na sua fila"))
        if row.canal_id is not None and contagens.abertos_por_canal.tem(row.canal_id, row.id) != conta:
            self._anotar(1, "contagem_do_canal", row, _contado(conta, "no seu canal"))
        if row.contato_id is not None and contagens.por_contato.tem(row.contato_id, row.id) != conta:
            self._anotar(1, "contagem_do_contato", row, _contado(conta, "no seu contato"))

    def _olhar_as_conversas(self, row: TicketRow) -> None:
        """9. (Of a contact that was merged into another the tickets are looked at by themselves.)"""
        if row.contato_id is None:
            return
        self._caderno.conferir(9)
        deles = islice(self._viva.contagens.por_contato.abertos([row.contato_id]), CONVERSAS)
        outros = (self._diretorio.ticket_row(id_) for id_ in deles if id_ != row.id)
        for outro in outros:
            if outro is not None and outro.do_canal and outro.canal_id == row.canal_id and aberto(outro.status):
                self._anotar(9, "duas_conversas", row, f"e o {outro.numero} são do mesmo contato, pelo mesmo canal")
                return

    def _olhar_a_oferta(self, row: TicketRow, ate: int) -> None:
        self._caderno.conferir(13)
        if ate < self._viva.dispatcher.now() - self._tolerancia:
            self._anotar(13, "oferta_vencida", row, "está oferecido além do prazo da oferta")

    def _olhar_a_mensagem(self, row: TicketRow, em: int) -> None:
        self._caderno.conferir(13)
        if em < self._viva.dispatcher.now() - self._tolerancia:
            self._anotar(13, "mensagem_vencida", row, "espera, e seu contato devia ter sido avisado da posição na fila")

    def _olhar_os_prazos(self, row: TicketRow) -> None:
        """What comes of silence, of being put off, and of what is promised comes in its time."""
        for prazo, codigo, frase in _prazos(row):
            if prazo is not None:
                self._caderno.conferir(13)
                if prazo < self._viva.dispatcher.now() - self._tolerancia:
                    self._anotar(13, codigo, row, frase)

    def _olhar_a_vaga(self, row: TicketRow, lente: Lente) -> None:
        """The slot that it holds is its owner's."""
        tem = dono(row)
        if tem is not None and not lente.tem(tem, row.id):
            self._anotar(1, "sem_vaga", row, "não ocupa uma vaga do seu dono")

    def _olhar_a_espera(self, row: TicketRow, lente: Lente) -> None:
        self._caderno.conferir(12)
        onde = lente.onde(row)
        if onde is None:
            self._anotar(3, "fora_da_linha", row, "espera, e não está na linha da sua fila como é")
        elif onde == "prometido":
            for atendente_id in lente.prometido_a(row.id):
                self._olhar_a_promessa(row, atendente_id)

    def _olhar_a_promessa(self, row: TicketRow, atendente_id: str) -> None:
        """To whom it is promised, or offered, serves the fila. (Whether it may be promised anything, its own round
        says.)
        """
        if not self._diretorio.serve(row.fila_id, atendente_id):
            self._anotar(
                12, "prometido_a_quem_nao_atende", row, "está prometido a quem não atende a fila", atendente_id
            )


def _prazos(row: TicketRow) -> tuple[tuple[int | None, str, str], ...]:
    """When something is due of it (ms), and what is amiss if that has passed."""
    promessa = None if row.sla is None else row.sla.vence
    return (
        (vence(row), "silencio_vencido", "devia ter sido tratado: o contato não respondeu no tempo"),
        (silencio_ate(row), "dono_calado", "devia ter voltado à fila: seu dono não respondeu no tempo"),
        (adiamento.ate(row), "adiamento_vencido", "está adiado para um instante que já passou"),
        (promessa, "sla_vencido", "tem um prazo de SLA que chegou, e disso nada se disse"),
    )


def _contado(conta: bool, onde: str) -> str:
    return f"está aberto, e não é contado {onde}" if conta else f"não está aberto, e é contado {onde}"
