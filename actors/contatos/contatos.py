"""The keeper of an empresa's contacts: the only writer of who they are and whose each address is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from msgspec import UNSET
from msgspec.structs import replace

from actors.contatos.agenda import Ficha
from actors.contatos.comandos import AtualizarContato, CriarContato, ExcluirContato, UnirContatos
from actors.contatos.espera import Espera
from actors.protocolo import LevarAosTickets
from actors.ticket.mensagens import ContatoMudou
from engine import eventos, identidade, telefones
from engine.contatos import chave_de_telefone, chaves
from engine.errors import Conflict, Detalhe, NotFound
from engine.eventos import Alcance, publicar
from engine.exclusao import contato_excluido
from engine.modelo import ContatoChaveRow, ContatoNosTicketsRow, ContatoRow, EmpresaRow, Quem
from engine.remendo import com_campos
from engine.runtime import handles
from engine.vistas import contato_vista

UNIDOS_NO_MAXIMO = 1_000
"""Contacts merged into one: all of them are read to merge or delete it."""

TICKETS_POR_TURNO = 500
"""Open tickets that are told of their contact's change in one turn: under a millisecond."""


class Contatos(Espera):
    """The part of an Empresa that knows people: in it, so that a ticket and the contact it makes are one change."""

    __slots__ = ()

    row: EmpresaRow

    # -- the contact of a ticket -----------------------------------------------------------------------------------

    def _conhecido(self, telefone: str | None, email: str | None) -> Ficha | None:
        """The common case: a contact at hand that has this phone, and no other e-mail than this."""
        if telefone is None:
            return None
        ficha = self._agenda.conhecida(chave_de_telefone(telefone))
        return ficha if ficha is not None and email in {None, ficha.row.email} else None

    def _contato_de(self, quem: Quem, nome: str, telefone: str | None, email: str | None, fila_id: str) -> Ficha:
        """Whoever has these addresses, which are at hand: found, completed, or new. ``fila_id``: where it has a ticket
        from now on.
        """
        agenda = self._agenda
        achada: Ficha | None = None
        de_ninguem: list[str] = []
        for chave in chaves(telefone, email):
            dona = agenda.de(chave)
            if dona is None:
                de_ninguem.append(chave)
            elif achada is None:
                achada = dona
        if achada is None:
            row = identidade.novo(self.row.id, self.group.ids.novo(), nome, telefone, email, None, self.now())
            return self._nova(quem, row, de_ninguem, fila_id)
        if de_ninguem:
            row = identidade.completar(achada.row, telefone, email, de_ninguem, self.now())
            return self._mudada(quem, achada, row, dict.fromkeys(de_ninguem, row.id), fila_id)
        return achada

    def _nova(self, quem: Quem, row: ContatoRow, de: Iterable[str], *lugares: str) -> Ficha:
        """``lugares``: whom it is told of it, beside those who see all."""
        ficha = Ficha(row)
        self.save(row)
        publicar(self, quem, eventos.ContatoCriado(contato_vista(row)), Alcance(lugares=" ".join(lugares)))
        self._guardar({row.id: ficha}, dict.fromkeys(de, row.id))
        return ficha

    def _mudada(
        self, quem: Quem, antes: Ficha, row: ContatoRow, donos: Mapping[str, str | None], *filas: str
    ) -> Ficha:  # fmt: skip
        """A contact with another row (or the same, if it is only found by more), and whose the addresses are that it
        gains and loses.
        """
        depois = Ficha(row, antes.unidos)
        if row is not antes.row:
            self.save(row)
        alcance = Alcance(lugares=self.group.lugares_de(depois.ids(), *filas))
        mudancas = eventos.mudancas_do_contato(antes.row, row)
        publicar(self, quem, eventos.ContatoAtualizado(contato_vista(row)), alcance, mudancas)
        self._guardar({row.id: depois}, donos)
        if not identidade.mesmo_no_ticket(antes.row, row):
            self._levar_aos_tickets(quem, row, depois.ids())
        return depois

    def _proprios(self, ficha: Ficha, rows: Iterable[ContatoRow]) -> list[str]:
        """Of the addresses that these rows show, which are at hand, those that are this contact's still: one that was
        merged goes on showing what has been replaced since.
        """
        donas = ((chave, self._agenda.de(chave)) for chave in _enderecos(rows))
        return [chave for chave, dona in donas if dona is not None and dona.row.id == ficha.row.id]

    def _levar_aos_tickets(self, quem: Quem, row: ContatoRow, ids: Iterable[str]) -> None:
        """Tickets of these ids show the contact as it is now: what is stored of them with it, those that are open by
        themselves.
        """
        todos = tuple(ids)
        for id_ in todos:
            self.save(ContatoNosTicketsRow(row.empresa_id, id_, row.nome, row.telefone, row.email))
        abertos = tuple(self.group.contagens.por_contato.abertos(todos))
        if abertos:
            self.ref.tell(LevarAosTickets(quem, row, abertos))

    @handles(LevarAosTickets)
    def levar_aos_tickets(self, m: LevarAosTickets) -> None:
        """A part of them in each turn. Whatever has become of the contact meanwhile is what they show."""
        mudou = ContatoMudou(m.quem, self._agenda.atual(m.contato))
        for ticket_id in m.tickets[:TICKETS_POR_TURNO]:
            ticket = self.group.diretorio.tickets.get(ticket_id)
            if ticket is not None:
                ticket.tell(mudou)
        resto = m.tickets[TICKETS_POR_TURNO:]
        if resto:
            self.ref.tell(replace(m, tickets=resto))

    def _guardar(self, fichas: Mapping[str, Ficha | None], donos: Mapping[str, str | None]) -> None:
        """Save whose these addresses are, and have all of it at hand when the turn has succeeded. The turn publishes an
        event, whose ``seq`` says when that is durable.
        """
        empresa_id = self.row.id
        for chave, dono in donos.items():
            self.save(ContatoChaveRow(empresa_id, chave, dono))
        self.once_released(partial(self._lembrar, fichas, donos))

    def _lembrar(self, fichas: Mapping[str, Ficha | None], donos: Mapping[str, str | None]) -> None:
        self._agenda.mudar(fichas, donos, self.group.seq)

    # -- what people ask -------------------------------------------------------------------------------------------

    @handles(CriarContato)
    def criar_contato(self, comando: CriarContato) -> ContatoRow | None:
        telefone = self._telefone("telefone", comando.telefone)
        de = chaves(telefone, comando.email)
        if self._aguardar(comando, de) or self._aguardar(comando, (), self._unidos_a_donas(de)):
            return None
        self._exigir_enderecos_livres(telefone, comando.email, None)
        quem = comando.quem
        de_quem = quem.id if quem.papel == "atendente" else None
        row = identidade.novo(
            self.row.id,
            self.group.ids.novo(),
            comando.nome,
            telefone,
            comando.email,
            comando.observacao,
            self.now(),
            de_quem,
        )
        return self._nova(quem, row, de, *(() if de_quem is None else (de_quem,))).row

    @handles(AtualizarContato)
    def atualizar_contato(self, comando: AtualizarContato) -> ContatoRow | None:
        telefone = None if comando.telefone is UNSET else self._telefone("telefone", comando.telefone)
        email = None if comando.email is UNSET else comando.email
        de = chaves(telefone, email)
        if self._aguardar(comando, de, (comando.contato_id,)):
            return None
        ficha = self._exigir_contato(comando.contato_id)
        antes = ficha.row
        if self._aguardar(comando, _enderecos((antes,))) or self._aguardar(comando, (), self._unidos_a_donas(de)):
            return None
        self._exigir_enderecos_livres(telefone, email, antes.id)
        if comando.telefone is not UNSET:
            comando = replace(comando, telefone=telefone)
        depois = com_campos(antes, comando)
        if depois == antes:
            return antes
        row = replace(depois, atualizado_em=self.now())
        sao = _enderecos((row,))
        largados = [chave for chave in self._proprios(ficha, (antes,)) if chave not in sao]
        return self._mudada(comando.quem, ficha, row, dict.fromkeys(largados) | dict.fromkeys(de, row.id)).row

    @handles(UnirContatos)
    def unir_contatos(self, comando: UnirContatos) -> ContatoRow | None:
        if self._aguardar(comando, (), (comando.contato_id, comando.outro_id)):
            return None
        fica, sai = self._exigir_contato(comando.contato_id), self._exigir_contato(comando.outro_id)
        if comando.contato_id == comando.outro_id:
            raise Conflict("mesmo_contato", "Um contato não se une a si mesmo: informe dois ids diferentes")
        if fica.row.id == sai.row.id:  # they are one already
            return fica.row
        if len(fica.unidos) + len(sai.unidos) >= UNIDOS_NO_MAXIMO:
            raise Conflict("contato_cheio", f"Um contato reúne no máximo {UNIDOS_NO_MAXIMO} outros: corrija um deles")
        if self._aguardar(comando, (), sai.unidos) or self._aguardar(comando, _enderecos(self._rows_de(sai))):
            return None
        return self._unir(comando.quem, fica, sai)

    def _unir(self, quem: Quem, fica: Ficha, sai: Ficha) -> ContatoRow:
        proprios = self._proprios(sai, self._rows_de(sai))
        seus = frozenset(proprios)
        saem = [identidade.so_com(unida, seus) for unida in self._rows_de(sai)]
        row, sairam = identidade.unir(fica.row, saem, self.now())
        for mudada in (row, *sairam):
            self.save(mudada)
        depois = Ficha(row, (*fica.unidos, *(unida.id for unida in sairam)))
        evento = eventos.ContatoUnido(row.id, sai.row.id, contato_vista(row))
        alcance = Alcance(lugares=self.group.lugares_de(depois.ids()))
        publicar(self, quem, evento, alcance, eventos.mudancas_do_contato(fica.row, row))
        self._guardar(
            {row.id: depois} | {unida.id: Ficha(unida) for unida in sairam}, dict.fromkeys(proprios, row.id)
        )  # fmt: skip
        de_quem = sai.ids() if identidade.mesmo_no_ticket(fica.row, row) else depois.ids()
        self._levar_aos_tickets(quem, row, de_quem)
        return row

    @handles(ExcluirContato)
    def excluir_contato(self, comando: ExcluirContato) -> None:
        if self._aguardar(comando, (), (comando.contato_id,)):
            return
        ficha = self._exigir_contato(comando.contato_id)
        if self._aguardar(comando, (), ficha.unidos) or self._aguardar(comando, _enderecos(self._rows_de(ficha))):
            return
        if self.group.contagens.por_contato.tem_abertos(ficha.ids()):
            problema = "o contato tem ticket em aberto: encerre-o antes de excluir"
            raise Conflict("contato_em_uso", f"{ficha.row.nome}: {problema}", (Detalhe("tickets", problema),))
        now, rows = self.now(), self._rows_de(ficha)
        for row in rows:
            self.save(contato_excluido(row, now))
        publicar(self, comando.quem, eventos.ContatoExcluido(ficha.row.id, ficha.unidos), Alcance(lugares=""))
        self._guardar(dict.fromkeys(ficha.ids()), dict.fromkeys(self._proprios(ficha, rows)))

    def _telefone(self, campo: str, escrito: str | None) -> str | None:
        """A phone of a command as it is kept. Raises Invalid. (What was read is not read again: digits of E.164 can be
        another number of the empresa's country. So the command that waits is the one that came.)
        """
        return None if escrito is None else telefones.exigir(campo, escrito, self.row.pais_padrao)

    def _rows_de(self, ficha: Ficha) -> list[ContatoRow]:
        """The contact and those merged into it, which are at hand."""
        unidas = (self._agenda.propria(id_) for id_ in ficha.unidos)
        return [ficha.row, *(unida.row for unida in unidas if unida is not None)]

    def _unidos_a_donas(self, de: Iterable[str]) -> list[str]:
        """Those that were merged into whoever has these addresses."""
        donas = (self._agenda.de(chave) for chave in de)
        return [id_ for dona in donas if dona is not None for id_ in dona.unidos]

    def _exigir_contato(self, contato_id: str) -> Ficha:
        ficha = self._agenda.ficha(contato_id)
        if ficha is None:
            raise NotFound("contato_nao_encontrado", "Contato não encontrado")
        return ficha

    def _exigir_enderecos_livres(self, telefone: str | None, email: str | None, contato_id: str | None) -> None:
        """Conflict, naming whose it is, if an address is shown by another contact, or by one that was merged into it.
        One by which a contact is only found gives way to who shows it.
        """
        problemas: list[Detalhe] = []
        for campo, chave in (("telefone", chaves(telefone, None)), ("email", chaves(None, email))):
            dona = self._agenda.de(chave[0]) if chave else None
            if dona is not None and dona.row.id != contato_id and chave[0] in _enderecos(self._rows_de(dona)):
                problemas.append(Detalhe(campo, f"já é do contato {dona.row.id}: use este contato, ou una os dois"))
        if problemas:
            campos = " e ".join(problema.campo for problema in problemas)
            raise Conflict("contato_existe", f"Já há um contato com este {campos}", tuple(problemas))


def _enderecos(rows: Iterable[ContatoRow]) -> list[str]:
    """The addresses that contacts show."""
    return [chave for row in rows for chave in chaves(row.telefone, row.email)]
