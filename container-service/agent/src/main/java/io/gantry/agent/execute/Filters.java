package io.gantry.agent.execute;

import io.gantry.contracts.spec.Security;
import io.gantry.kernel.capabilities.CapabilitySets;
import io.gantry.kernel.seccomp.DefaultProfile;
import io.gantry.kernel.seccomp.ProfileCompiler;
import io.gantry.kernel.seccomp.SubvolumeGuard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Filters of system calls for this host's kernel. The usual one is made once. */
final class Filters {
    private static final Path RELEASE = Path.of("/proc/sys/kernel/osrelease");
    private final byte[] usual;
    private final String kernel;
    private final boolean guarded;

    /**
     * @param kernel its release
     * @param guarded nobody makes subvolumes, see {@link SubvolumeGuard}
     */
    Filters(String kernel, boolean guarded) {
        this.kernel = kernel;
        this.guarded = guarded;
        usual = guard(DefaultProfile.filter(CapabilitySets.DEFAULT));
    }

    /** @param guarded as above */
    static Filters ofThisHost(boolean guarded) {
        try {
            return new Filters(Files.readString(RELEASE).strip(), guarded);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Empty for none. */
    byte[] of(Security security) {
        if (security.unconfined()) {
            return guard(new byte[0]);
        }
        var held = security.capabilities(CapabilitySets.DEFAULT);
        if (security.seccomp() != null) {
            return guard(ProfileCompiler.compile(security.seccomp(), held, kernel));
        }
        return held.equals(CapabilitySets.DEFAULT) ? usual : guard(DefaultProfile.filter(held));
    }

    private byte[] guard(byte[] filter) {
        return guarded ? SubvolumeGuard.before(filter) : filter;
    }
}
