/*
 * A first process that another OCI runtime makes. Ours is the maker only: it puts the bundle together in a mount table that ends with it, has the
 * runtime make the container and start it, and leaves. What was made is an orphan by then, which the monitor adopts.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include "ops.h"

extern char **environ;

/* Whatever is mounted here is nowhere on the host, and gone when the maker is. */
static int make_bench(const char *place)
{
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return failed();
	umask(022);
	return checked(mount("gantry", place, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=8m"));
}

static int new_file(const char *path, mode_t mode, const char *content)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd < 0)
		return failed();
	ssize_t put = 0;
	for (size_t left = strlen(content); left && put >= 0; left -= (size_t)put, content += put)
		put = write(fd, content, left);
	int result = put < 0 ? failed() : 0;
	close(fd);
	return result;
}

/* Of its own, since the container keeps it: nothing else stays behind with it. */
static int make_program(int content, const char *folder, const char *path)
{
	struct stat what;
	if (fstat(content, &what) < 0 || mkdir(folder, 0755) < 0
	    || mount("gantry", folder, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=1m,nr_inodes=2") < 0)
		return failed();
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
	if (fd < 0)
		return failed();
	off_t at = 0;
	ssize_t put = 1;
	while (at < what.st_size && put > 0)
		put = sendfile(fd, content, &at, (size_t)(what.st_size - at));
	int result = put < 0 ? failed() : at < what.st_size ? -EIO : 0;
	close(fd);
	return result;
}

static int bring(int tree, const char *path)
{
	struct stat what;
	if (fstat(tree, &what) < 0)
		return failed();
	int result = S_ISDIR(what.st_mode) ? checked(mkdir(path, 0755)) : new_file(path, 0644, "");
	return result ? result : attach(tree, path, 0);
}

/* The runtime's own words aren't the container's output. What it starts has our channels as process 1 of our own has them. */
static void become_runtime(const struct op *op, uint32_t first, const struct first_process *self)
{
	enum { ABOVE = 16 };
	char *argv[64], *environment[] = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", NULL};
	uint64_t count = op->n[0];
	int notes = fcntl(self->monitor, F_DUPFD_CLOEXEC, ABOVE), failure = fcntl(self->failure, F_DUPFD_CLOEXEC, ABOVE);
	int words = fcntl(slot(self, op->n[1]), F_DUPFD_CLOEXEC, ABOVE);
	if (count >= sizeof argv / sizeof *argv)
		_exit(126);
	for (uint32_t i = 0; i < count; i++)
		argv[i] = (char *)text(op, first + i);
	argv[count] = NULL;
	if (dup2(notes, FD_NOTES) < 0 || dup2(failure, FD_FAILURE) < 0 || dup2(words, FD_WORDS) < 0)
		_exit(126);
	execve(argv[0], argv, environment);
	dprintf(FD_WORDS, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

static int run_runtime(const struct op *op, uint32_t first, const struct first_process *self)
{
	int status;
	pid_t runtime = fork();
	if (runtime < 0)
		return failed();
	if (runtime == 0)
		become_runtime(op, first, self);
	while (waitpid(runtime, &status, 0) < 0) {
		if (errno != EINTR)
			return failed();
	}
	return status ? -EPROTO : 0; /* its words say why */
}

static int listen_at(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return failed();
	strncpy(address.sun_path, path, sizeof address.sun_path - 1);
	return bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 1) < 0 ? failed() : fd;
}

/* It has been sent: whoever sent it has ended well. */
static int pass_terminal(int listener, const struct first_process *self)
{
	struct note note = {NOTE_TERMINAL, 0};
	char name[256];
	int master;
	size_t count = 1;
	int from = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (from < 0)
		return failed();
	int got = receive(from, name, sizeof name, &master, &count);
	close(from);
	if (got < 0 || count != 1)
		return got < 0 ? got : -EPROTO;
	int result = transmit(self->monitor, &note, sizeof note, &master, 1);
	close(master);
	return result;
}

static int tell_made(const char *path, const struct first_process *self)
{
	char number[16] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, number, sizeof number - 1) < 0)
		return failed();
	close(fd);
	struct note note = {NOTE_MADE, atoi(number)};
	return note.value > 0 ? transmit(self->monitor, &note, sizeof note, NULL, 0) : -EPROTO;
}

static int make(const struct op *op, const struct first_process *self)
{
	const char *console = text(op, 1);
	int listener = *console ? listen_at(console) : -1;
	if (*console && listener < 0)
		return listener;
	int result = run_runtime(op, 2, self);
	if (!result && *console)
		result = pass_terminal(listener, self);
	return result ? result : tell_made(text(op, 0), self);
}

static int start(const struct op *op, const struct first_process *self)
{
	int result = run_runtime(op, 0, self);
	if (!result)
		_exit(0); /* with our end of the failure pipe: the rest is up to the container's own */
	return result;
}

int run_maker_operation(const struct op *op, struct first_process *self)
{
	switch (op->code) {
	case OP_BENCH: return make_bench(text(op, 0));
	case OP_UNMOUNT: return checked(umount2(text(op, 0), MNT_DETACH));
	case OP_BRING: return bring(slot(self, op->n[0]), text(op, 0));
	case OP_NEW_FILE: return new_file(text(op, 0), 0600, text(op, 1));
	case OP_PROGRAM: return make_program(slot(self, op->n[0]), text(op, 0), text(op, 1));
	case OP_MAKE: return make(op, self);
	case OP_START: return start(op, self);
	default: return -ENOSYS;
	}
}

/* The terminal is process 1's: its signals are for the command alone, which gets others from there. */
static void take_foreground(void)
{
	setpgid(0, 0);
	signal(SIGTTOU, SIG_IGN);
	tcsetpgrp(0, getpid());
	signal(SIGTTOU, SIG_DFL);
}

/* The pid that a hook is told, in a JSON object on its standard input. */
static pid_t told_pid(void)
{
	char state[1 << 16];
	size_t length = 0;
	for (ssize_t got = 1; got > 0 && length < sizeof state - 1; length += got > 0 ? (size_t)got : 0)
		got = read(0, state + length, sizeof state - 1 - length);
	state[length] = 0;
	const char *found = strstr(state, "\"pid\":");
	return found ? atoi(found + strlen("\"pid\":")) : 0;
}

static int enter(pid_t pid, const char *root)
{
	char user[32], mounts[32];
	snprintf(user, sizeof user, "/proc/%d/ns/user", pid);
	snprintf(mounts, sizeof mounts, "/proc/%d/ns/mnt", pid);
	int users = open(user, O_RDONLY | O_CLOEXEC), table = open(mounts, O_RDONLY | O_CLOEXEC);
	if (setns(users, CLONE_NEWUSER) < 0 || setns(table, CLONE_NEWNS) < 0)
		return failed();
	if (setresgid(0, 0, 0) < 0 || setresuid(0, 0, 0) < 0)
		return failed();
	umask(022);
	return chroot(root) < 0 ? failed() : checked(chdir("/"));
}

/* As a hook of the runtime, once all is mounted: "inside links ROOT TARGET PATH…". The runtime tells the exit status, which is the errno. */
static int lay_links(char **argv)
{
	int result = enter(told_pid(), argv[0]);
	for (char **at = argv + 1; !result && at[0] && at[1]; at += 2) {
		result = make_way(at[1], 0);
		if (!result)
			result = lay_link(at[0], at[1]);
	}
	return -result;
}

/* In the container, as the process that the runtime has made: "inside stay PROGRAM…" remains as process 1, "inside become PROGRAM…" doesn't. */
int run_inside(int argc, char **argv)
{
	struct first_process self = {.monitor = FD_NOTES, .failure = FD_FAILURE, .shared = -1};
	int result = argc < 4 ? -EINVAL : 0;
	if (!result && strcmp(argv[2], "links") == 0)
		return lay_links(argv + 3);
	if (!result && (fcntl(FD_NOTES, F_GETFD) != FD_CLOEXEC || fcntl(FD_FAILURE, F_GETFD) != FD_CLOEXEC))
		result = -EPERM; /* a filter forbids it: the command would have our channels */
	if (!result && strcmp(argv[2], "stay") == 0) {
		result = begin_init(&self);
		if (!result)
			take_foreground();
	}
	if (!result)
		result = execute(argv + 3, environ, 0);
	give_up(&self, STAGE_EXECUTE, result);
}
