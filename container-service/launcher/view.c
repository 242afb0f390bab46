/*
 * The file system of a few files by which a container sees its own limits in /proc: read-only, without folders, spoken as the kernel's FUSE
 * protocol. Requests are the kernel's own: what a user of the container can cause are lookups, opens, reads and what is refused.
 *
 * A thread of its own answers them, which shares nothing with the monitor's loop and touches nothing of the container's. The loop could not: a
 * container that copies such a file to its output by splice(2), or writes from a mapping of it, waits for the answer while it holds the pipe,
 * which the loop reads from.
 *
 * What that takes is the monitor's processor time, and not the container's: a quarter of a core at most. Beyond that requests wait until a tenth
 * of a second is over.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>
#include "figures.h"
#include "fuse.h"
#include "launcher.h"
#include "texts.h"

#define FOREVER (1u << 30) /* seconds: names and attributes never change */
#define WHILE_NANOS 100000000u
#define STACK 65536
#define FIRST_FILE (FUSE_ROOT + 1)

static int device = -1;
static uint64_t last_handle;
static time_t made_at;

/* In vain if who asked is gone. */
static void reply(const struct fuse_request *request, int error, const void *data, size_t size)
{
	struct fuse_reply head = {(uint32_t)(sizeof head + size), error, request->unique};
	struct iovec parts[2] = {{&head, sizeof head}, {(void *)data, size}};
	while (writev(device, parts, 2) < 0 && errno == EINTR)
		;
}

static void refuse(const struct fuse_request *request, int error) { reply(request, -error, NULL, 0); }

/* No file is larger than a block of it: so tail(1), wc(1) and their like read it instead of taking its size for true, as they do in sysfs. */
static struct fuse_attributes attributes(uint64_t node)
{
	uint64_t at = (uint64_t)made_at;
	uint32_t mode = node == FUSE_ROOT ? S_IFDIR | 0555 : S_IFREG | 0444;
	uint32_t size = node == FUSE_ROOT ? 4096 : figures[node - FIRST_FILE].size;
	return (struct fuse_attributes){
	    .inode = node, .size = size, .atime = at, .mtime = at, .ctime = at, .mode = mode, .links = 1, .block_size = size};
}

static void greet(const struct fuse_request *request, const void *data, size_t size)
{
	const struct fuse_init_in *in = data;
	struct fuse_init_out out = {.major = FUSE_MAJOR, .minor = FUSE_MINOR, .max_write = 4096, .time_granularity = 1};
	if (size < sizeof *in || in->major < FUSE_MAJOR || (in->major == FUSE_MAJOR && in->minor < FUSE_MINOR))
		refuse(request, EPROTO);
	else
		reply(request, 0, &out, sizeof out); /* a kernel of a later major asks again with ours */
}

static void look_up(const struct fuse_request *request, const char *name, size_t size)
{
	for (size_t file = 0; file < FIGURES && request->node == FUSE_ROOT; file++) {
		if (strlen(figures[file].name) < size && strncmp(figures[file].name, name, size) == 0) {
			struct fuse_entry_out out = {.node = FIRST_FILE + file, .entry_seconds = FOREVER, .attribute_seconds = FOREVER};
			out.attributes = attributes(out.node);
			reply(request, 0, &out, sizeof out);
			return;
		}
	}
	refuse(request, ENOENT);
}

static void tell_attributes(const struct fuse_request *request)
{
	struct fuse_attributes_out out = {.seconds = FOREVER, .attributes = attributes(request->node)};
	reply(request, 0, &out, sizeof out);
}

static void open_file(const struct fuse_request *request)
{
	struct fuse_open_out out = {.handle = ++last_handle, .flags = FUSE_DIRECT};
	if (request->node == FUSE_ROOT)
		refuse(request, EISDIR);
	else
		reply(request, 0, &out, sizeof out);
}

/* What the page cache would hold is old at once: sendfile(2) and splice(2), which read through it, are told that they can't, and those who use
 * them read(2) then. */
