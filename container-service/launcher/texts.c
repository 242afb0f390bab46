/*
 * Who reads which text of a file. Every first read of an opened file measures anew; the rest of it then comes from the same text, so that whoever
 * reads in pieces gets one that fits together.
 *
 * Two things bound that. Who reads without end shall not make the monitor measure without end, for that is not the container's processor time: when
 * measuring has taken a tenth of a while, a text that is no older than that is told again. And texts that somebody is in the middle of are few: when
 * all are, the newest is told again until one of them is done, or has taken too long.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include "figures.h"
#include "launcher.h"
#include "texts.h"

#define TEXTS 24
#define READERS 128
#define TENTH 100000000u /* nanoseconds: a while */
#define TOO_LONG 1000000000u

static struct text {
	uint64_t number; /* they are counted; 0: none */
	uint64_t made;
	size_t file, size;
	char *bytes;
} texts[TEXTS];

static struct reader {
	uint64_t handle; /* 0: nobody */
	uint64_t text, since;
	size_t size;
	int done;
} readers[READERS];

static uint64_t last, while_begin, measuring; /* the last is processor time, in this while */

static int crowded(uint64_t now)
{
	if (now - while_begin > TENTH) {
		while_begin = now;
		measuring = 0;
	}
	return measuring > TENTH / 10;
}

static int in_use(const struct text *text, uint64_t now)
{
	for (const struct reader *r = readers; r < readers + READERS; r++) {
		if (r->handle && r->text == text->number && !r->done && now - r->since < TOO_LONG)
			return 1;
	}
	return 0;
}

static struct text *newest(size_t file)
{
	struct text *found = NULL;
	for (struct text *text = texts; text < texts + TEXTS; text++) {
		if (text->number && text->file == file && (!found || text->number > found->number))
			found = text;
	}
	return found;
}

static int spare(const struct text *text, uint64_t now) { return text->number && text != newest(text->file) && !in_use(text, now); }

/* One that isn't needed any more, else an empty one. The newest of each file is kept for a crowd. */
static struct text *place(size_t file, uint64_t now)
{
	struct text *empty = NULL, *last_of_file = newest(file);
	if (last_of_file && !in_use(last_of_file, now))
		return last_of_file;
	for (struct text *text = texts; text < texts + TEXTS; text++) {
		if (spare(text, now))
			return text;
		if (!text->number)
			empty = text;
	}
	return empty;
}

static struct text *measure(struct text *text, size_t file, uint64_t now)
{
	uint64_t begin = nanos_of(CLOCK_THREAD_CPUTIME_ID);
	free(text->bytes);
	*text = (struct text){.file = file, .made = now};
	FILE *out = open_memstream(&text->bytes, &text->size);
	if (!out)
		return NULL;
	figures[file].print(out);
	if (fclose(out) != 0) { /* no memory for it */
		free(text->bytes);
		text->bytes = NULL;
		return NULL;
	}
	text->number = ++last;
	measuring += nanos_of(CLOCK_THREAD_CPUTIME_ID) - begin;
	return text;
}

static struct text *choose(size_t file, uint64_t now)
{
	struct text *told = newest(file), *free_place = place(file, now);
	uint64_t age = told ? now - told->made : TOO_LONG;
	if ((crowded(now) && age < TENTH) || (!free_place && age < TOO_LONG))
		return told;
	return measure(free_place ? free_place : texts, file, now);
}

static struct reader *reader(uint64_t handle)
{
	for (struct reader *r = readers; r < readers + READERS; r++) {
		if (r->handle == handle)
			return r;
	}
	return NULL;
}

/* One that nobody has, else the one that was begun first. */
static struct reader *begin(uint64_t handle)
{
	struct reader *found = reader(handle);
	for (struct reader *r = readers; r < readers + READERS && !found; r++) {
		if (!r->handle)
			found = r;
	}
	if (found)
		return found;
	found = readers;
	for (struct reader *r = readers; r < readers + READERS; r++) {
		if (r->since < found->since)
			found = r;
	}
	return found;
}

int text_read(size_t file, uint64_t handle, uint64_t offset, size_t most, struct piece *piece)
{
	uint64_t now = nanos_of(CLOCK_MONOTONIC);
	struct reader *r = offset ? reader(handle) : NULL;
	struct text *text = NULL;
	*piece = (struct piece){0};
	if (r && offset >= r->size)
		return 1;
	for (struct text *t = texts; r && t < texts + TEXTS; t++) {
		if (t->number == r->text)
			text = t;
	}
	if (!text) { /* or it took too long, and its text is gone */
		if (!(text = choose(file, now)))
			return 0;
		r = begin(handle);
		*r = (struct reader){handle, text->number, now, text->size, 0};
	}
	size_t from = offset < text->size ? (size_t)offset : text->size, left = text->size - from;
	*piece = (struct piece){text->bytes + from, most < left ? most : left};
	r->done = piece->size == left;
	return 1;
}

void text_release(uint64_t handle)
{
	struct reader *r = reader(handle);
	if (!r)
		return;
	r->handle = 0;
	for (struct text *text = texts; text < texts + TEXTS; text++) {
		if (spare(text, nanos_of(CLOCK_MONOTONIC))) {
			free(text->bytes);
			*text = (struct text){0};
		}
	}
}
