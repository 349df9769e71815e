/* Authorities in a temporary folder, and what their files are loaded as. */
#ifndef TESTS_UNIT_PKI_PKI_KIT_H
#define TESTS_UNIT_PKI_PKI_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* after those */
#include <cmocka.h>

#include "client/pki/pki.h"
#include "proto/certificate.h"

#define NOW_MS 1700000000000LL /* 2023-11-14 */
#define DAY_MS 86400000LL

typedef struct place {
    char text[256];
} place;

/* A new folder of this process; kit_close removes them all. */
void kit_open(void);
void kit_close(void);
/* folder/name below it. */
place kit_place(const char *name);

/* An authority with default settings at kit_place(name). */
pki kit_pki(const place *folder);
/* A certificate of it; hosts NULL: an office's. */
duban_status kit_issue(const pki *p, const char *name, const char *host, uint32_t days,
                       pki_row *row);
/* Loads FOLDER/NAME/ as one end at that moment. */
duban_status kit_load(const pki *p, const char *name, certificate_end end, int64_t now_ms,
                      duban_refusal *refusal);
void kit_write(const char *path, const char *text, unsigned mode);

#endif
