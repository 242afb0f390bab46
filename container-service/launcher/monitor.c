/*
 * What is left of the launcher once the first process runs: one poll loop over the container's streams, its log, the clients
 * on the socket and the process's end. It outlives the agent and waits for it with the exit status.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include "figures.h"
#include "launcher.h"

enum { P_EXITS, P_NOTES, P_FAILURE, P_LISTENER, P_CONTROL, P_OUTPUT, P_ERRORS, P_INPUT, P_CLIENTS };
#define MAX_POLL (P_CLIENTS + 32)

static char pending_input[FRAME_MAX];
static char output_data[4 * FRAME_MAX];
static size_t pending_from, pending_to;
static int end_input;

static void set_nonblocking(int fd) { fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK); }

static void close_input(struct monitor *m)
{
	if (m->input >= 0 && !m->terminal)
		close(m->input);
	m->input = -1;
	pending_from = pending_to = 0;
}

/* What comes before there is a command to read it waits, and so does its end: a pipe is closed, a terminal is told. */
static void push_input(struct monitor *m)
{
	static const char end_of_file = 4; /* VEOF of a terminal's defaults */
	if (m->input < 0)
		return;
	while (pending_from < pending_to || (end_input && m->terminal)) {
		if (pending_from == pending_to) {
			pending_from = end_input = 0;
			pending_input[0] = end_of_file;
			pending_to = 1;
		}
		ssize_t put = write(m->input, pending_input + pending_from, pending_to - pending_from);
		if (put < 0 && errno == EAGAIN)
			return;
		if (put < 0) {
			close_input(m); /* nobody reads any more */
			return;
		}
		pending_from += (size_t)put;
	}
	pending_from = pending_to = 0;
	if (end_input)
		close_input(m);
}

/* 0 when taken or nobody can take it, -EAGAIN when the container hasn't read the last piece yet. */
int monitor_input(struct monitor *m, const char *data, size_t size)
{
	if (m->exited || (m->input < 0 && m->status.state == STATE_RUNNING))
		return 0;
	if (pending_to || end_input)
		return -EAGAIN;
	memcpy(pending_input, data, size);
	pending_to = size;
	push_input(m);
	return 0;
}

void monitor_input_end(struct monitor *m)
{
	end_input = 1;
	push_input(m);
}

void monitor_resize(struct monitor *m, const struct resize *size)
{
	struct winsize window = {size->rows, size->columns, 0, 0};
	m->size = *size;
	if (m->terminal && m->output >= 0)
		ioctl(m->output, TIOCSWINSZ, &window);
}

/* Only its parent may reap it, and that is us: so the number can't belong to somebody else yet. */
void monitor_signal(struct monitor *m, int number)
{
	if (m->reaped || m->status.state != STATE_RUNNING)
		return;
	/* an exec is a session of its own: what it started there goes with it */
	if (number == SIGKILL && m->begin.flags & BEGIN_LOSSLESS)
		kill(-m->status.pid, number);
	kill(m->status.pid, number);
}

/* Whoever made it has left, or will: it is our child by then. */
static void adopt(struct monitor *m, pid_t made)
{
	struct reply reply = {REPLY_MADE, made, 0, 0, now_nanos()};
	m->adopted = 1;
	m->status.pid = made;
	m->status.start_ticks = start_ticks(made);
	if (m->control >= 0)
		transmit(m->control, &reply, sizeof reply, NULL, 0);
}

static void take_note(struct monitor *m)
{
	struct note note;
	int fds[3];
	size_t count = 3;
	int got = receive(m->child_notes, &note, sizeof note, fds, &count);
	if (got != (int)sizeof note) {
		close(m->child_notes);
		m->child_notes = -1;
		return;
	}
	switch (note.kind) {
	case NOTE_PIPES:
		m->output = fds[0];
		m->errors = fds[1];
		m->input = count > 2 ? fds[2] : -1;
		if (m->input >= 0)
			set_nonblocking(m->input);
		set_nonblocking(m->output);
		set_nonblocking(m->errors);
		push_input(m);
		break;
	case NOTE_TERMINAL:
		m->terminal = 1;
		m->output = m->input = fds[0];
		set_nonblocking(m->output);
		if (m->size.rows)
			monitor_resize(m, &m->size);
		push_input(m);
		break;
	case NOTE_ENDED:
		m->status.wait_status = note.value;
		m->exited = 1;
		break;
	case NOTE_MADE:
		adopt(m, note.value);
		break;
	default:
		break;
	}
}

