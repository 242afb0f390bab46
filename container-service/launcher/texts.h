/* The texts of figures.c, for readers of the files that view.c serves. */
#ifndef GANTRY_TEXTS_H
#define GANTRY_TEXTS_H
#include <stddef.h>
#include <stdint.h>

struct piece {
	const char *bytes; /* until the next call */
	size_t size;       /* 0 at the end */
};

/* At most so many bytes, by who has opened the file as handle, which is never 0. False if there is no memory for it. */
int text_read(size_t file, uint64_t handle, uint64_t offset, size_t most, struct piece *piece);

/* It is closed. */
void text_release(uint64_t handle);
#endif
