/*
 * What a program in a container tries in order to write more than its folder may hold: "reached" if it got out of what is counted, else each call
 * that was refused and why.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* linux/btrfs.h */
struct vol_args { int64_t fd; char name[4088]; };
struct vol_args_v2 { int64_t fd; uint64_t transid, flags, unused[4]; char name[4040]; };
#define SNAP_CREATE _IOW(0x94, 1, struct vol_args)
#define SUBVOL_CREATE _IOW(0x94, 14, struct vol_args)
#define SNAP_CREATE_V2 _IOW(0x94, 23, struct vol_args_v2)
#define SUBVOL_CREATE_V2 _IOW(0x94, 24, struct vol_args_v2)

/* linux/fs.h */
struct attributes { uint32_t flags, extsize, nextents, project, cowextsize; unsigned char pad[8]; };
#define GET_ATTRIBUTES _IOR('X', 31, struct attributes)
#define SET_ATTRIBUTES _IOW('X', 32, struct attributes)
#define GET_FLAGS _IOR('f', 1, long)
#define SET_FLAGS _IOW('f', 2, long)
#define INHERIT 0x200
#define INHERIT_FLAG 0x20000000

static int reached;

static void tried(const char *what, int result)
{
	if (result < 0) {
		printf("refused: %s: %s\n", what, strerror(errno));
		return;
	}
	reached = 1;
	printf("reached %s\n", what);
}

static void subvolumes(int folder)
{
	struct vol_args one = {.name = "one"}, shot = {.fd = folder, .name = "shot"};
	struct vol_args_v2 two = {.name = "two"}, other = {.fd = folder, .name = "other"};
	tried("SUBVOL_CREATE", ioctl(folder, SUBVOL_CREATE, &one));
	tried("SUBVOL_CREATE_V2", ioctl(folder, SUBVOL_CREATE_V2, &two));
	tried("SNAP_CREATE", ioctl(folder, SNAP_CREATE, &shot));
	tried("SNAP_CREATE_V2", ioctl(folder, SNAP_CREATE_V2, &other));
	/* the kernel doesn't look at the upper half of a request */
	tried("SUBVOL_CREATE, disguised", syscall(16, folder, (1UL << 32) | SUBVOL_CREATE, &one));
}

static void projects(int folder)
{
	struct attributes now;
	unsigned long flags = 0;
	if (ioctl(folder, GET_ATTRIBUTES, &now) < 0) {
		tried("GET_ATTRIBUTES", -1);
		return;
	}
	printf("in a project: %s\n", now.project && now.flags & INHERIT ? "yes" : "no");
	struct attributes none = now, loose = now;
	none.project = 0;
	loose.flags &= ~INHERIT;
	tried("to leave its project", ioctl(folder, SET_ATTRIBUTES, &none));
	tried("to let what is made there be in none", ioctl(folder, SET_ATTRIBUTES, &loose));
	if (ioctl(folder, GET_FLAGS, &flags) == 0) {
		flags &= ~INHERIT_FLAG;
		tried("the same by its flags", ioctl(folder, SET_FLAGS, &flags));
	}
}

/* subvolumes|projects FOLDER */
int main(int count, char **words)
{
	if (count != 3)
		return 2;
	int folder = open(words[2], O_RDONLY | O_DIRECTORY);
	if (folder < 0) {
		perror(words[2]);
		return 2;
	}
	if (strcmp(words[1], "subvolumes") == 0)
		subvolumes(folder);
	else
		projects(folder);
	return reached;
}
