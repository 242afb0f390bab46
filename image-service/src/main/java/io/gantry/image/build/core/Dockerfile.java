package io.gantry.image.build.core;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A parsed Dockerfile. {@code escape} is the character that its first lines chose, a backslash if none. */
public record Dockerfile(List<Instruction> instructions, char escape) {
    private static final Pattern DIRECTIVE = Pattern.compile("#\\s*([A-Za-z]+)\\s*=\\s*(.*?)\\s*");

    public Dockerfile {
        instructions = List.copyOf(instructions);
    }

    /** @throws DockerfileRefusal with the place of the first thing that is wrong */
    public static Dockerfile parse(String text) {
        String file = text.startsWith("\ufeff") ? text.substring(1) : text;
        char escape = escape(file);
        List<Instruction> all =
                LogicalLine.split(file, escape).stream().map(line -> new InstructionParser(line, escape).parse()).toList();
        boolean early = true;
        for (Instruction each : all) {
            early = early && each instanceof Instruction.Arg;
            if (early || each instanceof Instruction.From) {
                if (each instanceof Instruction.From) {
                    return new Dockerfile(all, escape);
                }
                continue;
            }
            throw new DockerfileRefusal(each.source().at(), "the first instruction must be FROM (only ARG may stand before it)", "begin with FROM <image>, or FROM scratch");
        }
        throw new DockerfileRefusal(new Position(1, 1), "there is no FROM", "begin with FROM <image>, or FROM scratch");
    }

    /** Directives stand before everything else, in comments. */
    private static char escape(String file) {
        int number = 0;
        for (String line : file.split("\n")) {
            number++;
            Matcher match = DIRECTIVE.matcher(line.strip());
            if (!match.matches()) {
                return '\\';
            }
            if (match.group(1).toLowerCase(Locale.ROOT).equals("escape")) {
                if (!match.group(2).equals("\\") && !match.group(2).equals("`")) {
                    throw new DockerfileRefusal(new Position(number, 1), "escape is \\ or `, not '" + match.group(2) + "'", "write # escape=`");
                }
                return match.group(2).charAt(0);
            }
        }
        return '\\';
    }
}
