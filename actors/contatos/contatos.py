"""The keeper of an empresa's contacts: the only one to say who they are and whose each address is."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import UNSET
from msgspec.structs import replace

from actors.contatos.adiados import Adiados
from actors.contatos.agenda import Agenda, Contato, enderecos
from actors.contatos.comandos import AtualizarContato, CriarContato, ExcluirContato, UnirContatos
from actors.contatos.mensagens import ConferirConversas, ContatoAtendido, LevarAosTickets, PesquisarContato
from actors.contatos.registro import Registro
from actors.diretorio.empresa_viva import EmpresaViva
from actors.ticket.mensagens import Pesquisar
from engine import identidade, permissoes, telefones
from engine.contatos import Enderecos, chave_de_telefone, chaves
from engine.errors import Conflict, Detalhe, NotFound
from engine.modelo import ContatoRow, EmpresaRow, Quem
from engine.pesquisa.regra import pode_perguntar
from engine.politica.marcas import uma_de_cada
from engine.remendo import com_campos
from engine.runtime import Stateful

UNIDOS_NO_MAXIMO = 1_000
"""Contacts merged into one: all of them are read to merge or delete it."""


class Contatos:
    """Knows people. It is held by the Empresa, so that a ticket and the contact it makes are one change.

    What returns None has been put off: it lacks contacts that have to be read first.
    """

    __slots__ = ("_adiados", "_agenda", "_ator", "_registro", "_viva")

    def __init__(self, ator: Stateful[EmpresaRow], viva: EmpresaViva, agenda: Agenda, adiados: Adiados) -> None:
        self._ator = ator
        self._viva = viva
        self._agenda = agenda
        self._adiados = adiados
        self._registro = Registro(ator, viva, agenda)

    # -- the contact of a ticket -----------------------------------------------------------------------------------

    def de_ticket(
        self, mensagem: object, quem: Quem, nome: str, telefone: str | None, email: str | None, fila_id: str
    ) -> Contato | None:
        """Whoever has these addresses: found, completed, or new. ``fila_id``: where it has a ticket from now on;
        ``mensagem`` is what is put off.
        """
        contato = self._conhecido(telefone, email)
        if contato is None and not self._adiados.adiar(mensagem, chaves(telefone, email)):
            de = Enderecos(telefone, email, ())
            contato = self._completar_ou_criar(quem, next(iter(self._donos(de.chaves)), None), nome, de, fila_id)
        return contato

    def _conhecido(self, telefone: str | None, email: str | None) -> Contato | None:
        """The common case: a contact at hand that has this phone, and no other e-mail than this."""
        if telefone is None:
            return None
        contato = self._agenda.conhecido(chave_de_telefone(telefone))
        return contato if contato is not None and email in {None, contato.row.email} else None

    def de_endereco(
        self, mensagem: object, quem: Quem, nome: str | None, de: Enderecos, fila_id: str
    ) -> tuple[Contato, bool] | None:
        """Whoever a channel tells of: found, completed, or new, as in :meth:`de_ticket`; and whether it was met before.
        ``nome``: what it calls itself; without one, an address stands for it.

        A message that comes from addresses of several contacts proves that they are one person. Those of whom only a
        provider's id is known are united with the one that has the strongest address, the phone first. Any other may be
        one that people made, and are right about: who wrote is the one with the strongest, and people may unite them.
        """
        if self._adiados.adiar(mensagem, de.chaves):
            return None
        donos = self._donos(de.chaves)
        achado = donos[0] if donos else None
        unir = [um for um in donos[1:] if not um.unidos and identidade.so_do_provedor(um.row)]
        if self._adiar(mensagem, enderecos(um.row for um in unir)):
            return None
        for sai in unir:
            if achado is not None and len(achado.unidos) < UNIDOS_NO_MAXIMO:
                achado = self._registro.unido(quem, achado, sai)
        chamado = nome or de.telefone or de.email or de.outros[0].rpartition(":")[2]
        return self._completar_ou_criar(quem, achado, chamado, de, fila_id), achado is not None

    def _donos(self, de: Iterable[str]) -> list[Contato]:
        """Whose these addresses are, which are here: each once, in their order."""
        donos = (self._agenda.de(chave) for chave in de)
        return [*{dono.row.id: dono for dono in donos if dono is not None}.values()]

    def _completar_ou_criar(
        self, quem: Quem, achado: Contato | None, nome: str, de: Enderecos, fila_id: str
    ) -> Contato:  # fmt: skip
        de_ninguem = [chave for chave in de.chaves if self._agenda.de(chave) is None]
        now = self._ator.now()
        if achado is None:
            row = identidade.novo(
                self._ator.row.id, self._viva.ids.novo(), nome, de.telefone, de.email, None, now, outros=de.outros
            )
            return self._registro.novo(quem, row, de_ninguem, fila_id)
        if de_ninguem:
            row = identidade.completar(achado.row, de, de_ninguem, now)
            return self._registro.mudado(quem, achado, row, dict.fromkeys(de_ninguem, row.id), fila_id)
        return achado

    def mudar_de_endereco(
        self, mensagem: object, quem: Quem, de: Enderecos, para: Enderecos, fila_id: str
    ) -> bool | None:
        """A channel tells that whoever had these addresses has those instead: they are the contact's, and the others
        are free. None as everywhere here; False if ``para`` is another contact's, which people may unite with it: a
        number may have been a customer's before it was this one's.
        """
        if self._adiados.adiar(mensagem, (*de.chaves, *para.chaves)):
            return None
        contato = next((dono for chave in de.chaves if (dono := self._agenda.de(chave)) is not None), None)
        if contato is None:
            return True
        donos = [self._agenda.de(chave) for chave in para.chaves]
        if any(dono is not None and dono.row.id != contato.row.id for dono in donos):
            return False
        row = identidade.mudar_de_endereco(contato.row, de, para, self._ator.now())
        largados = [chave for chave in self._agenda.seus_de(contato, de.chaves) if chave not in para.chaves]
        de_quem = dict.fromkeys(largados) | dict.fromkeys(para.chaves, row.id)
        self._registro.mudado(quem, contato, row, de_quem, fila_id, para=para)
        return True

    def adiar(self, mensagem: object, contato_id: str) -> bool:
        """True if this contact has to be read first, and the message was put off."""
        return self._adiados.adiar(mensagem, (), (contato_id,))

    def de_id(self, contato_id: str) -> Contato | None:
        """The contact that stands for this id, which is at hand; None if it was deleted."""
        return self._agenda.contato(contato_id)

    def telefone(self, campo: str, escrito: str | None) -> str | None:
        """A phone of a command as it is kept. Raises Invalid. (What was read is not read again: digits of E.164 can be
        another number of the empresa's country. So the command that waits is the one that came.)
        """
        return None if escrito is None else telefones.exigir(campo, escrito, self._ator.row.pais_padrao)

    def conferir_conversas(self, m: ConferirConversas) -> None:
        """A ticket that was a canal's conversation with a contact has opened again, and the contact may have been
        united with one that has another.
        """
        contato = None if self.adiar(m, m.contato_id) else self._agenda.contato(m.contato_id)
        if contato is not None:
            self.deixar_uma_conversa(m.quem, contato)

    def deixar_uma_conversa(self, quem: Quem, contato: Contato) -> None:
        """Of a contact that was united with others, in case that it did not come to that when it was (a crash)."""
        if contato.unidos:
            self._registro.deixar_uma_conversa(quem, contato)

    def atendido(self, m: ContatoAtendido) -> None:
        """Who served it last is the first to be asked when it writes again, where its fila goes by that."""
        contato = None if self.adiar(m, m.contato_id) else self._agenda.contato(m.contato_id)
        if contato is not None:
            self._registro.atendido(contato, m.atendente_id, m.em)

    def pesquisar(self, m: PesquisarContato) -> None:
        """Whether it may be asked is told to the ticket; that it is asked, if it is, is written down first."""
        if self.adiar(m, m.contato_id):
            return
        contato, ticket = self._agenda.contato(m.contato_id), self._viva.diretorio.tickets.get(m.ticket_id)
        if ticket is None:
            return
        sim = contato is not None and pode_perguntar(m.intervalo_dias, contato.row.pesquisado_em, self._ator.now())
        if sim and contato is not None:
            self._registro.pesquisado(contato, self._ator.now())
        ticket.tell(Pesquisar(m.em, sim=sim))

    def levar_aos_tickets(self, m: LevarAosTickets) -> None:
        self._registro.levar(m)

    # -- what people ask -------------------------------------------------------------------------------------------

    def criar(self, comando: CriarContato) -> ContatoRow | None:
        telefone = self.telefone("telefone", comando.telefone)
        de = chaves(telefone, comando.email)
        if self._adiar(comando, de) or self._adiar(comando, (), self._agenda.unidos_a_donos(de)):
            return None
        self._exigir_enderecos_livres(telefone, comando.email, None)
        quem = comando.quem
        de_quem = None if permissoes.pode(quem, permissoes.VER_TUDO) else quem.id
        row = identidade.novo(
            self._ator.row.id,
            self._viva.ids.novo(),
            comando.nome,
            telefone,
            comando.email,
            comando.observacao,
            self._ator.now(),
            de_quem,
            etiquetas=comando.etiquetas,
        )
        return self._registro.novo(quem, row, de, *(() if de_quem is None else (de_quem,))).row

    def atualizar(self, comando: AtualizarContato) -> ContatoRow | None:
        if not (comando.visto or self._viva.acesso.ve_todos_os_contatos(comando.quem)):
            raise permissoes.contato_sem_acesso()
        telefone = None if comando.telefone is UNSET else self.telefone("telefone", comando.telefone)
        email = None if comando.email is UNSET else comando.email
        de = chaves(telefone, email)
        if self._adiar(comando, de, (comando.contato_id,)):
            return None
        contato = self._exigir(comando.contato_id)
        antes = contato.row
        if self._adiar(comando, enderecos((antes,))) or self._adiar(comando, (), self._agenda.unidos_a_donos(de)):
            return None
        self._exigir_enderecos_livres(telefone, email, antes.id)
        depois = com_campos(antes, comando if comando.telefone is UNSET else replace(comando, telefone=telefone))
        depois = replace(depois, etiquetas=uma_de_cada(depois.etiquetas))
        if depois == antes:
            return antes
        outros = tuple(chave for chave in depois.outros if chave not in de)
        row = replace(depois, outros=outros, atualizado_em=identidade.mudado_em(depois, self._ator.now()))
        ficam = enderecos((row,))
        largados = [chave for chave in self._agenda.seus(contato, (antes,)) if chave not in ficam]
        donos = dict.fromkeys(largados) | dict.fromkeys(de, row.id)
        return self._registro.mudado(comando.quem, contato, row, donos).row

    def unir(self, comando: UnirContatos) -> ContatoRow | None:
        if self._adiar(comando, (), (comando.contato_id, comando.outro_id)):
            return None
        fica, sai = self._exigir(comando.contato_id), self._exigir(comando.outro_id)
        if comando.contato_id == comando.outro_id:
            raise Conflict("mesmo_contato", "Um contato não se une a si mesmo: informe dois ids diferentes")
        if fica.row.id == sai.row.id:  # they are one already
            return fica.row
        if len(fica.unidos) + len(sai.unidos) >= UNIDOS_NO_MAXIMO:
            raise Conflict("contato_cheio", f"Um contato reúne no máximo {UNIDOS_NO_MAXIMO} outros: corrija um deles")
        if self._adiar_ate_ter_tudo(comando, sai):
            return None
        return self._registro.unido(comando.quem, fica, sai).row

    def excluir(self, comando: ExcluirContato) -> None:
        if self._adiar(comando, (), (comando.contato_id,)):
            return
        contato = self._exigir(comando.contato_id)
        if self._adiar_ate_ter_tudo(comando, contato):
            return
        if self._viva.contagens.por_contato.tem_abertos(contato.ids()):
            problema = "o contato tem ticket em aberto: encerre-o antes de excluir"
            raise Conflict("contato_em_uso", f"{contato.row.nome}: {problema}", (Detalhe("tickets", problema),))
        self._registro.excluido(comando.quem, contato)

    # -- what must be so -------------------------------------------------------------------------------------------

    def _adiar(self, comando: object, de: Iterable[str], ids: Iterable[str] = ()) -> bool:
        return self._adiados.adiar(comando, de, ids)

    def _adiar_ate_ter_tudo(self, comando: object, contato: Contato) -> bool:
        """What was merged into a contact, and whose the addresses of all of them are."""
        return self._adiar(comando, (), contato.unidos) or self._adiar(comando, enderecos(self._agenda.rows(contato)))

    def _exigir(self, contato_id: str) -> Contato:
        contato = self._agenda.contato(contato_id)
        if contato is None:
            raise NotFound("contato_nao_encontrado", "Contato não encontrado")
        return contato

    def _exigir_enderecos_livres(self, telefone: str | None, email: str | None, contato_id: str | None) -> None:
        """Conflict, naming whose it is, if an address is shown by another contact, or by one that was merged into it.
        One by which a contact is only found gives way to who shows it.
        """
        problemas: list[Detalhe] = []
        for campo, chave in (("telefone", chaves(telefone, None)), ("email", chaves(None, email))):
            dono = self._agenda.de(chave[0]) if chave else None
            if dono is not None and dono.row.id != contato_id and chave[0] in enderecos(self._agenda.rows(dono)):
                problemas.append(Detalhe(campo, f"já é do contato {dono.row.id}: use este contato, ou una os dois"))
        if problemas:
            campos = " e ".join(problema.campo for problema in problemas)
            raise Conflict("contato_existe", f"Já há um contato com este {campos}", tuple(problemas))
