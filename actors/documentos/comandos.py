"""What may be asked about the documents of an empresa."""

from __future__ import annotations

from actors.comandos import Comando
from engine import permissoes
from engine.modelo import DocumentoRow


class ListarDocumentos(Comando[list[DocumentoRow]], frozen=True, kw_only=True):
    """Those of a kind, by name."""

    ato = permissoes.VER

    tipo: str


class VerDocumento(Comando[DocumentoRow], frozen=True, kw_only=True):
    """NotFound if there is none of that kind and id."""

    ato = permissoes.VER

    tipo: str
    documento_id: str


class CriarDocumento(Comando[DocumentoRow], frozen=True, kw_only=True):
    """``dados`` is the document, a JSON object. Invalid, with every problem, for what cannot be; Conflict if there is
    one of that name already, or if there are too many.
    """

    ato = permissoes.CONFIGURAR

    tipo: str
    nome: str
    dados: str


class GravarDocumento(CriarDocumento, frozen=True, kw_only=True):
    """The whole document in place of the one that is there; the same one again changes nothing. ``versao`` is the one
    that it is to follow: Conflict if another has come between. Else as CriarDocumento; NotFound as VerDocumento.
    """

    ato = permissoes.CONFIGURAR

    documento_id: str
    versao: int | None = None


class ExcluirDocumento(Comando[None], frozen=True, kw_only=True):
    """Conflict, with what it is, if another document names it; NotFound as VerDocumento."""

    ato = permissoes.CONFIGURAR

    tipo: str
    documento_id: str


ComandoDeDocumento = ListarDocumentos | VerDocumento | CriarDocumento | GravarDocumento | ExcluirDocumento
