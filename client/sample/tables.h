/* The sample's own tables that the generator reads: offices and timetables.
 * Knows: client/sample's files. Must not know: journals. */
#ifndef DUBAN_CLIENT_SAMPLE_TABLES_H
#define DUBAN_CLIENT_SAMPLE_TABLES_H

#include "client/cli/cli.h"

typedef struct sample_office {
    uint32_t number;
    const char *code;
    bool group; /* a printed name only: it has no home */
} sample_office;

typedef struct sample_node {
    const char *task; /* printed number */
    profile profile;
    uint32_t node; /* 0 when the profile has none */
    int32_t day;
    decimal share; /* percent */
} sample_node;

typedef struct sample_tables {
    sample_office *offices;
    size_t offices_n;
    sample_node *nodes; /* in the file's order */
    size_t nodes_n;
    const char *timetables; /* path of the file, for `duban timetable file` */
} sample_tables;

/* Reads them from the folder; refusals are printed. All lives in the arena. */
duban_status sample_tables_read(cli *c, const char *folder, arena *a, sample_tables *out);

#endif
