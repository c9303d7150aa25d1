"""Jobs: what a connector is given to do, and what it answers."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from engine.conector.enderecos import Endereco
from engine.modelo import NomeDoTrabalho, TipoMensagem

ClasseDeErro = Literal["tentar", "contato", "numero", "canal", "modelo", "amanha", "final"]
"""What a failure asks for.

``tentar``: try again, after a while. ``contato``: too much for this contact; wait with this one only. ``numero``: too
much for this number; wait with all of the canal. ``canal``: nothing will pass until a person has seen to it: pause the
canal, say why. ``modelo``: only a template may be sent now. ``amanha``: not within 24 hours. ``final``: never.
"""

Desfecho = Literal["aceito", "entregue", "lido", "falhou", "desconhecido", "devolvido"]
"""What became of a job. ``aceito``: the provider has it (of ``processar_webhook``: it is done). ``desconhecido``: the
provider may have it, for it did not answer. ``devolvido``: it was not begun, and goes back as it was.
"""


class ArquivoParaEnviar(Struct, frozen=True, rename="camel"):
    """A file of a message: ``tipo`` is MIME, ``tamanho`` in bytes; ``url`` is good for some hours, needs no token and
    takes a ``Range``.
    """

    nome: str
    tipo: str
    tamanho: int
    url: str


class Envio(Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """What is to be sent to somebody.

    ``responde_a`` is the provider's id of the message that this one answers. ``assunto`` and ``referencias`` (the
    provider's ids of the conversation's messages, oldest first) are for what has threads. ``automatica``: no person
    wrote it, which a mail has to say, so that no other machine answers. ``opcoes`` is what this kind of channel can
    do beside text and files, as in ``POST /atendimento/mensagens``:

    - ``modelo``: ``{"nome", "idioma", "parametros": ["…"], "cabecalho"?, "botoes"?}``, a template;
    - ``interativo``: ``{"botoes": [{"id", "titulo"}]}`` or ``{"lista": {"botao", "secoes": [{"titulo"?, "linhas":
      [{"id", "titulo", "descricao"?}]}]}}``;
    - ``reacao``: ``{"a": "<the provider's id of a message>", "emoji": "👍"}``; no emoji takes it back;
    - ``sinal``: ``"lida"`` or ``"digitando"``, with ``a`` as above (of ``sinalizar``).
    """

    para: Endereco
    conteudo: str = ""
    tipo: TipoMensagem = "texto"
    arquivo: ArquivoParaEnviar | None = None
    responde_a: str | None = None
    assunto: str | None = None
    referencias: tuple[str, ...] = ()
    opcoes: dict[str, Any] = {}
    automatica: bool = False


class Webhook(Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """What a provider sent us, as it came: its signature was verified, and it is stored. ``corpo`` in base64;
    ``tipo_de_conteudo`` as its header said; ``consulta``: of the address' query what has no secret in it.
    """

    corpo: str
    tipo_de_conteudo: str
    recebido_em: int
    consulta: str = ""


class Push(Struct, frozen=True, rename="camel", kw_only=True):
    """A notification for a browser (RFC 8030): where it subscribed, and what is shown."""

    endpoint: str
    p256dh: str
    auth: str
    titulo: str
    corpo: str
    url: str | None = None
    etiqueta: str | None = None


class EntregaDeEvento(Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """An event that another system is to be told of. ``seq`` is its place in the log; None: it is in none, but a test.
    ``corpo`` is what is sent, JSON text: it is put in when the job is handed out, as the log has the event then.
    """

    evento: str
    em: int
    seq: int | None = None
    corpo: str = ""


class Trabalho(Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """A job. ``tentativa`` counts from 1 and is part of the answer. By ``prazo`` it must be answered, or it is taken
    for lost; whoever says ``batida`` before has longer. Exactly one of ``envio``, ``webhook``, ``push`` and ``entrega``
    is there.
    """

    id: str
    tentativa: int
    canal_id: str
    trabalho: NomeDoTrabalho
    prazo: int
    envio: Envio | None = None
    webhook: Webhook | None = None
    push: Push | None = None
    entrega: EntregaDeEvento | None = None


class Resultado(Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """What became of a job. ``tentar_em_ms``: how long the provider asks us to wait (``Retry-After``). ``erro`` is for
    people, and holds no secret. The last three are of ``entregar_webhook``: the status that was answered, how long that
    took, and the beginning of what it said.
    """

    id: str
    tentativa: int
    desfecho: Desfecho
    id_externo: str | None = None
    classe: ClasseDeErro | None = None
    codigo: str | None = None
    erro: str | None = None
    tentar_em_ms: int | None = None
    status: int | None = None
    duracao_ms: int | None = None
    resposta: str | None = None
