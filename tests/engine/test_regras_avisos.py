"""Notices, as rules: who is told, when, how often, and in which words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import fields, replace

from engine.avisos import exame, palavras
from engine.avisos.limites import HORA, POR_HORA, RETIDOS_NO_MAXIMO, Orcamento
from engine.avisos.modelo import (
    DE_FORA,
    MEIOS,
    TIPOS,
    Destinatarios,
    ModeloDeAviso,
    PapelAvisado,
    Preferencias,
    RegraDeAviso,
    Resumo,
    Silencio,
    aceita,
)
from engine.avisos.ocorrencias import POR_EVENTO, Ocorrencia, do_evento
from engine.avisos.padroes import PADROES, RegraViva, por_tipo
from engine.avisos.palavras import VARIAVEIS, Nomes
from engine.avisos.previa import EXEMPLO, previa
from engine.avisos.quando import calado, fora_do_silencio, instante, quando
from engine.avisos.quem import PESSOAS_NO_MAXIMO, a_quem, serve
from engine.avisos.resumo import LINHAS_NO_MAXIMO, resumo
from engine.documentos.cenario import Cenario
from engine.eventos import POR_TIPO
from engine.modelo import AvisoRetidoRow, EventoRow, MeioDeAviso
from engine.parede import SEMANA, desvio
from engine.vistas import MensagemVista, json_text

MINUTO = 60_000
TICKET = replace(EXEMPLO, fila_id="f1", atendente_id="ana")
FUSOS = ("America/Sao_Paulo", "Europe/Lisbon", "Asia/Kolkata", "Australia/Lord_Howe", "UTC")

fusos = st.sampled_from(FUSOS)
horas = st.builds(lambda h, m: f"{h:02}:{m:02}", st.integers(0, 23), st.integers(0, 59))
silencios = st.builds(
    lambda de, ate, dias: Silencio(de=de, ate=ate, dias=tuple(dias)),
    horas, horas, st.lists(st.sampled_from(SEMANA), unique=True, max_size=6),
)  # fmt: skip
instantes = st.integers(1_000_000_000, 4_000_000_000).map(lambda segundos: segundos * 1000)
meios = st.sampled_from(MEIOS)
textos = st.text(st.characters(codec="utf-8"), max_size=80)


def ms(texto: str, fuso: str = "UTC") -> int:
    """The instant at which a clock on the wall shows that."""
    return int(datetime.fromisoformat(texto).replace(tzinfo=ZoneInfo(fuso)).timestamp() * 1000)


# -- when --------------------------------------------------------------------------------------------------------------


def calado_no_relogio(silencio: Silencio, fuso: str, em: int) -> bool:
    """The same, by the library's own clock."""
    agora = datetime.fromtimestamp(em // 1000, ZoneInfo(fuso))
    if SEMANA[agora.weekday()] in silencio.dias:
        return True
    hora = f"{agora:%H:%M}"
    if silencio.de <= silencio.ate:
        return silencio.de <= hora < silencio.ate
    return hora >= silencio.de or hora < silencio.ate


@given(silencios, fusos, instantes)
def test_quiet_is_what_a_clock_on_the_wall_says(silencio: Silencio, fuso: str, em: int) -> None:
    assert calado(silencio, fuso, em) == calado_no_relogio(silencio, fuso, em)


@given(silencios, fusos, instantes)
@example(Silencio(de="22:00", ate="00:30"), "America/Sao_Paulo", ms("2018-11-03T23:00", "America/Sao_Paulo"))
@example(Silencio(de="22:00", ate="02:30"), "Europe/Lisbon", ms("2025-03-29T23:00", "Europe/Lisbon"))
@example(Silencio(de="22:00", ate="01:30"), "Europe/Lisbon", ms("2025-10-25T23:00", "Europe/Lisbon"))
def test_quiet_hours_end_at_the_first_minute_that_is_not_quiet(silencio: Silencio, fuso: str, em: int) -> None:
    em -= em % MINUTO
    preferencias = Preferencias(fuso=fuso, silencio=silencio)
    fim = fora_do_silencio(preferencias, "sms", em)
    assert fim >= em
    if silencio.de == silencio.ate:
        silencio = replace(silencio, de="00:00", ate="00:00")
    assert not calado_no_relogio(silencio, fuso, fim)
    passo = max(MINUTO, (fim - em) // 500 // MINUTO * MINUTO)
    assert all(calado_no_relogio(silencio, fuso, um) for um in range(em, fim, passo))
    assert fim == em or calado_no_relogio(silencio, fuso, fim - 1)


@given(silencios, fusos, instantes)
def test_the_list_disturbs_nobody_and_what_is_urgent_waits_for_nothing(silencio: Silencio, fuso: str, em: int) -> None:
    preferencias = Preferencias(fuso=fuso, silencio=silencio, resumo=Resumo(por=DE_FORA))
    assert quando(preferencias, "app", em) is None
    assert all(quando(preferencias, meio, em, urgente=True) is None for meio in MEIOS)


@given(fusos, horas, instantes, st.sampled_from(["hora", "dia"]))
def test_a_digest_is_due_at_its_hour_and_soon(fuso: str, hora: str, em: int, cada: str) -> None:
    pedido = Resumo(cada="hora", por=("email",)) if cada == "hora" else Resumo(hora=hora, por=("email",))
    devido = quando(Preferencias(fuso=fuso, resumo=pedido), "email", em)
    assert devido is not None
    assert em < devido <= em + (3 if cada == "hora" else 26) * HORA
    mostra = datetime.fromtimestamp(devido // 1000, ZoneInfo(fuso))
    dita = f"{mostra:%H:%M}"
    pulada = datetime.fromtimestamp(devido // 1000 - 1, ZoneInfo(fuso)).utcoffset() != mostra.utcoffset()
    assert pulada or (dita.endswith(":00") if cada == "hora" else dita == hora)
    assert quando(Preferencias(fuso=fuso, resumo=pedido), "sms", em) is None


@given(fusos, instantes)
def test_a_wall_shows_what_it_is_looked_for(fuso: str, em: int) -> None:
    na_parede = em + desvio(fuso, em)
    achado = instante(fuso, na_parede)
    assert achado + desvio(fuso, achado) == na_parede
    assert achado <= em
    assert instante(fuso, na_parede, depois_de=em) > em


def test_in_an_hour_that_is_skipped_it_is_the_moment_after() -> None:
    virada = ms("2018-11-04T03:00")  # midnight in São Paulo, which becomes one o'clock
    na_parede = int(datetime(2018, 11, 4, 0, 30, tzinfo=UTC).timestamp() * 1000)
    assert instante("America/Sao_Paulo", na_parede) == virada


# -- who ---------------------------------------------------------------------------------------------------------------


class Todos:
    """An empresa: ``ana`` and ``rui`` serve the fila, ``bia`` another, ``chefe`` sees all; ``zé`` was deleted."""

    def com_papel(self, papel: PapelAvisado) -> Iterable[str]:
        return {"supervisor": ["chefe"], "admin": ["dono"]}[papel]

    def da_fila(self, fila_id: str) -> Iterable[str]:
        return {"f1": ["ana", "rui", "zé"], "f2": ["bia"]}.get(fila_id, [])

    def da_equipe(self, equipe_id: str) -> Iterable[str]:
        return ["rui", "bia"] if equipe_id == "q1" else []

    def conhece(self, usuario_id: str) -> bool:
        return usuario_id in {"ana", "rui", "bia", "chefe", "dono"}

    def ve(self, usuario_id: str, fila_id: str, atendente_id: str | None) -> bool:
        ve_tudo = usuario_id in {"chefe", "dono"}
        return self.conhece(usuario_id) and (
            ve_tudo or usuario_id == atendente_id or usuario_id in self.da_fila(fila_id)
        )


pessoas = st.sampled_from(["ana", "rui", "bia", "chefe", "dono", "zé", "ninguém"])
destinatarios = st.builds(
    Destinatarios,
    dono=st.booleans(),
    papeis=st.lists(st.sampled_from(["admin", "supervisor"]), unique=True).map(tuple),
    da_fila=st.booleans(),
    filas=st.lists(st.sampled_from(["f1", "f2", "f9"])).map(tuple),
    equipes=st.lists(st.sampled_from(["q1", "q9"])).map(tuple),
    usuarios=st.lists(pessoas).map(tuple),
)  # fmt: skip
ocorrencias = st.builds(
    Ocorrencia,
    st.sampled_from(TIPOS),
    st.sampled_from([None, TICKET, replace(TICKET, fila_id="f2", atendente_id="bia")]),
    st.none() | pessoas,
    st.lists(pessoas).map(tuple),
)


@given(destinatarios, ocorrencias)
def test_nobody_is_told_of_what_it_did_or_may_not_see_and_everybody_once(
    para: Destinatarios, ocorrencia: Ocorrencia
) -> None:
    gente, ticket = Todos(), ocorrencia.ticket
    ditos = a_quem(para, ocorrencia, gente)
    assert len(ditos) == len(set(ditos))
    assert ocorrencia.causador not in ditos
    assert all(gente.conhece(um) for um in ditos)
    if ticket is not None and ocorrencia.tipo != "oferta":
        assert all(gente.ve(um, ticket.fila_id, ticket.atendente_id) for um in ditos)
    assert not ditos or para != Destinatarios()


def test_who_is_asked_whether_it_takes_a_ticket_is_told_though_it_serves_another_fila() -> None:
    oferta = Ocorrencia("oferta", TICKET, None, ("bia", "zé"))
    assert a_quem(Destinatarios(dono=True), oferta, Todos()) == ["bia"]
    assert a_quem(Destinatarios(usuarios=("bia",)), replace(oferta, envolvidos=()), Todos()) == []


def test_what_is_for_everybody_is_told_to_so_many() -> None:
    class Multidao(Todos):
        def conhece(self, usuario_id: str) -> bool:
            return True

    todos = Destinatarios(usuarios=tuple(str(n) for n in range(PESSOAS_NO_MAXIMO + 50)))
    assert len(a_quem(todos, Ocorrencia("ticket_criado"), Multidao())) == PESSOAS_NO_MAXIMO


@given(st.lists(st.sampled_from(["f1", "f2"])), st.lists(st.sampled_from(["ALTA", "BAIXA"])))
def test_a_rule_is_of_its_filas_and_priorities(filas: list[str], prioridades: list[str]) -> None:
    regra = RegraDeAviso(eventos=("oferta",), filas=tuple(filas), prioridades=tuple(prioridades))  # type: ignore[arg-type]
    esperado = (not filas or "f1" in filas) and (not prioridades or "ALTA" in prioridades)
    assert serve(regra, Ocorrencia("oferta", TICKET)) == esperado
    assert serve(regra, Ocorrencia("oferta")) == (not filas and not prioridades)


# -- the rules that hold -----------------------------------------------------------------------------------------------


def test_of_an_event_that_no_active_rule_names_the_rule_of_the_house_holds() -> None:
    propria = RegraViva("r1", RegraDeAviso(eventos=("nova_mensagem",), por=("email",)))
    inativa = RegraViva("r2", RegraDeAviso(eventos=("oferta",), por=("email",), ativa=False))
    muda = RegraViva("r3", RegraDeAviso(eventos=("ticket_atribuido",), por=()))
    regras = por_tipo([propria, inativa, muda])
    assert regras["nova_mensagem"] == (propria,)
    assert regras["oferta"] == (PADROES[0],)
    assert "ticket_atribuido" not in regras
    assert "ticket_criado" not in regras


def test_the_rules_of_the_house_are_of_events_that_there_are_and_of_each_one_at_most() -> None:
    ditos = [tipo for uma in PADROES for tipo in uma.regra.eventos]
    assert len(ditos) == len(set(ditos))
    assert all(exame.da_regra(uma.regra, Cenario()) == [] for uma in PADROES)


@given(st.dictionaries(st.sampled_from(TIPOS), st.lists(meios, unique=True).map(tuple)), st.sampled_from(TIPOS), meios)
def test_what_is_switched_off_is_that_event_by_that_means(
    desligados: dict[str, tuple[MeioDeAviso, ...]], tipo: str, meio: MeioDeAviso
) -> None:
    preferencias = Preferencias(desligados=desligados)  # type: ignore[arg-type]
    assert aceita(preferencias, tipo, meio) == (meio not in desligados.get(tipo, ()))  # type: ignore[arg-type]


# -- how much ----------------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, HORA // 4), max_size=400))
def test_within_an_hour_somebody_is_told_so_much_and_no_more(esperas: list[int]) -> None:
    orcamento, agora, dados = Orcamento(), 10 * HORA, list[int]()
    for espera in esperas:
        agora += espera
        ate = orcamento.excedido_ate("ana", "sms", agora)
        if ate is None:
            orcamento.contar("ana", "sms", agora)
            dados.append(agora)
        else:
            assert agora < ate <= agora + HORA
        assert orcamento.excedido_ate("rui", "sms", agora) is None
        assert orcamento.excedido_ate("ana", "email", agora) is None
    janelas = (sum(1 for um in dados if inicio <= um < inicio + HORA) for inicio in dados)
    assert all(quantos <= 2 * POR_HORA["sms"] for quantos in janelas)


# -- in which words ----------------------------------------------------------------------------------------------------


@given(textos, textos, textos)
def test_no_value_brings_a_variable_or_a_line_into_a_subject(nome: str, assunto: str, detalhe: str) -> None:
    ticket = replace(TICKET, contato_nome=nome, assunto=assunto)
    ocorrencia = Ocorrencia("nova_mensagem", ticket, detalhe=detalhe)
    todas = "".join(f"<{{{{{uma}}}}}>" for uma in VARIAVEIS)
    modelo = ModeloDeAviso(assunto=todas, texto=todas)
    ditas = palavras.do_modelo(modelo, ocorrencia, Nomes(fila=nome, atendente=nome, destinatario=nome, empresa=nome))
    da_casa = palavras.da_casa(ocorrencia)
    titulo, _ = palavras.carta(da_casa, ocorrencia, da_casa=True)
    for linha in (ditas.titulo, da_casa.titulo, da_casa.corpo, titulo):
        assert linha == " ".join(linha.split())
        assert not any(um < " " or "\x7f" <= um <= "\x9f" for um in linha)
        assert linha
    assert not any(um < " " and um not in "\n\t" for um in ditas.corpo)
    so_nome = ModeloDeAviso(assunto="x", texto="{{contato.nome}}")
    assert palavras.do_modelo(so_nome, ocorrencia, Nomes()).corpo == palavras.limpo(nome)[: palavras.VALOR_MAXIMO]


def test_a_contact_that_calls_itself_a_variable_is_called_just_that() -> None:
    ticket = replace(TICKET, contato_nome="{{empresa.nome}}\r\nBcc: eu@x.y", assunto=None)
    modelo = ModeloDeAviso(assunto="De {{contato.nome}}", texto="{{contato.nome}}|{{ticket.assunto}}|")
    dito = palavras.do_modelo(modelo, Ocorrencia("oferta", ticket), Nomes(empresa="Segredo"))
    assert dito.titulo == "De {{empresa.nome}} Bcc: eu@x.y"
    assert dito.corpo == "{{empresa.nome}}\nBcc: eu@x.y||"


@pytest.mark.parametrize("tipo", TIPOS)
def test_there_are_words_for_every_kind_also_without_a_ticket(tipo: str) -> None:
    for ticket in (TICKET, None):
        ocorrencia = Ocorrencia(tipo, ticket)  # type: ignore[arg-type]
        dito = palavras.da_casa(ocorrencia)
        assunto, texto = palavras.carta(dito, ocorrencia, da_casa=True)
        assert dito.titulo
        assert dito.corpo
        assert assunto
        assert texto
        assert palavras.torpedo(dito, ocorrencia, da_casa=True)


@given(st.text(max_size=5_000))
def test_an_sms_is_short_and_a_preview_shows_what_is_sent(texto: str) -> None:
    modelo = ModeloDeAviso(assunto="{{ticket.numero}}", texto="{{contato.nome}} " + texto)
    vista = previa(modelo, "nova_mensagem")
    assert len(vista.sms) <= palavras.SMS_MAXIMO
    assert vista.assunto == "42"


def test_a_template_is_told_which_variables_there_are() -> None:
    problemas = exame.do_modelo(ModeloDeAviso(assunto="{{ticket.numeros}}", texto="{{contato.senha}} e {{"))
    assert [um.campo for um in problemas] == ["assunto", "texto", "texto"]
    assert "{{ticket.numero}}" in problemas[0].problema


# -- digests -----------------------------------------------------------------------------------------------------------

retidos = st.lists(
    st.tuples(st.sampled_from(TIPOS), st.none() | st.integers(1, 80)), min_size=1, max_size=RETIDOS_NO_MAXIMO
)


@given(retidos)
def test_a_digest_counts_everything_and_names_each_thing_once(quais: list[tuple[str, int | None]]) -> None:
    rows = [
        AvisoRetidoRow("e", str(n), "ana", "email", tipo, None if qual is None else f"t{qual}", qual, None, 0, n)
        for n, (tipo, qual) in enumerate(quais)
    ]
    dito = resumo(rows, lambda ticket_id: f"de {ticket_id}")
    linhas = dito.corpo.splitlines()
    diferentes = len(set(quais))
    assert len(linhas) == min(diferentes, LINHAS_NO_MAXIMO) + (diferentes > LINHAS_NO_MAXIMO)
    assert dito.titulo.startswith(("1 aviso:", f"{len(rows)} avisos"))
    assert len(dito.titulo) <= palavras.SMS_MAXIMO
    assert all("/tickets/t" in linha or "nº" not in linha for linha in linhas)


# -- of an event -------------------------------------------------------------------------------------------------------


def evento(tipo: str, dados: str) -> EventoRow:
    return EventoRow("e", 1, tipo, 0, "t", "f1", "ana", None, None, None, "sistema", dados, None)


def test_what_we_say_is_no_notice_and_what_nobody_is_told_of_is_none() -> None:
    assert do_evento(evento("nova_mensagem", '{"direcao":"enviada","conteudo":"oi"}'), TICKET) is None
    assert do_evento(evento("mensagem_status", "{}"), TICKET) is None
    dita = do_evento(evento("nova_mensagem", '{"direcao":"recebida","conteudo":"oi"}'), TICKET)
    assert dita is not None
    assert (dita.envolvidos, dita.detalhe) == (("ana",), "oi")


def test_an_offer_is_about_who_is_asked_and_a_reminder_about_who_had_it_meanwhile() -> None:
    oferta = do_evento(evento("oferta", '{"atendentes":["rui","bia"]}'), TICKET)
    lembrete = do_evento(evento("ticket_lembrete", '{"atendenteId":"rui"}'), TICKET)
    assert oferta is not None
    assert lembrete is not None
    assert (oferta.envolvidos, lembrete.envolvidos) == (("rui", "bia"), ("rui",))


def test_of_a_target_it_is_said_which_and_how_late() -> None:
    perto = do_evento(evento("sla_alerta", '{"alvo":"resolucao","porcento":80}'), TICKET)
    vencido = do_evento(evento("sla_violado", '{"alvo":"primeiraResposta"}'), TICKET)
    assert perto is not None
    assert vencido is not None
    assert palavras.da_casa(perto).corpo == "Resolução: passou 80% do prazo"
    assert palavras.da_casa(vencido).corpo == "Primeira resposta: prazo vencido"


def carga_de(tipo: Any) -> object:
    """A value as the wire has it, of a type that events have."""
    if isinstance(tipo, type) and issubclass(tipo, Struct):
        dicas = get_type_hints(tipo)
        return {campo.encode_name: carga_de(dicas[campo.name]) for campo in fields(tipo)}
    if get_origin(tipo) is Literal:
        return get_args(tipo)[0]
    if get_origin(tipo) is tuple:
        return [carga_de(get_args(tipo)[0])]
    if get_origin(tipo) is dict:
        return {}
    partes = [parte for parte in get_args(tipo) if parte is not type(None)]
    return carga_de(partes[0]) if partes else {str: "x", int: 1, bool: True, float: 1.0}.get(tipo)


@pytest.mark.parametrize("tipo", [tipo for tipo in TIPOS if tipo in POR_EVENTO])
def test_every_event_is_read_as_it_is_published(tipo: str) -> None:
    classe: Any = MensagemVista if tipo == "nova_mensagem" else POR_TIPO[tipo]
    dados = carga_de(classe)
    assert isinstance(dados, dict)
    if tipo == "nova_mensagem":
        dados["direcao"] = "recebida"
    dita = do_evento(evento(tipo, json_text(dados)), TICKET)
    assert dita is not None
    assert dita.tipo == tipo
    assert palavras.da_casa(dita).corpo


def test_every_kind_of_notice_is_an_event_that_there_is() -> None:
    assert set(TIPOS) <= POR_TIPO.keys()


def test_a_day_of_quiet_is_whole() -> None:
    domingo = Preferencias(fuso="UTC", silencio=Silencio(de="00:00", ate="00:00", dias=("dom",)))
    em = ms("2026-03-01T10:00")
    assert fora_do_silencio(domingo, "sms", em) == ms("2026-03-02T00:00")
    assert fora_do_silencio(domingo, "sms", em - int(timedelta(days=1).total_seconds() * 1000)) < em
