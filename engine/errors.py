"""The one error tree.

::

    BalcaoError                      everything we raise on purpose
    ├── Refusal                      the caller asked for something it cannot have; nothing has changed
    │   ├── Invalid             400  a field is wrong; ``detalhes`` lists every problem
    │   ├── Unauthenticated     401  no token, or none that is good
    │   ├── Forbidden           403  it may not
    │   ├── NotFound            404
    │   ├── Conflict            409  the state does not allow it now
    │   ├── TooLarge            413  a body or a file beyond its bound
    │   ├── UnsupportedMedia    415  a body of another kind than JSON, a file that is not taken
    │   └── Unprocessable       422  an idempotency key, or the id of a message, that was used for something else
    ├── Unavailable             503  try again later; ``retry_after`` seconds
    │   ├── Overloaded          503  a bound of the house was reached
    │   ├── LeaseElsewhere      503  another node owns this empresa
    │   ├── SegredoNaoAbre      503  its secrets are under a key that this node has not (``storage/``)
    │   └── TooManyRequests     429  a bound of the caller's was reached (``web/resposta/erros.py``)
    ├── InternalFailure         500  a handler crashed: a bug, recorded in the dead letters
    ├── StoreError                   what the journal is answered when a batch was not written (``engine/ports.py``)
    │   ├── StoreAway                the database could not be reached
    │   ├── CommitUnknown            the connection was lost while committing
    │   ├── Fenced                   some empresas are another node's by now
    │   └── Rejected                 the database refused the data itself: a bug
    └── FalhaDeArmazenamento         what keeps the storage from starting: somebody has to do something (``storage/``)
        ├── DsnInvalido              the database's address makes no sense
        ├── BancoAusente             nothing answers at that address
        ├── MigracaoRecusada         the schema in the database is not one this version may touch
        ├── EmbutidoFalhou           the embedded PostgreSQL cannot run here
        ├── FaltaChave               there are secrets under a key that is not here
        └── ArquivosIndisponiveis    files cannot be kept where the settings say

Messages are in Portuguese because the users of the API read them; ``codigo`` is stable and meant for programs.
HTTP statuses are carried here so that there is one table, but nothing in the engine depends on them.
"""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct


class Detalhe(Struct, frozen=True):
    """One problem of a request: ``campo`` is the path of the field, ``problema`` says what is wrong and the remedy."""

    campo: str
    problema: str


class BalcaoError(Exception):
    """Base of every error raised on purpose."""

    status: ClassVar[int] = 500
    error: ClassVar[str] = "Internal Server Error"

    def __init__(self, codigo: str, message: str, detalhes: tuple[Detalhe, ...] = ()) -> None:
        super().__init__(message)
        self.codigo = codigo
        self.message = message
        self.detalhes = detalhes


class Refusal(BalcaoError):
    """A request that cannot be granted. Nothing changed."""


class Invalid(Refusal):
    status = 400
    error = "Bad Request"


class Unauthenticated(Refusal):
    status = 401
    error = "Unauthorized"


class Forbidden(Refusal):
    status = 403
    error = "Forbidden"


class NotFound(Refusal):
    status = 404
    error = "Not Found"


class Conflict(Refusal):
    status = 409
    error = "Conflict"


class UnsupportedMedia(Refusal):
    status = 415
    error = "Unsupported Media Type"


class TooLarge(Refusal):
    status = 413
    error = "Content Too Large"


class Unprocessable(Refusal):
    status = 422
    error = "Unprocessable Content"


class Unavailable(BalcaoError):
    """The engine cannot take this now. ``retry_after`` is in whole seconds."""

    status = 503
    error = "Service Unavailable"

    def __init__(self, codigo: str, message: str, retry_after: int = 1) -> None:
        super().__init__(codigo, message)
        self.retry_after = retry_after


class Overloaded(Unavailable):
    pass


class LeaseElsewhere(Unavailable):
    pass


class InternalFailure(BalcaoError):
    """A handler crashed. The cause is in the log and the dead letters, never in the answer."""

    def __init__(self, codigo: str = "erro_interno", message: str = "Erro interno; a operação não foi feita") -> None:
        super().__init__(codigo, message)


def fora_de_ordem() -> Unavailable:
    """What whoever asks hears while an actor has stopped or is quarantined."""
    return Unavailable("ator_parado", "Este recurso está indisponível agora; tente de novo em instantes", 5)
