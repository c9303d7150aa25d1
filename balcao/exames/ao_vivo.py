"""The invariants in the server that is running: it is asked to examine each empresa that is active.

It is asked as anybody asks it, over its API: with a token of each empresa that is made for the question, as ``balcao
token`` makes them, and is good for a minute. So there is no door that is open without a token, and whoever cannot read
the key cannot ask.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import AsyncGenerator, Mapping
from typing import Any, Final

import httpx2
from msgspec import Struct, field

from balcao.ajustes.campos import Ajustes
from balcao.exames import Exame
from engine.ids import UuidV7
from engine.invariantes import REGRAS, Regra
from engine.tempo import SystemClock
from web.pedido.rota import PREFIXO
from web.portaria.autenticacao import emitir

_NOME: Final = "ao vivo"
_VALIDADE_MS: Final = 60_000
_ESPERAR_S: Final = 150.0
"""How long one empresa may take: an examination is over in a minute, and may have to wait for another."""
_EXEMPLOS: Final = 3


class Respostas(Struct):
    """What was answered. ``recusas``: why an empresa could not be examined, each with how many."""

    examinadas: int = 0
    cortadas: int = 0
    conferidos: Counter[int] = field(default_factory=Counter)
    quantos: Counter[int] = field(default_factory=Counter)
    exemplos: defaultdict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    recusas: Counter[str] = field(default_factory=Counter)

    def somar(self, empresa_id: str, exame: Mapping[str, Any]) -> None:
        self.examinadas += 1
        self.cortadas += not exame["completo"]
        for um in exame["invariantes"]:
            numero = um["numero"]
            self.conferidos[numero] += um["conferidos"]
            self.quantos[numero] += um["quantos"]
            self.exemplos[numero] += [f"empresa {empresa_id}: {achado['mensagem']}" for achado in um["achados"]]


async def examinar(ajustes: Ajustes, empresas: list[str]) -> AsyncGenerator[Exame]:
    """A line for each invariant, over all these empresas."""
    if not empresas:
        yield Exame(_NOME, "nenhuma empresa ativa a conferir")
        return
    respostas = Respostas()
    try:
        async with httpx2.AsyncClient(timeout=_ESPERAR_S) as cliente:
            for empresa_id in empresas:
                await _perguntar(cliente, ajustes, empresa_id, respostas)
    except httpx2.TransportError:
        yield Exame(_NOME, "o servidor deixou de responder durante o exame", "veja o log do servidor")
        return
    for motivo, quantas in respostas.recusas.items():
        yield _recusa(motivo, quantas)
    if respostas.cortadas:
        yield Exame(_NOME, f"empresas de que nem tudo foi olhado a tempo: {respostas.cortadas}", aviso=True)
    if respostas.examinadas:
        for regra in REGRAS:
            yield _regra(regra, respostas)


async def _perguntar(cliente: httpx2.AsyncClient, ajustes: Ajustes, empresa_id: str, respostas: Respostas) -> None:
    resposta = await cliente.get(f"{ajustes.url}{PREFIXO}/ops/invariantes", headers=_cabecalhos(ajustes, empresa_id))
    if resposta.status_code == httpx2.codes.OK:
        respostas.somar(empresa_id, resposta.json())
    elif resposta.status_code == httpx2.codes.UNAUTHORIZED:
        respostas.recusas[_OUTRA_CHAVE] += 1
    else:
        respostas.recusas[_motivo(resposta)] += 1


def _cabecalhos(ajustes: Ajustes, empresa_id: str) -> dict[str, str]:
    relogio = SystemClock()
    usuario = UuidV7(relogio).novo()
    token = emitir(ajustes.jwt_secret, empresa_id, usuario, None, "supervisor", _VALIDADE_MS, relogio.now())
    return {"Authorization": f"Bearer {token}"}


_OUTRA_CHAVE: Final = "o servidor não aceita os tokens desta JWT_SECRET"


def _motivo(resposta: httpx2.Response) -> str:
    try:
        return str(resposta.json()["message"])
    except (ValueError, LookupError, TypeError):
        return f"o servidor respondeu {resposta.status_code}"


def _recusa(motivo: str, quantas: int) -> Exame:
    if motivo == _OUTRA_CHAVE:
        return Exame(_NOME, motivo, "use aqui a mesma JWT_SECRET, ou a mesma pasta de dados, que o servidor")
    quais = "1 empresa não pôde ser conferida" if quantas == 1 else f"{quantas} empresas não puderam ser conferidas"
    return Exame(_NOME, f"{quais}: {motivo}", aviso=True)


def _regra(regra: Regra, respostas: Respostas) -> Exame:
    nome, numero = f"{_NOME} {regra.numero}", regra.numero
    if not respostas.quantos[numero]:
        return Exame(nome, f"{regra.frase} ({respostas.conferidos[numero]} conferidos)")
    mostrados = respostas.exemplos[numero][:_EXEMPLOS]
    sobram = respostas.quantos[numero] - len(mostrados)
    mais = f" (e mais {sobram})" if sobram else ""
    return Exame(
        nome,
        f"quebrada: {regra.frase}: {'; '.join(mostrados)}{mais}",
        "guarde o log do servidor e uma cópia do banco (pg_dump), reinicie o servidor e relate: isto é um defeito do "
        "Balcão, ou uma escrita no banco por fora dele",
    )
