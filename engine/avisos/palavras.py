"""The words of a notice: those of its template, or those of the house.

What a contact wrote is data wherever it goes: a value is never read for variables (:mod:`engine.textos`), a title and a
subject are one line whatever is put into them, and every value is bounded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from engine.avisos.modelo import ASSUNTO_MAXIMO, ModeloDeAviso, TipoDeAviso
from engine.avisos.ocorrencias import Ocorrencia
from engine.caracteres import tem_visivel
from engine.modelo import TicketRow
from engine.textos import preencher

VARIAVEIS: Final = (
    "aviso.nome",
    "aviso.detalhe",
    "ticket.numero",
    "ticket.assunto",
    "ticket.status",
    "ticket.prioridade",
    "ticket.caminho",
    "contato.nome",
    "contato.telefone",
    "contato.email",
    "fila.nome",
    "atendente.nome",
    "destinatario.nome",
    "empresa.nome",
)
"""What the words of a template may hold; what there is nothing of is empty."""
NOMES: Final[Mapping[TipoDeAviso, str]] = {
    "ticket_criado": "Novo ticket",
    "ticket_atribuido": "Novo atendimento",
    "ticket_transferido": "Atendimento transferido",
    "ticket_encerrado": "Atendimento encerrado",
    "nova_mensagem": "Nova mensagem",
    "oferta": "Atendimento em oferta",
    "sla_alerta": "Prazo perto do fim",
    "sla_violado": "Prazo vencido",
    "ticket_lembrete": "Lembrete",
    "mencao": "Você foi mencionado",
    "pesquisa_respondida": "Pesquisa respondida",
}
"""What each kind of notice is called."""
SEM_NOME: Final = "Um contato"
NOME_MAXIMO: Final = 80
VALOR_MAXIMO: Final = 500
"""Characters of a value that are put in."""
CORPO_MAXIMO: Final = 4_000
SMS_MAXIMO: Final = 300
_NUMERADOS: Final[frozenset[TipoDeAviso]] = frozenset({"ticket_atribuido", "oferta"})
"""Their short text says which ticket it is: that is news to whoever is told."""


class Nomes(Struct, frozen=True):
    """What things are called, where a template says so."""

    fila: str = ""
    atendente: str = ""
    destinatario: str = ""
    empresa: str = ""


class Palavras(Struct, frozen=True):
    """``titulo`` is one line, and the subject of a mail. ``corpo`` is what is said; ``detalhe``, what somebody wrote
    and not everybody may see on a screen.
    """

    titulo: str
    corpo: str
    detalhe: str = ""


def da_casa(ocorrencia: Ocorrencia) -> Palavras:
    """In the words of the house."""
    ticket, nome = ocorrencia.ticket, nome_de(ocorrencia)
    titulo = uma_linha((ticket.contato_nome if ticket is not None else "")[:NOME_MAXIMO]) or SEM_NOME
    corpo = f"{nome} (nº {ticket.numero})" if ticket is not None and ocorrencia.tipo in _NUMERADOS else nome
    return Palavras(titulo, corpo, uma_linha(ocorrencia.detalhe))


def nome_de(ocorrencia: Ocorrencia) -> str:
    """What it is called: as whoever made it happen says, or by its kind."""
    return uma_linha(ocorrencia.texto or "")[:ASSUNTO_MAXIMO].rstrip() or NOMES[ocorrencia.tipo]


def do_modelo(modelo: ModeloDeAviso, ocorrencia: Ocorrencia, nomes: Nomes) -> Palavras:
    """In the words of a template."""
    dados = valores(ocorrencia, nomes)
    titulo = uma_linha(preencher(modelo.assunto, dados))[:ASSUNTO_MAXIMO].rstrip()
    return Palavras(titulo or NOMES[ocorrencia.tipo], limpo(preencher(modelo.texto, dados))[:CORPO_MAXIMO])


def valores(ocorrencia: Ocorrencia, nomes: Nomes) -> dict[str, str]:
    """What stands in the place of each of VARIAVEIS."""
    dados = {
        "aviso.nome": nome_de(ocorrencia),
        "aviso.detalhe": ocorrencia.detalhe,
        "fila.nome": nomes.fila,
        "atendente.nome": nomes.atendente,
        "destinatario.nome": nomes.destinatario,
        "empresa.nome": nomes.empresa,
        **_do_ticket(ocorrencia.ticket),
    }
    return {nome: limpo(dados.get(nome, ""))[:VALOR_MAXIMO] for nome in VARIAVEIS}


def _do_ticket(ticket: TicketRow | None) -> dict[str, str]:
    if ticket is None:
        return {}
    return {
        "ticket.numero": str(ticket.numero),
        "ticket.assunto": ticket.assunto or "",
        "ticket.status": ticket.status,
        "ticket.prioridade": ticket.prioridade,
        "ticket.caminho": caminho(ticket.id),
        "contato.nome": ticket.contato_nome,
        "contato.telefone": ticket.contato_telefone or "",
        "contato.email": ticket.contato_email or "",
    }


def caminho(ticket_id: str) -> str:
    """Where a ticket is in the console."""
    return f"/tickets/{ticket_id}"


def carta(palavras: Palavras, ocorrencia: Ocorrencia, *, da_casa: bool) -> tuple[str, str]:
    """The subject and the text of a mail."""
    if not da_casa:
        return palavras.titulo, palavras.corpo
    ticket = ocorrencia.ticket
    assunto = f"{palavras.corpo}: {palavras.titulo}" if ticket is not None else palavras.corpo
    linhas = [palavras.corpo, palavras.detalhe]
    if ticket is not None:
        linhas[1:1] = [f"Ticket nº {ticket.numero}, de {palavras.titulo}", f"Prioridade: {ticket.prioridade}"]
        linhas.append(caminho(ticket.id))
    return uma_linha(assunto)[:ASSUNTO_MAXIMO].rstrip(), "\n".join(linha for linha in linhas if linha)


def torpedo(palavras: Palavras, ocorrencia: Ocorrencia, *, da_casa: bool) -> str:
    """The text of an SMS, which costs by its length."""
    texto = palavras.corpo
    if da_casa:
        ticket = ocorrencia.ticket
        qual = f" (nº {ticket.numero})" if ticket is not None and ocorrencia.tipo not in _NUMERADOS else ""
        texto = f"{palavras.titulo}: {palavras.corpo}{qual}" if ticket is not None else palavras.corpo
    return texto if len(texto) <= SMS_MAXIMO else texto[: SMS_MAXIMO - 1] + "…"


def uma_linha(texto: str) -> str:
    """In one line: nothing in it can begin another line, or another field. Empty, if nothing of it can be seen."""
    linha = " ".join(_sem_controles(texto, "").split())
    return linha if tem_visivel(linha) else ""


def limpo(texto: str) -> str:
    """Without control characters, but for the ends of lines and tabs."""
    return _sem_controles(texto.replace("\r\n", "\n").replace("\r", "\n"), "\n\t")


def _sem_controles(texto: str, ficam: str) -> str:
    if texto.isprintable():
        return texto
    return "".join(um if um in ficam or not _e_controle(um) else " " for um in texto)


def _e_controle(um: str) -> bool:
    return um < " " or "\x7f" <= um <= "\x9f" or um in "\u2028\u2029"
