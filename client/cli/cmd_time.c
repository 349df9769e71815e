/* duban time set: a drill's time, or a jump of the clock confirmed by the city office. */
#include "client/cli/admin.h"
#include "client/cli/commands.h"
#include "client/cli/json.h"

duban_status cmd_time_set(cli *c) {
    duban_status s = cli_open_synced(c);
    if (s < 0) return s;
    const ledger *l = duban_slice(c->d);
    ledger_status st = {.utc_offset_minutes = 0};
    ledger_get_status(l, &st);
    event ev = {.kind = KIND_TIME};
    const char *text = c->args[0];
    if (moment_read(text, st.utc_offset_minutes, false, &ev.time_moment_ms) < 0)
        return cli_refuse(c, DUBAN_E_DATE, 0, "moment", text,
                          "YYYY-MM-DD, YYYY-MM-DDTHH:MM");
    char moment[MOMENT_TEXT_SIZE];
    if (ev.time_moment_ms <= st.time_ms) {
        moment_write(st.time_ms, st.utc_offset_minutes, moment);
        char expected[80];
        snprintf(expected, sizeof expected,
                 cli_say(c, "晚于 %s 的时刻", "a moment after %s"), moment);
        return cli_refuse(c, DUBAN_E_CLOCK, 0, "moment", text, expected);
    }
    uint64_t index = 0;
    s = admin_send(c, &ev, NULL, 0, &index);
    if (s < 0) return s;
    moment_write(ev.time_moment_ms, st.utc_offset_minutes, moment);
    if (c->json)
        json_line(c->out,
                  json_pack("{s:I, s:s}", "index", (json_int_t)index, "moment", moment));
    else
        fprintf(
            c->out,
            cli_say(c, "时间已定为 %s（序号 %llu）\n", "the time is %s (index %llu)\n"),
            moment, (unsigned long long)index);
    return DUBAN_OK;
}