/* Those that are there: of the streams, while nobody listened; of the command's end, before process 1's own; of whom a maker has made. */
static void take_notes(struct monitor *m)
{
	struct pollfd left = {m->child_notes, POLLIN, 0};
	while (m->child_notes >= 0 && poll(&left, 1, 0) > 0)
		take_note(m);
}

/* Silence and end-of-file: executed. Eight bytes: which operation failed and why. */
static void take_failure(struct monitor *m)
{
	int32_t message[2];
	ssize_t got = read(m->failure, message, sizeof message);
	int error = got < 0 ? errno : EPROTO;
	close(m->failure);
	m->failure = -1;
	struct reply reply = {REPLY_STARTED, m->status.pid, 0, 0, now_nanos()};
	if (got != 0) {
		int told = got == (ssize_t)sizeof message;
		reply.kind = REPLY_FAILED;
		reply.op = told ? message[0] : STAGE_PROCEED;
		reply.error = told ? message[1] : error;
		m->started_failed = 1;
		if (m->begin.flags & BEGIN_ADOPT && !m->reaped)
			kill(m->status.pid, SIGKILL); /* it may have been made, and waits */
	} else {
		m->status.state = STATE_RUNNING;
		m->status.started_nanos = reply.nanos;
		figures_begin();
	}
	if (m->control >= 0)
		transmit(m->control, &reply, sizeof reply, NULL, 0);
	take_notes(m);
}

/* What is made for us isn't taken for a stranger before we know its number. */
static pid_t awaited(const struct monitor *m) { return m->begin.flags & BEGIN_ADOPT && !m->adopted ? m->status.pid : -1; }

static void reap(struct monitor *m)
{
	struct signalfd_siginfo info;
	int status;
	pid_t gone;
	while (read(m->child_exits, &info, sizeof info) > 0)
		;
	while ((gone = waitpid(awaited(m), &status, WNOHANG)) > 0) {
		if (gone != m->status.pid)
			continue;
		if (m->begin.flags & BEGIN_LOG)
			take_notes(m);
		if (gone != m->status.pid) /* it was the maker */
			continue;
		m->reaped = 1;
		if (!m->exited)
			m->status.wait_status = status;
		m->exited = 1;
	}
}

/* How much came, 0 when it is dry for now, -1 at its end. Without a log, clients are waited for after each frame. */
static ssize_t pump(struct monitor *m, int *stream, uint32_t kind)
{
	const char *data = output_data;
	size_t room = m->begin.flags & BEGIN_LOSSLESS ? FRAME_MAX : sizeof output_data;
	if (*stream < 0)
		return -1;
	ssize_t got = read(*stream, output_data, room);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (got <= 0) { /* a terminal whose last user is gone says EIO */
		if (m->terminal)
			m->input = -1;
		close(*stream);
		*stream = -1;
		return -1;
	}
	if (m->begin.flags & BEGIN_LOG)
		log_write(kind, data, (size_t)got);
	for (size_t from = 0; from < (size_t)got; from += FRAME_MAX)
		clients_output(m, kind, data + from, (size_t)got - from < FRAME_MAX ? (size_t)got - from : FRAME_MAX);
	return got;
}

/* Written beside, then renamed; on disk when this returns. The clients are told between the two: a crash of any process is
 * covered by the rename, only a crash of the host needs the sync. On a full disk the file is empty, never a part: who follows the
 * log ends by it, and the status stays with us. */
static void keep_exit(struct monitor *m)
{
	char line[128];
	int length = snprintf(line, sizeof line, "%d %llu %llu %d\n", m->status.wait_status,
	    (unsigned long long)m->status.started_nanos, (unsigned long long)m->status.exited_nanos, m->status.pid);
	int fd = openat(m->state_dir, "exit.new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd >= 0) {
		if (write(fd, line, (size_t)length) != length)
			ftruncate(fd, 0);
		renameat(m->state_dir, "exit.new", m->state_dir, "exit");
	}
	clients_exit(m);
	if (fd >= 0) {
		fsync(fd);
		close(fd);
		fsync(m->state_dir);
	}
}

