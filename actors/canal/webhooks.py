"""What a provider sends to a canal's webhook: it is known by its signature, and kept until a connector has read it."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import msgspec

from actors.canal.cadastro import CadastroDoCanal
from actors.canal.comandos import ReceberWebhook, VerificarWebhook
from actors.canal.mensagens import NovoEnvio
from actors.diretorio.empresa_viva import EmpresaViva
from engine.conector.assinaturas import ASSINATURA_DO_WHATSAPP, assinado_pelo_whatsapp, desafio_do_whatsapp
from engine.conector.assinaturas_sms import PedidoSms, consulta_a_guardar, veio_do_provedor
from engine.conector.limpeza import texto_de
from engine.conector.trabalhos import Webhook
from engine.conector.webhooks import leituras_de
from engine.conector.webhooks_whatsapp import Alvo
from engine.envios.cargas import ordem_de
from engine.errors import Forbidden
from engine.modelo import CanalRow, EnvioRow
from engine.runtime import Stateful
from engine.vistas import json_text

_ler_objeto = msgspec.json.Decoder(dict[str, Any]).decode


class WebhooksDoCanal:
    __slots__ = ("_ator", "_cadastro", "_viva")

    def __init__(self, ator: Stateful[CanalRow], viva: EmpresaViva, cadastro: CadastroDoCanal) -> None:
        self._ator = ator
        self._viva = viva
        self._cadastro = cadastro

    def receber(self, comando: ReceberWebhook) -> tuple[Alvo, ...]:
        """Keep what concerns the canal; whom else. Raises Forbidden unless the provider has signed it."""
        if not self._assinado(comando):
            raise Forbidden("assinatura_invalida", "A assinatura não confere com o segredo deste canal")
        if comando.envelope is None:
            self._guardar(comando, comando.corpo)
            return ()
        meus = self._meus(comando)
        if meus:
            self._guardar(comando, comando.envelope.parte(meus))
        return meus

    def _meus(self, comando: ReceberWebhook) -> tuple[Alvo, ...]:
        """At its own address a canal that does not say which number or account it is of takes those of any."""
        config = _ler_objeto(self._ator.row.config)
        meu: dict[str, str | None] = {
            "numero": texto_de(config, "phoneNumberId"),
            "conta": texto_de(config, "wabaId"),
        }
        return tuple(
            alvo
            for alvo in comando.alvos
            if alvo.valor == meu[alvo.tipo] or (comando.no_endereco and (meu[alvo.tipo] is None or not alvo.valor))
        )

    def _guardar(self, comando: ReceberWebhook, corpo: bytes) -> None:
        """In one job, or, of several contacts, in as many as keep one from holding up the others."""
        tipo = self._ator.row.tipo
        valores = self._cadastro.valores() if tipo == "sms" else {}  # of others nothing is asked
        ordem = ordem_de(self._ator.next_seq(), com_evento=False)
        for raia, parte in leituras_de(tipo, corpo, comando.tipo_de_conteudo, valores):
            envio = self._envio(comando, parte, raia, ordem)
            self._ator.save(envio)
            self._ator.ref.tell(NovoEnvio(envio, None))

    def _envio(self, comando: ReceberWebhook, corpo: bytes, raia: str, ordem: int) -> EnvioRow:
        row, now = self._ator.row, self._ator.now()
        webhook = Webhook(
            corpo=b64encode(corpo).decode(),
            tipo_de_conteudo=comando.tipo_de_conteudo,
            recebido_em=now,
            consulta=consulta_a_guardar(comando.url),
        )
        return EnvioRow(
            row.empresa_id,
            self._viva.ids.novo(),
            row.id,
            "entrada",
            "processar_webhook",
            "pendente",
            raia,
            ordem,
            json_text(webhook),
            now,
            now,
        )

    def verificar(self, comando: VerificarWebhook) -> str:
        """Raises Forbidden unless the provider knows the canal's token."""
        desafio = desafio_do_whatsapp(comando.consulta, self._cadastro.segredo("webhookVerifyToken"))
        if desafio is None:
            raise Forbidden("verificacao_recusada", "O token de verificação não é o webhookVerifyToken deste canal")
        return desafio

    def _assinado(self, comando: ReceberWebhook) -> bool:
        if self._ator.row.tipo == "whatsapp":
            dada = comando.cabecalhos.get(ASSINATURA_DO_WHATSAPP)
            return assinado_pelo_whatsapp(comando.corpo, dada, self._cadastro.segredo("appSecret"))
        if self._ator.row.tipo == "sms":
            pedido = PedidoSms(comando.url, comando.cabecalhos, comando.corpo)
            return veio_do_provedor(self._cadastro.valores(), pedido)
        return False
