package io.gantry.agent.execute;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Which boot of the host this is (random(4)): what ran in another one ended with it. */
record HostBoot(String id) {
    static HostBoot current() {
        try {
            return new HostBoot(Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
