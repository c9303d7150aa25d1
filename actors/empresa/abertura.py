"""Opening tickets: at somebody's word, or because a contact wrote to one that is closed."""

from __future__ import annotations

from functools import partial
from typing import Any

from msgspec.structs import replace

from actors.comandos import ComandoTicket
from actors.contatos.agenda import Contato
from actors.contatos.contatos import Contatos
from actors.diretorio.empresa_viva import EmpresaViva
from actors.empresa.mensagens import AbrirComMensagem, MensagemDoCanal, ParaTicket
from actors.ticket.comandos import Chegada, CriarTicket
from actors.ticket.espera_marcada import com_mensagem_de_espera
from actors.ticket.ticket import Ticket
from engine import eventos
from engine.avisos.ocorrencias import Ocorrencia
from engine.busca import ticket_busca
from engine.contatos import chaves
from engine.envios import janela
from engine.envios.politica import DIA_MS
from engine.errors import Conflict, Detalhe
from engine.estados import com_rota
from engine.eventos import do_ticket, publicar
from engine.identidade import com_etiquetas_do_contato
from engine.modelo import ContatoRow, EmpresaRow, Quem, TicketRow
from engine.politica.da_fila import politica_de
from engine.politica.marcas import com_marcas
from engine.runtime import Ref, Stateful
from engine.sla.passagem import ao_abrir
from engine.vistas import ticket_vista


