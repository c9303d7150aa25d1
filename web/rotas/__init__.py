"""The REST routes of ``/atendimento``, by resource."""

from web.pedido.rota import Rota
from web.rotas import (
    adiamentos,
    arquivos,
    atendentes,
    avisos,
    canais,
    contatos,
    decisoes,
    distribuicao,
    documentos,
    empresa,
    equipes,
    etiquetas,
    filas,
    invariantes,
    mensagens,
    notas,
    ofertas,
    ops,
    politicas,
    push,
    relatorios,
    respostas_rapidas,
    simulacoes,
    tickets,
    webhooks,
)

_RECURSOS = (
    tickets,
    adiamentos,
    ofertas,
    decisoes,
    mensagens,
    notas,
    contatos,
    etiquetas,
    atendentes,
    filas,
    distribuicao,
    politicas,
    simulacoes,
    equipes,
    canais,
    webhooks,
    push,
    relatorios,
    avisos,
    ops,
    invariantes,
    empresa,
    respostas_rapidas,
)

DE_JSON: tuple[Rota, ...] = tuple(
    rota for rotas in (*(recurso.rotas for recurso in _RECURSOS), *documentos.TODAS) for rota in rotas.todas
)
"""Those whose body and answer are JSON."""
TODAS: tuple[Rota, ...] = (*DE_JSON, *arquivos.ROTAS)
"""Every route that a token opens."""
