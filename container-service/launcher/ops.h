/* What the files of operations share. */
#ifndef GANTRY_OPS_H
#define GANTRY_OPS_H
#include <string.h>
#include "launcher.h"

static inline const char *text(const struct op *op, uint32_t index)
{
	const char *at = op->text;
	while (index--)
		at += strlen(at) + 1;
	return at;
}

/* -1 is no descriptor: the call that gets it says EBADF. */
static inline int slot(const struct first_process *self, uint64_t index)
{
	return index < self->slot_count ? self->slots[index] : -1;
}

static inline int checked(long result) { return result < 0 ? failed() : 0; }

/* ops.c */
int make_way(const char *path, int last);
int attach(int mount_fd, const char *path, int follow);
int lay_link(const char *target, const char *path);
int begin_init(const struct first_process *self);
int execute(char **argv, char **env, int look);
void give_up(const struct first_process *self, int32_t op, int error) __attribute__((noreturn));
int open_terminal(const struct op *op, int *master, int *terminal); /* of user n1, n2 rows and n3 columns; of a new session, whose controlling terminal it becomes */
int take_stdio(int fd); /* as 0, 1 and 2 */

/* bundle.c: -ENOSYS for an operation that is none of its own */
int run_bundle_operation(const struct op *op, struct first_process *self);

/* runtime.c */
int run_maker_operation(const struct op *op, struct first_process *self);
#endif
