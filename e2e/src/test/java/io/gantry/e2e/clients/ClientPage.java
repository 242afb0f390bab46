package io.gantry.e2e.clients;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The text of the page: sections of rows, each known by its first cell. */
final class ClientPage {
    private static final String TOP = """
            # Docker's clients, case by case

            Written by [OneHostIT](../../e2e/src/test/java/io/gantry/e2e/onehost/OneHostIT.java) (`-Dgantry.golden=write`), which runs the clients, unmodified, against a whole platform, and
            fails where it sees something else: each case below has passed, each answer in the last table is what `docker` printed. None is skipped. Remarks are in
            [what the Docker edge does](docker-compatibility.md), single calls in [Docker's operations](docker-operations.md).
            """;

    private final Map<String, Map<String, String>> sections = new TreeMap<>();

    static ClientPage of(String text) {
        ClientPage page = new ClientPage();
        String section = null;
        for (String line : text.lines().toList()) {
            if (line.startsWith("## ")) {
                section = line.substring(3);
            } else if (section != null && line.startsWith("| ") && !line.equals(head(section))) {
                int end = line.indexOf(" | ", 2);
                page.put(section, line.substring(2, end), line.substring(end + 3, line.length() - 2));
            }
        }
        return page;
    }

    void put(String section, String key, String rest) {
        sections.computeIfAbsent(section, _ -> new TreeMap<>()).put(key, rest);
    }

    void putAll(ClientPage other) {
        other.sections.forEach((section, rows) -> rows.forEach((key, rest) -> put(section, key, rest)));
    }

    /** Rows that the other hasn't, or has otherwise. */
    List<String> missingIn(ClientPage other) {
        List<String> missing = new ArrayList<>();
        sections.forEach((section, rows) -> rows.forEach((key, rest) -> {
            if (!rest.equals(other.sections.getOrDefault(section, Map.of()).get(key))) {
                missing.add(section + ": " + row(key, rest));
            }
        }));
        return missing;
    }

    String text() {
        StringBuilder text = new StringBuilder(TOP);
        Set<String> order = new LinkedHashSet<>(sections.keySet());
        // what isn't there comes last
        if (order.remove(Client.REFUSED)) {
            order.add(Client.REFUSED);
        }
        for (String section : order) {
            text.append("\n## ").append(section).append("\n\n").append(head(section)).append("\n|---|---|\n");
            sections.get(section).forEach((key, rest) -> text.append(row(key, rest)).append('\n'));
        }
        return text.toString();
    }

    private static String head(String section) {
        return section.equals(Client.REFUSED) ? "| asked | answered |" : "| case | in |";
    }

    private static String row(String key, String rest) {
        return "| " + key + " | " + rest + " |";
    }
}
