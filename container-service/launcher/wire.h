/*
 * What the agent, the launcher and its monitor say to each other: little endian, natural alignment.
 * Mirrored by Wire and OpEncoder in io.gantry.agent.execute; a change here raises WIRE_VERSION. The order of the talk is in README.md.
 */
#ifndef GANTRY_WIRE_H
#define GANTRY_WIRE_H
#include <stdint.h>

/* Of the two channels: both ends are of one build. */
#define WIRE_VERSION 6

/* Of the monitor's socket: an agent may meet a monitor that an older one has left. */
#define MONITOR_VERSION 1

/* Descriptors that exist when the launcher begins; all others are closed first. */
enum { FD_CONTROL = 3, FD_CHILD = 4 };

/* ---- control channel, SEQPACKET: BEGIN, VIEW and NAME in, replies out ---- */

enum {
	BEGIN_LOG = 2,      /* write log and exit files into the state folder, stay until released */
	BEGIN_LOSSLESS = 4, /* output waits for the client instead of passing it by; ends with its client */
	BEGIN_LEAVE = 8,    /* nobody's monitor: leave as soon as the first process runs; whoever adopts it reaps it */
	BEGIN_ADOPT = 16,   /* the process that is made is the maker only: another program makes the first one, which is adopted */
};

struct begin {
	uint32_t version;
	uint32_t flags;
	uint64_t makes;  /* CLONE_NEW*, for clone3 */
	uint64_t joins;  /* CLONE_NEW*, for setns before that: those of the process behind TARGET */
	uint64_t tasks;  /* so many of the descriptors are v1 "tasks" files */
	uint64_t spaces; /* so many are namespaces to enter before the first process is made, in their order */
};

/* Descriptors that come with BEGIN, in this order; the tasks files follow, and then the namespaces. */
enum { BEGIN_CGROUP, BEGIN_TARGET, BEGIN_TASKS };

/* Whose monitor it becomes. May come long after BEGIN: until then nobody's process is parked, in namespaces of its own. */
struct name {
	uint32_t version;
	uint32_t log_files; /* so many are kept, the current one included */
	uint64_t log_bytes; /* a log file is rotated before it grows above this */
	char socket[32];    /* name in the socket folder */
};

/* Descriptors that come with NAME; a container's root is held, so that its last use and the syncing that follows come after
 * the end has been told. */
enum { NAME_STATE_DIR, NAME_SOCKET_DIR, NAME_ROOT, NAME_FILES, NAME_FDS };

/* The folder of NAME_FILES is held at this number, writable, for agents that renew what is in it: nobody else has a way to it. */
enum { FD_FILES = 63 };

/* What it shows its container of the container's own limits: a FUSE file system that it serves. Comes once, on the control channel as
 * the other two, and is known by its size. The descriptors are the device that the file system was mounted with and folders of control
 * groups: the one of version 2, or those of version 1 for memory, cpu, cpuacct and, where there is one, cpuset. */
struct view {
	uint32_t version;
	uint32_t groups;
};
enum { VIEW_DEVICE, VIEW_GROUPS, VIEW_FDS = VIEW_GROUPS + 4 };

enum { REPLY_CLONED = 1, REPLY_STARTED = 2, REPLY_FAILED = 3, REPLY_LISTENS = 4, REPLY_MADE = 5 };

/* In REPLY_FAILED, where it failed when it was before the first operation. */
enum {
	STAGE_BEGIN = -1,
	STAGE_SOCKET = -2,
	STAGE_STARTER = -3,
	STAGE_CGROUP = -4,
	STAGE_SETNS = -5,
	STAGE_CLONE = -6,
	STAGE_PROCEED = -7,
	STAGE_EXECUTE = -8, /* by what OP_EXEC would have been, in the container of another runtime */
};

