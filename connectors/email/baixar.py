"""The file of a message that is sent, from the engine."""

from __future__ import annotations

from typing import Final

import httpx2

from connectors.email import limites
from engine.conector.trabalhos import ArquivoParaEnviar, ClasseDeErro

_SUMIU: Final = frozenset({404, 410})


class NaoBaixou(Exception):
    """There is no file; ``classe`` as of a failed job, and the message is for people."""

    def __init__(self, classe: ClasseDeErro, motivo: str) -> None:
        super().__init__(motivo)
        self.classe: ClasseDeErro = classe


async def baixar(http: httpx2.AsyncClient, arquivo: ArquivoParaEnviar) -> bytes:
    """What a file holds. Raises NaoBaixou."""
    if arquivo.tamanho > limites.ANEXO:
        raise _grande(arquivo)
    try:
        async with http.stream("GET", arquivo.url, headers={"Accept-Encoding": "identity"}) as resposta:
            if resposta.status_code != httpx2.codes.OK:
                classe: ClasseDeErro = "final" if resposta.status_code in _SUMIU else "tentar"
                raise NaoBaixou(classe, f"O arquivo não pôde ser lido do Balcão (HTTP {resposta.status_code})")
            return await _corpo(resposta, arquivo)
    except httpx2.HTTPError as erro:
        raise NaoBaixou("tentar", f"O arquivo não pôde ser lido do Balcão ({type(erro).__name__})") from erro


async def _corpo(resposta: httpx2.Response, arquivo: ArquivoParaEnviar) -> bytes:
    dados = bytearray()
    async for pedaco in resposta.aiter_bytes():
        dados += pedaco
        if len(dados) > limites.ANEXO:
            raise _grande(arquivo)
    if arquivo.tamanho and len(dados) != arquivo.tamanho:
        raise NaoBaixou("tentar", "O arquivo não veio inteiro do Balcão")
    return bytes(dados)


def _grande(arquivo: ArquivoParaEnviar) -> NaoBaixou:
    maximo = limites.ANEXO // (1024 * 1024)
    return NaoBaixou("final", f"O arquivo “{arquivo.nome}” é grande demais para um e-mail (no máximo {maximo} MB)")
