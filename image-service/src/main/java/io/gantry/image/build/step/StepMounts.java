package io.gantry.image.build.step;

import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.spec.HostEntry;
import io.gantry.contracts.spec.Mount;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.spec.Scope;
import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.unit.Digest;
import io.gantry.image.build.core.BuildMount;
import io.gantry.image.build.core.DockerfileRefusal;
import io.gantry.image.build.core.ImageDraft;
import io.gantry.image.build.core.Instruction;
import io.gantry.image.build.core.Position;
import io.gantry.image.content.BlobWriter;
import io.gantry.image.layer.core.CopyPlan;
import io.gantry.image.layer.core.FileTree;
import io.gantry.image.layer.core.FileTree.Content;
import io.gantry.image.layer.core.FileTree.Node;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is there only while a RUN runs. Files of the context or of a stage are layers of the step's image that the built one hasn't; caches are volumes;
 * secrets are the platform's, never bytes of ours; an ssh agent is the client's, which no byte of ours leads to. {@link StepChanges} keeps all of it out of the
 * step's layer.
 */
final class StepMounts {
    /** The agent's folder for secrets, and a script's place. */
    private static final String OWN = "run/gantry";

    private static final String SCRIPT = OWN + "/script";
    /** Where programs look for their ssh agent. */
    private static final String AGENT = "SSH_AUTH_SOCK";

    private static final String OPAQUE = "/.wh..wh..opq";

    /** Where files to bind come from: a stage or image, or the context. */
    interface Origins {
        FileTree files(Optional<String> from, Position at) throws IOException, InterruptedException;
    }

    /** Makes a layer of files, or finds one that was made of the same. */
    interface Layers {
        ResolvedImage.Layer of(SortedMap<String, Node> files) throws IOException, InterruptedException;
    }

    /**
     * @param image what the step runs on
     * @param hidden paths in the image, links followed, that are none of the step's layer, with all below
     * @param key what of it counts for whether the step has been done already
     * @param words the same for people, without what is in them
     * @param files that are bound, by their places in the image
     * @param locked caches that nobody else may have meanwhile
     * @param own caches in place of which the step has others, if somebody has them
     * @param env what the step has besides, where nothing else says otherwise
     */
    record Prepared(
            List<Mount> mounts, ImageDraft image, List<String> hidden, List<String> key, List<String> words, SortedMap<String, Node> files, List<String> locked, List<String> own,
            List<String> command, Map<String, String> env) {}

    private final BuildRequest request;
    private final Origins origins;
    private final Layers layers;
    private final Path scratch;
    private final FileTree below;
    private final List<Mount> mounts = new ArrayList<>();
    private final List<String> hidden = new ArrayList<>();
    private final List<String> key = new ArrayList<>();
    private final List<String> words = new ArrayList<>();
    private final TreeMap<String, Node> bound = new TreeMap<>();
    private final List<String> locked = new ArrayList<>();
    private final List<String> own = new ArrayList<>();
    private final Map<String, String> env = new HashMap<>();
    private ImageDraft image;

    /** @param below the files of {@code image} */
    StepMounts(BuildRequest request, Origins origins, Layers layers, Path scratch, ImageDraft image, FileTree below) {
        this.request = request;
        this.origins = origins;
        this.layers = layers;
        this.scratch = scratch;
        this.image = image;
        this.below = below;
    }

    /** What can be refused without any files is, before one is asked for. */
    Prepared prepare(Instruction.Run run, io.gantry.image.build.core.Scope scope, List<String> command) throws IOException, InterruptedException {
        List<BuildMount> all = allowed(run, scope);
        for (int i = 0; i < all.size(); i++) {
            Position at = run.mounts().get(i).at();
            try {
                add(all.get(i));
            } catch (CopyPlan.Refused e) {
                throw new DockerfileRefusal(at, e.getMessage(), e.hint());
            } catch (BadField e) {
                throw new DockerfileRefusal(at, e.getMessage(), e.hint());
            }
        }
        switch (run.network()) {
            case DEFAULT -> {
                // as it was before there was another
            }
            case NONE -> count("without network", "network none");
            case HOST -> count("with its node's network", "network host");
        }
        request.terms().hosts().forEach(host -> count("host " + host.text()));
        if (run.command() instanceof Instruction.Command.Script(var text)) {
            script(text);
            return new Prepared(mounts, image, hidden, key, words, bound, locked, own, List.of("/" + SCRIPT), env);
        }
        return new Prepared(mounts, image, hidden, key, words, bound, locked, own, command, env);
    }

