package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RubbishTest {
    @TempDir private Path folder;

    @Test
    void whatIsTakenIsOutOfSightAtOnceAndGoneSoon() throws Exception {
        Path tree = tree("one");
        try (WatchService watch = folder.getFileSystem().newWatchService();
                Rubbish rubbish = new Rubbish(folder.resolve("rubbish"))) {
            folder.resolve("rubbish").register(watch, StandardWatchEventKinds.ENTRY_DELETE);
            rubbish.take(tree);
            assertThat(tree).doesNotExist();
            WatchKey gone = watch.poll(20, TimeUnit.SECONDS);
            assertThat(gone).as("its deletion").isNotNull();
        }
        assertThat(left()).isEmpty();
    }

    @Test
    void whatIsntThereIsNoTrouble() throws Exception {
        try (Rubbish rubbish = new Rubbish(folder.resolve("rubbish"))) {
            rubbish.take(folder.resolve("nothing"));
        }
        assertThat(left()).isEmpty();
    }

    @Test
    void whatWasLeftIsDeletedByTheNext() throws Exception {
        Files.createDirectories(folder.resolve("rubbish"));
        Files.move(tree("one"), folder.resolve("rubbish/7"));
        Files.createFile(folder.resolve("rubbish/core"));
        try (Rubbish _ = new Rubbish(folder.resolve("rubbish"))) {
            while (!left().isEmpty()) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void whatIsTakenAfterItsEndWaitsForTheNext() throws Exception {
        Path tree = tree("one");
        Rubbish rubbish = new Rubbish(folder.resolve("rubbish"));
        rubbish.close();
        rubbish.take(tree);
        assertThat(tree).doesNotExist();
        assertThat(left()).hasSize(1);
    }

    @Test
    void whoLeavesForGoodLeavesNothing() throws Exception {
        Rubbish rubbish = new Rubbish(folder.resolve("rubbish"));
        for (int i = 0; i < 50; i++) {
            rubbish.take(tree("tree" + i));
        }
        rubbish.finish();
        assertThat(folder.resolve("rubbish")).doesNotExist();
        rubbish.close();
    }

    @Test
    void whoRemovesQuickerThanTheDiskDeletesWaits() throws Exception {
        Rubbish rubbish = new Rubbish(folder.resolve("rubbish"));
        for (int i = 0; i < 3000; i++) {
            rubbish.take(Files.createDirectory(folder.resolve("tree" + i)));
            assertThat(left().size()).isLessThan(1100);
        }
        rubbish.finish();
    }

    private Path tree(String name) throws IOException {
        Path tree = Files.createDirectories(folder.resolve(name));
        IntStream.range(0, 20).forEach(i -> Trees.makeFolder(tree.resolve("a" + i).resolve("b")));
        return tree;
    }

    private List<Path> left() throws IOException {
        try (Stream<Path> found = Files.list(folder.resolve("rubbish"))) {
            return found.toList();
        }
    }
}
