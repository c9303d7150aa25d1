"""One message of a webhook → one of ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from connectors.whatsapp.pessoas import Agenda, Pessoa
from connectors.whatsapp.tipos import Conteudo, Midia, conteudo_de
from engine.conector.entradas import MensagemRecebida
from engine.conector.json_tolerante import Ilegivel
from engine.conector.limpeza import Objeto, ate_o_limite, estrutura, limpo, objeto_de, texto_de

_ID_MAXIMO: Final = 512
_TIPO_MAXIMO: Final = 64
_SEGUNDOS_MAXIMO: Final = 100_000_000_000
"""A larger timestamp is in milliseconds."""
_ADIANTE_MS: Final = 300_000
"""How far ahead of ours Meta's clock may be."""
_GUARDADOS: Final = ("referral", "errors", "identity", "group_id", "origin")
"""What a message of any type may have beside its payload; kept as it came."""


class Lida(Struct, frozen=True):
    """A message that was read, and the file that is still to be fetched for it."""

    mensagem: MensagemRecebida
    midia: Midia | None = None


def ler_mensagem(bruta: Objeto, agenda: Agenda, recebido_em: int) -> Lida:
    """Raises Ilegivel. ``recebido_em`` (ms) stands in for a time that is missing, or makes no sense."""
    tipo = texto_de(bruta, "type", _TIPO_MAXIMO) or "unknown"
    conteudo = conteudo_de(tipo, bruta)
    pessoa = _remetente(bruta, agenda, conteudo)
    contexto = objeto_de(bruta, "context")
    mensagem = MensagemRecebida(
        id=_identidade(bruta),
        de=pessoa.enderecos[0],
        tambem=tuple(dict.fromkeys((*pessoa.enderecos[1:], *conteudo.tambem))),
        nome=pessoa.nome,
        em=instante(bruta, recebido_em),
        conteudo=limpo(conteudo.texto),
        tipo=conteudo.tipo if conteudo.midia else "texto",
        responde_a=conteudo.responde_a or texto_de(contexto, "id", _ID_MAXIMO),
        metadados=ate_o_limite(_metadados(tipo, bruta, conteudo) | _do_contexto(contexto) | _da_pessoa(pessoa)),
        automatica=conteudo.automatica,
        mudou_de_endereco=conteudo.mudou and pessoa.enderecos[0].tipo == "telefone",
    )
    return Lida(mensagem, conteudo.midia)


def _identidade(bruta: Objeto) -> str:
    escrito = bruta.get("id")
    if not isinstance(escrito, str) or not escrito or len(escrito) > _ID_MAXIMO or limpo(escrito) != escrito:
        raise Ilegivel("não tem um id que sirva")
    return escrito


def _remetente(bruta: Objeto, agenda: Agenda, conteudo: Conteudo) -> Pessoa:
    """What the system says of somebody may name nobody as its sender."""
    try:
        return agenda.remetente(bruta)
    except Ilegivel:
        if not conteudo.tambem:
            raise
        return Pessoa(conteudo.tambem)


def instante(bruta: Objeto, recebido_em: int) -> int:
    """The ``timestamp`` of a message or status (seconds, as text) in milliseconds."""
    escrito = texto_de(bruta, "timestamp", 20) or ""
    if not (escrito.isascii() and escrito.isdigit()):
        return recebido_em
    em = int(escrito) if int(escrito) > _SEGUNDOS_MAXIMO else int(escrito) * 1_000
    return em if 0 < em <= recebido_em + _ADIANTE_MS else recebido_em


def _metadados(tipo: str, bruta: Objeto, conteudo: Conteudo) -> Objeto:
    dados: Objeto = {"tipoOriginal": tipo}
    carga = bruta.get(tipo)
    if isinstance(carga, dict) and tipo != "text":
        dados.setdefault(tipo, estrutura(carga))
    return {nome: estrutura(bruta[nome]) for nome in _GUARDADOS if nome in bruta} | conteudo.dados | dados


def _do_contexto(contexto: Mapping[str, Any]) -> Objeto:
    dados: Objeto = {}
    muito = contexto.get("frequently_forwarded") is True
    if muito or contexto.get("forwarded") is True:
        dados["encaminhada"] = True
    if muito:
        dados["muitoEncaminhada"] = True
    if isinstance(contexto.get("referred_product"), dict):
        dados["produto"] = estrutura(contexto["referred_product"])
    return dados


def _da_pessoa(pessoa: Pessoa) -> Objeto:
    return {"usuario": pessoa.usuario} if pessoa.usuario else {}
