package io.gantry.image.layer.core;

import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.text.OthersPattern;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** A path with {@code *}, {@code ?}, {@code [a-z]} (none matches a slash) and {@code **} (any number of folders). */
public record PathPattern(String text) {
    public boolean isPlain() {
        return !text.matches(".*[*?\\[\\\\].*");
    }

    /** @throws BadField if it can't be one, or there is no end of trying it */
    public boolean matches(String path) {
        return matcher().test(path);
    }

    /** As {@link #matches}, for whoever asks often. */
    public Predicate<String> matcher() {
        try {
            OthersPattern regex = regex();
            return path -> matches(regex, path);
        } catch (OthersPattern.Hopeless e) {
            throw bad(e);
        }
    }

    /**
     * As Go's {@code path.Match} is strict, which Docker follows; {@link #matches} takes what this refuses for the characters themselves.
     *
     * @throws BadField if a {@code [} has no end or nothing in it, or a {@code \\} nothing behind it
     */
    public void check() {
        for (int i = 0; i < text.length(); i++) {
            i = switch (text.charAt(i)) {
                case '\\' -> one(i);
                case '[' -> set(i + 1);
                default -> i;
            };
        }
        matcher();
    }

    /** @return the end of a set that begins at {@code start}, behind its bracket */
    private int set(int start) {
        int first = at(start) == '^' ? start + 1 : start;
        int i = first;
        while (i == first || at(i) != ']') {
            i = one(member(i)) + 1;
            if (at(i) == '-') {
                i = one(member(i + 1)) + 1;
            }
        }
        return i;
    }

    private int member(int i) {
        if (at(i) == '-' || at(i) == ']') {
            throw new BadField("pattern", "a set of characters can't have " + at(i) + " there", "write \\" + at(i) + " for the character itself");
        }
        return i;
    }

    /** @return the end of the character that begins at {@code i} */
    private int one(int i) {
        int end = at(i) == '\\' ? i + 1 : i;
        at(end);
        return end;
    }

    private char at(int i) {
        if (i >= text.length()) {
            throw new BadField("pattern", "its [ has no end, or its \\ nothing behind it", "write \\[ or \\\\ for the character itself");
        }
        return text.charAt(i);
    }

    private boolean matches(OthersPattern regex, String path) {
        try {
            return regex.matches(path);
        } catch (OthersPattern.Hopeless e) {
            throw bad(e);
        }
    }

    private BadField bad(OthersPattern.Hopeless why) {
        return new BadField("pattern", "the pattern '" + text + "' can't be followed: " + why.getMessage(), "write it with fewer wildcards");
    }

    /** Without {@code .}, {@code ..} and slashes at either end. What climbs out stops at the root, as in Docker. */
    public static String clean(String path) {
        Deque<String> parts = new ArrayDeque<>();
        for (String part : path.split("/")) {
            if (part.equals("..")) {
                parts.pollLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        return String.join("/", parts);
    }

    /** @return where a set that begins at {@code start} ends, also one that Go refuses; -1 if nowhere */
    private int end(int start) {
        try {
            return set(start);
        } catch (BadField malformed) {
            return text.indexOf(']', start);
        }
    }

    /** What is in a set, in words of a Java pattern. */
    private String members(int start, int end) {
        StringBuilder members = new StringBuilder();
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            if (c == '-' || c == '^' && i == start) {
                members.append(c);
            } else {
                members.append(Pattern.quote(String.valueOf(c == '\\' && i + 1 < end ? text.charAt(++i) : c)));
            }
        }
        return members.toString();
    }

    private OthersPattern regex() {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '*' -> {
                    boolean deep = i + 1 < text.length() && text.charAt(i + 1) == '*';
                    if (!deep) {
                        regex.append("[^/]*");
                    } else if (i + 2 < text.length() && text.charAt(i + 2) == '/') {
                        regex.append("(?:.*/)?");
                        i += 2;
                    } else {
                        regex.append(".*");
                        i++;
                    }
                }
                case '?' -> regex.append("[^/]");
                case '[' -> {
                    int end = end(i + 1);
                    if (end < 0) {
                        regex.append("\\[");
                    } else {
                        regex.append('[').append(members(i + 1, end)).append(']');
                        i = end;
                    }
                }
                case '\\' -> {
                    if (i + 1 < text.length()) {
                        regex.append(Pattern.quote(String.valueOf(text.charAt(++i))));
                    }
                }
                default -> regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return OthersPattern.of(regex.toString(), Pattern.DOTALL);
    }
}
