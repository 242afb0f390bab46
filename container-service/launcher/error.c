/* The few calls every part makes: time, signals, messages with descriptors. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include "launcher.h"

int failed(void) { return -errno; }

uint64_t nanos_of(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

uint64_t now_nanos(void) { return nanos_of(CLOCK_REALTIME); }

/* A JVM blocks and ignores signals, and both survive exec: start from the kernel's defaults. */
void reset_signals(void)
{
	sigset_t none;
	for (int number = 1; number < _NSIG; number++)
		signal(number, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

union control_space {
	char bytes[CMSG_SPACE(sizeof(int) * (MAX_SLOTS + 1))];
	struct cmsghdr align;
};

/* The size received, 0 at the end, or -errno. Descriptors arrive close-on-exec; *count says how many. */
int receive(int socket, void *data, size_t size, int *fds, size_t *count)
{
	union control_space control;
	struct iovec part = {data, size};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
	size_t room = *count;
	ssize_t got;
	*count = 0;
	do
		got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return failed();
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		if (n > room)
			return -EMFILE;
		memcpy(fds, CMSG_DATA(c), n * sizeof(int));
		*count = n;
	}
	if (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC))
		return -EMSGSIZE;
	return (int)got;
}

int transmit(int socket, const void *data, size_t size, const int *fds, size_t count)
{
	union control_space control;
	struct iovec part = {(void *)data, size};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
	ssize_t sent;
	if (count) {
		memset(&control, 0, sizeof control);
		message.msg_control = &control;
		message.msg_controllen = (socklen_t)CMSG_SPACE(sizeof(int) * count);
		struct cmsghdr *c = CMSG_FIRSTHDR(&message);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = (socklen_t)CMSG_LEN(sizeof(int) * count);
		memcpy(CMSG_DATA(c), fds, sizeof(int) * count);
	}
	do
		sent = sendmsg(socket, &message, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	return sent < 0 ? failed() : 0;
}
