"""One delivery of a webhook to another system."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import httpx2
import trio

from connectors.esperas import tentar_em_ms
from connectors.rede import Lida, buscar, exigir_guarda
from connectors.tcp import EnderecoRecusado
from connectors.vereditos import sem_ligacao
from engine.conector.webhooks_de_saida import Entrega, ResultadoDaEntrega, cabecalhos, situacao_de
from engine.ports import Clock
from engine.tempo import SystemClock
from engine.versao import VERSAO

SEGUNDOS: Final = 20.0
"""How long a receiver has to say that it has it; the work itself is for afterwards."""
RESPOSTA_MAXIMA: Final = 1_024
"""Bytes of the answer that the log of deliveries shows."""


class ConectorWebhook:
    """Delivers, once each time it is asked; when to ask again is the engine's (``espera_ms``)."""

    def __init__(
        self,
        http: httpx2.AsyncClient,
        relogio: Clock | None = None,
        cronometro: Callable[[], float] = trio.current_time,
    ) -> None:
        """``cronometro`` gives seconds. Raises TypeError where ``http`` is not guarded."""
        self._http = exigir_guarda(http)
        self._relogio = relogio or SystemClock()
        self._cronometro = cronometro

    async def fazer(self, entrega: Entrega) -> ResultadoDaEntrega:
        """One POST. Raises ValueError where the delivery itself makes no sense: no secret, an id with a full stop."""
        agora_ms = self._relogio.now()
        todos = cabecalhos(entrega.segredos, entrega.id, agora_ms // 1000, entrega.corpo)
        todos |= {"content-type": "application/json", "user-agent": f"Balcao/{VERSAO}"}
        inicio = self._cronometro()
        try:
            lida = await buscar(
                self._http,
                "POST",
                entrega.url,
                cabecalhos=todos,
                corpo=entrega.corpo,
                maximo=RESPOSTA_MAXIMA,
                segundos=SEGUNDOS,
            )
        except (httpx2.HTTPError, httpx2.InvalidURL) as erro:
            return _sem_resposta(erro, self._desde(inicio))
        return _respondida(lida, self._desde(inicio), agora_ms)

    def _desde(self, inicio: float) -> int:
        return int((self._cronometro() - inicio) * 1000)


def _respondida(lida: Lida, duracao_ms: int, agora_ms: int) -> ResultadoDaEntrega:
    situacao = situacao_de(lida.status)
    return ResultadoDaEntrega(
        situacao=situacao,
        duracao_ms=duracao_ms,
        status=lida.status,
        resposta=lida.corpo.decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}"),
        codigo=None if situacao == "entregue" else str(lida.status),
        erro=None if situacao == "entregue" else _explicado(lida.status),
        tentar_em_ms=tentar_em_ms(lida.cabecalhos.get("retry-after"), agora_ms) if situacao == "tentar" else None,
    )


def _explicado(status: int) -> str:
    if 300 <= status < 400:
        return f"O endereço respondeu com um desvio ({status}), que não é seguido; cadastre o endereço final"
    if status == 410:
        return "O endereço respondeu que não recebe mais (410)"
    return f"O endereço respondeu {status}, e não 2xx"


def _sem_resposta(erro: httpx2.HTTPError | httpx2.InvalidURL, duracao_ms: int) -> ResultadoDaEntrega:
    match erro:
        case EnderecoRecusado():
            codigo, motivo = "endereco_recusado", f"O endereço não pode ser chamado: {erro}"
        case httpx2.InvalidURL() | httpx2.UnsupportedProtocol() | httpx2.LocalProtocolError():
            codigo, motivo = "endereco_invalido", "O endereço não faz sentido"
        case httpx2.ConnectError() | httpx2.ConnectTimeout():
            codigo, motivo = "sem_conexao", sem_ligacao(erro)
        case httpx2.TimeoutException():
            codigo, motivo = "sem_resposta", f"O endereço não respondeu em {SEGUNDOS:.0f} segundos"
        case _:
            codigo, motivo = "conexao_perdida", "A conexão caiu antes da resposta"
    return ResultadoDaEntrega(situacao="tentar", duracao_ms=duracao_ms, codigo=codigo, erro=motivo)
