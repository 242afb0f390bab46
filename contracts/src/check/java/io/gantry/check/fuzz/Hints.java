package io.gantry.check.fuzz;

import java.util.List;
import java.util.Map;

/**
 * What a field may hold that means something where the requests go, so that some of them come through.
 *
 * @param good by the name of the field or parameter, or of its schema's title
 */
public record Hints(Map<String, List<String>> good) {
    private static final List<String> WORDS = List.of("a", "fuzz", "x-1", "fuzz.example");

    /** @param title may be empty */
    List<String> of(String name, String title) {
        List<String> byName = good.get(name);
        return byName != null ? byName : good.getOrDefault(title, WORDS);
    }
}
