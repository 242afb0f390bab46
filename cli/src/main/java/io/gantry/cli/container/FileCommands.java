package io.gantry.cli.container;

import io.gantry.cli.ApiCommand;
import io.gantry.cli.client.ApiClient;
import io.gantry.contracts.view.PathChange;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a container has made of its image. */
public final class FileCommands {
    private FileCommands() {}

    @Command(name = "diff", description = "Lists what a container has added (A), changed (C) and deleted (D).")
    public static final class Diff extends ApiCommand {
        @Parameters(paramLabel = "CONTAINER")
        private String reference;

        @Override
        protected int run(ApiClient api, PrintWriter out) {
            api.list(Containers.path(reference) + "/changes", PathChange.class).forEach(change -> out.println(change.kind().name().charAt(0) + " " + change.path()));
            return 0;
        }
    }

    @Command(name = "export", description = "Writes a container's files as a tar, without its volumes.")
    public static final class Export extends ApiCommand {
        @Option(names = {"-o", "--output"}, description = "a file; standard output if not given")
        private Path file;

        @Parameters(paramLabel = "CONTAINER")
        private String reference;

        @Override
        protected int run(ApiClient api, PrintWriter out) throws IOException {
            try (InputStream tar = api.stream(Containers.path(reference) + "/export")) {
                if (file == null) {
                    tar.transferTo(System.out);
                    System.out.flush();
                } else {
                    Files.copy(tar, file, StandardCopyOption.REPLACE_EXISTING);
                }
            }
            return 0;
        }
    }
}
