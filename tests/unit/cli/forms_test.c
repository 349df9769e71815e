#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/cli/forms.h"
#include "client/cli/paper_word.h"
#include "proto/codec.h"

static arena memory;
static char *said; /* what was said on standard error */
static size_t said_size;
static FILE *said_file;

static int setup(void **state) {
    (void)state;
    arena_init(&memory, 0);
    said_file = open_memstream(&said, &said_size);
    return said_file ? 0 : -1;
}

static int teardown(void **state) {
    (void)state;
    fclose(said_file);
    free(said);
    arena_close(&memory);
    return 0;
}

static cli listening(void) {
    return (cli){.lang = DUBAN_EN, .out = stdout, .err = said_file};
}

static forms_table read_default(void) {
    cli c = listening();
    forms_table out = {0};
    assert_int_equal(forms_load(&c, &memory, NULL, &out), DUBAN_OK);
    return out;
}

static duban_status read_text(const char *text, forms_table *out) {
    cli c = listening();
    return forms_read(&c, &memory, "forms", text, strlen(text), out);
}

static const char *errors(void) {
    fflush(said_file);
    return said;
}

static void assert_same_words(const forms_words *a, const forms_words *b) {
    buffer x, y;
    buffer_init(&x);
    buffer_init(&y);
    event left = {.kind = KIND_FORMS, .forms = *a};
    event right = {.kind = KIND_FORMS, .forms = *b};
    assert_int_equal(codec_event_write(&left, &x), DUBAN_OK);
    assert_int_equal(codec_event_write(&right, &y), DUBAN_OK);
    assert_int_equal(x.size, y.size);
    assert_memory_equal(x.data, y.data, x.size);
    buffer_close(&x);
    buffer_close(&y);
}

/* --- the default -------------------------------------------------------------------- */

static void the_default_table_fits_one_entry(void **state) {
    (void)state;
    forms_table table = read_default();
    buffer out;
    buffer_init(&out);
    event ev = {.kind = KIND_FORMS, .forms = table.words};
    assert_int_equal(codec_event_write(&ev, &out), DUBAN_OK);
    assert_true(out.size < SIGNED_SIZE_MAX - 256);
    buffer_close(&out);
}

static void the_default_table_has_every_kind_of_paper_the_documents_name(void **state) {
    (void)state;
    static const char *const names[] = {
        "提示单",
        "催办单",
        "督办单",
        "协调函",
        "提请协调（会商）事项",
        "延期申请",
        "核减申请",
        "容错免责申请",
        "目标调整申请",
        "督查发现问题",
        "整改通知",
        "办结销号",
        "制发政策",
        "批示",
        "约谈",
        "专题推进会",
        "议定事项",
        "通报表扬",
        "通报批评",
        "督查通报",
        "移送追责",
        "无法完成报告",
        "双报告",
        "荣誉争取",
        "活动登记",
        "持续跟踪",
        "会签",
    };
    forms_table table = read_default();
    assert_int_equal(table.words.forms_n, sizeof names / sizeof names[0]);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const form_words *form = forms_find(&table.words, names[i]);
        assert_non_null(form);
        assert_true(*form->en);
    }
}

static void the_ladder_leads_from_reminder_to_urging_to_supervision(void **state) {
    (void)state;
    forms_table table = read_default();
    const char *code = "urge1";
    static const char *const ladder[] = {"urge2", "urge3", "talk"};
    for (size_t i = 0; i < 3; i++) {
        const form_words *form = forms_find(&table.words, code);
        const form_state *waiting = forms_state(form, "acknowledged");
        assert_true(waiting->limit_days > 0);
        assert_string_equal(waiting->breach_form, ladder[i]);
        code = waiting->breach_form;
    }
}

