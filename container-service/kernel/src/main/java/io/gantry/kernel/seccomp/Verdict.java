package io.gantry.kernel.seccomp;

import io.gantry.contracts.unit.SeccompProfile;
import java.util.List;

/** What becomes of a call. */
public sealed interface Verdict {
    Verdict ALLOW = new Answer(0x7fff0000); // SECCOMP_RET_ALLOW

    /** The call isn't made; it fails with this errno. */
    static Verdict errno(int errno) {
        return new Answer(0x00050000 | errno); // SECCOMP_RET_ERRNO
    }

    record Answer(int action) implements Verdict {}

    /** Allowed if the low half of an argument, masked, is one of these values; else refused with the errno. */
    record IfArgument(int index, int mask, List<Integer> values, int errno) implements Verdict {}

    /** The same, but refused if it is one of them. */
    record UnlessArgument(int index, int mask, List<Integer> values, int errno) implements Verdict {}

    /** The first case of which all conditions hold decides. */
    record Cases(List<Case> cases, Answer otherwise) implements Verdict {}

    record Case(List<SeccompProfile.Argument> conditions, Answer answer) {}
}
