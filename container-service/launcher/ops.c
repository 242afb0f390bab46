/* The operations of a container's first process: one function each, called in the order of the plan. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include "kernel.h"
#include "ops.h"

static int become_root(void)
{
	if (setresgid(0, 0, 0) < 0 || setgroups(0, NULL) < 0 || setresuid(0, 0, 0) < 0)
		return failed();
	umask(022);
	return 0;
}

int attach(int mount_fd, const char *path, int follow)
{
	int flags = MOVE_MOUNT_F_EMPTY_PATH_ | (follow ? MOVE_MOUNT_T_SYMLINKS_ : 0);
	return checked(syscall(SYS_move_mount, mount_fd, "", AT_FDCWD, path, flags));
}

/* pivot_root(".", "."): the old root ends on top of the new one, at "." (man 2 pivot_root, notes). Paths resolve in the new. */
static int pivot(int root)
{
	return fchdir(root) < 0 ? failed() : checked(syscall(SYS_pivot_root, ".", "."));
}

/* Without pivot_root, which looks at each thread of the host for who had the old one: that is empty, and ".." and setns(2) lead to what lies on
 * top. */
static int cover_root(int root)
{
	int result = fchdir(root) < 0 ? failed() : attach(root, "/", 0);
	if (!result)
		result = chroot(".") < 0 || chdir("/") < 0 ? failed() : 0;
	return result;
}

/* put_old must be below the new root: it is named from there. */
static int pivot_over(int root, const char *place)
{
	if (fchdir(root) < 0 || syscall(SYS_pivot_root, ".", place) < 0)
		return failed();
	return checked(chdir("/"));
}

static int make_stage(int fs, int *root)
{
	if (syscall(SYS_fsconfig, fs, FSCONFIG_SET_STRING_, "mode", "755", 0) < 0
	    || syscall(SYS_fsconfig, fs, FSCONFIG_SET_STRING_, "size", "64k", 0) < 0
	    || syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE_, NULL, NULL, 0) < 0)
		return failed();
	*root = (int)syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC_, MOUNT_ATTR_NOSUID_ | MOUNT_ATTR_NODEV_);
	return checked(*root);
}

/* Attached at "/", as any place would do: no path of the host's is needed. */
static int stage(void)
{
	int root = -1;
	int fs = (int)syscall(SYS_fsopen, "tmpfs", FSOPEN_CLOEXEC_);
	if (fs < 0)
		return failed();
	int result = make_stage(fs, &root);
	close(fs);
	if (!result)
		result = attach(root, "/", 0);
	if (!result)
		result = pivot(root);
	close(root);
	return result;
}

static int move(const char *from, const char *to)
{
	return checked(syscall(SYS_move_mount, AT_FDCWD, from, AT_FDCWD, to, 0));
}

static int detach_old_root(void)
{
	return umount2(".", MNT_DETACH) < 0 ? failed() : checked(chdir("/"));
}

static int make_folder(const char *path, mode_t mode)
{
	return mkdir(path, mode) < 0 && errno != EEXIST ? failed() : 0;
}

/* What stands there comes from the image: a link leads elsewhere, a pipe would let us wait for its other end. Both make room for a file. */
static int make_file(const char *path)
{
	struct stat there;
	int found = lstat(path, &there) == 0;
	if (found && !S_ISREG(there.st_mode) && !S_ISDIR(there.st_mode) && unlink(path) < 0)
		return failed();
	if (found && S_ISREG(there.st_mode))
		return 0;
	int fd = open(path, O_RDONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0644);
	if (fd < 0)
		return failed();
	close(fd);
	return 0;
}

/* What lies in a volume or a folder of the host isn't ours to throw away. */
int lay_link(const char *target, const char *path)
{
	struct stat there, root;
	if (symlink(target, path) == 0)
		return 0;
	if (errno != EEXIST || lstat(path, &there) < 0 || stat("/", &root) < 0)
		return failed();
	if (!S_ISLNK(there.st_mode) && !(S_ISREG(there.st_mode) && there.st_dev == root.st_dev))
		return -EEXIST;
	if (unlink(path) < 0)
		return failed();
	return checked(symlink(target, path));
}

static int mask(const char *path)
{
	struct stat there;
	if (stat(path, &there) < 0)
		return errno == ENOENT || errno == EACCES ? 0 : failed();
	if (S_ISDIR(there.st_mode))
		return checked(mount("tmpfs", path, "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=0,nr_inodes=1"));
	return checked(mount("/dev/null", path, NULL, MS_BIND, NULL));
}

