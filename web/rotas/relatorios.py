"""Reports: ``/atendimento/relatorios/…``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from actors.documentos.comandos import ListarDocumentos
from engine import permissoes
from engine.documentos.especies import CALENDARIO
from engine.errors import Detalhe, Forbidden
from engine.modelo import Quem
from engine.politica.modelo import Nome as UmaLinha
from engine.relatorios import periodo
from engine.relatorios.consulta import Consulta, Nome, Por
from engine.relatorios.folha import folha
from engine.relatorios.leitura import Relatorio, relatorio
from engine.relatorios.periodo import Intervalo
from engine.relatorios.quadro import Agentes, Csat, NosStatus, Sla, Tempos, Valores, Volume
from web.pedido.campos import Ler, Problema, Rotulo, Uuid, uma_linha
from web.pedido.rota import Documento, Pedido, Rotas
from web.pedido.validacao import DaEmpresa, invalido
from web.resposta.pronta import Resposta

rotas = Rotas("Relatórios")

PorAgente = Literal["total", "equipe", "atendente", "hora", "diaDaSemana"]
Formato = Literal["json", "csv", "svg", "png"]
_TIPOS: Final[Mapping[Formato, str]] = {
    "csv": "text/csv; charset=utf-8", "svg": "image/svg+xml", "png": "image/png",
}  # fmt: skip
_DIA_OU_INSTANTE: Final = (
    r"^[12]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?Z)?$"
)


def _quando(valor: object) -> str:
    """A day, or an instant in UTC, that exists."""
    texto = uma_linha(valor)
    try:
        periodo.hora_de_inicio(texto, _UTC)
    except ValueError:
        raise Problema("deve ser um dia, como 2026-11-29, ou um instante, como 2026-11-29T10:00:00Z") from None
    return texto


_UTC: Final = ZoneInfo("UTC")
Quando = Annotated[
    str, Meta(max_length=30, pattern=_DIA_OU_INSTANTE, description="Um dia, ou um instante em UTC."), Ler(_quando)
]


class ConsultaDeAgentes(DaEmpresa, frozen=True, kw_only=True):
    """What of the report on agents is wanted: their time is not parted among filas, canais and tags."""

    de: Quando | None = None
    ate: Quando | None = None
    fuso: UmaLinha | None = None
    por: PorAgente = "total"
    intervalo: Intervalo = "total"
    equipe_id: Uuid | None = None
    atendente_id: Uuid | None = None
    formato: Formato = "json"

    def so_de(self) -> dict[str, str | None]:
        """Of whom only, by dimension."""
        return {"equipe": self.equipe_id, "atendente": self.atendente_id}


class ConsultaDeRelatorio(DaEmpresa, frozen=True, kw_only=True):
    """What of a report is wanted."""

    de: Quando | None = None
    ate: Quando | None = None
    fuso: UmaLinha | None = None
    por: Por = "total"
    intervalo: Intervalo = "total"
    fila_id: Uuid | None = None
    equipe_id: Uuid | None = None
    atendente_id: Uuid | None = None
    canal_id: Uuid | None = None
    etiqueta: Rotulo | None = None
    formato: Formato = "json"

    def so_de(self) -> dict[str, str | None]:
        """Of whom only, by dimension."""
        return {
            "fila": self.fila_id, "equipe": self.equipe_id, "atendente": self.atendente_id, "canal": self.canal_id,
            "etiqueta": self.etiqueta,
        }  # fmt: skip


Pedida = ConsultaDeAgentes | ConsultaDeRelatorio


async def _fuso(p: Pedido, pedida: Pedida) -> str:
    """The one that is said, or that of the empresa's calendar."""
    if pedida.fuso is not None:
        return pedida.fuso
    rows = await p.no.pedir(ListarDocumentos(quem=p.quem, tipo=CALENDARIO.tipo))
    calendarios = (CALENDARIO.ler(row.dados) for row in rows)
    return next((um.fuso for um in calendarios if um.empresa), periodo.FUSO_PADRAO)


def _consulta(nome: Nome, pedida: Pedida, dito: str, quem: Quem, agora: int) -> Consulta:
    """What ``quem`` may see of what is wanted, by the clock of the zone ``dito``. Raises Invalid, Forbidden."""
    so_de = pedida.so_de()
    if not permissoes.pode(quem, permissoes.VER_RELATORIOS_ALHEIOS):
        so_de["atendente"] = _o_proprio(quem, pedida.atendente_id)
    try:
        fuso = periodo.fuso_de(dito)
    except ValueError:
        raise invalido([Detalhe("fuso", "não há este fuso na IANA; use um como America/Sao_Paulo")]) from None
    de_quem = {dimensao: valor for dimensao, valor in so_de.items() if valor is not None}
    horas = periodo.horas(pedida.de, pedida.ate, fuso, agora)
    consulta = Consulta(nome, horas, fuso, pedida.por, pedida.intervalo, de_quem)
    problemas = consulta.problemas()
    if problemas:
        raise invalido(problemas)
    return consulta


