"""The clock of an SLA: how its targets begin, wait, end and are missed. Pure; instants are ms since the Unix epoch.

A target is due when so much business time has passed since it began as was promised, without what was paused. What the
calendar said while it was paused stays so; all else is worked out from its beginning, so that a target is a matter of
when it began, what it waited and by which rule it goes now, and of nothing that was before.

That a target is missed is said once, and stays so: nothing takes it back, neither a calmer priority nor a reopening.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from engine.sla.estado import Alvo, NomeDoAlvo, Sla, SlaEstado
from engine.sla.regra import Regra

DITO_TARDE_MS: Final = 60_000
"""What is told so long after it was due is told late."""

_CAMPOS: Final[tuple[tuple[str, NomeDoAlvo], ...]] = (
    ("primeira", "primeiraResposta"),
    ("proxima", "proximaResposta"),
    ("resolucao", "resolucao"),
)


class Dito(Struct, frozen=True, gc=False):
    """Something to be told: a warning of a target at ``porcento``, or that it was missed (None). It was due ``em``;
    the target is due at ``prazo``.
    """

    alvo: NomeDoAlvo
    porcento: int | None
    em: int
    prazo: int


def estado(sla: Sla) -> SlaEstado:
    """How it stands."""
    if sla.violou:
        return "violado"
    em_risco = False
    for alvo in (sla.primeira, sla.proxima, sla.resolucao):
        if alvo is not None:
            if alvo.violado:
                return "violado"
            em_risco = em_risco or (alvo.aviso > 0 and alvo.fim is None)
    return "em_risco" if em_risco else "cumprido"


def prazo(sla: Sla, alvo: Alvo | None) -> int | None:
    """By when a target is due; of one that waits nobody knows."""
    return None if alvo is None or (sla.pausa is not None and alvo.fim is None) else alvo.prazo


def primeiro_prazo(sla: Sla) -> int | None:
    """The first deadline of what counts."""
    if sla.pausa is not None:
        return None
    prazos = (alvo.prazo for _, _, alvo in _alvos(sla) if alvo.fim is None)
    return min((um for um in prazos if um is not None), default=None)


# -- it begins, and ends -----------------------------------------------------------------------------------------------


def abrir(regra: Regra, now: int, desde: int, *, respondido: bool = False) -> Sla:
    """A person is asked now, and somebody is to resolve what was opened, or opened again, at ``desde``."""
    primeira = None if respondido else _comecar(regra, regra.primeira, now)
    resolucao = _comecar(regra, regra.resolucao, desde)
    return Sla(regra.politica, regra.marca, primeira, None, resolucao, vence=_primeiro_dos(primeira, None, resolucao))


def respondeu(sla: Sla, now: int) -> Sla:
    """A person has answered the contact."""
    primeira, proxima = _terminado(sla.primeira, now), _terminado(sla.proxima, now)
    nada = primeira is sla.primeira and proxima is sla.proxima
    return sla if nada else _com_alvos(sla, primeira, proxima, sla.resolucao)


def escreveu(sla: Sla, regra: Regra, now: int) -> Sla:
    """The contact has written to a ticket that a person had answered: it waits from now on, if it did not already."""
    if regra.proxima is None or (sla.proxima is not None and sla.proxima.fim is None):
        return sla
    violou = sla.violou or (sla.proxima is not None and sla.proxima.violado)
    return replace(sla, proxima=_comecar(regra, regra.proxima, now), violou=violou)


def encerrou(sla: Sla, now: int) -> Sla:
    """It is resolved: nobody is to answer any more. What was not answered in the end is not kept, unless it was missed:
    it was neither kept nor broken.
    """
    return _com_alvos(sla, _largado(sla.primeira, now), _largado(sla.proxima, now), _terminado(sla.resolucao, now))


def reabriu(sla: Sla, regra: Regra, now: int, *, respondido: bool) -> Sla:
    """It is open again. The time in which it was resolved does not count; if nobody had answered, somebody is asked
    anew.
    """
    resolucao, primeira, violou = sla.resolucao, sla.primeira, sla.violou
    if resolucao is not None and resolucao.fim is not None:
        parado = _entre(regra, resolucao.fim, now)
        resolucao = _retomado(resolucao, regra, parado)
    elif resolucao is None:
        resolucao = _comecar(regra, regra.resolucao, now)
    if not respondido:
        violou = violou or (primeira is not None and primeira.violado)
        primeira = _comecar(regra, regra.primeira, now)
    return replace(sla, primeira=primeira, resolucao=resolucao, violou=violou)


def _retomado(alvo: Alvo, regra: Regra, parado: int) -> Alvo:
    duracao = alvo.duracao if regra.resolucao is None else regra.resolucao
    return _com_prazo(replace(alvo, duracao=duracao, fim=None, pausado=alvo.pausado + parado), regra)


def sem_resolucao(sla: Sla) -> Sla:
    """It is open again, and nobody promises by when it is resolved: of the last time it is remembered only whether that
    was missed.
    """
    violou = sla.violou or (sla.resolucao is not None and sla.resolucao.violado)
    return replace(sla, resolucao=None, violou=violou)


def pausar(sla: Sla, now: int) -> Sla:
    """It waits on the customer."""
    return sla if sla.pausa is not None else replace(sla, pausa=now)


def retomar(sla: Sla, regra: Regra, now: int) -> Sla:
    """It does not wait on the customer any more."""
    pausa = sla.pausa
    if pausa is None:
        return sla
    return _cada(replace(sla, pausa=None), lambda alvo, _: _sem_a_pausa(alvo, regra, pausa, now))


def trocar(sla: Sla, regra: Regra | None, now: int, *, perguntado_em: int | None, aberto_em: int) -> Sla | None:
    """Another rule holds. What runs is worked out anew from its beginning; what it promises beside that begins when it
    would have: the first answer at ``perguntado_em`` (None: it was given), the resolution at ``aberto_em``, when it was
    opened or opened again: how long it was resolved before counts for nobody. What was
    told of a target stays told. None: nothing is left to be kept.
    """
    if regra is None:
        return _sem_promessas(sla, now)

    def por_ela(alvo: Alvo, nome: NomeDoAlvo) -> Alvo | None:
        duracao = _duracao(regra, nome)
        if alvo.fim is not None:
            return alvo
        return _largado(alvo, now) if duracao is None else _com_prazo(replace(alvo, duracao=duracao), regra)

    sla = replace(_cada(sla, por_ela), politica=regra.politica, marca=regra.marca)
    primeira, resolucao = sla.primeira, sla.resolucao
    if primeira is None and perguntado_em is not None:
        primeira = _comecar(regra, regra.primeira, perguntado_em)
    if resolucao is None:
        resolucao = _comecar(regra, regra.resolucao, aberto_em)
    return replace(sla, primeira=primeira, resolucao=resolucao)


# -- time passes -------------------------------------------------------------------------------------------------------


def vencer(sla: Sla, regra: Regra, now: int) -> tuple[Sla, list[Dito]]:
    """What is due by now, each once, in the order in which it was due."""
    if sla.vence is None or sla.vence > now:
        return sla, []
    ditos: list[Dito] = []
    sla = _cada(sla, lambda alvo, nome: _vencido(alvo, nome, regra, now, ditos))
    return armado(sla), sorted(ditos, key=lambda dito: dito.em)


def armado(sla: Sla) -> Sla:
    """With the first instant at which something is due of what counts."""
    vence = None if sla.pausa is not None else _primeiro_dos(sla.primeira, sla.proxima, sla.resolucao)
    return sla if sla.vence == vence else replace(sla, vence=vence)


def _com_alvos(sla: Sla, primeira: Alvo | None, proxima: Alvo | None, resolucao: Alvo | None) -> Sla:
    """With these, armed."""
    vence = None if sla.pausa is not None else _primeiro_dos(primeira, proxima, resolucao)
    return replace(sla, primeira=primeira, proxima=proxima, resolucao=resolucao, vence=vence)


def _primeiro_dos(*alvos: Alvo | None) -> int | None:
    """When the first thing is to be told of these."""
    vence = None
    for alvo in alvos:
        if alvo is not None and alvo.fim is None and alvo.proximo is not None:
            vence = alvo.proximo if vence is None or alvo.proximo < vence else vence
    return vence


def _vencido(alvo: Alvo, nome: NomeDoAlvo, regra: Regra, now: int, ditos: list[Dito]) -> Alvo:
    while alvo.fim is None and alvo.proximo is not None and alvo.proximo <= now:
        porcento = _proximo_aviso(alvo, regra)
        ditos.append(Dito(nome, porcento, alvo.proximo, alvo.prazo or alvo.proximo))
        alvo = _armado(replace(alvo, violado=True) if porcento is None else replace(alvo, aviso=porcento), regra)
    return alvo


# -- targets -----------------------------------------------------------------------------------------------------------


def _alvos(sla: Sla) -> Iterator[tuple[str, NomeDoAlvo, Alvo]]:
    for campo, nome in _CAMPOS:
        alvo = getattr(sla, campo)
        if alvo is not None:
            yield campo, nome, alvo


def _cada(sla: Sla, mudar: Callable[[Alvo, NomeDoAlvo], Alvo | None]) -> Sla:
    """With each of its targets changed so."""
    mudados = {campo: mudar(alvo, nome) for campo, nome, alvo in _alvos(sla)}
    return replace(sla, **mudados) if mudados else sla


def _duracao(regra: Regra, nome: NomeDoAlvo) -> int | None:
    if nome == "primeiraResposta":
        return regra.primeira
    return regra.proxima if nome == "proximaResposta" else regra.resolucao


def _comecar(regra: Regra, duracao: int | None, desde: int) -> Alvo | None:
    if duracao is None:
        return None
    somar = regra.tempo.somar
    prazo = somar(desde, duracao)
    proximo = prazo if prazo is None or not regra.alertas else somar(desde, duracao * regra.alertas[0] // 100)
    return Alvo(desde, duracao, prazo, proximo=proximo)


def _com_prazo(alvo: Alvo, regra: Regra) -> Alvo:
    return _armado(replace(alvo, prazo=regra.tempo.somar(alvo.desde, alvo.duracao + alvo.pausado)), regra)


def _armado(alvo: Alvo, regra: Regra) -> Alvo:
    """With when the next thing is to be told of it."""
    if alvo.violado or alvo.prazo is None:
        return replace(alvo, proximo=None)
    porcento = _proximo_aviso(alvo, regra)
    if porcento is None:
        return replace(alvo, proximo=alvo.prazo)
    return replace(alvo, proximo=regra.tempo.somar(alvo.desde, alvo.pausado + alvo.duracao * porcento // 100))


def _proximo_aviso(alvo: Alvo, regra: Regra) -> int | None:
    """At how many percent it is warned of next; None: it is not, before it is missed."""
    return next((porcento for porcento in regra.alertas if porcento > alvo.aviso), None)


def _terminado(alvo: Alvo | None, now: int) -> Alvo | None:
    return alvo if alvo is None or alvo.fim is not None else replace(alvo, fim=now)


def _largado(alvo: Alvo | None, now: int) -> Alvo | None:
    """It does not run any more, though nobody did what was promised."""
    if alvo is None or alvo.fim is not None:
        return alvo
    return replace(alvo, fim=now) if alvo.violado else None


def _sem_a_pausa(alvo: Alvo, regra: Regra, pausa: int, now: int) -> Alvo:
    if alvo.fim is not None:
        return alvo
    parado = _entre(regra, max(pausa, alvo.desde), now)
    return _com_prazo(replace(alvo, pausado=alvo.pausado + parado), regra) if parado else alvo


def _entre(regra: Regra, de: int, ate: int) -> int:
    """None if the clock was set back meanwhile."""
    return max(0, regra.tempo.entre(de, ate)) if ate > de else 0


def _sem_promessas(sla: Sla, now: int) -> Sla | None:
    """Nothing is promised any more; what was kept or missed is remembered."""
    ficam = _cada(sla, lambda alvo, _: _largado(alvo, now))
    nada = ficam.primeira is None and ficam.proxima is None and ficam.resolucao is None and not ficam.violou
    return None if nada else replace(ficam, vence=None, pausa=None, marca=0)
