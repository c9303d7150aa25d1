"""Files of messages: ``POST /atendimento/mensagens/arquivo`` and ``GET /atendimento/arquivos/:id``.

Neither is JSON, and the second needs no token, so both have views of their own; they are declared as all routes are.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Annotated, Any, Final

from msgspec import UNSET, Meta, UnsetType
from quart import request

from actors.no.no import No
from engine import permissoes
from engine.assinatura import PADRAO_DE_ASSINATURA, PADRAO_DE_EXPIRA
from engine.errors import Detalhe, NotFound
from engine.modelo import Quem
from engine.ports import Reader, TicketDetalhe
from engine.vistas import MensagemVista, mensagem_vista
from web.arquivos import EXTENSOES, Anuncio, Arquivos, entregar, mesma_empresa
from web.pedido.campos import Problema, uuid
from web.pedido.chave_do_pedido import chave_do_pedido
from web.pedido.escopo import ENTRADA
from web.pedido.rota import PREFIXO, Pedido, Rota
from web.pedido.validacao import DaEmpresa, Esquema, invalido, parametros
from web.portaria.acessos import Guarda
from web.portaria.porteiro import credencial_de
from web.quart_leve import QuartLeve
from web.resposta.pronta import Resposta, json
from web.rotas.visiveis import ticket_visivel

_DE_ARQUIVO_URL: Final = (
    "Como veio em arquivoUrl, que vale por algumas horas para quem o tiver: com expira e assinatura não é preciso "
    "token. "
    "Quem mostra um token deve poder ver o ticket."
)


class Assinatura(DaEmpresa, frozen=True, kw_only=True):
    """What ``arquivoUrl`` carries. Without both, a token is needed."""

    expira: Annotated[str, Meta(pattern=PADRAO_DE_EXPIRA, description=_DE_ARQUIVO_URL)] | UnsetType = UNSET
    assinatura: Annotated[str, Meta(pattern=PADRAO_DE_ASSINATURA, description=_DE_ARQUIVO_URL)] | UnsetType = UNSET

    def problemas(self) -> Iterable[Detalhe]:
        if self.expira is UNSET and self.assinatura is not UNSET:
            yield Detalhe("expira", "é obrigatório junto de assinatura")
        if self.assinatura is UNSET and self.expira is not UNSET:
            yield Detalhe("assinatura", "é obrigatório junto de expira")


_CONSULTA: Final = Esquema(Assinatura, de_texto=True)


class Vistas:
    """The two views."""

    def __init__(self, no: No, leitor: Reader, arquivos: Arquivos, guarda: Guarda) -> None:
        self._no = no
        self._leitor = leitor
        self._arquivos = arquivos
        self._guarda = guarda

    def ligar(self, app: QuartLeve) -> None:
        app.add_url_rule(ENVIAR.caminho, ENVIAR.nome, self.enviar, methods=[ENVIAR.metodo])
        app.add_url_rule(BAIXAR.caminho, BAIXAR.nome, self.baixar, methods=[BAIXAR.metodo])
        app.caminhos.ler_sozinha(ENVIAR.nome)
        app.caminhos.exigir(ENVIAR.nome, _pode_enviar)

    async def enviar(self) -> Resposta:
        quem = credencial_de(request.scope).quem
        ENVIAR.argumentos(quem, {}, request.query_string, b"")
        p = Pedido(quem, self._no, self._leitor, chave_do_pedido(quem, request, b""))
        anuncio = Anuncio(request.headers.get("Content-Type", ""), request.content_length)
        entrada = request.scope[ENTRADA]  # type: ignore[typeddict-item]
        row = await self._arquivos.enviar(p, anuncio, entrada, partial(self._exigir_ticket, p))
        return json(mensagem_vista(row, self._no.endereco_de_arquivo), ENVIAR.status)

    async def _exigir_ticket(self, p: Pedido, ticket_id: str) -> TicketDetalhe:
        """The file has come, which may have taken long."""
        await self._guarda.exigir(p.quem)
        return await ticket_visivel(p, ticket_id)

    async def baixar(self, arquivo_id: str) -> Resposta:
        try:
            arquivo_id = uuid(arquivo_id)
        except Problema as problema:
            raise invalido([Detalhe("arquivoId", str(problema))]) from None
        consulta = _CONSULTA.ler(parametros(request.query_string))
        quem = credencial_de(request.scope).quem if _com_token(consulta) else None
        empresa_id = self._empresa(arquivo_id, consulta, quem)
        mesma_empresa(consulta.empresa_id, empresa_id)
        row = await self._leitor.arquivo(empresa_id, arquivo_id)
        if row is None or (quem is not None and quem.empresa_id != empresa_id):
            raise NotFound("arquivo_nao_encontrado", "Arquivo não encontrado")
        if quem is not None:
            await ticket_visivel(Pedido(quem, self._no, self._leitor), row.ticket_id)
        return await entregar(request.method, request.headers.get, row, self._arquivos.objetos)

    def _empresa(self, arquivo_id: str, consulta: Assinatura, quem: Quem | None) -> str:
        """Whose file it is said to be. Raises Forbidden for an address that is not good."""
        if isinstance(consulta.expira, str) and isinstance(consulta.assinatura, str):
            return self._arquivos.assinador.empresa(arquivo_id, consulta.expira, consulta.assinatura)
        assert quem is not None
        return quem.empresa_id


def _pode_enviar(scope: Any, _: object) -> None:
    """Of what the body is announced to be, its reader is the judge."""
    ENVIAR.autorizar(credencial_de(scope).quem)


def _com_token(consulta: Assinatura) -> bool:
    """An address is enough by itself, but who also shows a token is held to it."""
    return consulta.assinatura is UNSET or "Authorization" in request.headers


_FORMULARIO: Final = {
    "type": "object",
    "required": ["arquivo", "ticketId"],
    "additionalProperties": False,
    "properties": {
        "arquivo": {
            "type": "string",
            "format": "binary",
            "description": "Com nome (filename), que é limpo e não julgado: o tipo é o do conteúdo. O que não se "
            "mostra na página fica como documento, para baixar; o que executa código (programas, páginas) é recusado. "
            "Com ARQUIVOS_TIPOS=estrito só se aceitam: " + ", ".join(sorted(EXTENSOES)),
        },
        "ticketId": {"type": "string", "format": "uuid"},
        "conteudo": {"type": "string", "maxLength": 4096, "pattern": "^[^\\u0000]*$", "description": "Uma legenda."},
        "direcao": {"type": "string", "enum": ["enviada", "recebida"], "default": "enviada"},
        "empresaId": {"type": "string", "format": "uuid"},
    },
}
_BINARIO: Final = {"content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}}


ENVIAR: Final = Rota(
    metodo="POST",
    caminho=f"{PREFIXO}/mensagens/arquivo",
    funcao=Vistas.enviar,
    status=201,
    recurso="Mensagens",
    resumo="Enviar um arquivo",
    erros=(404, 408, 409, 413, 415),
    ato=permissoes.ATENDER,
    corpo=None,
    consulta=Esquema(DaEmpresa, de_texto=True),
    resposta=MensagemVista,
    da_funcao=frozenset(),
    documento={"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": _FORMULARIO}}}},
)
BAIXAR: Final = Rota(
    metodo="GET",
    caminho=f"{PREFIXO}/arquivos/<arquivo_id>",
    funcao=Vistas.baixar,
    status=200,
    recurso="Mensagens",
    resumo="Baixar um arquivo, pelo endereço assinado ou com um token",
    erros=(403, 404),
    ato=permissoes.VER,
    corpo=None,
    consulta=_CONSULTA,
    resposta=Resposta,
    da_funcao=frozenset({"consulta"}),
    documento={
        "responses": {
            "200": {"description": "O arquivo.", **_BINARIO},
            "206": {"description": "A faixa pedida por Range.", **_BINARIO},
            "304": {"description": "É o que If-None-Match diz que já se tem."},
            "416": {
                "description": "A faixa pedida fica além do fim do arquivo.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ErroVista"}}},
            },
        },
        "security": [{}, {"token": []}],
    },
)
ROTAS: Final = (ENVIAR, BAIXAR)
