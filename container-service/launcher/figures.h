/* What a container's limits make of the files in /proc that programs size themselves by. */
#ifndef GANTRY_FIGURES_H
#define GANTRY_FIGURES_H
#include <stddef.h>
#include <stdio.h>

#define FIGURES 5
struct figure {
	const char *name;
	unsigned size; /* that it is told to have, a power of two: there are programs that read no more than that */
	void (*print)(FILE *out);
};
extern const struct figure figures[FIGURES];

/* Open folders of its control groups, as they come with struct view. */
void figures_of(const int *groups, size_t count);

/* Its cores' time counts from here on; may be called while they are printed. */
void figures_begin(void);
#endif
