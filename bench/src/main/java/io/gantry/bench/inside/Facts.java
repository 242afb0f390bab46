package io.gantry.bench.inside;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What a container was told of itself: by kind and name, such as {@code status CapEff}. Pure. */
public record Facts(Map<String, String> byName) {
    private static final Pattern ID = Pattern.compile("\\b[0-9a-f]{64}\\b|\\b[0-9a-f]{12}\\b");
    private static final Pattern ADDRESS = Pattern.compile("\\b(\\d{1,3}\\.){3}\\d{1,3}\\b");

    public Facts {
        byName = Map.copyOf(byName);
    }

    /** What {@code facts.sh} printed. Ids and addresses, which are others each time, are left out of the values. */
    public static Facts parse(String printed) {
        Map<String, String> all = new TreeMap<>();
        printed.lines().map(line -> line.split("\t", 3)).filter(parts -> parts.length == 3).forEach(parts -> all.merge(
                parts[0] + " " + parts[1], plain(parts[2]), (before, more) -> before + "; " + more));
        return new Facts(all);
    }

    private static String plain(String value) {
        return ADDRESS.matcher(ID.matcher(value.strip()).replaceAll("ID")).replaceAll("ADDRESS");
    }
}