static void read_file(const struct fuse_request *request, const void *data, size_t size)
{
	const struct fuse_read_in *in = data;
	if (size < sizeof *in || request->node == FUSE_ROOT || !(in->read_flags & FUSE_READ_OWNED)) {
		refuse(request, EINVAL);
		return;
	}
	struct piece piece;
	if (text_read((size_t)(request->node - FIRST_FILE), in->handle, in->offset, in->size, &piece))
		reply(request, 0, piece.bytes, piece.size);
	else
		refuse(request, ENOMEM);
}

static void close_file(const struct fuse_request *request, const void *data, size_t size)
{
	uint64_t handle;
	if (size >= sizeof handle) {
		memcpy(&handle, data, sizeof handle); /* what it begins with */
		text_release(handle);
	}
	reply(request, 0, NULL, 0);
}

/* df(1) takes one without blocks for none of its concern. */
static void tell_room(const struct fuse_request *request)
{
	struct fuse_statfs_out out = {.block_size = 4096, .fragment = 4096, .name_length = 255};
	reply(request, 0, &out, sizeof out);
}

static void answer(const struct fuse_request *request, const char *data, size_t size)
{
	if (request->opcode == FUSE_FORGET || request->opcode == FUSE_BATCH_FORGET)
		return;
	if (request->opcode != FUSE_INIT && (request->node < FUSE_ROOT || request->node >= FIRST_FILE + FIGURES)) {
		refuse(request, ESTALE);
		return;
	}
	switch (request->opcode) {
	case FUSE_INIT: greet(request, data, size); break;
	case FUSE_LOOKUP: look_up(request, data, size); break;
	case FUSE_GETATTR: tell_attributes(request); break;
	case FUSE_OPEN: open_file(request); break;
	case FUSE_READ: read_file(request, data, size); break;
	case FUSE_RELEASE: close_file(request, data, size); break;
	case FUSE_STATFS: tell_room(request); break;
	case FUSE_IOCTL: refuse(request, ENOTTY); break;
	default: refuse(request, ENOSYS); break; /* the kernel doesn't ask again, and does without */
	}
}

/* One request; false when nobody has it mounted any more. */
static int serve_one(void)
{
	static union {
		struct fuse_request request;
		char bytes[FUSE_REQUEST];
	} in;
	ssize_t got = read(device, &in, sizeof in);
	if (got < 0)
		return errno == EINTR || errno == ENOENT; /* ENOENT: who asked is gone */
	if (got >= (ssize_t)sizeof in.request && in.request.length == (uint32_t)got)
		answer(&in.request, in.bytes + sizeof in.request, (size_t)got - sizeof in.request);
	return 1;
}

static void *serve(void *unused)
{
	uint64_t begun = 0, used = 0;
	prctl(PR_SET_NAME, "gantry-view", 0, 0, 0);
	while (serve_one()) {
		uint64_t now = nanos_of(CLOCK_MONOTONIC), end = begun + WHILE_NANOS;
		if (now < end && nanos_of(CLOCK_THREAD_CPUTIME_ID) - used > WHILE_NANOS / 4)
			nanosleep(&(struct timespec){0, (long)(end - now)}, NULL);
		if (nanos_of(CLOCK_MONOTONIC) >= end) {
			begun = nanos_of(CLOCK_MONOTONIC);
			used = nanos_of(CLOCK_THREAD_CPUTIME_ID);
		}
	}
	close(device);
	return unused;
}

/* From here on the file system that was mounted with this device is served. */
int view_take(int fuse, const int *groups, size_t count)
{
	pthread_t thread;
	pthread_attr_t small;
	if (device >= 0)
		return -EBUSY;
	device = fuse;
	made_at = time(NULL);
	figures_of(groups, count);
	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, STACK);
	pthread_attr_setdetachstate(&small, PTHREAD_CREATE_DETACHED);
	return -pthread_create(&thread, &small, serve, NULL);
}
