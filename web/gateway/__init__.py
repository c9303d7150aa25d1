"""Realtime without a protocol: who is connected, what each may see, and that nothing is missed.

An edge (plain WebSocket, Socket.IO) spells frames and moves bytes; everything else is here, so that every edge
behaves the same::

    journal ──publish──► Gateway ─► Plateia (one empresa) ─► Conexao ─► Formato (spelling) ─► Saida (the way out)
    client ───frames───► edge ────► Recepcao ──commands──► actors/no/no.py

================  ====================================================================================================
``Gateway``       every connection of the process; the event sink; shutdown
``Lotacao``       who takes which place: strangers apart from everybody with a token
``Plateia``       one empresa's connections, indexed by user and by room, so that an event finds its readers at once
``Conexao``       one client: who it is, its rooms, its commands under way
``Recepcao``      what a client asks: to come in, to resume, and each event of the contract
``Ritmo``         counts its frames for its user
``Retomada``      from ``desde`` to live, with no gap and no duplicate
``Presencas``     tells the actors whose first connection came and whose last one went
``Seguidores``    who wants to know where which tickets stand in line; ``Posicoes`` asks, and has it told
``FilaDeSaida``   a bounded queue of frames, for edges that write one at a time
================  ====================================================================================================
"""

from web.gateway._ajustes import AjustesGateway
from web.gateway._conexao import LENTO, Conexao, Fechamento, Formato, Saida
from web.gateway._entradas import Autenticar, objeto
from web.gateway._fila_saida import FilaDeSaida
from web.gateway._gateway import Gateway
from web.gateway._lotacao import SEM_VAGA
from web.gateway._observador import Observador
from web.gateway._quadro import Quadro
from web.gateway._recepcao import Recepcao
from web.gateway._respostas import responder
from web.gateway._seguidores import Ouvinte
from web.gateway._sinal import Sinal

__all__ = [
    "LENTO",
    "SEM_VAGA",
    "AjustesGateway",
    "Autenticar",
    "Conexao",
    "Fechamento",
    "FilaDeSaida",
    "Formato",
    "Gateway",
    "Observador",
    "Ouvinte",
    "Quadro",
    "Recepcao",
    "Saida",
    "Sinal",
    "objeto",
    "responder",
]
