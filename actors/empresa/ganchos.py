"""How a webhook to another system comes to be."""

from __future__ import annotations

from functools import partial
from typing import Final

from actors.canal.canal import Canal
from actors.canal.ganchos import CriarGancho, GanchoEstado
from actors.canal.segredos import ler_segredos, nomes
from actors.diretorio.empresa_viva import EmpresaViva
from actors.empresa import listas
from engine import eventos
from engine.conector.ganchos import SegredosDoGancho, exigir_url, marca_do_segredo
from engine.conector.webhooks_de_saida import novo_segredo
from engine.errors import Conflict
from engine.eventos import publicar
from engine.modelo import CanalRow, CanalSegredosRow, EmpresaRow
from engine.runtime import Stateful
from engine.vistas import json_text, webhook_vista

GANCHOS_MAXIMO: Final = 50
"""Webhooks of one empresa."""


def criar(ator: Stateful[EmpresaRow], viva: EmpresaViva, comando: CriarGancho) -> GanchoEstado:
    if len(listas.ganchos(viva)) >= GANCHOS_MAXIMO:
        raise Conflict("webhooks_demais", f"São no máximo {GANCHOS_MAXIMO} webhooks; exclua um que não se usa mais")
    exigir_url(comando.url, viva.ajustes.opcoes.regras_dos_webhooks)
    now, segredo = ator.now(), novo_segredo(viva.ajustes.opcoes.sortear)
    guardados = json_text(SegredosDoGancho(url=comando.url, segredo=segredo))
    config = json_text({"eventos": comando.eventos})
    row = CanalRow(
        viva.name, viva.ids.novo(), comando.descricao or "", "webhook", None, comando.ativo, config, now, now
    )  # fmt: skip
    segredos = ler_segredos(guardados)
    canal = Canal(viva, viva.diretorio.empresa, row, segredos).ref
    ator.save(row)
    ator.save(CanalSegredosRow(viva.name, row.id, guardados))
    ator.once_released(partial(viva.abriu_canal, row.id, canal, nomes(segredos)))
    ator.once_released(partial(viva.ganchos.mudou, row))
    publicar(ator, comando.quem, eventos.WebhookCriado(webhook_vista(row)))
    return GanchoEstado(row, marca_do_segredo(segredo))
