package io.gantry.image.build.core;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a Dockerfile says of itself in comments before everything else; the first line that is no such comment ends it. */
record Directives(char escape) {
    private static final Pattern FORM = Pattern.compile("#\\s*([A-Za-z][A-Za-z0-9]*)\\s*=\\s*(.*?)\\s*");
    private static final Pattern FRONTEND = Pattern.compile("(docker\\.io/)?docker/dockerfile(-upstream)?([:@].+)?");
    private static final Pattern CHECK = Pattern.compile("(skip|error)=[A-Za-z,]+(;(skip|error)=[A-Za-z,]+)?");

    static Directives read(String file) {
        char escape = '\\';
        Set<String> seen = new HashSet<>();
        int number = 0;
        for (String line : file.split("\n")) {
            Position at = new Position(++number, 1);
            Matcher match = FORM.matcher(line.strip());
            String name = match.matches() ? match.group(1).toLowerCase(Locale.ROOT) : "";
            if (!Set.of("syntax", "escape", "check").contains(name)) {
                break;
            }
            if (!seen.add(name)) {
                throw new DockerfileRefusal(at, "# " + name + "= is given twice", "leave one out");
            }
            String value = match.group(2);
            switch (name) {
                case "escape" -> escape = escape(value, at);
                case "syntax" -> require(
                        FRONTEND.matcher(value).matches(), at, "syntax=" + value + " is a language of its own, for which no program is run here",
                        "leave the line out, or write # syntax=docker/dockerfile:1");
                default -> require(CHECK.matcher(value).matches(), at, "check=" + value + " is not of its form", "write # check=skip=all");
            }
        }
        return new Directives(escape);
    }

    private static char escape(String value, Position at) {
        require(value.equals("\\") || value.equals("`"), at, "escape is \\ or `, not '" + value + "'", "write # escape=`");
        return value.charAt(0);
    }

    private static void require(boolean right, Position at, String message, String hint) {
        if (!right) {
            throw new DockerfileRefusal(at, message, hint);
        }
    }
}
