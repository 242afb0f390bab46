package io.gantry.image.build.step;

import io.gantry.contracts.tar.TarEntry.Kind;
import io.gantry.contracts.unit.Bytes;
import io.gantry.image.build.core.DockerfileRefusal;
import io.gantry.image.build.core.ImageDraft;
import io.gantry.image.build.core.Instruction;
import io.gantry.image.build.core.Metadata;
import io.gantry.image.build.core.Position;
import io.gantry.image.build.core.Scope;
import io.gantry.image.layer.core.CopyPlan;
import io.gantry.image.layer.core.FileTree;
import io.gantry.image.layer.core.FileTree.Content;
import io.gantry.image.layer.core.FileTree.Node;
import io.gantry.image.layer.tar.BoundedStream;
import io.gantry.image.layer.tar.LayerTrees;
import io.gantry.image.layer.tar.TarStreams;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** COPY and ADD: which files their layer holds. */
final class CopyStep {
    private final LayerTrees trees;
    private final Path scratch;
    private final String prefix;
    private final Bytes most;
    private int archives;

    /**
     * @param prefix of the names of files in {@code scratch}, which several steps share
     * @param most bytes that an archive may unpack to
     */
    CopyStep(LayerTrees trees, Path scratch, String prefix, Bytes most) {
        this.most = most;
        this.prefix = prefix;
        this.trees = trees;
        this.scratch = scratch;
    }

    SortedMap<String, Node> plan(Instruction.Copy copy, ImageDraft draft, FileTree source, Scope scope) throws IOException {
        Position at = copy.source().at();
        FileTree below = trees.of(draft.layers());
        String written = scope.expand(copy.target(), at);
        boolean folder = written.endsWith("/") || written.equals(".") || written.endsWith("/.");
        String target = Metadata.workingDir(draft, written) + (folder ? "/" : "");
        Optional<CopyPlan.Owner> owner = Optional.empty();
        if (copy.chown().isPresent()) {
            owner = Optional.of(owner(scope.expand(copy.chown().get(), at), below, at));
        }
        Optional<Integer> mode = copy.chmod().map(m -> mode(scope.expand(m, at), at));
        CopyPlan.Terms terms = new CopyPlan.Terms(copy.from().isPresent(), owner, mode);
        List<String> plain = new ArrayList<>();
        TreeMap<String, Node> all = new TreeMap<>();
        try {
            for (String pattern : copy.sources()) {
                String path = scope.expand(pattern, at);
                Optional<FileTree> archive = copy.add() ? archive(source.resolve(path).node()) : Optional.empty();
                if (archive.isPresent()) {
                    all.putAll(CopyPlan.unpack(below, archive.get(), target));
                } else {
                    plain.add(path);
                }
            }
            if (!plain.isEmpty()) {
                all.putAll(CopyPlan.of(below, source, plain, target, terms));
            }
        } catch (CopyPlan.Refused e) {
            throw new DockerfileRefusal(at, e.getMessage(), e.hint());
        }
        return all;
    }

    private Optional<FileTree> archive(Optional<Node> node) throws IOException {
        if (node.isEmpty() || node.get().kind() != Kind.FILE || !(node.get().content() instanceof Content.OnDisk disk)) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(disk.file())) {
            if (!TarStreams.isArchive(in.readNBytes(512))) {
                return Optional.empty();
            }
        }
        try (InputStream in = Files.newInputStream(disk.file())) {
            return Optional.of(BuildContext.read(new BoundedStream(TarStreams.recognise(in), "the archive", most), scratch, prefix + "-archive" + ++archives));
        }
    }

    private CopyPlan.Owner owner(String text, FileTree below, Position at) throws IOException {
        String[] parts = text.split(":", 2);
        String user = parts[0];
        if (user.matches("\\d{1,10}")) {
            long uid = Long.parseLong(user);
            return new CopyPlan.Owner(uid, parts.length == 2 ? group(parts[1], below, at) : uid);
        }
        String[] entry = line("etc/passwd", user, below)
                .orElseThrow(() -> new DockerfileRefusal(at, "the image has no user '" + user + "'", "create it in a RUN before, or give a number"));
        long gid = parts.length == 2 ? group(parts[1], below, at) : Long.parseLong(entry[3]);
        return new CopyPlan.Owner(Long.parseLong(entry[2]), gid);
    }

    private long group(String text, FileTree below, Position at) throws IOException {
        if (text.matches("\\d{1,10}")) {
            return Long.parseLong(text);
        }
        return Long.parseLong(line("etc/group", text, below)
                .orElseThrow(() -> new DockerfileRefusal(at, "the image has no group '" + text + "'", "create it in a RUN before, or give a number"))[2]);
    }

    private Optional<String[]> line(String file, String name, FileTree below) throws IOException {
        return trees.text(below, file)
                .flatMap(text -> text.lines().map(line -> line.split(":")).filter(l -> l.length > 3 - (file.endsWith("group") ? 1 : 0) && l[0].equals(name)).findFirst());
    }

    private static int mode(String text, Position at) {
        if (!text.matches("[0-7]{3,4}")) {
            throw new DockerfileRefusal(at, "--chmod=" + text + " is not an octal mode", "write for example --chmod=0644");
        }
        return Integer.parseInt(text, 8);
    }
}
