"""What is promised of a ticket, worked out a second time: by what was said of SLA, not by what the engine does.

A target begins at an instant and is due when so much business time has passed since then as its policy says, without
what it waited meanwhile. Only that is asked of a calendar: how much of it lies between two instants. All in ms.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from engine.calendario.agenda import Agenda
from engine.modelo import Prioridade, Status
from engine.sla.modelo import PoliticaSla

NUNCA: Final = 1_861_920_000_000
"""The first of January 2029: what is not due by then never is, by calendars that are the same every week."""
TARDE: Final = 60_000
"""By more than so much something is told late."""
ABERTOS: Final = {"ABERTO", "EM_ANDAMENTO", "PENDENTE"}
NOMES: Final = ("primeiraResposta", "proximaResposta", "resolucao")


class Visto(Struct, frozen=True):
    """A ticket, as the events tell of it. ``perguntado_em``: when a person was asked last; ``respondido``: one has
    answered.
    """

    id: str
    status: Status
    prioridade: Prioridade
    fila_id: str
    canal_id: str | None
    etiquetas: tuple[str, ...]
    do_contato: tuple[str, ...]
    perguntado_em: int
    respondido: bool = False
    adiado_ate: str | None = None

    @property
    def espera_o_cliente(self) -> bool:
        """What somebody has put off waits on nobody else."""
        return self.status == "PENDENTE" and self.adiado_ate is None

    @property
    def aberto(self) -> bool:
        return self.status in ABERTOS

    @property
    def tipo(self) -> tuple[object, ...]:
        """What decides which policy holds."""
        return self.prioridade, self.fila_id, self.canal_id, self.etiquetas, self.do_contato


class Vale(Struct, frozen=True):
    """A policy that holds, with the hours that count."""

    id: str
    politica: PoliticaSla
    agenda: Agenda

    def duracao(self, nome: str) -> int | None:
        segundos = {
            "primeiraResposta": self.politica.primeira_resposta_segundos,
            "proximaResposta": self.politica.proxima_resposta_segundos,
            "resolucao": self.politica.resolucao_segundos,
        }[nome]
        return None if segundos is None else segundos * 1000


class Alvo(Struct, frozen=True):
    """A target. ``dito``: the highest warning that was told; ``fim``: it is over since then."""

    desde: int
    duracao: int
    parado: int = 0
    dito: int = 0
    violado: bool = False
    fim: int | None = None

    @property
    def corre(self) -> bool:
        return self.fim is None

    def passou(self, vale: Vale, ate: int) -> int:
        """How much of its time is over."""
        return vale.agenda.entre(self.desde, ate) - self.parado if ate > self.desde else -self.parado

    def falta_dizer(self, vale: Vale) -> tuple[int | None, int] | None:
        """What is told of it next, and after how much of its time: a warning (%) or that it is missed (None)."""
        if self.violado or not self.corre or self.passou(vale, NUNCA) < self.duracao:
            return None
        porcento = min((um for um in vale.politica.alertas_porcento if um > self.dito), default=None)
        return porcento, self.duracao if porcento is None else self.duracao * porcento // 100

    def vence_em(self, vale: Vale, quanto: int, em: int | None) -> bool:
        """Whether ``em`` is the first instant at which so much of its time is over; None: there is none."""
        if em is None:
            return self.passou(vale, NUNCA) < quanto
        return self.passou(vale, em) == quanto and self.passou(vale, em - 1) < quanto


class Promessa(Struct, frozen=True):
    """``vale``: the policy by which it was worked out last; None: none holds any more, and what was is remembered.
    ``violou``: a target was missed that is another's place by now. ``parada``: nothing counts since then.
    """

    vale: Vale | None
    alvos: Mapping[str, Alvo]
    violou: bool = False
    parada: int | None = None

    def estado(self) -> str:
        if self.violou or any(um.violado for um in self.alvos.values()):
            return "violado"
        return "em_risco" if any(um.dito and um.corre for um in self.alvos.values()) else "cumprido"

    def correm(self) -> Iterator[tuple[str, Alvo]]:
        return ((nome, um) for nome, um in self.alvos.items() if um.corre)

    def por_dizer(self, ate: int) -> str | None:
        """Something that should have been told by then, in words."""
        if self.vale is None or self.parada is not None:
            return None
        for nome, alvo in self.correm():
            falta = alvo.falta_dizer(self.vale)
            if falta is not None and alvo.passou(self.vale, ate) >= falta[1]:
                return f"{nome} at {falta[0]}%, {alvo.passou(self.vale, ate) - falta[1]} ms ago"
        return None


Talvez = Promessa | None
"""None: nothing is promised, and nothing was."""


# -- what changes ------------------------------------------------------------------------------------------------------


def nova(visto: Visto, vale: Vale | None, em: int) -> Talvez:
    """It is opened, or the first policy that holds for it has come."""
    if vale is None:
        return None
    nomes = ("resolucao",) if visto.respondido else ("primeiraResposta", "resolucao")
    return _parada_se(Promessa(vale, _comecados(vale, nomes, visto.perguntado_em)), visto, em)


def _comecados(vale: Vale, nomes: tuple[str, ...], desde: int) -> dict[str, Alvo]:
    return {nome: Alvo(desde, duracao) for nome in nomes if (duracao := vale.duracao(nome)) is not None}


def por_outra(promessa: Talvez, visto: Visto, vale: Vale | None, em: int) -> Talvez:
    """The policy that holds is looked up anew, of what was promised something: of what is open."""
    if promessa is None or not visto.aberto:
        return promessa
    if vale is None:
        return _sem_politica(promessa, em)
    alvos = dict[str, Alvo]()
    for nome, alvo in promessa.alvos.items():
        duracao = vale.duracao(nome)
        if not alvo.corre:
            alvos[nome] = alvo
        elif duracao is not None:
            alvos[nome] = replace(alvo, duracao=duracao)
        elif alvo.violado:
            alvos[nome] = replace(alvo, fim=em)
    nomes = ("resolucao",) if visto.respondido else ("primeiraResposta", "resolucao")
    novos = _comecados(vale, tuple(nome for nome in nomes if nome not in alvos), visto.perguntado_em)
    return _parada_se(replace(promessa, vale=vale, alvos=alvos | novos), visto, em)


def _sem_politica(promessa: Promessa, em: int) -> Talvez:
    ficam = {
        nome: alvo if not alvo.corre else replace(alvo, fim=em)
        for nome, alvo in promessa.alvos.items()
        if not alvo.corre or alvo.violado
    }
    return Promessa(None, ficam, promessa.violou) if ficam or promessa.violou else None


def _parada_se(promessa: Promessa, visto: Visto, em: int) -> Promessa:
    """What waits on the customer does not count, if the policy says so."""
    assert promessa.vale is not None
    if promessa.vale.politica.pausa_em_pendente and visto.espera_o_cliente:
        return promessa if promessa.parada is not None else replace(promessa, parada=em)
    return _de_novo(promessa, promessa.vale, em)


def _de_novo(promessa: Promessa, vale: Vale, em: int) -> Promessa:
    """It counts from now on: what did not meanwhile is taken from each."""
    if promessa.parada is None:
        return promessa
    parada = promessa.parada
    alvos = {
        nome: replace(alvo, parado=alvo.parado + vale.agenda.entre(max(parada, alvo.desde), em)) if alvo.corre else alvo
        for nome, alvo in promessa.alvos.items()
    }
    return replace(promessa, alvos=alvos, parada=None)


def encerrada(promessa: Talvez, vale: Vale | None, em: int) -> Talvez:
    """It is resolved or closed. What was not answered is not asked any more."""
    if promessa is None:
        return None
    if vale is not None:
        promessa = _de_novo(promessa, vale, em)
    alvos = dict[str, Alvo]()
    for nome, alvo in promessa.alvos.items():
        if not alvo.corre:
            alvos[nome] = alvo
        elif nome == "resolucao" or alvo.violado:
            alvos[nome] = replace(alvo, fim=em)
    return replace(promessa, alvos=alvos, parada=None)


def reaberta(promessa: Talvez, visto: Visto, vale: Vale | None, em: int) -> Talvez:
    """It is open again: the resolution goes on, without the time in which it was resolved; who was never answered is
    asked anew.
    """
    if promessa is None:
        return nova(visto, vale, em)
    duracao = None if vale is None else vale.duracao("resolucao")
    if duracao is None:
        promessa = _sem(promessa, "resolucao")
    if vale is None:
        return _sem_politica(promessa, em)
    if not visto.respondido:
        promessa = _sem(promessa, "primeiraResposta")
    resolucao = promessa.alvos.get("resolucao")
    if resolucao is not None and resolucao.fim is not None and duracao is not None:
        parado = resolucao.parado + vale.agenda.entre(resolucao.fim, em)
        de_novo = replace(resolucao, duracao=duracao, parado=parado, fim=None)
        promessa = replace(promessa, alvos={**promessa.alvos, "resolucao": de_novo})
    return por_outra(replace(promessa, parada=None), visto, vale, em)


def _sem(promessa: Promessa, nome: str) -> Promessa:
    """Of a target that is not promised, or promised anew, it is remembered that it was missed."""
    antes = promessa.alvos.get(nome)
    alvos = {qual: alvo for qual, alvo in promessa.alvos.items() if qual != nome}
    return replace(promessa, alvos=alvos, violou=promessa.violou or (antes is not None and antes.violado))


def respondida(promessa: Talvez, em: int) -> Talvez:
    """A person has answered the contact."""
    if promessa is None:
        return None
    alvos = {
        nome: replace(alvo, fim=em) if alvo.corre and nome != "resolucao" else alvo
        for nome, alvo in promessa.alvos.items()
    }
    return replace(promessa, alvos=alvos)


def escrita(promessa: Talvez, visto: Visto, vale: Vale | None, em: int) -> Talvez:
    """The contact has written: where a person had answered, one is to answer again, from the first message on."""
    if promessa is None or vale is None or not visto.respondido or not visto.aberto:
        return promessa
    antes, duracao = promessa.alvos.get("proximaResposta"), vale.duracao("proximaResposta")
    if duracao is None or (antes is not None and antes.corre):
        return promessa
    violou = promessa.violou or (antes is not None and antes.violado)
    return replace(promessa, alvos={**promessa.alvos, "proximaResposta": Alvo(em, duracao)}, violou=violou)


def desfechos(antes: Talvez, depois: Talvez) -> dict[str, str]:
    """Which targets have ended between the two, and how."""
    fins = dict[str, str]()
    for nome, _ in () if antes is None else antes.correm():
        ficou = None if depois is None else depois.alvos.get(nome)
        if ficou is None:
            fins[nome] = "cancelado"
        elif not ficou.corre:
            fins[nome] = "violado" if ficou.violado else "cumprido"
    return fins
