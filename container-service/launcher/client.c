/*
 * Whoever dialled the monitor's socket. Output to one is one send; what doesn't fit waits in its own buffer of one frame, and
 * until that is gone the client is passed by (or, in a lossless session, waited for). So none of them blocks the container.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>
#include "launcher.h"

#define MAX_ATTACHED 16
#define MAX_CLIENTS (MAX_ATTACHED + 1) /* the agent that watches finds a place however many are attached */
#define WHOLE_FRAME (sizeof(struct frame) + FRAME_MAX)

static struct client {
	int fd; /* -1: free */
	uint32_t role;
	int exit_due, stuck; /* stuck: its input waits for the container */
	size_t in, out_from, out_to;
} clients[MAX_CLIENTS] = {[0 ... MAX_CLIENTS - 1] = {.fd = -1}};

/* Apart from the rest: nothing is written here for who isn't there, so it is no memory. */
static struct buffers {
	char input[WHOLE_FRAME];
	char output[WHOLE_FRAME];
} buffers[MAX_CLIENTS];

static char *input_of(const struct client *c) { return buffers[c - clients].input; }

static char *output_of(const struct client *c) { return buffers[c - clients].output; }

static void drop(struct monitor *m, struct client *c)
{
	close(c->fd);
	c->fd = -1;
	c->in = c->out_from = c->out_to = 0;
	c->exit_due = c->stuck = 0;
	if (m->begin.flags & BEGIN_LOSSLESS && c->role == HELLO_ATTACH)
		monitor_input_end(m);
	c->role = 0;
}

