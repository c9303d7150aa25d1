"""Who sends: the ``Authorization`` of VAPID (RFC 8292), a JWT (RFC 7519) signed with ES256 (RFC 7518 §3.4)."""

from __future__ import annotations

from typing import Final

import httpx2
import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from engine.conector.vapid import em_base64url, ponto_de

VALIDADE_S: Final = 12 * 3_600
"""Half of what is allowed (§2): a push service's clock may differ."""
_CABECALHO: Final = em_base64url(b'{"typ":"JWT","alg":"ES256"}')
_NUMERO: Final = 32


def autorizacao(chave: ec.EllipticCurvePrivateKey, endpoint: str, assunto: str, agora_s: int) -> str:
    """The value of the header, good for the push service of one endpoint and for half a day. ``assunto``: where its
    people may write to us, ``mailto:…`` or ``https://…``.
    """
    dados = {"aud": origem(endpoint), "exp": agora_s + VALIDADE_S, "sub": assunto}
    assinado = f"{_CABECALHO}.{em_base64url(msgspec.json.encode(dados))}"
    r, s = decode_dss_signature(chave.sign(assinado.encode(), ec.ECDSA(SHA256())))
    assinatura = em_base64url(r.to_bytes(_NUMERO) + s.to_bytes(_NUMERO))
    return f"vapid t={assinado}.{assinatura}, k={em_base64url(ponto_de(chave.public_key()))}"


def origem(endpoint: str) -> str:
    """Scheme, host and port as RFC 6454 writes them. Raises httpx2.InvalidURL."""
    url = httpx2.URL(endpoint)
    return f"{url.scheme}://{url.netloc.decode('ascii')}"
