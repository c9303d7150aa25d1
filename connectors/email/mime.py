"""The structure of a mail (RFC 5322, RFC 2046): headers, and parts within parts.

Bytes are sliced, not copied, and every limit is checked while reading. The parser of the standard library reads line by
line and asks every open multipart at each: a mail of 900 levels takes seconds, one of 3,000 ends in RecursionError.
Here each level looks for its own boundary in its own range, so that time is bounded by size × ``limites.PROFUNDIDADE``.
"""

from __future__ import annotations

import binascii
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from connectors.email import limites, parametros
from connectors.email.palavras import base64, campo, legivel

NAO_LIDA: Final = "application/x-balcao-multipart"
"""The type of a multipart that was not taken apart, for a limit was reached."""
_FRONTEIRA: Final = 200
"""Characters of a boundary; RFC 2046 has 70."""
_AMOSTRA: Final = 2048
_POUCO: Final = 0.1
_ALFABETO: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_VISIVEIS: Final = bytes(range(33, 127))


class Cabecalhos:
    """The fields of one header, in their order."""

    __slots__ = ("_campos",)

    def __init__(self, campos: list[tuple[str, bytes]]) -> None:
        self._campos = campos

    def cru(self, nome: str) -> str | None:
        """The first field of that name (lower case), unfolded; None if there is none."""
        return next(self.todos(nome), None)

    def texto(self, nome: str) -> str:
        """The first field of that name as a person reads it; "" if there is none."""
        return legivel(self.cru(nome) or "")

    def todos(self, nome: str) -> Iterator[str]:
        """All fields of that name, unfolded."""
        return (campo(valor) for qual, valor in self._campos if qual == nome)

    def ha(self, nome: str) -> bool:
        """Whether there is a field of that name."""
        return any(qual == nome for qual, _ in self._campos)

    def quantos(self, nome: str) -> int:
        """How many fields of that name there are."""
        return sum(qual == nome for qual, _ in self._campos)


class Parte(Struct, frozen=True, kw_only=True):
    """A part: ``tipo`` as in ``text/plain``, with its parameters; ``disposicao`` likewise (``attachment``). A multipart
    has ``partes``, and all others a body: ``bruto[inicio:fim]``, still encoded for transfer.
    """

    cabecalhos: Cabecalhos
    tipo: str
    parametros: dict[str, str]
    disposicao: str
    nome: str
    bruto: bytes
    inicio: int
    fim: int
    partes: tuple[Parte, ...] = ()

    def corpo(self, maximo: int | None = None) -> bytes:
        """The body, decoded; of at most ``maximo`` bytes of what is encoded."""
        fim = self.fim if maximo is None else min(self.fim, self.inicio + maximo)
        dados = self.bruto[self.inicio : fim]
        como = (self.cabecalhos.cru("content-transfer-encoding") or "").lower().strip(" ;\"'")
        if como == "base64":
            return base64(dados) if _parece_base64(dados) else dados
        return binascii.a2b_qp(dados) if como == "quoted-printable" else dados

    def folhas(self) -> Iterator[Parte]:
        """All parts that are no multiparts, in their order."""
        if not self.partes:
            yield self
        for parte in self.partes:
            yield from parte.folhas()


class Estrutura(Struct, frozen=True):
    """A mail in its parts, and which limits it was beyond (``partes``, ``profundidade``, ``cabecalhos``, ``bytes``)."""

    raiz: Parte
    excessos: frozenset[str]


def ler(bruto: bytes) -> Estrutura:
    """Take a mail apart. Whatever the bytes are, it is read as well as it can be."""
    excessos = {"bytes"} if len(bruto) > limites.BRUTO else set()
    bruto = bruto[: limites.BRUTO]
    if b"\n" not in bruto:
        bruto = bruto.replace(b"\r", b"\n")
    leitor = _Leitor(bruto, excessos)
    raiz = leitor.parte(0, len(bruto), 0, "text/plain")
    return Estrutura(raiz, frozenset(leitor.excessos))


def ler_cabecalhos(bruto: bytes) -> Cabecalhos:
    """Only the header at the beginning of ``bruto``."""
    return _Leitor(bruto, set()).cabecalhos(0, len(bruto))[0]


def _parece_base64(dados: bytes) -> bool:
    """Some software says base64 of what is plain text."""
    amostra = dados[:_AMOSTRA].translate(None, b"\r\n\t ")
    return (
        len(amostra.translate(None, _ALFABETO)) <= len(amostra) * _POUCO
        and dados.count(b" ", 0, _AMOSTRA) <= len(amostra) * _POUCO
    )


