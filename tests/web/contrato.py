"""What schemathesis needs to get past 404 and 403: the API's own document, narrowed to things that are there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import httpx2
import trio

from tests.servidor import Servidor, Usuario
from tests.web.conector_apoio import conector
from tests.web.rest_gerado import DE_NAVEGADOR
from web.pedido.chave_do_pedido import CABECALHO

QUANTOS: Final = 10
"""Of each kind of thing."""
APAGAVEIS: Final = 3
"""Of these, what operations that delete are told of: others still find the rest."""
COM_CHAVE: Final = "mensagens_enviar"
"""The operation that is also asked with idempotency keys. Where all are, most is refused: made-up keys are alike."""

_FALSO: Final = "0190d3a8-5c4e-7b1a-9c3f-2d1e0f9a8b7c"
_ARQUIVO: Final = re.compile(r"/arquivos/([0-9a-f-]{36})\?expira=(\d+)&assinatura=([^&]+)$")


class Acervo:
    """An empresa with something of everything, and the ids of it by field name."""

    def __init__(self, servidor: Servidor) -> None:
        self.admin = servidor.nova_empresa()
        self.ids: dict[str, list[str]] = {"empresaId": [self.admin.empresa_id]}
        with httpx2.Client(base_url=f"{servidor.url}/atendimento", headers=self.admin.cabecalhos) as http:
            for numero in range(QUANTOS):
                self._criar_um_de_cada(http, numero)
        self.ids["inscricaoId"] = [*self._inscrever(servidor)]
        self.ids |= {campo: [valor] for campo, valor in DE_NAVEGADOR.items()}
        self.ids["envioId"] = trio.run(_matar, servidor, self.admin.empresa_id, self.ids["canalId"])
        for ids in self.ids.values():
            if len(ids) > 1:
                ids.append(_FALSO)

    def usuarios(self, servidor: Servidor) -> dict[str, Usuario]:
        """Somebody of each role; the atendente is one who works the tickets."""
        empresa = self.admin.empresa_id
        return {
            "admin": self.admin,
            "supervisor": servidor.usuario(empresa, "supervisor"),
            "atendente": servidor.usuario(empresa, "atendente", self.ids["atendenteId"][0]),
            "conector": servidor.usuario(empresa, "conector"),
        }

    def _inscrever(self, servidor: Servidor) -> Iterator[str]:
        """The browsers of the atendente."""
        dela = self.usuarios(servidor)["atendente"]
        with httpx2.Client(base_url=f"{servidor.url}/atendimento") as http:
            push = {"nome": "Avisos", "tipo": "push", "config": {"vapidAssunto": "mailto:ti@exemplo.com"}}
            http.post("/canais", json=push, headers=self.admin.cabecalhos).raise_for_status()
            for numero in range(QUANTOS):
                inscricao = {**DE_NAVEGADOR, "endpoint": f"https://push.example.net/{numero}"}
                feita = http.post("/push/inscricoes", json=inscricao, headers=dela.cabecalhos)
                yield feita.raise_for_status().json()["id"]

    def _criar_um_de_cada(self, http: httpx2.Client, numero: int) -> None:
        def criar(campo: str, caminho: str, **corpo: object) -> str:
            resposta = http.post(caminho, json=corpo)
            assert resposta.status_code == 201, resposta.text
            id_: str = resposta.json()["id"]
            self.ids.setdefault(campo, []).append(id_)
            return id_

        fila = criar("filaId", "/filas", nome=f"Fila {numero}")
        pessoa = criar("atendenteId", "/atendentes", nome=f"Pessoa {numero}", email=f"p{numero}@exemplo.com")
        criar("equipeId", "/equipes", nome=f"Equipe {numero}")
        canal = criar("canalId", "/canais", nome=f"Canal {numero}", tipo="api", filaId=fila)
        http.post(f"/filas/{fila}/atendentes/{pessoa}")
        telefone = f"551199999{numero:04}"
        ticket = criar(
            "ticketId", "/tickets", contato_nome="João", contato_telefone=telefone, filaId=fila, canalId=canal
        )
        criar("mensagemId", "/mensagens", ticketId=ticket, conteudo="Olá!")
        criar("contatoId", "/contatos", nome=f"Contato {numero}")
        webhook = criar("webhookId", "/webhooks", url=f"https://outro.example.net/{numero}", eventos=["ticket_*"])
        self.ids.setdefault("entregaId", []).append(http.post(f"/webhooks/{webhook}/testar").json()["id"])
        if not numero:
            self._enviar_arquivo(http, ticket)

    def _enviar_arquivo(self, http: httpx2.Client, ticket: str) -> None:
        """One: the parts of an address belong together."""
        arquivo = ("nota.txt", b"Uma nota.", "text/plain")
        enviado = http.post("/mensagens/arquivo", data={"ticketId": ticket}, files={"arquivo": arquivo}).json()
        ((id_, expira, assinatura),) = _ARQUIVO.findall(enviado["arquivoUrl"])
        self.ids |= {"arquivoId": [id_], "expira": [expira], "assinatura": [assinatura]}


async def _matar(servidor: Servidor, empresa_id: str, canais: list[str]) -> list[str]:
    """Have the message of each canal die; gives their ids."""
    async with conector(servidor, empresa_id) as este:
        for canal_id in canais:
            await este.assinar(canal_id)
        return await este.matar(len(canais))


def estreitado(documento: Mapping[str, Any], ids: Mapping[str, list[str]]) -> dict[str, Any]:
    """The document with its ids narrowed to these.

    Of each kind, the first is what others are reallocated to or united with: nothing can take its own place, which no
    schema can say. The last ones are those that may be deleted.
    """
    feito: dict[str, Any] = _copia(documento)
    for metodos in feito["paths"].values():
        for metodo, operacao in metodos.items():
            _estreitar_parametros(metodo, operacao.get("parameters", []), ids)
            for nome, campo in _campos_do_formulario(operacao):
                _estreitar(campo, ids.get(nome))
                if campo.get("format") != "binary":
                    campo.pop("type", None)  # a form is text, whatever it was before it was written
            if operacao["operationId"] != COM_CHAVE:
                operacao["parameters"] = [um for um in operacao.get("parameters", ()) if um["name"] != CABECALHO]
    for titulo, esquema in feito["components"]["schemas"].items():
        if esquema.get("additionalProperties") is False:  # a body
            for nome, campo in esquema["properties"].items():
                unido = (titulo, nome) == ("Uniao", "contatoId")
                _estreitar(campo, ids[nome][:1] if unido else ids.get(nome))
    return feito


def _estreitar_parametros(metodo: str, parametros: list[dict[str, Any]], ids: Mapping[str, list[str]]) -> None:
    for parametro in parametros:
        nome = parametro["name"]
        if nome == "realocar":
            _estreitar(parametro["schema"], ids[parametros[0]["name"]][:1])
        elif parametro["in"] == "path" and len(ids.get(nome, ())) > 1:
            _estreitar(parametro["schema"], ids[nome][-APAGAVEIS:] if metodo == "delete" else ids[nome][1:-APAGAVEIS])
        else:
            _estreitar(parametro["schema"], ids.get(nome))


def _estreitar(esquema: dict[str, Any], ids: list[str] | None) -> None:
    if ids is not None:
        nulo = [None] if {"type": "null"} in esquema.get("anyOf", ()) else []
        esquema.clear()
        esquema["enum"] = [*ids, *nulo]


def _campos_do_formulario(operacao: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    conteudo = operacao.get("requestBody", {}).get("content", {}).get("multipart/form-data", {})
    yield from conteudo.get("schema", {}).get("properties", {}).items()


def _copia(valor: Any) -> Any:
    """Without the examples: their ids are nobody's."""
    if isinstance(valor, dict):
        return {chave: _copia(parte) for chave, parte in valor.items() if chave != "example"}
    return [_copia(parte) for parte in valor] if isinstance(valor, list) else valor
