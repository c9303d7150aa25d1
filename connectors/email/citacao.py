"""What somebody wrote now, without the history that is quoted below it and without the signature.

Only what is surely one of those is taken away: what stays too long does little harm, a line that is missing does. What
is forwarded is no history, and stays; answers between quoted lines stay with what they answer; and where nothing would
be left, everything stays.
"""

from __future__ import annotations

import re
from typing import Final

from engine.caracteres import tem_visivel

_LINHA: Final = 500
"""Characters of a line that are looked at."""
_ATRIBUICAO: Final = 4
"""Lines over which "Em … escreveu:" may be wrapped."""
_BLOCO: Final = 8
"""Lines within which Outlook's "De: … Enviado: … Para: … Assunto: …" stands."""
_ASSINATURA: Final = 20
"""Lines of a signature."""

_comeca_atribuicao: Final = re.compile(
    r"[>\s]*(?:(?:Em|No dia|A|On|El|Le|Am|Il|Op)\s(?=.*\d)|[^<>]{0,120}<[^<>\s]+@[^<>\s]+>|\d{4}[-/]\d\d)",
    re.IGNORECASE,
)
_verbo: Final = re.compile(
    r"\b(?:escreveu|wrote|escribi[óo]|a écrit|ha scritto)\s*:\s*\Z|\b(?:schrieb|schreef)\b[^:]*:\s*\Z", re.IGNORECASE
)
_hora: Final = re.compile(r"\d[:h]\d\d|\S@\S")
_FOLGA: Final = 20
_FIM: Final = 200
"""Characters at the end of the attribution within which its verb stands."""
_original: Final = re.compile(
    r"[\s>*]*-{2,}\s*(?:Mensagem original|Original message|Original appointment|Mensaje original|Message d'origine|"
    r"Urspr.ngliche Nachricht|Em resposta a|Reply message|Compromisso original)\s*-{0,}[\s*]*\Z",
    re.IGNORECASE,
)
_encaminhada: Final = re.compile(
    r"[\s>*]*(?:-{2,}\s*)?(?:Mensagem encaminhada|Forwarded message|In[ií]cio da mensagem encaminhada|"
    r"Begin forwarded message|Mensaje reenviado)\b",
    re.IGNORECASE,
)
_de: Final = re.compile(r"[\s*]*(?:De|From|Von)\s*:[\s*]*\S", re.IGNORECASE)
_campo: Final = re.compile(
    r"[\s*]*(Enviad[oa](?: em)?|Sent|Data|Date|Para|To|Assunto|Subject|Enviado el|Asunto)\s*:", re.IGNORECASE
)
_datas: Final = frozenset({"enviado", "enviada", "enviado em", "enviada em", "sent", "data", "date", "enviado el"})
_regua: Final = re.compile(r"\s*_{10,}\s*\Z|\s*-{20,}\s*\Z")
_separador: Final = re.compile(r"--\s?\Z|—\s?\Z")
_do_aparelho: Final = re.compile(
    r"\s*(?:Enviad[oa] (?:do|da|de|por|pelo|via|a partir d[eo])(?: (?:meu|minha|um|uma|dispositivo))*\b|"
    r"Sent (?:from|via|with)\b|(?:Get|Obter o|Obtenha o|Baixe o)(?=\s+Outlook))"
    r"(?=.*(?:iPhone|iPad|Android|celular|smartphone|Samsung|Galaxy|Xiaomi|Motorola|Huawei|Outlook|Yahoo|Mail|Gmail|"
    r"Windows|BlackBerry|tablet|m[óo]vel|mobile|phone|Proton))",
    re.IGNORECASE,
)
_encaminha: Final = re.compile(r"\s*(?:(?:re|res|aw|rv)\s*:\s*)*(?:fwd?|enc|wg|tr)\s*:", re.IGNORECASE)


def aparada(texto: str, assunto: str = "") -> str:
    """``texto`` as it was meant now. ``assunto``: a forwarded mail keeps what it forwards."""
    linhas = texto.split("\n")
    resposta = linhas if _encaminha.match(assunto) else _sem_historico(linhas)
    resposta = _sem_assinatura(resposta)
    aparado = "\n".join(resposta).strip()
    return aparado if tem_visivel(aparado) else texto.strip()