static int read_only(const char *path, int keep)
{
	struct mount_attributes change = {MOUNT_ATTR_RDONLY_, 0, 0, 0};
	if (mount(path, path, NULL, MS_BIND | MS_REC, NULL) < 0)
		return errno == ENOENT ? 0 : failed();
	if (keep)
		return checked(syscall(SYS_mount_setattr, AT_FDCWD, path, 0, &change, sizeof change));
	/* nosuid, nodev and noexec are locked on what came from procfs: a remount must repeat them */
	return checked(mount(NULL, path, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL));
}

/* What this is prepared in is left behind, and the place of the whole with it. */
static int show(const struct op *op, int files)
{
	char from[64];
	int result = make_folder(text(op, 0), 0755);
	if (!result)
		result = attach(files, text(op, 0), 0);
	for (uint32_t i = 1; i < op->texts && !result; i++) {
		const char *to = text(op, i), *slash = strrchr(to, '/');
		if (!slash || snprintf(from, sizeof from, "%s%s", text(op, 0), slash) >= (int)sizeof from)
			return -EINVAL;
		if (mount(from, to, NULL, MS_BIND, NULL) < 0)
			result = failed();
	}
	return result;
}

static int write_file(const char *path, const char *content)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return failed();
	int result = write(fd, content, strlen(content)) < 0 ? failed() : 0;
	close(fd);
	return result;
}

static int raise_loopback(void)
{
	struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return failed();
	int result = checked(ioctl(fd, SIOCSIFFLAGS, &request));
	close(fd);
	return result;
}

static int limit(uint64_t resource, uint64_t soft, uint64_t hard)
{
	struct rlimit value = {soft, hard};
	return checked(setrlimit((int)resource, &value));
}

/* Process 1 blocks everything before the fork, so that no signal falls between. */
int begin_init(const struct first_process *self)
{
	sigset_t all;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	pid_t command = fork();
	if (command < 0)
		return failed();
	if (command > 0) {
		close(self->failure); /* a filter may keep it from closing all at once */
		run_init(command, self->monitor);
	}
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	return 0;
}

static int note(const struct first_process *self, uint32_t kind, const int *fds, size_t count)
{
	struct note message = {kind, 0};
	return transmit(self->monitor, &message, sizeof message, fds, count);
}

#define ROOM_FOR_OUTPUT (256 << 10)

/* Made here and not by the monitor: a pipe belongs to its maker, and programs open /dev/stdout by name. */
static int make_streams(const struct first_process *self, int keep_input, uid_t user, gid_t group)
{
	int in[2] = {-1, -1}, out[2], err[2];
	if (setsid() < 0 && errno != EPERM)
		return failed();
	if (pipe2(out, O_CLOEXEC) < 0 || pipe2(err, O_CLOEXEC) < 0)
		return failed();
	fcntl(out[1], F_SETPIPE_SZ, ROOM_FOR_OUTPUT); /* fewer changes of hands when much is written; the usual size will do */
	if (keep_input) {
		if (pipe2(in, O_CLOEXEC) < 0)
			return failed();
		if (fchown(in[0], user, group) < 0)
			return failed();
	} else if ((in[0] = open("/dev/null", O_RDONLY | O_CLOEXEC)) < 0) {
		return failed();
	}
	if (fchown(out[1], user, group) < 0 || fchown(err[1], user, group) < 0)
		return failed();
	int ends[3] = {out[0], err[0], in[1]};
	int result = note(self, NOTE_PIPES, ends, keep_input ? 3 : 2);
	if (result)
		return result;
	if (dup2(in[0], 0) < 0 || dup2(out[1], 1) < 0 || dup2(err[1], 2) < 0)
		return failed();
	return 0;
}

static int set_size(int terminal, uint64_t rows, uint64_t columns)
{
	struct winsize window = {(unsigned short)rows, (unsigned short)columns, 0, 0};
	return rows ? checked(ioctl(terminal, TIOCSWINSZ, &window)) : 0;
}

