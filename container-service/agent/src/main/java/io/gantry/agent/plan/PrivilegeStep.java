package io.gantry.agent.plan;

import io.gantry.contracts.unit.Capability;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Who the process is, and what it may do: less with each step. */
public sealed interface PrivilegeStep extends InsideStep {
    record BecomeRoot() implements PrivilegeStep {
        @Override
        public String title() {
            return "Become user 0 of the new user namespace";
        }

        @Override
        public String call() {
            return "setresgid(0, 0, 0); setgroups(0); setresuid(0, 0, 0)";
        }
    }

    record KeepBounding(Set<Capability> kept) implements PrivilegeStep {
        @Override
        public String title() {
            return "Nothing started from here can ever have more capabilities than these";
        }

        @Override
        public String call() {
            return "prctl(PR_CAPBSET_DROP, all but %s)".formatted(list(kept));
        }

        @Override
        public String shell() {
            return "setpriv --bounding-set -all," + kept.stream().sorted().map(c -> "+" + c.name().toLowerCase(Locale.ROOT)).collect(Collectors.joining(","));
        }
    }

    record SetCapabilities(Set<Capability> set) implements PrivilegeStep {
        @Override
        public String title() {
            return "Keep these capabilities, all within the container's user namespace";
        }

        @Override
        public String call() {
            return "capset(permitted = effective = %s)".formatted(list(set));
        }
    }

    record LayDown(Set<Capability> gone) implements PrivilegeStep {
        @Override
        public String title() {
            return "Lay down what was only needed to become the user";
        }

        @Override
        public String call() {
            return "capset(permitted = effective = those held, but %s)".formatted(list(gone));
        }
    }

    record NoNewPrivileges() implements PrivilegeStep {
        @Override
        public String title() {
            return "No program gains privileges by being executed";
        }

        @Override
        public String call() {
            return "prctl(PR_SET_NO_NEW_PRIVS, 1)";
        }

        @Override
        public String shell() {
            return "setpriv --no-new-privs";
        }
    }

    /** @param user as {@link LauncherStep.ResolveUser} found it */
    record BecomeUser(String user) implements PrivilegeStep {
        @Override
        public String title() {
            return "Become user " + (user.isEmpty() ? "0" : user);
        }

        @Override
        public String call() {
            return "setgroups(…); setresgid(%1$s); setresuid(%1$s)".formatted(user.isEmpty() ? "0" : user);
        }
    }

    /** @param filter instructions as the kernel takes them, 8 bytes each */
    record Seccomp(Profile profile, byte[] filter) implements PrivilegeStep {
        /** Whose it is. */
        public enum Profile {
            DEFAULT("Allow only the system calls of the profile 'default'"),
            OWN("Filter system calls by the container's own profile"),
            NO_SUBVOLUMES("Refuse the requests that make subvolumes of btrfs, which nobody counts, and nothing else");

            private final String title;

            Profile(String title) {
                this.title = title;
            }
        }

        @Override
        public String title() {
            return profile.title;
        }

        @Override
        public String call() {
            return "seccomp(SECCOMP_SET_MODE_FILTER, %d instructions)".formatted(filter.length / 8);
        }
    }

    private static String list(Set<Capability> set) {
        return set.stream().sorted().map(Enum::name).collect(Collectors.joining("|"));
    }
}
