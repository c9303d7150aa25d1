"""Routes: each is one small declaration, from which decoding, validation, authorisation and documentation come.

::

    rotas = Rotas("Tickets")

    @rotas.post("/tickets/<ticket_id>/encerrar", resumo="Encerrar um ticket", ato=permissoes.ATENDER, erros=(409,))
    async def encerrar(p: Pedido, ticket_id: str, corpo: Encerramento) -> TicketVista:
        return ticket_vista(await p.pedir(EncerrarTicket(quem=p.quem, ticket_id=ticket_id, motivo=corpo.motivo)))

A parameter named ``corpo`` or ``consulta`` is read by the schema of its Struct (a ``corpo`` that may be None is so if
nothing was sent); any other is of the path: an id, or, if its name does not end in ``_id``, a number. What the function
returns is encoded as JSON; None is 204; a Resposta is sent as it is. Changes go through ``Pedido.pedir``.
``ato`` is that of the command, or of what is read: who may not do it is refused before anything is read of it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType, NoneType
from typing import Any, Final, TypeVar, get_args, get_type_hints

from msgspec import Struct

from actors.comandos import Comando
from actors.no.idempotencia import ChaveIdempotente
from actors.no.no import No
from engine import permissoes
from engine.errors import Detalhe, Forbidden, Invalid
from engine.ids import is_uuid
from engine.modelo import Papel, Quem
from engine.permissoes import Ato
from engine.ports import Reader
from web.pedido.campos import Problema, uuid
from web.pedido.conectores import Conectores, Nenhum
from web.pedido.exames import Examinador, SemExames
from web.pedido.leitores import leitor_de_inteiro
from web.pedido.relatorios import Relatorios, SemRelatorios
from web.pedido.simulador import NinguemSimula, Simulador
from web.pedido.validacao import DaEmpresa, Esquema, invalido, objeto_json, parametros

PREFIXO: Final = "/atendimento"

_COM_CORPO = frozenset({"POST", "PUT", "PATCH"})
_NUMERO: Final = leitor_de_inteiro(1, 2**31 - 1, de_texto=True)

Documento = Mapping[str, Any]
"""A part of an OpenAPI operation object."""

_NADA: Final[Documento] = MappingProxyType({})

Funcao = Callable[..., Awaitable[object]]
F = TypeVar("F", bound=Funcao)
R = TypeVar("R")


class Pedido(Struct):
    """What a route works with: who asks, the actors, the committed state, the connectors that are here, and who
    examines the empresa, simulates, or keeps reports. ``chave`` is the request's Idempotency-Key, until it is used.
    """

    quem: Quem
    no: No
    leitor: Reader
    chave: ChaveIdempotente | None = None
    conectores: Conectores = Nenhum()
    exames: Examinador = SemExames()
    simulador: Simulador = NinguemSimula()
    relatorios: Relatorios = SemRelatorios()

    async def pedir(self, comando: Comando[R]) -> R:
        """Have a command done: once, under the request's key, if it has one. See :meth:`actors.no.no.No.pedir`.

        A request that changes things does so by one command: a key stands for one.
        """
        chave, self.chave = self.chave, None
        return await self.no.pedir(comando, chave)


class Rota(Struct, frozen=True):
    """One route. ``corpo`` is None where none is read; ``resposta`` is what the function is declared to return.

    ``resumo`` (in Portuguese) and ``erros`` (the statuses it may answer beside those of every route) are for who reads
    the documentation; ``recurso`` is under which heading.
    """

    metodo: str
    caminho: str
    funcao: Funcao
    status: int
    recurso: str
    resumo: str
    erros: tuple[int, ...]
    ato: Ato
    corpo: Esquema[Any] | None
    consulta: Esquema[Any]
    resposta: Any
    da_funcao: frozenset[str]
    """Which of ``corpo`` and ``consulta`` the function takes."""
    documento: Documento
    """What is merged into its operation in the OpenAPI document: what the types of the function cannot say."""
    etag: bool = False
    """Its answer has an entity tag, and 304 is answered to whom has it already."""
    demora: bool = False
    """It waits for what is outside, or takes long, and keeps its own time."""
    pode_faltar: bool = False
    """There may be nothing in the ``corpo``, and the function is told so."""

    @property
    def nome(self) -> str:
        return f"{self.metodo} {self.caminho}"

    @property
    def papeis(self) -> frozenset[Papel]:
        """The roles it is for."""
        return self.ato.papeis

    @property
    def exige_corpo(self) -> bool:
        """What is replaced whole is not emptied by a body that was lost on the way."""
        return self.metodo == "PUT"

    def autorizar(self, quem: Quem) -> None:
        """Raise Forbidden unless the route is for this role."""
        permissoes.exigir(quem, self.ato)

    def argumentos(self, quem: Quem, ids: Mapping[str, str], consulta: bytes, corpo: bytes) -> dict[str, object]:
        """The arguments of the function, read and checked.

        Raises:
            Invalid: with every problem of the path, or of the query, or of the body.
            Forbidden: the query or the body names another empresa.
        """
        argumentos = _ids(ids)
        if consulta or "consulta" in self.da_funcao:
            self._ler(argumentos, "consulta", self.consulta, quem, parametros(consulta))
        if self.corpo is not None:
            if not corpo and self.exige_corpo:
                raise Invalid("json_invalido", "O corpo é obrigatório: mande o documento inteiro, como objeto JSON")
            if not corpo and self.pode_faltar:
                argumentos["corpo"] = None
            else:
                self._ler(argumentos, "corpo", self.corpo, quem, objeto_json(corpo))
        return argumentos

    def _ler(
        self, argumentos: dict[str, object], nome: str, esquema: Esquema[Any], quem: Quem, dados: dict[str, object]
    ) -> None:
        """Check one part, also when the function has no use for it: a field that does nothing is a mistake."""
        _exigir_empresa(quem, dados)
        lido = esquema.ler(dados)
        if nome in self.da_funcao:
            argumentos[nome] = lido


class Rotas:
    """The routes of one resource."""

    def __init__(self, recurso: str) -> None:
        self.recurso = recurso
        self.todas: list[Rota] = []

    def get(
        self,
        caminho: str,
        *,
        resumo: str,
        ato: Ato,
        erros: tuple[int, ...] = (),
        documento: Documento = _NADA,
        etag: bool = False,
        demora: bool = False,
    ) -> Callable[[F], F]:
        return self._rota("GET", caminho, 200, resumo, erros, ato, documento, etag=etag, demora=demora)

    def post(
        self,
        caminho: str,
        *,
        resumo: str,
        ato: Ato,
        status: int = 200,
        erros: tuple[int, ...] = (),
        documento: Documento = _NADA,
        demora: bool = False,
    ) -> Callable[[F], F]:
        return self._rota("POST", caminho, status, resumo, erros, ato, documento, demora=demora)

    def put(
        self,
        caminho: str,
        *,
        resumo: str,
        ato: Ato,
        erros: tuple[int, ...] = (),
        documento: Documento = _NADA,
    ) -> Callable[[F], F]:
        return self._rota("PUT", caminho, 200, resumo, erros, ato, documento)

    def patch(
        self,
        caminho: str,
        *,
        resumo: str,
        ato: Ato,
        erros: tuple[int, ...] = (),
        documento: Documento = _NADA,
    ) -> Callable[[F], F]:
        return self._rota("PATCH", caminho, 200, resumo, erros, ato, documento)

    def delete(
        self,
        caminho: str,
        *,
        resumo: str,
        ato: Ato,
        erros: tuple[int, ...] = (),
        documento: Documento = _NADA,
    ) -> Callable[[F], F]:
        return self._rota("DELETE", caminho, 200, resumo, erros, ato, documento)

    def _rota(
        self,
        metodo: str,
        caminho: str,
        status: int,
        resumo: str,
        erros: tuple[int, ...],
        ato: Ato,
        documento: Documento,
        *,
        etag: bool = False,
        demora: bool = False,
    ) -> Callable[[F], F]:
        def declarar(funcao: F) -> F:
            dicas = get_type_hints(funcao)
            resposta = dicas.pop("return")
            corpo, pode_faltar = _sem_nada(dicas.get("corpo", DaEmpresa if metodo in _COM_CORPO else None))
            self.todas.append(
                Rota(
                    metodo,
                    PREFIXO + caminho,
                    funcao,
                    204 if resposta is type(None) else status,
                    self.recurso,
                    resumo,
                    erros,
                    ato,
                    None if corpo is None else Esquema(corpo),
                    Esquema(dicas.get("consulta", DaEmpresa), de_texto=True),
                    resposta,
                    frozenset(dicas) & {"corpo", "consulta"},
                    documento,
                    etag,
                    demora,
                    pode_faltar,
                )
            )
            return funcao

        return declarar


def _sem_nada(corpo: Any) -> tuple[type[Struct] | None, bool]:
    """The Struct of a body, and whether there may be none."""
    partes = get_args(corpo)
    return (next(parte for parte in partes if parte is not NoneType), True) if partes else (corpo, False)


def _ids(ids: Mapping[str, str]) -> dict[str, object]:
    lidos: dict[str, object] = {}
    problemas: list[Detalhe] = []
    for nome, valor in ids.items():
        try:
            lidos[nome] = uuid(valor) if nome.endswith("_id") else _NUMERO(valor)
        except Problema as problema:
            problemas.append(Detalhe(nome_no_fio(nome), str(problema)))
    if problemas:
        raise invalido(problemas)
    return lidos


def nome_no_fio(nome: str) -> str:
    """``ticket_id`` → ``ticketId``."""
    return nome.removesuffix("_id") + "Id" if nome.endswith("_id") else nome


def _exigir_empresa(quem: Quem, dados: Mapping[str, object]) -> None:
    """What names an empresa must name the token's; what is not even a UUID is left to the schema."""
    dita = dados.get("empresaId")
    if isinstance(dita, str) and is_uuid(dita.lower()) and dita.lower() != quem.empresa_id:
        raise Forbidden("empresa_de_outro", "empresaId não é a empresa do seu token")
