package io.gantry.agent.execute;

import static io.gantry.kernel.syscall.LinuxHeader.O_DIRECTORY;
import static io.gantry.kernel.syscall.LinuxHeader.O_NONBLOCK;
import static io.gantry.kernel.syscall.LinuxHeader.O_PATH;
import static io.gantry.kernel.syscall.LinuxHeader.O_RDONLY;

import io.gantry.agent.plan.Identity;
import io.gantry.agent.plan.LauncherStep.ResolveUser;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.SyscallFailure;
import io.gantry.kernel.syscall.SystemCalls;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Users by what images say of them. Layers never change: what they say is remembered, as long as no container's own files lie above. */
final class Users {
    private static final int LARGEST_PASSWD = 1 << 20;
    private static final int REMEMBERED = 1000;
    private final SystemCalls calls;

    private record Asked(List<String> layers, String user, List<String> groups) {}

    private final Map<Asked, Identity> known =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Asked, Identity> eldest) {
                    return size() > REMEMBERED;
                }
            };

    Users(SystemCalls calls) {
        this.calls = calls;
    }

    /** @param root of the container */
    Identity ofContainer(ResolveUser asked, Fd root) {
        boolean own = !asked.writable().isEmpty() && Files.exists(Path.of(asked.writable(), "etc"), LinkOption.NOFOLLOW_LINKS);
        return asked.layers().isEmpty() || own ? read(asked, root) : remembered(new Asked(asked.layers(), asked.user(), asked.groups()), () -> read(asked, root));
    }

    Identity ofProcess(ResolveUser asked, int pid) {
        try (Fd root = calls.open("/proc/" + pid + "/root", O_PATH | O_DIRECTORY, 0)) {
            return read(asked, root);
        }
    }

    private Identity remembered(Asked asked, Supplier<Identity> reading) {
        synchronized (known) {
            Identity found = known.get(asked);
            if (found != null) {
                return found;
            }
        }
        Identity found = reading.get();
        synchronized (known) {
            known.put(asked, found);
        }
        return found;
    }

    private Identity read(ResolveUser asked, Fd root) {
        return new UserLookup(text(root, "etc/passwd"), text(root, "etc/group")).resolve(asked.user(), asked.groups());
    }

    private String text(Fd root, String path) {
        try (Fd file = calls.openInRoot(root, path, O_RDONLY | O_NONBLOCK)) {
            return new String(calls.read(file, LARGEST_PASSWD), StandardCharsets.UTF_8);
        } catch (SyscallFailure e) {
            return ""; // an image without it: numbers still work
        }
    }
}
