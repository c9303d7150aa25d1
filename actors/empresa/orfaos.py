"""Dead letters of canais that were deleted: nobody else is there to give them up."""

from __future__ import annotations

from actors.canal.comandos import DescartarOrfaos, MortosTratados
from actors.diretorio.empresa_viva import EmpresaViva
from engine import eventos
from engine.envios import desfechos
from engine.errors import Conflict
from engine.eventos import publicar
from engine.modelo import EmpresaRow
from engine.runtime import Stateful


def descartar(ator: Stateful[EmpresaRow], viva: EmpresaViva, comando: DescartarOrfaos) -> MortosTratados:
    """Raises Conflict if the canal is there: what is a canal's it gives up itself."""
    if comando.canal_id in viva.diretorio.canais:
        raise Conflict("canal_existe", "O canal não foi excluído")
    now = ator.now()
    feitos = [row for row in comando.rows if row.canal_id == comando.canal_id and row.estado == "falhou"]
    for row in feitos:
        ator.save(desfechos.cancelar(row, row.erro or "Descartado por um supervisor", now))
    if feitos:
        ids = tuple(row.id for row in feitos)
        publicar(ator, comando.quem, eventos.EnviosDescartados(comando.canal_id, ids))
    return MortosTratados(len(feitos), comando.ha_mais)
