"""The Fila: its waiting line, its roster, and the choice of who is offered what."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import UNSET, Struct
from msgspec.structs import replace

from actors import eventos
from actors.comandos import AtualizarFila, ExcluirFila, FilaEstado, IncluirMembro, RemoverMembro, VerFila
from actors.empresa_viva import EmpresaViva
from actors.protocolo import (
    Aceita,
    Anunciar,
    Apresente,
    Atribuir,
    Chamada,
    Devolver,
    DonoOffline,
    DonoSumiu,
    Enfileirar,
    Oferta,
    PerdeuMembro,
    Perdida,
    Proposta,
    Recusa,
    Retirar,
)
from actors.realocacao import Pendencia, TrocarFila
from actors.saida import Saida
from actors.vinculos import vincular
from engine import estados
from engine.distribuicao import Candidato, Escala, chave_de_espera, prioridade_efetiva
from engine.errors import Conflict, Detalhe
from engine.modelo import EquipeFilaRow, FilaRow, MembroRow, Quem, TicketRow
from engine.ordenado import Chave, Ordenado
from engine.participacao import Vinculo
from engine.runtime import Ref, handles
from engine.vistas import fila_vista

Esperando = tuple[TicketRow, Ref, int]
"""A ticket in line: its row, its ref, the number of its last announcement."""

DESCONHECIDO = -1
"""Not a number of any announcement: the fila was rebuilt."""


class Fila(Saida):
    """A waiting line and the agents who serve it.

    ``_livres`` are the tickets nobody was offered, ``_ofertados`` those on offer, with whom: an offer promises
    nothing, so the line is always both together, and whoever accepts first gets the ticket.
    """

    __slots__ = ("_escala", "_livres", "_ofertado_a", "_ofertados")

    em_uso = ("fila_em_uso", "A fila está em uso e não pode ser excluída")

    row: FilaRow

    def __init__(self, group: EmpresaViva, parent: Ref | None, row: FilaRow) -> None:
        super().__init__(group, parent, row)
        self._esvaziar()

    def _esvaziar(self) -> None:
        self._livres: Ordenado[Esperando] = Ordenado()
        self._ofertados: Ordenado[Esperando] = Ordenado()
        self._ofertado_a: dict[str, str] = {}
        self._escala = Escala(self.row.estrategia)

    def admitir(self, row: TicketRow, ticket: Ref, anuncio: int) -> None:
        """Put a ticket into the line: on activation directly, later through Enfileirar."""
        chave = self._chave(row)
        if row.id in self._ofertado_a:
            self._ofertados.por(row.id, chave, (row, ticket, anuncio))
        else:
            self._livres.por(row.id, chave, (row, ticket, anuncio))

    def _chave(self, row: TicketRow) -> Chave:
        efetiva = prioridade_efetiva(row.prioridade, self.row.prioridade)
        return chave_de_espera(efetiva, row.aguardando_desde, row.numero)

    def restore(self) -> None:
        self._esvaziar()
        for row, ticket in self.group.linhas_de_tickets():
            if row.fila_id == self.row.id and estados.espera(row):
                self.admitir(row, ticket, DESCONHECIDO)

    def recovered(self, message: object) -> None:
        super().recovered(message)
        if isinstance(message, Aceita):
            message.atendente.tell(Perdida(message.ticket_id))
        elif isinstance(message, DonoSumiu):
            message.ticket.tell(DonoOffline(message.atendente_id))
        self._reapresentar()

    def _reapresentar(self) -> None:
        """Have everybody say where they stand: the tickets in line, and the agents."""
        for _, _, (_, ticket, _) in self._livres:
            ticket.tell(Anunciar())
        for atendente_id in sorted(self.group.membros_de.get(self.row.id, ())):
            self._ao_atendente(atendente_id, Apresente())

    def _ao_atendente(self, atendente_id: str, mensagem: object) -> None:
        atendente = self.group.atendentes.get(atendente_id)
        if atendente is not None:
            atendente.tell(mensagem)

    # -- the line --------------------------------------------------------------------------------------------------

    @handles(Enfileirar)
    def enfileirar(self, m: Enfileirar) -> None:
        row = m.row
        ninguem_antes = self.row.distribuicao_automatica and not self._livres and row.id not in self._ofertado_a
        candidato = self._escala.proximo() if ninguem_antes else None
        if candidato is None:
            self.admitir(row, m.ticket, m.anuncio)
            self._distribuir()
        else:  # the same, without putting it into the line to take it out again
            self._ofertar(candidato, row.id, self._chave(row), (row, m.ticket, m.anuncio))

    @handles(Retirar)
    def retirar(self, m: Retirar) -> None:
        if self._tirar(m.ticket_id) is not None:
            self._distribuir()

    def _tirar(self, ticket_id: str) -> Esperando | None:
        """Take a ticket out of the line, and back the offer of it, if any."""
        atendente_id = self._ofertado_a.pop(ticket_id, None)
        if atendente_id is None:
            achado = self._livres.tirar(ticket_id)
        else:
            achado = self._ofertados.tirar(ticket_id)
            candidato = self._escala.candidatos.get(atendente_id)
            if candidato is not None:
                candidato.ofertas -= 1
                self._escala.reordenar(candidato)
        return None if achado is None else achado[1]

    def _desofertar(self, ticket_id: str) -> None:
        """An offer came to nothing: the ticket waits for another."""
        achado = self._ofertados.ver(ticket_id)
        self._tirar(ticket_id)
        if achado is not None:
            self._livres.por(ticket_id, achado[0], achado[1])

    def _desofertar_tudo(self, atendente_id: str) -> None:
        for ticket_id in [ticket for ticket, agente in self._ofertado_a.items() if agente == atendente_id]:
            self._desofertar(ticket_id)

    def _esquecer(self, atendente_id: str) -> None:
        """The agent serves this fila no more."""
        self._desofertar_tudo(atendente_id)
        self._escala.remover(atendente_id)

    def _melhor(self) -> tuple[str, Chave, Esperando] | None:
        """The first of the whole line, on offer or not."""
        livre, ofertado = self._livres.primeiro(), self._ofertados.primeiro()
        if livre is None or ofertado is None:
            return livre or ofertado
        return livre if livre[1] <= ofertado[1] else ofertado

    def _distribuir(self) -> None:
        """Offer waiting tickets, best first, to the agents the strategy chooses, while there are both."""
        if not self.row.distribuicao_automatica:
            return
        escala, livres = self._escala, self._livres
        while livres and (candidato := escala.proximo()) is not None and (primeiro := livres.primeiro()) is not None:
            ticket_id, chave, esperando = primeiro
            livres.tirar(ticket_id)
            self._ofertar(candidato, ticket_id, chave, esperando)

    def _ofertar(self, candidato: Candidato, ticket_id: str, chave: Chave, esperando: Esperando) -> None:
        self._ofertados.por(ticket_id, chave, esperando)
        self._ofertado_a[ticket_id] = candidato.id
        candidato.ofertas += 1
        candidato.ocioso_desde = self.now()
        self._escala.passou_a_vez(candidato)
        self._escala.reordenar(candidato)
        self._ao_atendente(candidato.id, Oferta(self.row.id, ticket_id))

    # -- the contract net ------------------------------------------------------------------------------------------

    def _atualizar(self, estado: Chamada) -> Candidato | None:
        """Take what an agent says of itself; None if it is not (or no longer) a member."""
        if estado.atendente_id not in self.group.membros_de.get(self.row.id, ()):
            self._esquecer(estado.atendente_id)
            return None
        candidato = self._escala.incluir(estado.atendente_id)
        candidato.livres = estado.livres
        candidato.ativos = estado.ativos
        candidato.capacidade = estado.capacidade
        candidato.ocioso_desde = estado.ocioso_desde
        self._escala.reordenar(candidato)
        return candidato

    @handles(Chamada)
    def chamar(self, m: Chamada) -> None:
        """An agent says how it is, and maybe asks for the best there is."""
        if m.reinicio:
            self._desofertar_tudo(m.atendente_id)
        candidato = self._atualizar(m)
        if m.chamada > 0:
            self._propor(m, candidato)
        self._distribuir()

    def _propor(self, m: Chamada, candidato: Candidato | None) -> None:
        """Its own words say that an agent has no room while it chooses: nothing is offered to it meanwhile."""
        melhor = self._melhor() if candidato is not None and self.row.distribuicao_automatica else None
        if melhor is None:
            self._ao_atendente(m.atendente_id, Proposta(self.row.id, m.chamada, None, None))
            return
        ticket_id, chave, _ = melhor
        self._ao_atendente(m.atendente_id, Proposta(self.row.id, m.chamada, ticket_id, chave))

    @handles(Aceita)
    def aceitar(self, m: Aceita) -> None:
        esperando = self._tirar(m.ticket_id)
        candidato = self._atualizar(m.estado)
        if esperando is None:
            m.atendente.tell(Perdida(m.ticket_id))
        else:
            if candidato is not None:
                self._escala.passou_a_vez(candidato)
                self._escala.reordenar(candidato)
            _, ticket, anuncio = esperando
            ticket.tell(Atribuir(m.ticket_id, m.estado.atendente_id, m.atendente, m.nome, self.row.id, anuncio))
        self._distribuir()

    @handles(Recusa)
    def recusar(self, m: Recusa) -> None:
        if self._ofertado_a.get(m.ticket_id) == m.estado.atendente_id:
            self._desofertar(m.ticket_id)
        self._atualizar(m.estado)
        self._distribuir()

    @handles(DonoSumiu)
    def dono_sumiu(self, m: DonoSumiu) -> None:
        if self.row.ao_ficar_offline == "devolver":
            m.ticket.tell(Devolver(m.atendente_id))

    # -- set-up ----------------------------------------------------------------------------------------------------

    def estado(self) -> FilaEstado:
        membros = tuple(sorted(self.group.membros_de.get(self.row.id, ())))
        return FilaEstado(self.row, membros, len(self._livres) + len(self._ofertados))

    def _publicar(
        self,
        tipo: str,
        quem: Quem,
        dados: Struct,
        mudancas: eventos.Mudancas | None = None,
        *,
        fila_id: str | None = None,
        atendente_id: str | None = None,
    ) -> None:
        self.publish(
            eventos.evento_de_cadastro(
                self.next_seq(),
                tipo,
                quem,
                self.now(),
                dados,
                fila_id=fila_id or self.row.id,
                atendente_id=atendente_id,
                mudancas=mudancas,
            )
        )

    @handles(VerFila)
    def ver(self, _: VerFila) -> FilaEstado:
        return self.estado()

    @handles(AtualizarFila)
    def atualizar(self, comando: AtualizarFila) -> FilaEstado:
        campos = ("nome", "descricao", "estrategia", "distribuicao_automatica", "ao_ficar_offline", "prioridade")
        novos = {campo: valor for campo in campos if (valor := getattr(comando, campo)) is not UNSET}
        antes, depois = self.row, replace(self.row, **novos)
        if depois == antes:
            return self.estado()
        self.become(replace(depois, atualizada_em=self.now()))
        mudancas = eventos.mudancas_da_fila(antes, depois)
        self._publicar("fila_atualizada", comando.quem, eventos.FilaCompleta(fila_vista(self.row)), mudancas)
        if antes.prioridade != depois.prioridade:
            self._reordenar_linha()
        self._escala.mudar_estrategia(depois.estrategia)
        if depois.distribuicao_automatica and not antes.distribuicao_automatica:
            self._reapresentar()  # agents compare its tickets with those of their other filas
        self._distribuir()
        return self.estado()

    def _reordenar_linha(self) -> None:
        for linha in (self._livres, self._ofertados):
            for ticket_id, _, esperando in list(linha):
                linha.por(ticket_id, self._chave(esperando[0]), esperando)

    # -- deletion --------------------------------------------------------------------------------------------------

    @handles(ExcluirFila)
    def excluir(self, comando: ExcluirFila) -> None:
        if self.row.padrao:
            raise Conflict("fila_padrao", "A fila padrão recebe os tickets sem filaId e não pode ser excluída")
        self._sair(comando.quem, comando.realocar)

    def _do_mesmo_tipo(self, id_: str) -> Ref:
        return self.group.fila(id_)

    def _canais(self) -> list[tuple[str, Ref]]:
        canais = self.group.canais.items()
        return [(id_, ref) for id_, ref in canais if ref.actor is not None and ref.actor.row.fila_id == self.row.id]

    def _usos(self) -> list[Detalhe]:
        abertos = self.group.abertos_por_fila.quantos(self.row.id)
        canais = len(self._canais())
        equipes = len(self.group.participacao.servidas.com(self.row.id))
        outra = "ou exclua com ?realocar=<id de outra fila>"
        usos = (
            (abertos, "tickets", f"{abertos} ticket(s) em aberto: transfira-os antes, {outra}"),
            (canais, "canais", f"É a fila de {canais} canal(is): mude a filaId deles antes, {outra}"),
            (equipes, "equipes", f"É servida por {equipes} equipe(s): desvincule-as antes, {outra}"),
        )
        return [Detalhe(campo, problema) for quantos, campo, problema in usos if quantos]

    def _ocupado(self) -> bool:
        return self.group.abertos_por_fila.quantos(self.row.id) > 0 or bool(self._canais())

    def _a_trocar(self, saida: Pendencia) -> Iterator[tuple[str, Ref, object]]:
        troca = TrocarFila(self.row.id, saida.para, saida.quem, f"A fila {self.row.nome} foi excluída")
        for ticket_id in self.group.abertos_por_fila.de(self.row.id):
            yield ticket_id, self.group.tickets[ticket_id], troca
        for canal_id, canal in self._canais():
            yield canal_id, canal, troca

    def _excluir(self, quem: Quem, no_lugar: str | None) -> None:
        """Its members serve it no more, and its equipes serve what takes its place."""
        empresa_id, id_, participacao = self.row.empresa_id, self.row.id, self.group.participacao
        self.become(replace(self.row, excluida_em=self.now()))
        vinculos: list[Vinculo] = [
            MembroRow(empresa_id, id_, atendente_id, False) for atendente_id in sorted(participacao.proprios.de(id_))
        ]
        for equipe_id in sorted(participacao.servidas.com(id_)):
            vinculos.append(EquipeFilaRow(empresa_id, equipe_id, id_, False))
            if no_lugar is not None and no_lugar not in participacao.servidas.de(equipe_id):
                vinculos.append(EquipeFilaRow(empresa_id, equipe_id, no_lugar, True))
                dados = eventos.FilaDaEquipe(equipe_id, no_lugar)
                self._publicar("equipe_fila_vinculada", quem, dados, fila_id=no_lugar)
        vincular(self, self.group, vinculos)
        self._publicar("fila_excluida", quem, eventos.Excluido(id_))

    def stopped(self) -> None:
        super().stopped()
        self.group.filas.pop(self.row.id, None)

    # -- members ---------------------------------------------------------------------------------------------------

    @handles(IncluirMembro)
    def incluir_membro(self, comando: IncluirMembro) -> None:
        self.group.atendente(comando.atendente_id)
        if comando.atendente_id not in self.group.participacao.proprios.de(self.row.id):
            self._mudar_membro(comando.quem, comando.atendente_id, ativo=True)

    @handles(RemoverMembro)
    def remover_membro(self, comando: RemoverMembro) -> None:
        self.group.atendente(comando.atendente_id)
        if comando.atendente_id in self.group.participacao.proprios.de(self.row.id):
            self._mudar_membro(comando.quem, comando.atendente_id, ativo=False)

    def _mudar_membro(self, quem: Quem, atendente_id: str, *, ativo: bool) -> None:
        vincular(self, self.group, [MembroRow(self.row.empresa_id, self.row.id, atendente_id, ativo)])
        tipo = "fila_membro_incluido" if ativo else "fila_membro_removido"
        dados = eventos.MembroDaFila(self.row.id, atendente_id)
        self._publicar(tipo, quem, dados, atendente_id=atendente_id)

    @handles(PerdeuMembro)
    def perdeu_membro(self, m: PerdeuMembro) -> None:
        """What it was offered last, it may have had no ears for. If it is back already, it will say so itself."""
        self._esquecer(m.atendente_id)
        self._distribuir()
