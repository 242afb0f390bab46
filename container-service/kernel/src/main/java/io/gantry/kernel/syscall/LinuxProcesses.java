package io.gantry.kernel.syscall;

import static io.gantry.kernel.syscall.LinuxHeader.*;

import com.sun.jna.Memory;
import com.sun.jna.StringArray;
import java.util.List;
import java.util.Optional;

/** Other processes, and what this one is to them. */
interface LinuxProcesses extends SystemCalls {
    @Override
    default int spawn(Fd program, List<String> arguments, List<Fd> fds) {
        int[] pid = new int[1];
        try (Memory actions = new Memory(128);
                Fd nothing = open("/dev/null", O_RDWR, 0)) {
            LibC.posix_spawn_file_actions_init(actions);
            for (int i = 0; i < 3; i++) {
                LibC.posix_spawn_file_actions_adddup2(actions, nothing.number(), i);
            }
            for (int i = 0; i < fds.size(); i++) {
                LibC.posix_spawn_file_actions_adddup2(actions, fds.get(i).number(), 3 + i);
            }
            int error =
                    LibC.posix_spawn(
                            pid,
                            program.path(),
                            actions,
                            null,
                            new StringArray(arguments.toArray(String[]::new)),
                            new StringArray(new String[0]));
            LibC.posix_spawn_file_actions_destroy(actions);
            if (error != 0) {
                throw new SyscallFailure("posix_spawn", String.join(" ", arguments), error);
            }
            return pid[0];
        }
    }

    @Override
    default Optional<Integer> waitFor(int pid) {
        int[] status = new int[1];
        try {
            Call.make("waitpid", Integer.toString(pid), () -> LibC.waitpid(pid, status, 0));
            return Optional.of(status[0]);
        } catch (SyscallFailure e) {
            if (e.errno() == Errno.ECHILD) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    default boolean kill(int pid, int signal) {
        return unlessGone(() -> Call.make("kill", Integer.toString(pid), () -> LibC.kill(pid, signal)));
    }

    @Override
    default boolean signal(Fd process, int signal) {
        return unlessGone(
                () -> Call.make("pidfd_send_signal", process, () -> LibC.syscall(SYS_PIDFD_SEND_SIGNAL, process.number(), signal, null, null, 0)));
    }

    /** False if there is no such process any more. */
    private static boolean unlessGone(Runnable call) {
        try {
            call.run();
            return true;
        } catch (SyscallFailure e) {
            if (e.errno() == Errno.ESRCH) {
                return false;
            }
            throw e;
        }
    }

    @Override
    default Fd pidFd(int pid) {
        return Call.open("pidfd_open", Integer.toString(pid), () -> LibC.syscall(SYS_PIDFD_OPEN, pid, 0, 0));
    }

    @Override
    default void adoptOrphans() {
        Call.make("prctl", "PR_SET_CHILD_SUBREAPER", () -> LibC.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0));
    }

    @Override
    default Limits limits(int resource) {
        long[] values = new long[2];
        Call.make("getrlimit", Integer.toString(resource), () -> LibC.getrlimit(resource, values));
        return new Limits(values[0], values[1]);
    }
}
