"""What the distribution promises, written down a second time: rows are looked at one by one, and nothing is kept in any
order. From the documents (:mod:`engine.politica.modelo`, :mod:`engine.politica.capacidade`) and what is said of each
rule, not from how :mod:`engine.distribuicao` does it, of which nothing is used here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec.structs import replace

from engine.estados import dono, espera, oferta_de
from engine.modelo import (
    DISPONIVEL,
    ArremateRow,
    AtendenteRow,
    FilaRow,
    Pedida,
    Rota,
    TicketRow,
    TipoComContatos,
)
from engine.participacao import Vias
from engine.politica.capacidade import Capacidade
from engine.politica.da_fila import politica_de
from engine.politica.modelo import Anel, HabilidadeExigida, Politica
from engine.presenca import chave
from tests.engine import relogio

PESOS = {"BAIXA": 0, "NORMAL": 10, "ALTA": 20, "URGENTE": 30}
UM_DIA = 86_400
Lugar = tuple[float, ...]


class Mundo:
    """The rows as they are: ``vias`` is who serves what, and by which ways (fila, agent); ``parados``, ``saindo`` and
    ``suspensos`` what is out of order or being deleted. ``promessas``: for whom slots are kept, by ticket.
    """

    def __init__(self, capacidade: Capacidade, promessas: Callable[[], dict[str, list[str]]]) -> None:
        self.now = 0
        self.capacidade = capacidade
        self.canais: dict[str, TipoComContatos] = {}
        self.filas: dict[str, FilaRow] = {}
        self.pessoas: dict[str, AtendenteRow] = {}
        self.tickets: dict[str, TicketRow] = {}
        self.vias: dict[tuple[str, str], Vias] = {}
        self.parados: set[str] = set()
        self.saindo: set[str] = set()
        self.suspensos: set[str] = set()
        self.arremates: dict[tuple[str, str], ArremateRow] = {}
        self._promessas = promessas
        self.prometidos: dict[str, list[str]] = {}
        self._de_cada: dict[str, tuple[int, dict[str | None, int]]] = {}
        self._politicas: dict[FilaRow, Politica] = {}

    def mexeu(self) -> None:
        """Something may have changed: what was counted must be counted again."""
        self._de_cada.clear()
        self.prometidos = self._promessas()

    # -- filas -------------------------------------------------------------------------------------------------------

    def politica(self, fila: str) -> Politica:
        row = self.filas[fila]
        if row not in self._politicas:
            self._politicas[row] = politica_de(row)
        return self._politicas[row]

    def aberta(self, fila: str) -> bool:
        horario = self.politica(fila).horario
        return horario is None or relogio.aberto(horario, self.now)

    def distribui(self, fila: str) -> bool:
        politica = self.politica(fila)
        return politica.distribuicao_automatica and politica.estrategia != "MANUAL" and self.aberta(fila)

    def abriu_em(self, fila: str) -> int | None:
        """When the fila opened, if it warms up now."""
        politica = self.politica(fila)
        if politica.horario is None or politica.aquecimento is None:
            return None
        return relogio.abriu_em(politica.horario, self.now, politica.aquecimento.segundos * 1000)

    def na_linha(self, fila: str) -> dict[str, TicketRow]:
        """What waits in a fila, promised or not, out of order or not."""
        return {id_: row for id_, row in self.tickets.items() if espera(row) and row.fila_id == fila}

    def a_espera(self, fila: str) -> list[TicketRow]:
        """What waits in it for somebody to be found."""
        fora = self.suspensos | set(self.prometidos)
        return [row for id_, row in self.na_linha(fila).items() if id_ not in fora and oferta_de(row) is None]

    def quem_serve(self, fila: str) -> list[str]:
        return [pessoa for outra, pessoa in self.vias if outra == fila]

    def alguem(self, fila: str) -> bool:
        return any(self.recebe(pessoa) for pessoa in self.quem_serve(fila))

    # -- agents ------------------------------------------------------------------------------------------------------

    def no_turno(self, pessoa: str) -> bool:
        turno = self.pessoas[pessoa].turno
        return turno is None or relogio.no_turno(turno, self.now, self.capacidade.minutos_sem_novos)

    def disponivel(self, pessoa: str) -> bool:
        row = self.pessoas[pessoa]
        return row.online and row.estado == DISPONIVEL

    def recebe(self, pessoa: str) -> bool:
        """Whether the agent is given anything at all."""
        fora = pessoa in self.parados | self.saindo
        return not fora and self.disponivel(pessoa) and self.no_turno(pessoa) and self.pessoas[pessoa].capacidade > 0

    def niveis(self, pessoa: str) -> dict[str, int]:
        row = self.pessoas[pessoa]
        ditos = {chave(nome): nivel for nome, nivel in row.niveis.items()}
        return {chave(nome): ditos.get(chave(nome), 3) for nome in row.habilidades}

    def ocupados(self, pessoa: str) -> set[str]:
        return {id_ for id_, row in self.tickets.items() if dono(row) == pessoa}

    def prometidos_a(self, pessoa: str) -> set[str]:
        return {id_ for id_, quem in self.prometidos.items() if pessoa in quem}

    def usado(self, pessoa: str) -> int:
        """How much of the agent is taken, in hundredths of a slot."""
        return self._contar(pessoa)[0]

    def em(self, pessoa: str, tipo: str | None) -> int:
        """How many tickets of a type of canal the agent is at, or is about to be."""
        return self._contar(pessoa)[1].get(tipo, 0)

    def _contar(self, pessoa: str) -> tuple[int, dict[str | None, int]]:
        if pessoa not in self._de_cada:
            usado, em = 0, dict[str | None, int]()
            for id_ in self.ocupados(pessoa) | self.prometidos_a(pessoa):
                row = self.tickets[id_]
                usado += self.custo(row)
                if row.status != "PENDENTE":
                    em[self.tipo(row)] = em.get(self.tipo(row), 0) + 1
            usado += sum(um.custo for um in self.arremates.values() if um.atendente_id == pessoa)
            self._de_cada[pessoa] = (usado, em)
        return self._de_cada[pessoa]

    def tipo(self, row: TicketRow) -> TipoComContatos | None:
        return self.canais.get(row.canal_id or "")

    def custo(self, row: TicketRow) -> int:
        """Hundredths of a slot that it takes of its owner."""
        tipo, capacidade = self.tipo(row), self.capacidade
        if row.status == "PENDENTE" and capacidade.custo_pendente is not None:
            return round(capacidade.custo_pendente * 100)
        return 100 if tipo is None else round(capacidade.custos.get(tipo, 1) * 100)

    def cheio(self, pessoa: str, row: TicketRow, *, a_mao: bool = False, tendo: int = 0) -> str | None:
        """Why the agent has no room for one that is so. By hand it may be given something beyond its shift. ``tendo``:
        so much of it is that ticket's already.
        """
        tipo, capacidade, como_se_da = self.tipo(row), self.capacidade, replace(row, status="EM_ANDAMENTO")
        livre, custo = self.pessoas[pessoa].capacidade * 100 - self.usado(pessoa), self.custo(como_se_da) - tendo
        if not (a_mao or self.recebe(pessoa)) or (custo > 0 and livre < custo):
            return "lotado"
        if tipo is not None and self.em(pessoa, tipo) >= capacidade.maximos.get(tipo, 1_000_000):
            return "maximo_do_canal"
        excluem = (outro for par in capacidade.exclusoes for outro, este in (par, par[::-1]) if este == tipo)
        return "canal_excluido" if any(self.em(pessoa, outro) for outro in excluem) else None

    # -- tickets -----------------------------------------------------------------------------------------------------

    def na_fila_desde(self, row: TicketRow) -> int:
        return max(_rota(row).na_fila_desde or 0, row.aguardando_desde)

    def esperou(self, row: TicketRow) -> int:
        return self.now - self.na_fila_desde(row)

    def aneis(self, row: TicketRow) -> list[Anel]:
        """Those that it has come to."""
        return [um for um in self.politica(row.fila_id).aneis if self.esperou(row) >= um.apos_segundos * 1000]

    def pedidas(self, row: TicketRow) -> tuple[dict[str, int], dict[str, int]]:
        """What it asks for by itself, and what it likes."""
        rota, exige, prefere = _rota(row), dict[str, int](), dict[str, int]()
        for uma in rota.habilidades if rota.habilidades is not None else self._das_regras(row, rota):
            quais, qual = prefere if uma.preferida else exige, chave(uma.nome)
            quais[qual] = max(uma.nivel, quais.get(qual, 0))
        return exige, {qual: nivel for qual, nivel in prefere.items() if qual not in exige}

    def _das_regras(self, row: TicketRow, rota: Rota) -> Iterable[Pedida | HabilidadeExigida]:
        etiquetas = [chave(etiqueta) for etiqueta in rota.etiquetas]
        for regra in self.politica(row.fila_id).habilidades:
            condicoes = [
                regra.canal is None or regra.canal == self.tipo(row),
                regra.canal_id is None or regra.canal_id == row.canal_id,
                regra.prioridade is None or regra.prioridade == row.prioridade,
                regra.etiqueta is None or chave(regra.etiqueta) in etiquetas,
                regra.idioma is None or f"{rota.idioma}-".lower().startswith(f"{regra.idioma}-".lower()),
            ]
            if all(condicoes):
                yield from regra.exige

    def exigidas(self, row: TicketRow) -> dict[str, int]:
        """What it asks for now, by the rings that it has come to."""
        aneis = self.aneis(row)
        dispensa = {chave(nome) for anel in aneis for nome in anel.dispensa}
        reduz = sum(anel.reduz_nivel for anel in aneis)
        return {qual: max(1, nivel - reduz) for qual, nivel in self.pedidas(row)[0].items() if qual not in dispensa}

    def pontos(self, row: TicketRow) -> int:
        maximo = self.politica(row.fila_id).maximo
        sobe = maximo is not None and maximo.acao == "priorizar" and maximo.segundos is not None
        if maximo is not None and sobe and self.esperou(row) >= (maximo.segundos or 0) * 1000:
            return maximo.pontos + sum(anel.pontos for anel in self.aneis(row))
        return sum(anel.pontos for anel in self.aneis(row))

    def lugar(self, row: TicketRow) -> Lugar:
        """In the line of its fila: the smallest is first."""
        politica, desde = self.politica(row.fila_id), row.aguardando_desde
        if politica.ordem == "idade":
            return (desde, row.numero)
        if politica.ordem == "prazo":
            alvos = () if row.sla is None else (row.sla.primeira, row.sla.proxima, row.sla.resolucao)
            correm = [um.prazo for um in alvos if um is not None and um.fim is None and um.prazo is not None]
            sem_sla = desde + politica.prazos_segundos.get(row.prioridade, UM_DIA) * 1000
            return (min(correm, default=sem_sla), desde, row.numero)
        pontos = PESOS[row.prioridade] + self.pontos(row)
        return (-pontos - (self.now - desde) * politica.pontos_por_minuto / 60_000, desde, row.numero)

    def posto(self, row: TicketRow) -> Lugar:
        """Among all filas of an agent."""
        politica = self.politica(row.fila_id)
        peso = PESOS[row.prioridade if politica.ordem == "prioridade" else "NORMAL"]
        envelheceu = (self.now - row.aguardando_desde) * politica.pontos_por_minuto / 60_000
        pontos = peso + politica.prioridade + self.pontos(row) + envelheceu
        return (-pontos, row.aguardando_desde, row.numero)

    def atraso(self, fila: str, equipe: str | None) -> int:
        """From which wait on (s) those may have something who serve the fila by this equipe."""
        politica = self.politica(fila)
        dos_aneis = [anel.apos_segundos for anel in politica.aneis if equipe in anel.equipes]
        da_via = [via.atraso_segundos for via in politica.equipes if via.equipe_id == equipe]
        return max([min(dos_aneis, default=0), *da_via])

    def prioridade_da_via(self, fila: str, pessoa: str) -> int:
        ditas = {via.equipe_id: via.prioridade for via in self.politica(fila).equipes}
        return min(ditas.get(equipe or "", 50) for equipe in self.vias[fila, pessoa])

    def afim(self, row: TicketRow) -> str | None:
        """Who served the contact last, if that counts, and has not given this back or refused it."""
        politica, afim = self.politica(row.fila_id), _rota(row).afim
        if afim is None or politica.afinidade is None or (row.fila_id, afim) not in self.vias:
            return None
        voltou = row.devolvido_por == afim and politica.evitar_quem_devolveu
        return None if voltou or afim in _rota(row).recusado_por else afim


def _rota(row: TicketRow) -> Rota:
    return row.rota or Rota()
