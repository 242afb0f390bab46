package io.gantry.image.build.step;

import io.gantry.contracts.tar.TarEntry.Kind;
import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.unit.Bytes;
import io.gantry.image.ImageSettings;
import io.gantry.image.build.core.DockerfileRefusal;
import io.gantry.image.build.core.GitAddress;
import io.gantry.image.build.core.Position;
import io.gantry.image.content.BlobWriter;
import io.gantry.image.layer.core.FileTree.Content;
import io.gantry.image.layer.core.FileTree.Node;
import io.gantry.image.layer.core.FileTree;
import io.gantry.image.layer.tar.BoundedStream;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.BufferedInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Git repositories, by the machine's own git, which is held short: nobody's configuration, credentials, hooks or filters, no protocol but the one that was asked for, no way on to another host, no question asked, an end to its time and to what
 * it writes. Nothing is checked out: what a commit has is read as an archive. Where it may ask is decided as for {@link Fetching}, and it asks the very address that was looked at.
 */
@Singleton
class GitFetching {
    private static final int NOT_FOUND = 127;
    private static final int BLOCK = 512;

    /** Bytes of git's last words that are told. */
    private static final int MOST_SAID = 1000;

    /** Files are taken as the commit has them, whatever it says of how they should be changed or left out. */
    private static final String AS_THEY_ARE = "* -export-ignore -export-subst -text -ident -eol -filter -working-tree-encoding\n";

    /** A line of {@code FETCH_HEAD}: {@code COMMIT <tab><tab> branch 'main' of https://…}. */
    private static final Pattern NAMED = Pattern.compile("^([0-9a-f]{40})\t\t(tag|branch) '([^']+)' of ");

    private static final String CONFIG = """
            [core]
            \trepositoryformatversion = 0
            \tfilemode = true
            \tbare = false
            \tlogallrefupdates = true
            [remote "origin"]
            \turl = %s
            \tfetch = +refs/heads/*:refs/remotes/origin/*
            """;

    private final Fetching fetching;
    private final String program;
    private final Bytes most;
    private final Duration deadline;

    @Inject
    GitFetching(Fetching fetching, ImageSettings settings) {
        this(fetching, "git", Bytes.parse(settings.archiveLimit()), settings.build().stepDeadline());
    }

    /** @param most bytes of a file that it writes, and of what a commit has */
    GitFetching(Fetching fetching, String program, Bytes most, Duration deadline) {
        this.fetching = fetching;
        this.program = program;
        this.most = most;
        this.deadline = deadline;
    }

    /** @param commit that was meant */
    record Fetched(FileTree files, String commit) {}

    /**
     * @param commit that it has to be, if one is given
     * @param history whether {@code .git} is among the files: of that commit alone, checked out as none's branch, the same bytes each time by the same git and zlib; of a folder of the repository it never is
     * @param folder ours, not there yet; the files' bytes lie in it
     */
    Fetched fetch(GitAddress address, Optional<String> commit, boolean history, Path folder, Position at) throws IOException, InterruptedException {
        URI place = Fetching.uri(address.repository(), at);
        List<InetAddress> hosts = fetching.check(place, at);
        Files.createDirectories(folder);
        Path repository = folder.resolve("repository");
        Call call = new Call(folder, options(place, hosts), address, at);
        call.must("init", "--quiet", "--bare", "--template=", repository.toString());
        Files.createDirectories(repository.resolve("info"));
        Files.writeString(repository.resolve("info/attributes"), AS_THEY_ARE);
        List<String> in = List.of("--git-dir", repository.toString());
        String wanted = address.ref().orElse("HEAD");
        call.must(in, "fetch", "--quiet", "--depth", "1", "--no-tags", "--no-recurse-submodules", "--", address.repository(), wanted);
        String found = call.must(in, "rev-parse", "--verify", "--quiet", "FETCH_HEAD^{commit}").strip();
        if (commit.isPresent() && !commit.get().equals(found)) {
            throw new DockerfileRefusal(at, address.repository() + " has the commit " + found + " as " + wanted + ", not " + commit.get(), "if that is what you want, write --checksum=" + found);
        }
        Path archive = folder.resolve("archive");
        call.to(archive, in, "-c", "tar.umask=0022", "archive", "--format=tar", found);
        try (InputStream tar = new BufferedInputStream(Files.newInputStream(archive))) {
            FileTree all = BuildContext.read(new BoundedStream(tar, "the repository", most), folder, "file");
            if (history && address.folder().isEmpty()) {
                keep(call, repository, found, all);
            }
            return new Fetched(below(all, address, at), found);
        }
    }

