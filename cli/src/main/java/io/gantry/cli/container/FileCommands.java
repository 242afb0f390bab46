package io.gantry.cli.container;

import io.gantry.cli.ApiCommand;
import io.gantry.cli.client.ApiClient;
import io.gantry.cli.output.Listing;
import io.gantry.cli.output.Output;
import io.gantry.cli.output.Screen;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.view.ContainerSize;
import io.gantry.contracts.view.PathChange;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

    @Command(name = "size", description = "Shows how much room the files of containers take.")
    public static final class Size extends ApiCommand {
        /** As {@link ContainerSize}, with whose it is. */
        private record Sized(String container, Bytes written, long files, Bytes image) {
            static Sized of(String container, ContainerSize size) {
                return new Sized(container, size.written(), size.files(), size.image());
            }
        }

        private static final Listing<Sized> LISTING = new Listing<>(
                "", Sized.class, Sized::container, List.of("CONTAINER", "WRITTEN", "FILES", "IMAGE"),
                (size, _) -> new Object[] {size.container(), size.written(), size.files(), size.image()});

        @Mixin private Output output;

        @Parameters(paramLabel = "CONTAINER", arity = "1..*")
        private List<String> references;

        @Override
        protected int run(ApiClient api, PrintWriter out) {
            List<Sized> sizes = references.stream().map(one -> Sized.of(one, api.get(Containers.path(one) + "/size", ContainerSize.class))).toList();
            out.print(output.text(LISTING, sizes, Screen.of(environment())));
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
