"""The e-mail channel, as the host runs it."""

from __future__ import annotations

import ssl
import time
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from functools import cache, partial
from typing import Final

import httpx2
import trio

from connectors.base import Motor
from connectors.email import configuracao, enderecos, exame
from connectors.email.baixar import NaoBaixou, baixar
from connectors.email.caixa import Caixa
from connectors.email.carteiro import Carteiro
from connectors.email.conexoes import Conexoes
from connectors.email.configuracao import Configuracao, ConfiguracaoErrada, Servidor
from connectors.email.leitor import Espera, Leitor
from connectors.email.marcas import Marcas
from connectors.email.montar import Pronta, Remetente, montar
from connectors.email.respostas import classe, em_palavras
from connectors.email.smtp import Incerta, Recusada, SemConexao, SemRecurso, SemSeguranca
from connectors.rede import ClienteGuardado
from connectors.saude import Saude
from connectors.tcp import EnderecoRecusado
from engine.caracteres import tem_visivel
from engine.conector.protocolo import CanalDoConector
from engine.conector.redes import RegrasDeRede
from engine.conector.trabalhos import ClasseDeErro, Envio, Resultado, Trabalho

_com_arquivo: Final = trio.CapacityLimiter(4)
"""Jobs with a file that all canais of the process do at once: it is in memory, several times over."""
_ENVIAM: Final = frozenset({"enviar_email", "enviar_mensagem", "enviar_arquivo"})


class ConectorEmail:
    """One canal of type ``email``."""

    def __init__(
        self,
        canal: CanalDoConector,
        motor: Motor,
        http: httpx2.AsyncClient,
        *,
        contexto: ssl.SSLContext | None = None,
        espera: Espera | None = None,
        regras: RegrasDeRede | None = None,
    ) -> None:
        """``contexto``: how certificates are verified; by the system's authorities, if it is not given. ``regras``:
        which servers may be connected to; those of ``http``, if they are not given, and only public ones if it has none
        either. A canal that is configured wrongly is made all the same: it says what is wrong when it is used.
        """
        if regras is None:
            regras = http.da_configuracao if isinstance(http, ClienteGuardado) else configuracao.SO_PUBLICOS
        self._http = http
        self._saude = Saude(canal.id, motor, {"imap": "the mailbox cannot be read", "smtp": "nothing can be sent"})
        self._contexto = contexto
        self._partes: _Partes | ConfiguracaoErrada
        try:
            self._partes = _Partes(configuracao.ler(canal, regras), canal.id, motor, self._seguro, espera, self._viu)
        except ConfiguracaoErrada as erro:
            self._partes = erro

    async def servir(self) -> None:
        """Read the mailbox, and close the connections that nobody uses."""
        if isinstance(self._partes, ConfiguracaoErrada):
            return  # ``testar`` says what is wrong, and with another config there is another connector
        async with trio.open_nursery() as ambos:
            if self._partes.conexoes is not None:
                ambos.start_soon(self._partes.conexoes.varrer)
            if self._partes.leitor is not None:
                await self._ler(self._partes.leitor, self._partes.config)

    async def _ler(self, leitor: Leitor, config: Configuracao) -> None:
        """Read; why that cannot be is told. A session that breaks off after a while is nothing to tell: that happens to
        each, and the next one shows what is wrong.
        """
        try:
            await leitor.servir()
        except exame.ERROS_DA_CAIXA as erro:
            assert config.imap is not None
            if not leitor.viu:
                await self._saude.ruim("imap", exame.problema_da_caixa(erro, config.imap, config.pasta))
            raise

    async def _viu(self) -> None:
        await self._saude.boa("imap")

    async def fazer(self, trabalho: Trabalho) -> Resultado:
        """Send a mail."""
        partes = self._partes
        if isinstance(partes, ConfiguracaoErrada):
            return _falhou(trabalho, "canal", "configuracao", str(partes))
        if trabalho.trabalho == "sinalizar":
            return Resultado(id=trabalho.id, tentativa=trabalho.tentativa, desfecho="aceito")  # mail has no signals
        if trabalho.trabalho not in _ENVIAM or trabalho.envio is None:
            return _falhou(trabalho, "final", "trabalho", f"Um canal de e-mail não faz {trabalho.trabalho}")
        if partes.conexoes is None:
            return _falhou(trabalho, "canal", "configuracao", "Preencha 'smtpHost' para que o canal envie e-mails")
        return await self._enviar(trabalho, trabalho.envio, partes, partes.conexoes)

    async def testar(self) -> list[str]:
        """What is wrong with the canal, in words."""
        if isinstance(self._partes, ConfiguracaoErrada):
            return self._partes.problemas
        etiquetado = self._partes.marcas.responder_para("exame")
        achados = await exame.examinar(self._partes.config, self._seguro(), etiquetado)
        await self._saude.boa(*(qual for qual, problema in achados.items() if problema is None))
        return [problema for problema in achados.values() if problema is not None]

    async def _enviar(self, trabalho: Trabalho, envio: Envio, partes: _Partes, conexoes: Conexoes) -> Resultado:
        if envio.para.tipo != "email" or not enderecos.valido(envio.para.valor):
            return _falhou(trabalho, "final", "endereco", "O contato não tem um endereço de e-mail válido")
        if envio.arquivo is None and not tem_visivel(envio.conteudo):
            return _falhou(trabalho, "final", "vazia", "A mensagem não tem texto nem arquivo que um e-mail possa levar")
        async with _com_arquivo if envio.arquivo is not None else nullcontext():
            return await self._montar_e_entregar(trabalho, envio, partes, conexoes)

    async def _montar_e_entregar(
        self, trabalho: Trabalho, envio: Envio, partes: _Partes, conexoes: Conexoes
    ) -> Resultado:
        try:
            arquivo = None if envio.arquivo is None else await baixar(self._http, envio.arquivo)
        except NaoBaixou as erro:
            return _falhou(trabalho, erro.classe, "arquivo", str(erro))
        pronta = await trio.to_thread.run_sync(
            montar, trabalho.id, envio, partes.remetente, partes.marcas, time.time(), arquivo
        )
        assert partes.config.smtp is not None, "there are connections to it"
        try:
            await conexoes.enviar(pronta)
        except exame.ERROS_DO_SMTP as erro:
            return await self._nao_entregue(trabalho, erro, partes.config.smtp)
        except Incerta:
            return _incerta(trabalho, pronta)
        await self._saude.boa("smtp")
        return Resultado(id=trabalho.id, tentativa=trabalho.tentativa, desfecho="aceito", id_externo=pronta.id)

    async def _nao_entregue(self, trabalho: Trabalho, erro: exame.ErroDoSmtp, servidor: Servidor) -> Resultado:
        """What is wrong with the server and not with the mail is told of the canal too."""
        problema = exame.problema_do_smtp(erro, servidor).removesuffix(".")
        if exame.da_ligacao(erro):
            await self._saude.ruim("smtp", problema)
        else:  # there was a connection
            await self._saude.boa("smtp")
        match erro:
            case Recusada():
                resposta = erro.resposta
                codigo = resposta.ampliado or str(resposta.codigo)
                return _falhou(trabalho, classe(resposta, erro.fase), codigo, em_palavras(resposta, erro.fase))
            case SemConexao():
                return _falhou(trabalho, "tentar", "sem_conexao", problema)
            case SemSeguranca():
                return _falhou(trabalho, "canal", "sem_tls", problema)
            case SemRecurso():
                return _falhou(trabalho, "final", "sem_recurso", f"O e-mail não pode ser enviado: {erro}")
            case EnderecoRecusado():
                return _falhou(trabalho, "canal", "endereco_interno", problema)

    def _seguro(self) -> ssl.SSLContext:
        return self._contexto or _contexto_do_sistema()


