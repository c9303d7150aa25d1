"""What a connector hands over, checked: it is bounded, and PostgreSQL can hold it."""

from __future__ import annotations

from typing import Any, Final

from msgspec.structs import replace

from actors.canal.comandos import ItemDeEntrada
from engine.conector.enderecos import Endereco
from engine.conector.entradas import MensagemRecebida, Modelo
from engine.errors import Detalhe, Invalid
from engine.vistas import json_text
from web.conectores._fichas import Fichas

ID_MAXIMO: Final = 512
CONTEUDO_MAXIMO: Final = 65_536
ENDERECO_MAXIMO: Final = 320
NOME_MAXIMO: Final = 200
ASSUNTO_MAXIMO: Final = 500
METADADOS_MAXIMO: Final = 65_536
"""Characters."""
_CURTO: Final = 64
INSTANTE_MAXIMO: Final = 253_402_300_799_999
"""The last millisecond of the year 9999."""


def item_de(mensagem: MensagemRecebida, empresa_id: str, fichas: Fichas) -> ItemDeEntrada:
    """Raises Invalid, naming what is wrong."""
    _exigir_medidas(mensagem)
    arquivo, tipo = (None, None) if mensagem.arquivo is None else fichas.ler(empresa_id, mensagem.arquivo)
    # what a message is, its file tells; one without is read as text, whatever it was
    return ItemDeEntrada(_limpa(replace(mensagem, tipo=tipo or "texto")), arquivo)


def _exigir_medidas(mensagem: MensagemRecebida) -> None:
    problemas = [
        Detalhe(campo, f"deve ter de 1 a {maximo} caracteres")
        for campo, valor, maximo in (
            ("id", mensagem.id, ID_MAXIMO),
            *(("de", endereco.valor, ENDERECO_MAXIMO) for endereco in (mensagem.de, *mensagem.tambem)),
        )
        if not 0 < len(valor) <= maximo
    ]
    if not 0 <= mensagem.em <= INSTANTE_MAXIMO:
        problemas.append(Detalhe("em", "deve ser um instante em milissegundos desde 1970"))
    if len(mensagem.conteudo) > CONTEUDO_MAXIMO:
        problemas.append(Detalhe("conteudo", f"deve ter no máximo {CONTEUDO_MAXIMO} caracteres"))
    if len(mensagem.tambem) > 10:
        problemas.append(Detalhe("tambem", "são no máximo 10 endereços"))
    if len(json_text(mensagem.metadados)) > METADADOS_MAXIMO:
        problemas.append(Detalhe("metadados", f"devem ter no máximo {METADADOS_MAXIMO} caracteres de JSON"))
    if problemas:
        texto = "; ".join(f"{um.campo}: {um.problema}" for um in problemas)
        raise Invalid("mensagem_invalida", texto, tuple(problemas))


def _limpa(mensagem: MensagemRecebida) -> MensagemRecebida:
    """Without what no database holds (NUL, half of a pair of surrogates), and names no longer than they may be."""
    return replace(
        mensagem,
        id=texto_limpo(mensagem.id),
        de=_endereco_limpo(mensagem.de),
        tambem=tuple(_endereco_limpo(um) for um in mensagem.tambem),
        conteudo=texto_limpo(mensagem.conteudo),
        nome=None if mensagem.nome is None else texto_limpo(mensagem.nome).strip()[:NOME_MAXIMO] or None,
        assunto=None if mensagem.assunto is None else texto_limpo(mensagem.assunto).strip()[:ASSUNTO_MAXIMO] or None,
        metadados=_valor_limpo(mensagem.metadados),
    )


def modelo_limpo(modelo: Modelo) -> Modelo:
    """Without what no database holds."""
    return replace(
        modelo,
        nome=texto_limpo(modelo.nome)[:ID_MAXIMO],
        idioma=texto_limpo(modelo.idioma)[:_CURTO],
        estado=texto_limpo(modelo.estado)[:_CURTO],
        categoria=None if modelo.categoria is None else texto_limpo(modelo.categoria)[:_CURTO],
        corpo=None if modelo.corpo is None else texto_limpo(modelo.corpo),
        componentes=_valor_limpo(modelo.componentes),
    )


def _endereco_limpo(endereco: Endereco) -> Endereco:
    return Endereco(endereco.tipo, texto_limpo(endereco.valor))


def texto_limpo(texto: str) -> str:
    return texto.replace("\0", "").encode("utf-8", "replace").decode()


def _valor_limpo(valor: Any) -> Any:
    """A JSON value with its texts cleaned. It is no deeper than what the decoder takes."""
    if isinstance(valor, str):
        return texto_limpo(valor)
    if isinstance(valor, dict):
        return {texto_limpo(nome): _valor_limpo(um) for nome, um in valor.items()}
    if isinstance(valor, list):
        return [_valor_limpo(um) for um in valor]
    return valor
