package io.gantry.kernel.seccomp;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Names and numbers of x86-64's system calls. */
final class CallTable {
    private final Map<String, Integer> numbers = new TreeMap<>();

    CallTable() {
        for (String line : Resources.lines("x86_64.calls")) {
            if (!line.startsWith("#")) {
                String[] parts = line.split(" ");
                numbers.put(parts[0], Integer.parseInt(parts[1]));
            }
        }
    }

    /** @throws IllegalArgumentException for a name this architecture lacks */
    int number(String name) {
        Integer number = numbers.get(name);
        if (number == null) {
            throw new IllegalArgumentException("x86-64 has no system call '" + name + "'");
        }
        return number;
    }

    /** Empty for a name this architecture lacks. */
    Optional<Integer> find(String name) {
        return Optional.ofNullable(numbers.get(name));
    }

    Set<String> names() {
        return numbers.keySet();
    }

    int highest() {
        return numbers.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
    }
}
