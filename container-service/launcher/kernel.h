/* Kernel interfaces that musl's headers lack; numbers from the kernel's include/uapi, x86-64. */
#ifndef GANTRY_KERNEL_H
#define GANTRY_KERNEL_H
#include <stdint.h>
#include <sys/syscall.h>

#ifndef SYS_open_tree
#define SYS_open_tree 428 /* 5.2 */
#endif
#ifndef SYS_move_mount
#define SYS_move_mount 429 /* 5.2 */
#endif
#ifndef SYS_fsopen
#define SYS_fsopen 430 /* 5.2, and the next two */
#define SYS_fsconfig 431
#define SYS_fsmount 432
#endif
#ifndef SYS_clone3
#define SYS_clone3 435 /* 5.3 */
#endif
#ifndef SYS_close_range
#define SYS_close_range 436 /* 5.9 */
#endif

#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442 /* 5.12 */
#endif
#define AT_RECURSIVE_ 0x8000
#define MOUNT_ATTR_RDONLY_ 1
/* linux/mount.h */
struct mount_attributes {
	uint64_t set, clear, propagation, user_namespace;
};

/* linux/sched.h, version 2 (5.7) */
struct clone_arguments {
	uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, cgroup;
};
#define CLONE_INTO_CGROUP_ 0x200000000ULL
#define CLONE_PARENT_ 0x00008000ULL

#define MOVE_MOUNT_F_EMPTY_PATH_ 0x00000004
#define MOVE_MOUNT_T_SYMLINKS_ 0x00000010
#define OPEN_TREE_CLONE_ 1
#define FSOPEN_CLOEXEC_ 0x00000001
#define FSMOUNT_CLOEXEC_ 0x00000001
#define FSCONFIG_SET_STRING_ 1
#define FSCONFIG_CMD_CREATE_ 6
#define MOUNT_ATTR_NOSUID_ 0x00000002
#define MOUNT_ATTR_NODEV_ 0x00000004

/* linux/capability.h */
struct capability_header {
	uint32_t version;
	int pid;
};
struct capability_data {
	uint32_t effective, permitted, inheritable;
};
#define CAPABILITY_VERSION_3 0x20080522
#define CAPABILITY_LAST 63
#define CAPABILITY_KILL 5

/* linux/seccomp.h, linux/filter.h */
#define SECCOMP_SET_MODE_FILTER_ 1
struct filter_program {
	unsigned short length;
	const void *instructions;
};
/* linux/sched/types.h, as of 3.14; of SCHED_OTHER the runtime is the slice (6.12), 0.1 ms at least */
struct scheduling {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
};
#define SCHED_FLAG_RESET_ON_FORK_ 1
#define SHORTEST_SLICE_NANOS 100000
#define TIOCGPTPEER_ 0x5441 /* asm-generic/ioctls.h, 4.13 */
#endif
