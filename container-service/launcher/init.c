/*
 * Process 1 of a container: forwards signals to the command and reaps what is orphaned to it. It never executes anything,
 * so its program is the launcher's sealed memory file; it can't be written through /proc/1/exe.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "kernel.h"
#include "launcher.h"

static void keep_only_kill(void)
{
	struct capability_header header = {CAPABILITY_VERSION_3, 0};
	struct capability_data data[2] = {{1u << CAPABILITY_KILL, 1u << CAPABILITY_KILL, 0}, {0, 0, 0}};
	syscall(SYS_capset, &header, data);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* nobody inside opens our /proc files or attaches */
}

void run_init(pid_t command, int monitor)
{
	sigset_t all;
	int status;
	keep_only_kill();
	prctl(PR_SET_NAME, "gantry-init", 0, 0, 0);
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); /* in a pid namespace that it shares it isn't process 1 */
	dup2(monitor, 0);
	syscall(SYS_close_range, 1, ~0U, 0);
	sigfillset(&all);
	for (;;) {
		int number = sigwaitinfo(&all, NULL);
		int deaf = number < 0 && errno != EINTR; /* a filter forbids it: of signals nothing is heard then, of the end it is */
		if (number == SIGCHLD || deaf) {
			pid_t gone;
			while ((gone = waitpid(-1, &status, deaf ? 0 : WNOHANG)) > 0) {
				if (gone != command)
					continue;
				/* A process 1 can't die of a signal of its own, so the true status goes by message. */
				struct note note = {NOTE_ENDED, status};
				transmit(0, &note, sizeof note, NULL, 0);
				_exit(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
			}
		} else if (number > 0 && number != SIGTTIN && number != SIGTTOU) {
			kill(command, number);
		}
	}
}
