package io.gantry.agent.execute;

import io.gantry.agent.image.LayerKeeping;
import io.gantry.agent.image.erofs.ImageWriter;
import io.gantry.kernel.mount.ImageMounts;
import io.gantry.kernel.probe.FreshLinks;
import io.gantry.kernel.probe.Ground;
import io.gantry.kernel.probe.KernelProbes;
import io.gantry.kernel.probe.KernelReport;
import io.gantry.kernel.probe.ProbeFolder;
import io.gantry.kernel.syscall.Errno;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.LinuxSystemCalls;
import io.gantry.kernel.syscall.SyscallFailure;
import io.gantry.kernel.syscall.SystemCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/** Whether this host's kernel has what containers with these settings need; leaves nothing behind. */
public final class KernelCheck {
    private static final int FOLDER_MODE = 0700;
    private static final long PROBE_HEAP = 1 << 16;

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
                        public void image(String path) {
                            try (ImageWriter image = new ImageWriter(Path.of(path), PROBE_HEAP)) {
                                image.finish();
                            } catch (IOException e) {
                                // of so little, what can go wrong is that there is no room
                                throw new SyscallFailure("write", path + " (" + e.getMessage() + ")", Errno.ENOSPC);
                            }
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

    /** @throws IllegalArgumentException if this kernel can't keep them as it is told to */
    public static LayerKeeping keeping(LayerKeeping.Wish wish, KernelReport kernel) {
        return LayerKeeping.of(wish, kernel, new ImageMounts(new LinuxSystemCalls()).byFile());
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
