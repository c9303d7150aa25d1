"""Notices by rules: who is told, by what, when, once; and what of a person goes with the person."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from msgspec import Struct

from actors.atendente.comandos import ExcluirAtendente, RevogarAcesso
from actors.canal.comandos import CriarCanal, TomarTrabalhos
from actors.contatos.comandos import ExcluirContato
from actors.diretorio.empresa_viva import EmpresaViva
from actors.documentos.comandos import CriarDocumento, ExcluirDocumento
from actors.empresa.comandos_de_avisos import Apresentar, MudarPreferencias, VerPreferencias
from actors.ticket.comandos import AtribuirTicket, CriarNota, EncerrarTicket, ExcluirTicket, TransferirTicket
from engine.avisos.limites import POR_HORA, RETIDOS_NO_MAXIMO
from engine.avisos.modelo import Destinatarios, ModeloDeAviso, Preferencias, RegraDeAviso, Resumo, Silencio
from engine.avisos.ocorrencias import Ocorrencia
from engine.avisos.padroes import RegraViva
from engine.conector.trabalhos import Envio
from engine.errors import Invalid
from engine.modelo import (
    AvisoDadoRow,
    AvisoRetidoRow,
    EnvioRow,
    NotificacaoRow,
    PreferenciaAvisosRow,
    Quem,
    TipoComContatos,
)
from engine.politica.modelo import Parte
from engine.runtime import Actor, handles
from engine.sla.modelo import Escalonamento, PoliticaSla
from engine.vistas import json_text
from tests.actors.cena import ADMIN, EMPRESA, Cena

HORA = 3_600_000
CHEFE = "00000000-0000-7000-8000-0000000000c0"


class CenaDeAvisos(Cena):
    """An empresa with a canal of e-mail and one of SMS; ``ana`` is an agent with room for many, ``chefe`` a supervisor
    who has come once.
    """

    def __init__(self) -> None:
        super().__init__()
        self.email = self.canal_de("email")
        self.sms = self.canal_de("sms")
        self.ana = self.atendente("ana", capacidade=500)
        self.supervisor = Quem(EMPRESA, CHEFE, "supervisor", "chefe@x.y")
        self.pedir(Apresentar(quem=self.supervisor))
        self._n = 0

    def canal_de(self, tipo: TipoComContatos) -> str:
        return self.pedir(CriarCanal(quem=ADMIN, nome=tipo, tipo=tipo)).row.id

    def regra(self, *eventos: Any, modelo: ModeloDeAviso | None = None, **campos: Any) -> str:
        """Another rule of the empresa."""
        if modelo is not None:
            campos["modelo"] = self.documento("modelo_de_aviso", modelo)
        return self.documento("regra_de_aviso", RegraDeAviso(eventos=eventos, **campos))

    def documento(self, tipo: str, documento: Parte) -> str:
        self._n += 1
        return self.pedir(CriarDocumento(quem=ADMIN, tipo=tipo, nome=f"d{self._n}", dados=json_text(documento))).id

    def prefere(self, quem: str, **campos: Any) -> None:
        dela = self.supervisor if quem == CHEFE else Quem(EMPRESA, quem, "atendente")
        self.pedir(MudarPreferencias(quem=dela, preferencias=Preferencias(**campos)))

    def e_hora(self, texto: str) -> None:
        """Set the clock to this instant, in UTC."""
        alvo = int(datetime.fromisoformat(texto).replace(tzinfo=UTC).timestamp() * 1000)
        self.mundo.avancar(alvo - self.clock.now())
        self.mundo.assentar()

    def passa(self, ms: int) -> None:
        self.mundo.avancar(ms)
        self.mundo.assentar()

    def envios(self, trabalho: str) -> list[tuple[str, Envio]]:
        """To which address, and what."""
        rows = sorted((row for row in self.loja.de(EnvioRow, EMPRESA) if row.trabalho == trabalho), key=_lugar)
        lidos = [msgspec.json.decode(row.dados, type=Envio) for row in rows]
        return [(um.para.valor, um) for um in lidos]

    def notificacoes(self, de: str) -> list[NotificacaoRow]:
        rows = [row for row in self.loja.de(NotificacaoRow, EMPRESA) if row.usuario_id == de]
        return sorted(rows, key=lambda row: row.id)

    def de_pessoas(self) -> list[PreferenciaAvisosRow | AvisoRetidoRow | AvisoDadoRow | NotificacaoRow]:
        """All that is kept of anybody for its notices."""
        loja = self.loja
        return [
            *loja.de(PreferenciaAvisosRow, EMPRESA), *loja.de(AvisoRetidoRow, EMPRESA),
            *loja.de(AvisoDadoRow, EMPRESA), *loja.de(NotificacaoRow, EMPRESA),
        ]  # fmt: skip

    def retidos(self) -> list[AvisoRetidoRow]:
        return [*self.loja.de(AvisoRetidoRow, EMPRESA)]


class Escalar(Struct, frozen=True):
    ocorrencia: Ocorrencia
    regra: RegraViva


class Escalador(Actor[Escalar]):
    """Any actor of the empresa, in whose turn somebody is told."""

    __slots__ = ()

    group: EmpresaViva

    @handles(Escalar)
    def escalar(self, m: Escalar) -> None:
        self.group.avisos.avisar(self, m.ocorrencia, (m.regra,))


def _lugar(row: EnvioRow) -> tuple[int, str]:
    return row.ordem, row.id


def por(*meios: Any, **quem: Any) -> dict[str, Any]:
    return {"para": Destinatarios(**(quem or {"dono": True})), "por": meios}


# -- who, and by what --------------------------------------------------------------------------------------------------


def test_the_owner_is_told_by_mail_and_in_its_list_and_only_it_hears_of_that() -> None:
    cena = CenaDeAvisos()
    cena.regra("nova_mensagem", **por("app", "email"))
    ticket_id = cena.ticket(nome="João")
    cena.recebida(ticket_id)
    ((para, carta),) = cena.envios("enviar_email")
    assert (para, carta.assunto, carta.automatica) == ("ana@x.y", "Nova mensagem: João", True)
    assert "Ticket nº 1, de João" in carta.conteudo
    (dela,) = cena.notificacoes(cena.ana)
    assert (dela.titulo, dela.texto, dela.ticket_id, dela.lida_em) == ("João", "Nova mensagem", ticket_id, None)
    (evento,) = cena.eventos("notificacao")
    assert (evento.atendente_id, evento.ticket_id) == (cena.ana, None)
    assert "João" not in evento.dados


def test_who_is_known_by_its_role_is_told_and_who_caused_it_is_not() -> None:
    cena = CenaDeAvisos()
    cena.regra("ticket_encerrado", **por("app", dono=True, papeis=("supervisor",)))
    um, outro = cena.ticket(), cena.ticket()
    cena.pedir(EncerrarTicket(quem=Quem(EMPRESA, cena.ana, "atendente"), ticket_id=um))
    assert (len(cena.notificacoes(cena.ana)), len(cena.notificacoes(CHEFE))) == (0, 1)
    cena.pedir(EncerrarTicket(quem=cena.supervisor, ticket_id=outro))
    assert (len(cena.notificacoes(cena.ana)), len(cena.notificacoes(CHEFE))) == (1, 1)


def test_who_may_not_see_the_ticket_is_not_told_of_it() -> None:
    cena = CenaDeAvisos()
    rui = cena.atendente("rui", cena.fila("Outra"))
    cena.regra("ticket_criado", **por("app", usuarios=(cena.ana, rui), da_fila=True))
    cena.ticket()
    assert (len(cena.notificacoes(cena.ana)), len(cena.notificacoes(rui))) == (1, 0)


def test_a_rule_is_for_its_filas_and_priorities_alone() -> None:
    cena = CenaDeAvisos()
    outra = cena.fila("Outra", distribuicao_automatica=False)
    cena.regra("ticket_criado", filas=(outra,), prioridades=("URGENTE",), **por("app", papeis=("supervisor",)))
    cena.ticket(prioridade="URGENTE")
    cena.ticket(outra)
    assert cena.notificacoes(CHEFE) == []
    cena.ticket(outra, prioridade="URGENTE")
    assert len(cena.notificacoes(CHEFE)) == 1


def test_two_rules_that_name_somebody_tell_it_once() -> None:
    cena = CenaDeAvisos()
    for _ in range(2):
        cena.regra("nova_mensagem", **por("app"))
    cena.recebida(cena.ticket())
    assert len(cena.notificacoes(cena.ana)) == 1


def test_an_sms_goes_to_the_phone_that_somebody_has_given_and_to_nobody_else() -> None:
    cena = CenaDeAvisos()
    cena.regra("nova_mensagem", **por("sms"))
    ticket_id = cena.ticket(nome="João")
    cena.recebida(ticket_id)
    assert cena.envios("enviar_sms") == []
    cena.prefere(cena.ana, telefone="(11) 98888-7777")
    cena.recebida(ticket_id)
    ((para, sms),) = cena.envios("enviar_sms")
    assert (para, sms.conteudo) == ("+5511988887777", "João: Nova mensagem (nº 1)")


def test_what_somebody_has_switched_off_it_is_not_told() -> None:
    cena = CenaDeAvisos()
    cena.regra("nova_mensagem", **por("app", "email"))
    cena.prefere(cena.ana, desligados={"nova_mensagem": ("email",)})
    cena.recebida(cena.ticket())
    assert cena.envios("enviar_email") == []
    assert len(cena.notificacoes(cena.ana)) == 1


def test_words_of_a_template_are_filled_in_and_bring_neither_variables_nor_lines() -> None:
    cena = CenaDeAvisos()
    modelo = ModeloDeAviso(assunto="[{{fila.nome}}] {{contato.nome}}", texto="{{destinatario.nome}}: {{contato.nome}}")
    cena.regra("nova_mensagem", modelo=modelo, **por("email"))
    cena.recebida(cena.ticket(nome="{{fila.nome}}\r\nBcc: todos@x.y"))
    ((_, carta),) = cena.envios("enviar_email")
    assert carta.assunto == "[Geral] {{fila.nome}} Bcc: todos@x.y"
    assert carta.conteudo == "ana: {{fila.nome}}\nBcc: todos@x.y"


def test_a_rule_that_tells_nobody_takes_the_place_of_that_of_the_house() -> None:
    cena = CenaDeAvisos()
    cena.regra("nova_mensagem", por=())
    assert not cena.mundo.vivas[EMPRESA].avisos.interessa("nova_mensagem")


def test_an_escalation_tells_whom_it_names_and_says_its_own_words() -> None:
    cena = CenaDeAvisos()
    ticket = cena.ver(cena.ticket())
    viva = cena.mundo.vivas[EMPRESA]
    escalada = RegraViva(
        "sla 1", RegraDeAviso(eventos=("sla_violado",), janela_segundos=60, **por("app", papeis=("supervisor",)))
    )
    escalador = Escalador(viva).ref
    for _ in range(2):
        escalador.tell(Escalar(Ocorrencia("sla_violado", ticket, texto="Primeira resposta atrasada"), escalada))
        cena.mundo.assentar()
    assert [row.texto for row in cena.notificacoes(CHEFE)] == ["Primeira resposta atrasada"]


def test_who_is_mentioned_finds_it_in_its_list() -> None:
    cena = CenaDeAvisos()
    rui = cena.atendente("rui")
    ticket_id = cena.ticket(nome="João")
    ana = Quem(EMPRESA, cena.ana, "atendente")
    cena.pedir(CriarNota(quem=ana, ticket_id=ticket_id, conteudo="veja @rui", mencoes=(rui, cena.ana)))
    (dele,) = cena.notificacoes(rui)
    assert (dele.tipo, dele.titulo, dele.texto, dele.ticket_id) == ("mencao", "João", "Você foi mencionado", ticket_id)
    assert cena.notificacoes(cena.ana) == [], "who names itself knows"


def test_the_escalation_of_a_policy_tells_whom_it_names() -> None:
    cena = CenaDeAvisos()
    escalonamento = Escalonamento(em="violado", avisar=("supervisor",))
    cena.documento("politica_sla", PoliticaSla(primeira_resposta_segundos=60, escalonamentos=(escalonamento,)))
    cena.ticket()
    cena.passa(59_000)
    assert cena.notificacoes(CHEFE) == []
    cena.passa(2_000)
    assert [row.texto for row in cena.notificacoes(CHEFE)] == ["Primeira resposta: prazo vencido"]
    assert cena.notificacoes(cena.ana) == []


def test_whose_access_is_revoked_is_told_nothing_by_its_role_until_it_comes_again() -> None:
    cena = CenaDeAvisos()
    cena.regra("ticket_criado", **por("app", papeis=("supervisor",)))
    cena.pedir(RevogarAcesso(quem=ADMIN, usuario_id=CHEFE))
    cena.ticket()
    cena.reiniciar()
    cena.ticket()
    assert cena.notificacoes(CHEFE) == []
    cena.pedir(Apresentar(quem=cena.supervisor))
    cena.ticket()
    assert len(cena.notificacoes(CHEFE)) == 1
    cena.pedir(Apresentar(quem=Quem(EMPRESA, CHEFE, "atendente", "chefe@x.y")))
    cena.ticket()
    assert len(cena.notificacoes(CHEFE)) == 1, "it is a supervisor no more"


def test_where_nobody_is_to_be_told_of_anything_no_event_is_looked_at() -> None:
    cena = CenaDeAvisos()
    viva = cena.mundo.vivas[EMPRESA]
    assert viva.follower is None
    regra = cena.regra("ticket_criado")
    assert viva.follower is None, "of that whoever makes it says so"
    outra = cena.regra("nova_mensagem")
    assert viva.follower is not None
    for id_ in (regra, outra):
        cena.pedir(ExcluirDocumento(quem=ADMIN, tipo="regra_de_aviso", documento_id=id_))
    assert viva.follower is None


def test_what_was_to_be_sent_to_somebody_who_was_deleted_is_not() -> None:
    cena = CenaDeAvisos()
    cena.regra("nova_mensagem", **por("email"))
    cena.recebida(cena.ticket())
    bia = cena.atendente("bia", capacidade=50)
    cena.pedir(ExcluirAtendente(quem=ADMIN, atendente_id=cena.ana, realocar=bia))
    conector = Quem(EMPRESA, None, "conector")
    cena.enviar(TomarTrabalhos(quem=conector, canal_id=cena.email, conector="c1", quantos=10))
    cena.mundo.assentar()
    (row,) = cena.loja.de(EnvioRow, EMPRESA)
    assert (row.estado, row.dados) == ("cancelado", "")


@pytest.mark.parametrize("que", ["o ticket", "o contato"])
def test_what_waits_in_a_line_goes_with_the_ticket_or_the_contact_that_it_names(que: str) -> None:
    cena = CenaDeAvisos()
    cena.regra("nova_mensagem", **por("email"))
    fica, vai = cena.ticket(nome="Maria"), cena.ticket(nome="João", telefone="5511999997777")
    for ticket_id in (fica, vai):
        cena.recebida(ticket_id)
    if que == "o ticket":
        cena.pedir(ExcluirTicket(quem=ADMIN, ticket_id=vai))
    else:
        cena.pedir(EncerrarTicket(quem=ADMIN, ticket_id=vai))
        cena.pedir(ExcluirContato(quem=ADMIN, contato_id=cena.ver(vai).contato_id or ""))
    conector = Quem(EMPRESA, None, "conector")
    tomados = cena.enviar(TomarTrabalhos(quem=conector, canal_id=cena.email, conector="c1", quantos=10))
    cena.mundo.assentar()
    assert [um.envio.assunto for um in tomados.get() if um.envio is not None] == ["Nova mensagem: Maria"]


# -- once --------------------------------------------------------------------------------------------------------------


def test_within_the_window_of_a_rule_somebody_is_told_once_also_over_a_restart() -> None:
    cena = CenaDeAvisos()
    cena.regra("nova_mensagem", janela_segundos=600, **por("app"))
    ticket_id = cena.ticket()
    cena.recebida(ticket_id)
    cena.recebida(ticket_id)
    cena.reiniciar()
    cena.recebida(ticket_id)
    assert len(cena.notificacoes(cena.ana)) == 1
    cena.recebida(cena.ticket())
    assert len(cena.notificacoes(cena.ana)) == 2
    cena.passa(600_000)
    cena.recebida(ticket_id)
    assert len(cena.notificacoes(cena.ana)) == 3


def test_what_is_not_committed_was_not_told() -> None:
    cena = CenaDeAvisos()
    cena.regra("ticket_atribuido", janela_segundos=600, **por("app", "email"))
    fila = cena.fila("Vendas", distribuicao_automatica=False)
    rui = cena.atendente("rui", fila)
    ticket_id = cena.ticket(fila)
    cena.loja.falhar = lambda: "recusado"
    cena.erro(AtribuirTicket(quem=ADMIN, ticket_id=ticket_id, atendente_id=rui))
    cena.loja.falhar = lambda: None
    cena.reiniciar()
    assert (cena.notificacoes(rui), cena.envios("enviar_email"), [*cena.loja.de(AvisoDadoRow, EMPRESA)]) == ([], [], [])
    cena.atribuir(ticket_id, rui)
    assert len(cena.notificacoes(rui)) == len(cena.envios("enviar_email")) == 1


# -- when --------------------------------------------------------------------------------------------------------------


def test_what_happens_in_quiet_hours_is_told_together_when_they_end_also_over_a_restart() -> None:
    cena = CenaDeAvisos()
    cena.regra("nova_mensagem", **por("email", "app"))
    cena.prefere(cena.ana, fuso="America/Sao_Paulo", silencio=Silencio(de="22:00", ate="07:00"))
    cena.e_hora("2030-03-05T02:00")  # 23:00 in São Paulo
    ticket_id = cena.ticket(nome="João")
    cena.recebida(ticket_id)
    cena.recebida(ticket_id)
    assert cena.envios("enviar_email") == []
    assert len(cena.notificacoes(cena.ana)) == 2, "the list disturbs nobody"
    assert len(cena.retidos()) == 2
    cena.reiniciar()
    cena.e_hora("2030-03-05T09:59:59")
    assert cena.envios("enviar_email") == []
    cena.e_hora("2030-03-05T10:00")
    ((para, carta),) = cena.envios("enviar_email")
    assert (para, carta.assunto) == ("ana@x.y", "2 avisos: Nova mensagem (2)")
    assert carta.conteudo.startswith("Nova mensagem (2 vezes): nº 1, João /tickets/")
    assert cena.retidos() == []
    cena.reiniciar()
    cena.passa(48 * HORA)
    assert len(cena.envios("enviar_email")) == 1


def test_what_was_due_while_the_node_was_away_is_told_once_and_not_into_quiet_hours() -> None:
    cena = CenaDeAvisos()
    cena.regra("nova_mensagem", **por("email"))
    cena.prefere(cena.ana, fuso="UTC", silencio=Silencio(de="22:00", ate="07:00"))
    cena.e_hora("2030-03-05T23:00")
    cena.recebida(cena.ticket())
    cena.clock.advance_to(cena.clock.now() + 24 * HORA)
    cena.reiniciar()
    assert cena.envios("enviar_email") == []
    cena.e_hora("2030-03-07T07:00")
    assert len(cena.envios("enviar_email")) == 1


def test_what_is_urgent_waits_for_nothing() -> None:
    cena = CenaDeAvisos()
    cena.regra("nova_mensagem", urgente=True, **por("email"))
    cena.prefere(cena.ana, fuso="UTC", silencio=Silencio(de="22:00", ate="07:00"), resumo=Resumo())
    cena.e_hora("2030-03-05T23:00")
    cena.recebida(cena.ticket())
    assert len(cena.envios("enviar_email")) == 1


def test_a_daily_digest_comes_at_its_hour_and_names_each_ticket_once() -> None:
    cena = CenaDeAvisos()
    cena.regra("nova_mensagem", **por("email"))
    cena.prefere(cena.ana, fuso="UTC", resumo=Resumo(cada="dia", hora="08:00"))
    cena.e_hora("2030-03-05T09:00")
    um, outro = cena.ticket(nome="João"), cena.ticket(nome="Maria")
    for ticket_id in (um, um, outro):
        cena.recebida(ticket_id)
    cena.e_hora("2030-03-06T07:59")
    assert cena.envios("enviar_email") == []
    cena.e_hora("2030-03-06T08:00")
    ((_, carta),) = cena.envios("enviar_email")
    assert [linha.partition(" /")[0] for linha in carta.conteudo.splitlines()] == [
        "Nova mensagem (2 vezes): nº 1, João",
        "Nova mensagem: nº 2, Maria",
    ]


def test_who_changes_its_mind_is_told_what_waits_by_that() -> None:
    cena = CenaDeAvisos()
    cena.regra("nova_mensagem", **por("email"))
    cena.prefere(cena.ana, fuso="UTC", resumo=Resumo())
    ticket_id = cena.ticket()
    cena.recebida(ticket_id)
    cena.prefere(cena.ana)
    cena.passa(1)
    assert len(cena.envios("enviar_email")) == 1
    cena.prefere(cena.ana, fuso="UTC", resumo=Resumo())
    cena.recebida(ticket_id)
    cena.prefere(cena.ana, desligados={"nova_mensagem": ("email",)})
    cena.passa(48 * HORA)
    assert (len(cena.envios("enviar_email")), cena.retidos()) == (1, [])


def test_who_does_not_see_the_ticket_any_more_reads_nothing_of_it_in_a_digest() -> None:
    cena = CenaDeAvisos()
    cena.regra("nova_mensagem", **por("email"))
    cena.prefere(cena.ana, fuso="UTC", resumo=Resumo())
    outra = cena.fila("Outra")
    rui = cena.atendente("rui", outra)
    ticket_id = cena.ticket()
    cena.recebida(ticket_id)
    cena.pedir(TransferirTicket(quem=ADMIN, ticket_id=ticket_id, fila_id=outra, atendente_id=rui))
    cena.passa(48 * HORA)
    assert (cena.envios("enviar_email"), cena.retidos()) == ([], [])


def test_of_a_flood_somebody_gets_a_bounded_number_and_the_rest_in_one() -> None:
    cena = CenaDeAvisos()
    cena.regra("ticket_criado", **por("sms", papeis=("supervisor",)))
    cena.prefere(CHEFE, telefone="5511988887777")
    for _ in range(POR_HORA["sms"] + RETIDOS_NO_MAXIMO + 30):
        cena.ticket()
    assert len(cena.envios("enviar_sms")) == POR_HORA["sms"]
    assert len(cena.retidos()) == RETIDOS_NO_MAXIMO
    cena.passa(HORA)
    *_, (_, ultimo) = cena.envios("enviar_sms")
    assert len(cena.envios("enviar_sms")) == POR_HORA["sms"] + 1
    assert ultimo.conteudo.startswith(f"{RETIDOS_NO_MAXIMO} avisos ou mais: Novo ticket")
    assert cena.retidos() == []


# -- the person --------------------------------------------------------------------------------------------------------


def test_what_is_kept_of_a_person_goes_with_it() -> None:
    cena = CenaDeAvisos()
    cena.regra("nova_mensagem", janela_segundos=60, **por("email", "app", papeis=("supervisor",), dono=True))
    cena.prefere(cena.ana, fuso="UTC", resumo=Resumo())
    ticket_id = cena.ticket()
    cena.recebida(ticket_id)
    cena.atendente("rui", capacidade=50)
    cena.pedir(ExcluirAtendente(quem=ADMIN, atendente_id=cena.ana, realocar=cena.atendente("bia", capacidade=50)))
    assert cena.ana not in {row.usuario_id for row in cena.de_pessoas()}
    assert cena.notificacoes(CHEFE)
    cena.passa(48 * HORA)
    assert all(para != "ana@x.y" for para, _ in cena.envios("enviar_email"))


def test_what_names_a_contact_goes_with_its_ticket() -> None:
    cena = CenaDeAvisos()
    cena.regra("nova_mensagem", **por("app"))
    ticket_id = cena.ticket()
    cena.recebida(ticket_id)
    cena.pedir(ExcluirTicket(quem=ADMIN, ticket_id=ticket_id))
    assert cena.notificacoes(cena.ana) == []


def test_preferences_are_kept_and_what_they_cannot_be_is_said_all_at_once() -> None:
    cena = CenaDeAvisos()
    cena.prefere(cena.ana, telefone="11 98888-7777", fuso="Europe/Lisbon")
    cena.reiniciar()
    quem = Quem(EMPRESA, cena.ana, "atendente")
    vistas = cena.pedir(VerPreferencias(quem=quem))
    assert (vistas.preferencias.telefone, vistas.preferencias.fuso, vistas.email) == (
        "5511988887777", "Europe/Lisbon", "ana@x.y",
    )  # fmt: skip
    erradas = Preferencias(fuso="America/Sao_Palo", silencio=Silencio(de="08:00", ate="08:00"))
    with pytest.raises(Invalid) as erro:
        cena.pedir(MudarPreferencias(quem=quem, preferencias=erradas))
    assert [um.campo for um in erro.value.detalhes] == ["fuso", "silencio"]
