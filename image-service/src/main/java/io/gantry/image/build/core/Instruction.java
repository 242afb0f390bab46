package io.gantry.image.build.core;

import java.util.List;
import java.util.Optional;

/** One instruction as it is written; variables are not replaced yet. */
public sealed interface Instruction {
    Source source();

    /** @param text the instruction on one line */
    record Source(Position at, String text) {}

    /** @param value not unquoted yet */
    record Pair(String key, String value) {}

    /** What RUN, CMD and ENTRYPOINT hold. */
    sealed interface Command {
        /** Run by the shell. */
        record Line(String text) implements Command {}

        /** Run as it is. */
        record Words(List<String> words) implements Command {}
    }

    record From(Source source, String image, Optional<String> name) implements Instruction {}

    record Run(Source source, Command command) implements Instruction {}

    /**
     * COPY, or ADD, which also unpacks local archives.
     *
     * @param from a stage's name or number, or an image; empty for the context
     */
    record Copy(
            Source source,
            boolean add,
            Optional<String> from,
            Optional<String> chown,
            Optional<String> chmod,
            List<String> sources,
            String target)
            implements Instruction {}

    record Env(Source source, List<Pair> pairs) implements Instruction {}

    /** @param value the default, not unquoted yet */
    record Arg(Source source, String name, Optional<String> value) implements Instruction {}

    record Label(Source source, List<Pair> pairs) implements Instruction {}

    record Workdir(Source source, String path) implements Instruction {}

    record User(Source source, String user) implements Instruction {}

    record Expose(Source source, List<String> ports) implements Instruction {}

    record Volume(Source source, List<String> paths) implements Instruction {}

    record StopSignal(Source source, String signal) implements Instruction {}

    record Cmd(Source source, Command command) implements Instruction {}

    record Entrypoint(Source source, Command command) implements Instruction {}

    record Shell(Source source, List<String> words) implements Instruction {}

    /** @param test as the image configuration has it: {@code NONE}, or {@code CMD}/{@code CMD-SHELL} and the command */
    record Healthcheck(Source source, List<String> test, List<Pair> options) implements Instruction {}
}
