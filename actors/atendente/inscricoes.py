"""The browsers by which an agent wants to be told, as it says so itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from actors.atendente.comandos import CancelarInscricao, InscreverPush, InscricoesDoAtendente
from actors.diretorio.empresa_viva import EmpresaViva
from actors.diretorio.inscricoes import esquecer, guardar
from engine.conector.inscricoes import INSCRICOES_MAXIMO, id_de_inscricao
from engine.errors import Conflict, NotFound
from engine.modelo import CanalRow, InscricaoRow

if TYPE_CHECKING:
    from actors.atendente.atendente import Atendente


def inscrever(ator: Atendente, comando: InscreverPush) -> InscricaoRow:
    """The same browser again is the same subscription; of too many the oldest goes."""
    viva, row = ator.group, ator.row
    nova = InscricaoRow(
        viva.name,
        id_de_inscricao(viva.name, comando.endpoint),
        row.id,
        _canal(viva, comando.canal_id),
        comando.endpoint,
        comando.p256dh,
        comando.auth,
        ator.now(),
    )
    antes = viva.inscricoes.por_id(nova.id)
    if antes is not None and replace(nova, criada_em=antes.criada_em) == antes:
        return antes
    outras = sorted((um for um in viva.inscricoes.de(row.id) if um.id != nova.id), key=lambda um: (um.criada_em, um.id))
    for velha in outras[: max(0, len(outras) - INSCRICOES_MAXIMO + 1)]:
        esquecer(ator, viva.inscricoes, velha)
    guardar(ator, viva.inscricoes, nova)
    return nova


def listar(ator: Atendente) -> InscricoesDoAtendente:
    viva = ator.group
    suas = sorted(viva.inscricoes.de(ator.row.id), key=lambda um: (um.criada_em, um.id))
    return InscricoesDoAtendente(tuple(suas), tuple(_canais_ativos(viva)))


def cancelar(ator: Atendente, comando: CancelarInscricao) -> None:
    inscricao = ator.group.inscricoes.por_id(comando.inscricao_id)
    if inscricao is None or inscricao.atendente_id != ator.row.id:
        raise NotFound("inscricao_nao_encontrada", "Inscrição não encontrada")
    esquecer(ator, ator.group.inscricoes, inscricao)


def esquecer_todas(ator: Atendente) -> None:
    """It is being deleted."""
    for inscricao in list(ator.group.inscricoes.de(ator.row.id)):
        esquecer(ator, ator.group.inscricoes, inscricao)


def _canal(viva: EmpresaViva, canal_id: str | None) -> str:
    """By which canal it is: the one that is named, or the one that there is."""
    if canal_id is not None:
        viva.diretorio.canal(canal_id)
        if viva.diretorio.tipo_do_canal(canal_id) != "push":
            raise Conflict("canal_nao_e_push", "Este canal não é de push")
        return canal_id
    ativos = _canais_ativos(viva)
    if not ativos:
        raise Conflict("sem_canal_de_push", "A empresa não tem um canal de push ativo: um admin pode criar um")
    return ativos[0].id


def _canais_ativos(viva: EmpresaViva) -> list[CanalRow]:
    """Those of push, the oldest first."""
    rows = (viva.diretorio.canal_row(id_) for id_ in viva.diretorio.canais)
    ativos = [row for row in rows if row is not None and row.tipo == "push" and row.ativo]
    return sorted(ativos, key=lambda row: row.id)
