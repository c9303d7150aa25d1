"""What of a mailbox IMAP commands ask for: sets of UIDs, search criteria, parts of a mail."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from connectors.fakes.caixa_postal import CaixaPostal, Guardada

_trecho: Final = re.compile(r"BODY(?:\.PEEK)?\[(?P<parte>[^\]]*)\](?:<(?P<desde>\d+)\.(?P<bytes>\d+)>)?", re.IGNORECASE)


def conjunto(pasta: CaixaPostal, texto: str) -> list[Guardada]:
    """The mails of a set such as ``1,4:*``; ``n:*`` holds the last one always (RFC 3501, section 6.4.8)."""
    ultima = pasta.cartas[-1].uid if pasta.cartas else 0
    quais: set[int] = set()
    for trecho in texto.split(","):
        de, _, ate = trecho.partition(":")
        limites = sorted(ultima if lado == "*" else int(lado) for lado in (de, ate or de))
        quais |= {carta.uid for carta in pasta.cartas if limites[0] <= carta.uid <= limites[1]}
    return [carta for carta in pasta.cartas if carta.uid in quais]


def procurar(pasta: CaixaPostal, criterios: list[str]) -> list[int]:
    """The UIDs of the mails that all criteria hold for."""
    restam = list(pasta.cartas)
    pendentes = [criterio.strip("()") for criterio in criterios]
    while pendentes:
        nome = pendentes.pop(0).upper()
        if nome in {"UNSEEN", "SEEN"}:
            restam = [c for c in restam if ("\\Seen" in c.marcas) == (nome == "SEEN")]
        elif nome in {"UNKEYWORD", "KEYWORD"}:
            marca = pendentes.pop(0)
            restam = [c for c in restam if (marca in c.marcas) == (nome == "KEYWORD")]
        elif nome == "UID":
            permitidas = conjunto(pasta, pendentes.pop(0))
            restam = [c for c in restam if c in permitidas]
        elif nome == "SINCE":
            dia = datetime.strptime(pendentes.pop(0).strip('"'), "%d-%b-%Y").replace(tzinfo=UTC)
            restam = [c for c in restam if c.em.date() >= dia.date()]
    return [carta.uid for carta in restam]


def trecho(carta: Guardada, o_que: str) -> bytes:
    """What ``FETCH`` answers of one mail, without its UID."""
    respostas: list[bytes] = []
    pedido = o_que.upper()
    if "RFC822.SIZE" in pedido:
        respostas.append(b"RFC822.SIZE %d" % len(carta.bruto))
    if "INTERNALDATE" in pedido:
        respostas.append(f'INTERNALDATE "{carta.em.strftime("%d-%b-%Y %H:%M:%S %z")}"'.encode())
    if "FLAGS" in pedido:
        respostas.append(f"FLAGS ({' '.join(sorted(carta.marcas))})".encode())
    achado = _trecho.search(o_que)
    if achado is not None:
        respostas.append(_corpo(carta, achado["parte"], achado["desde"], achado["bytes"]))
    return b" ".join(respostas)


def _corpo(carta: Guardada, parte: str, desde: str | None, bytes_: str | None) -> bytes:
    dados = carta.bruto if not parte else _cabecalho(carta.bruto, parte)
    inicio = b""
    if desde is not None and bytes_ is not None:
        dados = dados[int(desde) : int(desde) + int(bytes_)]
        inicio = b"<%s>" % desde.encode()
    return b"BODY[%s]%s {%d}\r\n%s" % (parte.encode(), inicio, len(dados), dados)


def _cabecalho(bruto: bytes, parte: str) -> bytes:
    """The fields that are named; those that are folded keep all their lines."""
    nomes = {nome.upper() for nome in re.findall(r"[\w-]+", parte.partition("(")[2])}
    linhas, dentro = [], False
    for linha in bruto.replace(b"\r\n", b"\n").partition(b"\n\n")[0].split(b"\n"):
        if not linha.startswith((b" ", b"\t")):
            dentro = linha.partition(b":")[0].decode("latin-1").upper() in nomes
        linhas += [linha] if dentro else []
    return b"\r\n".join([*linhas, b"", b""])
