"""Requests made from the registry of routes: a new route is tested without being named.

What a request needs is read from the route's own Structs: the ids in its path, its query and its body, the fields that
are required. An id field is filled with the id of the thing it names (``filaId``: the fila), which :func:`tudo` has
made; one that names the same kind as the path does, and ``realocar``, with the id of another of that kind.
"""

from __future__ import annotations

import asyncio
import re
import zlib
from collections.abc import Iterator, Mapping
from itertools import count
from struct import pack
from typing import Annotated, Any, Final, Literal, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit

import msgspec
from msgspec import NODEFAULT, Meta, Struct

from actors.canal.comandos import ResponderTrabalho, TomarTrabalhos
from engine.conector.trabalhos import Resultado
from engine.documentos.especie import Especie
from engine.documentos.especies import ESPECIES
from engine.modelo import Papel, Quem
from engine.politica.modelo import Id
from engine.tempo import SystemClock, iso
from tests.web.rest_apoio import Recebida, Servidor, Usuario, novo_id
from web.pedido import campos
from web.pedido.rota import PREFIXO, Rota
from web.pedido.validacao import Dados
from web.rotas.config_de_canal import ler_config

_telefones = count(0)

_LIMITE: Final = "limite"
TIPO_FORMULARIO: Final = f"multipart/form-data; boundary={_LIMITE}"

DE_NAVEGADOR: Final[Mapping[str, str]] = {
    "endpoint": "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV",
    "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "auth": "BTBZMqHH6r4Tts7J_aSIgg",
}
"""A subscription to push: that of RFC 8291, appendix A."""
_AMANHA: Final = iso(SystemClock().now() + 86_400_000)
_CONHECIDOS: Final[Mapping[str, object]] = {
    **DE_NAVEGADOR, "url": "https://outro.example.net/avisos", "eventos": ["*"], "ate": _AMANHA,
}  # fmt: skip
"""Fields that take no text but one of a kind."""

DOCUMENTOS: Final[Mapping[str, Mapping[str, object]]] = {
    "calendario": {},
    "feriado": {"data": "2026-12-24"},
    "politica_sla": {"resolucaoSegundos": 3600},
    "modelo_de_aviso": {"assunto": "Assunto", "texto": "Texto"},
    "regra_de_aviso": {"eventos": ["ticket_criado"]},
    "regra_de_silencio": {"avisoAposSegundos": 3600, "avisoTexto": "Texto", "encerrarAposSegundos": 86_400},
    "pesquisa": {"pergunta": "De 1 a 5?"},
    "resposta_rapida": {"atalho": "/texto", "texto": "Texto"},
}
"""Of each kind of document, the least that one says beside its name."""
DE_FORMA: Final[Mapping[str, frozenset[str]]] = {
    "calendario": frozenset({"pais", "estado", "cidade"}),
    "feriado": frozenset({"data", "pais", "estado", "cidade"}),
    "resposta_rapida": frozenset({"atalho"}),
}
"""Fields of documents that take no text but one of a kind."""

ACENTOS: Final = "Zoë e\u0301 👩‍👩‍👧 \u202bשלום مرحبا\u202c"
"""Combining marks, emoji of several code points, right-to-left words between the marks that embed them."""

SEM_SENTIDO: Final[Mapping[str, str]] = {"id": "", "empresaId": ""}
"""Ids that name nothing that exists: one that is to be given, and the caller's own."""


class Campo(Struct, frozen=True):
    """One field of a body or a query. ``tipo`` is what is left without None, UNSET and annotations."""

    nome: str
    tipo: Any
    meta: Meta
    leitor: Any
    obrigatorio: bool

    @property
    def e_id(self) -> bool:
        return self.leitor is campos.uuid and self.nome not in SEM_SENTIDO

    @property
    def e_texto(self) -> bool:
        """Free text, or a list of it."""
        item = get_args(self.tipo)[0] if get_origin(self.tipo) is tuple else self.tipo
        if self.meta.pattern == _DE_ID or item == Id:
            return False
        return (
            self.leitor is None
            and _sem_notas(item)[0] is str
            and self.nome not in {*_CONHECIDOS, "ids", "mencoes", "fuso"}
        )


_DE_ID: Final = next(nota.pattern for nota in get_args(Id) if isinstance(nota, Meta))


class Lugar(Struct, frozen=True):
    """Where in a request an id stands. ``especie`` is the kind of thing it names: ``fila_id``."""

    parte: Literal["caminho", "consulta", "corpo"]
    nome: str
    especie: str


