"""Addresses where the actors keep them: agents' e-mails, and the empresa's country."""

from __future__ import annotations

from msgspec.structs import replace

from actors.atendente.comandos import AtualizarAtendente, CriarAtendente, GarantirAtendente
from actors.empresa.comandos import AtualizarEmpresa, VerEmpresa
from actors.ticket.comandos import CriarTicket
from engine.modelo import AtendenteRow, Quem
from tests.actors.cena import ADMIN, EMPRESA, Cena

ANA = "00000000-0000-7000-8000-0000000000a1"


def novo(nome: str, email: str) -> CriarAtendente:
    return CriarAtendente(quem=ADMIN, nome=nome, email=email, capacidade=1)


def test_two_agents_who_share_an_email_since_before_can_both_be_changed() -> None:
    cena = Cena()
    ana = cena.pedir(novo("Ana", "X@y.com")).row
    rui = cena.pedir(novo("Rui", "rui@y.com")).row
    outra = replace(rui, email="x@y.com")
    cena.loja.tabelas[AtendenteRow][EMPRESA, rui.id] = outra
    cena.reiniciar()
    for row in (ana, outra):
        mudada = cena.pedir(AtualizarAtendente(quem=ADMIN, atendente_id=row.id, nome=f"{row.nome} S."))
        assert (mudada.row.nome, mudada.row.email) == (f"{row.nome} S.", row.email)
    assert cena.recusa(novo("Eva", "x@Y.com")) == "email_em_uso"
    cena.pedir(AtualizarAtendente(quem=ADMIN, atendente_id=rui.id, email="rui@y.com"))
    assert cena.recusa(AtualizarAtendente(quem=ADMIN, atendente_id=rui.id, email="x@y.com")) == "email_em_uso"


def test_who_is_provisioned_with_an_email_that_is_taken_in_another_case_gets_none() -> None:
    cena = Cena()
    cena.pedir(novo("Ana", "ana@y.com"))
    criado = cena.pedir(GarantirAtendente(quem=Quem(EMPRESA, ANA, "atendente", "ANA@Y.com")))
    assert criado.row.email == f"{ANA}@sem-email.invalid"
    assert criado.row.nome


def test_the_country_of_the_empresa_is_kept_told_and_read_by_what_comes_after() -> None:
    cena = Cena()
    assert cena.pedir(VerEmpresa(quem=ADMIN)).pais_padrao == "BR"
    cena.pedir(AtualizarEmpresa(quem=ADMIN, pais_padrao="AR"))
    (evento,) = cena.eventos("empresa_atualizada")
    assert '"paisPadrao":["BR","AR"]' in (evento.mudancas or "")
    assert '"paisPadrao":"AR"' in evento.dados
    cena.reiniciar()
    assert cena.pedir(VerEmpresa(quem=ADMIN)).pais_padrao == "AR"
    ticket = cena.pedir(CriarTicket(quem=ADMIN, contato_nome="Ana", contato_telefone="011 15-2345-6789"))
    assert ticket.contato_telefone == "5491123456789"
    assert cena.recusa(CriarTicket(quem=ADMIN, contato_nome="Ana", contato_telefone="123456")) == "dados_invalidos"
