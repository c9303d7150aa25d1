"""What reports read, in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from engine.relatorios.contagem import Contagem
from engine.relatorios.estado import AtendenteVivo
from engine.relatorios.guarda import Marca, SomaDaHora
from engine.relatorios.somas import Corte, com_os_dias, empacotar


class LeitorDeSomas:
    """Implements :class:`engine.relatorios.guarda.LeitorDeRelatorios`, on what was counted."""

    def __init__(self, contagem: Contagem, marca: Marca) -> None:
        self._contagem = contagem
        self._marca = marca
        self._somas = com_os_dias(contagem.somas)
        self.lidas = 0

    async def marca(self, empresa_id: str) -> Marca:
        return self._marca

    async def somas(
        self, empresa_id: str, corte: Corte, horas: range, chaves: Collection[str] | None, depois: tuple[int, str],
        limite: int,
    ) -> list[SomaDaHora]:  # fmt: skip
        achadas = sorted(
            (hora, chave)
            for este, chave, hora in self._somas
            if este == corte and horas.start <= hora < horas.stop and (hora, chave) > depois and _e_de(chave, chaves)
        )[:limite]
        self.lidas += len(achadas)
        return [SomaDaHora(hora, chave, empacotar(self._somas[corte, chave, hora])) for hora, chave in achadas]

    async def presentes(self, empresa_id: str) -> Mapping[str, AtendenteVivo]:
        return {
            id_: AtendenteVivo(v.contado_ate, v.online, v.estado, v.capacidade, v.ocupadas, v.equipes)
            for id_, v in self._contagem.atendentes.items()
            if v.online
        }

    async def nomes(self, empresa_id: str, ids: Collection[str]) -> dict[str, str]:
        return {id_: f"Nome {id_}" for id_ in ids}


def _e_de(chave: str, chaves: Collection[str] | None) -> bool:
    um, barra, outro = chave.partition("/")
    return chaves is None or chave in chaves or (bool(barra) and (f"{um}/" in chaves or f"/{outro}" in chaves))
