package io.gantry.agent.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.kernel.syscall.LinuxSystemCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same of layers that are kept as images, and what only those have: mounts. */
class ImageLayerIT extends LayerIT {
    @TempDir Path images;
    private final AtomicInteger fetches = new AtomicInteger();
    private int written;

    @Override
    boolean asImages() {
        return true;
    }

    @Override
    void unpack(byte[] tar, Path into) throws IOException {
        Path image = images.resolve("image-" + written++);
        TestMounts.write(tar, image);
        TestMounts.mount(image, into);
    }

    @AfterEach
    void unmount() throws IOException {
        TestMounts.detachBelow(folder);
    }

    @Test
    void aLayerIsMountedOnceAndFoundAgainByTheNextAgent() throws Exception {
        byte[] tar = new Tar().file("a", "1").bytes();
        Layer first = only(tar, LARGE);
        assertThat(first).isInstanceOf(Layer.Image.class);
        assertThat(only(tar, LARGE)).isEqualTo(first);
        assertThat(fetches).hasValue(1);
        assertThat(TestMounts.below(folder)).containsExactly(first.path());
    }

    @Test
    void whatIsNotMountedAnyMoreIsMountedAgainWithoutBeingFetched() throws Exception {
        byte[] tar = new Tar().file("a", "1").bytes();
        TestMounts.detach(only(tar, LARGE).path());
        assertThat(only(tar, LARGE).path().resolve("a")).hasContent("1");
        assertThat(fetches).hasValue(1);
    }

    @Test
    void anImageThatWasBeingWrittenIsRemovedAtTheNextStart() throws Exception {
        byte[] tar = new Tar().file("a", "1").bytes();
        Path half = Files.createDirectories(folder.resolve("data/layers")).resolve(sha(tar).hex() + ".part");
        Files.write(half, new byte[5000]);
        assertThat(only(tar, LARGE).path().resolve("a")).hasContent("1");
        assertThat(half).doesNotExist();
    }

    @Test
    void anImageThatIsNotWholeIsFetchedAgain() throws Exception {
        byte[] tar = new Tar().file("a", "1").bytes();
        Path place = only(tar, LARGE).path();
        TestMounts.detach(place);
        Path image = place.resolveSibling(sha(tar).hex() + ".erofs");
        image.toFile().setWritable(true);
        try (FileChannel file = FileChannel.open(image, StandardOpenOption.WRITE)) {
            file.truncate(Files.size(image) - 1);
        }
        assertThat(only(tar, LARGE).path().resolve("a")).hasContent("1");
        assertThat(fetches).hasValue(2);
    }

    @Test
    void aLayerOfMoreFilesThanThereIsMemoryForIsKeptInAFolder() throws Exception {
        byte[] tar = new Tar().file("a", "1").file("b", "2").file("c", "3").bytes();
        Layer layer = only(tar, 1000);
        assertThat(layer).isEqualTo(new Layer.Folder(sha(tar), folder.resolve("data/layers/" + sha(tar).hex())));
        assertThat(layer.path().resolve("c")).hasContent("3");
        assertThat(only(tar, LARGE)).as("what is here in another form is used as it is").isEqualTo(layer);
        try (var left = Files.list(folder.resolve("data/layers"))) {
            assertThat(left).containsExactly(layer.path());
        }
    }

    @Test
    void allMountsAreTakenAwayAndTheImagesStay() throws Exception {
        byte[] tar = new Tar().file("a", "1").bytes();
        Path place = only(tar, LARGE).path();
        LayerDisk.unmountAll(new LinuxSystemCalls(), folder.resolve("data"));
        assertThat(TestMounts.below(folder)).isEmpty();
        assertThat(place).doesNotExist();
        assertThat(only(tar, LARGE).path().resolve("a")).hasContent("1");
        assertThat(fetches).hasValue(1);
    }

    /** By an agent that has just begun. */
    private Layer only(byte[] tar, long heap) throws Exception {
        byte[] blob = gzip(tar);
        ResolvedImage image = image(tar, blob);
        try (FetchedLayers store = store(
                _ -> {
                    fetches.incrementAndGet();
                    return new ByteArrayInputStream(blob);
                },
                heap)) {
            return store.ensure(image).toCompletableFuture().join().getFirst();
        }
    }
}
