/* The part of the kernel's linux/fuse.h (protocol 7.23 and on) that view.c speaks; musl's headers lack it. */
#ifndef GANTRY_FUSE_H
#define GANTRY_FUSE_H
#include <stdint.h>

#define FUSE_MAJOR 7
#define FUSE_MINOR 23 /* Linux 3.15: replies have the sizes of below */
#define FUSE_ROOT 1

enum {
	FUSE_LOOKUP = 1,
	FUSE_FORGET = 2, /* has no reply, as below */
	FUSE_GETATTR = 3,
	FUSE_OPEN = 14,
	FUSE_READ = 15,
	FUSE_STATFS = 17,
	FUSE_RELEASE = 18,
	FUSE_INIT = 26,
	FUSE_IOCTL = 39,
	FUSE_BATCH_FORGET = 42,
};

/* What a request is read into has at least this size (FUSE_MIN_READ_BUFFER). */
#define FUSE_REQUEST 8192

struct fuse_request {
	uint32_t length; /* with what follows */
	uint32_t opcode;
	uint64_t unique, node;
	uint32_t uid, gid, pid, extended;
};

struct fuse_reply {
	uint32_t length; /* with what follows */
	int32_t error;   /* 0 or a negative errno */
	uint64_t unique;
};

struct fuse_init_in {
	uint32_t major, minor, max_readahead, flags;
};
struct fuse_init_out {
	uint32_t major, minor, max_readahead, flags;
	uint16_t max_background, congestion_threshold;
	uint32_t max_write, time_granularity;
	uint32_t unused[9];
};

struct fuse_attributes {
	uint64_t inode, size, blocks, atime, mtime, ctime;
	uint32_t atime_nanos, mtime_nanos, ctime_nanos, mode, links, uid, gid, device, block_size, flags;
};
struct fuse_entry_out {
	uint64_t node, generation, entry_seconds, attribute_seconds; /* how long the kernel needn't ask again */
	uint32_t entry_nanos, attribute_nanos;
	struct fuse_attributes attributes;
};
struct fuse_attributes_out {
	uint64_t seconds;
	uint32_t nanos, unused;
	struct fuse_attributes attributes;
};

#define FUSE_DIRECT 1 /* FOPEN_DIRECT_IO: every read is asked for, and the size in the attributes doesn't count */
struct fuse_open_out {
	uint64_t handle;
	uint32_t flags, unused;
};
#define FUSE_READ_OWNED 2 /* FUSE_READ_LOCKOWNER: by read(2) and its like, not for the kernel's page cache */
struct fuse_read_in {
	uint64_t handle, offset;
	uint32_t size, read_flags;
	uint64_t lock_owner;
	uint32_t flags, unused;
};
struct fuse_statfs_out {
	uint64_t blocks, free, available, files, free_files;
	uint32_t block_size, name_length, fragment, unused[7];
};
#endif
