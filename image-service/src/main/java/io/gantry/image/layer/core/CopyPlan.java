package io.gantry.image.layer.core;

import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.tar.TarEntry.Kind;
import io.gantry.image.layer.core.FileTree.Content;
import io.gantry.image.layer.core.FileTree.Found;
import io.gantry.image.layer.core.FileTree.Node;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What a COPY puts where. Goals, in order: the files land where the path leads in the image below (a link to a folder is followed,
 * as {@code /bin} to {@code usr/bin}); folders that are there keep their owner, mode and time; the layer has every folder above a
 * new file, so that unpacking invents none.
 *
 * <p>A source that is a folder means what is in it. A file lands in the target if that ends with a slash or is a folder.
 */
public final class CopyPlan {
    /**
     * @param keepOwners files keep theirs (from another stage) unless {@code owner} says otherwise; from the context all are 0
     * @param parents a source keeps the folders that it is in, those before {@code /./} aside, and a folder its name
     * @param excluded tells what is left out, by its path seen from the source; a file that is a source by its name
     */
    public record Terms(boolean keepOwners, Optional<Owner> owner, Optional<FileMode> mode, boolean parents, Predicate<String> excluded) {
        public Terms(boolean keepOwners, Optional<Owner> owner, Optional<FileMode> mode) {
            this(keepOwners, owner, mode, false, _ -> false);
        }
    }

    /**
     * A source that is there.
     *
     * @param name its path as it is asked for
     * @param real links followed
     * @param dropped how many folders of its name aren't kept
     */
    private record Picked(String name, String real, Node node, int dropped) {}

    public record Owner(long user, long group) {}

    /** A COPY that can't be done: what, and what to do. */
    public static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final String hint;

        Refused(String message, String hint) {
            super(message, null, false, false);
            this.hint = hint;
        }

