"""What a policy is looked at against, gathered from the directory of the empresa."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import msgspec

from actors.diretorio.empresa_viva import EmpresaViva
from engine.modelo import TipoCanal
from engine.politica.cenario import Agente, Cenario, OutraFila
from engine.politica.da_fila import politica_de
from engine.politica.habilidades import niveis_de
from engine.politica.modelo import Horario

_ler_horario: Final = msgspec.json.Decoder(Horario).decode


def cenario(viva: EmpresaViva, fila_id: str) -> Cenario:
    """What is being deleted is not there any more."""
    diretorio, saindo = viva.diretorio, viva.saindo
    return Cenario(
        fila_id,
        dict(_filas(viva, fila_id)),
        diretorio.equipes.keys() - saindo.keys(),
        diretorio.participacao.servidas.com(fila_id),
        diretorio.atendentes,
        dict(_canais(viva)),
        viva.ajustes.estados,
        tuple(_agentes(viva, fila_id)),
        viva.dispatcher.now(),
    )


def _filas(viva: EmpresaViva, fila_id: str) -> Iterator[tuple[str, OutraFila]]:
    for id_ in (viva.diretorio.filas.keys() - viva.saindo.keys()) | {fila_id}:
        row = viva.diretorio.fila_row(id_)
        if row is not None:
            yield id_, OutraFila(row.nome, politica_de(row), len(viva.diretorio.quem_serve(id_)))


def _canais(viva: EmpresaViva) -> Iterator[tuple[str, TipoCanal]]:
    for id_ in viva.diretorio.canais.keys() - viva.saindo.keys():
        tipo = viva.diretorio.tipo_do_canal(id_)
        if tipo is not None:
            yield id_, tipo


def _agentes(viva: EmpresaViva, fila_id: str) -> Iterator[Agente]:
    """Who serves the fila, by id."""
    participacao = viva.diretorio.participacao
    proprios, das_equipes = participacao.proprios.de(fila_id), _das_equipes(viva, fila_id)
    for id_ in sorted(viva.diretorio.quem_serve(fila_id)):
        row = viva.diretorio.atendente_row(id_)
        if row is not None:
            turno = None if row.turno is None else _turno(row.turno)
            equipes = frozenset(das_equipes.get(id_, ()))
            yield Agente(id_, row.nome, niveis_de(row), id_ in proprios, equipes, turno)


def _das_equipes(viva: EmpresaViva, fila_id: str) -> dict[str, list[str]]:
    """By agent, the equipes through which it serves the fila."""
    participacao, de_quem = viva.diretorio.participacao, dict[str, list[str]]()
    for equipe_id in participacao.servidas.com(fila_id):
        for atendente_id in participacao.da_equipe.de(equipe_id):
            de_quem.setdefault(atendente_id, []).append(equipe_id)
    return de_quem


@lru_cache(maxsize=1024)
def _turno(texto: str) -> Horario:
    return _ler_horario(texto)
