/* Scratch folders for tests of the engines' own ways, and files to look into and spoil.
 */
#ifndef DUBAN_TESTS_UNIT_STORAGE_STORAGE_KIT_H
#define DUBAN_TESTS_UNIT_STORAGE_STORAGE_KIT_H

#include <stddef.h>
#include <stdint.h>

#define STORAGE_FOLDER_MAX 64
#define STORAGE_PATH_MAX   128

/* A fresh folder's name below the scratch folder; the folder itself is made. */
void storage_folder(char folder[STORAGE_FOLDER_MAX]);
/* Removes a folder of plain files. */
void storage_remove_folder(const char *folder);
void storage_path(char path[STORAGE_PATH_MAX], const char *folder, const char *name);
/* A file's bytes, to be freed; and back again. */
uint8_t *storage_read(const char *path, size_t *size);
void storage_write(const char *path, const uint8_t *bytes, size_t size);

/* A seed's next number (splitmix64). */
uint64_t storage_random(uint64_t *seed);

#endif
