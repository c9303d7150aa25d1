"""The matcher: what waits and who is free, brought together.

Whatever is to fall falls first, and is in its line again, before anything is given out: so what is given is always the
best, and to whom it should be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import heapify, heappop, heapreplace

from engine.distribuicao import limites
from engine.distribuicao.agenda import Agenda
from engine.distribuicao.custos import Custos, Tipo
from engine.distribuicao.decisao import Concorrente
from engine.distribuicao.encaminhamentos import depois_de_esperar
from engine.distribuicao.escala import Candidato
from engine.distribuicao.exigencia import Exigencia
from engine.distribuicao.linha import Espera, Linha
from engine.distribuicao.perfil import Perfil
from engine.distribuicao.promessa import Destino, Encaminhamento, Novidade, OfertaCaiu, Promessa
from engine.distribuicao.registro import decidida
from engine.distribuicao.regras import na_fila_desde
from engine.modelo import TicketRow
from engine.ordenado import Chave

POR_FATIA = 200
"""Tickets that are given out at a stretch when an empresa opens: a few milliseconds."""

DE_NOVO = 60_000
"""When a ticket that was to go elsewhere, and did not, is told again (ms)."""


class Pareador:
    """``perfis`` are the agents by id, ``linhas`` the filas, ``promessas`` those that stand, by ticket. ``feitas`` is
    what was decided since somebody took it (:meth:`tomar`). ``tipos`` are the canais by id, ``agenda`` what is due.
    Nothing is promised before :meth:`abrir`. ``cronometro`` gives ns, by which it says how long it took to decide.
    """

    __slots__ = (
        "_concorrentes",
        "_desde",
        "aberto",
        "agenda",
        "cronometro",
        "custos",
        "fecharam",
        "feitas",
        "linhas",
        "perfis",
        "promessas",
        "tipos",
    )

    def __init__(self, custos: Custos, cronometro: Callable[[], int] = lambda: 0) -> None:
        self.cronometro = cronometro
        self._desde = 0
        self.perfis: dict[str, Perfil] = {}
        self.linhas: dict[str, Linha] = {}
        self.promessas: dict[str, Promessa] = {}
        self.feitas: list[Novidade] = []
        self.fecharam: list[str] = []
        self.agenda = Agenda()
        self.custos = custos
        self.tipos: dict[str, Tipo] = {}
        self.aberto = False
        self._concorrentes: list[Concorrente] = []

    def tomar(self) -> list[Novidade]:
        """What nobody has been told of."""
        feitas, self.feitas = self.feitas, []
        return feitas

    def abrir(self, now: int) -> Iterator[None]:
        """Begin to distribute, when all is known that there is, and all that was due is seen to. Yields now and then,
        so that the caller can let others go on.
        """
        for quantas, _ in enumerate(self._repartindo(list(self.linhas.values()), now), 1):
            if quantas % POR_FATIA == 0:
                yield

    # -- the line ------------------------------------------------------------------------------------------------------

    def tipo_de(self, row: TicketRow) -> Tipo:
        return None if row.canal_id is None else self.tipos.get(row.canal_id)

    def formar(self, linha: Linha, row: TicketRow, now: int) -> Espera:
        """How a ticket stands in a line now."""
        tipo, etapa = self.tipo_de(row), linha.regras.etapa(row, now)
        exigencia = linha.regras.exigencia(row, self.custos.classe(tipo), tipo, etapa)
        ocupacao = (self.custos.custo[exigencia.classe], exigencia.classe)
        guardada = row.rota is not None and self._guardada_para(linha, row, exigencia, now) is not None
        return linha.formar(row, ocupacao, exigencia, linha.afim_de(row) if guardada else None)

    def por(self, linha: Linha, row: TicketRow, now: int) -> None:
        """Put a ticket into a line as it stands now."""
        self.entrar(linha, self.formar(linha, row, now), now)

    def entrar(self, linha: Linha, espera: Espera, now: int) -> None:
        """Put it into the line, and look at it again when it will stand otherwise."""
        linha.entrar(espera)
        if linha.vigia:
            passa = depois_de_esperar(linha, espera.row, self.linhas)
            quando = [*self._muda_em(linha, espera, now), *(passa[:1] if passa else ())]
            self.agenda.marcar(("ticket", linha.fila.id, espera.row.id), min(quando, default=None))

    def _muda_em(self, linha: Linha, espera: Espera, now: int) -> list[int]:
        """When a ring begins for it, and when it is kept for nobody any more."""
        guardada_ate = self._guardada_para(linha, espera.row, espera.classe.exigencia, now)
        prazos = (linha.regras.proxima_etapa_em(espera.row, espera.etapa), guardada_ate)
        return [prazo for prazo in prazos if prazo is not None]

    def _guardada_para(self, linha: Linha, row: TicketRow, exigencia: Exigencia, now: int) -> int | None:
        """Until when a ticket is kept for who served the contact last: while that agent is there to come back to, and
        may have it.
        """
        afim, afinidade = linha.afim_de(row), linha.regras.politica.afinidade
        candidato = None if afim is None else linha.escala.candidatos.get(afim)
        if candidato is None or afinidade is None or not candidato.perfil.recebe:
            return None
        ate = na_fila_desde(row) + afinidade.segundos * 1000
        return ate if now < ate and linha.escala.apto(exigencia, candidato) else None

    def tirar(self, linha: Linha, ticket_id: str) -> None:
        linha.tirar(ticket_id)
        if linha.vigia:
            self.agenda.marcar(("ticket", linha.fila.id, ticket_id), None)

    # -- who has changed -----------------------------------------------------------------------------------------------

    def acertar(self, mexidos: Iterable[Perfil], now: int, cairam: Iterable[Linha] = ()) -> None:
        """Something about these agents has changed, and something of ``cairam`` may be given: they keep what they have
        room for, and what can be given is given. Nothing is given before all that falls has fallen.
        """
        todos, abertas = dict.fromkeys(mexidos), dict.fromkeys(cairam)
        for perfil in list(todos):
            self._caber(perfil, now, todos, abertas)
        if len(todos) == 1 and not abertas:
            (so_um,) = todos
            self._atender(so_um, now)
            self.reordenar(so_um)
            return
        for perfil in todos:  # who has room decides over what the others may have: they are looked at together
            self.reordenar(perfil)
            abertas |= dict.fromkeys(linha for linha, _ in perfil.lugares.values())
        self.repartir(abertas, now)

    def _caber(self, perfil: Perfil, now: int, todos: dict[Perfil, None], abertas: dict[Linha, None]) -> None:
        """Take back promises for which an agent has no room any more, the last one first: the lines that they go to,
        and whoever else they were made to, are looked at too.
        """
        while (ticket_id := perfil.nao_cabe()) is not None:
            todos |= dict.fromkeys(self.promessas[ticket_id].perfis)
            linha = self.voltar_a_linha(ticket_id, perfil, now)
            if linha is not None:
                abertas[linha] = None

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
        self.dar_de_volta(promessa, promessa.perfis, now)
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

    def dar_de_volta(self, promessa: Promessa, quem: Iterable[Perfil], now: int) -> None:
        """What these were promised, and were not offered, they have not had: it does not count."""
        for perfil in quem:
            lugar = perfil.lugares.get(promessa.row.fila_id)
            if lugar is not None:
                limites.devolver(*lugar, promessa.quando, now, recusou=False)

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
            self._prometer(*melhor, now, self._concorrentes)

    def _melhor_para(self, perfil: Perfil, now: int) -> tuple[Linha, Candidato, Espera] | None:
        melhor: tuple[Linha, Candidato, Espera] | None = None
        chave: Chave = ()
        self._concorrentes = []
        for linha, candidato in perfil.lugares.values():
            espera = linha.primeira_para(candidato) if linha.esperas and linha.distribui else None
            if espera is not None:
                esta = (candidato.prioridade, *linha.regras.posto(espera.row, espera.etapa, now))
                self._concorrentes.append(Concorrente(linha.fila.id, espera.row.id, esta))
                if melhor is None or esta < chave:
                    melhor, chave = (linha, candidato, espera), esta
        return melhor

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

    def puxar(self, linha: Linha, candidato: Candidato, now: int) -> Promessa | None:
        """The best of a line that an agent may have, whether the line is given out by itself or not."""
        espera = linha.primeira_para(candidato) if self.aberto else None
        if espera is None:
            return None
        posto = (candidato.prioridade, *linha.regras.posto(espera.row, espera.etapa, now))
        concorrentes = [Concorrente(linha.fila.id, espera.row.id, posto)]
        self._prometer(linha, candidato, espera, now, concorrentes, direto=True)
        self.reordenar(candidato.perfil)
        promessa = self.feitas.pop()
        assert isinstance(promessa, Promessa), "the last thing that was decided"
        return promessa

    def repartir(self, linhas: Iterable[Linha], now: int) -> None:
        """Give what waits in these lines, the best of all of them first, to those whom their strategies choose, while
        there are both: an agent may serve more than one.
        """
        for _ in self._repartindo(linhas, now):
            pass

    def _repartindo(self, linhas: Iterable[Linha], now: int) -> Iterator[None]:
        """Yields when one was given. What has been given only takes from what others may have: so a line whose first
        is what it was is the best still.
        """
        frentes = [(posto, n, linha) for n, linha in enumerate(linhas) if (posto := self._frente(linha, now))]
        heapify(frentes)
        while frentes:
            posto, n, linha = frentes[0]
            agora = self._frente(linha, now)
            if agora == posto:
                self._dar_o_primeiro(linha, now)
                yield
                agora = self._frente(linha, now)
            if agora is None:
                heappop(frentes)
            else:
                heapreplace(frentes, (agora, n, linha))

    def _frente(self, linha: Linha, now: int) -> Chave | None:
        """The rank of the first in a line that anybody may have."""
        if not self.aberto or not linha.esperas or not linha.distribui:
            return None
        espera = linha.primeira_que_da()
        return None if espera is None else linha.regras.posto(espera.row, espera.etapa, now)

    def _dar_o_primeiro(self, linha: Linha, now: int) -> None:
        """To whom the strategy chooses; who gets something gets the best that there is for it, by the priority that the
        filas have for it.
        """
        espera = linha.primeira_que_da()
        candidato = None if espera is None else linha.escolher(espera)
        assert candidato is not None, "somebody may have it"
        melhor = self._melhor_para(candidato.perfil, now)
        assert melhor is not None, "there is something for it"
        self._prometer(*melhor, now)
        self.reordenar(candidato.perfil)

    def _prometer(
        self, linha: Linha, candidato: Candidato, espera: Espera, now: int, concorrentes: Sequence[Concorrente] = (),
        *, direto: bool = False
    ) -> None:  # fmt: skip
        row, politica = espera.row, linha.regras.politica
        quem, duracao = [candidato], None
        if politica.modo == "oferta" and not direto:
            quem += self._tambem(linha, espera, candidato, politica.oferta.paralelas - 1)
            duracao = politica.oferta.segundos * 1000
        decisao = decidida(linha, espera, quem, concorrentes, now, self._us())
        self.tirar(linha, row.id)
        linha.prometidos += 1
        perfis = [um.perfil for um in quem]
        linha.escala.ver_nivel(espera.classe.exigencia, espera.classe.grupos, candidato)
        self.promessas[row.id] = promessa = Promessa(row, perfis, decisao=decisao, duracao=duracao, quando=now)
        for um in quem:
            self.contar(linha, um, now)
            um.perfil.prometer(row.id, espera.ocupacao)
            um.perfil.ocioso_desde = now
            if um is not candidato:
                self.reordenar(um.perfil)
        self.feitas.append(promessa)

    def contar(self, linha: Linha, candidato: Candidato, now: int) -> None:
        """An agent is given something of a line. It must be put in order afterwards."""
        linha.escala.passou_a_vez(candidato, now)
        if linha.regras.conta:
            limites.contar(linha, candidato, now)
        if linha.janelas:
            self.agenda.marcar(("janela", linha.fila.id, ""), min(linha.janelas.values()))

    def comecar(self) -> None:
        """Something has happened: how long it takes to decide is counted from here."""
        self._desde = self.cronometro()

    def _us(self) -> int:
        return (self.cronometro() - self._desde) // 1000

    def _tambem(self, linha: Linha, espera: Espera, primeiro: Candidato, quantos: int) -> list[Candidato]:
        """The next best, to whom it is offered too."""
        mais: list[Candidato] = []
        if not quantos:
            return mais
        linha.escala.reordenar(primeiro)  # who has room only now is another for whom it is, if it came back from one
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

    def encaminhar(self, linha: Linha, espera: Espera, destino: Destino, now: int) -> None:
        """A ticket is to go elsewhere. It waits until it has, and is told again if it does not."""
        espera.destino = destino
        self.feitas.append(Encaminhamento(espera.row.id, linha.fila.id, *destino))
        quando = min([now + DE_NOVO, *self._muda_em(linha, espera, now)])
        self.agenda.marcar(("ticket", linha.fila.id, espera.row.id), quando)