def _o_proprio(quem: Quem, atendente_id: str | None) -> str | None:
    if atendente_id not in {None, quem.id}:
        raise Forbidden(permissoes.VER_RELATORIOS_ALHEIOS.codigo, permissoes.VER_RELATORIOS_ALHEIOS.recusa)
    return quem.id


async def _responder(p: Pedido, nome: Nome, pedida: Pedida) -> Relatorio[Valores] | Resposta:
    relatorios, empresa_id = p.relatorios, p.quem.empresa_id
    agora = relatorios.agora()
    consulta = _consulta(nome, pedida, await _fuso(p, pedida), p.quem, agora)
    await relatorios.em_dia(empresa_id)
    feito = await relatorio(relatorios.leitor, empresa_id, consulta, agora)
    if pedida.formato == "json":
        return feito
    if pedida.formato == "csv":
        corpo = folha(feito)
    else:
        corpo = await relatorios.desenhar(empresa_id, msgspec.json.encode(feito), pedida.formato)
    arquivo = f'attachment; filename="{nome}.{pedida.formato}"'
    como = [("content-disposition", arquivo)] if pedida.formato == "csv" else []
    return Resposta(corpo, 200, _TIPOS[pedida.formato], como)


_COMUM: Final = (
    " De `de` (um dia ou um instante; padrão: 30 dias) a `ate` (um dia, inteiro, ou um instante; padrão: agora), no "
    "`fuso` dado. Uma linha para cada parte do `intervalo` e cada valor de `por`; os ids e a `etiqueta` restringem. "
    "As somas são por hora: `de` e `ate` da resposta dizem quais horas entraram, `ateSeq` e `atualizadoEm` até onde o "
    "registro de eventos está contado. Só `filaId` e `atendenteId` se combinam. `formato`: `json`, `csv` (para "
    "planilhas), `svg` ou `png` (um gráfico). Um atendente vê só os próprios números. O que cada número significa está "
    "em docs/relatorios.md."
)


def _documento(texto: str) -> Documento:
    binario = {"schema": {"type": "string", "format": "binary"}}
    conteudo = {"text/csv": {"schema": {"type": "string"}}, "image/svg+xml": binario, "image/png": binario}
    descricao = f"Para admin, supervisor ou atendente. {texto}{_COMUM}"
    return {"description": descricao, "responses": {"200": {"content": conteudo}}}


def _declarar(nome: Nome, tipo: Any, resumo: str, texto: str) -> Callable[..., object]:
    """The route of one report. As JSON it answers this type; its other forms are said by its document."""

    async def ver(p: Pedido, consulta: Pedida) -> object:
        return await _responder(p, nome, consulta)

    ver.__name__ = nome
    consulta = ConsultaDeAgentes if nome == "agentes" else ConsultaDeRelatorio
    ver.__annotations__ |= {"consulta": consulta, "return": tipo}
    documento = _documento(texto)
    return rotas.get(
        f"/relatorios/{nome}", resumo=resumo, ato=permissoes.VER_RELATORIOS, documento=documento, demora=True
    )(ver)


volume = _declarar(
    "volume", Relatorio[Volume], "Ver quanto houve",
    "Tickets criados, assumidos, encerrados, abandonados, reabertos, transferidos e devolvidos; mensagens.",
)  # fmt: skip
tempos = _declarar(
    "tempos", Relatorio[Tempos], "Ver quanto se esperou",
    "Espera na fila, primeira e próximas respostas, resolução: médias e percentis, em segundos corridos.",
)  # fmt: skip
status = _declarar(
    "status", Relatorio[NosStatus], "Ver quanto tempo os tickets ficaram em cada status",
    "Cada trecho, até que mude o status, a fila ou o dono, conta para a fila e o dono com quem esteve.",
)  # fmt: skip
sla = _declarar(
    "sla", Relatorio[Sla], "Ver o que se cumpriu do SLA", "As metas que terminaram, cumpridas ou violadas."
)  # fmt: skip
agentes = _declarar(
    "agentes", Relatorio[Agentes], "Ver como os atendentes passaram o tempo",
    "Tempo online e em cada estado, e a ocupação das vagas; só por atendente, equipe ou tempo.",
)  # fmt: skip
csat = _declarar(
    "csat", Relatorio[Csat], "Ver o que os contatos acharam", "As notas das pesquisas respondidas, CSAT e NPS."
)  # fmt: skip