/* Who still has the other ends is told by the kernel that nobody reads. */
static void close_output(struct monitor *m)
{
	if (m->output >= 0)
		close(m->output);
	if (m->errors >= 0)
		close(m->errors);
	if (m->terminal)
		m->input = -1;
	m->output = m->errors = -1;
}

static void finish(struct monitor *m)
{
	close_output(m);
	m->status.state = STATE_EXITED;
	m->status.exited_nanos = now_nanos();
	if (m->begin.flags & BEGIN_LOG) {
		log_finish();
		keep_exit(m);
	} else {
		clients_exit(m);
	}
}

static int listen_by(int fd, int folder, const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	if (fchdir(folder) < 0) /* relative names: the address has room for 107 bytes only */
		return failed();
	strncpy(address.sun_path, name, sizeof address.sun_path - 1);
	unlink(name);
	mode_t before = umask(0177);
	int result = bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 16) < 0 ? failed() : 0;
	umask(before);
	return result;
}

static int listen_at(int folder, const char *name)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int result = fd < 0 ? failed() : listen_by(fd, folder, name);
	if (result && fd >= 0)
		close(fd);
	return result ? result : fd;
}

/* From here on there is somebody to listen for and a place to keep the log in. */
static int take_name(struct monitor *m, const int *fds, int files)
{
	m->name.socket[sizeof m->name.socket - 1] = 0;
	m->state_dir = fds[NAME_STATE_DIR];
	m->socket_dir = fds[NAME_SOCKET_DIR];
	if (files >= 0 && dup3(files, FD_FILES, O_CLOEXEC) < 0)
		return failed();
	m->listener = listen_at(m->socket_dir, m->name.socket);
	if (m->listener < 0)
		return m->listener;
	if (m->begin.flags & BEGIN_LOG)
		log_open(m->state_dir, m->name.log_bytes, m->name.log_files);
	return 0;
}

/* What doesn't fit is closed, and with the device the file system ends: its first user is told so. */
static void take_view(const struct view *view, const int *fds, size_t count)
{
	int fits = view->version == WIRE_VERSION && count == VIEW_GROUPS + view->groups && view->groups > 0;
	if (fits && view_take(fds[VIEW_DEVICE], fds + VIEW_GROUPS, view->groups) == 0)
		return;
	for (size_t i = 0; i < count; i++)
		close(fds[i]);
}

static void take_control(struct monitor *m)
{
	union {
		struct name name;
		struct view view;
	} message;
	int fds[VIEW_FDS];
	size_t count = VIEW_FDS;
	int got = receive(m->control, &message, sizeof message, fds, &count);
	if (got == 0) {
		/* The agent died before it let the first process go; that one sees the end of its own channel and leaves. */
		close(m->control);
		m->control = -1;
		return;
	}
	if (got == (int)sizeof message.view) {
		take_view(&message.view, fds, count);
		return;
	}
	int bad = got != (int)sizeof message.name || count < NAME_ROOT || message.name.version != WIRE_VERSION || m->listener >= 0;
	if (!bad)
		m->name = message.name;
	int error = got < 0 ? got : bad ? -EPROTO : take_name(m, fds, count > NAME_FILES ? fds[NAME_FILES] : -1);
	struct reply reply = {error ? REPLY_FAILED : REPLY_LISTENS, m->status.pid, STAGE_SOCKET, -error, now_nanos()};
	transmit(m->control, &reply, sizeof reply, NULL, 0);
}

static short when(int condition, short events) { return condition ? events : 0; }

/* Who writes much is read again after a moment, when more has come: a read, a write and a wait for each few KiB would cost more than the bytes. The pipe
 * has room for what comes meanwhile. */
static const struct timespec moment = {0, 300000};
#define MUCH 4096

static int writes_much(struct monitor *m, ssize_t got)
{
	return m->begin.flags & BEGIN_LOG && got >= MUCH && got < (ssize_t)sizeof output_data;
}

