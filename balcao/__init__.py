"""The command line and the wiring: settings, the running server, diagnosis and the demonstration.

- ``ajustes``: the settings, one Struct, and how it is read.
- ``cli`` and ``comandos``: what ``balcao`` understands, one module per command; ``erros``: what it says when it cannot.
- ``servidor``: the parts put together, started in order and stopped in reverse.
- ``porta``: the front door: connections, HTTP/1.1 and frames, over Hypercorn's protocol.
- ``tela``: what people see in the terminal.
- ``exames``: what ``balcao doctor`` looks at.
- ``demo``: a whole contact centre played against a running server.
"""

from engine.versao import VERSAO

__version__ = VERSAO
