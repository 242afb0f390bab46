package io.gantry.agent.execute;

import io.gantry.kernel.syscall.Errno;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.LinuxHeader;
import io.gantry.kernel.syscall.SyscallFailure;
import io.gantry.kernel.syscall.SystemCalls;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the kernel's log (Documentation/ABI/testing/dev-kmsg) says of processes killed for want of memory. It is read only after one was. */
final class OutOfMemoryLog {
    private static final String LOG = "/dev/kmsg";
    private static final int LONGEST = 8192;

    /** mm/oom_kill.c, dump_oom_victim. */
    private static final Pattern KILL = Pattern.compile("oom-kill:constraint=.*task_memcg=([^,]*),task=(.*),pid=(\\d+),uid=\\d+");

    record Victim(int pid, String process) {}

    private final SystemCalls calls;

    OutOfMemoryLog(SystemCalls calls) {
        this.calls = calls;
    }

    /**
     * The last that was killed in a group; empty where the log can't be read, or doesn't tell: the kernel may leave out some of many.
     *
     * @param group how the group's path ends
     */
    Optional<Victim> last(String group) {
        Optional<Victim> last = Optional.empty();
        try (Fd log = calls.open(LOG, LinuxHeader.O_RDONLY | LinuxHeader.O_NONBLOCK, 0)) {
            for (Optional<String> record = next(log); record.isPresent(); record = next(log)) {
                Optional<Victim> victim = victim(record.get(), group);
                last = victim.isPresent() ? victim : last;
            }
        } catch (SyscallFailure e) {
            return last;
        }
        return last;
    }

    /** One record a read; it has no offset. */
    private Optional<String> next(Fd log) {
        while (true) {
            try {
                return Optional.of(new String(calls.readAt(log, LONGEST, 0), StandardCharsets.UTF_8));
            } catch (SyscallFailure e) {
                if (e.errno() == Errno.EAGAIN) {
                    return Optional.empty();
                }
                if (e.errno() != Errno.EPIPE) { // otherwise overwritten meanwhile: the next read goes on behind that
                    throw e;
                }
            }
        }
    }

    static Optional<Victim> victim(String record, String group) {
        Matcher kill = KILL.matcher(record);
        return kill.find() && kill.group(1).endsWith(group)
                ? Optional.of(new Victim(Integer.parseInt(kill.group(3)), kill.group(2)))
                : Optional.empty();
    }
}