class _Leitor:
    """One reading of one mail."""

    __slots__ = ("_bruto", "_restam", "excessos")

    def __init__(self, bruto: bytes, excessos: set[str]) -> None:
        self._bruto = bruto
        self._restam = limites.PARTES
        self.excessos = excessos

    def parte(self, inicio: int, fim: int, profundidade: int, padrao: str) -> Parte:
        self._restam -= 1
        cabecalhos, corpo = self.cabecalhos(inicio, fim)
        tipo, detalhes = parametros.ler(cabecalhos.cru("content-type") or padrao)
        if not parametros.tipo_valido(tipo):
            tipo = padrao if tipo in {"", "text"} else "application/octet-stream"
        disposicao, da_disposicao = parametros.ler(cabecalhos.cru("content-disposition") or "")
        partes: tuple[Parte, ...] = ()
        if tipo.startswith("multipart/"):
            partes = self._partes(tipo, detalhes.get("boundary", ""), corpo, fim, profundidade)
            tipo = tipo if partes else self._sem_partes()
        return Parte(
            cabecalhos=cabecalhos, tipo=tipo, parametros=detalhes, disposicao=disposicao,
            nome=(da_disposicao.get("filename") or detalhes.get("name", ""))[: limites.VALOR],
            bruto=self._bruto, inicio=corpo, fim=max(corpo, fim), partes=partes,
        )  # fmt: skip

    def _partes(self, tipo: str, fronteira: str, inicio: int, fim: int, profundidade: int) -> tuple[Parte, ...]:
        if not fronteira or len(fronteira) > _FRONTEIRA:
            return ()
        if profundidade >= limites.PROFUNDIDADE:
            self.excessos.add("profundidade")
            return ()
        padrao = "message/rfc822" if tipo == "multipart/digest" else "text/plain"
        partes = []
        for comeca, acaba in self._trechos(b"--" + fronteira.encode("utf-8", "replace"), inicio, fim):
            if self._restam <= 0:
                self.excessos.add("partes")
                break
            partes.append(self.parte(comeca, acaba, profundidade + 1, padrao))
        return tuple(partes)

    def _sem_partes(self) -> str:
        """What a multipart is whose parts were not found: text; or nothing to be shown, where a limit was reached."""
        return NAO_LIDA if {"profundidade", "partes"} & self.excessos else "text/plain"

    def _trechos(self, marca: bytes, inicio: int, fim: int) -> Iterator[tuple[int, int]]:
        """Where the parts between delimiter lines are. The last one may lack its end."""
        comeca = -1
        for linha, depois, ultima in self._linhas(marca, inicio, fim):
            if comeca >= 0:
                yield comeca, max(comeca, self._sem_fim_de_linha(linha))
            comeca = -1 if ultima else depois
            if ultima:
                return
        if comeca >= 0:
            yield comeca, fim

    def _linhas(self, marca: bytes, inicio: int, fim: int) -> Iterator[tuple[int, int, bool]]:
        """Each delimiter line: where it begins, where the next one begins, and whether it closes the multipart."""
        bruto, posicao = self._bruto, inicio
        while (achada := bruto.find(marca, posicao, fim)) != -1:
            posicao = achada + len(marca)
            if achada != inicio and bruto[achada - 1] != ord("\n"):
                continue
            fim_da_linha = bruto.find(b"\n", posicao, fim)
            depois = fim if fim_da_linha == -1 else fim_da_linha + 1
            resto = bruto[posicao : min(depois, posicao + _FRONTEIRA)].rstrip()
            if resto in {b"", b"--"}:
                yield achada, depois, resto == b"--"
                posicao = depois

    def _sem_fim_de_linha(self, posicao: int) -> int:
        """The line end before a delimiter belongs to it."""
        posicao -= 1
        return posicao - 1 if posicao > 0 and self._bruto[posicao - 1] == ord("\r") else posicao

    def cabecalhos(self, inicio: int, fim: int) -> tuple[Cabecalhos, int]:
        """The header that begins at ``inicio``, and where the body does. A line that is none of a header begins the
        body, as if there had been the blank line.
        """
        bruto, posicao, campos = self._bruto, inicio, list[tuple[str, bytes]]()
        limite = inicio + limites.CABECALHO_BYTES
        while posicao < fim:
            fim_da_linha = bruto.find(b"\n", posicao, fim)
            depois = fim if fim_da_linha == -1 else fim_da_linha + 1
            linha = bruto[posicao : min(depois, posicao + limites.VALOR)]
            if not linha.strip(b"\r\n"):
                return Cabecalhos(campos), depois
            if posicao > limite or len(campos) > limites.CABECALHOS:
                self.excessos.add("cabecalhos")
                return Cabecalhos(campos), self._linha_em_branco(posicao, fim)
            if not self._anotar(campos, linha, primeira=posicao == inicio):
                break
            posicao = depois
        return Cabecalhos(campos), posicao

    def _linha_em_branco(self, posicao: int, fim: int) -> int:
        """Where the line after the next blank one begins."""
        achadas = [(self._bruto.find(marca, posicao - 1, fim), len(marca)) for marca in (b"\n\n", b"\n\r\n")]
        return min((onde + tamanho for onde, tamanho in achadas if onde != -1), default=fim)

    def _anotar(self, campos: list[tuple[str, bytes]], linha: bytes, *, primeira: bool) -> bool:
        """Note a line of a header. False: it is none."""
        if linha[:1] in {b" ", b"\t"}:
            if campos and len(campos[-1][1]) < limites.VALOR:
                campos[-1] = (campos[-1][0], campos[-1][1] + linha)
            return bool(campos)
        nome, dois_pontos, valor = linha.partition(b":")
        nome = nome.rstrip()
        if not dois_pontos or not nome or nome.translate(None, _VISIVEIS):
            return primeira and linha.startswith((b"From ", b">From "))  # the line that an mbox begins with
        campos.append((nome.decode("ascii").lower(), valor))
        return True
