"""A webhook's body → what came in, by one canal. What cannot be read is told, and costs nobody else anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Final

from msgspec import Struct, field

from connectors.whatsapp.mensagens import Lida, ler_mensagem
from connectors.whatsapp.novidades import CAMPOS, erro_da_conta, ler_novidade
from connectors.whatsapp.pessoas import Agenda
from connectors.whatsapp.status import ler_status
from engine.conector.entradas import NovidadeDoCanal, StatusRecebido
from engine.conector.json_tolerante import Ilegivel, ler_json
from engine.conector.limpeza import Objeto, lista_de, objeto_de, objetos_de, texto_de

_PROBLEMAS_MAXIMO: Final = 100
"""Described; all are counted."""


class Numero(Struct, frozen=True):
    """Whose webhooks are read: others come to the same address. ``waba_id`` None: of any account."""

    phone_number_id: str
    waba_id: str | None = None


class Problema(Struct, frozen=True):
    """Something that could not be read: ``onde``, as ``entry 0 › changes 0 › messages 3``."""

    onde: str
    motivo: str


class Leitura(Struct):
    """What a body held. ``mensagens`` are in the order of Meta's clock. ``alheias`` counts changes of other numbers
    and accounts, which a canal is not given, ``ignoradas`` what is nothing to us, by field.
    """

    mensagens: list[Lida] = field(default_factory=list)
    status: list[StatusRecebido] = field(default_factory=list)
    novidades: list[NovidadeDoCanal] = field(default_factory=list)
    problemas: list[Problema] = field(default_factory=list)
    com_problema: int = 0
    alheias: int = 0
    ignoradas: Counter[str] = field(default_factory=Counter)


def ler_webhook(corpo: bytes, numero: Numero, recebido_em: int) -> Leitura:
    """What a body holds for this number. ``recebido_em`` in ms. Raises Ilegivel if nothing of it can be read."""
    envelope = ler_json(corpo)
    if not isinstance(envelope, dict) or envelope.get("object") != "whatsapp_business_account":
        raise Ilegivel("não é um webhook do WhatsApp (object)")
    if not isinstance(envelope.get("entry"), list):
        raise Ilegivel("o webhook não tem a lista entry")
    leitor = _Leitor(numero, recebido_em)
    for i, conta in enumerate(envelope["entry"]):
        leitor.cada(conta, f"entry {i}", leitor.conta)
    leitor.lido.mensagens.sort(key=lambda lida: lida.mensagem.em)
    return leitor.lido


class _Leitor:
    """Walks through one body."""

    def __init__(self, numero: Numero, recebido_em: int) -> None:
        self._numero = numero
        self._recebido_em = recebido_em
        self.lido = Leitura()

    def cada(self, item: object, onde: str, ler: Callable[[Objeto, str], None]) -> None:
        """Read one thing; what is wrong with it stays with it."""
        try:
            if not isinstance(item, dict):
                raise Ilegivel("não é um objeto")
            ler(item, onde)
        except Ilegivel as erro:
            self.lido.com_problema += 1
            if len(self.lido.problemas) < _PROBLEMAS_MAXIMO:
                self.lido.problemas.append(Problema(onde, str(erro)))

    def conta(self, conta: Objeto, onde: str) -> None:
        if not isinstance(conta.get("changes"), list):
            raise Ilegivel("não tem a lista changes")
        waba = texto_de(conta, "id", 64)
        for i, mudanca in enumerate(conta["changes"]):
            self.cada(mudanca, f"{onde} › changes {i}", lambda item, aqui: self._mudanca(item, aqui, waba))

    def _mudanca(self, mudanca: Objeto, onde: str, waba: str | None) -> None:
        campo = texto_de(mudanca, "field", 64) or "messages"
        valor = mudanca.get("value")
        if campo != "messages" and campo not in CAMPOS:
            self.lido.ignoradas[campo] += 1
        elif not isinstance(valor, dict):
            raise Ilegivel("não tem o objeto value")
        elif campo == "messages":
            self._conversas(valor, onde)
        elif self._e_da_conta(valor, waba):
            self.lido.novidades.append(ler_novidade(campo, valor))
        else:
            self.lido.alheias += 1

    def _e_da_conta(self, valor: Objeto, waba: str | None) -> bool:
        """What concerns a partner comes in the partner's name, and tells the account apart."""
        dita = texto_de(objeto_de(valor, "waba_info"), "waba_id", 64) or waba
        return self._numero.waba_id is None or dita == self._numero.waba_id

    def _conversas(self, valor: Objeto, onde: str) -> None:
        de_quem = texto_de(objeto_de(valor, "metadata"), "phone_number_id", 64)
        if de_quem is None:
            raise Ilegivel("nada diz de que número é (metadata.phone_number_id)")
        if de_quem != self._numero.phone_number_id:
            self.lido.alheias += 1
            return
        agenda = Agenda(objetos_de(valor, "contacts"))
        for i, mensagem in enumerate(lista_de(valor, "messages")):
            self.cada(mensagem, f"{onde} › messages {i}", lambda item, _: self._mensagem(item, agenda))
        for i, status in enumerate(lista_de(valor, "statuses")):
            self.cada(status, f"{onde} › statuses {i}", self._status)
        self.lido.novidades.extend(erro_da_conta(erro) for erro in objetos_de(valor, "errors"))

    def _mensagem(self, mensagem: Objeto, agenda: Agenda) -> None:
        self.lido.mensagens.append(ler_mensagem(mensagem, agenda, self._recebido_em))

    def _status(self, status: Objeto, _: str) -> None:
        lido = ler_status(status, self._recebido_em)
        if lido is None:
            self.lido.ignoradas[f"statuses {texto_de(status, 'status', 32)}"] += 1
        else:
            self.lido.status.append(lido)
