package io.gantry.image.build.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lines that stand behind an instruction and belong to it, up to one that is {@code name} alone.
 *
 * @param word how the instruction names it, {@code <<-"EOF"}
 * @param descriptor of {@code 3<<EOF}; empty for standard input
 * @param expand variables in it are replaced: its name isn't quoted
 * @param chomp tabs at its lines' starts are none of it: {@code <<-}
 * @param lines as they stand there, each ended by a line feed
 */
public record HereDocument(String word, String name, String descriptor, boolean expand, boolean chomp, String lines) {
    private static final Pattern OPENING = Pattern.compile("(\\d*)<<(-?)([^<\\s]+)");
    private static final Set<String> TAKERS = Set.of("RUN", "COPY", "ADD");

    public String content() {
        return chomp ? lines.replaceAll("(?m)^\t+", "") : lines;
    }

    /** What it is to the shell. */
    String raw() {
        return lines + name;
    }

    HereDocument of(String found) {
        return new HereDocument(word, name, descriptor, expand, chomp, found);
    }

    /** Whether {@code line} ends it. */
    boolean ends(String line) {
        return (chomp ? line.replaceFirst("^\t+", "") : line).equals(name);
    }

    /** Those that an instruction opens, in their order, still empty. */
    static List<HereDocument> opened(String instruction) {
        List<HereDocument> all = new ArrayList<>();
        String text = instruction;
        String first = text.split("\\s", 2)[0].toUpperCase(Locale.ROOT);
        if (first.equals("ONBUILD")) {
            text = text.substring(first.length()).stripLeading();
            first = text.split("\\s", 2)[0].toUpperCase(Locale.ROOT);
        }
        if (TAKERS.contains(first)) {
            Words.lenient(text).forEach(word -> opening(word).ifPresent(all::add));
        }
        return all;
    }

    private static Optional<HereDocument> opening(String word) {
        Matcher match = OPENING.matcher(word);
        if (!match.matches()) {
            return Optional.empty();
        }
        String written = match.group(3);
        String name = written.replaceAll("[\"'\\\\]", "");
        return name.isEmpty()
                ? Optional.empty()
                : Optional.of(new HereDocument(word, name, match.group(1), name.equals(written), !match.group(2).isEmpty(), ""));
    }
}