int open_terminal(const struct op *op, int *master, int *terminal)
{
	int unlock = 0;
	*master = open("/dev/pts/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (*master < 0 || ioctl(*master, TIOCSPTLCK, &unlock) < 0)
		return failed();
	*terminal = ioctl(*master, TIOCGPTPEER_, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (*terminal < 0 || fchown(*terminal, (uid_t)op->n[1], (gid_t)-1) < 0)
		return failed();
	if (setsid() < 0 && errno != EPERM)
		return failed();
	int result = set_size(*terminal, op->n[2], op->n[3]);
	return result ? result : checked(ioctl(*terminal, TIOCSCTTY, 0));
}

int take_stdio(int fd)
{
	return dup2(fd, 0) < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0 ? failed() : 0;
}

static int make_terminal(const struct op *op, const struct first_process *self)
{
	int master, terminal;
	int result = open_terminal(op, &master, &terminal);
	if (!result)
		result = note(self, NOTE_TERMINAL, &master, 1);
	if (!result)
		result = take_stdio(terminal);
	if (!result)
		close(master);
	return result;
}

static int bound(uint64_t kept)
{
	for (int capability = 0; capability <= CAPABILITY_LAST; capability++) {
		if (kept >> capability & 1)
			continue;
		if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0)
			return errno == EINVAL ? 0 : failed(); /* the kernel knows no higher one */
	}
	return 0;
}

static int become(const struct op *op)
{
	gid_t groups[256];
	if (op->n[2] > 256)
		return -E2BIG;
	if (op->n[3] && prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0)
		return failed();
	for (uint32_t i = 0; i < op->n[2]; i++)
		groups[i] = (gid_t)strtoul(text(op, i), NULL, 10);
	if (setgroups(op->n[2], groups) < 0 || setresgid((gid_t)op->n[1], (gid_t)op->n[1], (gid_t)op->n[1]) < 0)
		return failed();
	return checked(setresuid((uid_t)op->n[0], (uid_t)op->n[0], (uid_t)op->n[0]));
}

static int set_capabilities(uint64_t set)
{
	struct capability_header header = {CAPABILITY_VERSION_3, 0};
	uint32_t low = (uint32_t)set, high = (uint32_t)(set >> 32);
	struct capability_data data[2] = {{low, low, 0}, {high, high, 0}};
	return checked(syscall(SYS_capset, &header, data));
}

static int lay_down(uint64_t gone)
{
	struct capability_header header = {CAPABILITY_VERSION_3, 0};
	struct capability_data data[2];
	if (syscall(SYS_capget, &header, data) < 0)
		return failed();
	return set_capabilities(((uint64_t)data[1].permitted << 32 | data[0].permitted) & ~gone);
}

static int filter(const struct op *op)
{
	struct filter_program program = {(unsigned short)op->n[0], op->text};
	return checked(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER_, 0, &program));
}

