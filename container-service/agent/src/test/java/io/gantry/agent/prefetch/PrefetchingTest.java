package io.gantry.agent.prefetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.image.FetchedLayers;
import io.gantry.agent.image.LayerDisk;
import io.gantry.agent.image.LayerKeeping;
import io.gantry.agent.image.WireLedger;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.spec.ImageConfig;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.DesiredRecord;
import io.gantry.contracts.state.Observed.Prefetched;
import io.gantry.contracts.state.Observed.Prefetched.State;
import io.gantry.contracts.state.StateKey;
import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.tar.TarWriter;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A registry is played: it gives blobs when it is let. */
@Timeout(30)
class PrefetchingTest {
    private static final NodeId NODE = new NodeId(Ids.of("node", Instant.EPOCH, new Random(1)));
    private static final int MARK = 85;

    @TempDir Path folder;
    private final Map<Digest, byte[]> blobs = new ConcurrentHashMap<>();
    private final List<Digest> asked = new CopyOnWriteArrayList<>();
    private final AtomicInteger atOnce = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();
    private final CountDownLatch open = new CountDownLatch(1);
    private FetchedLayers layers;
    private Prefetching prefetching;
    private double full = 50;

    @BeforeEach
    void begin() throws Exception {
        WireLedger wire = WireLedger.in(folder.resolve("wire"), Instant.EPOCH);
        layers = new FetchedLayers(this::blob, new LayerDisk(Files.createDirectories(folder.resolve("data")), new LayerKeeping(false, "")), wire, Clock.systemUTC());
        prefetching = new Prefetching(layers, () -> full, MARK, 1);
    }

    @AfterEach
    void end() {
        layers.close();
    }

    @Test
    void fetchesTheLayersOfWhatIsWantedOneAfterTheOther() throws Exception {
        ResolvedImage image = image("a", "b", "c", "d");
        prefetching.snapshot(1, 1, List.of(record("web", 1, image)));
        assertThat(prefetching.all()).containsExactly(new Prefetched("web", image.manifest(), State.COMING, null));
        open.countDown();
        await(State.HERE);
        assertThat(asked).containsExactlyElementsOf(image.layers().stream().map(ResolvedImage.Layer::blob).toList());
        assertThat(mostAtOnce).as("the other ways are for what starts").hasValue(1);
        layers.ensure(image).toCompletableFuture().join();
        assertThat(asked).as("nothing is left to be fetched").hasSize(4);
    }

    @Test
    void saysAtOnceThatOneHasComeOrCameToNothing() throws Exception {
        Semaphore said = new Semaphore(0);
        prefetching.onNews(said::release);
        ResolvedImage image = image("a");
        prefetching.snapshot(1, 1, List.of(record("web", 1, image)));
        assertThat(said.availablePermits()).as("while it comes").isZero();
        open.countDown();
        assertThat(said.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
        assertThat(prefetching.all()).extracting(Prefetched::state).containsExactly(State.HERE);
    }

    @Test
    void isToldAgainAndFetchesNothingTwice() throws Exception {
        open.countDown();
        ResolvedImage image = image("a");
        prefetching.snapshot(1, 1, List.of(record("web", 1, image)));
        await(State.HERE);
        prefetching.snapshot(1, 2, List.of(record("web", 1, image)));
        prefetching.look();
        assertThat(asked).hasSize(1);
        Prefetching next = new Prefetching(layers, () -> full, MARK, 1);
        next.snapshot(1, 3, List.of(record("web", 1, image)));
        assertThat(next.all()).as("what the next agent says at once").containsExactly(new Prefetched("web", image.manifest(), State.HERE, null, true));
        assertThat(asked).hasSize(1);
    }

    @Test
    void aFullDiskIsSaidAndFilledNoFurtherUntilThereIsRoom() throws Exception {
        open.countDown();
        full = 91;
        ResolvedImage image = image("a");
        prefetching.snapshot(1, 1, List.of(record("web", 1, image)));
        assertThat(prefetching.all()).containsExactly(new Prefetched("web", image.manifest(), State.NO_ROOM, "its disk is full to 91 %, and images are fetched ahead up to 85 %"));
        prefetching.look();
        assertThat(asked).isEmpty();
        full = 80;
        prefetching.look();
        await(State.HERE);
    }

    @Test
    void whatCannotBeFetchedIsSaidAndTriedAgain() throws Exception {
        open.countDown();
        ResolvedImage image = image("a");
        byte[] blob = blobs.remove(image.layers().getFirst().blob());
        prefetching.snapshot(1, 1, List.of(record("web", 1, image)));
        assertThat(await(State.FAILED).why()).isEqualTo("layer " + image.layers().getFirst().diffId() + ": no such blob");
        blobs.put(image.layers().getFirst().blob(), blob);
        prefetching.look();
        await(State.HERE);
    }

    @Test
    void anotherRevisionTakesThePlaceOfTheFirstAndItsEndIsForgotten() throws Exception {
        open.countDown();
        ResolvedImage second = image("b");
        prefetching.snapshot(1, 1, List.of(record("web", 1, image("a"))));
        await(State.HERE);
        prefetching.change(1, record("web", 2, second));
        await(State.HERE);
        assertThat(prefetching.all()).containsExactly(new Prefetched("web", second.manifest(), State.HERE, null));
        prefetching.change(1, new DesiredRecord(new StateKey(NODE, "prefetch", "web"), 3, 1, null));
        assertThat(prefetching.all()).isEmpty();
    }

    private Prefetched await(State state) throws InterruptedException {
        while (prefetching.all().stream().anyMatch(one -> one.state() != state)) {
            Thread.sleep(5);
        }
        return prefetching.all().getFirst();
    }

    private InputStream blob(Digest blob) throws IOException {
        asked.add(blob);
        mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
        try {
            if (!open.await(20, TimeUnit.SECONDS)) {
                throw new IOException("nobody opened it");
            }
            // long enough for another one to be asked for meanwhile
            Thread.sleep(20);
            if (!blobs.containsKey(blob)) {
                throw new IOException("no such blob");
            }
            return new ByteArrayInputStream(blobs.get(blob));
        } catch (InterruptedException e) {
            throw new IOException(e);
        } finally {
            atOnce.decrementAndGet();
        }
    }

    private static DesiredRecord record(String id, long version, ResolvedImage image) {
        return new DesiredRecord(new StateKey(NODE, "prefetch", id), version, 1, new Desired.Prefetch(id, image));
    }

    private ResolvedImage image(String... names) throws Exception {
        List<ResolvedImage.Layer> all = new CopyOnWriteArrayList<>();
        for (String name : names) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (TarWriter tar = new TarWriter(out)) {
                tar.add(TarEntry.folder(name, 0755, 0, 0, Instant.EPOCH));
            }
            Digest digest = Digest.ofHex(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(out.toByteArray())));
            blobs.put(digest, out.toByteArray());
            all.add(new ResolvedImage.Layer(digest, digest, new Bytes(out.size()), "application/vnd.oci.image.layer.v1.tar"));
        }
        return new ResolvedImage(ImageRef.parse("x"), all.getLast().diffId(), all.getLast().diffId(), ImageConfig.EMPTY, all, "amd64", Bytes.ZERO, Instant.EPOCH);
    }
}
