#include "broker/ledger/override.h"

#include <inttypes.h>

#include "broker/ledger/light.h"
#include "broker/ledger/refresh.h"
#include "broker/ledger/trace.h"

bool override_holds(const ledger *l, const plan_override *set) {
    return set->grade != GRADE_NONE && (set->until_day == 0 || l->day <= set->until_day);
}

static plan_override *find(plan *p, uint32_t task, uint32_t office) {
    if (office == 0) return &p->tasks[task].override;
    uint32_t duty = plan_find_duty(p, task, office);
    return duty == NONE ? NULL : &p->duties[duty].override;
}

static duban_status check_grade(const ledger *l, const plan *p,
                                const override_words *words, const plan_override *stands,
                                const verdict *v) {
    if (words->grade == GRADE_NONE) {
        if (override_holds(l, stands)) return DUBAN_OK;
        return refuse_found(v, DUBAN_E_STATE, "grade", words->grade);
    }
    grade_order order = light_order(&p->lights);
    if (words->grade < GRADE_NONE || words->grade >= GRADE_COUNT ||
        grade_rank(&order, words->grade) == 0)
        return refuse_found(v, DUBAN_E_RULES, "grade", words->grade);
    if (words->until_day != 0 &&
        (words->until_day < l->day || words->until_day > DAY_MAX))
        return refuse_day(v, DUBAN_E_DATE, "until_day", words->until_day, l->day,
                          DAY_MAX);
    return DUBAN_OK;
}

duban_status override_check(ledger *l, const override_words *words, uint32_t signer,
                            const verdict *v) {
    (void)signer;
    plan *p = NULL;
    duban_status status = ledger_published(l, words->plan, v, &p);
    if (status != DUBAN_OK) return status;
    uint32_t task = plan_find_task(p, words->task);
    if (task == NONE) return refuse_found(v, DUBAN_E_UNKNOWN_TASK, "task", words->task);
    if (words->office != 0 && office_find(&l->book, words->office) == NULL)
        return refuse_found(v, DUBAN_E_UNKNOWN_OFFICE, "office", words->office);
    const plan_override *stands = find(p, task, words->office);
    if (stands == NULL)
        return refuse_text(v, DUBAN_E_NO_ITEM, "office",
                           office_code(&l->book, words->office),
                           office_code(&l->book, p->tasks[task].lead));
    status = check_grade(l, p, words, stands, v);
    if (status != DUBAN_OK) return status;
    if (!words->reason.present) return refuse(v, DUBAN_E_REASON_NEEDED, "reason");
    if (text_set_add(&l->media, &l->memory, words->reason.media) == NULL)
        return refuse_memory(v);
    return DUBAN_OK;
}

static void trace(const ledger *l, const plan *p, const override_words *words,
                  uint64_t index) {
    if (l->trace == NULL) return;
    char until[DAY_TEXT_SIZE] = "";
    if (words->until_day != 0) day_write(words->until_day, until);
    bool lifted = words->grade == GRADE_NONE;
    trace_say(l, "%" PRIu64 " override %s/%s%s%s -> %s%s%s", index, p->code,
              p->tasks[words->task - 1].words->number, words->office == 0 ? "" : "/",
              words->office == 0 ? "" : office_code(&l->book, words->office),
              lifted ? "lifted" : "set", !lifted && *until ? " until " : "",
              lifted ? "" : until);
}

void override_apply(ledger *l, uint64_t index, const override_words *words,
                    uint32_t signer) {
    (void)signer;
    plan *p = ledger_plan(l, words->plan);
    plan_override *set = find(p, words->task - 1, words->office);
    if (set == NULL) return; /* a slice may not know of the office's part */
    *set = (plan_override){0};
    if (words->grade != GRADE_NONE) {
        *set = (plan_override){words->grade, words->until_day, words->reason};
        set->reason.media = text_set_get(&l->media, words->reason.media);
    }
    trace(l, p, words, index);
    refresh_task(l, p, words->task - 1, index);
}
