"""What was understood of a mail, as messages: one of its text, and one of each file, ``<id>#1``, ``<id>#2``…"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct

from connectors.email import limites, pagina
from connectors.email.carta import Carta, assunto_base
from connectors.email.enderecos import Pessoa
from connectors.email.palavras import uma_linha
from connectors.email.triagem import Escrita
from engine.caracteres import tem_visivel
from engine.conector.enderecos import Endereco
from engine.conector.entradas import MensagemRecebida
from engine.modelo import TipoMensagem

_SEM_TEXTO: Final = "(e-mail sem texto)"
_VALOR: Final = 1_000
"""Characters of what is noted from the header."""
_LISTA: Final = 50
_EXCESSOS: Final = {
    "partes": "o e-mail tem partes demais",
    "profundidade": "o e-mail tem partes dentro de partes demais",
    "cabecalhos": "o cabeçalho do e-mail é grande demais",
    "texto": "o texto é longo demais",
    "arquivos": "o e-mail tem arquivos demais",
}
_GRANDE: Final = (
    "\n\n[Atenção: o e-mail é grande demais. Só o começo dele foi lido, e os arquivos não foram guardados; "
    "ele inteiro continua na caixa postal.]"
)
SEM_REMETENTE: Final = Endereco("remetente", "remetente desconhecido")
"""Of a mail that does not say who sent it: it can be read, and not answered."""


class Guardado(Struct, frozen=True, kw_only=True):
    """A file of a mail. ``ficha``: None if it was refused, and ``recusa`` says why. ``cid``: by which the page shows
    it.
    """

    nome: str
    tipo: str
    tamanho: int
    ficha: str | None
    recusa: str | None = None
    cid: str | None = None


class Omitido(Struct, frozen=True):
    """A part that did not become a file."""

    nome: str
    tipo: str
    tamanho: int


def mensagens(
    carta: Carta,
    escrita: Escrita,
    em: int,
    arquivos: Sequence[Guardado] = (),
    omitidos: Sequence[Omitido] = (),
    excessos: frozenset[str] = frozenset(),
) -> list[MensagemRecebida]:
    """The messages of a mail that came at ``em`` (ms since the epoch), its text first."""
    de = Endereco("email", escrita.de.email) if escrita.de else SEM_REMETENTE
    nome = (escrita.de.nome if escrita.de else "") or None
    texto = MensagemRecebida(
        id=carta.id,
        de=de,
        em=em,
        nome=nome,
        conteudo=_conteudo(carta, excessos),
        assunto=carta.assunto or None,
        responde_a=escrita.responde_a,
        metadados=_metadados(carta, escrita, omitidos, excessos),
        automatica=escrita.automatica is not None,
    )
    return [
        texto,
        *(
            _do_arquivo(texto, arquivo, numero)
            for numero, arquivo in enumerate(arquivos, start=1)
        ),
    ]  # fmt: skip


def ilegivel(id_: str, em: int, de: Pessoa | None, assunto: str) -> MensagemRecebida:
    """The message that says that a mail could not be read."""
    quem = f" de {de.email}" if de else ""
    sobre = f" (“{assunto}”)" if assunto else ""
    return MensagemRecebida(
        id=id_,
        de=Endereco("email", de.email) if de else SEM_REMETENTE,
        em=em,
        nome=(de.nome if de else "") or None,
        conteudo=f"Um e-mail{quem}{sobre} não pôde ser lido. Ele continua na caixa postal, marcado com estrela.",
        assunto=assunto or None,
        metadados={"tipoOriginal": "email_ilegivel"},
    )


def _do_arquivo(texto: MensagemRecebida, arquivo: Guardado, numero: int) -> MensagemRecebida:
    recusado = f"O arquivo “{arquivo.nome}” não foi guardado: {arquivo.recusa}" if arquivo.ficha is None else ""
    return msgspec.structs.replace(
        texto,
        id=f"{texto.id}#{numero}",
        conteudo=recusado or arquivo.nome,
        tipo="texto" if recusado else tipo_de_mensagem(arquivo.tipo),
        arquivo=arquivo.ficha,
        metadados={
            "tipoOriginal": "anexo",
            "emailId": texto.id,
            "nome": arquivo.nome,
            "tipo": arquivo.tipo,
            "tamanho": arquivo.tamanho,
            **({"cid": arquivo.cid} if arquivo.cid else {}),
        },
    )


def tipo_de_mensagem(mime: str) -> TipoMensagem:
    """What a file of this media type is shown as."""
    principais: dict[str, TipoMensagem] = {"image": "imagem", "audio": "audio", "video": "video"}
    return principais.get(mime.partition("/")[0], "documento")


def _conteudo(carta: Carta, excessos: frozenset[str]) -> str:
    texto = carta.aparado
    if not tem_visivel(texto):
        texto = carta.assunto if tem_visivel(carta.assunto) else _SEM_TEXTO
    avisos = "; ".join(_EXCESSOS[excesso] for excesso in sorted(excessos & _EXCESSOS.keys()))
    aviso = f"\n\n[Atenção: {avisos}. O e-mail inteiro está anexado.]" if avisos else ""
    if "bytes" in excessos:
        aviso = _GRANDE
    return texto[: limites.CONTEUDO] + aviso


def texto_demais(carta: Carta) -> bool:
    """Whether the text is longer than a message can be."""
    return len(carta.aparado) > limites.CONTEUDO


def _metadados(carta: Carta, escrita: Escrita, omitidos: Sequence[Omitido], excessos: frozenset[str]) -> dict[str, Any]:
    c = carta.cabecalhos
    ditos: dict[str, Any] = {
        "tipoOriginal": "email",
        "assunto": carta.assunto,
        "assuntoBase": assunto_base(carta.assunto).lower(),
        "data": carta.escrita_em,
        "para": uma_linha(c.texto("to"), _VALOR),
        "copia": uma_linha(c.texto("cc"), _VALOR),
        "responderPara": carta.responder_para.email if carta.responder_para else None,
        "referencias": list(carta.referencias[-_LISTA // 5 :]),
        "autenticacao": uma_linha(c.texto("authentication-results"), _VALOR),
        "automatica": escrita.automatica,
        "semRespostaAutomatica": escrita.automatica or escrita.sem_resposta,
        "excessos": sorted(excessos),
        "omitidos": [msgspec.to_builtins(omitido) for omitido in omitidos[:_LISTA]],
    }
    metadados = {nome: valor for nome, valor in ditos.items() if valor not in (None, "", [])}
    return _com_textos(metadados, carta)


def _com_textos(metadados: dict[str, Any], carta: Carta) -> dict[str, Any]:
    """With the whole text, where something was taken away from it, and the page, as far as there is room."""
    inteiro = carta.corpo.texto.strip()
    if inteiro != carta.aparado:
        cortado = _ate_bytes(inteiro, limites.TEXTO_INTEIRO)
        metadados |= {"textoInteiro": cortado, **({"textoCortado": True} if cortado != inteiro else {})}
    resta = limites.METADADOS - len(msgspec.json.encode(metadados))
    html = carta.corpo.pagina
    if html and resta > _VALOR:
        cortado = html if _bytes(html) <= resta else _pagina_curta(html, resta)
        metadados |= {"html": cortado, **({"htmlCortado": True} if cortado != html else {})}
    return metadados


def _pagina_curta(html: str, maximo: int) -> str:
    """The beginning of a page, well formed again."""
    curta = _ate_bytes(html, maximo * 3 // 4)
    while _bytes(limpa := pagina.limpa(curta)) > maximo:
        curta = curta[: len(curta) // 2]
    return limpa


def _ate_bytes(texto: str, maximo: int) -> str:
    """At most so many bytes as JSON."""
    if _bytes(texto) <= maximo:
        return texto
    baixo, alto = 0, min(len(texto), maximo)
    while baixo < alto:
        meio = (baixo + alto + 1) // 2
        baixo, alto = (meio, alto) if _bytes(texto[:meio]) <= maximo else (baixo, meio - 1)
    return texto[:baixo]


def _bytes(texto: str) -> int:
    return len(msgspec.json.encode(texto))
