#include "broker/ledger/verification.h"

#include <inttypes.h>

#include "broker/ledger/filler.h"
#include "broker/ledger/trace.h"
#include "broker/ledger/value.h"

static cell_name name_of(const verification_words *words) {
    return (cell_name){.task = words->task,
                       .metric = words->metric,
                       .office = words->office,
                       .period = words->period};
}

duban_status verification_check(ledger *l, const verification_words *words,
                                uint32_t signer, const verdict *v) {
    filler_place at;
    cell_name name = name_of(words);
    duban_status status = filler_look(l, words->plan, &name, v, &at);
    if (status != DUBAN_OK) return status;
    const metric_words *metric =
        at.plan->metrics[at.plan->series[at.series].metric].words;
    status = value_check_amount(metric, words->value, words->denominator, "value", v);
    if (status != DUBAN_OK || !ledger_knows(l, words->office, signer)) return status;
    const value_cell *value = value_standing(at.plan, at.series, at.round);
    uint64_t stands = value == NULL ? 0 : value->index;
    if (stands == 0 || words->index > stands)
        return refuse_number(v, DUBAN_E_UNKNOWN_INDEX, "index", words->index, stands);
    if (words->index != stands)
        return refuse_number(v, DUBAN_E_SUPERSEDED, "index", words->index, stands);
    return DUBAN_OK;
}

void verification_apply(ledger *l, uint64_t index, const verification_words *words,
                        uint32_t signer) {
    (void)signer;
    filler_place at;
    cell_name name = name_of(words);
    verdict nobody = {NULL, 0};
    char found[DECIMAL_TEXT_SIZE];
    if (filler_look(l, words->plan, &name, &nobody, &at) != DUBAN_OK) return;
    if (value_standing(at.plan, at.series, at.round) == NULL)
        return; /* a slice may not know what was verified */
    value_verify(at.plan, at.series, at.round, words, index);
    decimal_write(words->value, found);
    trace_say(l, "%" PRIu64 " verification %s/%s/%s M%" PRIu32 " -> found %s", index,
              at.plan->code, at.plan->tasks[words->task - 1].words->number,
              office_code(&l->book, words->office), words->metric, found);
}
