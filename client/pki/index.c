#include "client/pki/index.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/pki/pkifile.h"

#define NAME    "index"
#define HEADING "duban-pki/1"
/* Serial, kind, name, two numbers, spaces and the line's end. */
#define LINE_SIZE (PKI_SERIAL_SIZE + CODE_SIZE_MAX + 64)

static bool read_line(const char *line, pki_row *out) {
    char kind[8];
    int end = 0;
    pki_row row = {0};
    _Static_assert(PKI_SERIAL_SIZE == 33 && CODE_SIZE_MAX == 32, "the widths below");
    if (sscanf(line, "%32[0-9a-f] %7s %32s %" SCNd64 " %" SCNd64 "%n", row.serial, kind,
               row.name, &row.until_s, &row.revoked_s, &end) != 5)
        return false;
    row.broker = strcmp(kind, "broker") == 0;
    if (line[end] || strlen(row.serial) != 32) return false;
    if (!row.broker && strcmp(kind, "office") != 0) return false;
    *out = row;
    return true;
}

static duban_status parse(char *text, pki_index *out, uint32_t *line_number) {
    pki_row row;
    char *rest = NULL;
    char *line = strtok_r(text, "\n", &rest);
    *line_number = 1;
    if (!line || strcmp(line, HEADING) != 0) return DUBAN_E_CORRUPT;
    while ((line = strtok_r(NULL, "\n", &rest)) != NULL) {
        ++*line_number;
        if (!read_line(line, &row)) return DUBAN_E_CORRUPT;
        duban_status status = index_add(out, &row);
        if (status) return status;
    }
    return DUBAN_OK;
}

duban_status index_read(const char *folder, pki_index *out, duban_refusal *refusal) {
    path file;
    pki_index index = {0};
    char *text = NULL;
    size_t size = 0;
    uint32_t line = 0;
    duban_status status = pkifile_path(folder, NAME, "", &file);
    if (!status) status = pkifile_read(&file, &text, &size);
    if (status == DUBAN_E_NOT_FOUND)
        return duban_refuse(refusal, DUBAN_E_NOT_READY, 0, "pki", folder,
                            "duban pki init");
    if (!status) status = parse(text, &index, &line);
    free(text);
    if (status) {
        index_close(&index);
        return duban_refuse(refusal, status, line, "index", file.text, HEADING);
    }
    *out = index;
    return DUBAN_OK;
}

duban_status index_add(pki_index *index, const pki_row *row) {
    if (index->n >= PKI_ROWS_MAX) return DUBAN_E_LIMIT;
    if ((index->n & (index->n - 1)) == 0) { /* none, or a power of two: full */
        size_t room = index->n ? index->n * 2 : 1;
        pki_row *rows = realloc(index->rows, room * sizeof *rows);
        if (!rows) return DUBAN_E_NO_MEMORY;
        index->rows = rows;
    }
    index->rows[index->n++] = *row;
    return DUBAN_OK;
}

duban_status index_write(const char *folder, const pki_index *index) {
    path file;
    duban_status status = pkifile_path(folder, NAME, "", &file);
    if (status) return status;
    size_t room = sizeof HEADING + 1 + index->n * LINE_SIZE;
    char *text = malloc(room);
    if (!text) return DUBAN_E_NO_MEMORY;
    size_t size = (size_t)snprintf(text, room, "%s\n", HEADING);
    for (size_t i = 0; i < index->n; i++) {
        const pki_row *row = &index->rows[i];
        size += (size_t)snprintf(
            text + size, room - size, "%s %s %s %" PRId64 " %" PRId64 "\n", row->serial,
            row->broker ? "broker" : "office", row->name, row->until_s, row->revoked_s);
    }
    status = pkifile_replace(&file, text, size);
    free(text);
    return status;
}

void index_close(pki_index *index) {
    free(index->rows);
    *index = (pki_index){0};
}
