package io.gantry.image.build.step;

import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.tar.TarEntry.Kind;
import io.gantry.contracts.unit.Bytes;
import io.gantry.image.build.core.DockerfileRefusal;
import io.gantry.image.build.core.GitAddress;
import io.gantry.image.build.core.HereDocument;
import io.gantry.image.build.core.IgnorePatterns;
import io.gantry.image.build.core.ImageDraft;
import io.gantry.image.build.core.Instruction;
import io.gantry.image.build.core.Metadata;
import io.gantry.image.build.core.Position;
import io.gantry.image.build.core.Scope;
import io.gantry.image.content.BlobWriter;
import io.gantry.image.layer.core.CopyPlan;
import io.gantry.image.layer.core.CopyPlan.Terms;
import io.gantry.image.layer.core.FileMode;
import io.gantry.image.layer.core.FileTree;
import io.gantry.image.layer.core.FileTree.Content;
import io.gantry.image.layer.core.FileTree.Node;
import io.gantry.image.layer.core.PathPattern;
import io.gantry.image.layer.tar.BoundedStream;
import io.gantry.image.layer.tar.LayerTrees;
import io.gantry.image.layer.tar.TarStreams;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** COPY and ADD: which files their layer holds. */
final class CopyStep {
    private final LayerTrees trees;
    private final Fetching fetching;
    private final GitFetching git;
    private final Path scratch;
    private final String prefix;
    private final Bytes most;
    private int files;

    /**
     * @param prefix of the names of files in {@code scratch}, which several steps share
     * @param most bytes that an archive may unpack to
     */
    CopyStep(LayerTrees trees, Fetching fetching, GitFetching git, Path scratch, String prefix, Bytes most) {
        this.trees = trees;
        this.fetching = fetching;
        this.git = git;
        this.scratch = scratch;
        this.prefix = prefix;
        this.most = most;
    }

    /** @param image the files of {@code draft} */
    SortedMap<String, Node> plan(Instruction.Copy copy, ImageDraft draft, FileTree image, FileTree source, Scope scope) throws IOException, InterruptedException {
        Position at = copy.source().at();
        FileTree below = copy.options().link() ? new FileTree() : image;
        String written = scope.expand(copy.target(), at);
        boolean folder = written.endsWith("/") || written.equals(".") || written.endsWith("/.");
        String target = Metadata.workingDir(draft, written) + (folder ? "/" : "");
        if (copy.sources().size() > 1 && !folder) {
            throw new DockerfileRefusal(at, "several sources are copied to '" + target + "', which is no folder", "end the target with a slash");
        }
        Terms terms = terms(copy, image, scope);
        TreeMap<String, Node> all = new TreeMap<>();
        try {
            for (String word : copy.sources()) {
                Optional<HereDocument> document = copy.documents().stream().filter(each -> each.word().equals(word)).findFirst();
                String path = document.map(HereDocument::word).orElseGet(() -> scope.expand(word, at));
                if (document.isPresent()) {
                    all.putAll(one(document.get().name(), written(document.get(), scope, at), below, target, terms));
                } else if (copy.add() && GitAddress.is(path)) {
                    all.putAll(cloned(copy, path, scope, below, target, terms));
                } else if (copy.add() && path.matches("(?i)https?://.*")) {
                    all.putAll(fetched(copy, path, scope, below, target, terms));
                } else {
                    all.putAll(local(copy, path, source, below, target, terms));
                }
            }
        } catch (CopyPlan.Refused e) {
            throw new DockerfileRefusal(at, e.getMessage(), e.hint());
        }
        return all;
    }

    private Terms terms(Instruction.Copy copy, FileTree image, Scope scope) throws IOException {
        Position at = copy.source().at();
        Optional<CopyPlan.Owner> owner = Optional.empty();
        if (copy.chown().isPresent()) {
            owner = Optional.of(new Owners(trees).of(scope.expand(copy.chown().get(), at), image, at));
        }
        Optional<FileMode> mode = copy.chmod().map(m -> mode(scope.expand(m, at), at));
        IgnorePatterns excluded = IgnorePatterns.of(copy.options().excludes().stream().map(each -> pattern(scope.expand(each, at), at)).toList());
        return new Terms(copy.from().isPresent(), owner, mode, copy.options().parents(), excluded::ignores);
    }

