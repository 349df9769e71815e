/* What a verification says, on one page, for people and as JSON.
 * Knows: audit_report, words in two languages. Must not know: how it was verified. */
#ifndef DUBAN_CLIENT_CLI_AUDIT_PAGE_H
#define DUBAN_CLIENT_CLI_AUDIT_PAGE_H

#include "client/audit/verify.h"
#include "client/cli/cli.h"
#include "client/cli/json.h"

typedef struct audit_page {
    const audit_options *options;
    const audit_report *report;
    const audit_finding *finding;
    double seconds;
} audit_page;

/* The page as text in c's language. */
void audit_page_write(const cli *c, const audit_page *page, FILE *f);
/* The same as one JSON object; NULL when out of memory. */
json_t *audit_page_json(const audit_page *page, duban_lang lang);

#endif
