"""What schemathesis needs to get past 404 and 403: the API's own document, narrowed to things that are there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import httpx2

from tests.servidor import Servidor, Usuario

QUANTOS: Final = 6
"""Of each kind: what one operation deletes, others can still use another of."""

_FALSO: Final = "0190d3a8-5c4e-7b1a-9c3f-2d1e0f9a8b7c"
_ARQUIVO: Final = re.compile(r"/arquivos/([0-9a-f-]{36})\?")


class Acervo:
    """An empresa with something of everything, and the ids of it by field name."""

    def __init__(self, servidor: Servidor) -> None:
        self.admin = servidor.nova_empresa()
        self.ids: dict[str, list[str]] = {"empresaId": [self.admin.empresa_id]}
        with httpx2.Client(base_url=f"{servidor.url}/atendimento", headers=self.admin.cabecalhos) as http:
            for numero in range(QUANTOS):
                self._criar_um_de_cada(http, numero)
        for campo, ids in self.ids.items():
            if campo != "empresaId":
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
        enviado = http.post(
            "/mensagens/arquivo", data={"ticketId": ticket}, files={"arquivo": ("nota.txt", b"Uma nota.", "text/plain")}
        ).json()
        self.ids.setdefault("arquivoId", []).extend(_ARQUIVO.findall(enviado["arquivoUrl"]))


def estreitado(documento: Mapping[str, Any], ids: Mapping[str, list[str]]) -> dict[str, Any]:
    """The document with its ids narrowed to these. Of each kind, the first is what others are reallocated to or united
    with: nothing can take its own place, which no schema can say.
    """
    feito: dict[str, Any] = _copia(documento)
    for metodos in feito["paths"].values():
        for operacao in metodos.values():
            for parametro in operacao.get("parameters", ()):
                nome = parametro["name"]
                if nome == "realocar":
                    _estreitar(parametro["schema"], ids[operacao["parameters"][0]["name"]][:1])
                elif nome in ids:
                    _estreitar(parametro["schema"], ids[nome][1 if parametro["in"] == "path" else 0 :])
            for nome, campo in _campos_do_formulario(operacao):
                _estreitar(campo, ids.get(nome))
    for titulo, esquema in feito["components"]["schemas"].items():
        if esquema.get("additionalProperties") is False:  # a body
            for nome, campo in esquema["properties"].items():
                unido = (titulo, nome) == ("Uniao", "contatoId")
                _estreitar(campo, ids[nome][:1] if unido else ids.get(nome))
    return feito


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
