/*
 * Makes a container's first process, or a further one in it, and stays as its monitor. Decides nothing: what to do comes in
 * messages (wire.h), in the order that README.md draws.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "kernel.h"
#include "launcher.h"

static void answer(int control, uint32_t kind, pid_t pid, int32_t op, int error)
{
	struct reply reply = {kind, pid, op, -error, now_nanos()};
	transmit(control, &reply, sizeof reply, NULL, 0); /* an agent that is gone learns it from the socket later */
}

static pid_t clone_with(uint64_t flags, uint64_t exit_signal, int cgroup)
{
	struct clone_arguments arguments = {.flags = flags, .exit_signal = exit_signal};
	if (cgroup >= 0) {
		arguments.flags |= CLONE_INTO_CGROUP_;
		arguments.cgroup = (uint64_t)cgroup;
	}
	return (pid_t)syscall(SYS_clone3, &arguments, sizeof arguments);
}

struct birth {
	int32_t pid;
	int32_t stage;
	int32_t error;
};

/* A tree is cloned only in the mount namespace that it is in: there and back, before the rights for that are laid down. */
static int take_shared_memory(int target)
{
	int home = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	if (home < 0 || setns(target, CLONE_NEWNS) < 0)
		return failed();
	int tree = (int)syscall(SYS_open_tree, AT_FDCWD, "/dev/shm", OPEN_TREE_CLONE_ | O_CLOEXEC | AT_SYMLINK_NOFOLLOW);
	int result = tree < 0 ? failed() : tree;
	if (setns(home, CLONE_NEWNS) < 0)
		return failed();
	close(home);
	return result;
}

/*
 * The starter is born into the unified cgroup and puts itself into the v1 ones by "0" to tasks, which skips the lock and the
 * grace period of cgroup.procs. Only then does it make namespaces: a cgroup namespace's root is where its maker was. The
 * first process is the monitor's child, not the starter's, by CLONE_PARENT.
 */
static void run_starter(const struct begin *begin, const int *fds, int report, struct first_process *self)
{
	struct birth birth = {0, STAGE_CGROUP, 0};
	/* The agent learns of the launcher's end by this: a first process that is held still at its birth must not have it. */
	close(FD_CONTROL);
	for (uint32_t i = 0; i < begin->tasks; i++) {
		if (write(fds[BEGIN_TASKS + i], "0", 1) < 0)
			goto broken;
	}
	if (begin->joins) {
		birth.stage = STAGE_SETNS;
		/* before the first process can be seen from inside: nothing there may trace it or read its descriptors */
		prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
		if (begin->makes & CLONE_NEWNS && begin->joins & CLONE_NEWIPC && (self->shared = take_shared_memory(fds[BEGIN_TARGET])) < 0) {
			errno = -self->shared;
			goto broken;
		}
		if (setns(fds[BEGIN_TARGET], (int)begin->joins) < 0)
			goto broken;
	}
	for (uint64_t i = 0; i < begin->spaces; i++) {
		birth.stage = STAGE_SETNS;
		if (setns(fds[BEGIN_TASKS + begin->tasks + i], 0) < 0)
			goto broken;
	}
	birth.stage = STAGE_CLONE;
	birth.pid = clone_with(begin->makes | CLONE_PARENT_, 0, -1);
	if (birth.pid == 0) {
		/* Nothing of the host's stays open but the three channels. */
		close(report);
		for (uint32_t i = 0; i < BEGIN_TASKS + begin->tasks + begin->spaces; i++)
			close(fds[i]);
		reset_signals();
		run_operations(FD_CHILD, self);
	}
	if (birth.pid < 0)
		goto broken;
	write(report, &birth, sizeof birth);
	_exit(0);
broken:
	birth.error = errno;
	birth.pid = -1;
	write(report, &birth, sizeof birth);
	_exit(1);
}

