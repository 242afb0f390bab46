package io.gantry.image.build.core;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One instruction as it is written; variables are not replaced yet. */
public sealed interface Instruction {
    Source source();

    /** @param text the instruction on one line, its here-documents below */
    record Source(Position at, String text) {}

    /** @param value not unquoted yet */
    record Pair(String key, String value) {}

    /** What RUN, CMD and ENTRYPOINT hold. */
    sealed interface Command {
        /** Run by the shell. */
        record Line(String text) implements Command {}

        /** Run as it is. */
        record Words(List<String> words) implements Command {}

        /** A program of its own: its first line says by what it is read. RUN alone has it. */
        record Script(String text) implements Command {}
    }

    /** @param platform as it is written; empty for that of the build */
    record From(Source source, String image, Optional<String> name, Optional<String> platform) implements Instruction {}

    /** @param mounts what is there only while it runs */
    record Run(Source source, Command command, List<MountFlag> mounts, Network network) implements Instruction {
        /** What it reaches. */
        public enum Network {
            DEFAULT,
            NONE,
            /** All that its node does, where that is allowed. */
            HOST;

            /** As a RUN and who builds write it. */
            public static Optional<Network> named(String word) {
                return switch (word) {
                    case "default" -> Optional.of(DEFAULT);
                    case "none" -> Optional.of(NONE);
                    case "host" -> Optional.of(HOST);
                    default -> Optional.empty();
                };
            }
        }

        /** The same where {@code usual} is what is reached unless a RUN says otherwise. */
        public Run onDefault(Network usual) {
            return network == Network.DEFAULT ? new Run(source, command, mounts, usual) : this;
        }
    }

    /** One {@code --mount}, not looked at yet but for its form. */
    record MountFlag(Position at, Map<String, String> options) {}

    /**
     * COPY, or ADD, which also unpacks local archives and fetches.
     *
     * @param from a stage's name or number, or an image; empty for the context
     * @param sources names of {@code documents} among them, as they are written
     */
    record Copy(
            Source source,
            boolean add,
            Optional<String> from,
            Optional<String> chown,
            Optional<String> chmod,
            CopyOptions options,
            List<String> sources,
            List<HereDocument> documents,
            String target)
            implements Instruction {}

    /**
     * @param link the layer is made as if nothing were below it
     * @param parents sources keep the folders that they are in
     * @param excludes patterns of what is left out, seen from the source
     * @param checksum of what is fetched
     * @param unpack whether archives are unpacked; local ones are, others aren't, if nothing is said
     * @param history what git keeps of a repository, its {@code .git}, is added, too
     */
    record CopyOptions(boolean link, boolean parents, List<String> excludes, Optional<String> checksum, Optional<Boolean> unpack, boolean history) {
        public static final CopyOptions NONE = new CopyOptions(false, false, List.of(), Optional.empty(), Optional.empty(), false);
    }

    record Env(Source source, List<Pair> pairs) implements Instruction {}

    record Arg(Source source, List<Definition> definitions) implements Instruction {
        /** @param value the default, not unquoted yet */
        public record Definition(String name, Optional<String> value) {}
    }

    record Label(Source source, List<Pair> pairs) implements Instruction {}

    record Workdir(Source source, String path) implements Instruction {}

    record User(Source source, String user) implements Instruction {}

    record Expose(Source source, List<String> ports) implements Instruction {}

    record Volume(Source source, List<String> paths) implements Instruction {}

    record StopSignal(Source source, String signal) implements Instruction {}

    record Cmd(Source source, Command command) implements Instruction {}

    record Entrypoint(Source source, Command command) implements Instruction {}

    record Shell(Source source, List<String> words) implements Instruction {}

    record Maintainer(Source source, String name) implements Instruction {}

    /** @param trigger an instruction for builds on this image, as it is written */
    record Onbuild(Source source, String trigger) implements Instruction {}

    /** @param test as the image configuration has it: {@code NONE}, or {@code CMD}/{@code CMD-SHELL} and the command */
    record Healthcheck(Source source, List<String> test, List<Pair> options) implements Instruction {}
}
