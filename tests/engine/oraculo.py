"""A Distribuidor beside the rows as they are: whatever it promises is asked of the reference at that moment, and after
each operation all of it is looked up anew (:mod:`tests.engine.conferencia`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

from engine.distribuicao import OfertaCaiu, pareador
from engine.distribuicao.promessa import Novidade, Promessa
from engine.estados import devolver, dono
from engine.modelo import ArremateRow, AtendenteRow, EscalaRow, FilaRow, TicketRow, TipoComContatos
from engine.participacao import Vias
from engine.politica.capacidade import Capacidade
from engine.politica.da_fila import politica_de
from tests.engine import de_novo
from tests.engine.conferencia import Conferencia
from tests.engine.juizo import Juizo
from tests.engine.memoria import Memoria
from tests.engine.referencia import Mundo
from tests.engine.vigias import vigiado

Mudanca = Callable[[], None]
FIM = object()
VEZES = 3
"""That something is due at one moment."""


class Oraculo:
    """``mundo`` are the rows. ``correio`` is all that was ever told: promises, where to go, offers that fell."""

    def __init__(self, capacidade: Capacidade = Capacidade(), now: int = 0) -> None:  # noqa: B008  # it is frozen
        self.mundo = Mundo(capacidade, self._promessas)
        self.mundo.now = now
        self.memoria = Memoria(self.mundo)
        self.juizo = Juizo(self.mundo, self.memoria, self.ocioso)
        self.conferencia = Conferencia(self)
        self.correio: list[Novidade] = []
        self.abrindo = False
        self.preferido: str | None = None
        self.desfeita: Promessa | None = None
        self.recebiam: set[str] = set()
        self.salvas: dict[tuple[str, str], EscalaRow] = {}
        self._mudanca: Mudanca | None = None
        self.antes: dict[str, list[str]] = {}
        self.filas_antes: dict[str, FilaRow] = {}
        self._vistas: dict[str, list[str]] = {}
        self._tinham: dict[str, set[str]] = {}
        self.distribuidor = vigiado(self)
        self.abrir()

    @property
    def now(self) -> int:
        return self.mundo.now

    def _promessas(self) -> dict[str, list[str]]:
        return {id_: [um.id for um in promessa.perfis] for id_, promessa in self.distribuidor.promessas.items()}

    # -- filas -------------------------------------------------------------------------------------------------------

    def mudar_canal(self, canal: str, tipo: TipoComContatos) -> None:
        self.mundo.canais[canal] = tipo
        self.distribuidor.canal_mudou(canal, tipo)

    def mudar_fila(self, fila: FilaRow) -> None:
        def mudou() -> None:
            if fila.id in self.mundo.filas and politica_de(fila) != self.mundo.politica(fila.id):
                self.memoria.outra_politica(fila.id)
            self.mundo.filas[fila.id] = fila
            self.memoria.rever_regras(fila.id)

        with self._operacao(mudou):
            self.distribuidor.fila_mudou(fila, self.now)

    def fechar_fila(self, fila: str) -> list[TicketRow]:
        """It is gone; whoever waits there is somebody's to move."""
        esperavam: dict[str, TicketRow] = {}

        def mudou() -> None:
            esperavam.update(self.mundo.na_linha(fila))
            del self.mundo.filas[fila]
            self.mundo.vias = {par: vias for par, vias in self.mundo.vias.items() if par[0] != fila}

        with self._operacao(mudou):
            ficaram = self.distribuidor.fila_saiu(fila, self.now)
        assert {row.id: row for row in ficaram} == {
            id_: row for id_, row in esperavam.items() if id_ not in self.mundo.suspensos
        }
        return ficaram

    # -- agents ------------------------------------------------------------------------------------------------------

    def mudar_pessoa(self, row: AtendenteRow) -> None:
        def mudou() -> None:
            mundo, memoria = self.mundo, self.memoria
            estava = mundo.disponivel(row.id) if row.id in mundo.pessoas else None
            mundo.pessoas[row.id] = row
            if estava is None:
                memoria.ocioso[row.id] = row.ocioso_desde
            elif estava != mundo.disponivel(row.id):
                memoria.ocioso[row.id] = self.now

        with self._operacao(mudou):
            self.distribuidor.atendente_mudou(row, self.now)

    def tirar_pessoa(self, pessoa: str) -> None:
        """Deleted: what it had is nobody's any more, and each of these is told so."""

        def mudou() -> None:
            mundo = self.mundo
            mundo.vias = {par: vias for par, vias in mundo.vias.items() if par[1] != pessoa}
            mundo.arremates = {qual: um for qual, um in mundo.arremates.items() if qual[1] != pessoa}
            del mundo.pessoas[pessoa], self.memoria.ocioso[pessoa]
            mundo.parados.discard(pessoa)
            mundo.saindo.discard(pessoa)

        with self._operacao(mudou):
            self.distribuidor.atendente_saiu(pessoa, self.now)
        self._sem_dono()

    def _sem_dono(self) -> None:
        """What has an owner that is no more goes back, unless it is out of order."""
        for id_, row in list(self.mundo.tickets.items()):
            if dono(row) not in {None, *self.mundo.pessoas} and id_ not in self.mundo.suspensos:
                self.mudar_ticket(devolver(row, self.now))

    def deixar_de_dar(self, pessoa: str, *, saindo: bool | None = None, parado: bool | None = None) -> None:
        def mudou() -> None:
            for quais, sim in ((self.mundo.saindo, saindo), (self.mundo.parados, parado)):
                if sim is not None:
                    (quais.add if sim else quais.discard)(pessoa)

        with self._operacao(mudou):
            perfil = self.distribuidor.perfis[pessoa]
            self.distribuidor.deixar_de_dar(perfil, self.now, saindo=saindo, parado=parado)

    def servir(self, fila: str, pessoa: str, vias: Vias = (None,)) -> None:
        """By none: it ceases to."""

        def mudou() -> None:
            if vias:
                self.mundo.vias[fila, pessoa] = vias
            else:
                self.mundo.vias.pop((fila, pessoa), None)

        with self._operacao(mudou):
            if vias:
                self.distribuidor.serve(fila, pessoa, self.now, vias)
            else:
                self.distribuidor.deixou(fila, pessoa, self.now)

    # -- tickets -----------------------------------------------------------------------------------------------------

    def mudar_ticket(
        self, row: TicketRow, preferido: str | None = None, arremate: ArremateRow | None = None
    ) -> None:  # fmt: skip
        antes = self.mundo.tickets.get(row.id)

        def mudou() -> None:
            self._arrematar(row, arremate)
            self.mundo.tickets[row.id] = row
            if antes is not None:
                for pessoa in self.memoria.acabou_de_ofertar(antes, row):
                    self._salvar(antes.fila_id, pessoa, (antes, row))
            self.memoria.ofertou(antes, row)
            self.conferencia.veio(antes, row)
            self.preferido = preferido

        with self._operacao(mudou):
            if arremate is not None:
                self.distribuidor.arrematar(arremate, self.now)
            self.distribuidor.ticket_mudou(antes, row, self.now, preferido)
        if dono(row) is not None:
            self._salvar(row.fila_id, dono(row) or "")

    def _salvar(self, fila: str, pessoa: str, acabou: tuple[TicketRow, TicketRow] | None = None) -> None:
        """With a ticket that has got an owner, or is offered to somebody no more (``acabou``), it is saved what is to
        be remembered of that one.
        """
        salva = self.distribuidor.lembranca(fila, pessoa, acabou)
        assert salva == self.memoria.salvas().get((fila, pessoa))
        if salva is not None:
            self.salvas[fila, pessoa] = salva

    def _arrematar(self, row: TicketRow, arremate: ArremateRow | None) -> None:
        """It is wrapped up; or who wraps it up goes on with it."""
        self.mundo.arremates.pop((row.id, dono(row) or ""), None)
        if arremate is not None and arremate.atendente_id in self.mundo.pessoas and arremate.ate > self.now:
            self.mundo.arremates[row.id, arremate.atendente_id] = arremate

    def arrematou(self, ticket: str, pessoa: str) -> None:
        """Somebody is done with a wrap-up before its time."""

        def mudou() -> None:
            if self.mundo.arremates.pop((ticket, pessoa), None) is not None:
                self.memoria.ocioso[pessoa] = self.now

        with self._operacao(mudou):
            self.distribuidor.arrematou(pessoa, ticket, self.now)

    def suspender(self, ticket: str) -> None:
        with self._operacao(lambda: self.mundo.suspensos.add(ticket)):
            self.distribuidor.avancar(self.now)
            self.distribuidor.suspender(self.mundo.tickets[ticket], self.now)

    def voltar(self, ticket: str) -> None:
        def mudou() -> None:
            self.mundo.suspensos.discard(ticket)
            self.conferencia.veio(None, self.mundo.tickets[ticket], chega=False)

        with self._operacao(mudou):
            self.distribuidor.ticket_mudou(None, self.mundo.tickets[ticket], self.now)
        self._sem_dono()

    def desfazer(self, promessa: Promessa) -> None:
        def mudou() -> None:
            self.desfeita = promessa

        with self._operacao(mudou):
            self.distribuidor.desfazer(promessa, self.now)

    def puxar(self, fila: str, pessoa: str) -> Promessa | None:
        """An agent asks for its next ticket of a fila. Whoever asks tells the ticket."""
        with self._operacao(lambda: None):
            promessa = self.distribuidor.puxar(fila, pessoa, self.now)
            if promessa is None and (fila, pessoa) in self.mundo.vias:
                self.mundo.mexeu()
                assert self.juizo.melhor_da_fila(fila, pessoa) is None, "there is something for it"
            self.correio += [] if promessa is None else [promessa]
        return promessa

    def ha_volta(self, row: TicketRow) -> bool:
        """Whether its owner has room to go on with what waited on the customer."""
        pessoa = row.atendente_id or ""
        self.mundo.mexeu()
        dito = self.distribuidor.sem_volta(row, self.distribuidor.perfis[pessoa])
        assert dito == self.mundo.cheio(pessoa, row, a_mao=True, tendo=self.mundo.custo(row))
        return dito is None

    # -- time, and from the beginning --------------------------------------------------------------------------------

    def passar(self, ate: int) -> None:
        """It is so late, and nobody has looked yet."""
        assert ate >= self.now
        self.mundo.now = ate

    def avancar(self) -> None:
        """What is due is looked at; and what has fallen by that and is due too, right after it."""
        for _ in range(VEZES):
            with self._operacao(lambda: None):
                self.distribuidor.avancar(self.now)
            quando = self.distribuidor.proximo_prazo()
            if quando is None or quando > self.now:
                break
        else:
            raise AssertionError("it does not end")
        self.conferencia.dos_que_vao()

    def refazer(self, *, lembrar: Literal["tudo", "salvas", "nada"], entre: Mudanca | None = None) -> None:
        """A Distribuidor is made anew; what the last one promised is told still. It is told what the last one knew, or
        what was saved when somebody was given something.
        """
        self.memoria.passou_o_tempo()
        lembradas = {"tudo": self.memoria.salvas(), "salvas": self.salvas, "nada": {}}[lembrar]
        salvas = list(lembradas.values())
        self.distribuidor = de_novo.feito_de_novo(self, salvas)
        self.memoria.de_novo(salvas, de_novo.quem_perdeu_ofertas(self.distribuidor, self.mundo))
        self.abrir(entre)

    def abrir(self, entre: Mudanca | None = None) -> None:
        """It begins to give out, a promise at a time; ``entre`` happens between two of them."""
        self.abrindo, por_fatia = True, pareador.POR_FATIA
        fatias: Iterator[None] | None = None
        pareador.POR_FATIA = 1
        try:
            while self.abrindo:
                with self._operacao(lambda: None):
                    fatias = fatias or self.distribuidor.abrir(self.now)
                    self.abrindo = next(fatias, FIM) is not FIM
                if self.abrindo and entre is not None:
                    entre()
        finally:
            pareador.POR_FATIA = por_fatia

    # -- one operation -----------------------------------------------------------------------------------------------

    def esta_em_dia(self) -> None:
        """What is due has been done, and now it happens."""
        mudanca, self._mudanca = self._mudanca, None
        if mudanca is not None:
            self.mundo.mexeu()
            self.memoria.rever_promessas()
            self._ver_ociosos()
            mudanca()
            self.memoria.rever_servicos()
            self.memoria.rever_quem_recebe()
            self.mundo.mexeu()

    def _ver_ociosos(self) -> None:
        """What was due may have let promises fall, though now it happens all the same."""
        self.mundo.mexeu()
        for pessoa in self.mundo.pessoas:
            self.memoria.ocioso[pessoa] = self.ocioso(pessoa)
        self._vistas = self.mundo.prometidos

    @contextmanager
    def _operacao(self, mudanca: Mudanca) -> Iterator[None]:
        """Who is promised, given or freed of work in it is idle from now."""
        self.mundo.mexeu()
        self.antes = self._vistas = self.mundo.prometidos
        self._tinham = {id_: self.mundo.ocupados(id_) for id_ in self.mundo.pessoas}
        promessas, self.filas_antes = dict(self.distribuidor.promessas), dict(self.mundo.filas)
        self._mudanca, self.preferido, self.desfeita = mudanca, None, None
        self.memoria.passou_o_tempo()
        self.mundo.mexeu()
        self.recebiam = {pessoa for pessoa in self.mundo.pessoas if self.mundo.recebe(pessoa)}
        yield
        self.esta_em_dia()
        self.mundo.mexeu()
        self.memoria.rever_promessas()
        self.conferencia.do_que_caiu(promessas)
        novas = self.distribuidor.tomar()
        cairam = {um.atendente_id for um in novas if isinstance(um, OfertaCaiu)}
        for id_ in self.mundo.pessoas:
            recaiu = id_ in cairam and self.distribuidor.perfis[id_].ocioso_desde == self.now
            self.memoria.ocioso[id_] = self.now if recaiu else self.ocioso(id_)
        self.correio += novas
        self.conferencia.de_tudo()

    def ocioso(self, pessoa: str) -> int:
        """Since when an agent is idle, at this moment of an operation."""
        mundo = self.mundo
        antes, tem = self._tinham.get(pessoa, set()), mundo.ocupados(pessoa)
        prometidos = {id_ for id_, quem in self._vistas.items() if pessoa in quem}
        cairam = prometidos - tem - mundo.prometidos_a(pessoa)
        return self.now if antes - tem or tem - antes - prometidos or cairam else self.memoria.ocioso[pessoa]

    def vagas(self, pessoa: str) -> int:
        """How much of an agent is free, in hundredths of a slot."""
        teto = self.mundo.pessoas[pessoa].capacidade * 100 if self.mundo.recebe(pessoa) else 0
        return teto - self.mundo.usado(pessoa)
