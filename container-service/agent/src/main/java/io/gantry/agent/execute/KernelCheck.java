package io.gantry.agent.execute;

import io.gantry.kernel.probe.FreshLinks;
import io.gantry.kernel.probe.Ground;
import io.gantry.kernel.probe.KernelProbes;
import io.gantry.kernel.probe.KernelReport;
import io.gantry.kernel.probe.ProbeFolder;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.LinuxSystemCalls;
import io.gantry.kernel.syscall.SystemCalls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/** Whether this host's kernel has what containers with these settings need; leaves nothing behind. */
public final class KernelCheck {
    private static final int FOLDER_MODE = 0700;

    private KernelCheck() {}

    public static KernelReport of(RuntimeSettings settings) {
        SystemCalls calls = new LinuxSystemCalls();
        try (Fd program = LauncherProgram.load(calls)) {
            OwnerMaps owners = new OwnerMaps(calls, program);
            Ground ground =
                    new Ground() {
                        @Override
                        public Fd userNamespace() {
                            return owners.make(settings.range(0));
                        }

                        @Override
                        public Links links() {
                            return FreshLinks.open(calls);
                        }
                    };
            String name = freshName();
            return new KernelProbes(calls, ground, settings.cgroups(), folder(calls, settings.data(), name), name).run();
        }
    }

    /** By chance too: agents that see the same cgroups and folders may each count processes from 1. */
    private static String freshName() {
        return "gantry-probe-%d-%08x".formatted(ProcessHandle.current().pid(), ThreadLocalRandom.current().nextInt());
    }

    /** In the data folder, or where it will be made. */
    private static ProbeFolder folder(SystemCalls calls, Path data, String name) {
        Path there = data;
        while (!Files.isDirectory(there)) {
            there = there.getParent();
        }
        Path parent = there;
        Path own = parent.resolve(name);
        return new ProbeFolder() {
            @Override
            public void use(Consumer<String> work) {
                try {
                    calls.makeFolder(own.toString(), FOLDER_MODE);
                    work.accept(own.toString());
                } finally {
                    Trees.delete(own);
                }
            }

            @Override
            public String parent() {
                return parent.toString();
            }
        };
    }
}
