"""Serving a file: to who has its address, or may see its ticket; so that no browser runs anything of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import quote

from engine.modelo import Arquivo, ArquivoRow
from web.arquivos._faixa import INSATISFATORIA, Faixa, faixa
from web.arquivos._nome import nome_limpo
from web.arquivos._ports import Objetos
from web.arquivos._tipos import mostrado
from web.resposta.erros import ErroVista
from web.resposta.etag import combina, nao_mudou
from web.resposta.pronta import Resposta, json

_GUARDAR: Final = "private, max-age=3600"
"""The bytes of an id never change; a message that was deleted is gone within the hour."""
_FIXOS: Final = (
    ("accept-ranges", "bytes"),
    ("cache-control", _GUARDAR),
    ("content-security-policy", "sandbox; default-src 'none'"),
    ("cross-origin-resource-policy", "cross-origin"),  # a frontend of another site shows it; the address is the right
    ("x-content-type-options", "nosniff"),
)
_fora_do_simples = re.compile(r"[^ !#$&-\[\]-~]").sub
"""What a quoted filename is better off without (RFC 6266, appendix D)."""


LerCabecalho = Callable[[str], str | None]
"""Gives a header of a request, whose name is in lower case."""


async def entregar(metodo: str, cabecalho: LerCabecalho, row: ArquivoRow, objetos: Objetos) -> Resposta:
    """The answer to a GET or a HEAD of a file.

    Raises:
        NotFound: its bytes are lost.
        Unavailable: where they are kept is away.
    """
    arquivo = row.arquivo
    etag = f'"{arquivo.sha256}"'
    if combina(etag, cabecalho("if-none-match")):
        return nao_mudou(Resposta(b"", 200, None, _cabecalhos(arquivo, etag, 0, arquivo.tamanho, None)))
    pedida = (cabecalho("range") or "") if metodo == "GET" else ""  # RFC 9110 §14.2
    if pedida and (cabecalho("if-range") or etag) != etag:  # a part of what it was before
        pedida = ""
    parte = faixa(pedida, arquivo.tamanho) if pedida else None
    if parte == INSATISFATORIA:
        return _insatisfatoria(arquivo)
    assert not isinstance(parte, str)
    inicio, fim = parte or (0, arquivo.tamanho)
    resposta = Resposta(b"", 206 if parte else 200, None, _cabecalhos(arquivo, etag, inicio, fim, parte))
    if metodo != "HEAD":
        resposta.fluxo = await objetos.ler(row.empresa_id, arquivo.id, inicio, fim)
    return resposta


def _cabecalhos(arquivo: Arquivo, etag: str, inicio: int, fim: int, parte: Faixa | None) -> list[tuple[str, str]]:
    charset = arquivo.charset or ("utf-8" if arquivo.tipo.startswith("text/") else None)  # older rows do not say it
    tipo = arquivo.tipo if charset is None else f"{arquivo.tipo}; charset={charset}"
    cabecalhos = [
        ("content-type", tipo),
        ("content-length", str(fim - inicio)),
        ("content-disposition", _disposicao(arquivo)),
        ("etag", etag),
        *_FIXOS,
    ]
    if parte is not None:
        cabecalhos.append(("content-range", f"bytes {inicio}-{fim - 1}/{arquivo.tamanho}"))
    return cabecalhos


def _disposicao(arquivo: Arquivo) -> str:
    """RFC 6266: the name as it is (RFC 8187), and a plain one for who does not read that. Older rows have names that
    were not cleaned.
    """
    como = "inline" if mostrado(arquivo.tipo, arquivo.largura) else "attachment"
    nome = nome_limpo(arquivo.nome)
    return f"{como}; filename=\"{_fora_do_simples('_', nome)}\"; filename*=UTF-8''{quote(nome, safe='')}"


def _insatisfatoria(arquivo: Arquivo) -> Resposta:
    vista = ErroVista(
        416, f"O arquivo tem {arquivo.tamanho} bytes; peça uma faixa dentro deles", "Range Not Satisfiable",
        "faixa_invalida",
    )  # fmt: skip
    return json(vista, 416, [("content-range", f"bytes */{arquivo.tamanho}"), *_FIXOS])
