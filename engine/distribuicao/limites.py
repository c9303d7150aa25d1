"""What bounds the share of one agent in a fila: so many in a window, and so many while the fila warms up; and the
window in which MENOS_ATENDIDOS counts. Windows begin at whole multiples of their length.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from engine.distribuicao.escala import Candidato, Limite
from engine.distribuicao.linha import Linha
from engine.distribuicao.partes import CONTA_ATENDIDOS, NIVELAM, custo
from engine.modelo import EscalaRow
from engine.politica.modelo import Politica

CONTA_DESDE: Final = "conta_desde"
"""Beside what was counted it is saved when that began."""


def contar(linha: Linha, candidato: Candidato, now: int) -> None:
    """An agent was given something of a line. It must be put in order afterwards, and ``linha.janelas`` says when
    something that it counts in is over.
    """
    politica, contas = linha.regras.politica, candidato.contas
    for janela, fim in janelas(linha, politica, now):
        linha.janelas[janela] = fim
        if janela == "atendidos":
            candidato.atendidos += 1
        else:
            contas[janela] = contas.get(janela, 0) + 1
    candidato.impedido = impedido(linha, candidato, now)


def janelas(linha: Linha, politica: Politica, now: int) -> list[tuple[str, int]]:
    """What is counted now, each with when it is over (ms)."""
    contam: list[tuple[str, int]] = []
    if politica.estrategia in CONTA_ATENDIDOS:
        contam.append(("atendidos", _fim(now, politica.janela_segundos)))
    if politica.limite is not None:
        contam.append(("limite", _fim(now, politica.limite.janela_segundos)))
    if now < linha.aquece_ate:
        contam.append(("aquecimento", linha.aquece_ate))
    return contam


class Teve(NamedTuple):
    """How much an agent has had, as it is counted (see :class:`~engine.distribuicao.escala.Candidato`)."""

    passo: float
    atendidos: int
    contas: dict[str, int]


def sem(linha: Linha, candidato: Candidato, quando: int, *, recusou: bool) -> Teve:
    """What an agent has had but for something that it was promised or offered then, and that it is not to have. Who has
    refused it, or let it pass (``recusou``), has had its turn, and has been given nothing. What was counted by an
    earlier policy, or in windows that are over, is no matter any more.
    """
    teve = Teve(candidato.passo, candidato.atendidos, candidato.contas)
    if quando < linha.conta_desde or not candidato.dada_em:
        return teve
    destas = {janela for janela, fim in linha.janelas.items() if quando >= _comeco(linha, janela, fim)}
    contas = {uma: restam for uma, quantas in candidato.contas.items() if (restam := quantas - (uma in destas))}
    if recusou:
        return teve._replace(contas=contas)
    politica = linha.regras.politica
    passo = candidato.passo - custo(candidato, politica) if politica.estrategia == "PONDERADO" else candidato.passo
    return Teve(max(0.0, passo), max(0, candidato.atendidos - ("atendidos" in destas)), contas)


def devolver(linha: Linha, candidato: Candidato, quando: int, now: int, *, recusou: bool) -> bool:
    """The same, and so it is from now on. Whether it may have something again that a bound kept it from."""
    antes = candidato.impedido
    candidato.passo, candidato.atendidos, candidato.contas = sem(linha, candidato, quando, recusou=recusou)
    candidato.impedido = impedido(linha, candidato, now)
    linha.escala.reordenar(candidato)
    return antes is not None and candidato.impedido is None


def contas(linha: Linha, teve: Teve | Candidato) -> dict[str, tuple[int, int]]:
    """What an agent was given in each window: when that is over (ms), and how many; and since when shares are counted
    as they are.
    """
    desde = linha.escala.conta_desde if linha.regras.politica.estrategia in NIVELAM else 0
    if not linha.janelas:
        return {CONTA_DESDE: (desde, 0)} if desde else {}
    quantas = teve.contas | ({"atendidos": teve.atendidos} if "atendidos" in linha.janelas else {})
    contas = {janela: (fim, quantas[janela]) for janela, fim in linha.janelas.items() if janela in quantas}
    return contas | {CONTA_DESDE: (desde, 0)} if desde else contas


def impedido(linha: Linha, candidato: Candidato, now: int) -> Limite | None:
    """The bound that keeps an agent from more of a line."""
    politica, contas = linha.regras.politica, candidato.contas
    if politica.limite is not None and contas.get("limite", 0) >= politica.limite.quantidade:
        return "limite"
    aquecimento = politica.aquecimento
    if aquecimento is not None and now < linha.aquece_ate and contas.get("aquecimento", 0) >= aquecimento.maximo:
        return "aquecimento"
    return None


def virar(linha: Linha, now: int) -> None:
    """What was counted in windows that are over is forgotten, and whoever they kept away is free."""
    for janela in [janela for janela, fim in linha.janelas.items() if fim <= now]:
        del linha.janelas[janela]
        _zerar(linha, janela)
    rever(linha, now)


def esquecer(linha: Linha, now: int) -> None:
    """The policy is another: what it does not count is forgotten, and what it does is counted until a window of the
    length that it says is over.
    """
    contam = {janela: fim for janela, fim in janelas(linha, linha.regras.politica, now) if janela != "aquecimento"}
    for janela in [uma for uma in linha.janelas if uma != "aquecimento"]:
        if janela in contam:
            linha.janelas[janela] = contam[janela]
        else:
            del linha.janelas[janela]
            _zerar(linha, janela)
    if "atendidos" not in contam:
        _zerar(linha, "atendidos")


def aquecer(linha: Linha, *, outra: bool, now: int) -> None:
    """Whether and until when a fila warms up may have changed; ``outra``: it is another opening than before."""
    if outra:
        linha.janelas.pop("aquecimento", None)
        _zerar(linha, "aquecimento")
    elif "aquecimento" in linha.janelas:
        linha.janelas["aquecimento"] = linha.aquece_ate
    rever(linha, now)


def lembrar(linha: Linha, candidato: Candidato, row: EscalaRow, now: int) -> None:
    """What an agent was given in the windows of now, as far as the policy counts it still. One that was saved when
    windows were longer or shorter is of this one if the last of it was given in it.
    """
    for janela, fim in janelas(linha, linha.regras.politica, now):
        ate, quantos = row.contas.get(janela, (0, 0))
        if not quantos or (ate != fim and row.dada_em < _comeco(linha, janela, fim)):
            continue
        linha.janelas[janela] = fim
        if janela == "atendidos":
            candidato.atendidos = quantos
        else:
            candidato.contas[janela] = quantos
    candidato.impedido = impedido(linha, candidato, now)
    linha.escala.conta_desde = max(linha.escala.conta_desde, row.contas.get(CONTA_DESDE, (0, 0))[0])


def rever(linha: Linha, now: int) -> None:
    """What keeps whom away, as it is now."""
    for candidato in linha.escala.candidatos.values():
        candidato.impedido = impedido(linha, candidato, now)
        linha.escala.reordenar(candidato)


def _zerar(linha: Linha, janela: str) -> None:
    if janela == "atendidos":
        linha.escala.nova_janela()
    for candidato in linha.escala.candidatos.values():
        candidato.contas.pop(janela, None)


def _comeco(linha: Linha, janela: str, fim: int) -> int:
    politica = linha.regras.politica
    if janela == "atendidos":
        return fim - politica.janela_segundos * 1000
    if janela == "limite" and politica.limite is not None:
        return fim - politica.limite.janela_segundos * 1000
    return linha.abriu_em or 0


def _fim(now: int, segundos: int) -> int:
    tamanho = segundos * 1000
    return now - now % tamanho + tamanho