/* What is missing above path, and with last path itself. */
int make_way(const char *path, int last)
{
	char part[4096];
	size_t length = strlen(path);
	if (length == 0 || length >= sizeof part)
		return length ? -ENAMETOOLONG : -ENOENT;
	memcpy(part, path, length + 1);
	for (char *slash = strchr(part + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = 0;
		if (mkdir(part, 0755) < 0 && errno != EEXIST)
			return failed();
		*slash = '/';
	}
	return last && mkdir(part, 0755) < 0 && errno != EEXIST ? failed() : 0;
}

static int work_in(const char *path, int made)
{
	if (chdir(path) == 0)
		return 0;
	int result = made && errno == ENOENT ? make_way(path, 1) : failed();
	return result ? result : checked(chdir(path));
}

/* Becomes it, or looks whether it could; -errno when not. */
static int attempt(const char *program, char **argv, char **env, int look)
{
	struct stat there;
	if (!look)
		return checked(execve(program, argv, env));
	if (stat(program, &there) < 0)
		return failed();
	return S_ISREG(there.st_mode) ? checked(faccessat(AT_FDCWD, program, X_OK, AT_EACCESS)) : -EACCES;
}

/* Searches PATH as execvp(3) would, but the PATH of the new environment. */
int execute(char **argv, char **env, int look)
{
	const char *path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
	char *candidate;
	int result = -ENOENT;
	for (char **at = env; *at; at++) {
		if (strncmp(*at, "PATH=", 5) == 0)
			path = *at + 5;
	}
	if (strchr(argv[0], '/'))
		return attempt(argv[0], argv, env, look);
	if (!(candidate = malloc(strlen(path) + strlen(argv[0]) + 2)))
		return -ENOMEM;
	for (int more = *argv[0] != 0; more;) {
		size_t length = strcspn(path, ":");
		memcpy(candidate, path, length);
		candidate[length] = '/';
		strcpy(candidate + length + (length > 0), argv[0]); /* an empty element is the working folder */
		int error = attempt(candidate, argv, env, look);
		if (error == 0)
			return 0;
		if (error == -EACCES)
			result = error; /* something was there: more to the point than "not found" */
		else if (error != -ENOENT && error != -ENOTDIR)
			return error;
		more = path[length] == ':';
		path += length + 1;
	}
	return result;
}

static int run_program(const struct op *op, int look)
{
	uint64_t argc = op->n[0], envc = op->n[1];
	char **argv = calloc(argc + envc + 2, sizeof *argv), **env = argv + argc + 1;
	const char *at = op->text;
	if (!argv)
		return -ENOMEM;
	for (uint64_t i = 0; i < argc + envc; i++, at += strlen(at) + 1)
		*(i < argc ? argv + i : env + (i - argc)) = (char *)at;
	return execute(argv, env, look);
}

static int run(const struct op *op, struct first_process *self)
{
	switch (op->code) {
	case OP_BECOME_ROOT: return become_root();
	case OP_PRIVATE_MOUNTS: return checked(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	case OP_ATTACH: return attach(slot(self, op->n[0]), text(op, 0), op->n[1] != 0);
	case OP_PIVOT: return pivot(slot(self, op->n[0]));
	case OP_COVER_ROOT: return cover_root(slot(self, op->n[0]));
	case OP_DETACH_OLD_ROOT: return detach_old_root();
	case OP_MAKE_FOLDER: return make_folder(text(op, 0), (mode_t)op->n[0]);
	case OP_MAKE_FILE: return make_file(text(op, 0));
	case OP_MOUNT: return checked(mount(text(op, 0), text(op, 1), text(op, 2), op->n[0], text(op, 3)));
	case OP_MASK: return mask(text(op, 0));
	case OP_READ_ONLY: return read_only(text(op, 0), op->n[0] != 0);
	case OP_WRITE: return write_file(text(op, 0), text(op, 1));
	case OP_HOSTNAME: return checked(sethostname(text(op, 0), strlen(text(op, 0))));
	case OP_LOOPBACK: return raise_loopback();
	case OP_RLIMIT: return limit(op->n[0], op->n[1], op->n[2]);
	case OP_INIT: return begin_init(self);
	case OP_STREAMS: return make_streams(self, op->n[0] != 0, (uid_t)op->n[1], (gid_t)op->n[2]);
	case OP_TERMINAL: return make_terminal(op, self);
	case OP_BOUNDING: return bound(op->n[0]);
	case OP_USER: return become(op);
	case OP_CAPABILITIES: return set_capabilities(op->n[0]);
	case OP_NO_NEW_PRIVILEGES: return checked(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	case OP_SECCOMP: return filter(op);
	case OP_FOLDER: return work_in(text(op, 0), op->n[0] != 0);
	case OP_EXEC: return run_program(op, op->n[2] != 0);
	case OP_LAY_DOWN: return lay_down(op->n[0]);
	case OP_STAGE: return stage();
	case OP_MOVE: return move(text(op, 0), text(op, 1));
	case OP_OWN_MOUNTS: return checked(unshare(CLONE_NEWNS));
	case OP_LINK: return lay_link(text(op, 0), text(op, 1));
	case OP_PIVOT_OVER: return pivot_over(slot(self, op->n[0]), text(op, 0));
	case OP_SHOW: return show(op, slot(self, op->n[0]));
	case OP_SHARED_MEMORY: return attach(self->shared, text(op, 0), 0);
	case OP_BENCH ... OP_START: return run_maker_operation(op, self);
	default: return run_bundle_operation(op, self);
	}
}

void give_up(const struct first_process *self, int32_t op, int error)
{
	int32_t message[2] = {op, -error};
	write(self->failure, message, sizeof message);
	_exit(127);
}

static void run_each(const struct proceed *proceed, int file, int32_t first, struct first_process *self)
{
	char *begin = mmap(NULL, proceed->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	if (begin == MAP_FAILED)
		give_up(self, STAGE_PROCEED, failed());
	char *at = begin, *end = begin + proceed->bytes;
	for (uint32_t i = 0; i < proceed->count && at < end; i++) {
		struct op *op = (struct op *)(void *)at;
		uint64_t before = nanos_of(CLOCK_MONOTONIC);
		int result = run(op, self);
		if (result)
			give_up(self, first + (int32_t)i, result);
		op->nanos = (uint32_t)(nanos_of(CLOCK_MONOTONIC) - before);
		at += op->size;
	}
	munmap(begin, proceed->bytes);
}

void run_operations(int child_channel, struct first_process *self)
{
	for (int32_t done = 0;;) {
		struct proceed proceed;
		int fds[MAX_SLOTS + 1];
		size_t count = MAX_SLOTS + 1;
		int got = receive(child_channel, &proceed, sizeof proceed, fds, &count);
		if (got == 0) /* the agent went away or changed its mind */
			give_up(self, STAGE_PROCEED, -ECANCELED);
		if (got != (int)sizeof proceed || count < 1 || proceed.version != WIRE_VERSION)
			give_up(self, STAGE_PROCEED, got < 0 ? got : -EPROTO);
		self->slot_count = count - 1;
		memcpy(self->slots, fds + 1, self->slot_count * sizeof(int));
		run_each(&proceed, fds[0], done, self);
		done += (int32_t)proceed.count;
		transmit(child_channel, &(char){0}, 1, NULL, 0); /* waits for more: who parks it may wait for that */
		for (size_t i = 0; i < count; i++)
			close(fds[i]);
	}
}
