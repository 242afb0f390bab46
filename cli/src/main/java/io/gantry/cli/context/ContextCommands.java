package io.gantry.cli.context;

import io.gantry.cli.LocalCommand;
import io.gantry.cli.client.Connection;
import io.gantry.cli.client.Contexts;
import io.gantry.cli.output.Table;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gantry context} alone lists them. */
@Command(
        name = "context",
        aliases = "contexts",
        description = "Platforms by name: lists them, or ls, create, use, show, rm.",
        subcommands = {ContextCommands.List.class, ContextCommands.Create.class, ContextCommands.Use.class, ContextCommands.Show.class, ContextCommands.Remove.class})
public final class ContextCommands extends LocalCommand {
    /** The platform of {@code GANTRY_HOME}, which needs no entry. */
    private static final String LOCAL = "local";

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]*");

    @Override
    protected int run(PrintWriter out) throws IOException {
        return list(out, read(environment()));
    }

    private static Contexts read(Map<String, String> environment) throws IOException {
        return Contexts.read(Contexts.file(environment));
    }

    private static int list(PrintWriter out, Contexts contexts) {
        Table table = new Table("NAME", "URL", "IN USE");
        table.row(LOCAL, "of GANTRY_HOME", contexts.current() == null ? "yes" : "");
        contexts.contexts().forEach((name, one) -> table.row(name, one.url(), name.equals(contexts.current()) ? "yes" : ""));
        out.print(table);
        return 0;
    }

    @Command(name = "ls", description = "Lists them.")
    static final class List extends LocalCommand {
        @Override
        protected int run(PrintWriter out) throws IOException {
            return list(out, read(environment()));
        }
    }

    @Command(name = "create", description = "Remembers a platform under a name; one of that name is replaced.")
    static final class Create extends LocalCommand {
        @Option(names = "--url", required = true, description = "of its gateway, as http://10.0.0.5:7080")
        private String url;

        @Option(names = "--token-file", paramLabel = "FILE", defaultValue = "-", description = "where its token is; - is standard input, which it is by default")
        private String file;

        @Parameters(paramLabel = "NAME")
        private String name;

        @Override
        protected int run(PrintWriter out) throws IOException {
            if (!NAME.matcher(name).matches() || name.equals(LOCAL)) {
                throw new IllegalArgumentException(name + " can't be a context's name: letters, digits, - _ and . can, but not " + LOCAL);
            }
            Contexts.Context made = new Contexts.Context(Connection.plain(url), token());
            read(environment()).with(name, made).write(Contexts.file(environment()));
            out.println(name);
            return 0;
        }

        private String token() throws IOException {
            String read = (file.equals("-") ? standardInput() : Files.readString(Path.of(file))).strip();
            if (read.isEmpty() || read.chars().anyMatch(c -> c <= ' ' || c > '~')) {
                throw new IllegalArgumentException("that is no token: it is one word, as in the file token of the platform's GANTRY_HOME");
            }
            return read;
        }

        private static String standardInput() throws IOException {
            try (InputStream in = System.in) {
                return new String(in.readNBytes(1 << 16), StandardCharsets.UTF_8);
            }
        }
    }

    @Command(name = "use", description = "Makes it the one that commands are for, where nothing else is said; " + LOCAL + " is the one of GANTRY_HOME.")
    static final class Use extends LocalCommand {
        @Parameters(paramLabel = "NAME")
        private String name;

        @Override
        protected int run(PrintWriter out) throws IOException {
            read(environment()).using(name.equals(LOCAL) ? null : name).write(Contexts.file(environment()));
            out.println(name);
            return 0;
        }
    }

    @Command(name = "show", description = "Prints the name of the one in use.")
    static final class Show extends LocalCommand {
        @Override
        protected int run(PrintWriter out) throws IOException {
            Contexts contexts = read(environment());
            out.println(contexts.current() == null ? LOCAL : contexts.current());
            return 0;
        }
    }

    @Command(name = "rm", description = "Forgets some.")
    static final class Remove extends LocalCommand {
        @Parameters(arity = "1..*", paramLabel = "NAME")
        private java.util.List<String> names;

        @Override
        protected int run(PrintWriter out) throws IOException {
            Contexts contexts = read(environment());
            for (String name : names) {
                contexts = contexts.without(name);
            }
            contexts.write(Contexts.file(environment()));
            names.forEach(out::println);
            return 0;
        }
    }
}
