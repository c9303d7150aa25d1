"""What users of other chat suites and of contact centres suffer from in routing, each pain a test that cites its thread.

Those that tell it best as a client sees it are here, against a real server; the others stand where the rule is tested,
and cite the thread there. ``test_tabela.py`` holds this table to them.

====  =============================================  ===============================================================
pain  threads                                        tests
====  =============================================  ===============================================================
1     chatwoot 13050, 10376                          actors/test_distribuicao.py a_freed_agent_gets_who_has_waited_longest_not_who_came_last
2     chatwoot 7204; Rocket.Chat 22505               cenarios/test_quem_nao_esta.py whoever_has_left_is_given_nothing_by_any_path
2     chatwoot 7204                                  actors/test_distribuicao.py going_offline_returns_the_work_at_its_old_place_or_keeps_it_as_the_fila_says
3     chatwoot 14495, 15275                          web/test_rest_trabalho.py of_many_who_take_a_ticket_at_once_one_gets_it_and_the_others_hear_who
3     Rocket.Chat 22206                              actors/test_devolucao.py what_the_least_busy_sends_back_goes_to_the_busier_one_each_time
4     Rocket.Chat 37776                              cenarios/test_disputa.py two_nodes_on_one_database_together_give_an_agent_no_more_than_it_can_hold
5     chatwoot 13904, 13577                          cenarios/test_lotado.py whoever_is_full_is_given_nothing_by_any_path
6     chatwoot 11034; Rocket.Chat 13134              actors/test_distribuicao.py who_returns_from_a_holiday_is_not_flooded
6     chatwoot 11034                                 actors/test_distribuicao.py round_robin_gives_equal_agents_equal_shares
7     chatwoot 15524                                 actors/test_disputa.py who_takes_what_the_fila_gives_to_another_hears_who_has_it
8     fazer-ai/chatwoot 359                          cenarios/test_disputa.py a_hundred_and_sixty_agents_who_take_at_once_have_every_ticket_once
9     chatwoot 13516                                 actors/test_silencio.py who_says_nothing_in_time_loses_it_to_another_at_its_age
11    Rocket.Chat 23642                              cenarios/test_a_vista.py whatever_waits_is_seen_by_who_serves_its_fila_without_asking
11    Rocket.Chat 23642                              cenarios/test_a_vista.py who_was_away_while_it_came_sees_it_when_it_is_back
12    Rocket.Chat 18200                              cenarios/test_preso.py whatever_becomes_of_its_agent_a_ticket_can_be_gone_on_with
12    freeswitch 2540                                cenarios/test_preso.py an_agent_whose_ticket_is_gone_in_whatever_way_is_free_again
13    chatwoot 14210, 13359                          actors/test_canal_entrada.py four_simultaneous_first_messages_make_one_ticket_with_four_messages_in_order
17    chatwoot 5436; Rocket.Chat 23563               cenarios/test_a_vista.py a_phone_in_the_background_is_not_away_while_another_screen_is_there
17    Rocket.Chat 23563                              sistema/test_tempestade.py who_comes_back_within_the_grace_was_never_away_and_who_does_not_was
19    chatwoot 10178                                 actors/test_sla.py who_answers_and_resolves_in_time_stops_the_clock
19    chatwoot 14009                                 actors/test_sla.py deadlines_are_counted_in_business_time_over_lunch_and_night
19    zammad 5177                                    actors/test_sla.py a_short_next_answer_does_not_come_before_the_first_one
20    chatwoot 13312                                 actors/test_relatorios_casos.py an_agent_is_measured_from_when_the_ticket_was_its_own_and_programs_answer_nobody
20    chatwoot 12874                                 storage/test_relatorios.py reading_a_month_touches_sums_and_no_ticket_and_no_event
====  =============================================  ===============================================================

What the system behind the mission's page was seen to get wrong:

=================================================  ================================================================
failure                                            tests
=================================================  ================================================================
duplicate ``numero`` under load                    cenarios/test_visto.py hundreds_of_tickets_at_once_have_a_number_each
round robin chose the first agent 6 of 6 times     cenarios/test_visto.py round_robin_chooses_each_of_three_twice_of_six
closed tickets counted as load                     cenarios/test_visto.py what_is_closed_is_no_load
assignment not saved                               cenarios/test_visto.py an_assignment_is_there_after_the_server_was_killed
nothing distributes on creation                    actors/test_distribuicao.py a_new_ticket_goes_to_a_free_agent_and_waits_when_there_is_none
a new contact's four messages opened four tickets  actors/test_canal_entrada.py four_simultaneous_first_messages_make_one_ticket_with_four_messages_in_order
=================================================  ================================================================
"""  # noqa: E501  # a test's name is not to be broken
