package io.gantry.image.build.core;

import java.util.List;

/** A parsed Dockerfile. {@code escape} is the character that its first lines chose, a backslash if none. */
public record Dockerfile(List<Instruction> instructions, char escape) {
    public Dockerfile {
        instructions = List.copyOf(instructions);
    }

    /** @throws DockerfileRefusal with the place of the first thing that is wrong */
    public static Dockerfile parse(String text) {
        String file = text.startsWith("\ufeff") ? text.substring(1) : text;
        char escape = Directives.read(file).escape();
        List<Instruction> all =
                LogicalLine.split(file, escape).stream().map(line -> read(line, escape)).toList();
        for (Instruction each : all) {
            if (each instanceof Instruction.From) {
                return new Dockerfile(all, escape);
            }
            if (!(each instanceof Instruction.Arg)) {
                throw new DockerfileRefusal(each.source().at(), "the first instruction must be FROM (only ARG may stand before it)", "begin with FROM <image>, or FROM scratch")
                        .of(each.source().text());
            }
        }
        throw new DockerfileRefusal(new Position(1, 1), "there is no FROM", "begin with FROM <image>, or FROM scratch");
    }

    private static Instruction read(LogicalLine line, char escape) {
        try {
            return new InstructionParser(line, escape).parse();
        } catch (DockerfileRefusal refused) {
            throw refused.of(line.text());
        }
    }

    /** What an image holds for builds on it, instructions without FROM. {@code at} is the FROM that has them carried out. */
    public static List<Instruction> triggers(List<String> texts, Position at) {
        try {
            return texts.stream()
                    .flatMap(text -> LogicalLine.split(text, '\\').stream())
                    .map(line -> new LogicalLine(line.text(), List.of(new LogicalLine.Piece(0, at.line(), at.column())), line.documents()))
                    .map(line -> new InstructionParser(line, '\\').parse())
                    .toList();
        } catch (DockerfileRefusal refused) {
            throw new DockerfileRefusal(at, "a trigger of the image can't be read, " + refused.getMessage(), "see its ONBUILD with: docker image inspect");
        }
    }
}
