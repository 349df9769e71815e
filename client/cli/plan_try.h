/* A plan tried on a ledger of its own before anything is sent: what the codec and the
 * rules would refuse is refused here, with the row it stands on.
 * Knows: the ledger. Must not know: brokers, files. */
#ifndef DUBAN_CLIENT_CLI_PLAN_TRY_H
#define DUBAN_CLIENT_CLI_PLAN_TRY_H

#include "client/cli/plan_load.h"

/* Tries the plan with the offices of the files' table, else with those of l. publish says
 * its code, title and days; its number, chunks and hash are found here. Every text that
 * does not fit its bounds is said, then the first thing that the rules refuse. */
duban_status plan_try(cli *c, const plan_files *files, const ledger *l,
                      const lights_words *lights, const plan_publish_words *publish);

#endif
