package io.gantry.image.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.tar.TarEntry.Kind;
import io.gantry.image.layer.core.CopyPlan;
import io.gantry.image.layer.core.FileMode;
import io.gantry.image.layer.core.FileTree;
import io.gantry.image.layer.core.FileTree.Content;
import io.gantry.image.layer.core.FileTree.Node;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Where COPY puts things, in images that have links and folders of their own. */
class CopyPlanTest {
    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");
    private static final CopyPlan.Terms PLAIN = new CopyPlan.Terms(false, Optional.empty(), Optional.empty());
    private final FileTree image = tree("usr/", "usr/bin/", "bin -> usr/bin", "tmp/", "etc/", "etc/passwd", "abs -> /usr", "loop -> loop");
    private final FileTree context = tree("app/", "app/a", "app/sub/", "app/sub/b", "one.txt", "two.txt", "link -> one.txt");

    @Test
    void aFileKeepsItsNameInAFolderAndTakesTheTargetsOtherwise() {
        assertThat(copy(List.of("one.txt"), "/etc")).containsExactly("etc", "etc/one.txt");
        assertThat(copy(List.of("one.txt"), "/etc/renamed")).containsExactly("etc", "etc/renamed");
        assertThat(copy(List.of("one.txt"), "/new/")).containsExactly("new", "new/one.txt");
    }

    @Test
    void aFolderMeansWhatIsInIt() {
        assertThat(copy(List.of("app"), "/srv")).containsExactly("srv", "srv/a", "srv/sub", "srv/sub/b");
        assertThat(copy(List.of("."), "/tmp/")).contains("tmp/app/sub/b", "tmp/one.txt", "tmp/link");
    }

    @Test
    void aLinkToAFolderIsFollowed() {
        assertThat(copy(List.of("one.txt"), "/bin/")).containsExactly("usr", "usr/bin", "usr/bin/one.txt");
        assertThat(copy(List.of("one.txt"), "/abs/bin/x")).containsExactly("usr", "usr/bin", "usr/bin/x");
        FileTree merged = tree("bin/", "bin/tool");
        assertThat(CopyPlan.of(image, merged, List.of("."), "/", PLAIN).keySet()).containsExactly("usr", "usr/bin", "usr/bin/tool");
    }

    @Test
    void foldersThatAreThereKeepTheirModeAndOwner() {
        Node tmp = CopyPlan.of(image, context, List.of("one.txt"), "/tmp/", PLAIN).get("tmp");
        assertThat(tmp).isEqualTo(image.get("tmp").orElseThrow());
    }

    @Test
    void wildcardsMatchWithinAFolder() {
        assertThat(copy(List.of("*.txt"), "/d/")).containsExactly("d", "d/one.txt", "d/two.txt");
        assertThat(copy(List.of("?ne.*"), "/d/")).containsExactly("d", "d/one.txt");
    }

    @Test
    void aLinkAsASourceIsFollowed() {
        assertThat(CopyPlan.of(image, context, List.of("link"), "/etc/", PLAIN).get("etc/link").kind()).isEqualTo(Kind.FILE);
    }

    @Test
    void ownersAndModesAreSetWhereAskedFor() {
        CopyPlan.Terms terms = new CopyPlan.Terms(false, Optional.of(new CopyPlan.Owner(33, 34)), Optional.of(FileMode.parse("600")));
        TarEntry made = CopyPlan.of(image, context, List.of("one.txt"), "/x/", terms).get("x/one.txt").entry();
        assertThat(List.of(made.uid(), made.gid(), (long) made.mode())).containsExactly(33L, 34L, 0600L);
        assertThat(CopyPlan.of(image, context, List.of("one.txt"), "/x/", PLAIN).get("x/one.txt").entry().uid()).isZero();
    }

    @Test
    void saysWhatCannotBeCopied() {
        assertThatThrownBy(() -> copy(List.of("none"), "/x")).hasMessage("nothing is called 'none'");
        assertThatThrownBy(() -> copy(List.of("*.txt"), "/x")).hasMessageContaining("which is no folder");
        assertThatThrownBy(() -> copy(List.of("one.txt"), "/etc/passwd/x")).hasMessageContaining("'/etc/passwd' is a file");
        FileTree over = tree("etc");
        assertThatThrownBy(() -> CopyPlan.of(image, over, List.of("."), "/", PLAIN)).hasMessageContaining("is a folder in the image");
    }

    @Test
    void noPathLeadsOut() {
        assertThat(copy(List.of("../../one.txt"), "/../../x")).containsExactly("x");
        FileTree evil = tree("out -> ../../../..", "far -> /../../etc");
        assertThat(evil.resolve("out/etc/passwd").path()).isEqualTo("etc/passwd");
        assertThat(evil.resolve("far").path()).isEqualTo("etc");
        assertThat(image.resolve("loop").node().map(Node::kind)).contains(Kind.SYMBOLIC_LINK);
    }

    @Test
    void whiteoutsHideWhatIsBelowAndNothingElse() {
        FileTree tree = tree("a/", "a/x", "a/y", "b/", "b/z", "c");
        List<Node> layer = new ArrayList<>();
        for (String name : List.of("a/", "a/.wh.x", "a/n", "b/", "b/.wh..wh..opq", "b/new", ".wh.c", "c/", "c/inside")) {
            layer.add(node(name));
        }
        tree.stack(layer);
        assertThat(tree.below("").keySet()).containsExactly("a", "a/n", "a/y", "b", "b/new", "c", "c/inside");
    }

    @Test
    void makesAWorkingFolderOnlyWhereThereIsNone() {
        assertThat(CopyPlan.folders(image, "/bin", Optional.empty())).isEmpty();
        assertThat(CopyPlan.folders(image, "/abs/lib/app", Optional.empty()).keySet()).containsExactly("usr", "usr/lib", "usr/lib/app");
    }

    private Iterable<String> copy(List<String> sources, String target) {
        return CopyPlan.of(image, context, sources, target, PLAIN).keySet();
    }

    private static FileTree tree(String... names) {
        FileTree tree = new FileTree();
        for (String name : names) {
            Node node = node(name);
            tree.put(FileTree.clean(node.entry().name()), node);
        }
        return tree;
    }

    private static Node node(String text) {
        String[] link = text.split(" -> ");
        if (link.length == 2) {
            return new Node(TarEntry.link(link[0], link[1], 7, 7, TIME), new Content.None());
        }
        TarEntry entry = text.endsWith("/")
                ? TarEntry.folder(text, text.equals("tmp/") ? 01777 : 0755, 7, 7, TIME)
                : new TarEntry(text, Kind.FILE, 0644, 7, 7, 0, TIME, "", 0, 0, Map.of());
        return new Node(entry, new Content.None());
    }
}
