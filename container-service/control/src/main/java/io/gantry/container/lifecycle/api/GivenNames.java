package io.gantry.container.lifecycle.api;

import io.gantry.contracts.id.ContainerId;
import java.util.List;

/** A name for what nobody named: two words and the beginning of the id, so that it is unique without a look. */
final class GivenNames {
    private static final List<String> FIRST = List.of(
            "able", "brisk", "calm", "deft", "eager", "fleet", "glad", "hale", "keen", "lucid", "merry", "nimble", "prim", "quick",
            "sturdy", "trim");
    private static final List<String> SECOND = List.of(
            "beam", "boom", "bridge", "cable", "crane", "crate", "davit", "dock", "hoist", "jib", "mast", "pier", "pulley", "quay",
            "rail", "winch");

    private GivenNames() {}

    static String of(ContainerId id) {
        int first = Character.digit(id.value().charAt(0), 16);
        int second = Character.digit(id.value().charAt(1), 16);
        return FIRST.get(first) + "-" + SECOND.get(second) + "-" + id.value().substring(0, 8);
    }
}