    private SortedMap<String, Node> local(Instruction.Copy copy, String pattern, FileTree source, FileTree below, String target, Terms terms) throws IOException {
        if (!copy.add() || !copy.options().unpack().orElse(true)) {
            return CopyPlan.of(below, source, List.of(pattern), target, terms);
        }
        List<String> paths = CopyPlan.matching(source, pattern);
        if (paths.size() < 2) {
            return unpackedOrCopied(pattern, source, below, target, terms);
        }
        if (!target.endsWith("/")) {
            throw new DockerfileRefusal(copy.source().at(), "several files are copied to '" + target + "', which is no folder", "end the target with a slash");
        }
        TreeMap<String, Node> all = new TreeMap<>();
        for (String path : paths) {
            all.putAll(unpackedOrCopied(new PathPattern(path).isPlain() ? path : path.replaceAll("[*?\\[\\\\]", "\\\\$0"), source, below, target, terms));
        }
        return all;
    }

    private SortedMap<String, Node> unpackedOrCopied(String path, FileTree source, FileTree below, String target, Terms terms) throws IOException {
        List<String> found = CopyPlan.matching(source, path);
        Optional<FileTree> archive = found.size() == 1 ? archive(source.resolve(found.getFirst()).node()) : Optional.empty();
        return archive.isPresent() ? CopyPlan.unpack(below, archive.get(), target, terms.owner()) : CopyPlan.of(below, source, List.of(path), target, terms);
    }

    private SortedMap<String, Node> fetched(Instruction.Copy copy, String address, Scope scope, FileTree below, String target, Terms terms)
            throws IOException, InterruptedException {
        Position at = copy.source().at();
        Optional<String> checksum = copy.options().checksum().map(given -> scope.expand(given, at));
        Fetching.Fetched fetched = fetching.fetch(address, checksum, scratch.resolve(prefix + "-fetched" + ++files), at);
        if (fetched.name().isEmpty() && target.endsWith("/")) {
            throw new DockerfileRefusal(at, "'" + address + "' doesn't tell the file's name", "end the target with one");
        }
        Node node = new Node(TarEntry.file("", 0600, 0, 0, fetched.size(), fetched.modified()), fetched.content());
        Optional<FileTree> archive = copy.options().unpack().orElse(false) ? archive(Optional.of(node)) : Optional.empty();
        return archive.isPresent()
                ? CopyPlan.unpack(below, archive.get(), target, terms.owner())
                : one(fetched.name().isEmpty() ? "file" : fetched.name(), node, below, target, terms);
    }

    /** What a repository has comes into the target, which is a folder by that. */
    private SortedMap<String, Node> cloned(Instruction.Copy copy, String address, Scope scope, FileTree below, String target, Terms terms) throws IOException, InterruptedException {
        Position at = copy.source().at();
        Optional<String> commit = copy.options().checksum().map(given -> scope.expand(given, at));
        FileTree repository = git.fetch(GitAddress.parse(address, at), commit, copy.options().history(), scratch.resolve(prefix + "-git" + ++files), at).files();
        return CopyPlan.of(below, repository, List.of("."), target.endsWith("/") ? target : target + "/", terms);
    }

    private static SortedMap<String, Node> one(String name, Node node, FileTree below, String target, Terms terms) {
        FileTree tree = new FileTree();
        tree.put(name, node);
        return CopyPlan.of(below, tree, List.of(name.replaceAll("[*?\\[\\\\]", "\\\\$0")), target, new Terms(false, terms.owner(), terms.mode()));
    }

    private Node written(HereDocument document, Scope scope, Position at) throws IOException {
        byte[] text = (document.expand() ? scope.expandDocument(document.content(), at) : document.content()).getBytes(StandardCharsets.UTF_8);
        Path file = Files.write(scratch.resolve(prefix + "-document" + ++files), text);
        return new Node(TarEntry.file("", 0644, 0, 0, text.length, Instant.EPOCH), new Content.OnDisk(file, BlobWriter.digestOf(text)));
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
            return Optional.of(BuildContext.read(new BoundedStream(TarStreams.recognise(in), "the archive", most), scratch, prefix + "-archive" + ++files));
        }
    }

    private static String pattern(String text, Position at) {
        try {
            new PathPattern(text).check();
            return text;
        } catch (BadField e) {
            throw new DockerfileRefusal(at, "--exclude=" + text + ": " + e.getMessage(), e.hint());
        }
    }

    private static FileMode mode(String text, Position at) {
        try {
            return FileMode.parse(text);
        } catch (IllegalArgumentException e) {
            throw new DockerfileRefusal(at, "--chmod=" + text + " is no mode", "write for example --chmod=0644 or --chmod=u=rwX,go=rX");
        }
    }
}