class Montado(Struct, frozen=True):
    """A request, under ``/atendimento``. ``corpo`` is JSON, or a form where the route takes one."""

    metodo: str
    caminho: str
    corpo: dict[str, object] | None
    formulario: bool = False

    async def de(self, quem: Usuario) -> Recebida:
        if not self.formulario:
            return await quem(self.metodo, self.caminho, self.corpo)
        assert self.corpo is not None
        return await quem(self.metodo, self.caminho, formulario(self.corpo), content_type=TIPO_FORMULARIO)


class Cena(Struct, frozen=True):
    """An empresa with two of everything, and somebody of each role. The ticket is the atendente's."""

    gente: dict[Papel, Usuario]
    ids: dict[str, str]
    outros: dict[str, str]

    @property
    def admin(self) -> Usuario:
        return self.gente["admin"]


def nome(rota: Rota) -> str:
    return f"{rota.metodo} {rota.caminho.removeprefix(PREFIXO)}"


# -- what a route reads --------------------------------------------------------------------------------------------


def campos_de(tipo: type[Dados]) -> list[Campo]:
    dicas = get_type_hints(tipo, include_extras=True)
    return [_campo(campo, dicas[campo.name]) for campo in msgspec.structs.fields(tipo)]


def _campo(campo: msgspec.structs.FieldInfo, dica: Any) -> Campo:
    if get_origin(dica) is not Annotated and get_args(dica) and get_origin(dica) not in {Literal, tuple, dict}:
        dica = next(parte for parte in get_args(dica) if parte not in {type(None), msgspec.UnsetType})
    tipo, notas = _sem_notas(dica)
    meta = next((nota for nota in notas if isinstance(nota, Meta)), Meta())
    leitor = next((nota.leitor for nota in notas if isinstance(nota, campos.Ler)), None)
    obrigatorio = campo.default is NODEFAULT and campo.default_factory is NODEFAULT
    return Campo(campo.encode_name, tipo, meta, leitor, obrigatorio)


def _sem_notas(dica: Any) -> tuple[Any, list[Any]]:
    if get_origin(dica) is Annotated:
        tipo, *notas = get_args(dica)
        return tipo, notas
    return dica, []


def corpo_de(rota: Rota) -> list[Campo]:
    return [] if rota.corpo is None else campos_de(rota.corpo.tipo)


def consulta_de(rota: Rota) -> list[Campo]:
    return campos_de(rota.consulta.tipo)


def especie_de(rota: Rota) -> Especie[Any] | None:
    """Of what kind the document is that a route takes, if it takes one."""
    tipo = None if rota.corpo is None else rota.corpo.tipo
    return next((uma for uma in ESPECIES if tipo is not None and issubclass(tipo, uma.documento)), None)


def textos_de(rota: Rota) -> list[Campo]:
    """The fields of a body that take any text."""
    especie = especie_de(rota)
    de_forma = frozenset() if especie is None else DE_FORMA.get(especie.tipo, frozenset())
    return [campo for campo in corpo_de(rota) if campo.e_texto and campo.nome not in de_forma]


def no_caminho(rota: Rota) -> list[str]:
    """The kinds of ids in the path, in their order. (What is not an id is a number.)"""
    return re.findall(r"<(\w+_id)>", rota.caminho)


def formulario_de(rota: Rota) -> Mapping[str, Any] | None:
    """The schema of the form that the route takes instead of JSON."""
    conteudo = rota.documento.get("requestBody", {}).get("content", {})
    esquema: Mapping[str, Any] | None = conteudo.get("multipart/form-data", {}).get("schema")
    return esquema


def lugares(rota: Rota) -> Iterator[Lugar]:
    """Every place of a request in which an id stands."""
    for especie in no_caminho(rota):
        yield Lugar("caminho", especie, especie)
    for campo in consulta_de(rota):
        if campo.e_id:
            yield Lugar("consulta", campo.nome, _especie(rota, campo.nome))
    for campo in corpo_de(rota):
        if campo.e_id:
            yield Lugar("corpo", campo.nome, _especie(rota, campo.nome))
    for nome_, esquema in (formulario_de(rota) or {}).get("properties", {}).items():
        if esquema.get("format") == "uuid" and nome_ not in SEM_SENTIDO:
            yield Lugar("corpo", nome_, _especie(rota, nome_))


def _especie(rota: Rota, campo: str) -> str:
    if campo == "respostaA":
        return "mensagem_id"
    return no_caminho(rota)[0] if campo == "realocar" else campo.removesuffix("Id") + "_id"


