"""What keeps a document from being the policy of a fila."""

from __future__ import annotations

import pytest

from engine.politica.cenario import Cenario, OutraFila
from engine.politica.exame import como_se_escreve, problemas
from engine.politica.modelo import (
    Anel,
    EsperaMaxima,
    HabilidadeExigida,
    Horario,
    Oferta,
    Politica,
    RegraDeHabilidades,
    Transbordo,
    ViaEquipe,
)

ESTA, OUTRA, NENHUMA = (f"00000000-0000-0000-0000-00000000000{n}" for n in (1, 2, 9))
EQUIPE, SOLTA = (f"00000000-0000-0000-0000-00000000001{n}" for n in (1, 2))
ANA = "00000000-0000-0000-0000-000000000021"
ZAP = "00000000-0000-0000-0000-000000000031"

CENARIO = Cenario(
    ESTA,
    {ESTA: OutraFila("Esta", Politica()), OUTRA: OutraFila("Outra", Politica())},
    equipes={EQUIPE, SOLTA},
    vinculadas={EQUIPE},
    atendentes={ANA},
    canais={ZAP: "whatsapp"},
    estados=("Plantão",),
)

ESPANHOL = HabilidadeExigida(nome="espanhol")


def regras(*exige: HabilidadeExigida, canal_id: str | None = None, idioma: str | None = None) -> Politica:
    return Politica(habilidades=(RegraDeHabilidades(exige=exige, canal_id=canal_id, idioma=idioma),))


@pytest.mark.parametrize(
    "politica",
    [
        Politica(),
        Politica(oferta=Oferta(estado_sem_resposta="Almoço")),
        Politica(oferta=Oferta(estado_sem_resposta="PLANTAO")),
        Politica(pesos_dos_atendentes={ANA: 2}),
        regras(ESPANHOL, HabilidadeExigida(nome="fiscal", nivel=3), canal_id=ZAP),
        regras(ESPANHOL, idioma="pt_BR"),
        Politica(aneis=(Anel(apos_segundos=30, dispensa=("a", "b")), Anel(apos_segundos=31, equipes=(EQUIPE,)))),
        Politica(transbordos=(Transbordo(para=OUTRA, apos_segundos=60), Transbordo(para=OUTRA, sem_atendentes=True))),
        Politica(maximo=EsperaMaxima(acao="transbordar", tamanho=10, para=OUTRA)),
        Politica(maximo=EsperaMaxima(acao="priorizar", segundos=60, pontos=5)),
        Politica(maximo=EsperaMaxima(acao="encerrar", segundos=86_400)),
        Politica(equipes=(ViaEquipe(equipe_id=EQUIPE, atraso_segundos=60),)),
        Politica(horario=Horario(dias={"seg": (("08:00", "24:00"),)})),
    ],
)
def test_what_can_be_is_not_refused(politica: Politica) -> None:
    assert problemas(politica, CENARIO) == []