def _sem_historico(linhas: list[str]) -> list[str]:
    for numero, linha in enumerate(linhas):
        curta = linha[:_LINHA]
        if _encaminhada.match(curta):
            return linhas
        if _original.match(curta) or _bloco(linhas, numero):
            return _ate(linhas, numero) if _ha_texto(linhas[:numero]) else linhas
        depois = _fim_da_atribuicao(linhas, numero)
        if depois:
            return _ao_redor(linhas, numero, depois)
    return _sem_cauda(linhas)


def _ao_redor(linhas: list[str], inicio: int, depois: int) -> list[str]:
    """Of a quotation that is introduced: what is before, and what was written after it or between its lines."""
    antes, resto = linhas[:inicio], linhas[depois:]
    citadas = [numero for numero, linha in enumerate(resto) if linha.startswith(">")]
    if not citadas:
        return antes if _ha_texto(antes) else linhas
    abaixo = _sem_assinatura(_sem_cauda(resto))
    primeira = next(
        (n for n in range(citadas[0], len(abaixo)) if abaixo[n].strip() and not abaixo[n].startswith(">")), None
    )
    if primeira is None:
        return antes
    tudo_abaixo = not any(linha.startswith(">") for linha in abaixo[primeira:])
    if tudo_abaixo and not _ha_texto(antes):
        return abaixo[primeira:]  # the answer stands below all that is quoted
    return linhas[:depois] + abaixo


def _sem_cauda(linhas: list[str]) -> list[str]:
    """Without the quoted lines at the end."""
    fim = len(linhas)
    while fim and (not linhas[fim - 1].strip() or linhas[fim - 1].startswith(">")):
        fim -= 1
    return linhas[:fim]


def _ate(linhas: list[str], fim: int) -> list[str]:
    """Up to a marker, and without the ruler above it."""
    while fim and (not linhas[fim - 1].strip() or _regua.match(linhas[fim - 1][:_LINHA])):
        fim -= 1
    return linhas[:fim]


def _fim_da_atribuicao(linhas: list[str], numero: int) -> int:
    """If "Em … escreveu:" begins here: the line after it; otherwise 0."""
    if not _comeca_atribuicao.match(linhas[numero][:_LINHA]):
        return 0
    for fim in range(numero + 1, min(numero + _ATRIBUICAO, len(linhas)) + 1):
        if not linhas[fim - 1].strip():
            return 0
        if linhas[fim - 1][-_FOLGA:].rstrip().endswith(":"):
            junta = " ".join(linha[-_LINHA:].strip() for linha in linhas[numero:fim])
            return fim if _verbo.search(junta[-_FIM:]) and _e_certa(junta, linhas[fim : fim + 3]) else 0
    return 0


def _e_certa(atribuicao: str, abaixo: list[str]) -> bool:
    """People write "Em 2020 ela escreveu:", too: a program names a time of day or an address, or quotes below."""
    return _hora.search(atribuicao) is not None or any(linha.startswith(">") for linha in abaixo)


def _bloco(linhas: list[str], numero: int) -> bool:
    """Whether Outlook's header of an answered mail begins here: who, when, and to whom or about what."""
    if not _de.match(linhas[numero][:_LINHA]):
        return False
    campos = {
        achado[1].lower()
        for linha in linhas[numero + 1 : numero + _BLOCO]
        if (achado := _campo.match(linha[:_LINHA])) is not None
    }
    return bool(campos & _datas) and bool(campos - _datas)


def _sem_assinatura(linhas: list[str]) -> list[str]:
    fim = len(linhas)
    while fim and not linhas[fim - 1].strip():
        fim -= 1
    for numero in range(max(0, fim - _ASSINATURA), fim):
        linha = linhas[numero]
        acabam = fim - numero <= 3 and _do_aparelho.match(linha[:_LINHA])
        if (_separador.match(linha[:_LINHA]) or acabam) and _ha_texto(linhas[:numero]):
            return linhas[:numero]
    return linhas[:fim]


def _ha_texto(linhas: list[str]) -> bool:
    return any(tem_visivel(linha[:_LINHA]) for linha in linhas)
