"""The states of a job of the outbox.

::

    pendente ──► enviando ──► enviado ──► entregue ──► lido
       ▲  ▲          │  │        │
       │  └──────────┘  ▼        ▼
       │        desconhecido   falhou         cancelado
       └────────────┘

``enviando`` is with a connector, which has until ``prazo`` to answer. Of one that is ``desconhecido`` nobody knows
whether the provider has it: what the provider says of it later settles that; if it says nothing until ``prazo``, it is
sent again (a contact may see it twice, but not lose it).

What a provider says comes in any order, more than once, or never: of two states the higher one counts. A failure counts
for more than "sent", and for less than that it arrived.
"""

from __future__ import annotations

from typing import Final, Literal

from engine.conector.trabalhos import Desfecho
from engine.modelo import EstadoEnvio, StatusEntrega

Saude = Literal["boa", "ma", "nada"]
"""What an answer says of the channel: it works, it does not, or nothing."""

ABERTOS: Final[frozenset[EstadoEnvio]] = frozenset({"pendente", "enviando", "desconhecido"})
"""There is something to be done still."""

DA_RESPOSTA: Final[dict[Desfecho, EstadoEnvio]] = {"aceito": "enviado", "entregue": "entregue", "lido": "lido"}
"""The state of what was done, by its answer."""

_POSTO: Final[dict[EstadoEnvio, int]] = {
    "pendente": 0,
    "enviando": 1,
    "desconhecido": 1,
    "enviado": 2,
    "cancelado": 2,
    "falhou": 3,
    "entregue": 4,
    "lido": 5,
}

DA_MENSAGEM: Final[dict[EstadoEnvio, StatusEntrega]] = {
    "pendente": "pendente",
    "enviando": "pendente",
    "desconhecido": "pendente",
    "enviado": "enviado",
    "entregue": "entregue",
    "lido": "lido",
    "falhou": "falhou",
    "cancelado": "falhou",
}
"""What a message shows of the job that sends it."""


def sobe(atual: EstadoEnvio, dito: EstadoEnvio) -> bool:
    """Whether what the provider says goes beyond what is known already."""
    return _POSTO[dito] > _POSTO[atual]
