package io.gantry.agent.execute;

import io.gantry.contracts.spec.Security;
import io.gantry.kernel.capabilities.CapabilitySets;
import io.gantry.kernel.seccomp.DefaultProfile;
import io.gantry.kernel.seccomp.ProfileCompiler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Filters of system calls for this host's kernel. The usual one is made once. */
final class Filters {
    private static final Path RELEASE = Path.of("/proc/sys/kernel/osrelease");
    private final byte[] usual = DefaultProfile.filter(CapabilitySets.DEFAULT);
    private final String kernel;

    /** @param kernel its release */
    Filters(String kernel) {
        this.kernel = kernel;
    }

    static Filters ofThisHost() {
        try {
            return new Filters(Files.readString(RELEASE).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Empty for none. */
    byte[] of(Security security) {
        if (security.unconfined()) {
            return new byte[0];
        }
        var held = security.capabilities(CapabilitySets.DEFAULT);
        if (security.seccomp() != null) {
            return ProfileCompiler.compile(security.seccomp(), held, kernel);
        }
        return held.equals(CapabilitySets.DEFAULT) ? usual : DefaultProfile.filter(held);
    }
}