class Abertura:
    """The row of the actor holds the last ``numero`` given. It is saved in the turn that makes the ticket of that
    number: both are, or neither is, so numbers have no gap.
    """

    __slots__ = ("_ator", "_contatos", "_viva")

    def __init__(self, ator: Stateful[EmpresaRow], viva: EmpresaViva, contatos: Contatos) -> None:
        self._ator = ator
        self._viva = viva
        self._contatos = contatos

    def criar(self, comando: CriarTicket) -> TicketRow | None:
        """The new ticket; None if the command was put off until its contact is read."""
        fila_id = self._fila_de(comando)
        telefone = self._contatos.telefone("contato_telefone", comando.contato_telefone)
        contato = self._contatos.de_ticket(
            comando, comando.quem, comando.contato_nome, telefone, comando.contato_email, fila_id
        )
        if contato is None:
            return None
        lido = comando if telefone == comando.contato_telefone else replace(comando, contato_telefone=telefone)
        return self._abrir(lido, fila_id, contato.row)[0]

    def _fila_de(self, comando: CriarTicket) -> str:
        """The one it names, or else that of its canal, or else the default one."""
        da_vez = self._fila_do_canal(comando.canal_id)
        if comando.fila_id is None:
            return self._viva.diretorio.fila_em_vigor(da_vez)
        self._viva.diretorio.fila(comando.fila_id)
        return comando.fila_id

    def _fila_do_canal(self, canal_id: str | None) -> str | None:
        """Where what comes by a canal waits, if it says so. Raises NotFound."""
        if canal_id is None:
            return None
        self._viva.diretorio.canal(canal_id)
        canal = self._viva.diretorio.canal_row(canal_id)
        return None if canal is None else canal.fila_id

    def pelo_canal(self, m: MensagemDoCanal, contato: Contato, chegada: Chegada) -> tuple[TicketRow, Ref]:
        """A contact wrote by a canal, and has no ticket there: this is the canal's own conversation with it."""
        quem_escreve = contato.row
        comando = CriarTicket(
            quem=m.comando.quem,
            contato_nome=quem_escreve.nome,
            contato_telefone=quem_escreve.telefone,
            contato_email=quem_escreve.email,
            assunto=m.comando.mensagem.assunto,
            canal_id=m.canal.id,
        )
        return self._abrir(comando, self._viva.diretorio.fila_em_vigor(m.canal.fila_id), quem_escreve, chegada)

    def _abrir(
        self, comando: CriarTicket, fila_id: str, contato: ContatoRow, chegada: Chegada | None = None
    ) -> tuple[TicketRow, Ref]:
        """A new ticket: its number, its row, its actor. Its place in line it gets when the turn has succeeded.
        ``chegada``: a canal opens it.
        """
        ator, viva = self._ator, self._viva
        now = ator.now()
        numero = ator.row.numero + 1
        ator.become(replace(ator.row, numero=numero))
        row = TicketRow(
            viva.name,
            viva.ids.novo(),
            numero,
            "ABERTO",
            comando.prioridade,
            comando.contato_nome,
            comando.contato_telefone,
            comando.contato_email,
            comando.assunto,
            fila_id,
            None,
            comando.canal_id,
            False,
            now,
            now,
            now,
            None,
            None,
            None,
            contato.id,
            endereco=None if chegada is None else chegada.endereco,
            do_canal=chegada is not None,
            janela_ate=None if chegada is None else janela.limitada(chegada.janela_ate, now),
        )
        row = com_marcas(row, comando.etiquetas, comando.idioma, comando.habilidades)
        row = com_etiquetas_do_contato(row, contato.etiquetas)
        row = com_mensagem_de_espera(viva, None, self._com_afim(row, contato), now)
        row = replace(row, sla=ao_abrir(row, viva.sla.regra_de(row), now))
        ator.save(row)
        ator.save(ticket_busca(row))
        ticket = Ticket(viva, viva.diretorio.empresa, row).ref
        ator.once_released(partial(viva.nasceu, row, ticket))
        self._publicar_criado(comando.quem, row)
        return row, ticket

    def _com_afim(self, row: TicketRow, contato: ContatoRow) -> TicketRow:
        """With the agent who served the contact last, where its fila asks that one first."""
        fila = self._viva.diretorio.fila_row(row.fila_id)
        afinidade = None if fila is None or not self._viva.distribuicao.ha_afinidade else politica_de(fila).afinidade
        if afinidade is None or contato.atendido_por is None:
            return row
        ha_quanto = row.criado_em - (contato.atendido_em or 0)
        if ha_quanto > afinidade.validade_dias * DIA_MS:
            return row
        return replace(row, rota=com_rota(row, afim=contato.atendido_por))

    def _publicar_criado(self, quem: Quem, row: TicketRow) -> None:
        publicar(self._ator, quem, eventos.TicketCriado(ticket_vista(row)), do_ticket(row))
        if self._viva.avisos.interessa("ticket_criado"):
            self._viva.avisos.avisar(self._ator, Ocorrencia("ticket_criado", row, quem.id, detalhe=row.assunto or ""))

    # -- a contact wrote to a closed ticket ----------------------------------------------------------------------------

    def com_mensagem(self, m: AbrirComMensagem) -> None:
        """The message goes to another ticket that the contact has by the same canal, or to a new one. It may not be
        able to take the message either: then it asks for another again.
        """
        anterior = m.anterior
        contato = self._contato_de(m, anterior)
        if contato is None:
            return
        destino_id = self._outro_ticket(contato, anterior)
        if destino_id is None:
            destino, destino_id = self._abrir_sucessor(m, contato)
            destino.forward(replace(m.comando, ticket_id=destino_id), self._ator.defer())
        else:
            para_ele: ComandoTicket[Any] = replace(m.comando, ticket_id=destino_id)
            self._ator.ref.forward(ParaTicket(para_ele), self._ator.defer())

    def _contato_de(self, m: AbrirComMensagem, ticket: TicketRow) -> Contato | None:
        """The contact that it has, or whose the addresses are that it shows; None if that has to be read first. Raises
        Conflict if its contact was deleted: nothing is kept that would tell who writes.
        """
        if ticket.contato_id is not None:
            if self._contatos.adiar(m, ticket.contato_id):
                return None
            contato = self._contatos.de_id(ticket.contato_id)
            if contato is not None:
                return contato
        telefone, email = ticket.contato_telefone, ticket.contato_email
        if not chaves(telefone, email):
            problema = "o contato deste ticket foi excluído: abra outro ticket, com o nome e o endereço de quem escreve"
            raise Conflict("contato_excluido", f"ticketId: {problema}", (Detalhe("ticketId", problema),))
        fila_id = self._viva.diretorio.fila_em_vigor(ticket.fila_id)
        return self._contatos.de_ticket(m, m.comando.quem, ticket.contato_nome, telefone, email, fila_id)

    def _outro_ticket(self, contato: Contato, anterior: TicketRow) -> str | None:
        """The contact's open ticket, or the one that was resolved last, which may reopen."""
        por_contato, ids = self._viva.contagens.por_contato, contato.ids()
        canal_id = self._viva.diretorio.canal_em_vigor(anterior.canal_id)
        destino = por_contato.aberto(ids, canal_id) or por_contato.resolvido(ids, canal_id)
        return None if destino == anterior.id else destino

    def _abrir_sucessor(self, m: AbrirComMensagem, contato: Contato) -> tuple[Ref, str]:
        """New work: of the one before it has only who wrote, as known today, and by which way."""
        anterior, quem_escreve = m.anterior, contato.row
        comando = CriarTicket(
            quem=m.comando.quem,
            contato_nome=quem_escreve.nome,
            contato_telefone=quem_escreve.telefone,
            contato_email=quem_escreve.email,
            canal_id=self._viva.diretorio.canal_em_vigor(anterior.canal_id),
        )
        fila_id = self._fila_do_canal(comando.canal_id) or anterior.fila_id
        fila_id = self._viva.diretorio.fila_em_vigor(fila_id)
        chegada = None if comando.canal_id is None else m.comando.chegada
        row, ticket = self._abrir(comando, fila_id, quem_escreve, chegada)
        return ticket, row.id
