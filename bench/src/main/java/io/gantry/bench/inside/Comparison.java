package io.gantry.bench.inside;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where the same image is told something else. Pure.
 *
 * @param engines in the order of the columns
 * @param same so many facts are equal in all of them
 */
public record Comparison(List<String> engines, List<Difference> differences, int same) {
    static final String NOTHING = "-";
    private static final int WIDTH = 48;

    /** @param values by engine; {@link #NOTHING} where there is none */
    public record Difference(String name, Map<String, String> values) {}

    public static Comparison of(Map<String, Facts> byEngine) {
        Set<String> names = new TreeSet<>();
        byEngine.values().forEach(facts -> names.addAll(facts.byName().keySet()));
        List<Difference> differences = new ArrayList<>();
        for (String name : names) {
            Map<String, String> values = new LinkedHashMap<>();
            byEngine.forEach((engine, facts) -> values.put(engine, facts.byName().getOrDefault(name, NOTHING)));
            if (Set.copyOf(values.values()).size() > 1) {
                differences.add(new Difference(name, values));
            }
        }
        return new Comparison(List.copyOf(byEngine.keySet()), List.copyOf(differences), names.size() - differences.size());
    }

    /** For people; what is long is cut off. */
    public String table() {
        List<List<String>> rows = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of("inside"));
        head.addAll(engines);
        rows.add(head);
        for (Difference difference : differences) {
            List<String> row = new ArrayList<>(List.of(difference.name()));
            engines.forEach(engine -> row.add(difference.values().get(engine)));
            rows.add(row.stream().map(Comparison::cut).toList());
        }
        int[] widths = new int[head.size()];
        rows.forEach(row -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.append("%n%d facts differ, %d are the same in all%n".formatted(differences.size(), same)).toString();
    }

    private static String cut(String text) {
        return text.length() > WIDTH ? text.substring(0, WIDTH - 1) + "…" : text;
    }
}
