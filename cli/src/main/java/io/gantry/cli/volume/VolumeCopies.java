package io.gantry.cli.volume;

import io.gantry.cli.ApiCommand;
import io.gantry.cli.client.ApiClient;
import io.gantry.contracts.view.VolumeRequest;
import io.gantry.contracts.view.VolumeView;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Volumes as tars: to a file, from a file, to another volume. Owners and modes are kept. */
final class VolumeCopies {
    private VolumeCopies() {}

    private static String archive(String name) {
        return "/volumes/" + ApiClient.escape(name) + "/archive";
    }

    @Command(name = "backup", description = "Writes what is in one as a tar; stop its containers first if they write.")
    static final class Backup extends ApiCommand {
        @Option(names = {"-o", "--output"}, description = "a file; standard output if not given")
        private Path file;

        @Parameters(paramLabel = "NAME")
        private String name;

        @Override
        protected int run(ApiClient api, PrintWriter out) throws IOException {
            try (InputStream tar = api.stream(archive(name))) {
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

    @Command(name = "restore", description = "Unpacks a tar into one; what is there and not in the tar stays.")
    static final class Restore extends ApiCommand {
        @Option(names = {"-i", "--input"}, description = "a file; standard input if not given")
        private Path file;

        @Parameters(paramLabel = "NAME")
        private String name;

        @Override
        protected int run(ApiClient api, PrintWriter out) throws IOException {
            try (InputStream tar = file == null ? System.in : Files.newInputStream(file)) {
                api.put(archive(name), tar, "application/x-tar");
            }
            return 0;
        }
    }

    @Command(name = "clone", description = "Copies one to a new one, on the same node or another; prints the new name.")
    static final class Clone extends ApiCommand {
        @Option(names = "--node", description = "where the new one shall be; where the old one is if not given")
        private String node;

        @Parameters(index = "0", paramLabel = "FROM")
        private String from;

        @Parameters(index = "1", paramLabel = "TO")
        private String to;

        @Override
        protected int run(ApiClient api, PrintWriter out) throws IOException {
            VolumeView source = api.get("/volumes/" + ApiClient.escape(from), VolumeView.class);
            if (api.isThere("/volumes/" + ApiClient.escape(to))) {
                throw new IllegalArgumentException("volume '" + to + "' is there; choose another name, or restore into it");
            }
            String place = node != null || source.node() == null ? node : source.node().name();
            api.post("/volumes", new VolumeRequest(to, source.labels(), place, source.size()), VolumeView.class);
            try (InputStream tar = api.stream(archive(from))) {
                api.put(archive(to), tar, "application/x-tar");
            }
            out.println(to);
            return 0;
        }
    }
}
