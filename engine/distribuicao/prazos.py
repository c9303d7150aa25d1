"""What happens to the distribution because time passes, and because somebody comes or goes."""

from __future__ import annotations

from engine.distribuicao import horarios, limites
from engine.distribuicao.agenda import Assunto
from engine.distribuicao.encaminhamentos import depois_de_esperar, sem_atendentes
from engine.distribuicao.escala import Candidato
from engine.distribuicao.linha import Linha
from engine.distribuicao.pareador import Pareador
from engine.distribuicao.perfil import Perfil
from engine.modelo import EscalaRow

POR_VEZ = 200
"""Tickets of a fila without anybody that are sent elsewhere at a stretch."""


class Prazos:
    """Rings that begin, hours that end, windows that are over: told to the matcher when they are due."""

    __slots__ = ("_pareador",)

    def __init__(self, pareador: Pareador) -> None:
        self._pareador = pareador

    def em_dia(self, now: int) -> None:
        """Look at whatever is due by now. What was looked at late is so as it is now."""
        agenda = self._pareador.agenda
        quando = agenda.proximo()
        if quando is not None and quando <= now:
            for assunto in agenda.vencidos(now):
                self._venceu(assunto, now)

    def _venceu(self, assunto: Assunto, now: int) -> None:
        que, id_, outro = assunto
        linha, perfil = self._pareador.linhas.get(id_), self._pareador.perfis.get(id_)
        if linha is not None:
            self._da_fila(que, linha, outro, now)
        elif perfil is not None and que == "turno":
            recebia = perfil.recebe
            self.rever_turno(perfil, now)
            self.acertar(perfil, now, recebia=recebia)
        elif perfil is not None and que == "arremate" and perfil.arrematou(outro):
            perfil.ocioso_desde = now
            self._pareador.acertar([perfil], now)

    def _da_fila(self, que: str, linha: Linha, ticket_id: str, now: int) -> None:
        match que:
            case "ticket":
                if ticket_id in linha.esperas:
                    self._rever_ticket(linha, ticket_id, now)
            case "fila":
                self.rever_horario(linha, now)
                self._pareador.distribuir(linha, now)
            case "janela":
                limites.virar(linha, now)
                self._marcar_janelas(linha)
                self._pareador.distribuir(linha, now)
            case _:
                self._esvaziar(linha, now)

    def _rever_ticket(self, linha: Linha, ticket_id: str, now: int) -> None:
        """A ring has begun for it, it is kept for nobody any more, or it is to go elsewhere."""
        pareador, row = self._pareador, linha.esperas[ticket_id].row
        pareador.por(linha, row, now)
        esta = linha.esperas[ticket_id]
        if pareador.dar(linha, esta, now):
            return
        passa = depois_de_esperar(linha, row, pareador.linhas)
        if passa is not None and passa[0] <= now and pareador.aberto:
            pareador.encaminhar(linha, esta, *passa[1], now)

    # -- hours and windows ---------------------------------------------------------------------------------------------

    def rever_horario(self, linha: Linha, now: int) -> None:
        """Whether a fila is open, and warms up."""
        politica = linha.regras.politica
        linha.aberta, muda_em = True, None
        linha.aquece_ate = 0
        if politica.horario is not None:
            linha.aberta, muda_em = horarios.aberta(politica.horario, now)
            if politica.aquecimento is not None and linha.aberta:
                dura = politica.aquecimento.segundos * 1000
                abriu = horarios.aberta_desde(politica.horario, now, dura)
                linha.aquece_ate = 0 if abriu is None else abriu + dura
        self._pareador.agenda.marcar(("fila", linha.fila.id, ""), muda_em)

    def rever_janelas(self, linha: Linha, now: int) -> None:
        """What keeps whom away, by rules that may be new."""
        contam = {janela for janela, _ in limites.janelas(linha, linha.regras.politica, now)}
        linha.janelas = {janela: fim for janela, fim in linha.janelas.items() if janela in contam}
        limites.rever(linha, now)
        self._marcar_janelas(linha)

    def _marcar_janelas(self, linha: Linha) -> None:
        self._pareador.agenda.marcar(("janela", linha.fila.id, ""), min(linha.janelas.values(), default=None))

    def lembrar(self, linha: Linha, candidato: Candidato, row: EscalaRow) -> None:
        """What an agent was given, as it was saved."""
        candidato.passo, candidato.dada_em = row.passo, row.dada_em
        for janela, (fim, quantos) in row.contas.items():
            linha.janelas[janela] = max(fim, linha.janelas.get(janela, 0))
            if janela == "atendidos":
                candidato.atendidos = quantos
            else:
                candidato.contas[janela] = quantos
        linha.escala.lembrar(candidato, row.vez)
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
        linhas: list[Linha] = []
        if recebia != perfil.recebe or rever:
            for linha, candidato in perfil.lugares.values():
                linha.escala.reordenar(candidato)
                if self.rever_ausencia(linha, perfil.id, now):
                    linhas.append(linha)
        self._pareador.acertar([perfil], now, linhas)

    def rever_ausencia(self, linha: Linha, atendente_id: str, now: int) -> bool:
        """Whether something in a line may be others' now, because an agent has come, gone, or learned something."""
        afins = linha.afins(atendente_id)
        for row in afins:
            self._pareador.por(linha, row, now)
        if not linha.escala.disponiveis and linha.esperas:
            self._esvaziar(linha, now)
        return bool(afins) or linha.recusadas > 0

    def _esvaziar(self, linha: Linha, now: int) -> None:
        """Nobody of a fila is there: what waits goes elsewhere, if it is set so, some at a time."""
        pareador, foram = self._pareador, 0
        if linha.escala.disponiveis or not pareador.aberto or not linha.manda_embora:
            return
        for espera in list(linha.em_ordem()):
            para = None if espera.encaminhada else sem_atendentes(linha, espera.row, pareador.linhas)
            if para is not None:
                pareador.encaminhar(linha, espera, para, "sem_atendentes", now)
                foram += 1
            if foram == POR_VEZ:
                pareador.agenda.marcar(("vazia", linha.fila.id, ""), now + 1)
                return