    /** @return its mounts, in their order */
    private List<BuildMount> allowed(Instruction.Run run, io.gantry.image.build.core.Scope scope) {
        if (run.network() == Instruction.Run.Network.HOST && !request.terms().hostNetwork()) {
            throw new DockerfileRefusal(run.source().at(), "--network=host: the build wasn't allowed network.host, the network of its step's node", "if you trust the Dockerfile, build with gantry build --allow network.host");
        }
        hosts(run);
        List<BuildMount> all = new ArrayList<>();
        int agents = 0;
        for (Instruction.MountFlag flag : run.mounts()) {
            BuildMount mount = BuildMount.of(flag, scope, image.workingDir(), agents);
            if (mount instanceof BuildMount.Ssh ssh) {
                agents++;
                if (ssh.required() && !request.agents().contains(ssh.id())) {
                    throw new DockerfileRefusal(ssh.at(), "the build wasn't given the ssh agent '" + ssh.id() + "'", "build with gantry build --ssh " + ssh.id() + ", where ssh-add -l lists your keys");
                }
            }
            if (mount instanceof BuildMount.Secret secret && secret.required() && !request.secrets().containsKey(secret.id())) {
                throw new DockerfileRefusal(
                        secret.at(), "the build wasn't given the secret '" + secret.id() + "'",
                        "keep it with gantry secret create " + secret.id() + " FILE, and build with --secret " + secret.id());
            }
            all.add(mount);
        }
        return all;
    }

    /** What the spec of its container would refuse, in words of a build's. */
    private void hosts(Instruction.Run run) {
        List<HostEntry> hosts = request.terms().hosts();
        if (run.network() == Instruction.Run.Network.HOST && !hosts.isEmpty()) {
            throw new DockerfileRefusal(run.source().at(), "it has its node's network, and calls hosts as its node does: " + hosts.getFirst().name() + " can't be added", "leave out --add-host, or the node's network");
        }
        if (run.network() == Instruction.Run.Network.NONE && hosts.stream().anyMatch(host -> host.address() == null)) {
            throw new DockerfileRefusal(run.source().at(), "without a network there is no way to its node, which " + HostEntry.NODE + " stands for", "give --add-host an address, or the step a network");
        }
    }

    private void add(BuildMount mount) throws IOException, InterruptedException {
        String real = below.resolve(mount.target()).path();
        switch (mount) {
            case BuildMount.Bind bind -> bind(bind, real);
            case BuildMount.Cache cache -> cache(cache, real);
            case BuildMount.Tmpfs(_, var target, var size) -> {
                mounts.add(new Mount.Tmpfs(target, size, null, false, true));
                count("tmpfs " + target + " " + size);
            }
            case BuildMount.Secret secret -> secret(secret);
            case BuildMount.Ssh ssh -> ssh(ssh);
        }
        hidden.add(real);
    }

    private void bind(BuildMount.Bind bind, String real) throws IOException, InterruptedException {
        FileTree source = origins.files(bind.from(), bind.at());
        boolean folder = source.resolve(bind.source()).isFolder();
        CopyPlan.Terms terms = new CopyPlan.Terms(bind.from().isPresent(), Optional.empty(), Optional.empty());
        TreeMap<String, Node> files = new TreeMap<>(CopyPlan.of(below, source, List.of(bind.source().isEmpty() ? "." : bind.source()), bind.target() + (folder ? "/" : ""), terms));
        bound.putAll(files);
        words.add("bind " + bind.target());
        if (folder) {
            files.put(real + OPAQUE, marker());
        }
        image = image.withLayer(layers.of(files), "mount", Instant.EPOCH);
        key.add("bind " + bind.target() + " " + image.layers().getLast().diffId());
    }

    private void count(String mount) {
        count(mount, mount);
    }

    private void count(String mount, String forPeople) {
        key.add(mount);
        words.add(forPeople);
    }

