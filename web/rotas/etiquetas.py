"""The tags that are in use: ``/atendimento/etiquetas``."""

from __future__ import annotations

from msgspec import Struct

from engine import permissoes
from engine.politica.etiquetas import reunidas
from web.pedido.campos import Rotulo
from web.pedido.rota import Pedido, Rotas
from web.pedido.validacao import Paginacao
from web.resposta.vistas import Lista, pagina

rotas = Rotas("Etiquetas")


class ConsultaEtiquetas(Paginacao, frozen=True, kw_only=True):
    """``prefixo``: only those that begin so, without regard to case and accents."""

    prefixo: Rotulo | None = None


class EtiquetaVista(Struct, frozen=True, gc=False):
    """A tag as it is written most often, and how many tickets (also closed ones) and contacts have it."""

    nome: str
    tickets: int
    contatos: int


@rotas.get("/etiquetas", resumo="Listar as etiquetas em uso, das mais usadas às menos", ato=permissoes.VER)
async def listar(p: Pedido, consulta: ConsultaEtiquetas) -> Lista[EtiquetaVista]:
    usos = reunidas(await p.leitor.etiquetas(p.quem.empresa_id), consulta.prefixo)
    return pagina(
        usos, consulta.page, consulta.limit, lambda uso: EtiquetaVista(uso.nome, uso.tickets, uso.contatos)
    )  # fmt: skip
