"""An empresa, read back: what its actors are built from, and what they look up."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Final

import msgspec

from engine.avisos.limites import DADOS_NO_MAXIMO
from engine.ids import NINGUEM
from engine.modelo import (
    Arquivo,
    ArremateRow,
    AtendenteRow,
    AvisoDadoRow,
    AvisoRetidoRow,
    CanalRow,
    CanalSegredosRow,
    ContatoRow,
    DocumentoRow,
    EmpresaImage,
    EmpresaRow,
    EnvioRow,
    EquipeFilaRow,
    EquipeMembroRow,
    EquipeRow,
    EscalaRow,
    FilaRow,
    IdempotenciaRow,
    InscricaoRow,
    Linha,
    MembroRow,
    MensagemRow,
    NotaRow,
    PreferenciaAvisosRow,
    Rota,
    TicketRow,
)
from engine.pesquisa.estado import Perguntada
from engine.ports import Adormecidos, ContatosAchados, DasRaias, DeOnde, EnvioGuardado, Lease, PaginaDeEnvios
from engine.silencio.estado import Adiamento, Silencio
from engine.sla.estado import Sla
from storage.cofre import Cofre
from storage.conexao import Conexao
from storage.consultas import sql
from storage.segredos import abertas

_FILAS: Final = sql("carregar_filas")
_ATENDENTES: Final = sql("carregar_atendentes")
_MEMBROS: Final = sql("carregar_membros")
_EXCLUIDOS: Final = sql("carregar_excluidos")
_TICKETS: Final = sql("carregar_tickets")
_A_PERGUNTAR: Final = sql("carregar_a_perguntar")
_TICKET: Final = sql("carregar_ticket")
_MENSAGEM: Final = sql("carregar_mensagem")
_CANAIS: Final = sql("carregar_canais")
_SEGREDOS: Final = sql("carregar_segredos")
_EQUIPES: Final = sql("carregar_equipes")
_EQUIPE_MEMBROS: Final = sql("carregar_equipe_membros")
_EQUIPE_FILAS: Final = sql("carregar_equipe_filas")
_CONTATOS: Final = sql("carregar_contatos")
_IDEMPOTENCIA: Final = sql("carregar_idempotencia")
_CONHECIDAS: Final = sql("mensagens_conhecidas")
_ULTIMO: Final = sql("ticket_do_canal")
_MODELOS: Final = sql("carregar_modelos")
_INSCRICOES: Final = sql("carregar_inscricoes")
_ESCALA: Final = sql("carregar_escala")
_ARREMATES: Final = sql("carregar_arremates")
_DOCUMENTOS: Final = sql("carregar_documentos")
_AVISO_PREFERENCIAS: Final = sql("carregar_aviso_preferencias")
_AVISOS_RETIDOS: Final = sql("carregar_avisos_retidos")
_AVISOS_DADOS: Final = sql("carregar_avisos_dados")
_JANELA: Final = sql("janela_do_contato")
_COM_ENVIOS: Final = sql("carregar_canais_com_envios")
_ENVIOS: Final = sql("envios_em_aberto")
PAGINA_BYTES: Final = 4_194_304
"""Bytes of jobs after which no more are read at once."""
_DAS_RAIAS: Final = sql("envios_das_raias")
_ADORMECIDOS: Final = sql("envios_adormecidos")
_DE_FORA: Final = sql("envios_de_fora")
_PROCURADOS: Final = sql("envios_procurados")

_HABILIDADES: Final = AtendenteRow.__struct_fields__.index("habilidades")
_NIVEIS: Final = AtendenteRow.__struct_fields__.index("niveis")
_ROTA: Final = TicketRow.__struct_fields__.index("rota")
_SLA: Final = TicketRow.__struct_fields__.index("sla")
_SILENCIO: Final = TicketRow.__struct_fields__.index("silencio")
_ADIAMENTO: Final = TicketRow.__struct_fields__.index("adiamento")
_PESQUISA: Final = TicketRow.__struct_fields__.index("pesquisa")
_ESTADOS: Final = EmpresaRow.__struct_fields__.index("estados")
_OUTROS: Final = ContatoRow.__struct_fields__.index("outros")
_ETIQUETAS: Final = ContatoRow.__struct_fields__.index("etiquetas")
_MENCOES: Final = NotaRow.__struct_fields__.index("mencoes")
_ARQUIVO: Final = MensagemRow.__struct_fields__.index("arquivo")
_ler_arquivo = msgspec.json.Decoder(Arquivo).decode
_ler_rota = msgspec.json.Decoder(Rota).decode
_ler_sla = msgspec.json.Decoder(Sla).decode
_ler_silencio = msgspec.json.Decoder(Silencio).decode
_ler_adiamento = msgspec.json.Decoder(Adiamento).decode
_ler_pesquisa = msgspec.json.Decoder(Perguntada).decode
_RAROS: Final = (
    (_ROTA, _ler_rota), (_SLA, _ler_sla), (_SILENCIO, _ler_silencio), (_ADIAMENTO, _ler_adiamento),
    (_PESQUISA, _ler_pesquisa),
)  # fmt: skip
_ler_contas = msgspec.json.Decoder(dict[str, tuple[int, int]]).decode
_ler_nomes = msgspec.json.Decoder(tuple[str, ...]).decode
_ler_niveis = msgspec.json.Decoder(dict[str, int]).decode
_DE_CADA_VEZ: Final = 1_000
"""Tickets fetched at once. Between two fetches the loop serves everybody else."""


async def carregar(
    con: Conexao, empresa: EmpresaRow, seq: int, lease: Lease, cofre: Cofre, now: int
) -> EmpresaImage:  # fmt: skip
    """The image of an empresa at ``now``, in the transaction that holds its lease row: nobody can commit to it
    meanwhile.

    Raises:
        SegredoNaoAbre: ``cofre`` does not open the secrets of one of its canais.
    """
    id_ = empresa.id
    return EmpresaImage(
        empresa,
        seq,
        *lease,
        filas=[FilaRow(*linha) for linha in await con.fetch(_FILAS, id_)],
        atendentes=[atendente(linha) for linha in await con.fetch(_ATENDENTES, id_)],
        membros=[MembroRow(*linha) for linha in await con.fetch(_MEMBROS, id_)],
        tickets=await _tickets(con, _TICKETS, id_),
        excluidos=dict(await con.fetch(_EXCLUIDOS, id_)),
        canais=[CanalRow(*linha) for linha in await con.fetch(_CANAIS, id_)],
        segredos=abertas(cofre, [CanalSegredosRow(*linha) for linha in await con.fetch(_SEGREDOS, id_)]),
        equipes=[EquipeRow(*linha) for linha in await con.fetch(_EQUIPES, id_)],
        equipe_membros=[EquipeMembroRow(*linha) for linha in await con.fetch(_EQUIPE_MEMBROS, id_)],
        equipe_filas=[EquipeFilaRow(*linha) for linha in await con.fetch(_EQUIPE_FILAS, id_)],
        modelos={canal_id: tuple(aprovados) for canal_id, aprovados in await con.fetch(_MODELOS, id_)},
        canais_com_envios=frozenset(canal_id for (canal_id,) in await con.fetch(_COM_ENVIOS, id_)),
        inscricoes=[InscricaoRow(*linha) for linha in await con.fetch(_INSCRICOES, id_)],
        escala=[_da_escala(*linha) for linha in await con.fetch(_ESCALA, id_)],
        arremates=[ArremateRow(*linha) for linha in await con.fetch(_ARREMATES, id_, now)],
        documentos=[DocumentoRow(*linha) for linha in await con.fetch(_DOCUMENTOS, id_)],
        preferencias=[PreferenciaAvisosRow(*linha) for linha in await con.fetch(_AVISO_PREFERENCIAS, id_)],
        avisos_retidos=[AvisoRetidoRow(*linha) for linha in await con.fetch(_AVISOS_RETIDOS, id_)],
        avisos_dados=[AvisoDadoRow(*linha) for linha in await con.fetch(_AVISOS_DADOS, id_, now, DADOS_NO_MAXIMO)],
        a_perguntar=await _tickets(con, _A_PERGUNTAR, id_),
    )


async def ticket(con: Conexao, empresa_id: str, ticket_id: str) -> TicketRow | None:
    linha = await con.fetchrow(_TICKET, empresa_id, ticket_id)
    return None if linha is None else do_ticket(*linha)


async def mensagem(con: Conexao, empresa_id: str, mensagem_id: str) -> MensagemRow | None:
    linha = await con.fetchrow(_MENSAGEM, empresa_id, mensagem_id)
    return None if linha is None else da_mensagem(*linha)


async def contatos(con: Conexao, empresa_id: str, chaves: Collection[str], ids: Collection[str]) -> ContatosAchados:
    """See :meth:`engine.ports.Store.contatos`."""
    donos: dict[str, str] = {}
    achados: list[ContatoRow] = []
    for *colunas, proprias in await con.fetch(_CONTATOS, empresa_id, list(chaves), list(ids)):
        contato = do_contato(*colunas)
        achados.append(contato)
        donos |= dict.fromkeys(proprias, contato.id)
    return ContatosAchados(donos, achados)


async def idempotencia(con: Conexao, empresa_id: str, usuario_id: str, chave: str) -> IdempotenciaRow | None:
    linha = await con.fetchrow(_IDEMPOTENCIA, empresa_id, usuario_id, chave)
    return None if linha is None else IdempotenciaRow(*linha)


async def conhecidas(con: Conexao, empresa_id: str, ids: Collection[str]) -> set[str]:
    """See :meth:`engine.ports.Store.conhecidas`."""
    return {id_ for (id_,) in await con.fetch(_CONHECIDAS, empresa_id, list(ids))}


async def ticket_do_canal(
    con: Conexao, empresa_id: str, canal_id: str, contatos: Collection[str], desde: int
) -> TicketRow | None:
    """See :meth:`engine.ports.Store.ticket_do_canal`."""
    linha = await con.fetchrow(_ULTIMO, empresa_id, canal_id, list(contatos), desde)
    return None if linha is None else do_ticket(*linha)


async def janela_do_contato(con: Conexao, empresa_id: str, ticket_id: str) -> int | None:
    """See :meth:`engine.ports.Store.janela_do_contato`."""
    linha = await con.fetchrow(_JANELA, empresa_id, ticket_id)
    return None if linha is None else linha[0]


async def envios(
    con: Conexao, empresa_id: str, canal_id: str, linha: Linha, depois: DeOnde, limite: int
) -> PaginaDeEnvios:  # fmt: skip
    """See :meth:`engine.ports.Store.envios`."""
    if isinstance(depois, DasRaias):
        raias = list(depois.raias)
        linhas = await con.fetch(_DAS_RAIAS, empresa_id, canal_id, linha, raias, limite, PAGINA_BYTES)
    else:
        onde, consulta = (depois.depois, _ADORMECIDOS) if isinstance(depois, Adormecidos) else (depois, _ENVIOS)
        inicio = (-1, NINGUEM) if onde is None else onde
        linhas = await con.fetch(consulta, empresa_id, canal_id, linha, *inicio, limite, PAGINA_BYTES)
    pagina = [_envio(uma) for uma in linhas]
    fora = [] if depois is not None else [
        _envio(uma) for uma in await con.fetch(_DE_FORA, empresa_id, canal_id, linha)
    ]  # fmt: skip
    cortada = sum(len(um.row.dados.encode()) for um in pagina) >= PAGINA_BYTES
    return PaginaDeEnvios(pagina, fora, cortada)


async def procurados(
    con: Conexao, empresa_id: str, canal_id: str, ids: Collection[str], externos: Collection[str]
) -> list[EnvioRow]:
    """See :meth:`engine.ports.Store.procurados`."""
    linhas = await con.fetch(_PROCURADOS, empresa_id, canal_id, list(ids), list(externos))
    return [EnvioRow(*linha) for linha in linhas]


def _envio(linha: Iterable[Any]) -> EnvioGuardado:
    """An envio, with the message that it sends."""
    *colunas, mensagem_ = linha
    return EnvioGuardado(EnvioRow(*colunas), None if mensagem_ is None else da_mensagem(*mensagem_))


async def _tickets(con: Conexao, quais: str, empresa_id: str) -> list[TicketRow]:
    cursor = await con.cursor(quais, empresa_id)
    tickets: list[TicketRow] = []
    while linhas := await cursor.fetch(_DE_CADA_VEZ):
        tickets += [do_ticket(*linha) for linha in linhas]
    return tickets


def do_ticket(*colunas: Any) -> TicketRow:
    """The row of a ticket. What few tickets have is kept as JSON."""
    if all(colunas[onde] is None for onde, _ in _RAROS):
        return TicketRow(*colunas)
    valores = [*colunas]
    for onde, ler in _RAROS:
        if valores[onde] is not None:
            valores[onde] = ler(valores[onde])
    return TicketRow(*valores)


def _da_escala(*colunas: Any) -> EscalaRow:
    """A row of a rotation, whose counts are kept as JSON."""
    valores = [*colunas]
    valores[-1] = _ler_contas(valores[-1])
    return EscalaRow(*valores)


def ler_etiquetas(texto: str | None) -> tuple[str, ...]:
    """The tags of a ticket, of which its rota has a JSON list, or nothing."""
    return () if texto is None else _ler_nomes(texto)


def atendente(linha: Iterable[Any]) -> AtendenteRow:
    """The row of an atendente, whose list of habilidades becomes a tuple, and whose niveis are kept as JSON."""
    valores = list(linha)
    valores[_HABILIDADES] = tuple(valores[_HABILIDADES])
    valores[_NIVEIS] = {} if valores[_NIVEIS] is None else _ler_niveis(valores[_NIVEIS])
    return AtendenteRow(*valores)


def empresa(linha: Iterable[Any]) -> EmpresaRow:
    """The row of an empresa, whose list of estados becomes a tuple."""
    valores = list(linha)
    valores[_ESTADOS] = tuple(valores[_ESTADOS])
    return EmpresaRow(*valores)


def do_contato(*colunas: Any) -> ContatoRow:
    """The row of a contact, whose lists of other addresses and of tags become tuples."""
    valores = [*colunas]
    valores[_OUTROS] = tuple(valores[_OUTROS])
    valores[_ETIQUETAS] = tuple(valores[_ETIQUETAS])
    return ContatoRow(*valores)


def da_nota(*colunas: Any) -> NotaRow:
    """The row of a note, whose list of who is named becomes a tuple."""
    valores = [*colunas]
    valores[_MENCOES] = tuple(valores[_MENCOES])
    return NotaRow(*valores)


def da_mensagem(*colunas: Any) -> MensagemRow:
    """The row of a message, whose file is kept as JSON."""
    return MensagemRow(*colunas) if colunas[_ARQUIVO] is None else MensagemRow(*com_arquivo(colunas, _ARQUIVO))


def com_arquivo(colunas: tuple[Any, ...], onde: int) -> list[Any]:
    """The columns with the JSON of a file read."""
    valores = [*colunas]
    valores[onde] = _ler_arquivo(valores[onde])
    return valores