uint64_t start_ticks(pid_t pid)
{
	char path[32], line[512];
	snprintf(path, sizeof path, "/proc/%d/stat", pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : read(fd, line, sizeof line - 1);
	close(fd);
	if (got <= 0)
		return 0;
	line[got] = 0;
	char *at = strrchr(line, ')'); /* the name may hold anything: count from its end, field 2 */
	for (int field = 2; at && field < 22; field++)
		at = strchr(at + 1, ' ');
	return at ? strtoull(at, NULL, 10) : 0;
}

static int signals_of_children(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGPIPE); /* blocked, not ignored: an ignored signal would stay ignored in the container */
	sigprocmask(SIG_BLOCK, &set, NULL);
	sigdelset(&set, SIGPIPE);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int launch(void)
{
	struct monitor m = {
	    .control = FD_CONTROL, .state_dir = -1, .socket_dir = -1, .listener = -1, .input = -1, .output = -1, .errors = -1};
	int fds[MAX_SLOTS], failure[2], notes[2], report[2];
	size_t count = MAX_SLOTS;
	int got = receive(FD_CONTROL, &m.begin, sizeof m.begin, fds, &count);
	if (got == 0)
		return 0;
	if (got != (int)sizeof m.begin || m.begin.version != WIRE_VERSION || m.begin.tasks > MAX_SLOTS || m.begin.spaces > MAX_SLOTS
	    || count != BEGIN_TASKS + m.begin.tasks + m.begin.spaces) {
		answer(FD_CONTROL, REPLY_FAILED, 0, STAGE_BEGIN, got < 0 ? got : -EPROTO);
		return 1;
	}
	m.child_exits = signals_of_children();
	if (m.child_exits < 0 || pipe2(failure, O_CLOEXEC) < 0 || pipe2(report, O_CLOEXEC) < 0
	    || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, notes) < 0) {
		answer(FD_CONTROL, REPLY_FAILED, 0, STAGE_STARTER, failed());
		return 1;
	}
	if (m.begin.flags & BEGIN_ADOPT)
		prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	struct first_process self = {.monitor = notes[1], .failure = failure[1], .shared = -1};
	pid_t starter = clone_with(0, SIGCHLD, fds[BEGIN_CGROUP]);
	if (starter == 0) {
		close(notes[0]);
		close(failure[0]);
		close(report[0]);
		close(m.child_exits);
		run_starter(&m.begin, fds, report[1], &self);
	}
	close(report[1]);
	close(notes[1]);
	close(failure[1]);
	close(FD_CHILD);
	struct birth birth = {-1, STAGE_STARTER, starter < 0 ? errno : EPIPE};
	if (starter > 0) {
		read(report[0], &birth, sizeof birth);
		waitpid(starter, NULL, 0);
	}
	close(report[0]);
	for (uint32_t i = 0; i < BEGIN_TASKS + m.begin.tasks + m.begin.spaces; i++)
		close(fds[i]);
	if (birth.pid < 0) {
		answer(FD_CONTROL, REPLY_FAILED, 0, birth.stage, -birth.error);
		return 1;
	}
	m.child_notes = notes[0];
	m.failure = failure[0];
	m.status = (struct status){MONITOR_VERSION, STATE_PREPARING, birth.pid, 0, start_ticks(birth.pid), 0, 0};
	answer(FD_CONTROL, REPLY_CLONED, birth.pid, 0, 0);
	return run_monitor(&m);
}

/* A user namespace that outlives nobody: the agent writes its maps and keeps it by its descriptor. */
static int hold_user_namespace(void)
{
	char byte = 0;
	if (unshare(CLONE_NEWUSER) < 0)
		return errno;
	write(FD_CONTROL, &byte, 1);
	return read(FD_CONTROL, &byte, 1) < 0;
}

/*
 * A monitor has little to do and is waited for: woken, it is to come before what its container does on the same processor (EEVDF gives way to a
 * shorter slice; older kernels overlook it). Not handed on: a container's processes have slices, and at best a niceness, like anybody's.
 */
static void be_prompt(void)
{
	struct scheduling attributes = {
	    .size = sizeof attributes, .flags = SCHED_FLAG_RESET_ON_FORK_, .nice = getpriority(PRIO_PROCESS, 0), .runtime = SHORTEST_SLICE_NANOS};
	syscall(SYS_sched_setattr, 0, &attributes, 0);
}

int main(int argc, char **argv)
{
	/* A JVM leaks descriptors that lack close-on-exec: close all but what was handed over, before anything else. */
	syscall(SYS_close_range, FD_CHILD + 1, ~0U, 0);
	fcntl(FD_CONTROL, F_SETFD, FD_CLOEXEC);
	fcntl(FD_CHILD, F_SETFD, FD_CLOEXEC);
	reset_signals();
	setsid(); /* a signal to the agent's terminal or group is not for us */
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	prctl(PR_SET_NAME, "gantry-monitor", 0, 0, 0);
	if (argc == 2 && strcmp(argv[1], "hold-user-namespace") == 0)
		return hold_user_namespace();
	if (argc > 2 && strcmp(argv[1], "inside") == 0)
		return run_inside(argc, argv);
	be_prompt();
	return launch();
}
