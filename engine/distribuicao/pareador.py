"""The matcher: what waits and who is free, brought together.

Whatever is to fall falls first, and is in its line again, before anything is given out: so what is given is always the
best, and to whom it should be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from engine.distribuicao import limites
from engine.distribuicao.agenda import Agenda
from engine.distribuicao.custos import Custos, Tipo
from engine.distribuicao.encaminhamentos import MotivoDeIr, depois_de_esperar
from engine.distribuicao.escala import Candidato
from engine.distribuicao.linha import Espera, Linha
from engine.distribuicao.perfil import Perfil
from engine.distribuicao.promessa import Encaminhamento, Novidade, OfertaCaiu, Promessa
from engine.distribuicao.regras import na_fila_desde
from engine.modelo import TicketRow
from engine.ordenado import Chave

POR_FATIA = 200
"""Agents that are given work at a stretch when an empresa opens: a few milliseconds."""

DE_NOVO = 60_000
"""When a ticket that was to go elsewhere, and did not, is told again (ms)."""


class Pareador:
    """``perfis`` are the agents by id, ``linhas`` the filas, ``promessas`` those that stand, by ticket. ``feitas`` is
    what was decided since somebody took it (:meth:`tomar`). ``tipos`` are the canais by id, ``agenda`` what is due.
    Nothing is promised before :meth:`abrir`.
    """

    __slots__ = ("aberto", "agenda", "custos", "feitas", "linhas", "perfis", "promessas", "tipos")

    def __init__(self, custos: Custos) -> None:
        self.perfis: dict[str, Perfil] = {}
        self.linhas: dict[str, Linha] = {}
        self.promessas: dict[str, Promessa] = {}
        self.feitas: list[Novidade] = []
        self.agenda = Agenda()
        self.custos = custos
        self.tipos: dict[str, Tipo] = {}
        self.aberto = False

    def tomar(self) -> list[Novidade]:
        """What nobody has been told of."""
        feitas, self.feitas = self.feitas, []
        return feitas

    def abrir(self, now: int) -> Iterator[None]:
        """Begin to distribute, when all is known that there is. Those who have been idle for longest come first; yields
        now and then, so that the caller can let others go on.
        """
        self.aberto = True
        com_vaga = [perfil for perfil in self.perfis.values() if perfil.vagas]
        com_vaga.sort(key=lambda perfil: (perfil.row.ocioso_desde, perfil.id))
        for quantos, perfil in enumerate(com_vaga, 1):
            self._atender(perfil, now)
            self.reordenar(perfil)
            if quantos % POR_FATIA == 0:
                yield
        self.repartir(self.linhas.values(), now)  # what came back from one, and nobody else had room for in the end

    # -- the line ------------------------------------------------------------------------------------------------------

    def tipo_de(self, row: TicketRow) -> Tipo:
        return None if row.canal_id is None else self.tipos.get(row.canal_id)

    def formar(self, linha: Linha, row: TicketRow, now: int) -> Espera:
        """How a ticket stands in a line now."""
        tipo, etapa = self.tipo_de(row), linha.regras.etapa(row, now)
        exigencia = linha.regras.exigencia(row, self.custos.classe(tipo), tipo, etapa)
        ocupacao = (self.custos.custo[exigencia.classe], exigencia.classe)
        return linha.formar(row, ocupacao, exigencia, self._guardada_para(linha, row, now)[0])

    def por(self, linha: Linha, row: TicketRow, now: int) -> None:
        """Put a ticket into a line as it stands now."""
        self.entrar(linha, self.formar(linha, row, now), now)

    def entrar(self, linha: Linha, espera: Espera, now: int) -> None:
        """Put it into the line, and look at it again when it will stand otherwise."""
        linha.entrar(espera)
        if linha.vigia:
            row = espera.row
            passa = depois_de_esperar(linha, row, self.linhas)
            etapa_em, de_ate = linha.regras.proxima_etapa_em(row, espera.etapa), self._guardada_para(linha, row, now)[1]
            quando = (um for um in (etapa_em, de_ate, None if passa is None else passa[0]) if um is not None)
            self.agenda.marcar(("ticket", linha.fila.id, row.id), min(quando, default=None))

    def _guardada_para(self, linha: Linha, row: TicketRow, now: int) -> tuple[str | None, int | None]:
        """For whom a ticket is kept, and until when: who served the contact last, while it is there to come back to."""
        afim, afinidade = linha.afim_de(row), linha.regras.politica.afinidade
        candidato = None if afim is None else linha.escala.candidatos.get(afim)
        if candidato is None or afinidade is None or not candidato.perfil.recebe:
            return None, None
        ate = na_fila_desde(row) + afinidade.segundos * 1000
        return (afim, ate) if now < ate else (None, None)

    def tirar(self, linha: Linha, ticket_id: str) -> None:
        linha.tirar(ticket_id)
        if linha.vigia:
            self.agenda.marcar(("ticket", linha.fila.id, ticket_id), None)

    # -- who has changed -----------------------------------------------------------------------------------------------

    def acertar(self, mexidos: Sequence[Perfil], now: int, cairam: Iterable[Linha] = ()) -> None:
        """Something about these agents has changed, and promises of ``cairam`` have fallen: they keep what they have
        room for, and what can be given is given. Nothing is given before all that falls has fallen.
        """
        abertas = dict.fromkeys(cairam)
        for perfil in mexidos:
            abertas |= dict.fromkeys(self._caber(perfil, now))
        if len(mexidos) == 1 and not abertas:
            self._atender(mexidos[0], now)
            self.reordenar(mexidos[0])
        else:  # who has room decides over what the others may have: they are looked at together
            for perfil in mexidos:
                self.reordenar(perfil)
                abertas |= dict.fromkeys(linha for linha, _ in perfil.lugares.values())
        if abertas:
            self.repartir(abertas, now)

    def _caber(self, perfil: Perfil, now: int) -> list[Linha]:
        """Take back promises for which an agent has no room any more, the last one first; the lines that they go to."""
        cairam: list[Linha] = []
        while (ticket_id := perfil.nao_cabe()) is not None:
            linha = self.voltar_a_linha(ticket_id, perfil, now)
            if linha is not None:
                cairam.append(linha)
        return cairam

    def voltar_a_linha(self, ticket_id: str, perfil: Perfil, now: int) -> Linha | None:
        """What an agent was promised falls: the ticket waits for another. If it was offered, the ticket is told first:
        it stands in the row who has an offer.
        """
        promessa = self.promessas[ticket_id]
        if promessa.ofertada:
            self.retirar_oferta(promessa, perfil, now)
            self.feitas.append(OfertaCaiu(ticket_id, perfil.id))
            return None
        del self.promessas[ticket_id]
        for um in promessa.perfis:
            um.desprometer(ticket_id)
            um.ocioso_desde = now
            if um is not perfil:
                self.reordenar(um)
        linha = self.linhas.get(promessa.row.fila_id)
        if linha is not None:
            linha.prometidos -= 1
            self.por(linha, promessa.row, now)
        return linha

    def retirar_oferta(self, promessa: Promessa, perfil: Perfil, now: int) -> None:
        """The slot of one to whom a ticket was offered is free."""
        promessa.perfis.remove(perfil)
        perfil.desprometer(promessa.row.id)
        perfil.ocioso_desde = now

    # -- giving --------------------------------------------------------------------------------------------------------

    def _atender(self, perfil: Perfil, now: int) -> None:
        """Give an agent the best of all its filas, while it has room. It must be put in order afterwards."""
        while self.aberto and perfil.vagas:
            melhor = self._melhor_para(perfil, now)
            if melhor is None:
                return
            self._prometer(*melhor, now)

    def _melhor_para(self, perfil: Perfil, now: int) -> tuple[Linha, Candidato, Espera] | None:
        melhor: tuple[Linha, Candidato, Espera] | None = None
        chave: Chave = ()
        for linha, candidato in perfil.lugares.values():
            espera = linha.primeira_para(candidato) if linha.esperas and linha.distribui else None
            if espera is not None:
                esta = (candidato.prioridade, *linha.regras.posto(espera.row, espera.etapa, now))
                if melhor is None or esta < chave:
                    melhor, chave = (linha, candidato, espera), esta
        return melhor

    def distribuir(self, linha: Linha, now: int) -> None:
        """Give what waits in a line, best first, to those whom its strategy chooses, while there are both."""
        while self.aberto and linha.distribui and self._dar_o_primeiro(linha, now):
            pass

    def _dar_o_primeiro(self, linha: Linha, now: int) -> bool:
        """Whether there was one, and somebody for it."""
        espera = linha.primeira_que_da()
        return espera is not None and self.dar(linha, espera, now)

    def dar(self, linha: Linha, espera: Espera, now: int, preferido: str | None = None) -> bool:
        """Whether there was somebody for it."""
        if not self.aberto or not linha.distribui:
            return False
        candidato = linha.escolher(espera, preferido)
        if candidato is None:
            return False
        self._prometer(linha, candidato, espera, now)
        self.reordenar(candidato.perfil)
        return True

    def repartir(self, linhas: Iterable[Linha], now: int) -> None:
        """The same of several lines, the best of all of them first: an agent may serve more than one."""
        while self.aberto:
            primeiras = [(linha, linha.primeira_que_da()) for linha in linhas if linha.distribui and linha.esperas]
            com_alguma = [(linha, espera) for linha, espera in primeiras if espera is not None]
            if not com_alguma:
                return
            linhas = [linha for linha, _ in com_alguma]
            linha, espera = min(com_alguma, key=lambda par: par[0].regras.posto(par[1].row, par[1].etapa, now))
            self.dar(linha, espera, now)

    def _prometer(self, linha: Linha, candidato: Candidato, espera: Espera, now: int) -> None:
        row, politica = espera.row, linha.regras.politica
        quem = [candidato]
        if politica.modo == "oferta":
            quem += self._tambem(linha, espera, candidato, politica.oferta.paralelas - 1)
        self.tirar(linha, row.id)
        linha.prometidos += 1
        self.promessas[row.id] = promessa = Promessa(row, [um.perfil for um in quem])
        for um in quem:
            linha.escala.passou_a_vez(um, now)
            limites.contar(linha, um, now)
            um.perfil.prometer(row.id, espera.ocupacao)
            um.perfil.ocioso_desde = now
            if um is not candidato:
                self.reordenar(um.perfil)
        if linha.janelas:
            self.agenda.marcar(("janela", linha.fila.id, ""), min(linha.janelas.values()))
        self.feitas.append(promessa)

    def _tambem(self, linha: Linha, espera: Espera, primeiro: Candidato, quantos: int) -> list[Candidato]:
        """The next best, to whom it is offered too."""
        mais: list[Candidato] = []
        livres = linha.livres_para(espera) & ~primeiro.bit
        while livres and len(mais) < quantos:
            outro = linha.escala.escolher(espera.classe.grupos, livres)
            assert outro is not None, "all of them have room"
            mais.append(outro)
            livres &= ~outro.bit
        return mais

    def reordenar(self, perfil: Perfil) -> None:
        for linha, candidato in perfil.lugares.values():
            linha.escala.reordenar(candidato)

    def encaminhar(self, linha: Linha, espera: Espera, para: str | None, motivo: MotivoDeIr, now: int) -> None:
        """A ticket is to go elsewhere. It waits until it has."""
        espera.encaminhada = True
        self.feitas.append(Encaminhamento(espera.row.id, linha.fila.id, para, motivo))
        self.agenda.marcar(("ticket", linha.fila.id, espera.row.id), now + DE_NOVO)
