/* The operations that only bundles have, after the OCI runtime specification: what they ask for that no container of the agent's does. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include "kernel.h"
#include "ops.h"

static int mount_attributes(const struct op *op)
{
	struct mount_attributes change = {op->n[0], op->n[1], op->n[2], 0};
	return checked(syscall(SYS_mount_setattr, AT_FDCWD, text(op, 0), op->n[3] ? AT_RECURSIVE_ : 0, &change, sizeof change));
}

/* Links lead where they lead: the host's file systems are out of sight by now. */
static int make_place(const char *path, int file)
{
	struct stat there;
	if (stat(path, &there) == 0)
		return 0;
	int result = make_way(path, !file);
	if (result || !file)
		return result;
	int fd = open(path, O_RDONLY | O_CREAT | O_NONBLOCK | O_CLOEXEC, 0644);
	if (fd < 0)
		return failed();
	close(fd);
	return 0;
}

/* What the image brings stays. */
static int make_node(const struct op *op)
{
	const char *path = text(op, 0);
	int result = make_way(path, 0);
	if (result)
		return result;
	if (mknod(path, (mode_t)op->n[0], (dev_t)op->n[1]) < 0)
		return errno == EEXIST ? 0 : failed();
	if (chown(path, (uid_t)op->n[2], (gid_t)op->n[3]) < 0)
		return failed();
	return checked(chmod(path, (mode_t)op->n[0] & 07777)); /* without the umask */
}

static int make_link(const char *target, const char *path)
{
	return symlink(target, path) < 0 && errno != EEXIST ? failed() : 0;
}

/* A program opens /dev/stdout by name, as its user; what is the host's, such as /dev/null, isn't given away. */
static void give(int fd, uid_t user)
{
	struct stat there;
	if (fstat(fd, &there) == 0 && (S_ISFIFO(there.st_mode) || isatty(fd)) && there.st_uid != user)
		fchown(fd, user, (gid_t)-1); /* of another user namespace, or of a file system that can't: then by its descriptor alone */
}

static int take_streams(const struct op *op, const struct first_process *self)
{
	if (setsid() < 0 && errno != EPERM)
		return failed();
	for (int i = 0; i < 3; i++) {
		give(slot(self, op->n[i]), (uid_t)op->n[3]);
		if (dup2(slot(self, op->n[i]), i) < 0)
			return failed();
	}
	return 0;
}

static int show_console(int number)
{
	char name[32];
	snprintf(name, sizeof name, "/dev/pts/%d", number);
	int result = make_place("/dev/console", 1);
	return result ? result : checked(mount(name, "/dev/console", NULL, MS_BIND, NULL));
}

static int send_terminal(const struct op *op, const struct first_process *self)
{
	int master, terminal, number = 0;
	char name[32];
	int result = open_terminal(op, &master, &terminal);
	if (!result)
		result = checked(ioctl(master, TIOCGPTN, &number));
	if (!result && !op->texts) /* a further command has no console of its own */
		result = show_console(number);
	int length = snprintf(name, sizeof name, "/dev/pts/%d", number);
	if (!result)
		result = transmit(slot(self, op->n[0]), name, (size_t)length, &master, 1);
	if (!result)
		result = take_stdio(terminal);
	if (!result)
		close(master);
	return result;
}

static int set_all_capabilities(const struct op *op)
{
	struct capability_header header = {CAPABILITY_VERSION_3, 0};
	struct capability_data data[2];
	for (int half = 0; half < 2; half++) {
		data[half].permitted = (uint32_t)(op->n[0] >> 32 * half);
		data[half].effective = (uint32_t)(op->n[1] >> 32 * half);
		data[half].inheritable = (uint32_t)(op->n[2] >> 32 * half);
	}
	if (syscall(SYS_capset, &header, data) < 0 || prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0)
		return failed();
	for (unsigned long capability = 0; capability <= CAPABILITY_LAST; capability++) {
		if (op->n[3] >> capability & 1 && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0) < 0)
			return failed();
	}
	return 0;
}

/* The silent pipe tells that all is ready; from here on failures go to whoever says start. Its end by exec tells of success. */
static int await_start(const struct op *op, struct first_process *self)
{
	close(self->failure);
	self->failure = -1;
	do
		self->failure = accept4(slot(self, op->n[0]), NULL, NULL, SOCK_CLOEXEC);
	while (self->failure < 0 && errno == EINTR);
	return self->failure < 0 ? failed() : 0;
}

int run_bundle_operation(const struct op *op, struct first_process *self)
{
	switch (op->code) {
	case OP_MOUNT_ATTRIBUTES: return mount_attributes(op);
	case OP_PLACE: return make_place(text(op, 0), op->n[0] != 0);
	case OP_NODE: return make_node(op);
	case OP_FIRST_LINK: return make_link(text(op, 0), text(op, 1));
	case OP_DOMAINNAME: return checked(setdomainname(text(op, 0), strlen(text(op, 0))));
	case OP_TAKE_STREAMS: return take_streams(op, self);
	case OP_SEND_TERMINAL: return send_terminal(op, self);
	case OP_UMASK: umask((mode_t)op->n[0]); return 0;
	case OP_ALL_CAPABILITIES: return set_all_capabilities(op);
	case OP_AWAIT_START: return await_start(op, self);
	default: return -ENOSYS;
	}
}
