"""Quick replies, beside what every kind of document has: looked for by their shortcut, and filled in for a ticket."""

from __future__ import annotations

from typing import Any, Final

from msgspec import Struct

from actors.ticket.comandos import PreencherResposta
from engine import permissoes
from engine.documentos.especies import RESPOSTA_RAPIDA
from engine.modelo import DocumentoRow
from engine.respostas_rapidas.busca import comeca
from engine.respostas_rapidas.preenchimento import SEM_VALOR
from web.pedido.campos import Rotulo, Uuid
from web.pedido.rota import Documento, Pedido, Rotas
from web.pedido.validacao import DaEmpresa, Paginacao

rotas = Rotas(RESPOSTA_RAPIDA.recurso)

_SEM_VALOR: Final = "; ".join(f"`{nome}`: {texto}" for nome, texto in SEM_VALOR.items() if texto)
DO_PREENCHIMENTO: Final[Documento] = {
    "description": (
        "O texto da resposta, como seria dito agora neste ticket; nada é enviado. As variáveis são escritas entre duas "
        f"chaves, como `{{{{contato.nome}}}}`: {', '.join(SEM_VALOR)}. `atendente.nome` é o de quem pede; `saudacao`, "
        "`data` e `hora` são as do relógio do calendário da fila. O que não se sabe é dito assim: "
        f"{_SEM_VALOR}. O que se põe no lugar de uma variável não é lido outra vez. Uma resposta que não é para a fila "
        "do ticket é 409."
    )
}


class ConsultaRespostas(Paginacao, frozen=True, kw_only=True):
    """``prefixo``: those whose shortcut begins so, with the slash or without; ``pasta``: those that are filed there;
    neither minds case and accents.
    """

    prefixo: Rotulo | None = None
    pasta: Rotulo | None = None


def procurada(row: DocumentoRow, consulta: Any) -> bool:
    """Whether it is asked for."""
    return comeca(RESPOSTA_RAPIDA.ler(row.dados), consulta.prefixo, consulta.pasta)


class ParaTicket(DaEmpresa, frozen=True, kw_only=True):
    ticket_id: Uuid


class RespostaNoTicket(Struct, frozen=True, gc=False):
    """What it says there."""

    texto: str


@rotas.post(
    f"{RESPOSTA_RAPIDA.caminho}/<{RESPOSTA_RAPIDA.tipo}_id>/preencher",
    resumo="Preencher uma resposta rápida para um ticket",
    ato=permissoes.ATENDER,
    erros=(409,),
    documento=DO_PREENCHIMENTO,
)
async def preencher(p: Pedido, resposta_rapida_id: str, corpo: ParaTicket) -> RespostaNoTicket:
    comando = PreencherResposta(quem=p.quem, ticket_id=corpo.ticket_id, resposta_id=resposta_rapida_id)
    return RespostaNoTicket((await p.pedir(comando)).conteudo)