struct reply {
	uint32_t kind;
	int32_t pid;   /* of the first process, in the launcher's pid namespace */
	int32_t op;    /* index of the failed operation, or a STAGE_ */
	int32_t error; /* errno */
	uint64_t nanos; /* CLOCK_REALTIME of it */
};

/* ---- child channel, SEQPACKET: PROCEEDs, until one ends with OP_EXEC; descriptor 0 holds the operations, the others are their slots.
 * What is the same for every container comes first and alone, so that a parked process has done it already. After each but the last it answers by
 * a byte. ---- */

struct proceed {
	uint32_t version;
	uint32_t count; /* operations */
	uint64_t bytes; /* of the operations file */
};

enum {
	OP_BECOME_ROOT = 1, /* user, group 0 of the new user namespace; no further groups */
	OP_PRIVATE_MOUNTS,  /* nothing propagates in or out */
	OP_ATTACH,          /* slot n0 becomes a mount at text0; n1: where it leads, if it is a link */
	OP_PIVOT,           /* the mount of slot n0, attached somewhere, becomes the root; the old one lies on top */
	OP_DETACH_OLD_ROOT,
	OP_MAKE_FOLDER,     /* text0 with mode n0; fine if there */
	OP_MAKE_FILE,       /* text0, empty; a link in its place is replaced; fine if there */
	OP_MOUNT,           /* source, target, type, data; flags n0 */
	OP_MASK,            /* text0 becomes unreadable; fine if missing */
	OP_READ_ONLY,       /* text0 likewise read-only; n0: keeps what else is said of its mount, else nosuid, nodev, noexec */
	OP_WRITE,           /* text1 into the file text0 */
	OP_HOSTNAME,        /* text0 */
	OP_LOOPBACK,        /* lo up */
	OP_RLIMIT,          /* resource n0, soft n1, hard n2 */
	OP_INIT,            /* forks: the rest happens in the child, this process reaps and forwards signals */
	OP_STREAMS,         /* pipes for 0, 1, 2, owned by user n1, group n2; 0 is /dev/null unless n0 */
	OP_TERMINAL,        /* a pseudo-terminal for 0, 1, 2, owned by user n1, n2 rows, n3 columns or 0 */
	OP_BOUNDING,        /* keep the capabilities of mask n0 */
	OP_USER,            /* user n0, group n1, n2 further groups as texts; n3: capabilities stay */
	OP_CAPABILITIES,    /* permitted and effective = n0, nothing inheritable or ambient */
	OP_NO_NEW_PRIVILEGES,
	OP_SECCOMP,         /* n0 instructions of 8 bytes in the text */
	OP_FOLDER,          /* work in text0; n0: it and its parents are made if missing */
	OP_EXEC,            /* n0 arguments, then n1 environment entries; PATH is searched; n2: looks only whether it is there and may be executed */
	OP_LAY_DOWN,        /* permitted and effective without the capabilities of mask n0 */
	OP_STAGE,           /* an empty tmpfs becomes the root; the old one lies on top */
	OP_MOVE,            /* the mount at text0, with all in it, to text1 */
	/* what only bundles have (OCI runtime specification) */
	OP_MOUNT_ATTRIBUTES = 30, /* of text0: set n0, clear n1, propagation n2; n3: of all below, too */
	OP_PLACE,           /* a folder, or with n0 a file, at text0 and what is missing above it */
	OP_NODE,            /* a file of mode n0 at text0, device n1, owned by user n2, group n3 */
	OP_FIRST_LINK,      /* text1 leads to text0, unless something is there */
	OP_DOMAINNAME,
	OP_TAKE_STREAMS,    /* slots n0, n1, n2 as 0, 1, 2, in a session of its own */
	OP_SEND_TERMINAL,   /* a pseudo-terminal for 0, 1, 2 and /dev/console, owned by user n1, n2 rows, n3 columns or 0; its master to slot n0 */
	OP_UMASK,
	OP_ALL_CAPABILITIES, /* permitted n0, effective n1, inheritable n2, ambient n3 */
	OP_AWAIT_START,     /* tells that all is ready; goes on when somebody dials the listening slot n0, and answers there if it fails */
	/* the agent's again */
	OP_OWN_MOUNTS = 40, /* a mount table of its own, which begins as a copy */
	OP_PIVOT_OVER,      /* as OP_PIVOT; the old root comes to lie in the new one's folder text0, with all that is mounted in it */
	OP_LINK,            /* text1 becomes a link to text0; a link there, or a file of the root's own mount, makes room */
	OP_COVER_ROOT,      /* the mount of slot n0, attached somewhere, becomes the root, over the one that is it now */
	OP_SHARED_MEMORY = 50, /* the /dev/shm that came with a joined ipc namespace becomes a mount at text0 */
	OP_SHOW = 60,       /* slot n0 becomes a mount at text0; of its files, one is shown at each further text, by that text's last name */
	/* the maker's, see BEGIN_ADOPT */
	OP_BENCH = 70,      /* a mount table of its own, with an empty file system in memory at text0 */
	OP_UNMOUNT,         /* what is mounted at text0, in that table */
	OP_BRING,           /* slot n0 becomes a mount at text0, a new folder or file as it is one itself */
	OP_NEW_FILE,        /* text0 with the content text1, for root alone */
	OP_PROGRAM,         /* the content of slot n0 becomes text1, which everybody may execute, in a file system of its own at text0 */
	OP_MAKE,            /* the n0 texts from the third on are a program's arguments: makes a process, whose number comes to lie in the file text0; its
	                     * terminal, if there is to be one, comes by the socket text1. Slot n1: a file for the program's words */
	OP_START,           /* n0 texts as arguments, slot n1 likewise: starts it, and the maker leaves; what follows is done in the container */
};

