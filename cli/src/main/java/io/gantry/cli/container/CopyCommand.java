package io.gantry.cli.container;

import io.gantry.cli.ApiCommand;
import io.gantry.cli.client.ApiClient;
import io.gantry.cli.client.UploadPipe;
import io.gantry.contracts.view.PathStat;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code gantry cp}, as {@code docker cp}: into a folder that is there, or under the name that is given; {@code folder/.} is what is in it;
 * {@code -} is a tar on standard input or output.
 */
@Command(name = "cp", description = "Copies files out of a container or into it, running or not: web:/etc/hosts . or . web:/srv", sortOptions = false)
public final class CopyCommand extends ApiCommand {
    /** As the kernel. */
    private static final int MOST_LINKS = 40;

    @Parameters(index = "0", paramLabel = "FROM", description = "a path, CONTAINER:PATH, or - for a tar")
    private String from;

    @Parameters(index = "1", paramLabel = "TO", description = "likewise")
    private String to;

    private record Inside(String container, String path) {
        static Optional<Inside> of(String text) {
            int colon = text.indexOf(':');
            return colon < 1 || text.startsWith(".") || text.startsWith("/") ? Optional.empty() : Optional.of(new Inside(text.substring(0, colon), text.substring(colon + 1)));
        }

        String archive(String path) {
            return Containers.path(container) + "/archive?path=" + ApiClient.escape(path);
        }
    }

    @Override
    protected int run(ApiClient api, PrintWriter out) throws IOException {
        Optional<Inside> source = Inside.of(from);
        Optional<Inside> target = Inside.of(to);
        if (source.isPresent() == target.isPresent()) {
            throw new IllegalArgumentException("one of the two is a container's: web:/etc/hosts");
        }
        if (source.isPresent()) {
            copyOut(api, source.get());
        } else {
            copyIn(api, target.get());
        }
        return 0;
    }

    private void copyOut(ApiClient api, Inside source) throws IOException {
        try (InputStream tar = api.stream(source.archive(source.path()))) {
            if (to.equals("-")) {
                tar.transferTo(System.out);
                System.out.flush();
                return;
            }
            PathStat stat = api.pathStat(source.archive(source.path()));
            Path path = Path.of(to);
            boolean whatIsIn = source.path().endsWith("/.");
            if (Files.isDirectory(path)) {
                LocalTree.unpack(tar, path, stat.name(), whatIsIn ? "" : stat.name());
            } else if (to.endsWith("/")) {
                throw new IllegalArgumentException("there is no folder " + to);
            } else {
                Path parent = path.toAbsolutePath().getParent();
                if (!Files.isDirectory(parent)) {
                    throw new IllegalArgumentException("there is no folder " + parent);
                }
                LocalTree.unpack(tar, parent, stat.name(), path.getFileName().toString());
            }
        }
    }

    private void copyIn(ApiClient api, Inside target) throws IOException {
        if (from.equals("-")) {
            send(api, target.archive(target.path()), System.in);
            return;
        }
        Path path = Path.of(from);
        if (!Files.exists(path)) {
            throw new IllegalArgumentException("there is no " + from);
        }
        boolean whatIsIn = from.endsWith("/.") || from.equals(".");
        String name = path.toAbsolutePath().normalize().getFileName() == null ? "" : path.toAbsolutePath().normalize().getFileName().toString();
        if (isFolder(api, target, target.path(), MOST_LINKS)) {
            send(api, target.archive(target.path()), path, whatIsIn ? "" : name);
            return;
        }
        if (target.path().endsWith("/") && !Files.isDirectory(path)) {
            throw new IllegalArgumentException("there is no folder " + target.path() + " in the container");
        }
        String clean = target.path().replaceAll("/+$", "");
        int slash = clean.lastIndexOf('/');
        send(api, target.archive(slash <= 0 ? "/" : clean.substring(0, slash)), path, clean.substring(slash + 1));
    }

    private static boolean isFolder(ApiClient api, Inside target, String path, int links) {
        Optional<PathStat> stat = api.pathStatIfThere(target.archive(path));
        if (stat.isPresent() && stat.get().linkTarget() != null && links > 0) {
            return isFolder(api, target, stat.get().linkTarget(), links - 1);
        }
        return stat.filter(there -> (there.mode() & 0xf000) == 0x4000).isPresent();
    }

    private static void send(ApiClient api, String path, Path from, String as) throws IOException {
        UploadPipe.send(out -> LocalTree.write(from, as, out), tar -> {
            send(api, path, tar);
            return null;
        });
    }

    private static void send(ApiClient api, String path, InputStream tar) {
        api.put(path + "&keepKinds=true", tar, "application/x-tar");
    }
}
