"""The command line and the wiring: settings, the running server, diagnosis and the demonstration.

- ``ajustes`` (with ``dotenv``, ``leitores``, ``segredo``): the settings, one Struct.
- ``cli`` and ``comandos``: what ``balcao`` understands, one module per command.
- ``servidor`` (with ``banco``, ``escuta``, ``parada``, ``difusao``): the parts put together, started in order and
  stopped in reverse.
- ``apresentacao``: what is shown when the server is ready.
- ``demo``: a whole contact centre played against a running server.
"""

from engine.versao import VERSAO

__version__ = VERSAO