@pytest.mark.parametrize(
    ("politica", "campo", "trecho"),
    [
        (
            Politica(oferta=Oferta(estado_sem_resposta="sumido")),
            "oferta.estadoSemResposta",
            "deve ser um de disponivel",
        ),
        (Politica(oferta=Oferta(estado_sem_resposta="Offline")), "oferta.estadoSemResposta", "contradiz"),
        (Politica(oferta=Oferta(estado_sem_resposta="disponivel")), "oferta.estadoSemResposta", "como pausa"),
        (Politica(pesos_dos_atendentes={NENHUMA: 1}), f"pesosDosAtendentes.{NENHUMA}", "não existe este atendente"),
        (regras(), "habilidades[0].exige", "ao menos uma"),
        (regras(ESPANHOL, HabilidadeExigida(nome="Espanhol", nivel=2)), "habilidades[0].exige[1].nome", "exige[0]"),
        (regras(ESPANHOL, idioma="espanhol"), "habilidades[0].idioma", "não é um idioma"),
        (regras(ESPANHOL, canal_id=NENHUMA), "habilidades[0].canalId", "não existe este canal"),
        (
            Politica(habilidades=(RegraDeHabilidades(exige=(ESPANHOL,), canal="email", canal_id=ZAP),)),
            "habilidades[0].canal",
            "canal whatsapp",
        ),
        (Politica(habilidades=(RegraDeHabilidades(exige=(ESPANHOL,)),) * 2), "habilidades[1]", "habilidades[0]"),
        (Politica(aneis=(Anel(apos_segundos=30), Anel(apos_segundos=30))), "aneis[1].aposSegundos", "maior que 30"),
        (Politica(aneis=(Anel(apos_segundos=30), Anel(apos_segundos=5))), "aneis[1].aposSegundos", "em ordem"),
        (Politica(aneis=(Anel(apos_segundos=1, dispensa=("a", "a")),)), "aneis[0].dispensa[1]", "dispensa[0]"),
        (Politica(aneis=(Anel(apos_segundos=1, equipes=(EQUIPE,) * 2),)), "aneis[0].equipes[1]", "equipes[0]"),
        (Politica(aneis=(Anel(apos_segundos=1, equipes=(NENHUMA,)),)), "aneis[0].equipes[0]", "não existe esta equipe"),
        (
            Politica(aneis=(Anel(apos_segundos=1, equipes=(SOLTA,)),)),
            "aneis[0].equipes[0]",
            f"POST /atendimento/equipes/{SOLTA}/filas/{ESTA}",
        ),
        (Politica(equipes=(ViaEquipe(equipe_id=SOLTA),)), "equipes[0].equipeId", "não atende a fila"),
        (Politica(equipes=(ViaEquipe(equipe_id=EQUIPE),) * 2), "equipes[1].equipeId", "equipes[0]"),
        (Politica(transbordos=(Transbordo(para=ESTA, tamanho=1),)), "transbordos[0].para", "própria fila"),
        (Politica(transbordos=(Transbordo(para=NENHUMA, tamanho=1),)), "transbordos[0].para", "não existe esta fila"),
        (Politica(transbordos=(Transbordo(para=OUTRA),)), "transbordos[0]", "dê aposSegundos, tamanho ou"),
        (Politica(transbordos=(Transbordo(para=OUTRA, tamanho=1),) * 2), "transbordos[1]", "transbordos[0]"),
        (Politica(maximo=EsperaMaxima(acao="encerrar")), "maximo", "dê segundos, tamanho"),
        (Politica(maximo=EsperaMaxima(acao="transbordar", tamanho=1)), "maximo.para", "é obrigatório"),
        (Politica(maximo=EsperaMaxima(acao="transbordar", tamanho=1, para=ESTA)), "maximo.para", "própria fila"),
        (Politica(maximo=EsperaMaxima(acao="encerrar", tamanho=1, para=OUTRA)), "maximo.para", "não faz nada"),
        (Politica(maximo=EsperaMaxima(acao="priorizar", segundos=1)), "maximo.pontos", "é obrigatório"),
        (
            Politica(maximo=EsperaMaxima(acao="priorizar", segundos=1, tamanho=9, pontos=1)),
            "maximo.tamanho",
            "não faz nada",
        ),
        (Politica(maximo=EsperaMaxima(acao="encerrar", tamanho=1, pontos=3)), "maximo.pontos", "não faz nada"),
        (Politica(horario=Horario(fuso="America/Sao_Paolo")), "horario.fuso", "America/Sao_Paulo"),
        (Politica(horario=Horario(dias={"seg": (("9", "10"),)})), "horario.dias.seg[0]", "como 08:00"),
    ],
)
def test_what_cannot_be_is_named_with_its_path_and_the_remedy(politica: Politica, campo: str, trecho: str) -> None:
    (problema,) = problemas(politica, CENARIO)
    assert problema.campo == campo
    assert trecho in problema.problema


def test_everything_that_is_wrong_is_told_at_once() -> None:
    politica = Politica(
        aneis=(Anel(apos_segundos=9), Anel(apos_segundos=3)),
        transbordos=(Transbordo(para=NENHUMA),),
        maximo=EsperaMaxima(acao="transbordar"),
    )
    campos = [um.campo for um in problemas(politica, CENARIO)]
    assert campos == ["aneis[1].aposSegundos", "transbordos[0].para", "transbordos[0]", "maximo", "maximo.para"]


def test_an_estado_is_kept_as_the_empresa_writes_it() -> None:
    escrita = como_se_escreve(Politica(oferta=Oferta(estado_sem_resposta="PLANTAO")), CENARIO.estados)
    assert escrita.oferta.estado_sem_resposta == "Plantão"
    assert como_se_escreve(Politica(), ()) == Politica()
