"""What happens to the distribution because time passes, and because somebody comes or goes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from engine.distribuicao import horarios, limites
from engine.distribuicao.encaminhamentos import depois_de_esperar, pode_ir, sem_atendentes
from engine.distribuicao.escala import Candidato
from engine.distribuicao.linha import Espera, Linha
from engine.distribuicao.pareador import Pareador
from engine.distribuicao.perfil import Perfil
from engine.distribuicao.promessa import Destino
from engine.modelo import EscalaRow

POR_VEZ = 200
"""Tickets of a fila without anybody that are sent elsewhere at a stretch."""


Revisto = tuple[Linha, str, Destino | None]
"""A ticket that was looked at again, and where it had been told to go."""


class Prazos:
    """Rings that begin, hours that end, windows that are over: told to the matcher when they are due."""

    __slots__ = ("_pareador",)

    def __init__(self, pareador: Pareador) -> None:
        self._pareador = pareador

    def em_dia(self, now: int) -> None:
        """Look at whatever is due by now, and then give out what can be given: nothing before all of it is as it is
        now. Nothing is looked at before the opening.
        """
        pareador = self._pareador
        pareador.comecar()
        quando = pareador.agenda.proximo
        if quando is not None and quando <= now and pareador.aberto:
            self._ver_vencidos(now)

    def abrir(self, now: int) -> Iterator[None]:
        """From now on things happen when they are due; what was due before does so now. Yields now and then, so that
        the caller can let others go on.
        """
        self._pareador.aberto = True
        for linha in self._pareador.linhas.values():
            linha.escala.abrir()
        _, perfis, revistos = self._rever_vencidos(now)
        for perfil in perfis:
            self._pareador.reordenar(perfil)
        yield from self._pareador.abrir(now)
        for linha, ticket_id, destino in revistos:
            self.mandar(linha, ticket_id, destino, now)
        for linha in self._pareador.linhas.values():
            self.esvaziar(linha, now)

    def _ver_vencidos(self, now: int) -> None:
        linhas, perfis, revistos = self._rever_vencidos(now)
        self._pareador.acertar(perfis, now, linhas)
        for linha, ticket_id, destino in revistos:
            self.mandar(linha, ticket_id, destino, now)
        self._esvaziar_as_de(perfis, now)

    def _rever_vencidos(self, now: int) -> tuple[dict[Linha, None], dict[Perfil, None], list[Revisto]]:
        """Have all that is due be as it is now. Answers the lines and agents of which something may be given then, and
        the tickets that may have to go elsewhere.
        """
        linhas: dict[Linha, None] = {}
        perfis: dict[Perfil, None] = {}
        revistos: list[Revisto] = []
        for que, id_, outro in list(self._pareador.agenda.vencidos(now)):
            linha, perfil = self._pareador.linhas.get(id_), self._pareador.perfis.get(id_)
            if linha is not None and que == "ticket" and outro in linha.esperas:
                revistos.append((linha, outro, linha.esperas[outro].destino))
                self._pareador.por(linha, linha.esperas[outro].row, now)
                linhas[linha] = None
            elif linha is not None and que != "ticket":
                perfis |= dict.fromkeys(self._da_fila(que, linha, now))
                linhas[linha] = None
            elif perfil is not None and self._do_atendente(que, perfil, outro, now, linhas):
                perfis[perfil] = None
        return linhas, perfis, revistos

    def _da_fila(self, que: str, linha: Linha, now: int) -> list[Perfil]:
        """The agents for whom that changes anything: what they were promised of a fila that closes has fallen."""
        match que:
            case "fila":
                estava_aberta = linha.aberta
                self.rever_horario(linha, now)
                if estava_aberta and not linha.aberta:
                    self._pareador.fecharam.append(linha.fila.id)
                    return self.cair(linha, now)
            case "janela":
                limites.virar(linha, now)
                self._marcar_janelas(linha)
            case _:
                self.esvaziar(linha, now)
        return []

    def cair(self, linha: Linha, now: int) -> list[Perfil]:
        """Take back what was promised of a line that gives out no more, and from whom. What was offered stays so until
        somebody answers.
        """
        fila_id, mexidos = linha.fila.id, dict[Perfil, None]()
        for promessa in list(self._pareador.promessas.values()):
            if promessa.row.fila_id == fila_id and not promessa.ofertada:
                mexidos |= dict.fromkeys(promessa.perfis)
                self._pareador.voltar_a_linha(promessa.row.id, promessa.perfil, now)
        return list(mexidos)

    def _do_atendente(self, que: str, perfil: Perfil, ticket_id: str, now: int, linhas: dict[Linha, None]) -> bool:
        """Whether it is about an agent, and anything has changed for it."""
        if que == "arremate" and perfil.arrematou(ticket_id):
            perfil.ocioso_desde = now
            return True
        if que == "turno":
            recebia = perfil.recebe
            self.rever_turno(perfil, now)
            linhas |= dict.fromkeys(self._rever_lugares(perfil, now, recebia=recebia))
            return True
        return False

    def mandar(self, linha: Linha, ticket_id: str, destino: Destino | None, now: int) -> None:
        """A ticket that has waited long enough, or was told to go elsewhere before (``destino``) and did not, goes."""
        espera = linha.esperas.get(ticket_id)
        if espera is None or espera.destino is not None:
            return
        passa = depois_de_esperar(linha, espera.row, self._pareador.linhas)
        if passa is not None and passa[0] <= now:
            destino = passa[1]
        elif destino is not None and destino[1] != "tamanho":  # that it came when too many waited, stays true
            destino = self.se_vazia(linha, espera)
        if destino is not None and (destino[0] is None or pode_ir(espera.row, destino[0], self._pareador.linhas)):
            self._pareador.encaminhar(linha, espera, destino, now)

    def se_vazia(self, linha: Linha, espera: Espera) -> Destino | None:
        """Where a ticket goes if nobody of its fila is there."""
        para = None if linha.escala.disponiveis else sem_atendentes(linha, espera.row, self._pareador.linhas)
        return None if para is None else (para, "sem_atendentes")

    # -- hours and windows ---------------------------------------------------------------------------------------------

    def rever_horario(self, linha: Linha, now: int) -> None:
        """Whether a fila is open, and warms up: what was counted in an earlier warm-up is forgotten."""
        politica, antes = linha.regras.politica, linha.abriu_em
        linha.aberta, muda_em = True, None
        linha.aquece_ate, linha.abriu_em = 0, None
        if politica.horario is not None:
            linha.aberta, muda_em = horarios.aberta(politica.horario, now)
            if politica.aquecimento is not None and linha.aberta:
                dura = politica.aquecimento.segundos * 1000
                linha.abriu_em = horarios.aberta_desde(politica.horario, now, dura)
                linha.aquece_ate = 0 if linha.abriu_em is None else linha.abriu_em + dura
        limites.aquecer(linha, outra=linha.abriu_em != antes, now=now)
        self._marcar_janelas(linha)
        self._pareador.agenda.marcar(("fila", linha.fila.id, ""), muda_em)

    def rever_regras(self, linha: Linha, now: int) -> None:
        """A fila has another policy: what it counts no more is forgotten."""
        limites.esquecer(linha, now)
        self.rever_horario(linha, now)

    def _marcar_janelas(self, linha: Linha) -> None:
        self._pareador.agenda.marcar(("janela", linha.fila.id, ""), min(linha.janelas.values(), default=None))

    def lembrar(self, linha: Linha, candidato: Candidato, row: EscalaRow, now: int) -> None:
        """What an agent was given, as it was saved; windows that are over since count no more."""
        candidato.vez, candidato.passo, candidato.dada_em = row.vez, row.passo, row.dada_em
        limites.lembrar(linha, candidato, row, now)
        linha.escala.reordenar(candidato)
        self._marcar_janelas(linha)

    def rever_turno(self, perfil: Perfil, now: int) -> None:
        """Whether an agent is within its shift."""
        muda_em: int | None = None
        perfil.no_turno = True
        if perfil.row.turno is not None:
            turno = horarios.turno_de(perfil.row.turno)
            perfil.no_turno, muda_em = horarios.recebe(turno, self._pareador.custos.sem_novos, now)
        self._pareador.agenda.marcar(("turno", perfil.id, ""), muda_em)
        perfil.recontar()

    def esquecer(self, perfil: Perfil) -> None:
        """An agent is gone."""
        self._pareador.agenda.marcar(("turno", perfil.id, ""), None)
        for ticket_id in perfil.arremates:
            self._pareador.agenda.marcar(("arremate", perfil.id, ticket_id), None)

    # -- who comes and goes --------------------------------------------------------------------------------------------

    def acertar(self, perfil: Perfil, now: int, *, recebia: bool, rever: bool = False) -> None:
        """An agent has changed: ``recebia``, whether it was at work before; ``rever``: what it may have is another."""
        linhas = self._rever_lugares(perfil, now, recebia=recebia, rever=rever)
        self._pareador.acertar([perfil], now, linhas)
        if recebia and not perfil.recebe:
            self._esvaziar_as_de([perfil], now)

    def _esvaziar_as_de(self, perfis: Iterable[Perfil], now: int) -> None:
        """What these were promised has fallen into lines where perhaps nobody is any more."""
        for linha in dict.fromkeys(linha for perfil in perfis for linha, _ in perfil.lugares.values()):
            self.esvaziar(linha, now)

    def _rever_lugares(self, perfil: Perfil, now: int, *, recebia: bool, rever: bool = False) -> list[Linha]:
        """The lines of which something may be others' now, because an agent has come, gone, or learned something."""
        if recebia == perfil.recebe and not rever:
            return []
        lugares = list(perfil.lugares.values())
        for linha, candidato in lugares:
            linha.escala.reordenar(candidato)
        return [linha for linha, _ in lugares if self.rever_ausencia(linha, perfil.id, now)]

    def rever_ausencia(self, linha: Linha, atendente_id: str, now: int) -> bool:
        """Whether anything in a line may be others' now."""
        afins = linha.afins(atendente_id)
        for row in afins:
            self._pareador.por(linha, row, now)
        self.esvaziar(linha, now)
        return bool(afins) or linha.recusadas > 0

    def esvaziar(self, linha: Linha, now: int) -> None:
        """If nobody of a fila is there, what waits goes elsewhere, if it is set so, some at a time."""
        pareador = self._pareador
        if linha.escala.disponiveis or not pareador.aberto or not linha.manda_embora or not linha.esperas:
            return
        if pareador.agenda.tem(("vazia", linha.fila.id, "")):  # the rest of them go on in their turn
            return
        vao = ((espera, sem_atendentes(linha, espera.row, pareador.linhas)) for espera in linha.em_ordem())
        agora = list(islice(((espera, para) for espera, para in vao if para and espera.destino is None), POR_VEZ))
        for espera, para in agora:
            pareador.encaminhar(linha, espera, (para, "sem_atendentes"), now)
        if len(agora) == POR_VEZ:
            pareador.agenda.marcar(("vazia", linha.fila.id, ""), now + 1)
