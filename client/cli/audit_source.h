/* Where `duban audit fetch` reads a journal: a broker, or the journal's own files.
 * Knows: the client library, the journal port read only. Must not know: the auditor's
 * folder. */
#ifndef DUBAN_CLIENT_CLI_AUDIT_SOURCE_H
#define DUBAN_CLIENT_CLI_AUDIT_SOURCE_H

#include "client/audit/fetch.h"
#include "client/cli/cli.h"
#include "storage/journal.h"

typedef struct audit_origin {
    cli *c;
    note_key key;
    const char *newest;    /* notes; good until audit_origin_close */
    const char *witnessed; /* "" when there is none */
    audit_source source;
    journal *journal; /* with --data */
    journal_reader *reader;
    journal_head head;
    arena kept;
} audit_origin;

/* From the folder of --data when that is given, else from the broker. key: that of
 * --key or of the auditor's folder; NULL: none is known yet, and what the source says
 * counts (the folder keeps it from then on). Says what failed. */
duban_status audit_origin_open(cli *c, const note_key *key, audit_origin *out);
/* From a data folder alone. */
duban_status audit_origin_open_data(cli *c, const char *data, const note_key *key,
                                    audit_origin *out);
void audit_origin_close(audit_origin *origin);

#endif
