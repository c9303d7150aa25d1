"""The distributor of an empresa: which ticket goes to which agent, matched in place.

It holds what the distribution needs to know of filas, agents and tickets, and is told of every change of them when that
has happened. What it decides is a :class:`Promessa`: a slot of an agent is kept for a ticket until the ticket has taken
its owner, or the promise falls. It falls with whatever it rested on: the ticket no longer waits there, the agent ceases
to serve the fila, to be available, or to have room. So one that stands (:meth:`Distribuidor.vale`) is good at that
very moment, and one that has fallen is nobody's any more: the ticket waits, or another has been promised it.

Between two calls nothing is left undone: no ticket waits, in a fila that distributes by itself, while an agent who may
have it, by the policy at that instant, has room; and what a freed agent gets is the best-ranked ticket among all its
filas. (Until :meth:`Distribuidor.abrir` is through, so much is true of those that it has come to.) What changes because
time passes is looked at when it is due (:meth:`Distribuidor.avancar`), and before anything else that happens later.

It is plain data: no clock, no actor, no chance. Costs: O(log n) in tickets and agents, times the filas of the agent
concerned.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

from engine.capacidade import Cheio, Impedimento, disponivel, impedimento
from engine.distribuicao import limites
from engine.distribuicao.custos import Custos, Tipo
from engine.distribuicao.encaminhamentos import ao_chegar
from engine.distribuicao.escala import Candidato
from engine.distribuicao.exigencia import Exigencia, tem_as_habilidades
from engine.distribuicao.linha import Linha
from engine.distribuicao.ofertas import Ofertas, acabada
from engine.distribuicao.pareador import Pareador
from engine.distribuicao.perfil import Perfil
from engine.distribuicao.prazos import Prazos
from engine.distribuicao.promessa import Destino, Novidade, Promessa
from engine.estados import aberto, dono, espera
from engine.modelo import ArremateRow, AtendenteRow, EscalaRow, FilaRow, TicketRow
from engine.politica.da_fila import politica_de


class Distribuidor:
    """``perfis`` are the agents by id, ``linhas`` the filas, ``promessas`` those that stand, by ticket."""

    __slots__ = ("_ofertas", "_pareador", "_prazos", "linhas", "perfis", "promessas")

    def __init__(self, pareador: Pareador | None = None) -> None:
        self._pareador = pareador = pareador or Pareador(Custos())
        self._prazos = Prazos(pareador)
        self._ofertas = Ofertas(pareador)
        self.perfis = pareador.perfis
        self.linhas = pareador.linhas
        self.promessas = pareador.promessas

    # -- what is asked of it ---------------------------------------------------------------------------------------

    @property
    def feitas(self) -> list[Novidade]:
        """What was decided, and nobody has been told of yet."""
        return self._pareador.feitas

    def tomar(self) -> list[Novidade]:
        """The same: whoever takes it tells the tickets."""
        return self._pareador.tomar()

    def tomar_fechadas(self) -> list[str]:
        """The filas that have closed by their hours, and whose tickets nobody has told of it."""
        fecharam, self._pareador.fecharam = self._pareador.fecharam, []
        return fecharam

    def abrir(self, now: int) -> Iterator[None]:
        """Begin to distribute, when all is known that there is. Yields now and then, so that the caller can let others
        go on.
        """
        return self._prazos.abrir(now)

    def proximo_prazo(self) -> int | None:
        """When :meth:`avancar` has something to do (ms): before the opening nothing is looked at."""
        return self._pareador.agenda.proximo if self._pareador.aberto else None

    def avancar(self, now: int) -> None:
        """Whatever is due by now is looked at, and what comes of it is done."""
        self._prazos.em_dia(now)

    def vale(self, promessa: Promessa) -> bool:
        """Whether a promise stands."""
        return self.promessas.get(promessa.row.id) is promessa

    def impedimento(self, row: TicketRow, perfil: Perfil) -> Impedimento | None:
        """What keeps an agent from a ticket (``row`` as it would be: in the fila where it is to be given), if a person
        gives it. What it has, or is about to have, needs no other slot, wherever the agent is; nor does what it wraps
        up still.
        """
        serve = row.fila_id in perfil.lugares
        if serve and row.id in perfil.ocupadas:
            return None
        pareador = self._pareador
        classe = pareador.custos.classe(pareador.tipo_de(row))
        if perfil.saindo:
            return "saindo"
        arremate = perfil.arremates.get(row.id)
        cheio = None
        if row.id not in perfil.prometidas:
            cheio = perfil.cheio(classe, tendo=None if arremate is None else (arremate.custo, classe))
        return impedimento(perfil.row, serve=serve, sabe=self._sabe(row, perfil), cheio=cheio)

    def sem_volta(self, row: TicketRow, perfil: Perfil) -> Cheio | None:
        """Why its owner has no room to go on with a ticket that waited on the customer, if that took less of it."""
        classe = self._pareador.custos.classe(self._pareador.tipo_de(row))
        return perfil.cheio(classe, tendo=perfil.ocupadas.get(row.id))

    def pode_aceitar(self, row: TicketRow, atendente_id: str, now: int) -> bool:
        """Whether an agent may have what it is offered: a slot is kept for that, and it has the skills still."""
        perfil = self.perfis.get(atendente_id)
        return perfil is not None and row.id in perfil.prometidas and self._apto(row, perfil, now)

    def _apto(self, row: TicketRow, perfil: Perfil, now: int) -> bool:
        """Whether an agent may have a ticket, by what it knows and how long that has waited."""
        lugar = perfil.lugares.get(row.fila_id)
        return lugar is not None and bool(self._pareador.formar(lugar[0], row, now).classe.aptos & lugar[1].bit)

    def impedimento_de_puxar(self, fila_id: str, perfil: Perfil) -> Impedimento | None:
        """What keeps an agent from anything of a fila that it asks for."""
        cheio: Cheio | None = None if perfil.vagas else "lotado"
        return "saindo" if perfil.saindo else impedimento(perfil.row, serve=fila_id in perfil.lugares, cheio=cheio)

    def pedido(self, row: TicketRow) -> Hashable:
        """What a ticket asks, before any ring: its class of work, and its skills."""
        tipo = self._pareador.tipo_de(row)
        linha = self.linhas.get(row.fila_id)
        return self._pareador.custos.classe(tipo), None if linha is None else linha.regras.pedidas(row, tipo)

    def _sabe(self, row: TicketRow, perfil: Perfil) -> bool:
        linha = self.linhas.get(row.fila_id)
        if linha is None:
            return True
        exige, _ = linha.regras.pedidas(row, self._pareador.tipo_de(row))
        return tem_as_habilidades(perfil.niveis, exige)

    def elegivel(self, fila_id: str, atendente_id: str) -> bool:
        """Whether that agent may be given work of that fila now, as far as its slots allow."""
        perfil = self.perfis.get(atendente_id)
        return perfil is not None and perfil.recebe and fila_id in perfil.lugares

    def puxar(self, fila_id: str, atendente_id: str, now: int) -> Promessa | None:
        """An agent asks for its next ticket of a fila: the best that it may have is kept for it, if there is one.
        Whoever asks tells the ticket.
        """
        self._prazos.em_dia(now)
        perfil = self.perfis.get(atendente_id)
        lugar = None if perfil is None else perfil.lugares.get(fila_id)
        return None if perfil is None or lugar is None or not perfil.vagas else self._pareador.puxar(*lugar, now)

    # -- filas -----------------------------------------------------------------------------------------------------

    def canal_mudou(self, canal_id: str, tipo: Tipo) -> None:
        """There is such a canal; its type does not change. Told before its tickets are."""
        self._pareador.tipos[canal_id] = tipo

    def fila_mudou(self, fila: FilaRow, now: int) -> None:
        """A fila is new, or has another policy."""
        self._prazos.em_dia(now)
        linha = self.linhas.get(fila.id)
        if linha is None:
            linha = self.linhas[fila.id] = Linha(fila, self._pareador.custos.quantas())
            self._prazos.rever_horario(linha, now)
            if self._pareador.aberto:
                linha.escala.abrir()
            return
        outra = politica_de(fila) != linha.regras.politica
        cairam = self._prazos.cair(linha, now) if outra else []  # by another policy it is decided anew
        if linha.mudar(fila, now):
            self._pareador.agenda.esquecer_tickets(fila.id, linha.esperas)
            for row in [uma.row for uma in linha.em_ordem()]:
                self._pareador.por(linha, row, now)
        self._prazos.rever_regras(linha, now)
        self._prazos.esvaziar(linha, now)
        self._pareador.acertar(cairam, now, [linha])

    def fila_saiu(self, fila_id: str, now: int) -> list[TicketRow]:
        """A fila is gone; whoever waits in it still."""
        linha = self.linhas.get(fila_id)
        if linha is None:
            return []
        self._prazos.em_dia(now)
        for candidato in linha.escala.candidatos.values():
            candidato.perfil.lugares.pop(fila_id, None)
        ofertadas, mexidos = self._ofertas.desmanchar(linha, now)
        mexidos += self._prazos.cair(linha, now)
        del self.linhas[fila_id]
        self._pareador.agenda.esquecer_fila(fila_id, linha.esperas)
        self._pareador.acertar(mexidos, now)
        return [uma.row for uma in linha.em_ordem()] + ofertadas

    # -- agents ----------------------------------------------------------------------------------------------------

    def atendente_mudou(self, row: AtendenteRow, now: int) -> None:
        """An agent is new, or its presence, its capacity or what it can do is another."""
        self._prazos.em_dia(now)
        perfil = self.perfis.get(row.id)
        if perfil is None:
            perfil = self.perfis[row.id] = Perfil(row, self._pareador.custos)
            self._prazos.rever_turno(perfil, now)
            return
        if disponivel(perfil.row) != disponivel(row):
            perfil.ocioso_desde = now
        recebia, niveis = perfil.recebe, perfil.niveis
        perfil.mudou(row)
        self._prazos.rever_turno(perfil, now)
        sabe_outra_coisa = perfil.niveis != niveis
        if sabe_outra_coisa:
            for linha, candidato in perfil.lugares.values():
                linha.rever_de(candidato)
        cairam = self._largar(perfil, now) if sabe_outra_coisa else []
        self._prazos.acertar(perfil, now, recebia=recebia, rever=sabe_outra_coisa)
        if cairam:
            self._pareador.acertar([perfil], now, cairam)

    def _largar(self, perfil: Perfil, now: int) -> list[Linha]:
        """Take back what an agent was promised or offered, and has not the skills for any more: the lines that it goes
        back to. Of what is offered the ticket is told first, and then it is offered to others.
        """
        promessas = [self.promessas[ticket_id] for ticket_id in perfil.prometidas]
        linhas: list[Linha] = []
        for promessa in promessas:
            linha = self.linhas[promessa.row.fila_id]
            if promessa.ofertada:
                if not self._apto(promessa.row, perfil, now):
                    self._pareador.voltar_a_linha(promessa.row.id, perfil, now)
            elif not self._ainda_serve(promessa, linha, promessa.row, now):
                self._pareador.voltar_a_linha(promessa.row.id, perfil, now)
                linhas.append(linha)
        return linhas

    def atendente_saiu(self, atendente_id: str, now: int) -> None:
        perfil = self.perfis.get(atendente_id)
        if perfil is None:
            return
        self.deixar_de_dar(perfil, now, saindo=True)
        for fila_id in list(perfil.lugares):
            self.deixou(fila_id, atendente_id, now)
        self._prazos.esquecer(perfil)
        del self.perfis[atendente_id]

    def deixar_de_dar(
        self, perfil: Perfil, now: int, *, saindo: bool | None = None, parado: bool | None = None
    ) -> None:
        """Whether an agent is being deleted, or its actor is out of order: what it was promised goes to others."""
        self._prazos.em_dia(now)
        recebia = perfil.recebe
        perfil.saindo = perfil.saindo if saindo is None else saindo
        perfil.parado = perfil.parado if parado is None else parado
        perfil.recontar()
        self._prazos.acertar(perfil, now, recebia=recebia)

    def arrematar(self, row: ArremateRow, now: int) -> None:
        """An agent resolves a ticket, and wraps it up until ``row.ate``. To be told right before the ticket is."""
        perfil = self.perfis.get(row.atendente_id)
        if perfil is not None and row.ate > now:
            perfil.arrematar(row)
            self._pareador.reordenar(perfil)
            self._pareador.agenda.marcar(("arremate", row.atendente_id, row.ticket_id), row.ate)

    def arrematou(self, atendente_id: str, ticket_id: str, now: int) -> None:
        """An agent is done with a wrap-up before its time, or there is nothing to wrap up any more."""
        self._prazos.em_dia(now)
        perfil = self.perfis.get(atendente_id)
        if perfil is not None and perfil.arrematou(ticket_id):
            self._pareador.agenda.marcar(("arremate", atendente_id, ticket_id), None)
            perfil.ocioso_desde = now
            self._pareador.acertar([perfil], now)

    def serve(
        self, fila_id: str, atendente_id: str, now: int, equipes: tuple[str | None, ...] = (None,)
    ) -> None:  # fmt: skip
        """An agent serves a fila from now on, or by other ways: ``equipes`` are those by which it does (None: it is a
        member itself).
        """
        linha, perfil = self.linhas.get(fila_id), self.perfis.get(atendente_id)
        if linha is None or perfil is None:
            return
        self._prazos.em_dia(now)
        lugar = perfil.lugares.get(fila_id)
        if lugar is None:
            candidato = linha.escala.incluir(perfil, equipes)
            perfil.lugares[fila_id] = (linha, candidato)
        elif lugar[1].equipes == equipes:
            return
        else:
            candidato = lugar[1]
            linha.escala.mudar_vias(candidato, equipes)
        linha.rever_de(candidato)
        self._prazos.acertar(perfil, now, recebia=perfil.recebe, rever=True)

    def lembrar(self, row: EscalaRow, now: int) -> None:
        """What is remembered of an agent in a roster. To be told when it serves that fila, before :meth:`abrir`."""
        perfil = self.perfis.get(row.atendente_id)
        lugar = None if perfil is None else perfil.lugares.get(row.fila_id)
        if perfil is not None and lugar is not None:
            self._prazos.lembrar(*lugar, row, now)
            perfil.ocioso_desde = max(perfil.ocioso_desde, row.dada_em)
            self._pareador.reordenar(perfil)

    def lembrancas(self, linha: Linha) -> Iterator[EscalaRow]:
        """What is to be remembered of the agents of a fila."""
        for atendente_id in linha.escala.candidatos:
            row = self.lembranca(linha.fila.id, atendente_id)
            if row is not None:
                yield row

    def lembranca(
        self, fila_id: str, atendente_id: str, acabou: tuple[TicketRow, TicketRow] | None = None
    ) -> EscalaRow | None:
        """What is to be remembered of an agent in the roster of a fila, if the policy needs that. ``acabou``: as soon
        as it is told that a ticket has changed so, and is offered to the agent no more.
        """
        linha = self.linhas.get(fila_id)
        candidato = None if linha is None else linha.escala.candidatos.get(atendente_id)
        if linha is None or candidato is None or not linha.regras.lembra or not candidato.dada_em:
            return None
        teve: Candidato | limites.Teve = candidato
        if acabou is not None:
            quando, recusou = acabada(linha, candidato, *acabou)
            teve = limites.sem(linha, candidato, quando, recusou=recusou)
        contas = limites.contas(linha, teve)
        empresa_id, vez, dada_em = linha.fila.empresa_id, candidato.vez, candidato.dada_em
        return EscalaRow(empresa_id, fila_id, atendente_id, vez, dada_em, teve.passo, contas)

    def deixou(self, fila_id: str, atendente_id: str, now: int) -> None:
        """An agent ceases to serve a fila. What it has of it stays; what it was only promised does not."""
        self._prazos.em_dia(now)
        perfil = self.perfis.get(atendente_id)
        lugar = None if perfil is None else perfil.lugares.pop(fila_id, None)
        if perfil is None or lugar is None:
            return
        linha, candidato = lugar
        linha.escala.remover(candidato)
        linha.rever_de(candidato, serve=False)
        mexidos = {perfil: None}
        for ticket_id in [id_ for id_ in perfil.prometidas if self.promessas[id_].row.fila_id == fila_id]:
            mexidos |= dict.fromkeys(self.promessas[ticket_id].perfis)
            self._pareador.voltar_a_linha(ticket_id, perfil, now)
        if fila_id in self.linhas:
            self._prazos.rever_ausencia(linha, atendente_id, now)
        self._pareador.acertar(mexidos, now, [linha] if fila_id in self.linhas else [])

    # -- tickets ---------------------------------------------------------------------------------------------------

    def ticket_mudou(self, antes: TicketRow | None, depois: TicketRow, now: int, preferido: str | None = None) -> None:
        """A ticket is now so (``antes`` None: it is new here). ``preferido``: who is to have it before all others."""
        self._prazos.em_dia(now)
        ofertada = antes is not None and antes.rota is not None and antes.rota.oferta is not None
        podem = self._ofertas.acabaram(antes, depois, now) if antes is not None and ofertada else []
        if depois.rota is not None and self._ofertas.ticket_mudou(antes, depois, now, podem):
            self._desofertar_a_quem_nao_sabe(self.promessas[depois.id], now)
            return
        if depois.id in self.promessas and self._cumprir(depois, now, podem):
            return
        vai_esperar, chega = espera(depois), _chega(antes, depois)
        mexidos = dict.fromkeys(podem)
        if antes is not None and espera(antes):
            if vai_esperar and antes.fila_id == depois.fila_id and self._continua_na_linha(depois, now):
                return
            self._sair_da_linha(antes, now, mexidos)
        self._trocar_dono(antes, depois, now, mexidos)
        linha = self.linhas.get(depois.fila_id) if vai_esperar else None
        if linha is not None:
            chega = chega and depois.id not in linha.parados
            linha.parados.discard(depois.id)
            destino = ao_chegar(linha, depois, self.linhas) if chega and self._pareador.aberto and linha.vigia else None
            self._entrar(linha, depois, now, list(mexidos), preferido, destino)
        elif mexidos:
            self._pareador.acertar(mexidos, now)

    def _entrar(
        self, linha: Linha, row: TicketRow, now: int, mexidos: list[Perfil], preferido: str | None,
        destino: Destino | None,
    ) -> None:  # fmt: skip
        """It stands in a line. Where nobody else has changed, nothing that waits could be given: so it may be first.
        ``destino``: it goes there if nobody has it.
        """
        pareador, esta = self._pareador, self._pareador.formar(linha, row, now)
        if not mexidos and pareador.dar(linha, esta, now, preferido):
            return
        pareador.entrar(linha, esta, now)
        if mexidos:
            pareador.acertar(mexidos, now, [linha])
        if linha.esperas.get(row.id) is not esta or not pareador.aberto:
            return
        destino = destino or self._prazos.se_vazia(linha, esta)
        if destino is not None:
            pareador.encaminhar(linha, esta, destino, now)

    def suspender(self, row: TicketRow, now: int) -> None:
        """The actor of a ticket is out of order: it is given to nobody, and keeps the slot that it has."""
        if espera(row):
            self._prazos.em_dia(now)
            mexidos: dict[Perfil, None] = {}
            self._sair_da_linha(row, now, mexidos)
            if row.fila_id in self.linhas:
                self.linhas[row.fila_id].parados.add(row.id)
            self._pareador.acertar(list(mexidos), now)

    def desfazer(self, promessa: Promessa, now: int) -> None:
        """The ticket could not take the owner that it was promised: it waits as before."""
        self._prazos.em_dia(now)
        if self.vale(promessa) and not promessa.ofertada:
            linha = self._pareador.voltar_a_linha(promessa.row.id, promessa.perfil, now)
            self._pareador.acertar(list(promessa.perfis), now, [] if linha is None else [linha])

    def _desofertar_a_quem_nao_sabe(self, promessa: Promessa, now: int) -> None:
        """Something of an offered ticket has changed: who may not have it as it is now is asked no more."""
        nao_sabem = [perfil for perfil in promessa.perfis if not self._apto(promessa.row, perfil, now)]
        for perfil in nao_sabem:
            self._pareador.voltar_a_linha(promessa.row.id, perfil, now)
        if nao_sabem:
            self._pareador.acertar(nao_sabem, now)

    def _continua_na_linha(self, row: TicketRow, now: int) -> bool:
        """Something of it has changed: whoever was promised it keeps it, if it may have it as it is now."""
        promessa, linha = self.promessas.get(row.id), self.linhas.get(row.fila_id)
        if linha is None:
            return True
        if promessa is not None:
            if promessa.ofertada or not self._ainda_serve(promessa, linha, row, now):
                return False
            promessa.row = row
            return True
        ia = linha.esperas[row.id].destino if row.id in linha.esperas else None
        self._pareador.por(linha, row, now)
        if not self._pareador.dar(linha, linha.esperas[row.id], now) and ia is not None:
            self._prazos.mandar(linha, row.id, ia, now)
        return True

    def _ainda_serve(self, promessa: Promessa, linha: Linha, row: TicketRow, now: int) -> bool:
        """Whether those to whom it was promised may have it, and it takes of them what it did."""
        esta = self._pareador.formar(linha, row, now)
        if any(perfil.prometidas[row.id] != esta.ocupacao for perfil in promessa.perfis):
            return False
        candidatos = (linha.escala.candidatos.get(perfil.id) for perfil in promessa.perfis)
        return all(um is not None and esta.classe.aptos & um.bit for um in candidatos)

    def _cumprir(self, depois: TicketRow, now: int, podem: Sequence[Perfil]) -> bool:
        """Whether the ticket, which was promised or offered, has one of those as its owner now. ``podem``: who may have
        something by that.
        """
        promessa, perfil = self.promessas[depois.id], self.perfis.get(dono(depois) or "")
        if perfil is None or perfil not in promessa.perfis:
            return False
        outros = [um for um in promessa.perfis if um is not perfil]
        if not promessa.ofertada:
            self._pareador.dar_de_volta(promessa, outros, now)
        for um in outros:
            self._pareador.retirar_oferta(promessa, um, now)
        del self.promessas[depois.id]
        perfil.cumprir(depois.id)
        linha = self.linhas.get(promessa.row.fila_id)
        if linha is not None:
            linha.prometidos -= 1
        mudou = self._ocupar(perfil, depois)
        if mudou or outros or podem:
            self._pareador.acertar([*outros, *podem, *([perfil] if mudou else ())], now)
        return True

    def exigencia(self, row: TicketRow) -> Exigencia | None:
        """What a ticket would ask in its fila if it had just come; None: there is no such line."""
        linha, tipo = self.linhas.get(row.fila_id), self._pareador.tipo_de(row)
        return None if linha is None else linha.regras.exigencia(row, self._pareador.custos.classe(tipo), tipo, 0)

    def _ocupar(self, perfil: Perfil, row: TicketRow) -> bool:
        """Whether that changes anything: if it was wrapping it up still, it goes on with it."""
        arrematava = perfil.arrematou(row.id)
        if arrematava:
            self._pareador.agenda.marcar(("arremate", perfil.id, row.id), None)
        return perfil.ocupar(row.id, self._ocupacao(row)) or arrematava

    def custo(self, row: TicketRow) -> int:
        """What it takes of its owner, in hundredths of a slot."""
        return self._ocupacao(row)[0]

    def _ocupacao(self, row: TicketRow) -> tuple[int, int]:
        return self._pareador.custos.ocupacao(row, self._pareador.tipo_de(row))

    def _sair_da_linha(self, row: TicketRow, now: int, mexidos: dict[Perfil, None]) -> None:
        linha = self.linhas.get(row.fila_id)
        promessa = self.promessas.pop(row.id, None)
        if promessa is not None:
            if not promessa.ofertada:
                self._pareador.dar_de_volta(promessa, promessa.perfis, now)
            for perfil in promessa.perfis:
                perfil.desprometer(row.id)
                perfil.ocioso_desde = now
                mexidos[perfil] = None
        if linha is not None and promessa is not None:
            linha.prometidos -= 1
        elif linha is not None:
            self._pareador.tirar(linha, row.id)

    def _trocar_dono(
        self, antes: TicketRow | None, depois: TicketRow, now: int, mexidos: dict[Perfil, None]
    ) -> None:  # fmt: skip
        """Whose slot it holds, and how much of it. An agent who is gone is not known here."""
        tinha, tem = None if antes is None else dono(antes), dono(depois)
        de, para = self.perfis.get(tinha or ""), self.perfis.get(tem or "")
        if de is not None and de is not para:
            de.desocupar(depois.id)
            de.ocioso_desde = now
            mexidos[de] = None
        if para is not None and self._ocupar(para, depois):
            if antes is not None and de is not para:  # what it had already when it was told of says nothing of when
                para.ocioso_desde = now
            mexidos[para] = None


def _chega(antes: TicketRow | None, depois: TicketRow) -> bool:
    """Whether it comes to its line, and does not only come back to it."""
    return antes is None or antes.fila_id != depois.fila_id or not aberto(antes.status)