static void flush(struct monitor *m, struct client *c)
{
	while (c->out_from < c->out_to) {
		ssize_t sent = send(c->fd, output_of(c) + c->out_from, c->out_to - c->out_from, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (sent < 0 && errno == EAGAIN)
			return;
		if (sent < 0) {
			drop(m, c);
			return;
		}
		c->out_from += (size_t)sent;
	}
	c->out_from = c->out_to = 0;
}

static int emit(struct monitor *m, struct client *c, uint32_t kind, const void *data, size_t size)
{
	struct frame head = {kind, (uint32_t)size};
	struct iovec parts[2] = {{&head, sizeof head}, {(void *)data, size}};
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
	if (c->out_to)
		return -EAGAIN;
	ssize_t sent = sendmsg(c->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (sent < 0 && errno != EAGAIN) {
		drop(m, c);
		return 0;
	}
	size_t done = sent < 0 ? 0 : (size_t)sent;
	if (done < sizeof head + size) {
		memcpy(output_of(c), &head, sizeof head);
		memcpy(output_of(c) + sizeof head, data, size);
		c->out_from = done;
		c->out_to = sizeof head + size;
	}
	return 0;
}

static void tell_exit(struct monitor *m, struct client *c)
{
	if (c->exit_due && !c->out_to) {
		c->exit_due = 0;
		emit(m, c, FRAME_EXIT, &m->status, sizeof m->status);
	}
}

static size_t attached(void)
{
	size_t count = 0;
	for (const struct client *c = clients; c < clients + MAX_CLIENTS; c++)
		count += c->role == HELLO_ATTACH;
	return count;
}

static void greet(struct monitor *m, struct client *c, const struct hello *hello)
{
	int room = 1 << 20;
	if (hello->role == HELLO_ATTACH && attached() == MAX_ATTACHED) {
		drop(m, c);
		return;
	}
	c->role = hello->role;
	if (c->role == HELLO_ATTACH)
		setsockopt(c->fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room);
	emit(m, c, FRAME_STATUS, &m->status, sizeof m->status);
	if (c->fd < 0) /* it has hung up meanwhile */
		return;
	if (m->status.state == STATE_EXITED) {
		c->exit_due = 1;
		tell_exit(m, c);
	}
}

/* False when it can't be taken now. */
static int handle(struct monitor *m, struct client *c, const struct frame *frame, const char *data)
{
	uint32_t number;
	struct resize size;
	struct hello hello;
	struct log_limits limits;
	switch (frame->kind) {
	case FRAME_HELLO:
		if (frame->length == sizeof hello) {
			memcpy(&hello, data, sizeof hello);
			greet(m, c, &hello);
		}
		break;
	case FRAME_STDIN:
		return monitor_input(m, data, frame->length) == 0;
	case FRAME_STDIN_END:
		monitor_input_end(m);
		break;
	case FRAME_RESIZE:
		if (frame->length == sizeof size) {
			memcpy(&size, data, sizeof size);
			monitor_resize(m, &size);
		}
		break;
	case FRAME_SIGNAL:
		if (frame->length == sizeof number) {
			memcpy(&number, data, sizeof number);
			monitor_signal(m, (int)number);
		}
		break;
	case FRAME_LOG_LIMITS:
		if (frame->length == sizeof limits && m->begin.flags & BEGIN_LOG) {
			memcpy(&limits, data, sizeof limits);
			log_limit(limits.bytes, limits.files);
		}
		break;
	case FRAME_RELEASE:
		m->released = 1;
		break;
	default:
		break;
	}
	return 1;
}

static void parse(struct monitor *m, struct client *c)
{
	size_t at = 0;
	c->stuck = 0;
	while (c->fd >= 0 && c->in - at >= sizeof(struct frame)) {
		struct frame frame;
		memcpy(&frame, input_of(c) + at, sizeof frame);
		if (frame.length > FRAME_MAX) {
			drop(m, c);
			return;
		}
		if (c->in - at < sizeof frame + frame.length)
			break;
		if (!handle(m, c, &frame, input_of(c) + at + sizeof frame)) {
			c->stuck = 1;
			break;
		}
		at += sizeof frame + frame.length;
	}
	if (c->fd >= 0 && at) {
		memmove(input_of(c), input_of(c) + at, c->in - at);
		c->in -= at;
	}
}

void clients_accept(struct monitor *m)
{
	int fd = accept4(m->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd < 0)
		return;
	for (struct client *c = clients; c < clients + MAX_CLIENTS; c++) {
		if (c->fd < 0) {
			c->fd = fd;
			return;
		}
	}
	close(fd);
}

size_t clients_poll(struct monitor *m, struct pollfd *p)
{
	for (struct client *c = clients; c < clients + MAX_CLIENTS; c++) {
		if (c->fd >= 0 && c->stuck)
			parse(m, c);
		short events = (short)((c->stuck || c->in == WHOLE_FRAME ? 0 : POLLIN) | (c->out_to ? POLLOUT : 0));
		*p++ = (struct pollfd){c->fd, events, 0};
	}
	return MAX_CLIENTS;
}

void clients_serve(struct monitor *m, const struct pollfd *p, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct client *c = clients + i;
		if (c->fd != p[i].fd || !p[i].revents)
			continue;
		if (p[i].revents & POLLOUT)
			flush(m, c);
		if (c->fd >= 0)
			tell_exit(m, c);
		if (c->fd >= 0 && p[i].revents & (POLLIN | POLLHUP | POLLERR)) {
			ssize_t got = recv(c->fd, input_of(c) + c->in, WHOLE_FRAME - c->in, 0);
			if (got > 0)
				c->in += (size_t)got;
			else if (WHOLE_FRAME > c->in && (got == 0 || errno != EAGAIN))
				drop(m, c);
			else if (p[i].revents & (POLLHUP | POLLERR))
				drop(m, c);
		}
		if (c->fd >= 0)
			parse(m, c);
	}
}

void clients_output(struct monitor *m, uint32_t kind, const char *data, size_t size)
{
	for (struct client *c = clients; c < clients + MAX_CLIENTS; c++) {
		if (c->fd >= 0 && c->role == HELLO_ATTACH)
			emit(m, c, kind, data, size);
	}
}

void clients_exit(struct monitor *m)
{
	for (struct client *c = clients; c < clients + MAX_CLIENTS; c++) {
		if (c->fd >= 0 && c->role) {
			c->exit_due = 1;
			tell_exit(m, c);
		}
	}
}

int clients_hold_output(const struct monitor *m)
{
	if (!(m->begin.flags & BEGIN_LOSSLESS))
		return 0;
	for (const struct client *c = clients; c < clients + MAX_CLIENTS; c++) {
		if (c->fd >= 0 && c->role == HELLO_ATTACH && c->out_to)
			return 1;
	}
	return 0;
}

size_t clients_count(void)
{
	size_t count = 0;
	for (const struct client *c = clients; c < clients + MAX_CLIENTS; c++)
		count += c->fd >= 0;
	return count;
}

int clients_pending(void)
{
	for (const struct client *c = clients; c < clients + MAX_CLIENTS; c++) {
		if (c->fd >= 0 && (c->out_to || c->exit_due))
			return 1;
	}
	return 0;
}
