package io.gantry.cli.image;

import io.gantry.cli.ApiCommand;
import io.gantry.cli.client.ApiClient;
import io.gantry.cli.client.UploadPipe;
import io.gantry.cli.progress.Progress;
import io.gantry.cli.progress.ToldOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Images as one tar. */
public final class ArchiveCommands {
    private ArchiveCommands() {}

    @Command(name = "save", description = "Writes images as one tar, a Docker archive and an OCI layout in one.")
    public static final class Save extends ApiCommand {
        @Option(names = {"-o", "--output"}, description = "a file; standard output if not given")
        private Path file;

        @Parameters(arity = "1..*", paramLabel = "IMAGE")
        private List<String> images;

        @Override
        protected int run(ApiClient api, PrintWriter out) throws IOException {
            String query = images.stream().map(image -> "name=" + ApiClient.escape(image)).collect(Collectors.joining("&"));
            try (InputStream tar = api.stream("/archives?" + query)) {
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

    @Command(name = "load", description = "Takes the images out of a tar that save, docker save or skopeo has made; prints their names and ids.")
    public static final class Load extends ApiCommand {
        @Option(names = {"-i", "--input"}, description = "a file; standard input if not given")
        private Path file;

        @Override
        protected int run(ApiClient api, PrintWriter out) throws IOException {
            return send(api, "/archives", file, out, err(), environment());
        }
    }

    @Command(name = "import", description = "Makes an image of a file system in a tar; prints its id.")
    public static final class Import extends ApiCommand {
        @Option(names = {"-c", "--change"}, description = "a Dockerfile's instruction for how it runs: 'CMD [\"serve\"]'")
        private List<String> changes = List.of();

        @Option(names = {"-m", "--message"}, description = "why")
        private String message;

        @Parameters(index = "0", paramLabel = "FILE", description = "- is standard input")
        private String file;

        @Parameters(index = "1", arity = "0..1", paramLabel = "IMAGE", description = "what it shall be called: shop/web:2")
        private String tag;

        @Override
        protected int run(ApiClient api, PrintWriter out) throws IOException {
            StringBuilder query = new StringBuilder("/imports?tag=").append(tag == null ? "" : ApiClient.escape(tag));
            changes.forEach(change -> query.append("&change=").append(ApiClient.escape(change)));
            if (message != null) {
                query.append("&message=").append(ApiClient.escape(message));
            }
            return send(api, query.toString(), file.equals("-") ? null : Path.of(file), out, err(), environment());
        }
    }

    /** @param file {@code null} for standard input */
    private static int send(ApiClient api, String path, Path file, PrintWriter out, PrintWriter err, Map<String, String> environment) throws IOException {
        long size = file == null ? 0 : Files.size(file);
        try (Progress progress = Progress.of(out, environment)) {
            return UploadPipe.send(
                    to -> {
                        try (OutputStream told = new ToldOutputStream(to, progress, "sending", size)) {
                            if (file == null) {
                                System.in.transferTo(told);
                            } else {
                                Files.copy(file, told);
                            }
                        }
                    },
                    tar -> new TransferOutput(progress, out, err).follow(api.stream("POST", path, tar, "application/x-tar")));
        }
    }
}
