"""The policy of a fila: every change is a version, and is told."""

from __future__ import annotations

import json
from typing import Any

from msgspec.structs import replace

from actors.equipe.comandos import ExcluirEquipe
from actors.fila.comandos import AtualizarFila, CriarFila, ExcluirFila
from actors.fila.comandos_politica import GravarPolitica, PoliticaEstado, VerificarPolitica, VerPolitica
from engine.errors import Invalid
from engine.modelo import FilaRow, PoliticaVersaoRow, Quem
from engine.politica import documento
from engine.politica.da_fila import politica_de
from engine.politica.modelo import PADRAO, Anel, EsperaMaxima, Oferta, Politica, Transbordo, ViaEquipe
from tests.actors.cena import ADMIN, EMPRESA, Cena

ANA = Quem(EMPRESA, "00000000-0000-7000-8000-0000000000aa", "supervisor")


def gravar(cena: Cena, politica: Politica, **campos: Any) -> PoliticaEstado:
    return cena.pedir(GravarPolitica(quem=ANA, fila_id=cena.geral, documento=politica, **campos))


def versoes(cena: Cena) -> list[PoliticaVersaoRow]:
    da_fila = (row for row in cena.loja.de(PoliticaVersaoRow, EMPRESA) if row.fila_id == cena.geral)
    return sorted(da_fila, key=lambda row: row.versao)


def row(cena: Cena) -> FilaRow:
    guardada = cena.loja.um(FilaRow, EMPRESA, cena.geral)
    assert guardada is not None
    return guardada


def test_a_fila_begins_with_its_first_version_which_is_written_down_when_it_is_left() -> None:
    cena = Cena()
    assert cena.pedir(VerPolitica(quem=ADMIN, fila_id=cena.geral)).row.versao_politica == 1
    assert versoes(cena) == []
    nova = Politica(ordem="idade", aneis=(Anel(apos_segundos=9, pontos=1),))
    estado = gravar(cena, nova, motivo="mais justo")
    primeira, segunda = versoes(cena)
    assert estado.versao == segunda
    assert (primeira.versao, documento.ler(primeira.documento), primeira.autor_id) == (1, PADRAO, None)
    assert (segunda.versao, documento.ler(segunda.documento)) == (2, nova)
    assert (segunda.autor_id, segunda.motivo, segunda.restaurada_de) == (ANA.id, "mais justo", None)
    assert row(cena) == estado.row
    assert (row(cena).versao_politica, politica_de(row(cena))) == (2, nova)


def test_the_same_document_again_is_the_same_version_and_nothing_is_written() -> None:
    cena = Cena()
    gravar(cena, Politica(pontos_por_minuto=2))
    antes, eventos = row(cena), len(cena.eventos())
    assert gravar(cena, Politica(pontos_por_minuto=2.0, oferta=Oferta(estado_sem_resposta="PAUSA"))).versao is None
    assert (row(cena), len(cena.eventos()), len(versoes(cena))) == (antes, eventos, 2)


def test_what_is_left_out_has_the_default_and_the_filas_own_fields_too() -> None:
    cena = Cena()
    gravar(cena, Politica(estrategia="ROUND_ROBIN", prioridade=9, ordem="idade"))
    assert (row(cena).estrategia, row(cena).prioridade) == ("ROUND_ROBIN", 9)
    gravar(cena, Politica())
    assert (row(cena).estrategia, row(cena).prioridade, row(cena).versao_politica) == ("MENOS_OCUPADO", 5, 3)


def test_a_change_of_the_fila_itself_is_a_version_with_the_whole_document() -> None:
    cena = Cena()
    gravar(cena, Politica(ordem="idade"))
    cena.pedir(AtualizarFila(quem=ANA, fila_id=cena.geral, prioridade=8, nome="Balcão"))
    assert documento.ler(versoes(cena)[-1].documento) == Politica(ordem="idade", prioridade=8)
    assert row(cena).versao_politica == 3
    cena.pedir(AtualizarFila(quem=ANA, fila_id=cena.geral, nome="Outro nome"))
    assert (row(cena).versao_politica, len(versoes(cena))) == (3, 3)


def test_of_two_who_change_the_same_version_the_second_is_told_so() -> None:
    cena = Cena()
    gravar(cena, Politica(ordem="idade"), versao=1)
    comando = GravarPolitica(quem=ADMIN, fila_id=cena.geral, documento=Politica(ordem="prazo"), versao=1)
    erro = cena.erro(comando)
    assert (erro.codigo, erro.status) == ("versao_da_politica", 409)
    assert "versão 2" in erro.message
    assert politica_de(row(cena)).ordem == "idade"
    gravar(cena, Politica(ordem="prazo"), versao=2)
    assert row(cena).versao_politica == 3


def test_it_is_told_with_what_has_changed() -> None:
    cena = Cena()
    desde = len(cena.eventos())
    gravar(cena, Politica(ordem="idade", oferta=Oferta(segundos=20)), motivo="teste")
    (evento,) = cena.eventos()[desde:]
    assert (evento.tipo, evento.fila_id, evento.ator_id) == ("politica_atualizada", cena.geral, ANA.id)
    assert json.loads(evento.dados) == {
        "filaId": cena.geral, "versaoPolitica": 2, "motivo": "teste", "restauradaDe": None,
    }  # fmt: skip
    assert json.loads(evento.mudancas or "") == {"oferta.segundos": [30, 20], "ordem": ["prioridade", "idade"]}
    gravar(cena, Politica(prioridade=2), restaurada_de=1)
    assert [um.tipo for um in cena.eventos()[desde + 1 :]] == ["fila_atualizada", "politica_atualizada"]
    assert json.loads(cena.eventos()[-1].dados)["restauradaDe"] == 1