static void fill(struct monitor *m, struct pollfd *p, int later)
{
	int take_output = !later && !clients_hold_output(m);
	/* who adopts the first process reaps it, however soon it ends: its status is ours only if it never became the command */
	int anothers = m->begin.flags & BEGIN_LEAVE && m->failure >= 0;
	p[P_EXITS] = (struct pollfd){m->reaped || anothers ? -1 : m->child_exits, POLLIN, 0};
	/* until then a note would only wake us, and keep the command's processor from it; a maker's is waited for */
	int deaf = m->failure >= 0 && !(m->begin.flags & BEGIN_ADOPT);
	p[P_NOTES] = (struct pollfd){deaf ? -1 : m->child_notes, POLLIN, 0};
	p[P_FAILURE] = (struct pollfd){m->failure, POLLIN, 0};
	p[P_LISTENER] = (struct pollfd){m->listener, POLLIN, 0};
	p[P_CONTROL] = (struct pollfd){m->control, POLLIN, 0};
	p[P_OUTPUT] = (struct pollfd){take_output ? m->output : -1, POLLIN, 0};
	p[P_ERRORS] = (struct pollfd){take_output ? m->errors : -1, POLLIN, 0};
	p[P_INPUT] = (struct pollfd){pending_to ? m->input : -1, when(pending_to > 0, POLLOUT), 0};
}

#define MOST_IN_A_TERMINAL (1 << 20)

static size_t most_in(int stream)
{
	int size = stream < 0 ? 0 : fcntl(stream, F_GETPIPE_SZ);
	return size < 0 ? MOST_IN_A_TERMINAL : (size_t)size;
}

static void drain(struct monitor *m, int *stream, uint32_t kind, size_t *left)
{
	while (*left && !clients_hold_output(m)) {
		ssize_t got = pump(m, stream, kind);
		*left = got <= 0 || (size_t)got > *left ? 0 : *left - (size_t)got;
	}
}

/* After the end: what still stands in the pipes, as far as the clients take it, and no more than a pipe holds: others may have its end,
 * such as who shares the pid namespace, and write for ever. True when all is out. */
static int drained(struct monitor *m)
{
	if (!m->drains) {
		m->drains = 1;
		m->left[0] = most_in(m->output);
		m->left[1] = most_in(m->errors);
	}
	drain(m, &m->output, FRAME_STDOUT, &m->left[0]);
	drain(m, &m->errors, FRAME_STDERR, &m->left[1]);
	return !clients_hold_output(m);
}

int run_monitor(struct monitor *m)
{
	struct pollfd p[MAX_POLL];
	int later = 0;
	for (;;) {
		int running_out = m->exited && m->reaped && m->failure < 0 && m->status.state != STATE_EXITED;
		if (running_out && m->started_failed)
			break;
		if (m->begin.flags & BEGIN_LEAVE && m->status.state == STATE_RUNNING)
			break;
		if (running_out && drained(m))
			finish(m);
		if (m->status.state == STATE_EXITED && !clients_pending()) {
			int nobodys = m->listener < 0;
			if (m->released || nobodys || (!(m->begin.flags & BEGIN_LOG) && clients_count() == 0))
				break;
		}
		/* the clients first: a piece that one of them had to wait with may fill the pipe, which is then waited for */
		size_t clients = clients_poll(m, p + P_CLIENTS);
		fill(m, p, later);
		if (ppoll(p, P_CLIENTS + clients, later ? &moment : NULL, NULL) < 0 && errno != EINTR)
			break;
		later = 0;
		int known = m->adopted;
		if (p[P_NOTES].revents)
			take_note(m);
		if (p[P_FAILURE].revents)
			take_failure(m);
		if (p[P_OUTPUT].revents)
			later |= writes_much(m, pump(m, &m->output, FRAME_STDOUT));
		if (p[P_ERRORS].revents)
			later |= writes_much(m, pump(m, &m->errors, FRAME_STDERR));
		if (p[P_INPUT].revents)
			push_input(m);
		if (p[P_EXITS].revents || m->adopted != known)
			reap(m);
		if (p[P_CONTROL].revents)
			take_control(m);
		clients_serve(m, p + P_CLIENTS, clients);
		if (p[P_LISTENER].revents)
			clients_accept(m);
	}
	if (m->listener >= 0)
		unlinkat(m->socket_dir, m->name.socket, 0);
	return 0;
}