static void effects_of_the_default_are_those_of_decisions(void **state) {
    (void)state;
    static const struct {
        const char *form;
        const char *in;
        effect_kind effect;
    } rows[] = {
        {"extension", "granted", EFFECT_EXTEND},
        {"exemption", "granted", EFFECT_EXEMPT},
        {"tolerance", "granted", EFFECT_TOLERATE},
        {"finding", "confirmed", EFFECT_FIND},
        {"finding", "reversed", EFFECT_REVERSE},
        {"close", "approved", EFFECT_CLOSE},
        {"close", "reopened", EFFECT_REOPEN},
        {"policy", "issued", EFFECT_FULFIL},
        {"extension", "asked", EFFECT_NONE},
        {"finding", "doubted", EFFECT_NONE},
    };
    forms_table table = read_default();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const form_words *form = forms_find(&table.words, rows[i].form);
        assert_int_equal(forms_state(form, rows[i].in)->effect, rows[i].effect);
    }
}

static void the_double_report_is_off_and_says_so(void **state) {
    (void)state;
    forms_table table = read_default();
    const form_words *form = forms_find(&table.words, "double");
    assert_int_equal(form->triggers_n, 0);
    assert_string_equal(form->proposed, "");
    assert_non_null(strstr(table.notes[form - table.words.forms], "未启用"));
}

static void every_word_of_the_command_line_is_a_form_of_the_default(void **state) {
    (void)state;
    static const char *const known[] = {"slip",        "ticket",   "relief",  "finding",
                                        "close",       "bulletin", "meeting", "talk",
                                        "instruction", "policy"};
    forms_table table = read_default();
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        const char *const *forms = paper_word_forms(known[i]);
        assert_non_null(forms);
        for (; *forms; forms++) {
            assert_non_null(forms_find(&table.words, *forms));
            assert_string_equal(paper_word_of(*forms), known[i]);
        }
    }
    assert_null(paper_word_forms("urge1"));
}

/* --- there and back ----------------------------------------------------------------- */

static void assert_round_trip(const forms_words *words, duban_lang lang) {
    buffer text;
    forms_table again = {0};
    buffer_init(&text);
    cli c = listening();
    assert_int_equal(forms_write(words, NULL, lang, &text), DUBAN_OK);
    assert_int_equal(
        forms_read(&c, &memory, "again", (const char *)text.data, text.size, &again),
        DUBAN_OK);
    assert_same_words(words, &again.words);
    buffer_close(&text);
}

static void a_table_written_and_read_again_is_the_same_in_both_languages(void **state) {
    (void)state;
    forms_table table = read_default();
    assert_round_trip(&table.words, DUBAN_ZH);
    assert_round_trip(&table.words, DUBAN_EN);
}

static void every_field_of_a_form_survives_the_sheet(void **state) {
    (void)state;
    static const relation_kind by[] = {
        BY_CITY,   BY_LEAD,      BY_FURTHER_LEAD, BY_OWNER,       BY_FILLER,
        BY_PARENT, BY_ADDRESSEE, BY_OPENER,       BY_RESPONSIBLE, BY_ANYONE};
    static const need_kind needs[] = {
        NEED_TEXT, NEED_EVIDENCE, NEED_DOCUMENT,  NEED_LIMIT, NEED_DAY,
        NEED_TASK, NEED_OFFICE,   NEED_AUTHORITY, NEED_INDEX, NEED_REFERS};
    static const grade grades[] = {GRADE_DONE, GRADE_GREEN,  GRADE_GREY,
                                   GRADE_BLUE, GRADE_YELLOW, GRADE_RED};
    form_state states[EFFECT_COUNT];
    for (int e = 0; e < EFFECT_COUNT; e++)
        states[e] = (form_state){.code = (const char *[]){"s0", "s1", "s2", "s3", "s4",
                                                          "s5", "s6", "s7", "s8"}[e],
                                 .zh = "某状态,含逗号",
                                 .en = "a \"state\"",
                                 .ended = e % 2,
                                 .limit_days = (uint32_t)e * 7,
                                 .breach_state = e ? "s0" : "",
                                 .breach_form = e ? "x" : "",
                                 .effect = (effect_kind)e,
                                 .hidden = e % 3 == 0};
    form_act acts[] = {{"open", "开", "open", "", "s0", by, 10, needs, 10},
                       {"any", "任", "any", "*", "", by, 1, needs, 0}};
    form_trigger triggers[] = {{grades, 6, CAUSE_MISSING, 1, 2, true, true, 3},
                               {grades, 0, CAUSE_NONE, 4, 0, false, false, 0}};
    form_words form = {.code = "x",
                       .zh = "某",
                       .en = "some; thing",
                       .states = states,
                       .states_n = EFFECT_COUNT,
                       .acts = acts,
                       .acts_n = 2,
                       .triggers = triggers,
                       .triggers_n = 2,
                       .proposed = "s1"};
    forms_words words = {.forms = &form, .forms_n = 1};
    assert_round_trip(&words, DUBAN_ZH);
    assert_round_trip(&words, DUBAN_EN);
}