        public String hint() {
            return hint;
        }
    }

    private final FileTree below;
    private final FileTree source;
    private final Terms terms;
    private final TreeMap<String, Node> made = new TreeMap<>();

    private CopyPlan(FileTree below, FileTree source, Terms terms) {
        this.below = below;
        this.source = source;
        this.terms = terms;
    }

    /**
     * @param target absolute; a slash at its end means a folder
     * @return the layer's entries in order, by their path
     */
    public static SortedMap<String, Node> of(FileTree below, FileTree source, List<String> patterns, String target, Terms terms) {
        CopyPlan plan = new CopyPlan(below, source, terms);
        TreeMap<String, Picked> wanted = new TreeMap<>();
        for (String pattern : patterns) {
            List<Picked> matched = plan.matches(pattern);
            if (matched.isEmpty()) {
                throw new Refused("nothing is called '" + pattern + "'", "is it in the context, and not in .dockerignore?");
            }
            matched.forEach(one -> wanted.put(one.name(), one));
        }
        boolean folder = target.endsWith("/") || target.endsWith("/.");
        if (wanted.size() > 1 && !folder) {
            throw new Refused("several files are copied to '" + target + "', which is no folder", "end the target with a slash");
        }
        wanted.values().forEach(one -> plan.copy(one, target, folder));
        return plan.made;
    }

    /** Every file of {@code archive} unpacked into {@code target}; modes as there, and owners unless {@code owner} is another. */
    public static SortedMap<String, Node> unpack(FileTree below, FileTree archive, String target, Optional<Owner> owner) {
        CopyPlan plan = new CopyPlan(below, archive, new Terms(true, owner, Optional.empty()));
        String into = plan.folder(target);
        archive.below("").forEach((path, node) -> plan.place(into, path, node, owner.isEmpty()));
        return plan.made;
    }

    /** What a pattern means in {@code source}, each by its path. */
    public static List<String> matching(FileTree source, String pattern) {
        return new CopyPlan(source, source, new Terms(true, Optional.empty(), Optional.empty())).matches(pattern).stream().map(Picked::name).toList();
    }

    /** The folders that make {@code path} be there, and those above it as they are; empty if it is there. @param owner of those that are new */
    public static SortedMap<String, Node> folders(FileTree below, String path, Optional<Owner> owner) {
        CopyPlan plan = new CopyPlan(below, below, new Terms(false, owner, Optional.empty()));
        if (!below.resolve(path).isFolder()) {
            plan.folder(path);
        }
        return plan.made;
    }

    private List<Picked> matches(String pattern) {
        String clean = PathPattern.clean(pattern);
        int pivot = terms.parents() ? pattern.indexOf("/./") : -1;
        String before = pivot < 0 ? "" : PathPattern.clean(pattern.substring(0, pivot));
        int dropped = before.isEmpty() ? 0 : before.split("/").length;
        PathPattern path = new PathPattern(clean);
        if (path.isPlain()) {
            return picked(clean, dropped).stream().toList();
        }
        Predicate<String> meant = path.matcher();
        List<Picked> found = new ArrayList<>();
        source.below("").keySet().forEach(name -> {
            if (meant.test(name)) {
                picked(name, dropped).ifPresent(found::add);
            }
        });
        return found;
    }

    private Optional<Picked> picked(String name, int dropped) {
        Found found = source.resolve(name);
        return found.node().map(node -> new Picked(name, found.path(), node, dropped));
    }

    private void copy(Picked picked, String target, boolean folder) {
        String name = picked.name().substring(picked.name().lastIndexOf('/') + 1);
        if (terms.parents()) {
            withParents(picked, folder(target));
        } else if (picked.node().kind() == Kind.FOLDER) {
            String into = folder(target);
            children(picked).forEach((child, node) -> place(into, child, node, false));
        } else if (terms.excluded().test(name)) {
            return;
        } else if (folder || below.resolve(target).isFolder()) {
            place(folder(target), name, picked.node(), false);
        } else {
            String clean = FileTree.clean(target);
            int slash = clean.lastIndexOf('/');
            if (clean.isEmpty()) {
                throw new Refused("a file can't replace the root folder", "end the target with a slash");
            }
            place(folder(slash < 0 ? "/" : clean.substring(0, slash)), clean.substring(slash + 1), picked.node(), false);
        }
    }

    private void withParents(Picked picked, String into) {
        String[] parts = picked.name().split("/");
        String kept = String.join("/", List.of(parts).subList(Math.min(picked.dropped(), parts.length), parts.length));
        String above = picked.name().substring(0, picked.name().length() - kept.length());
        if (picked.node().kind() != Kind.FOLDER && terms.excluded().test(parts[parts.length - 1])) {
            return;
        }
        for (int end = kept.indexOf('/'); end > 0; end = kept.indexOf('/', end + 1)) {
            String parent = kept.substring(0, end);
            source.resolve(above + parent).node().ifPresent(node -> place(into, parent, node, false));
        }
        if (!kept.isEmpty()) {
            place(into, kept, picked.node(), false);
        }
        if (picked.node().kind() == Kind.FOLDER) {
            children(picked).forEach((child, node) -> place(into, kept.isEmpty() ? child : kept + "/" + child, node, false));
        }
    }

    /** What is below a folder and not left out, by its path seen from there. */
    private SortedMap<String, Node> children(Picked folder) {
        TreeMap<String, Node> children = new TreeMap<>();
        source.below(folder.real()).forEach((path, node) -> {
            String child = folder.real().isEmpty() ? path : path.substring(folder.real().length() + 1);
            if (!terms.excluded().test(child)) {
                children.put(child, node);
            }
        });
        // a folder that is left out stays as far as something in it doesn't
        for (String child : List.copyOf(children.keySet())) {
            for (int end = child.lastIndexOf('/'); end > 0; end = child.lastIndexOf('/', end - 1)) {
                String parent = child.substring(0, end);
                source.get(folder.real().isEmpty() ? parent : folder.real() + "/" + parent).ifPresent(node -> children.putIfAbsent(parent, node));
            }
        }
        return children;
    }

    /** Puts one file or folder at {@code path} below the real folder {@code into}. */
    private void place(String into, String path, Node node, boolean asIs) {
        int slash = path.lastIndexOf('/');
        String parent = slash < 0 ? into : real(join(into, path.substring(0, slash)));
        String where = join(parent, path.substring(slash + 1));
        if (node.kind() == Kind.FOLDER) {
            Found there = below.resolve(where);
            if (there.isFolder()) {
                keep(there.path());
                return;
            }
        } else if (below.get(where).filter(n -> n.kind() == Kind.FOLDER).isPresent()) {
            throw new Refused("'/" + where + "' is a folder in the image; a file can't replace it", "remove it in a RUN before, or choose another target");
        }
        made.put(where, asIs ? node : owned(node));
    }

    private Node owned(Node node) {
        TarEntry entry = node.entry();
        TarEntry owned = terms.owner().map(o -> entry.withOwner(o.user(), o.group())).orElse(terms.keepOwners() ? entry : entry.withOwner(0, 0));
        boolean hasMode = entry.kind() != Kind.SYMBOLIC_LINK;
        return new Node(hasMode && terms.mode().isPresent() ? owned.withMode(terms.mode().get().of(entry.mode(), entry.kind() == Kind.FOLDER)) : owned, node.content());
    }

    /** The folder a path leads to, with those above it; what isn't there is made. */
    private String folder(String path) {
        String real = real(FileTree.clean(path));
        keep(real);
        return real;
    }

    private String real(String path) {
        return below.resolve(path).path();
    }

    private void keep(String folder) {
        for (int end = folder.indexOf('/'); ; end = folder.indexOf('/', end + 1)) {
            String path = end < 0 ? folder : folder.substring(0, end);
            if (!path.isEmpty()) {
                made.computeIfAbsent(path, p -> below.get(p).orElseGet(this::newFolder));
            }
            if (made.containsKey(path) && made.get(path).kind() != Kind.FOLDER) {
                throw new Refused("'/" + path + "' is a file in the image, not a folder", "choose another target");
            }
            if (end < 0) {
                return;
            }
        }
    }

    private Node newFolder() {
        TarEntry entry = TarEntry.folder("", 0755, 0, 0, Instant.EPOCH);
        return new Node(terms.owner().map(o -> entry.withOwner(o.user(), o.group())).orElse(entry), new Content.None());
    }

    private static String join(String folder, String name) {
        return folder.isEmpty() ? name : folder + "/" + name;
    }
}
