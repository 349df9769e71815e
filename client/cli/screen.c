#include "client/cli/screen.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "client/cli/print.h"

#define ROWS_DEFAULT    24
#define COLUMNS_DEFAULT 80

screen_size screen_ask(int fd) {
    struct winsize w;
    bool told = ioctl(fd, TIOCGWINSZ, &w) == 0 && w.ws_row && w.ws_col;
    return told ? (screen_size){w.ws_row, w.ws_col}
                : (screen_size){ROWS_DEFAULT, COLUMNS_DEFAULT};
}

/* Bytes of an escape code that begins there, 0 when none does. */
static size_t code_size(const char *at, const char *end) {
    const char *to = at + 2;
    if (end - at < 3 || at[0] != '\033' || at[1] != '[') return 0;
    while (to < end && (*to < '@' || *to > '~'))
        to++;
    return to < end ? (size_t)(to + 1 - at) : 0;
}

/* As much of the line as the window is wide; colours take no room and are ended. */
static void put_line(FILE *f, const char *line, size_t size, int columns) {
    const char *end = line + size;
    bool colored = false;
    while (line < end) {
        size_t code = code_size(line, end);
        int width = 0;
        size_t n = code ? code : (size_t)print_char(line, &width);
        columns -= width;
        if (columns < 0) break;
        fwrite(line, 1, n, f);
        colored = colored || code;
        line += n;
    }
    fputs(colored ? "\033[0m\033[K" : "\033[K", f);
}

static int count_lines(const char *text) {
    int n = 0;
    for (; (text = strchr(text, '\n')); text++)
        n++;
    return n;
}

/* Puts n lines, the first at row *row; returns what is left of the text. */
static const char *put_lines(FILE *f, const char *text, int n, int *row, int columns) {
    for (; n > 0; n--) {
        size_t size = strcspn(text, "\n");
        if ((*row)++ > 0) fputc('\n', f);
        put_line(f, text, size, columns);
        text += size + (text[size] == '\n');
    }
    return text;
}

void screen_draw(FILE *f, const screen_frame *frame, screen_size size) {
    int footer = *frame->footer ? 1 : 0, row = 0;
    int room = size.rows > footer ? size.rows - footer : 0;
    int body = count_lines(frame->body), news = count_lines(frame->news);
    const char *newest = frame->news;
    bool cut = body > room;
    fputs("\033[H", f);
    put_lines(f, frame->body, cut ? room - 1 : body, &row, size.columns);
    if (cut && room > 0) put_lines(f, "…\n", 1, &row, size.columns);
    int left = room - row - 1; /* one stays empty between them */
    for (; news > left && news > 0; news--)
        newest = strchr(newest, '\n') + 1;
    if (news > 0) put_lines(f, "\n", 1, &row, size.columns);
    put_lines(f, newest, news, &row, size.columns);
    if (footer) put_lines(f, frame->footer, 1, &row, size.columns);
    fputs("\033[J", f);
    fflush(f);
}
