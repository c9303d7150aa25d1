"""The canais that a connector may serve, as it is told of them."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any, Final

import msgspec

from actors.canal.comandos import ConexaoDoCanal, ListarCanais, VerConexao
from engine.conector import protocolo
from engine.errors import BalcaoError, Refusal
from engine.modelo import Quem
from engine.ports import StoreError
from web.conectores._assinatura import espera_de
from web.conectores._casa import Casa
from web.conectores._credencial import CredencialDeConector

ANUNCIOS_EM_CURSO: Final = 16
"""Canais that are looked up at once, for the installation's host."""
LER_DE_NOVO_S: Final = 2.0


class CanaisDoConector:
    """``_quem``: those that it was told of, each with whom it acts as there. ``tipos``: the kinds that it serves, none
    for all.
    """

    def __init__(self, casa: Casa, credencial: CredencialDeConector) -> None:
        self._casa = casa
        self._credencial = credencial
        self._quem: dict[str, Quem] = {}
        self._consultas = asyncio.Semaphore(ANUNCIOS_EM_CURSO)
        self.tipos: frozenset[str] = frozenset()

    def quem(self, canal_id: str) -> Quem | None:
        """As whom it acts for a canal; None if it was not told of it."""
        return self._quem.get(canal_id)

    def conhecidos(self, ditos: Collection[str | None]) -> list[tuple[str, Quem]]:
        """Those that a job may be of, which its connector says is of one of ``ditos``; none, or None among them: it
        does not say. (The installation's host does, which has all canais.)
        """
        if None in ditos or not ditos:
            return [] if self._credencial.quem is None else [*self._quem.items()]
        return [(canal_id, quem) for canal_id in ditos if canal_id and (quem := self._quem.get(canal_id)) is not None]

    def esquecer(self, canal_id: str) -> None:
        self._quem.pop(canal_id, None)

    async def da_empresa(self) -> list[protocolo.CanalDoConector]:
        """The canais of its empresa. (The installation's are many: they are told one by one.)"""
        quem = self._credencial.quem
        if quem is None:
            return []
        achados = []
        for estado in await self._casa.no.pedir(ListarCanais(quem=quem)):
            canal = await self.ver(quem.empresa_id, estado.row.id)
            if canal is not None:
                achados.append(canal)
        return achados

    async def da_instalacao(self) -> list[tuple[str, str]]:
        """All that are active, each with its empresa first."""
        while True:
            try:
                return await self._casa.ler_canais()
            except StoreError:
                await asyncio.sleep(LER_DE_NOVO_S)

    async def ver(self, empresa_id: str, canal_id: str) -> protocolo.CanalDoConector | None:
        """A canal that it may serve; None if it may not, or there is none."""
        if not self._credencial.serve(empresa_id, canal_id):
            return None
        quem = self._credencial.quem_em(empresa_id)
        comando = VerConexao(quem=quem, canal_id=canal_id, com_segredos=self._credencial.segredos)
        while True:
            try:
                async with self._consultas:
                    conexao = await self._casa.no.pedir(comando)
            except Refusal:
                return None
            except BalcaoError as erro:  # also when the canal has crashed: it is built again
                await asyncio.sleep(espera_de(erro))
            else:
                break
        if not conexao.row.ativo or (self.tipos and conexao.row.tipo not in self.tipos):
            return None
        if conexao.row.tipo == "webhook" and self._credencial.quem is not None:
            return None  # what an empresa tells other systems is told by the installation's own
        self._quem[canal_id] = quem
        return _do_conector(conexao, self._casa.url_publica)


def _do_conector(conexao: ConexaoDoCanal, url_publica: str) -> protocolo.CanalDoConector:
    row = conexao.row
    config: dict[str, Any] = msgspec.json.decode(row.config)
    if row.tipo == "sms":  # whose requests tell the provider where to call us
        config["urlDoWebhook"] = f"{url_publica.rstrip('/')}/webhooks/sms/{row.id}"
    return protocolo.CanalDoConector(
        id=row.id,
        empresa_id=row.empresa_id,
        nome=row.nome,
        tipo=row.tipo,
        config=config,
        segredos=msgspec.json.decode(conexao.segredos),
    )