static void states_may_be_named_by_their_chinese_name(void **state) {
    (void)state;
    forms_table out = {0};
    assert_int_equal(read_text("行,代码,中文名,起,至,由谁,终结,拟办\n"
                               "文种,visit,走访,,,,,拟走访\n"
                               "状态,planned,拟走访\n状态,done,已走访,,,,是\n"
                               "动作,plan,安排,,拟走访,市政府办公室\n"
                               "动作,go,走访,拟走访,已走访,收文单位、发起单位\n",
                               &out),
                     DUBAN_OK);
    const form_words *form = &out.words.forms[0];
    assert_string_equal(form->proposed, "planned");
    assert_string_equal(form->acts[1].from, "planned");
    assert_string_equal(form->acts[1].to, "done");
    assert_int_equal(form->acts[1].by_n, 2);
    assert_int_equal(form->acts[1].by[0], BY_ADDRESSEE);
    assert_true(form->states[1].ended);
}

/* --- what is wrong ------------------------------------------------------------------ */

static void every_bad_row_is_named_and_nothing_is_read(void **state) {
    (void)state;
    forms_table out = {0};
    assert_int_equal(read_text("row,code,zh,from,to,by,ended,limit,effect,breach_form\n"
                               "form,x,甲\n"
                               "state,a,子,,,,,soon\n"
                               "state,b,丑,,,,maybe,,float\n"
                               "act,go,走,nowhere,b,everybody\n"
                               "act,stay,留,a,b,city,yes\n"
                               "state,c,寅,,,,,,,nothing\n"
                               "paper,y,乙\n"
                               "form,x,丙\n",
                               &out),
                     DUBAN_E_ROWS);
    static const char *const places[] = {
        "line 3, limit",       "line 4, ended", "line 4, effect",
        "line 5, from",        "line 5, by",    "line 6, ended",
        "line 7, breach_form", "line 8, row",   "line 9, code",
    };
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        if (!strstr(errors(), places[i])) fail_msg("%s is not in: %s", places[i], said);
    assert_null(out.words.forms);
}

static void rows_before_the_first_form_are_refused(void **state) {
    (void)state;
    forms_table out = {0};
    assert_int_equal(read_text("row,code,zh,from,to,by,ended\nstate,a,子\n", &out),
                     DUBAN_E_ROWS);
    assert_int_equal(read_text("row,code,zh,from,to,by,ended\n", &out), DUBAN_E_EMPTY);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(the_default_table_fits_one_entry),
        TEST(the_default_table_has_every_kind_of_paper_the_documents_name),
        TEST(the_ladder_leads_from_reminder_to_urging_to_supervision),
        TEST(effects_of_the_default_are_those_of_decisions),
        TEST(the_double_report_is_off_and_says_so),
        TEST(every_word_of_the_command_line_is_a_form_of_the_default),
        TEST(a_table_written_and_read_again_is_the_same_in_both_languages),
        TEST(every_field_of_a_form_survives_the_sheet),
        TEST(states_may_be_named_by_their_chinese_name),
        TEST(every_bad_row_is_named_and_nothing_is_read),
        TEST(rows_before_the_first_form_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
