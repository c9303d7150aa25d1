"""What of a ticket keeps it where it is, whoever has room."""

from __future__ import annotations

from engine.balanceamento.modelo import PorqueFica
from engine.distribuicao import Distribuidor
from engine.distribuicao.linha import Espera, Linha
from engine.estados import dono, intocado_pelo_dono
from engine.modelo import TicketRow


def porque_nao_sai(linha: Linha, row: TicketRow, *, dono_online: bool) -> PorqueFica | None:
    """Why what is somebody's stays so: its owner took it of its own will, is at it, or is to have it by the policy."""
    politica = linha.regras.politica
    if row.status == "PENDENTE":
        return "pendente"
    if not intocado_pelo_dono(row):
        return "respondido"
    if row.forcado:
        return "forcado"
    if row.rota is not None and row.rota.balanceado:
        return "ja_movido"
    if not linha.regras.automatica:
        return "manual"
    if not linha.aberta:
        return "fechada"
    if politica.modo == "oferta":
        return "aceito"
    if not dono_online:  # the fila says that it keeps what it has: else it would not have it any more
        return "dono_offline"
    return "afinidade" if linha.afim_de(row) == dono(row) else None


def porque_nao_muda_de_fila(linha: Linha) -> PorqueFica | None:
    """Why nothing that waits in a fila goes elsewhere."""
    if not linha.regras.automatica:
        return "manual"
    if not linha.aberta:
        return "fechada"
    return None if linha.regras.politica.transbordos else "sem_destino"


def como_quem_chega(distribuidor: Distribuidor, linha: Linha, row: TicketRow) -> Espera | None:
    """How a ticket would stand in the line of its fila if it came now: rings that it has waited for elsewhere, or
    before it was somebody's, do not count.
    """
    exigencia = distribuidor.exigencia(row)
    if exigencia is None:
        return None
    return linha.formar(row, (distribuidor.custo(row), exigencia.classe), exigencia)
