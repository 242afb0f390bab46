/*
 * The container's log in the CRI format, `<RFC3339Nano> <stdout|stderr> <F|P> <text>`: F ends a line, P is a part of a long
 * one. A reader sees whole lines only: a write ends at a line's end, and so does a file when it is rotated.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "launcher.h"

#define LINE_MAX_ 16384

static struct line {
	char text[LINE_MAX_];
	size_t size;
} lines[2];
/* What one read of a stream makes is written at once: every line gets a head, so short lines make it several times as long. */
static char block[8 * LINE_MAX_];
static size_t block_size;

/* The heads of entries that are written now: one moment for all lines of one read. */
enum { STDOUT, STDERR, WHOLE = 0, PART = 2, HEADS = 4 };
#define HEAD_SIZE (sizeof "2026-01-02T03:04:05.678901234Z stdout F " - 1)
static char heads[HEADS][64];
static int folder, file = -1;
static uint64_t limit, written;
static uint32_t kept;

static void open_file(void)
{
	file = openat(folder, "log", O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	off_t end = file < 0 ? 0 : lseek(file, 0, SEEK_END);
	written = end < 0 ? 0 : (uint64_t)end;
}

/* Files above the new count go at once; a file that is too long is rotated by the next write. */
void log_limit(uint64_t bytes, uint32_t files)
{
	char name[24];
	for (uint32_t i = files < 1 ? 1 : files; i < kept; i++) {
		snprintf(name, sizeof name, "log.%u", i);
		unlinkat(folder, name, 0);
	}
	limit = bytes;
	kept = files < 1 ? 1 : files;
}

void log_open(int in_folder, uint64_t bytes, uint32_t files)
{
	folder = in_folder;
	log_limit(bytes, files);
	open_file();
}

static void rotate(void)
{
	char from[24], to[24];
	if (file >= 0)
		close(file);
	for (uint32_t i = kept - 1; i > 0; i--) {
		snprintf(to, sizeof to, "log.%u", i);
		snprintf(from, sizeof from, i > 1 ? "log.%u" : "log", i - 1);
		renameat(folder, from, folder, to);
	}
	if (kept < 2)
		unlinkat(folder, "log", 0);
	open_file();
}

/* A full disk loses lines; it must not stop the container. What it took of a line goes again, so that the next one stands alone. */
static void flush_block(void)
{
	if (!block_size)
		return;
	if (file < 0)
		open_file();
	if (written && written + block_size > limit)
		rotate();
	ssize_t put = file < 0 ? -1 : write(file, block, block_size);
	if (put > 0) {
		const char *end = memrchr(block, '\n', (size_t)put);
		size_t whole = end ? (size_t)(end + 1 - block) : 0;
		if (whole < (size_t)put)
			ftruncate(file, (off_t)(written + whole));
		written += whole;
	}
	block_size = 0;
}

static void add(int head, const char *text, size_t size)
{
	/* no block is larger than a file may be */
	size_t room = limit < sizeof block ? (size_t)limit : sizeof block;
	if (block_size + HEAD_SIZE + size + 1 > room)
		flush_block();
	memcpy(block + block_size, heads[head], HEAD_SIZE);
	block_size += HEAD_SIZE;
	memcpy(block + block_size, text, size);
	block_size += size;
	block[block_size++] = '\n';
}

static void set_heads(void)
{
	char stamp[48];
	uint64_t now = now_nanos();
	time_t seconds = (time_t)(now / 1000000000u);
	struct tm t;
	gmtime_r(&seconds, &t);
	snprintf(stamp, sizeof stamp, "%04d-%02d-%02dT%02d:%02d:%02d.%09uZ", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour,
	    t.tm_min, t.tm_sec, (unsigned)(now % 1000000000u));
	for (int i = 0; i < HEADS; i++)
		snprintf(heads[i], sizeof heads[i], "%s %s %c ", stamp, i & STDERR ? "stderr" : "stdout", i & PART ? 'P' : 'F');
}

void log_write(uint32_t kind, const char *data, size_t size)
{
	int stream = kind == FRAME_STDERR ? STDERR : STDOUT;
	struct line *line = &lines[stream];
	set_heads();
	while (size) {
		const char *newline = memchr(data, '\n', size);
		size_t piece = newline ? (size_t)(newline - data) : size;
		if (line->size + piece > LINE_MAX_)
			piece = LINE_MAX_ - line->size, newline = NULL;
		if (newline && !line->size) {
			add(stream | WHOLE, data, piece);
		} else {
			memcpy(line->text + line->size, data, piece);
			line->size += piece;
			if (newline || line->size == LINE_MAX_) {
				add(stream | (newline ? WHOLE : PART), line->text, line->size);
				line->size = 0;
			}
		}
		data += piece + (newline != NULL);
		size -= piece + (newline != NULL);
	}
	flush_block();
}

/* What was left without a line's end is a part: its reader adds no line's end. */
void log_finish(void)
{
	set_heads();
	for (int i = STDOUT; i <= STDERR; i++) {
		if (lines[i].size)
			add(i | PART, lines[i].text, lines[i].size);
		lines[i].size = 0;
	}
	flush_block();
}
