"""What the doors of the web chat share."""

from __future__ import annotations

from msgspec import Struct

from engine.tarefas import Tarefas
from web.arquivos import Arquivos
from web.chat._ajustes import AjustesDoChat
from web.chat._atendimento import Atendimento
from web.chat._canais import CanaisDoChat
from web.chat._conversas import Conversas
from web.chat._limites import Limites
from web.chat._lugares import Lugares
from web.gateway import Gateway
from web.portaria.visitante import PorteiroDoTempoReal


class Casa(Struct, frozen=True):
    """``nossa_origem``: that of the server's public address."""

    atendimento: Atendimento
    canais: CanaisDoChat
    conversas: Conversas
    lugares: Lugares
    limites: Limites
    porteiro: PorteiroDoTempoReal
    gateway: Gateway
    arquivos: Arquivos
    tarefas: Tarefas
    ajustes: AjustesDoChat
    nossa_origem: str
