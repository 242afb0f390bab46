/*
 * What a hostile program in a container tries, one attempt per name. It says "reached" if it got there, else the call that was
 * refused and why. Harmless by itself: a setting is opened and not written, or written as it was.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <arpa/inet.h>
#include <unistd.h>

#ifndef SYS_bpf
#define SYS_bpf 321
#endif
#ifndef SYS_userfaultfd
#define SYS_userfaultfd 323
#endif
#ifndef SYS_io_uring_setup
#define SYS_io_uring_setup 425
#endif

#define HANDLE_BYTES 128
struct handle {
	uint32_t bytes;
	int32_t type;
	unsigned char value[HANDLE_BYTES];
};

static int refused(const char *call)
{
	printf("refused: %s: %s\n", call, strerror(errno));
	return 1;
}

static int reached(const char *what)
{
	printf("reached %s\n", what);
	return 0;
}

static int verdict(long result, const char *call) { return result < 0 ? refused(call) : reached(call); }

static int open_for_writing(const char *path) { return verdict(open(path, O_WRONLY | O_CLOEXEC), path); }

static int show(int fd)
{
	char text[256];
	ssize_t got = read(fd, text, sizeof text - 1);
	if (got < 0)
		return refused("read");
	text[got] = 0;
	return reached(text);
}

static int trace(pid_t pid)
{
	if (ptrace(PTRACE_ATTACH, pid, 0, 0) < 0)
		return refused("ptrace");
	waitpid(pid, NULL, __WALL);
	ptrace(PTRACE_DETACH, pid, 0, 0);
	return reached("its memory and registers");
}

static int add_key(void)
{
	return verdict(syscall(SYS_add_key, "user", "gantry-escape", "x", 1L, -2 /* KEY_SPEC_PROCESS_KEYRING */), "add_key");
}

/* A map of a kind that always needs CAP_BPF: linux/bpf.h, BPF_MAP_CREATE of BPF_MAP_TYPE_LRU_HASH. */
static int make_bpf_map(void)
{
	uint32_t attributes[32] = {9, 4, 4, 16};
	return verdict(syscall(SYS_bpf, 0, attributes, sizeof attributes), "bpf");
}

/* Every process on core 0: linux/perf_event.h, PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CONTEXT_SWITCHES. */
static int watch_the_core(void)
{
	uint64_t attributes[16] = {1 | 128ULL << 32, 3};
	return verdict(syscall(SYS_perf_event_open, attributes, -1, 0, -1, 0UL), "perf_event_open");
}

static int ring(void)
{
	uint32_t parameters[30] = {0};
	return verdict(syscall(SYS_io_uring_setup, 4, parameters), "io_uring_setup");
}

static int catch_faults(void) { return verdict(syscall(SYS_userfaultfd, 1 /* UFFD_USER_MODE_ONLY */), "userfaultfd"); }

/* SYSLOG_ACTION_OPEN does nothing but ask who may. */
static int kernel_log(void) { return verdict(syscall(SYS_syslog, 1, NULL, 0), "syslog"); }

static int clock_rate(void)
{
	struct timex now = {0};
	if (adjtimex(&now) < 0)
		return refused("adjtimex");
	now.modes = ADJ_FREQUENCY;
	return verdict(adjtimex(&now), "adjtimex");
}

static int hypervisor(void) { return verdict(socket(AF_VSOCK, SOCK_STREAM, 0), "socket(AF_VSOCK)"); }

/* On the host: what open_by_handle_at takes, as text. */
static int print_handle(const char *path)
{
	struct handle handle = {.bytes = HANDLE_BYTES};
	int mount;
	if (syscall(SYS_name_to_handle_at, AT_FDCWD, path, &handle, &mount, 0) < 0)
		return refused("name_to_handle_at");
	printf("%d ", handle.type);
	for (uint32_t i = 0; i < handle.bytes; i++)
		printf("%02x", handle.value[i]);
	puts("");
	return 0;
}