# -- a request of it -----------------------------------------------------------------------------------------------


def montar(
    rota: Rota,
    ids: Mapping[str, str],
    outros: Mapping[str, str],
    trocas: Mapping[Lugar, str] | None = None,
    mais: Mapping[str, object] | None = None,
) -> Montado:
    """A valid request: the path, ``realocar`` where it is taken, the required fields, and those at ``trocas`` with the
    ids that are given for them. ``mais`` are further fields of the body.
    """
    trocas = trocas or {}
    caminho = re.sub(r"<\w+(?<!_id)>", "1", rota.caminho.removeprefix(PREFIXO))
    consulta: list[str] = []
    corpo = corpo_minimo(rota, ids, outros)
    for lugar in lugares(rota):
        valor = trocas.get(lugar)
        if lugar.parte == "caminho":
            caminho = caminho.replace(f"<{lugar.nome}>", valor or ids[lugar.especie])
        elif lugar.parte == "consulta" and (valor or lugar.nome == "realocar"):
            consulta.append(f"{lugar.nome}={valor or outros[lugar.especie]}")
        elif lugar.parte == "corpo" and valor:
            assert corpo is not None
            corpo[lugar.nome] = valor
    if corpo is not None:
        corpo |= mais or {}
    caminho += "?" + "&".join(consulta) if consulta else ""
    return Montado(rota.metodo, caminho, corpo, formulario_de(rota) is not None)


def corpo_minimo(rota: Rota, ids: Mapping[str, str], outros: Mapping[str, str]) -> dict[str, object] | None:
    """The required fields, and one of those of which one is required; None where no body is read."""
    form = formulario_de(rota)
    if form is not None:
        return {nome_: IMAGEM if nome_ == "arquivo" else ids[_especie(rota, nome_)] for nome_ in form["required"]}
    if rota.corpo is None:
        return None
    especie = especie_de(rota)
    if especie is not None:
        return {"nome": "Texto", **DOCUMENTOS[especie.tipo]}
    extra: Any = rota.corpo.tipo.esquema_extra
    um_de = extra.get("anyOf") or extra.get("oneOf") or [{}]
    exigidos = um_de[0].get("required", ())
    return {
        campo.nome: valor_para(rota, campo, ids, outros)
        for campo in corpo_de(rota)
        if campo.obrigatorio or campo.nome in exigidos
    }


def valor_para(rota: Rota, campo: Campo, ids: Mapping[str, str], outros: Mapping[str, str]) -> object:
    """A valid value of a field."""
    if campo.e_id:
        especie = _especie(rota, campo.nome)
        return (outros if especie in no_caminho(rota) else ids)[especie]
    if campo.leitor is campos.email:
        return f"{novo_id()}@example.com"
    if campo.leitor is campos.telefone:
        return f"5511{900_000_000 + next(_telefones)}"
    if campo.leitor is ler_config:
        return {}
    if campo.nome == "ids":
        return [ids["envio_id"]]
    if campo.nome in _CONHECIDOS:
        return _CONHECIDOS[campo.nome]
    if get_origin(campo.tipo) is Literal:
        return get_args(campo.tipo)[0]
    if isinstance(campo.tipo, type) and issubclass(campo.tipo, Struct):
        return {}
    return {str: "Texto", bool: True, int: campo.meta.ge or 0}[campo.tipo]


def formulario(campos_: Mapping[str, object]) -> bytes:
    """A form (RFC 7578); bytes are a file."""
    partes = (
        f'--{_LIMITE}\r\ncontent-disposition: form-data; name="{nome_}"'.encode()
        + (b'; filename="imagem.png"\r\n\r\n' + valor if isinstance(valor, bytes) else f"\r\n\r\n{valor}".encode())
        for nome_, valor in campos_.items()
    )
    return b"\r\n".join((*partes, f"--{_LIMITE}--\r\n".encode()))


