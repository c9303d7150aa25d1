"""What was decided of a ticket, in sentences: why him."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

import msgspec
from msgspec import Struct

from engine.distribuicao.decisao import Decisao, DecisaoDeFora
from engine.explicacao.margem import Margem, margem, podiam, quantos_podiam
from engine.explicacao.palavras import (
    Nomes,
    alguns,
    barrados,
    duracao,
    em_fila,
    fila,
    frase,
    habilidades,
    numero,
    pessoa,
)
from engine.modelo import DecisaoRow, Papel

UM_SEGUNDO: Final = 1000
_ACEITA: Final = "oferta aceita"
_QUEM: Final[Mapping[Papel, str]] = {
    "sistema": "o sistema",
    "conector": "um conector",
    "atendente": "um atendente",
    "supervisor": "um supervisor",
    "admin": "um administrador",
}
_TRANSBORDOU: Final = {
    "espera": "esperou o máximo que a política permite",
    "tamanho": "já esperavam tantos quantos a política permite",
    "sem_atendentes": "não havia quem atendesse",
}

_VOLTOU: Final = {
    "offline": "{} ficou offline",
    "silencio": "{} deixou o contato sem resposta além do que a política permite",
    "fila_fechada": "a fila fechou sem que {} tivesse respondido",
}


class _Lado(Struct, frozen=True):
    lado: str


_ver_lado = msgspec.json.Decoder(_Lado).decode
_pesada = msgspec.json.Decoder(Decisao).decode
_de_fora = msgspec.json.Decoder(DecisaoDeFora).decode


def ler(row: DecisaoRow) -> Decisao | DecisaoDeFora:
    """What is written down in a record."""
    return _pesada(row.dados) if _ver_lado(row.dados).lado in {"ticket", "atendente"} else _de_fora(row.dados)


def frases(row: DecisaoRow, nomes: Nomes, escritas: Mapping[str, str], afim: str | None = None) -> list[str]:
    """``escritas``: skills as people write them, by key. ``afim``: the agent who served the contact last, if known."""
    decisao = ler(row)
    if isinstance(decisao, DecisaoDeFora):
        return [frase(_sem_pesar(row, decisao, nomes))]
    motivos = barrados(_quantos_barrados(decisao), f"o que o ticket exige ({habilidades(decisao.exige, escritas)})")
    ditas = [_pesou(row, decisao, nomes, afim), motivos, _esperou(row, decisao, nomes)]
    return [frase(uma) for uma in ditas if uma]


def _quantos_barrados(decisao: Decisao) -> Counter[str]:
    quantos = Counter({motivo: n for motivo, n in decisao.outros.items() if motivo != "livre"})
    quantos.update(um.porque_nao for um in decisao.candidatos if um.porque_nao is not None)
    return quantos


def _esperou(row: DecisaoRow, decisao: Decisao, nomes: Nomes) -> str:
    if decisao.esperou < UM_SEGUNDO:
        return ""
    passou = f", e as regras mudaram {decisao.etapa} vezes com a espera" if decisao.etapa > 1 else ""
    passou = ", e as regras mudaram uma vez com a espera" if decisao.etapa == 1 else passou
    return f"Esperou {duracao(decisao.esperou)}, por último {em_fila(row.fila_id, nomes)}{passou}"


# -- what was weighed --------------------------------------------------------------------------------------------------


def _pesou(row: DecisaoRow, decisao: Decisao, nomes: Nomes, afim: str | None) -> str:
    if decisao.lado == "atendente":
        return _para_quem_ficou_livre(row, decisao, nomes)
    quantos, quem = quantos_podiam(decisao), pessoa(row.atendente_id, nomes)
    foi = _foi(row, decisao, nomes)
    if decisao.preferido is not None and quantos > 1:
        porque = "foi quem atendeu este contato por último" if decisao.preferido == afim else "tinha a preferência"
        return f"{foi} antes de todos os {quantos} que podiam recebê-lo: {quem} {porque}"
    if quantos <= 1:
        return f"{foi}, a única pessoa que podia recebê-lo"
    if quantos == decisao.quantos:
        return f"{foi}, todos os que podiam recebê-lo"
    return f"{foi} porque, dos {quantos} que podiam recebê-lo, {quem} {_razao(row, decisao, nomes)}"


def _foi(row: DecisaoRow, decisao: Decisao, nomes: Nomes) -> str:
    primeiro = row.atendente_id or ""
    if row.tipo != "oferta":
        return f"Foi para {pessoa(primeiro, nomes)}"
    outros = [um.atendente_id for um in podiam(decisao) if um.atendente_id != primeiro][: decisao.quantos - 1]
    quem = alguns([primeiro, *outros], nomes, mais=decisao.quantos - 1 - len(outros))
    return f"Foi ofertado a {quem}"


def _razao(row: DecisaoRow, decisao: Decisao, nomes: Nomes) -> str:
    achada = margem(decisao)
    if achada is None:
        return "era quem vinha primeiro"
    outro = pessoa(achada.seguinte_id, nomes)
    match achada.termo:
        case "ocupacao":
            return _ocupacao(decisao, outro)
        case "ociosoDesde":
            ha, ele = (duracao(row.em - quando) for quando in (achada.vencedor, achada.seguinte))
            return f"estava sem receber trabalho há mais tempo ({ha}; em seguida, {outro}, há {ele})"
        case "vez":
            return f"tinha a vez no rodízio, antes de {outro}"
        case "atendidos":
            quantos = f"{numero(achada.vencedor)}; em seguida, {outro}, {numero(achada.seguinte)}"
            return f"tinha recebido menos tickets no período ({quantos})"
        case _:
            return _pelos_pesos(achada, outro)


def _ocupacao(decisao: Decisao, outro: str) -> str:
    primeiro, segundo = podiam(decisao)[:2]
    um, dois = (f"{numero(quem.chave[1] * quem.capacidade)} de {quem.capacidade}" for quem in (primeiro, segundo))
    return f"tinha a menor ocupação ({um} vagas; em seguida, {outro}, com {dois})"


def _pelos_pesos(achada: Margem, outro: str) -> str:
    match achada.termo:
        case "habilidades":
            return f"vinha primeiro pelas habilidades, antes de {outro}"
        case "peso":
            return f"estava mais longe da parte que lhe cabe pelos pesos, antes de {outro}"
        case "soma":
            return f"tinha a menor soma dos critérios ({numero(achada.diferenca)} a menos que {outro})"
        case _:
            return f"vinha antes de {outro}"


def _para_quem_ficou_livre(row: DecisaoRow, decisao: Decisao, nomes: Nomes) -> str:
    quem, achada, quantos = pessoa(row.atendente_id, nomes), margem(decisao), len(decisao.concorrentes)
    tinha = f"{quem} pediu o próximo" if decisao.pedida else f"{quem} ficou livre"
    ofertado = ", e lhe foi ofertado" if row.tipo == "oferta" else ""
    if achada is None:
        return f"{tinha} e este era o primeiro que podia receber, {em_fila(row.fila_id, nomes)}{ofertado}"
    era = f"{tinha} e este era o primeiro entre os primeiros das {quantos} filas de que podia receber"
    return f"{era}: {_razao_do_ticket(achada, row)}{ofertado}"


def _razao_do_ticket(achada: Margem, row: DecisaoRow) -> str:
    match achada.termo:
        case "prioridadeDaVia":
            return "a fila vem antes das outras para essa pessoa"
        case "pontos":
            return (
                f"tinha a maior prioridade efetiva ({numero(-achada.vencedor)}; o seguinte, {numero(-achada.seguinte)})"
            )
        case "aguardandoDesde":
            ha, outro = (duracao(row.em - quando) for quando in (achada.vencedor, achada.seguinte))
            return f"esperava há mais tempo ({ha}; o seguinte, {outro})"
        case _:
            return "chegou antes"


# -- what was not ------------------------------------------------------------------------------------------------------


def _sem_pesar(row: DecisaoRow, decisao: DecisaoDeFora, nomes: Nomes) -> str:
    dele = pessoa(row.atendente_id, nomes)
    motivo = f": {decisao.motivo}" if decisao.motivo else ""
    match row.tipo:
        case "atribuicao":
            return _deu(row, decisao, nomes)
        case "recusa":
            return f"{dele} recusou a oferta{motivo}"
        case "sem_resposta":
            return f"{dele} deixou passar a oferta sem responder"
        case "devolucao":
            return _devolveu(row, decisao, nomes)
        case "transbordo":
            porque = _TRANSBORDOU.get(decisao.motivo or "", decisao.motivo or "assim diz a política")
            return f"Passou d{fila(row.fila_id, nomes)} para {fila(decisao.para, nomes)}: {porque}"
        case _:
            return f"Deixou de estar em oferta para {dele}{motivo}"


def _deu(row: DecisaoRow, decisao: DecisaoDeFora, nomes: Nomes) -> str:
    dele = pessoa(row.atendente_id, nomes)
    if decisao.motivo == _ACEITA:
        return f"{dele} aceitou a oferta"
    motivo = f": {decisao.motivo}" if decisao.motivo else ""
    forcado = ", mesmo sem que pudesse recebê-lo (forçado)" if decisao.forcado else ""
    if decisao.quem is not None and decisao.quem == row.atendente_id:
        return f"{dele} o assumiu{forcado}{motivo}"
    return f"{_autor(decisao, nomes)} o deu a {dele}{forcado}{motivo}"


def _devolveu(row: DecisaoRow, decisao: DecisaoDeFora, nomes: Nomes) -> str:
    dele, motivo = pessoa(row.atendente_id, nomes), f": {decisao.motivo}" if decisao.motivo else ""
    if decisao.lado == "sistema":
        porque = _VOLTOU.get(decisao.motivo or "")
        if porque is not None:
            return f"Voltou à fila porque {porque.format(dele)}"
        return f"Deixou de ser de {dele} e voltou à fila{motivo}"
    foi = "devolveu à fila" if decisao.para is None else f"passou para {fila(decisao.para, nomes)}"
    if decisao.quem is not None and decisao.quem == row.atendente_id:
        return f"{dele} o {foi}{motivo}"
    return f"{_autor(decisao, nomes)} o tirou de {dele} e o {foi}{motivo}"


def _autor(decisao: DecisaoDeFora, nomes: Nomes) -> str:
    nome = None if decisao.quem is None else nomes(decisao.quem)
    return nome or _QUEM[decisao.papel or "sistema"]
