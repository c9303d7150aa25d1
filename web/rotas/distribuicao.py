"""Spreading the load: ``/atendimento/distribuicao``."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta

from actors.empresa.comandos import BalancearCarga
from engine import permissoes
from engine.balanceamento.modelo import EM_DETALHE, EXAMES, MUDANCAS, MUDANCAS_NO_MAXIMO
from engine.balanceamento.vista import Balanceamento
from web.pedido.campos import Uuid
from web.pedido.rota import Documento, Pedido, Rotas
from web.pedido.validacao import DaEmpresa

rotas = Rotas("Filas")

Quantos = Annotated[int, Meta(ge=1, le=MUDANCAS_NO_MAXIMO)]

DO_BALANCEAMENTO: Final[Documento] = {
    "description": (
        "Para admin ou supervisor. Um ticket que espera passa da sua fila a outra para onde a política dela transborda "
        "(`transbordos`), se lá há quem o atenda agora, ou menos espera por vaga; guarda a idade, e não volta a uma "
        "fila por onde passou. Com `incluirAtribuidos`, um ticket que o atendente ainda não respondeu desde que o "
        "recebeu passa a outro da mesma fila, menos ocupado, ou que abre uma vaga para quem espera. `filaId`: só os "
        "dessa fila; `atendenteId`: só os que esse atendente tem, mesmo sem `incluirAtribuidos`. Ninguém fica acima da "
        "capacidade, e valem as habilidades, os limites e os horários de cada política; ficam os de filas MANUAL ou "
        "fechadas, os ofertados e aceitos, os forçados, os guardados para quem atendeu o contato, e os respondidos.\n\n"
        "Com `simular`, nada muda, e a resposta diz o que seria movido. Cada ticket confere de novo, na sua vez, se "
        "ainda pode e deve mudar: os que não, vêm em `naoMovidos`. `ficaram` são os primeiros "
        f"{EM_DETALHE} que ficam, e `outrosQueFicaram` conta os demais por `codigo`; são vistos um a um até {EXAMES}. "
        "`incompleto` diz que pode haver mais a mover; pedir de novo, sem isso, não move nada."
    )
}


class CargaABalancear(DaEmpresa, frozen=True, kw_only=True):
    fila_id: Uuid | None = None
    atendente_id: Uuid | None = None
    incluir_atribuidos: bool = False
    simular: bool = False
    limite: Quantos = MUDANCAS


@rotas.post(
    "/distribuicao/balancear",
    resumo="Balancear a carga entre filas e atendentes",
    ato=permissoes.BALANCEAR,
    erros=(404, 409),
    documento=DO_BALANCEAMENTO,
)
async def balancear(p: Pedido, corpo: CargaABalancear) -> Balanceamento:
    return await p.pedir(
        BalancearCarga(
            quem=p.quem,
            fila_id=corpo.fila_id,
            atendente_id=corpo.atendente_id,
            incluir_atribuidos=corpo.incluir_atribuidos,
            simular=corpo.simular,
            limite=corpo.limite,
        )
    )