def png(largura: int, altura: int) -> bytes:
    """A black image (https://www.w3.org/TR/png-3/)."""

    def parte(tipo: bytes, dados: bytes) -> bytes:
        return pack(">I", len(dados)) + tipo + dados + pack(">I", zlib.crc32(tipo + dados))

    linhas = (b"\0" + b"\0\0\0" * largura) * altura
    cabeca = parte(b"IHDR", pack(">IIBBBBB", largura, altura, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + cabeca + parte(b"IDAT", zlib.compress(linhas)) + parte(b"IEND", b"")


IMAGEM: Final = png(3, 2)

# -- what it is about ----------------------------------------------------------------------------------------------


async def tudo(s: Servidor, autor: Papel = "admin") -> Cena:
    """A new empresa with two of everything, in which everybody sees all contacts. The messages are those that ``autor``
    has sent.
    """
    empresa = novo_id()
    papeis: tuple[Papel, ...] = ("admin", "supervisor", "atendente", "conector")
    cena = Cena({papel: s.usuario(papel, empresa=empresa) for papel in papeis}, {}, {})
    ana, quem = cena.gente["atendente"], cena.gente[autor]

    async def dois(caminho: str, **corpo: object) -> tuple[str, str]:
        um, outro = [(await cena.admin("POST", caminho, {"nome": nome_} | corpo)).ok(201) for nome_ in ("Um", "Outro")]
        return um["id"], outro["id"]

    (await cena.admin("PATCH", "/empresa", {"contatosVisiveis": "todos"})).ok()
    (await ana("PATCH", f"/atendentes/{ana.id}/status", {"online": True})).ok()
    filas, equipes, contatos = await dois("/filas"), await dois("/equipes"), await dois("/contatos")
    (await cena.admin("PUT", f"/filas/{filas[0]}/politica", {"ordem": "idade"})).ok()  # what is sent changes something
    canais = await dois("/canais", tipo="api")
    (await cena.admin("POST", f"/filas/{filas[0]}/atendentes/{ana.id}")).ok(204)
    bia = (await cena.admin("POST", "/atendentes", {"nome": "Bia", "email": "bia@example.com"})).ok(201)["id"]
    novo = {"contato_nome": "João Silva", "contato_telefone": "5511999998888", "filaId": filas[0], "canalId": canais[0]}
    tickets = [(await cena.admin("POST", "/tickets", novo)).ok(201)["id"] for _ in range(2)]
    mensagens = [await _com_arquivo(quem, ticket) for ticket in tickets]
    pares = {
        "fila_id": filas, "equipe_id": equipes, "contato_id": contatos, "canal_id": canais,
        "atendente_id": (ana.id, bia), "ticket_id": tickets, "mensagem_id": [m["id"] for m in mensagens],
        "arquivo_id": [urlsplit(m["arquivoUrl"]).path.rpartition("/")[2] for m in mensagens],
    }  # fmt: skip
    quem_anota = cena.admin if autor == "conector" else quem
    pares["nota_id"] = [
        (await quem_anota("POST", f"/tickets/{ticket}/notas", {"conteudo": "Nota"})).ok(201)["id"] for ticket in tickets
    ]
    pares["inscricao_id"] = await _inscricoes(cena.admin, ana if autor == "conector" else quem)
    pares["notificacao_id"] = await _notificacoes(cena, ana if autor == "conector" else quem)
    pares["envio_id"] = await _mortos(s, cena.gente["conector"], canais[0])
    webhook = {"url": _CONHECIDOS["url"], "eventos": ["ticket_criado"]}
    pares["webhook_id"] = [(await cena.admin("POST", "/webhooks", webhook)).ok(201)["id"] for _ in range(2)]
    testar = f"/webhooks/{pares['webhook_id'][0]}/testar"
    pares["entrega_id"] = [(await cena.admin("POST", testar)).ok(202)["id"] for _ in range(2)]
    for uma in ESPECIES:
        pares[f"{uma.tipo}_id"] = await _documentos(cena.admin, uma)
    for especie, (um, outro) in pares.items():
        cena.ids[especie], cena.outros[especie] = um, outro
    return cena


DE_QUEM_ATENDE: Final = {
    "POST /filas/<fila_id>/proximo", "POST /tickets/<ticket_id>/oferta/aceitar",
    "POST /tickets/<ticket_id>/oferta/recusar",
}  # fmt: skip
"""What an agent does of its own, whatever its role: see :func:`que_atenda`."""


async def que_atenda(cena: Cena, papel: Papel, rota: Rota) -> None:
    """Somebody of that role is an agent who may pull a ticket of the fila, or whom a ticket is offered."""
    quem, admin = cena.gente[papel], cena.admin
    if papel != "atendente":
        eu = {"id": quem.id, "nome": papel, "email": f"{papel}@example.com"}
        (await admin("POST", "/atendentes", eu)).ok(201)
    (await quem("PATCH", f"/atendentes/{quem.id}/status", {"online": True})).ok()
    fila = (await admin("POST", "/filas", {"nome": "Recepção", "estrategia": "MANUAL"})).ok(201)["id"]
    (await admin("POST", f"/filas/{fila}/atendentes/{quem.id}")).ok(204)
    if "oferta" in rota.caminho:
        (await admin("PUT", f"/filas/{fila}/politica", {"modo": "oferta"})).ok()
    novo = {"contato_nome": "João Silva", "contato_telefone": "5511999998888", "filaId": fila}
    cena.ids["fila_id"] = fila
    cena.ids["ticket_id"] = ticket = (await admin("POST", "/tickets", novo)).ok(201)["id"]
    if "oferta" in rota.caminho:
        await _ofertado(admin, ticket)


async def _ofertado(admin: Usuario, ticket: str) -> None:
    """It is as soon as it is there, and that is written."""
    for _ in range(500):
        if (await admin("GET", f"/tickets/{ticket}/decisoes")).ok()["total"]:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it is offered to nobody")


async def _documentos(admin: Usuario, especie: Especie[Any]) -> list[str]:
    """Two of a kind."""
    feitos = []
    for nome_ in ("Um", "Outro"):
        atalho = {"atalho": f"/{nome_}"} if especie.tipo == "resposta_rapida" else {}
        corpo = {"nome": nome_, **DOCUMENTOS[especie.tipo], **atalho}
        feitos.append((await admin("POST", especie.caminho, corpo)).ok(201)["id"])
    return feitos


async def _mortos(s: Servidor, conector: Usuario, canal_id: str) -> list[str]:
    """What was to be sent by a canal, and could not be."""
    quem, mortos = Quem(conector.empresa, conector.id, "conector"), []
    for _ in range(2):
        tomar = TomarTrabalhos(quem=quem, canal_id=canal_id, conector="teste", quantos=1)
        (trabalho,) = await s.no.pedir(tomar)
        resultado = Resultado(id=trabalho.id, tentativa=trabalho.tentativa, desfecho="falhou", classe="final")
        await s.no.pedir(ResponderTrabalho(quem=quem, canal_id=canal_id, conector="teste", resultado=resultado))
        mortos.append(trabalho.id)
    return mortos


async def _inscricoes(admin: Usuario, quem: Usuario) -> tuple[str, str]:
    """Two browsers of somebody's."""
    push = {"nome": "Avisos", "tipo": "push", "config": {"vapidAssunto": "mailto:ti@example.com"}}
    canal_id = (await admin("POST", "/canais", push)).ok(201)["id"]
    um, outro = [
        (
            await quem("POST", "/push/inscricoes", {**DE_NAVEGADOR, "endpoint": endpoint, "canalId": canal_id})
        ).ok(201)
        for endpoint in ("https://push.example.net/1", "https://push.example.net/2")
    ]  # fmt: skip
    return um["id"], outro["id"]


async def _notificacoes(cena: Cena, quem: Usuario) -> tuple[str, str]:
    """Two things that somebody is told, of what contacts wrote."""
    (await quem("PUT", "/avisos/preferencias", {})).ok()
    regra = {"nome": "Avisos", "eventos": ["nova_mensagem"], "para": {"usuarios": [quem.id]}, "por": ["app"]}
    regra_id = (await cena.admin("POST", "/avisos/regras", regra)).ok(201)["id"]
    conector, ticket = cena.gente["conector"], (await cena.admin("GET", "/tickets")).ok()["data"][0]["id"]
    for _ in range(2):
        do_contato = {"ticketId": ticket, "conteudo": "oi", "direcao": "recebida"}
        (await conector("POST", "/mensagens", do_contato)).ok(201)
    (await cena.admin("DELETE", f"/avisos/regras/{regra_id}")).ok(204)
    um, outro = (await quem("GET", "/notificacoes")).ok()["data"]
    return um["id"], outro["id"]


async def _com_arquivo(quem: Usuario, ticket: str) -> Any:
    """A message of this author, with a file."""
    corpo = formulario({"ticketId": ticket, "arquivo": IMAGEM})
    return (await quem("POST", "/mensagens/arquivo", corpo, content_type=TIPO_FORMULARIO)).ok(201)


def inventados() -> dict[str, str]:
    """Ids of every kind, of nothing."""
    especies = (
        "fila_id", "equipe_id", "contato_id", "canal_id", "atendente_id", "ticket_id", "mensagem_id", "arquivo_id",
        "inscricao_id", "envio_id", "webhook_id", "entrega_id", "nota_id", "notificacao_id",
    )  # fmt: skip
    return {especie: novo_id() for especie in (*especies, *(f"{uma.tipo}_id" for uma in ESPECIES))}