class _Partes:
    """What a canal that is configured well is made of."""

    def __init__(
        self,
        config: Configuracao,
        canal_id: str,
        motor: Motor,
        contexto: Callable[[], ssl.SSLContext],
        espera: Espera | None,
        ao_ver: Callable[[], Awaitable[None]],
    ) -> None:
        self.config = config
        self.marcas = Marcas(config.chave, config.endereco, com_etiqueta=config.com_etiqueta)
        self.remetente = Remetente(config.nome, config.endereco)
        dominio = config.endereco.rpartition("@")[2]
        self.conexoes = None if config.smtp is None else Conexoes(config.smtp, contexto(), dominio)
        self.leitor = None
        if config.imap is not None:
            carteiro = Carteiro(canal_id, motor, self.marcas, config.endereco)
            nova_caixa = partial(Caixa, config.imap, contexto(), config.pasta)
            self.leitor = Leitor(canal_id, nova_caixa, carteiro, espera, ao_ver)


def _incerta(trabalho: Trabalho, pronta: Pronta) -> Resultado:
    return Resultado(
        id=trabalho.id,
        tentativa=trabalho.tentativa,
        desfecho="desconhecido",
        id_externo=pronta.id,
        codigo="sem_resposta",
        erro="O servidor SMTP recebeu o e-mail e não respondeu",
    )


def _falhou(trabalho: Trabalho, classe: ClasseDeErro, codigo: str, erro: str) -> Resultado:
    return Resultado(
        id=trabalho.id, tentativa=trabalho.tentativa, desfecho="falhou", classe=classe, codigo=codigo, erro=erro
    )


@cache
def _contexto_do_sistema() -> ssl.SSLContext:
    """One for all canais: the list of authorities is large."""
    return ssl.create_default_context()
