package io.gantry.agent.network.link;

import io.gantry.kernel.netlink.socket.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Kernel settings below {@code /proc/sys} of one network namespace. */
public final class Sysctls {
    private static final Path ROOT = Path.of("/proc/sys");
    private final NetworkNamespace namespace;

    public Sysctls(NetworkNamespace namespace) {
        this.namespace = namespace;
    }

    /** Writes what differs; leaves out what this kernel doesn't have. @return how many were changed */
    public int reconcile(Map<String, String> values) {
        return namespace.call(() -> values.entrySet().stream().mapToInt(entry -> set(entry.getKey(), entry.getValue())).sum());
    }

    private static int set(String key, String value) {
        Path file = ROOT.resolve(key);
        try {
            if (!Files.exists(file) || Files.readString(file).strip().equals(value)) {
                return 0;
            }
            Files.writeString(file, value);
            return 1;
        } catch (IOException e) {
            throw new UncheckedIOException("set " + key + " to " + value, e);
        }
    }
}
