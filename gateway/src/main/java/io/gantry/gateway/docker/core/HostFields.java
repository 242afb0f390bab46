package io.gantry.gateway.docker.core;

import java.util.Arrays;

/** Fields of HostConfig that can only say what is so anyway, and those that say nothing to us. */
final class HostFields {
    private HostFields() {}

    static void check(Fields host) {
        // the file is the client's; a terminal's size comes again by resize
        host.harmless("ContainerIDFile", "ConsoleSize");
        host.only("CgroupnsMode", "private").only("Isolation", "default");
        swappiness(host);
    }

    /** -1 is the kernel's own. */
    static void swappiness(Fields host) {
        expect(host, "MemorySwappiness", -1);
    }

    private static void expect(Fields host, String name, long... possible) {
        Long given = host.wholeOrNull(name, Long.MIN_VALUE, Long.MAX_VALUE);
        if (given != null && Arrays.stream(possible).noneMatch(one -> one == given)) {
            throw host.unsupported(name);
        }
    }
}
