"""What is wrong with a canal, by what the engine knows of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Final

import msgspec

from engine.canais import PUBLICOS, SECRETOS
from engine.conector.config_do_chat import problemas_do_chat
from engine.conector.ganchos import problema_da_url
from engine.conector.redes import RegrasDeRede
from engine.conector.segredos import SO_NOSSOS
from engine.modelo import CanalRow, TipoCanal
from engine.tempo import iso

EXIGIDOS: Final[Mapping[TipoCanal, tuple[str, ...]]] = {
    "whatsapp": ("phoneNumberId", "wabaId", "accessToken", "appSecret", "webhookVerifyToken"),
    "email": ("endereco", "smtpHost", "imapHost"),
    "sms": ("de",),
    "push": ("vapidAssunto",),
}
"""What a ``config`` must have for the canal to work; names of secrets among them."""
SEM_CONECTOR: Final = frozenset[TipoCanal]({"webchat"})
"""The kinds of channels that the server itself serves."""
NENHUM_CONECTOR: Final = (
    "Nenhum conector está conectado para este canal: inicie o servidor com `balcao run` (sem --sem-conectores), ou "
    "`balcao connectors` à parte; se o conector é seu, confira o token e o canal dele"
)

PARECIDO: Final = 0.75
"""How much a name that is wrong must have of one that is right (``difflib``), for somebody to have meant that."""
_A_META: Final = ("https://graph.facebook.com",)
"""Where Meta's own Graph API is (``urlBase``); a fake may well call us inside."""
_EM_QUALQUER_PORTA: Final = RegrasDeRede(portas=None)

_ler: Final = msgspec.json.Decoder(dict[str, object]).decode


def precisa_de_conector(canal: CanalRow) -> bool:
    """Whether somebody has to serve it: one that is not active is served by nobody."""
    return canal.ativo and canal.tipo not in SEM_CONECTOR


def problemas_do_canal(
    canal: CanalRow, segredos: Collection[str], tem_a_fila: bool, aberto_ate: int | None, agora: int
) -> list[str]:
    """``segredos``: the names of what is secret and is there. ``aberto_ate`` (ms): the circuit breaker lets nothing out
    before then.
    """
    return [
        *_do_estado(canal, tem_a_fila, aberto_ate, agora),
        *_do_que_falta(canal, segredos),
        *_do_que_sobra(canal, segredos),
    ]


def _do_estado(canal: CanalRow, tem_a_fila: bool, aberto_ate: int | None, agora: int) -> Iterator[str]:
    if not canal.ativo:
        yield "O canal está desativado: ative-o, mudando ativo para true"
    if canal.pausado_em is not None:
        porque = f" ({canal.pausa_motivo})" if canal.pausa_motivo else ""
        yield f"O canal está pausado{porque}: resolva o que o parou e use POST …/canais/{canal.id}/retomar"
    if not tem_a_fila:
        yield "A fila deste canal não existe mais: escolha outra em filaId"
    if aberto_ate is not None and aberto_ate > agora:
        yield f"O provedor falhou várias vezes seguidas: o canal descansa até {iso(aberto_ate)}, e então tenta de novo"


def _do_que_falta(canal: CanalRow, segredos: Collection[str]) -> Iterator[str]:
    abertos = _ler(canal.config)
    if canal.tipo == "webchat":
        yield from (f"{nome} {problema}" for nome, problema in problemas_do_chat(abertos))
    for nome in EXIGIDOS.get(canal.tipo, ()):
        if nome not in segredos and abertos.get(nome) in {None, ""}:
            yield f"Falta {nome} em config: grave-o"


def _do_que_sobra(canal: CanalRow, segredos: Collection[str]) -> Iterator[str]:
    """A name that is nearly one of ours: what nobody knows is kept as a secret, and has no effect. A connector of
    somebody else's may have names of its own.
    """
    conhecidos = {nome.lower(): nome for nome in (*PUBLICOS[canal.tipo], *SECRETOS.get(canal.tipo, ()))}
    nossos = {*conhecidos.values(), *SO_NOSSOS.get(canal.tipo, ())}
    for nome in sorted({*segredos} - nossos):
        perto = get_close_matches(nome.lower().replace("_", ""), conhecidos, 1, PARECIDO)
        if perto:
            certo = conhecidos[perto[0]]
            yield f"{nome} não tem efeito: você quis dizer {certo}? Grave-o assim, e apague {nome} com null"
        elif canal.tipo in SEM_CONECTOR:
            yield f"{nome} não tem efeito: apague-o com null; este canal conhece {', '.join(sorted(nossos))}"


def problemas_do_webhook(canal: CanalRow, endereco: str | None) -> list[str]:
    """Why the provider cannot call us at ``endereco``, by the looks of it."""
    if canal.tipo != "whatsapp" or endereco is None or not _e_da_meta(canal):
        return []
    if endereco.startswith("https://") and problema_da_url(endereco, _EM_QUALQUER_PORTA) is None:
        return []
    porque = f"A Meta não consegue chamar o webhook em {endereco}, e nada chega por ele: ela só chama https na internet"
    return [f"{porque} pública; ponha em BACKEND_URL o endereço público do servidor, e inicie-o de novo"]


def _e_da_meta(canal: CanalRow) -> bool:
    base = _ler(canal.config).get("urlBase")
    return base in {None, ""} or (isinstance(base, str) and base.strip().lower().startswith(_A_META))


def juntos(nossos: Sequence[str], do_conector: Sequence[str] | None) -> list[str]:
    """All problems. ``do_conector`` None: there is no connector. What it says of something that is missing says more
    than we do.
    """
    if do_conector is None:
        return [*nossos, NENHUM_CONECTOR]
    ditos = " ".join(do_conector)
    return [um for um in nossos if not (um.startswith("Falta ") and um.split()[1] in ditos)] + [*do_conector]
