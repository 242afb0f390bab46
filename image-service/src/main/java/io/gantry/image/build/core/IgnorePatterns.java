package io.gantry.image.build.core;

import io.gantry.image.layer.core.PathPattern;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** A {@code .dockerignore}: the last pattern that matches a path, or a folder above it, decides; {@code !} takes it in again. */
public final class IgnorePatterns {
    private record Rule(Predicate<String> pattern, boolean keeps) {}

    private final List<Rule> rules;

    private IgnorePatterns(List<Rule> rules) {
        this.rules = rules;
    }

    public static IgnorePatterns parse(String text) {
        return of((text.startsWith("\ufeff") ? text.substring(1) : text).lines().filter(line -> !line.startsWith("#")).toList());
    }

    /** @param patterns as the lines have them, without comments */
    public static IgnorePatterns of(List<String> patterns) {
        List<Rule> rules = new ArrayList<>();
        for (String line : patterns) {
            String pattern = line.strip();
            boolean keeps = pattern.startsWith("!");
            String bare = keeps ? pattern.substring(1).strip() : pattern;
            String clean = PathPattern.clean(bare);
            if (!clean.isEmpty()) {
                rules.add(new Rule(new PathPattern(clean).matcher(), keeps));
            }
        }
        return new IgnorePatterns(List.copyOf(rules));
    }

    /** @param path without a slash at either end */
    public boolean ignores(String path) {
        boolean ignored = false;
        for (Rule rule : rules) {
            if (ignored == rule.keeps() && matches(rule.pattern(), path)) {
                ignored = !rule.keeps();
            }
        }
        return ignored;
    }

    private static boolean matches(Predicate<String> pattern, String path) {
        for (int end = path.length(); end > 0; end = path.lastIndexOf('/', end - 1)) {
            if (pattern.test(path.substring(0, end))) {
                return true;
            }
        }
        return false;
    }
}
