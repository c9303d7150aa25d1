"""``POST /conectores/arquivos?canal=…&nome=…``: a file that a contact sent, left before the message that has it.

The body is the file and nothing else. The answer holds its ``ficha``, which the message names, and the ``tipo`` that a
message with it has.
"""

from __future__ import annotations

import logging
from typing import Any, Final
from urllib.parse import parse_qsl

from engine.errors import BalcaoError, Detalhe, Forbidden, Invalid
from engine.ids import is_uuid
from engine.vistas import codificar
from web.arquivos import Anuncio, Arquivos
from web.conectores._casa import Casa
from web.conectores._credencial import Reconhecimento
from web.pedido.entrada import Entrada
from web.portaria.visitante import PorteiroDoTempoReal, token_de
from web.resposta.cru import Receive, Scope, Send, recusar, responder

log = logging.getLogger(__name__)

CAMINHO_DE_ARQUIVOS: Final = "/conectores/arquivos"
SILENCIO_S: Final = 30.0


class BordaDeArquivos:
    def __init__(
        self, casa: Casa, arquivos: Arquivos, reconhecimento: Reconhecimento, porteiro: PorteiroDoTempoReal
    ) -> None:  # fmt: skip
        self._casa = casa
        self._arquivos = arquivos
        self._reconhecimento = reconhecimento
        self._porteiro = porteiro

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            corpo = await self._guardar(scope, receive)
        except BalcaoError as erro:
            await recusar(send, erro)
        except Exception as erro:  # noqa: BLE001  # what the protocol raises; the unexpected is logged there
            await recusar(send, erro)
        else:
            await responder(send, 201, corpo, "application/json")

    async def _guardar(self, scope: Scope, receive: Receive) -> bytes:
        cabecalhos = {nome: valor.decode("latin-1") for nome, valor in scope["headers"]}
        self._porteiro.ver(scope, cabecalhos)
        credencial = self._reconhecimento.reconhecer(token_de(cabecalhos))
        if scope["method"] != "POST":
            raise Invalid("metodo_nao_permitido", "Mande o arquivo por POST")
        if credencial.quem is not None:
            await self._casa.guarda.exigir(credencial.quem)
        consulta = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        canal_id, empresa_id = consulta.get("canal", "").lower(), consulta.get("empresa", "").lower()
        if credencial.quem is not None:
            empresa_id = credencial.quem.empresa_id
        _exigir_uuids({"canal": canal_id, "empresa": empresa_id})
        if not credencial.serve(empresa_id, canal_id):
            raise Forbidden("canal_de_outro", "Este token não serve este canal")
        tamanho = cabecalhos.get(b"content-length", "")
        anuncio = Anuncio(cabecalhos.get(b"content-type", ""), int(tamanho) if tamanho.isdecimal() else None)
        entrada = Entrada(receive, SILENCIO_S)  # type: ignore[arg-type]  # the same messages, less narrowly typed
        nome = consulta.get("nome", "arquivo")
        arquivo, tipo = await self._arquivos.guardar(empresa_id, nome, anuncio, entrada)
        ficha = self._casa.fichas.fazer(empresa_id, arquivo, tipo)
        return codificar(_resposta(ficha, tipo, arquivo.tipo, arquivo.tamanho))


def _resposta(ficha: str, tipo: str, mime: str, tamanho: int) -> dict[str, Any]:
    return {"ficha": ficha, "tipo": tipo, "mime": mime, "tamanho": tamanho}


def _exigir_uuids(valores: dict[str, str]) -> None:
    problemas = tuple(Detalhe(nome, "deve ser um UUID") for nome, valor in valores.items() if not is_uuid(valor))
    if problemas:
        raise Invalid("dados_invalidos", "; ".join(f"{um.campo}: {um.problema}" for um in problemas), problemas)
