"""Who a contact is: how one is recognised by its addresses, completed, changed and merged. No row is ever lost.

A contact is found by its phone first, then by its e-mail. What it is called, and the addresses it has, are never
overwritten by what a ticket says; what it lacks is added, unless it is somebody else's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Final

from msgspec.structs import replace

from engine.contatos import Enderecos, chave_de_email, chave_de_telefone, chaves, escritos
from engine.estados import com_rota
from engine.modelo import ContatoNosTicketsRow, ContatoRow, TicketRow
from engine.politica.marcas import uma_de_cada

SEM_TROCAS: Final[Mapping[str, str | None]] = MappingProxyType({})
ETIQUETAS_NO_MAXIMO: Final = 100
"""Tags that a contact has after it was merged with others, who each had at most as many as a request may give."""


def novo(
    empresa_id: str,
    id_: str,
    nome: str,
    telefone: str | None,
    email: str | None,
    observacao: str | None,
    now: int,
    criado_por: str | None = None,
    outros: tuple[str, ...] = (),
    etiquetas: tuple[str, ...] = (),
) -> ContatoRow:
    return ContatoRow(
        empresa_id, id_, nome, telefone, email, observacao, None, now, now, None, criado_por, outros,
        etiquetas=uma_de_cada(etiquetas),
    )  # fmt: skip


def completar(row: ContatoRow, de: Enderecos, de_ninguem: Collection[str], now: int) -> ContatoRow:
    """The contact with the phone, the e-mail and the other addresses that it lacked. ``de_ninguem`` are the keys of
    those that are nobody's: only these can be gained.
    """
    ganha_telefone = de.telefone is not None and row.telefone is None and chave_de_telefone(de.telefone) in de_ninguem
    ganha_email = de.email is not None and row.email is None and chave_de_email(de.email) in de_ninguem
    outros = tuple(chave for chave in de.outros if chave in de_ninguem and chave not in row.outros)
    if not (ganha_telefone or ganha_email or outros):
        return row
    return replace(
        row,
        telefone=de.telefone if ganha_telefone else row.telefone,
        email=de.email if ganha_email else row.email,
        outros=row.outros + outros,
        atualizado_em=mudado_em(row, now),
    )


def mudar_de_endereco(row: ContatoRow, de: Enderecos, para: Enderecos, now: int) -> ContatoRow:
    """The contact without the addresses ``de``, and with ``para`` in their place."""
    ficam = frozenset(_chaves(row)).difference(de.chaves)
    row = completar(so_com(row, ficam), para, para.chaves, now)
    a_mais = tuple(chave for chave in para.chaves if chave not in _chaves(row))
    return replace(row, outros=row.outros + a_mais, atualizado_em=mudado_em(row, now))


def _chaves(row: ContatoRow) -> tuple[str, ...]:
    return chaves(row.telefone, row.email, row.outros)


def trocas(largados: Iterable[str], telefone: str | None, email: str | None) -> dict[str, str | None]:
    """Where a contact is answered in place of the addresses that it has no more, whose keys these are, each as a ticket
    may have it: at this phone or e-mail, if there is one.
    """
    no_telefone = None if telefone is None else f"telefone:+{telefone}"
    no_email = None if email is None else f"email:{email}"
    return {
        escrito: no_telefone if escrito.startswith("telefone:") else no_email
        for chave in largados
        for escrito in escritos(chave)
    }


def so_com(row: ContatoRow, proprios: Collection[str]) -> ContatoRow:
    """The contact with those of its addresses only whose keys are these."""
    telefone, email = row.telefone, row.email
    if telefone is not None and chave_de_telefone(telefone) not in proprios:
        telefone = None
    if email is not None and chave_de_email(email) not in proprios:
        email = None
    outros = tuple(chave for chave in row.outros if chave in proprios)
    if (telefone, email, outros) == (row.telefone, row.email, row.outros):
        return row
    return replace(row, telefone=telefone, email=email, outros=outros)


def unir(fica: ContatoRow, saem: Iterable[ContatoRow], now: int) -> tuple[ContatoRow, list[ContatoRow]]:
    """``saem`` become part of ``fica``, which gains from them, in order, what it lacks; their tags are its own from now
    on. All point to it directly, and it counts as changed, since it stands for more than before.
    """
    sairam: list[ContatoRow] = []
    for row in saem:
        fica = replace(
            fica,
            telefone=row.telefone if fica.telefone is None else fica.telefone,
            email=row.email if fica.email is None else fica.email,
            observacao=row.observacao if fica.observacao is None else fica.observacao,
            outros=fica.outros + tuple(chave for chave in row.outros if chave not in fica.outros),
            etiquetas=uma_de_cada(fica.etiquetas + row.etiquetas)[:ETIQUETAS_NO_MAXIMO],
        )
        sairam.append(replace(row, unido_a=fica.id, atualizado_em=now, etiquetas=()))
    return replace(fica, atualizado_em=mudado_em(fica, now)), sairam


def so_do_provedor(row: ContatoRow) -> bool:
    """Whether all that is known of a contact is what a provider calls it: a channel made it, and no person has said
    anything of it since, not even how it is called.
    """
    return (
        row.telefone is None
        and row.email is None
        and row.observacao is None
        and row.atualizado_em == row.criado_em
        and row.outros != ()
        and all(chave.startswith("usuario:") for chave in row.outros)
    )


def mudado_em(row: ContatoRow, now: int) -> int:
    """When a contact was changed, in ms: later than it was made, for by that the search tells who was ever changed."""
    return max(now, row.criado_em + 1)


def mesmo_no_ticket(antes: ContatoRow, depois: ContatoRow) -> bool:
    """Whether tickets show both alike."""
    return (antes.nome, antes.telefone, antes.email, antes.etiquetas) == (
        depois.nome, depois.telefone, depois.email, depois.etiquetas,
    )  # fmt: skip


def no_ticket(
    row: TicketRow, contato: ContatoRow | ContatoNosTicketsRow, trocas: Mapping[str, str | None] = SEM_TROCAS
) -> TicketRow:
    """The ticket with the contact as it is now; the very same row if nothing differs. Who is answered at an address
    that is not its own any more (``trocas``) is answered at what took the place of that.
    """
    endereco = row.endereco if row.endereco is None else trocas.get(row.endereco, row.endereco)
    row = com_etiquetas_do_contato(row, contato.etiquetas)
    if (row.contato_nome, row.contato_telefone, row.contato_email, row.endereco) == (
        contato.nome, contato.telefone, contato.email, endereco,
    ):  # fmt: skip
        return row
    return replace(
        row,
        contato_nome=contato.nome,
        contato_telefone=contato.telefone,
        contato_email=contato.email,
        endereco=endereco,
    )


def com_etiquetas_do_contato(row: TicketRow, etiquetas: tuple[str, ...]) -> TicketRow:
    """The ticket with these tags of its contact; the very same row if it has them."""
    atuais = () if row.rota is None else row.rota.etiquetas_do_contato
    return row if atuais == etiquetas else replace(row, rota=com_rota(row, etiquetas_do_contato=etiquetas))
