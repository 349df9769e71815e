/* What each row of the command table runs. One function a command, in the file named
 * after its first word: cmd_plan_import lives in cmd_plan.c. */
#ifndef DUBAN_CLIENT_CLI_COMMANDS_H
#define DUBAN_CLIENT_CLI_COMMANDS_H

#include "client/cli/cli.h"

duban_status cmd_init(cli *c);
duban_status cmd_whoami(cli *c);
duban_status cmd_key_new(cli *c);
duban_status cmd_key_use(cli *c);
duban_status cmd_key_seal(cli *c);
duban_status cmd_key_unseal(cli *c);
duban_status cmd_config(cli *c);
duban_status cmd_pki_use(cli *c);
duban_status cmd_pki_init(cli *c);
duban_status cmd_pki_issue(cli *c);
duban_status cmd_pki_revoke(cli *c);
duban_status cmd_pki_crl(cli *c);
duban_status cmd_pki_list(cli *c);
duban_status cmd_status(cli *c);
duban_status cmd_witness_init(cli *c);
duban_status cmd_witness_run(cli *c);
duban_status cmd_witness_show(cli *c);

duban_status cmd_office_enroll(cli *c);
duban_status cmd_office_list(cli *c);
duban_status cmd_office_revoke(cli *c);
duban_status cmd_office_rotate(cli *c);
duban_status cmd_calendar_publish(cli *c);
duban_status cmd_time_set(cli *c);

duban_status cmd_plan_import(cli *c);
duban_status cmd_plan_check(cli *c);
duban_status cmd_plan_publish(cli *c);
duban_status cmd_plan_show(cli *c);
duban_status cmd_plan_amend(cli *c);
duban_status cmd_plan_diff(cli *c);
duban_status cmd_plan_carry(cli *c);
duban_status cmd_lights_publish(cli *c);
duban_status cmd_lights_show(cli *c);
duban_status cmd_lights_default(cli *c);
duban_status cmd_forms_show(cli *c);
duban_status cmd_forms_set(cli *c);
duban_status cmd_forms_default(cli *c);
duban_status cmd_paper(cli *c);
duban_status cmd_paper_word(cli *c);
duban_status cmd_paper_list(cli *c);
duban_status cmd_paper_show(cli *c);
duban_status cmd_paper_print(cli *c);
duban_status cmd_paper_acts(cli *c);
duban_status cmd_reminders(cli *c);
duban_status cmd_timetable_file(cli *c);
duban_status cmd_timetable_accept(cli *c);
duban_status cmd_timetable_return(cli *c);
duban_status cmd_timetable_list(cli *c);

duban_status cmd_split(cli *c);
duban_status cmd_callin(cli *c);
duban_status cmd_fill_for(cli *c);
duban_status cmd_confirm(cli *c);
duban_status cmd_object(cli *c);
duban_status cmd_assign(cli *c);
duban_status cmd_office_rename(cli *c);
duban_status cmd_office_move(cli *c);
duban_status cmd_office_end(cli *c);
duban_status cmd_post_add(cli *c);
duban_status cmd_post_end(cli *c);
duban_status cmd_post_list(cli *c);
duban_status cmd_release(cli *c);
duban_status cmd_unlock(cli *c);
duban_status cmd_light_set(cli *c);
duban_status cmd_light_lift(cli *c);
duban_status cmd_verify(cli *c);
duban_status cmd_project_add(cli *c);
duban_status cmd_project_update(cli *c);
duban_status cmd_project_list(cli *c);
duban_status cmd_project_rates(cli *c);
duban_status cmd_redact(cli *c);
duban_status cmd_access_list(cli *c);
duban_status cmd_access_grant(cli *c);
duban_status cmd_access_revoke(cli *c);
duban_status cmd_roles_show(cli *c);
duban_status cmd_roles_set(cli *c);
duban_status cmd_checks_show(cli *c);
duban_status cmd_checks_set(cli *c);
duban_status cmd_weights_show(cli *c);
duban_status cmd_weights_set(cli *c);

duban_status cmd_due(cli *c);
duban_status cmd_submit(cli *c);
duban_status cmd_outbox(cli *c);
duban_status cmd_receipt_list(cli *c);
duban_status cmd_receipt_show(cli *c);
duban_status cmd_receipt_save(cli *c);
duban_status cmd_receipt_verify(cli *c);
duban_status cmd_correct(cli *c);
duban_status cmd_review_accept(cli *c);
duban_status cmd_review_return(cli *c);
duban_status cmd_review_list(cli *c);

duban_status cmd_board(cli *c);
duban_status cmd_why(cli *c);
duban_status cmd_watch(cli *c);
duban_status cmd_replay(cli *c);
duban_status cmd_digest(cli *c);
duban_status cmd_audit_fetch(cli *c);
duban_status cmd_audit_verify(cli *c);
duban_status cmd_page_prove(cli *c);
duban_status cmd_page_verify(cli *c);
duban_status cmd_changed(cli *c);
duban_status cmd_diff(cli *c);
duban_status cmd_history(cli *c);
duban_status cmd_export_board(cli *c);
duban_status cmd_rank(cli *c);
duban_status cmd_bulletin_print(cli *c);
duban_status cmd_export_plan(cli *c);
duban_status cmd_export_journal(cli *c);

duban_status cmd_sample_keys(cli *c);
duban_status cmd_sample_play(cli *c);
duban_status cmd_bench_ingest(cli *c);
duban_status cmd_bench_watch(cli *c);
duban_status cmd_bench_replay(cli *c);
duban_status cmd_bench_verify(cli *c);

#endif
