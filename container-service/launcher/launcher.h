/* What the parts of the launcher offer each other. */
#ifndef GANTRY_LAUNCHER_H
#define GANTRY_LAUNCHER_H
#include <poll.h>
#include <stddef.h>
#include <sys/types.h>
#include <time.h>
#include "wire.h"

#define MAX_SLOTS 64

/* The error convention: a function that can fail returns 0 or a negative errno; the caller adds where. */

/* error.c */
int failed(void); /* -errno of the call just made */
uint64_t nanos_of(clockid_t clock);
uint64_t now_nanos(void);
void reset_signals(void);
int receive(int socket, void *data, size_t size, int *fds, size_t *count);
int transmit(int socket, const void *data, size_t size, const int *fds, size_t count);

/* ops.c */
struct first_process {
	int slots[MAX_SLOTS];
	size_t slot_count;
	int monitor;  /* passes descriptors and the command's end to the monitor */
	int failure;  /* close-on-exec: silence means executed */
	int shared;   /* detached mount of the /dev/shm of a joined ipc namespace, or -1 */
};
void run_operations(int child_channel, struct first_process *self) __attribute__((noreturn));

/* runtime.c */
int run_inside(int argc, char **argv);

/* What the first process sends on its socket to the monitor. */
enum { NOTE_PIPES = 1, NOTE_TERMINAL = 2, NOTE_ENDED = 3, NOTE_MADE = 4 };
struct note {
	uint32_t kind;
	int32_t value; /* NOTE_ENDED: the wait status; NOTE_MADE: the pid of what was made */
};

/* init.c */
void run_init(pid_t command, int monitor) __attribute__((noreturn));

/* launcher.c */
uint64_t start_ticks(pid_t pid);

/* monitor.c */
struct monitor {
	struct begin begin;
	struct name name;
	int state_dir, socket_dir, control; /* the folders are -1 as long as it is nobody's */
	int listener, child_notes, failure;
	int child_exits; /* signalfd */
	int input, output, errors; /* the container's streams; with a terminal, input and output are its master */
	int terminal;
	int started_failed;
	int exited, reaped, released, adopted;
	int drains;
	size_t left[2]; /* what is still taken from output and errors, after the end */
	struct resize size;
	struct status status;
};
int run_monitor(struct monitor *m);
int monitor_input(struct monitor *m, const char *data, size_t size);
void monitor_input_end(struct monitor *m);
void monitor_resize(struct monitor *m, const struct resize *size);
void monitor_signal(struct monitor *m, int number);

/* client.c: whoever dialled the monitor's socket */
void clients_accept(struct monitor *m);
size_t clients_poll(struct monitor *m, struct pollfd *p);
void clients_serve(struct monitor *m, const struct pollfd *p, size_t count);
void clients_output(struct monitor *m, uint32_t kind, const char *data, size_t size);
void clients_exit(struct monitor *m);
int clients_hold_output(const struct monitor *m);
size_t clients_count(void);
int clients_pending(void);

/* view.c: what the container sees of its limits */
int view_take(int device, const int *groups, size_t count);

/* log.c */
void log_open(int folder, uint64_t bytes, uint32_t files);
void log_limit(uint64_t bytes, uint32_t files);
void log_write(uint32_t kind, const char *data, size_t size);
void log_finish(void);
#endif
