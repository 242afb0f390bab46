package io.gantry.agent.execute;

import io.gantry.contracts.spec.ContainerSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** What the host says of its names, for containers in namespaces of the host. */
final class HostFiles {
    private HostFiles() {}

    /** By the names below {@code /etc}; empty for who is in none of them. */
    static Map<String, String> of(ContainerSpec spec) {
        Map<String, String> files = new TreeMap<>();
        if (spec.hostNetwork()) {
            files.put("hosts", read(Path.of("/etc/hosts")));
            files.put("resolv.conf", read(Path.of("/etc/resolv.conf")));
        }
        if (spec.namespaces().hostUts()) {
            files.put("hostname", read(Path.of("/proc/sys/kernel/hostname")));
        }
        return Map.copyOf(files);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