    /** A volume takes its owner, mode and first files from what the image has at its place. */
    private void cache(BuildMount.Cache cache, String real) throws IOException, InterruptedException {
        String name = volume(request.scope(), cache.id());
        count("cache " + cache.id() + " " + cache.target());
        if (!cache.usual()) {
            TreeMap<String, Node> files = new TreeMap<>(CopyPlan.folders(below, cache.target(), Optional.empty()));
            TarEntry folder = cache.begins().isPresent() ? begin(cache, cache.begins().get(), files) : TarEntry.folder("", 0755, 0, 0, Instant.EPOCH);
            files.put(real, new Node(
                    TarEntry.folder("", cache.mode().orElse(folder.mode()), cache.uid().map(Integer::longValue).orElse(folder.uid()), cache.gid().map(Integer::longValue).orElse(folder.gid()), Instant.EPOCH),
                    new Content.None()));
            files.put(real + OPAQUE, marker());
            image = image.withLayer(layers.of(files), "mount", Instant.EPOCH);
        }
        if (cache.begins().isPresent()) {
            String first = image.layers().getLast().diffId().value();
            key.add("begins with " + first);
            name = volume(request.scope(), cache.id() + "\n" + first);
        }
        mounts.add(new Mount.Volume(name, cache.target(), cache.readOnly(), cache.usual()));
        switch (cache.sharing()) {
            case LOCKED -> locked.add(name);
            case PRIVATE -> own.add(name);
            case SHARED -> {
                // whoever wants it
            }
        }
    }

    /** @return the folder that they are in */
    private TarEntry begin(BuildMount.Cache cache, BuildMount.Cache.Begins begins, TreeMap<String, Node> files) throws IOException, InterruptedException {
        FileTree source = origins.files(Optional.of(begins.from()), cache.at());
        FileTree.Found found = source.resolve(begins.source());
        if (!found.isFolder()) {
            throw new DockerfileRefusal(
                    cache.at(), "a cache begins with a folder, and '" + begins.source() + "' of " + begins.from() + " is none", "name a folder that is there, by its path without * or ?");
        }
        CopyPlan.Terms terms = new CopyPlan.Terms(true, Optional.empty(), Optional.empty());
        SortedMap<String, Node> first = CopyPlan.of(below, source, List.of(begins.source().isEmpty() ? "." : begins.source()), cache.target() + "/", terms);
        files.putAll(first);
        bound.putAll(first);
        return found.node().orElseThrow().entry();
    }

    /** Its name alone counts, so that another content of it makes nothing anew. */
    private void secret(BuildMount.Secret secret) {
        String source = request.secrets().get(secret.id());
        count("secret " + secret.id() + " " + secret.target() + secret.env().map(name -> " " + name).orElse(""));
        if (source != null) {
            mounts.add(new Mount.Secret(source, secret.target(), secret.mode(), secret.uid(), secret.gid(), null, secret.env().orElse(null)));
            hidden.add(below.resolve(OWN).path());
        }
    }

    /** That the step has one counts, not which. */
    private void ssh(BuildMount.Ssh ssh) {
        count("ssh " + ssh.id() + " " + ssh.target());
        if (request.agents().contains(ssh.id())) {
            mounts.add(new Mount.Socket(ssh.id(), ssh.target(), ssh.mode(), ssh.uid(), ssh.gid()));
            hidden.add(below.resolve(OWN).path());
            if (!image.env().containsKey(AGENT)) {
                env.putIfAbsent(AGENT, ssh.target());
            }
        }
    }

    private void script(String text) throws IOException, InterruptedException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Path file = Files.write(Files.createTempFile(scratch, "script-", ""), bytes);
        FileTree source = new FileTree();
        source.put("script", new Node(TarEntry.file("", 0755, 0, 0, bytes.length, Instant.EPOCH), new Content.OnDisk(file, BlobWriter.digestOf(bytes))));
        SortedMap<String, Node> files = CopyPlan.of(below, source, List.of("script"), "/" + SCRIPT, new CopyPlan.Terms(true, Optional.empty(), Optional.empty()));
        image = image.withLayer(layers.of(files), "mount", Instant.EPOCH);
        hidden.add(below.resolve(OWN).path());
        key.add("script " + BlobWriter.digestOf(bytes));
    }

    /** Whoever builds within a scope shares caches with that scope alone. */
    static String volume(Optional<Scope> scope, String id) {
        Digest digest = BlobWriter.digestOf((scope.map(Scope::toString).orElse("") + "\n" + id).getBytes(StandardCharsets.UTF_8));
        return "build-cache-" + digest.hex().substring(0, 24);
    }

    private static Node marker() {
        return new Node(TarEntry.file("", 0644, 0, 0, 0, Instant.EPOCH), new Content.None());
    }
}
