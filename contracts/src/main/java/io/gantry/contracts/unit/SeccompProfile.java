package io.gantry.contracts.unit;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.gantry.contracts.problem.BadField;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * Which system calls a container may make, in the form of Docker's profiles
 * (https://docs.docker.com/engine/security/seccomp/, github.com/moby/profiles). Calls that the node's kernel doesn't know are left out, as libseccomp
 * does; programs of other architectures than the node's own are always answered with ENOSYS.
 *
 * @param defaultAction for calls without a rule that fits
 * @param defaultErrnoRet the error of {@code SCMP_ACT_ERRNO}; EPERM by default
 * @param architectures names of libseccomp; nothing follows from them, see above. Likewise {@code archMap}
 * @param syscalls the first that fits decides
 */
public record SeccompProfile(
        Action defaultAction, Integer defaultErrnoRet, List<String> architectures, List<ArchMap> archMap, List<Rule> syscalls) {
    private static final int EPERM = 1;
    private static final int LARGEST_ERRNO = 4095;
    private static final int MOST_RULES = 4096;

    /** What becomes of a call; libseccomp's names. */
    public enum Action {
        @JsonProperty("SCMP_ACT_ALLOW") ALLOW,
        @JsonProperty("SCMP_ACT_LOG") LOG,
        @JsonProperty("SCMP_ACT_ERRNO") ERRNO,
        @JsonProperty("SCMP_ACT_TRAP") TRAP,
        @JsonProperty("SCMP_ACT_KILL") KILL,
        @JsonProperty("SCMP_ACT_KILL_THREAD") KILL_THREAD,
        @JsonProperty("SCMP_ACT_KILL_PROCESS") KILL_PROCESS
    }

    /** How an argument is compared with {@code value}; all are unsigned. */
    public enum Comparison {
        @JsonProperty("SCMP_CMP_NE") NE,
        @JsonProperty("SCMP_CMP_LT") LT,
        @JsonProperty("SCMP_CMP_LE") LE,
        @JsonProperty("SCMP_CMP_EQ") EQ,
        @JsonProperty("SCMP_CMP_GE") GE,
        @JsonProperty("SCMP_CMP_GT") GT,
        /** The argument's bits of {@code value} are {@code valueTwo}. */
        @JsonProperty("SCMP_CMP_MASKED_EQ") MASKED_EQ
    }

    public record ArchMap(String architecture, List<String> subArchitectures) {}

    /** @param index 0 to 5 */
    public record Argument(int index, BigInteger value, BigInteger valueTwo, Comparison op) {
        private static final int LAST_INDEX = 5;
        private static final int BITS = 64;

        public Argument {
            if (index < 0 || index > LAST_INDEX) {
                throw new BadField("index", "index is 0 to " + LAST_INDEX + ", got " + index);
            }
            if (op == null) {
                throw new BadField("op", "op is missing", "write for example SCMP_CMP_EQ");
            }
            value = within("value", value);
            valueTwo = within("valueTwo", valueTwo);
        }

        private static BigInteger within(String field, BigInteger number) {
            if (number == null) {
                return BigInteger.ZERO;
            }
            if (number.signum() < 0 || number.bitLength() > BITS) {
                throw new BadField(field, field + " is an unsigned number of " + BITS + " bits, got " + number);
            }
            return number;
        }
    }

    /**
     * Where a rule counts, or doesn't.
     *
     * @param caps all of them (for includes), or one of them (for excludes), is among the container's
     * @param arches the node's is one of them, as Go writes it: {@code amd64}
     * @param minKernel the node's is at least this: {@code 4.8}
     */
    public record When(List<String> caps, List<String> arches, String minKernel) {
        static final When ALWAYS = new When(null, null, null);

        public When {
            caps = caps == null ? List.of() : List.copyOf(caps);
            arches = arches == null ? List.of() : List.copyOf(arches);
            if (minKernel != null && !minKernel.isEmpty() && !minKernel.matches("\\d{1,4}\\.\\d{1,4}")) {
                throw new BadField("minKernel", "minKernel is a version such as 4.8, got '" + minKernel + "'");
            }
        }
    }

    /**
     * @param name one more of {@code names}, as older profiles have it
     * @param args all must hold; but if one argument stands twice, one of all is enough, as in runc
     * @param comment for people
     */
    public record Rule(
            List<String> names, String name, Action action, Integer errnoRet, List<Argument> args, String comment, When includes, When excludes) {
        public Rule {
            List<String> all = new ArrayList<>(names == null ? List.of() : names);
            if (name != null && !name.isEmpty()) {
                all.add(name);
            }
            if (all.isEmpty() || all.contains(null)) {
                throw new BadField("names", "names is a list of system calls", "write for example [\"read\", \"write\"]");
            }
            names = List.copyOf(all);
            name = null;
            if (action == null) {
                throw new BadField("action", "action is missing", "write for example SCMP_ACT_ALLOW");
            }
            checkErrno("errnoRet", errnoRet);
            args = args == null ? List.of() : List.copyOf(args);
            includes = includes == null ? When.ALWAYS : includes;
            excludes = excludes == null ? When.ALWAYS : excludes;
        }
    }

    public SeccompProfile {
        if (defaultAction == null) {
            throw new BadField("defaultAction", "defaultAction is missing", "write for example SCMP_ACT_ERRNO");
        }
        checkErrno("defaultErrnoRet", defaultErrnoRet);
        defaultErrnoRet = defaultErrnoRet == null ? EPERM : defaultErrnoRet;
        architectures = architectures == null ? List.of() : List.copyOf(architectures);
        archMap = archMap == null ? List.of() : List.copyOf(archMap);
        syscalls = syscalls == null ? List.of() : List.copyOf(syscalls);
        if (syscalls.size() > MOST_RULES) {
            throw new BadField("syscalls", "syscalls has at most " + MOST_RULES + " rules, got " + syscalls.size());
        }
    }

    private static void checkErrno(String field, Integer errno) {
        if (errno != null && (errno < 0 || errno > LARGEST_ERRNO)) {
            throw new BadField(field, field + " is 0 to " + LARGEST_ERRNO + ", got " + errno);
        }
    }
}
