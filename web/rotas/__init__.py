"""The REST routes of ``/atendimento``, by resource."""

from web.rota import Rota
from web.rotas import atendentes, filas, mensagens, tickets

TODAS: tuple[Rota, ...] = tuple(
    rota for recurso in (tickets, mensagens, atendentes, filas) for rota in recurso.rotas.todas
)
"""Every authenticated route."""
