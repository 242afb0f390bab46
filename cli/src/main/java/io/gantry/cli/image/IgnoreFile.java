package io.gantry.cli.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A {@code .dockerignore}: patterns as in Go's {@code filepath.Match}, with {@code **} for any number of folders and {@code !} for
 * exceptions; the last line that matches a path or a folder above it decides
 * (docs.docker.com/build/concepts/context/#dockerignore-files).
 */
final class IgnoreFile {
    private record Line(Pattern pattern, boolean ignores) {}

    private final List<Line> lines;

    private IgnoreFile(List<Line> lines) {
        this.lines = lines;
    }

    /** @param dockerfile whose own list goes first: {@code <dockerfile>.dockerignore} */
    static IgnoreFile in(Path context, String dockerfile) throws IOException {
        Path own = context.resolve(dockerfile + ".dockerignore");
        Path file = Files.exists(own) ? own : context.resolve(".dockerignore");
        return of(Files.exists(file) ? Files.readAllLines(file) : List.of());
    }

    static IgnoreFile of(List<String> text) {
        List<Line> lines = new ArrayList<>();
        for (String raw : text) {
            String line = raw.strip();
            if (line.isEmpty() || raw.startsWith("#")) {
                continue;
            }
            boolean exception = line.startsWith("!");
            String glob = (exception ? line.substring(1) : line).strip().replaceAll("^(\\./|/)+", "").replaceAll("/+$", "");
            if (!glob.isEmpty() && !glob.equals(".")) {
                lines.add(new Line(Pattern.compile(regex(glob) + "(/.*)?"), !exception));
            }
        }
        return new IgnoreFile(List.copyOf(lines));
    }

    /** @param path relative to the context, parted by {@code /} */
    boolean ignores(String path) {
        boolean ignored = false;
        for (Line line : lines) {
            if (line.pattern.matcher(path).matches()) {
                ignored = line.ignores;
            }
        }
        return ignored;
    }

    /** The folder {@code path} and all that can be below it. */
    boolean ignoresAllOf(String path) {
        return ignores(path) && lines.stream().allMatch(Line::ignores);
    }

    private static String regex(String glob) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            if (c == '*' && glob.startsWith("**/", i)) {
                regex.append("(.*/)?");
                i += 2;
            } else if (c == '*' && glob.startsWith("**", i)) {
                regex.append(".*");
                i++;
            } else {
                switch (c) {
                    case '*' -> regex.append("[^/]*");
                    case '?' -> regex.append("[^/]");
                    case '[', ']' -> regex.append(c);
                    case '\\' -> regex.append(i + 1 < glob.length() ? Pattern.quote(String.valueOf(glob.charAt(++i))) : "\\\\");
                    default -> regex.append(Pattern.quote(String.valueOf(c)));
                }
            }
        }
        return regex.toString();
    }
}
