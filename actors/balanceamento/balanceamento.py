"""A balancing of the load: planned at once, done by each ticket in its own turn, and told when all have answered."""

from __future__ import annotations

from functools import partial
from typing import Final

from actors.balanceamento.mensagens import (
    BalanceamentoEmCurso,
    BalanceamentoVencido,
    Rebalanceado,
    Rebalancear,
)
from actors.diretorio.empresa_viva import EmpresaViva
from actors.empresa.comandos import BalancearCarga
from engine.balanceamento import Mudanca, Pedido, PorqueNao, planejar
from engine.balanceamento.palavras import porque_move
from engine.balanceamento.vista import Balanceamento, balanceamento
from engine.errors import Conflict, NotFound, Unavailable, fora_de_ordem
from engine.runtime import Address, Effects, Reply, settle

PRAZO: Final = 10_000
"""How long the tickets have to answer, in ms."""


class Balanceamentos:
    """Held by the Empresa: one at a time. What a crash interrupts is as far as it had come, each ticket by itself.

    The actor calls, from its handlers::

        BalancearCarga           pedir(comando)
        Rebalanceado             respondeu(m)
        BalanceamentoVencido     venceu(m)
        recovered                recuperar()
        suspended, stopped       interromper()
    """

    __slots__ = ("_ator", "_em_curso", "_viva")

    def __init__(self, ator: Effects, viva: EmpresaViva) -> None:
        self._ator = ator
        self._viva = viva
        self._em_curso: BalanceamentoEmCurso | None = None

    def pedir(self, comando: BalancearCarga) -> Balanceamento | None:
        """Raises NotFound, Conflict, or Unavailable while the distribution is made anew."""
        self._exigir_que_existam(comando)
        if self._em_curso is not None and not comando.simular:
            problema = "Outro balanceamento está em curso: espere que termine e peça de novo"
            raise Conflict("balanceamento_em_curso", problema)
        distribuidor = self._viva.distribuicao.a_vista()
        if distribuidor is None:
            raise fora_de_ordem()
        plano = planejar(distribuidor, _pedido(comando), self._viva.diretorio.ticket_row, self._ator.now())
        if comando.simular or not plano.mudancas:
            return balanceamento(plano, {}, self._nome, simulado=comando.simular)
        self._comecar(BalanceamentoEmCurso(comando.quem, plano, self._ator.defer()))
        return None

    def _exigir_que_existam(self, comando: BalancearCarga) -> None:
        if comando.fila_id is not None:
            self._viva.diretorio.fila(comando.fila_id)
        if comando.atendente_id is not None:
            self._viva.diretorio.atendente(comando.atendente_id)

    def _comecar(self, em_curso: BalanceamentoEmCurso) -> None:
        self._em_curso = em_curso
        self._ator.at(self._ator.now() + PRAZO, BalanceamentoVencido(em_curso))
        for lugar, mudanca in enumerate(em_curso.plano.mudancas):
            ticket = self._viva.diretorio.tickets.get(mudanca.ticket_id)
            if ticket is None:  # it has closed since its row was looked at
                em_curso.falhas[lugar] = "mudou"
                em_curso.pendentes.discard(lugar)
            else:
                resposta = _RespostaDoTicket(self._ator.ref, em_curso, lugar)
                ticket.forward(self._rebalancear(em_curso, mudanca), resposta)
        self._ver_se_acabou(em_curso)

    def _rebalancear(self, em_curso: BalanceamentoEmCurso, mudanca: Mudanca) -> Rebalancear:
        return Rebalancear(
            quem=em_curso.quem,
            ticket_id=mudanca.ticket_id,
            fila_id=mudanca.para_fila,
            atendente_id=mudanca.para,
            motivo=f"Balanceamento de carga: {porque_move(mudanca, self._nome)}",
            mudanca=mudanca,
        )

    def respondeu(self, m: Rebalanceado) -> None:
        em_curso = m.em_curso
        if em_curso is not self._em_curso:
            return
        em_curso.pendentes.discard(m.lugar)
        if m.porque_nao is not None:
            em_curso.falhas[m.lugar] = m.porque_nao
        self._ver_se_acabou(em_curso)

    def _ver_se_acabou(self, em_curso: BalanceamentoEmCurso) -> None:
        if not em_curso.pendentes:
            dito = balanceamento(em_curso.plano, em_curso.falhas, self._nome, simulado=False)
            self._ator.answer(em_curso.resposta, dito)
            self._ator.once_released(partial(self._largar, em_curso))

    def venceu(self, m: BalanceamentoVencido) -> None:
        """Those that have not said anything may yet move: whoever asked has to look."""
        em_curso = m.em_curso
        if em_curso is self._em_curso:
            em_curso.falhas |= dict.fromkeys(em_curso.pendentes, "sem_resposta")
            em_curso.pendentes.clear()
            self._ver_se_acabou(em_curso)

    def _nome(self, id_: str) -> str | None:
        diretorio = self._viva.diretorio
        row = diretorio.fila_row(id_) or diretorio.atendente_row(id_)
        return None if row is None else row.nome

    # -- crashes, and the end --------------------------------------------------------------------------------------

    def recuperar(self) -> None:
        """The actor was rebuilt after a crash."""
        if self._em_curso is not None:
            self._ator.refuse(self._em_curso.resposta, _interrompido())
            self._ator.once_released(partial(self._largar, self._em_curso))

    def interromper(self) -> None:
        """Outside any turn, the actor has stopped or is quarantined: whoever asked must not wait for ever."""
        if self._em_curso is not None:
            settle(self._em_curso.resposta, None, _interrompido())
            self._largar(self._em_curso)

    def _largar(self, em_curso: BalanceamentoEmCurso) -> None:
        if self._em_curso is em_curso:
            self._em_curso = None


class _RespostaDoTicket(Reply["PorqueNao | None"]):
    """A reply that tells the Empresa how it ended, by a Rebalanceado."""

    __slots__ = ("_em_curso", "_empresa", "_lugar")

    def __init__(self, empresa: Address, em_curso: BalanceamentoEmCurso, lugar: int) -> None:
        super().__init__()
        self._empresa = empresa
        self._em_curso = em_curso
        self._lugar = lugar

    def settle(self, value: PorqueNao | None, error: BaseException | None) -> None:
        super().settle(value, error)
        # Not told: it may be in the middle of a turn, and is no part of it.
        self._empresa.deliver(Rebalanceado(self._em_curso, self._lugar, value if error is None else _erro(error)))


def _erro(erro: BaseException) -> PorqueNao:
    return "mudou" if isinstance(erro, NotFound) else "sem_resposta"


def _pedido(comando: BalancearCarga) -> Pedido:
    return Pedido(
        fila_id=comando.fila_id,
        atendente_id=comando.atendente_id,
        atribuidos=comando.incluir_atribuidos,
        limite=comando.limite,
    )


def _interrompido() -> Unavailable:
    problema = "O balanceamento foi interrompido: o que já foi movido fica como está; peça de novo em instantes"
    return Unavailable("balanceamento_interrompido", problema, 5)