def test_what_cannot_be_is_refused_whole_with_every_problem() -> None:
    cena = Cena()
    solta = cena.equipe("Solta")
    ruim = Politica(
        aneis=(Anel(apos_segundos=9), Anel(apos_segundos=3)),
        transbordos=(Transbordo(para=cena.geral, tamanho=1),),
        equipes=(ViaEquipe(equipe_id=solta),),
    )
    erro = cena.erro(GravarPolitica(quem=ADMIN, fila_id=cena.geral, documento=ruim))
    assert isinstance(erro, Invalid)
    campos = ["aneis[1].aposSegundos", "transbordos[0].para", "equipes[0].equipeId"]
    assert [um.campo for um in erro.detalhes] == campos
    assert "(e mais 2)" in erro.message
    assert (row(cena).versao_politica, versoes(cena)) == (1, [])
    outra = cena.pedir(CriarFila(quem=ADMIN, nome="Outra")).row.id
    cena.equipe("Ligada", filas=(cena.geral,))
    gravar(cena, Politica(transbordos=(Transbordo(para=outra, tamanho=1),)))


def test_to_verify_changes_nothing_and_is_refused_as_saving_would_be() -> None:
    cena = Cena()
    ruim = Politica(transbordos=(Transbordo(para=cena.geral, tamanho=1),))
    assert cena.recusa(VerificarPolitica(quem=ADMIN, fila_id=cena.geral, documento=ruim)) == "politica_invalida"
    eventos = len(cena.eventos())
    cena.pedir(VerificarPolitica(quem=ADMIN, fila_id=cena.geral, documento=Politica(ordem="idade")))
    cena.pedir(VerificarPolitica(quem=ADMIN, fila_id=cena.geral))
    assert (len(cena.eventos()), row(cena).versao_politica) == (eventos, 1)


def test_what_a_policy_names_and_is_gone_since_is_warned_of_and_keeps_nobody_from_changing_the_fila() -> None:
    cena = Cena()
    gravar(cena, Politica(oferta=Oferta(estado_sem_resposta="reuniao"), ordem="idade"))
    quebrada = replace(row(cena), politica='{"equipes":[{"equipeId":"00000000-0000-7000-8000-0000000000bb"}]}')
    cena.loja.tabelas[FilaRow][EMPRESA, cena.geral] = quebrada
    cena.reiniciar()
    estado = cena.pedir(VerPolitica(quem=ADMIN, fila_id=cena.geral))
    assert [(um.codigo, um.campo) for um in estado.avisos if um.codigo == "referencia_perdida"] == [
        ("referencia_perdida", "equipes[0].equipeId")
    ]
    cena.pedir(AtualizarFila(quem=ADMIN, fila_id=cena.geral, prioridade=7))
    assert row(cena).versao_politica == 3


def test_a_fila_to_which_others_overflow_is_deleted_only_if_another_takes_its_place() -> None:
    cena = Cena()
    velha, nova = cena.fila("Velha"), cena.fila("Nova")
    gravar(
        cena,
        Politica(
            transbordos=(Transbordo(para=velha, tamanho=9), Transbordo(para=nova, tamanho=9)),
            maximo=EsperaMaxima(acao="transbordar", segundos=60, para=velha),
        ),
    )
    cena.pedir(
        GravarPolitica(quem=ADMIN, fila_id=nova, documento=Politica(transbordos=(Transbordo(para=velha, tamanho=1),)))
    )
    erro = cena.erro(ExcluirFila(quem=ADMIN, fila_id=velha))
    assert [(um.campo, um.problema[:9]) for um in erro.detalhes] == [("filas", "2 fila(s)")]
    cena.pedir(ExcluirFila(quem=ANA, fila_id=velha, realocar=nova))
    politica = politica_de(row(cena))
    assert politica.transbordos == (Transbordo(para=nova, tamanho=9),)
    assert politica.maximo == EsperaMaxima(acao="transbordar", segundos=60, para=nova)
    ultima = versoes(cena)[-1]
    assert (ultima.autor_id, ultima.motivo) == (ANA.id, "A fila Velha foi excluída")
    da_nova = cena.loja.um(FilaRow, EMPRESA, nova)
    assert da_nova is not None
    assert politica_de(da_nova) == PADRAO, "nothing overflows to itself"


def test_an_equipe_that_takes_the_place_of_another_does_so_in_policies() -> None:
    cena = Cena()
    velha, nova = cena.equipe("Velha", filas=(cena.geral,)), cena.equipe("Nova")
    gravar(
        cena,
        Politica(
            aneis=(Anel(apos_segundos=9, equipes=(velha,)),),
            equipes=(ViaEquipe(equipe_id=velha, atraso_segundos=60),),
        ),
    )
    cena.pedir(ExcluirEquipe(quem=ANA, equipe_id=velha, realocar=nova))
    politica = politica_de(row(cena))
    assert politica.aneis == (Anel(apos_segundos=9, equipes=(nova,)),)
    assert politica.equipes == (ViaEquipe(equipe_id=nova, atraso_segundos=60),)
    assert versoes(cena)[-1].motivo == "A equipe Velha foi excluída"


def test_it_is_as_it_was_after_a_restart() -> None:
    cena = Cena()
    gravar(cena, Politica(ordem="idade", estrategia="ROUND_ROBIN"))
    cena.reiniciar()
    estado = cena.pedir(VerPolitica(quem=ADMIN, fila_id=cena.geral))
    assert (politica_de(estado.row).ordem, estado.row.versao_politica) == ("idade", 2)
    gravar(cena, Politica(ordem="prazo"), versao=2)
    assert [um.versao for um in versoes(cena)] == [1, 2, 3]
