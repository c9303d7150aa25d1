"""Web Push to the browsers of agents (RFC 8030)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import httpx2
from cryptography.hazmat.primitives.asymmetric import ec

from connectors.base import Motor
from connectors.push import _pedido
from connectors.push._cifra import InscricaoInvalida, cifrar
from connectors.push._vapid import autorizacao
from connectors.rede import buscar, exigir_guarda
from connectors.vereditos import Veredito, falhou, resultado
from engine.conector.inscricoes import INVALIDA
from engine.conector.protocolo import CanalDoConector
from engine.conector.trabalhos import Push, Resultado, Trabalho
from engine.conector.vapid import chave_de
from engine.ports import Clock
from engine.tempo import SystemClock

SEGUNDOS: Final = 20.0
RESPOSTA_MAXIMA: Final = 16_384
CHAVE: Final = "vapidChavePrivada"
"""Among the canal's secrets."""


class ConectorPush:
    """One canal of push (:class:`connectors.base.Conector`)."""

    def __init__(
        self, canal: CanalDoConector, _motor: Motor, http: httpx2.AsyncClient, relogio: Clock | None = None
    ) -> None:
        """Raises TypeError where ``http`` is not guarded: whom it calls is what a browser wrote."""
        self._http = exigir_guarda(http)
        self._relogio = relogio or SystemClock()
        self._assunto = str(canal.config.get("vapidAssunto") or "").strip()
        self._chave = _chave(canal.segredos)

    async def servir(self) -> None:
        """Nothing comes in."""

    async def fazer(self, trabalho: Trabalho) -> Resultado:
        """Send one notification to one browser."""
        if trabalho.push is None:
            return resultado(trabalho, falhou("final", "nao_existe", "Push não tem isto"))
        problemas = await self.testar()
        if problemas or self._chave is None:
            return resultado(trabalho, falhou("canal", "configuracao", "; ".join(problemas)))
        return resultado(trabalho, await self._enviar(trabalho.push, trabalho.id, self._chave))

    async def testar(self) -> list[str]:
        """There is nobody to ask: each browser has a push service of its own."""
        problemas = []
        if not self._assunto.startswith(("mailto:", "https://")) or len(self._assunto) <= len("https://"):
            problemas.append("vapidAssunto: precisa ser mailto: com um e-mail, ou um endereço https:// de contato")
        if self._chave is None:
            problemas.append("O canal está sem o par de chaves: crie-o de novo, e peça aos atendentes que se inscrevam")
        return problemas

    async def _enviar(self, push: Push, trabalho_id: str, chave: ec.EllipticCurvePrivateKey) -> Veredito:
        agora_ms = self._relogio.now()
        try:
            corpo = cifrar(_pedido.conteudo_de(push, trabalho_id), push.p256dh, push.auth)
            nossa = autorizacao(chave, push.endpoint, self._assunto, agora_ms // 1000)
            cabecalhos = _pedido.cabecalhos_de(push, trabalho_id, nossa)
            lida = await buscar(
                self._http,
                "POST",
                push.endpoint,
                cabecalhos=cabecalhos,
                corpo=corpo,
                maximo=RESPOSTA_MAXIMA,
                segundos=SEGUNDOS,
            )
        except InscricaoInvalida:
            return falhou("final", INVALIDA, "As chaves desta inscrição não são chaves; inscreva-se de novo")
        except (httpx2.HTTPError, httpx2.InvalidURL) as erro:
            return _pedido.veredito_sem_resposta(erro)
        return _pedido.veredito_de(lida, agora_ms)


def _chave(segredos: Mapping[str, object]) -> ec.EllipticCurvePrivateKey | None:
    privada = segredos.get(CHAVE)
    try:
        return chave_de(privada) if isinstance(privada, str) else None
    except ValueError:
        return None