static int open_handle(const char *beside, int type, const char *hex)
{
	struct handle handle = {.bytes = (uint32_t)strlen(hex) / 2, .type = type};
	for (uint32_t i = 0; i < handle.bytes && i < HANDLE_BYTES; i++)
		sscanf(hex + 2 * i, "%2hhx", &handle.value[i]);
	int mount = open(beside, O_RDONLY | O_CLOEXEC);
	int fd = (int)syscall(SYS_open_by_handle_at, mount, &handle, O_RDONLY);
	return fd < 0 ? refused("open_by_handle_at") : show(fd);
}

/* On the host: a shared segment that anybody may read. */
static int make_shared(int key, const char *text)
{
	int id = shmget(key, 4096, IPC_CREAT | 0666);
	char *at = id < 0 ? (void *)-1 : shmat(id, NULL, 0);
	if (at == (void *)-1)
		return refused("shm");
	strcpy(at, text);
	return 0;
}

static int remove_shared(int key) { return shmctl(shmget(key, 0, 0), IPC_RMID, NULL) < 0; }

static int read_shared(int key)
{
	int id = shmget(key, 0, 0);
	char *at = id < 0 ? (void *)-1 : shmat(id, NULL, SHM_RDONLY);
	return at == (void *)-1 ? refused("shmget") : reached(at);
}

/* A name that begins with @ is abstract. */
static socklen_t unix_address(struct sockaddr_un *address, const char *name)
{
	address->sun_family = AF_UNIX;
	strncpy(address->sun_path, name, sizeof address->sun_path - 1);
	if (*name != '@')
		return sizeof *address;
	address->sun_path[0] = 0;
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name));
}

/* On the host: says "host" to everybody who comes, until it is ended. */
static int serve_unix(const char *name)
{
	struct sockaddr_un address = {0};
	socklen_t length = unix_address(&address, name);
	int server = socket(AF_UNIX, SOCK_STREAM, 0), client;
	umask(0);
	if (bind(server, (struct sockaddr *)&address, length) < 0 || listen(server, 4) < 0)
		return refused("listen");
	puts("listening");
	fflush(stdout);
	while ((client = accept(server, NULL, NULL)) >= 0) {
		write(client, "host", 4);
		close(client);
	}
	return 1;
}

static int dial_unix(const char *name)
{
	struct sockaddr_un address = {0};
	socklen_t length = unix_address(&address, name);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	return connect(fd, (struct sockaddr *)&address, length) < 0 ? refused("connect") : show(fd);
}

static int dial_loopback(int port)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	return verdict(connect(fd, (struct sockaddr *)&address, sizeof address), "connect");
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "", *first = argc > 2 ? argv[2] : "";
	int number = atoi(first);
	if (!strcmp(what, "open-for-writing")) return open_for_writing(first);
	if (!strcmp(what, "ptrace")) return trace(number);
	if (!strcmp(what, "add-key")) return add_key();
	if (!strcmp(what, "bpf")) return make_bpf_map();
	if (!strcmp(what, "perf")) return watch_the_core();
	if (!strcmp(what, "io-uring")) return ring();
	if (!strcmp(what, "userfaultfd")) return catch_faults();
	if (!strcmp(what, "kernel-log")) return kernel_log();
	if (!strcmp(what, "clock")) return clock_rate();
	if (!strcmp(what, "vsock")) return hypervisor();
	if (!strcmp(what, "handle")) return print_handle(first);
	if (!strcmp(what, "open-handle") && argc == 5) return open_handle(first, atoi(argv[3]), argv[4]);
	if (!strcmp(what, "make-shared") && argc == 4) return make_shared(number, argv[3]);
	if (!strcmp(what, "remove-shared")) return remove_shared(number);
	if (!strcmp(what, "read-shared")) return read_shared(number);
	if (!strcmp(what, "serve-unix")) return serve_unix(first);
	if (!strcmp(what, "dial-unix")) return dial_unix(first);
	if (!strcmp(what, "dial-loopback")) return dial_loopback(number);
	fprintf(stderr, "no attempt is named '%s'\n", what);
	return 2;
}
