package io.gantry.bench.answers;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The differences that are known, with why: the table of {@code docs/reference/docker-differences.md}. Pure. */
record Explained(List<Row> rows) {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(.+?)` \\| `(.+?)` \\| (.+?) \\|$");

    /**
     * @param what which requests, and {@code place} which places of their answers: several with commas between; {@code *} stands for anything
     * @param why in words
     */
    record Row(String what, String place, String why) {
        boolean explains(Difference difference) {
            return Stream.of(what.split("; ")).anyMatch(one -> matches(one, difference.what())) && Stream.of(place.split("; ")).anyMatch(one -> matches(one, difference.place()));
        }

        private static boolean matches(String glob, String text) {
            return text.matches(Stream.of(glob.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
        }
    }

    static Explained read(String page) {
        return new Explained(ROW.matcher(page).results().map(row -> new Row(row.group(1), row.group(2), row.group(3))).toList());
    }

    /** Those that no row explains. */
    List<Difference> missing(List<Difference> differences) {
        return differences.stream().filter(difference -> rows.stream().noneMatch(row -> row.explains(difference))).toList();
    }

    /** Parts of rows that explain nothing any more. */
    List<String> outdated(List<Difference> differences) {
        List<String> outdated = new ArrayList<>();
        for (Row row : rows) {
            Stream<Row> byRequest = Stream.of(row.what().split("; ")).map(what -> new Row(what, row.place(), row.why()));
            Stream<Row> byPlace = Stream.of(row.place().split("; ")).map(place -> new Row(row.what(), place, row.why()));
            Stream.concat(byRequest, byPlace)
                    .filter(part -> differences.stream().noneMatch(part::explains))
                    .forEach(part -> outdated.add(part.what() + " | " + part.place()));
        }
        return outdated;
    }
}
