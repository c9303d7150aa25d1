"""Histories by chance: one thing after the other happens to a Distribuidor, and an oracle looks at each.

For hours of it: :mod:`tests.engine.longa`.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any, Final

from msgspec.structs import replace

from engine import estados
from engine.capacidade import pode_forcar
from engine.modelo import DISPONIVEL, ArremateRow, Rota, TicketRow
from tests.engine import acasos, escutas, linhas
from tests.engine.acasos import sim
from tests.engine.oraculo import Oraculo

MUITO: Final = 300_000
"""Most of the time it does not pass so long (ms)."""
FILAS, PESSOAS, TICKETS = 4, 6, 14
"""So many at the most."""


class Historia:
    """What may happen. Each thing happens to something that there is, or not at all."""

    def __init__(self, acaso: Random) -> None:
        self.o = Oraculo(acasos.capacidade(acaso), acasos.COMECO + acaso.choice((-30_000, 0, 90_000)))
        self._numero = 0
        for canal, tipo in acasos.CANAIS.items():
            self.o.mudar_canal(canal, tipo)
        for _ in range(2):
            self.abrir_fila(acaso)
        for _ in range(4):
            self.chegar(acaso)

    def acontecer(self, que: str, acaso: Random) -> None:
        """One of :data:`ACOES`."""
        ACOES[que][0](self, acaso)

    def _novo_id(self, de_que: str) -> str:
        self._numero += 1
        return acasos.um_id(de_que, self._numero)

    # -- time

    def passar(self, acaso: Random) -> None:
        """To the next moment at which something is due, or to any; looked at then, or later."""
        quando = self.o.distribuidor.proximo_prazo()
        if quando is None or sim(acaso) or (quando > self.o.now + MUITO and not sim(acaso)):
            quando = self.o.now + acaso.choice((1, 7, 1_000, 5_000, 17_000, 60_000))
        self.o.passar(max(quando, self.o.now))
        if not sim(acaso):
            self.o.avancar()

    def refazer(self, acaso: Random) -> None:
        """Made anew; meanwhile things go on."""
        lembrar: Any = acaso.choice(("tudo", "tudo", "salvas", "nada"))
        self.o.refazer(lembrar=lembrar, entre=lambda: self.acontecer(acaso.choice(ENQUANTO_ABRE), acaso))

    # -- filas

    def abrir_fila(self, acaso: Random) -> None:
        if len(self.o.mundo.filas) < FILAS:
            self.o.mudar_fila(linhas.fila(self._novo_id("f"), **self._da_fila(acaso, "")))

    def mudar_fila(self, acaso: Random) -> None:
        fila = acaso.choice(list(self.o.mundo.filas.values()))
        de_novo = self._da_fila(acaso, fila.id)
        quais = list(de_novo) if sim(acaso) else [acaso.choice(list(de_novo))]
        self.o.mudar_fila(replace(fila, **{campo: de_novo[campo] for campo in quais}))

    def _da_fila(self, acaso: Random, esta: str) -> dict[str, Any]:
        outras = [fila for fila in self.o.mundo.filas if fila != esta]
        return {
            "politica": acasos.politica(acaso, acasos.AoLado(outras, list(self.o.mundo.pessoas))),
            "estrategia": acaso.choice(acasos.ESTRATEGIAS),
            "distribuicao_automatica": not sim(acaso, 6),
            "prioridade": acaso.randint(1, 10),
        }

    def fechar_fila(self, acaso: Random) -> None:
        """Not while a ticket of it is out of order: that one does not move."""
        filas = list(self.o.mundo.filas)
        fila = acaso.choice(filas)
        suspensos = {self.o.mundo.tickets[id_].fila_id for id_ in self.o.mundo.suspensos}
        if len(filas) > 1 and fila not in suspensos:
            for row in self.o.fechar_fila(fila):
                para = next(outra for outra in filas if outra != fila)
                self.o.mudar_ticket(estados.esperar_na_fila(row, para, self.o.now))

    # -- agents

    def _pessoa(self, acaso: Random) -> str | None:
        return acaso.choice(list(self.o.mundo.pessoas)) if self.o.mundo.pessoas else None

    def chegar(self, acaso: Random) -> None:
        if len(self.o.mundo.pessoas) < PESSOAS:
            row = linhas.atendente(
                self._novo_id("p"),
                capacidade=acaso.choice((0, 1, 2, 2, 3, 4)),
                ocioso_desde=self.o.now,
                online=not sim(acaso, 6),
                **acasos.niveis(acaso),
            )
            self.o.mudar_pessoa(replace(row, turno=acasos.turno(acaso)))
            for fila in self.o.mundo.filas:
                if not sim(acaso, 5):
                    self.o.servir(fila, row.id, acasos.vias(acaso))

    def mudar_pessoa(self, acaso: Random) -> None:
        pessoa = self._pessoa(acaso)
        if pessoa is None:
            return
        mudanca: dict[str, Any] = acaso.choice(
            (
                {"capacidade": acaso.randint(0, 3)},
                {"online": not sim(acaso, 3)},
                {"estado": acaso.choice((DISPONIVEL, DISPONIVEL, "pausa"))},
                {"turno": acasos.turno(acaso)},
                acasos.niveis(acaso),
            )
        )
        self.o.mudar_pessoa(replace(self.o.mundo.pessoas[pessoa], **mudanca))

    def deixar_de_dar(self, acaso: Random) -> None:
        pessoa = self._pessoa(acaso)
        if pessoa is not None:
            self.o.deixar_de_dar(pessoa, **{acaso.choice(("saindo", "parado")): sim(acaso)})

    def excluir_pessoa(self, acaso: Random) -> None:
        pessoa = self._pessoa(acaso)
        if pessoa is not None:
            self.o.tirar_pessoa(pessoa)

    def servir(self, acaso: Random) -> None:
        pessoa = self._pessoa(acaso)
        if pessoa is not None:
            vias = () if sim(acaso, 6) else acasos.vias(acaso)
            self.o.servir(acaso.choice(list(self.o.mundo.filas)), pessoa, vias)

    # -- tickets

    def _ticket(self, acaso: Random, *status: str) -> TicketRow | None:
        """One that is in order, and so."""
        mundo = self.o.mundo
        bons = [row for id_, row in mundo.tickets.items() if id_ not in mundo.suspensos and row.status in status]
        return acaso.choice(bons) if bons else None

    def entrar(self, acaso: Random) -> None:
        mundo = self.o.mundo
        if sum(estados.aberto(row.status) for row in mundo.tickets.values()) >= TICKETS:
            return
        pessoas = list(mundo.pessoas)
        self.o.mudar_ticket(
            linhas.ticket(
                self._novo_id("t"),
                numero=self._numero,
                fila_id=acaso.choice(list(mundo.filas)),
                canal_id=acaso.choice((None, *acasos.CANAIS)),
                prioridade=acaso.choice(acasos.PRIORIDADES),
                aguardando_desde=self.o.now - acaso.choice((0, 0, 0, 10_000)),
                devolvido_por=acaso.choice(pessoas) if pessoas and sim(acaso) else None,
                rota=acasos.rota(acaso, pessoas),
            )
        )

    def mudar_ticket(self, acaso: Random) -> None:
        row = self._ticket(acaso, "ABERTO", "EM_ANDAMENTO", "PENDENTE")
        if row is None or self._caiu_oferta(row):
            return
        de_novo = acasos.rota(acaso, []) or Rota()
        rota = estados.com_rota(
            row, etiquetas=de_novo.etiquetas, idioma=de_novo.idioma, habilidades=de_novo.habilidades
        )  # fmt: skip
        if sim(acaso, 2):
            self.o.mudar_ticket(replace(row, prioridade=acaso.choice(acasos.PRIORIDADES)))
        else:
            self.o.mudar_ticket(replace(row, rota=rota))

    def _caiu_oferta(self, row: TicketRow) -> bool:
        """Somebody who stands in the row has lost its offer: that is what it is told first."""
        oferta, promessa = estados.oferta_de(row), self.o.distribuidor.promessas.get(row.id)
        tem = set() if promessa is None else {perfil.id for perfil in promessa.perfis}
        return oferta is not None and not tem >= set(oferta.atendentes)

    def mover(self, acaso: Random) -> None:
        row = self._ticket(acaso, "ABERTO", "EM_ANDAMENTO", "PENDENTE")
        if row is not None:
            para = acaso.choice(list(self.o.mundo.filas))
            self.o.mudar_ticket(estados.esperar_na_fila(row, para, self.o.now))

    def largar(self, acaso: Random) -> None:
        row = self._ticket(acaso, "ABERTO", "EM_ANDAMENTO", "EM_ANDAMENTO", "PENDENTE")
        if row is None:
            return
        como: Any = acaso.choice(("RESOLVIDO", "FECHADO"))
        segundos, dono = self.o.mundo.capacidade.arremate_segundos, estados.dono(row)
        arremate = None
        if como == "RESOLVIDO" and segundos and dono is not None:
            custo = self.o.mundo.custo(row)
            arremate = ArremateRow("empresa", row.id, dono, self.o.now + segundos * 1000, custo)
        self.o.mudar_ticket(estados.encerrar(row, como, self.o.now), arremate=arremate)

    def arrematar(self, acaso: Random) -> None:
        """Somebody is done with a wrap-up; now and then with one that was over already."""
        arremates = sorted(self.o.mundo.arremates)
        if arremates:
            self.o.arrematou(*acaso.choice(arremates))
        elif self.o.mundo.tickets:
            self.o.arrematou(acaso.choice(sorted(self.o.mundo.tickets)), acaso.choice(sorted(self.o.mundo.pessoas)))

    def pendenciar(self, acaso: Random) -> None:
        row = self._ticket(acaso, "EM_ANDAMENTO", "ABERTO")
        if row is not None:
            self.o.mudar_ticket(estados.pendenciar(row, self.o.now))

    def responder(self, acaso: Random) -> None:
        row = self._ticket(acaso, "PENDENTE")
        if row is not None:
            pode = (row.fila_id, row.atendente_id) in self.o.mundo.vias and self.o.ha_volta(row)
            self.o.mudar_ticket(estados.ao_responder(row, dono_pode=pode, now=self.o.now))

    def devolver(self, acaso: Random) -> None:
        row = self._ticket(acaso, "EM_ANDAMENTO", "PENDENTE")
        if row is not None:
            self.o.mudar_ticket(estados.devolver(row, self.o.now))

    def reabrir(self, acaso: Random) -> None:
        """The agent who had it last is to have it first."""
        row = self._ticket(acaso, "RESOLVIDO")
        if row is not None:
            fila_id = row.fila_id if row.fila_id in self.o.mundo.filas else next(iter(self.o.mundo.filas))
            self.o.mudar_ticket(estados.esperar_na_fila(row, fila_id, self.o.now), row.atendente_id)

    def dar_a_mao(self, acaso: Random) -> None:
        row, pessoa = self._ticket(acaso, "ABERTO", "EM_ANDAMENTO", "PENDENTE"), self._pessoa(acaso)
        if row is None or pessoa is None or row.fila_id not in self.o.mundo.filas:
            return
        impede = self.o.distribuidor.impedimento(row, self.o.distribuidor.perfis[pessoa])
        self.o.conferencia.do_impedimento(row, pessoa, impede)
        if impede is None or (sim(acaso) and pode_forcar(impede)):
            self.o.mudar_ticket(estados.assumir(row, pessoa, forcado=impede is not None, now=self.o.now))

    def suspender(self, acaso: Random) -> None:
        row = self._ticket(acaso, "ABERTO", "EM_ANDAMENTO", "PENDENTE")
        if row is not None:
            self.o.suspender(row.id)

    def voltar(self, acaso: Random) -> None:
        if self.o.mundo.suspensos:
            self.o.voltar(acaso.choice(sorted(self.o.mundo.suspensos)))


ENQUANTO_ABRE: Final = ("entrar", "largar", "mudar_pessoa", "mudar_fila", "servir", "mudar_ticket", "ouvir", "devolver")
"""What happens while a Distribuidor begins to give out."""

Acao = Callable[[Historia, Random], None]


def _escuta(o_que: Callable[[Oraculo, Random], None]) -> Acao:
    return lambda historia, acaso: o_que(historia.o, acaso)


ACOES: Final[dict[str, tuple[Acao, int]]] = {
    "passar": (Historia.passar, 8),
    "abrir_fila": (Historia.abrir_fila, 1),
    "mudar_fila": (Historia.mudar_fila, 3),
    "fechar_fila": (Historia.fechar_fila, 1),
    "chegar": (Historia.chegar, 4),
    "mudar_pessoa": (Historia.mudar_pessoa, 5),
    "deixar_de_dar": (Historia.deixar_de_dar, 1),
    "excluir_pessoa": (Historia.excluir_pessoa, 1),
    "servir": (Historia.servir, 4),
    "entrar": (Historia.entrar, 16),
    "mudar_ticket": (Historia.mudar_ticket, 3),
    "mover": (Historia.mover, 2),
    "largar": (Historia.largar, 7),
    "arrematar": (Historia.arrematar, 2),
    "pendenciar": (Historia.pendenciar, 2),
    "responder": (Historia.responder, 2),
    "devolver": (Historia.devolver, 2),
    "reabrir": (Historia.reabrir, 2),
    "dar_a_mao": (Historia.dar_a_mao, 3),
    "suspender": (Historia.suspender, 1),
    "voltar": (Historia.voltar, 2),
    "ouvir": (_escuta(escutas.ouvir), 18),
    "puxar": (_escuta(escutas.puxar), 3),
    "aceitar": (_escuta(escutas.aceitar), 3),
    "recusar": (_escuta(escutas.recusar), 3),
    "desfazer": (_escuta(escutas.desfazer), 1),
    "refazer": (Historia.refazer, 1),
}
"""What may happen, and how often beside the others."""