/* What a process that another runtime makes is given beside its streams; the runtime itself has FD_WORDS, too. */
enum { FD_NOTES = 3, FD_FAILURE = 4, FD_WORDS = 5 };

struct op {
	uint32_t code;
	uint32_t size; /* of this header and the text, a multiple of 8 */
	uint64_t n[4];
	uint32_t texts;  /* strings in text, each ended by a 0 byte */
	uint32_t nanos;  /* written back: what it took */
	char text[];
};

/* ---- monitor socket, STREAM: frames both ways ---- */

struct frame {
	uint32_t kind;
	uint32_t length; /* of what follows, at most FRAME_MAX */
};
#define FRAME_MAX 16384

enum {
	/* to the monitor */
	FRAME_HELLO = 1,   /* struct hello; answered by FRAME_STATUS */
	FRAME_STDIN,       /* bytes */
	FRAME_STDIN_END,
	FRAME_RESIZE,      /* struct resize */
	FRAME_SIGNAL,      /* uint32_t number, to the first process */
	FRAME_RELEASE,     /* the exit is known: the monitor may go */
	FRAME_LOG_LIMITS,  /* struct log_limits, from now on */
	/* from the monitor */
	FRAME_STATUS = 64, /* struct status */
	FRAME_STDOUT,
	FRAME_STDERR,
	FRAME_EXIT,        /* struct status */
};

enum { HELLO_WATCH = 1, HELLO_ATTACH = 2 };
struct hello {
	uint32_t version;
	uint32_t role;
};
struct resize {
	uint16_t rows;
	uint16_t columns;
};
struct log_limits {
	uint64_t bytes; /* as in struct name */
	uint32_t files;
	uint32_t unused;
};
enum { STATE_PREPARING = 1, STATE_RUNNING = 2, STATE_EXITED = 3 };
struct status {
	uint32_t version;
	uint32_t state;
	int32_t pid;
	int32_t wait_status;    /* as waitpid gave it */
	uint64_t start_ticks;   /* field 22 of /proc/<pid>/stat: with the pid, who it is */
	uint64_t started_nanos; /* CLOCK_REALTIME */
	uint64_t exited_nanos;
};
#endif