    /** Puts beside the files what git keeps of them. A pack that one thread makes anew, and an index that knows no times, are the same whenever they are made, by the same git and zlib. */
    private static void keep(Call call, Path repository, String commit, FileTree all) throws IOException, InterruptedException {
        List<String> in = List.of("--git-dir", repository.toString());
        Matcher named = NAMED.matcher(Files.readString(repository.resolve("FETCH_HEAD"), StandardCharsets.ISO_8859_1));
        if (named.find()) {
            call.must(in, "update-ref", (named.group(2).equals("tag") ? "refs/tags/" : "refs/heads/") + named.group(3), named.group(1));
        }
        call.must(in, "update-ref", "--no-deref", "HEAD", commit);
        call.must(in, "-c", "pack.threads=1", "-c", "pack.writeReverseIndex=false", "-c", "repack.writeBitmaps=false", "repack", "-a", "-d", "-F", "-n", "-q");
        call.must(in, "read-tree", commit);
        for (String gone : List.of("FETCH_HEAD", "info/attributes", "ORIG_HEAD")) {
            Files.deleteIfExists(repository.resolve(gone));
        }
        Files.writeString(repository.resolve("config"), CONFIG.formatted(call.address.repository()));
        Instant time = all.below("").values().stream().map(node -> node.entry().modified()).max(Comparator.naturalOrder()).orElse(Instant.EPOCH);
        try (Stream<Path> paths = Files.walk(repository)) {
            for (Path path : paths.sorted().toList()) {
                String name = repository.relativize(path).toString();
                String place = name.isEmpty() ? ".git" : ".git/" + name;
                if (Files.isDirectory(path)) {
                    all.put(place, new Node(TarEntry.folder("", 0755, 0, 0, time), new Content.None()));
                } else {
                    all.put(place, new Node(TarEntry.file("", name.startsWith("objects/") ? 0444 : 0644, 0, 0, Files.size(path), time), new Content.OnDisk(path, BlobWriter.digestOf(path))));
                }
            }
        }
    }

    private static FileTree below(FileTree all, GitAddress address, Position at) {
        if (address.folder().isEmpty()) {
            return all;
        }
        if (!all.get(address.folder()).filter(node -> node.kind() == Kind.FOLDER).isPresent()) {
            throw new DockerfileRefusal(at, address.repository() + " has no folder '" + address.folder() + "'", "name one of " + address.ref().orElse("its first branch"));
        }
        FileTree some = new FileTree();
        String prefix = address.folder() + "/";
        all.below(address.folder()).forEach((path, node) -> {
            if (path.startsWith(prefix)) {
                some.put(path.substring(prefix.length()), node);
            }
        });
        return some;
    }

    private static List<String> options(URI place, List<InetAddress> hosts) {
        String protocol = place.getScheme().toLowerCase(Locale.ROOT);
        List<String> options = new ArrayList<>(List.of(
                "-c", "protocol.allow=never", "-c", "protocol." + protocol + ".allow=always", "-c", "http.followRedirects=false", "-c", "credential.helper=", "-c", "core.hooksPath=/dev/null", "-c", "gc.auto=0"));
        if (!hosts.isEmpty()) {
            int port = place.getPort() > 0 ? place.getPort() : protocol.equals("https") ? 443 : 80;
            String addresses = hosts.stream().map(InetAddress::getHostAddress).map(one -> one.contains(":") ? "[" + one + "]" : one).collect(Collectors.joining(","));
            options.addAll(List.of("-c", "http.curloptResolve=" + place.getHost() + ":" + port + ":" + addresses));
        }
        return options;
    }

    /** Of what git wrote, and who it asked, for whom there is no end of it. */
    private static String end(Path file) throws IOException {
        try (SeekableByteChannel in = Files.newByteChannel(file)) {
            in.position(Math.max(0, in.size() - MOST_SAID));
            return new String(Channels.newInputStream(in).readNBytes(MOST_SAID), StandardCharsets.ISO_8859_1);
        }
    }

    /** Calls of git for one address. */
    private final class Call {
        private final Path folder;
        private final List<String> options;
        private final GitAddress address;
        private final Position at;

        private Call(Path folder, List<String> options, GitAddress address, Position at) {
            this.folder = folder;
            this.options = options;
            this.address = address;
            this.at = at;
        }

        String must(String... words) throws IOException, InterruptedException {
            return must(List.of(), words);
        }

        /** @return what it wrote */
        String must(List<String> in, String... words) throws IOException, InterruptedException {
            Path out = folder.resolve("out");
            to(out, in, words);
            return Files.readString(out);
        }

        void to(Path out, List<String> in, String... words) throws IOException, InterruptedException {
            Path err = folder.resolve("err");
            List<String> all = new ArrayList<>(List.of("/bin/sh", "-c", "ulimit -f " + most.value() / BLOCK + "; exec \"$@\"", "sh", program));
            all.addAll(options);
            all.addAll(in);
            all.addAll(List.of(words));
            ProcessBuilder builder = new ProcessBuilder(all).directory(folder.toFile()).redirectInput(new File("/dev/null")).redirectOutput(out.toFile()).redirectError(err.toFile());
            builder.environment().clear();
            builder.environment().putAll(Map.of(
                    "PATH", Optional.ofNullable(System.getenv("PATH")).orElse("/usr/bin:/bin"), "HOME", folder.toString(), "LC_ALL", "C", "GIT_CONFIG_NOSYSTEM", "1", "GIT_CONFIG_GLOBAL", "/dev/null",
                    "GIT_TERMINAL_PROMPT", "0", "GIT_ASKPASS", "/bin/false", "GIT_ATTR_NOSYSTEM", "1"));
            Process process = builder.start();
            try {
                if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new DockerfileRefusal(at, address.repository() + " wasn't there within " + deadline.toSeconds() + " s", "see gantry.image.build.step-deadline");
                }
            } finally {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
            if (process.exitValue() == NOT_FOUND) {
                throw new DockerfileRefusal(at, "'" + address.repository() + "' can't be fetched: there is no git on the machine of image-service", "install git there, or take an archive of the repository");
            }
            if (process.exitValue() != 0) {
                String said = end(err).lines().filter(line -> !line.isBlank()).reduce((_, last) -> last).orElse("it ended with " + process.exitValue());
                throw new DockerfileRefusal(at, address.repository() + " can't be fetched: " + said, "try it with: git ls-remote " + address.repository() + address.ref().map(ref -> " " + ref).orElse(""));
            }
        }
    }
}
