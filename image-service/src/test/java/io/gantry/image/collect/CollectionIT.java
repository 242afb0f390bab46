package io.gantry.image.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agroal.api.AgroalDataSource;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.view.CollectionView;
import io.gantry.contracts.view.CollectionView.Reason;
import io.gantry.contracts.view.ImageUse;
import io.gantry.contracts.view.Items;
import io.gantry.image.collect.Collector.Wanted;
import io.gantry.image.content.BlobFiles;
import io.gantry.image.content.BlobPaths;
import io.gantry.image.content.BlobWriter;
import io.gantry.image.content.Sha512;
import io.gantry.image.fixture.ImageServiceTest;
import io.gantry.image.fixture.ImagesOverRest;
import io.gantry.image.fixture.SampleImage;
import io.gantry.kit.fixture.Tables;
import io.gantry.kit.problem.Refused;
import io.quarkus.agroal.DataSource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Collections beside pushes, mounts and pulls, and such as end in the middle. */
@QuarkusTest
class CollectionIT extends ImageServiceTest {
    private static final Wanted AT_ONCE = new Wanted(false, Duration.ZERO, true, true);
    private static final Wanted IN_GENERAL = new Wanted(false, Duration.ofHours(1), false, false);

    /** In the place of a kill: nothing after it is done. */
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @Inject Collector collector;
    @Inject FullDisk disk;
    @Inject BlobPaths paths;
    @Inject BlobFiles files;

    @Inject
    @DataSource("image")
    AgroalDataSource jdbc;

    @ConfigProperty(name = "gantry.test.uses")
    Path uses;

    @AfterEach
    void nothingIsInUse() throws Exception {
        Files.deleteIfExists(uses.resolve("container-service"));
        Files.deleteIfExists(uses.resolve("scheduler-service"));
    }

    @Test
    void whatNoNameLeadsToIsGoneAfterTwoCollectionsWithItsBytes() throws Exception {
        SampleImage old = SampleImage.of(Map.of("which", "old"));
        SampleImage fresh = SampleImage.of(Map.of("which", "fresh"));
        registry.push("moved/on", "latest", old);
        registry.push("moved/on", "latest", fresh);
        CollectionView first = collector.collect(AT_ONCE);
        assertThat(first.manifests()).extracting(CollectionView.Gone::digest).contains(old.digest()).doesNotContain(fresh.digest());
        assertThat(registry.send("GET", "/v2/moved/on/manifests/" + old.digest()).statusCode()).isEqualTo(404);
        assertThat(Files.exists(paths.blob(BlobWriter.digestOf(old.layer())))).isTrue();
        CollectionView second = collector.collect(AT_ONCE);
        assertThat(second.blobs()).extracting(CollectionView.Gone::digest).contains(BlobWriter.digestOf(old.layer()), old.id());
        assertThat(second.freed().value()).isGreaterThanOrEqualTo(old.layer().length);
        assertThat(Files.exists(paths.blob(BlobWriter.digestOf(old.layer())))).isFalse();
        assertThat(paths.removed()).isEmptyDirectory();
        assertThat(registry.send("GET", "/v2/moved/on/blobs/" + BlobWriter.digestOf(fresh.layer())).body()).isEqualTo(fresh.layer());
    }

    @Test
    void aDryRunSaysTheSameAndRemovesNothing() throws Exception {
        collector.collect(AT_ONCE);
        collector.collect(AT_ONCE);
        SampleImage image = SampleImage.of(Map.of("dry", "run"));
        registry.push("dry/run", "1", image);
        registry.send("DELETE", "/v2/dry/run/manifests/" + image.digest());
        ImagesOverRest rest = new ImagesOverRest(service, token.header());
        CollectionView asked = Json.read(new String(rest.post("images/gc?dryRun=true&grace=PT0S&details=true", Map.of()).body()), CollectionView.class);
        assertThat(asked.dryRun()).isTrue();
        assertThat(asked.blobs()).extracting(CollectionView.Gone::digest).containsExactlyInAnyOrder(BlobWriter.digestOf(image.layer()), image.id());
        assertThat(asked.details()).allMatch(each -> each.reason() != Reason.WAITS);
        assertThat(Files.exists(paths.blob(image.id()))).isTrue();
        CollectionView usual = Json.read(new String(rest.post("images/gc", Map.of()).body()), CollectionView.class);
        assertThat(usual.blobs()).isEmpty();
        assertThat(usual.waiting()).extracting(CollectionView.Waiting::digest).contains(image.id());
        assertThat(usual.waiting().getFirst().goes()).isBetween(Instant.now().plus(Duration.ofMinutes(50)), Instant.now().plus(Duration.ofHours(1)));
        CollectionView done = Json.read(new String(rest.post("images/gc?grace=PT0S", Map.of()).body()), CollectionView.class);
        assertThat(done.blobs()).extracting(CollectionView.Gone::digest).containsExactlyInAnyOrderElementsOf(asked.blobs().stream().map(CollectionView.Gone::digest).toList());
        assertThat(done.freed()).isEqualTo(asked.freed());
        HttpResponse<byte[]> bad = rest.post("images/gc?grace=soon", Map.of());
        assertThat(bad.statusCode()).isEqualTo(400);
        assertThat(new String(bad.body())).contains("grace is 'soon'", "PT1H");
    }

    @Test
    void whatIsInUseStaysThoughItsImageWasDeleted() throws Exception {
        SampleImage running = SampleImage.of(Map.of("in", "use"));
        SampleImage former = SampleImage.of(Map.of("to", "go back to"));
        registry.push("used/web", "1", running);
        registry.push("used/web", "2", former);
        registry.push("used/web", "2", running);
        registry.send("DELETE", "/v2/used/web/manifests/" + running.digest());
        say("container-service", new ImageUse("container web", running.digest(), List.of(running.id(), BlobWriter.digestOf(running.layer()))));
        say("scheduler-service", new ImageUse("deployment web, revision 1", former.digest(), List.of(former.id(), BlobWriter.digestOf(former.layer()))));
        collector.collect(AT_ONCE);
        CollectionView report = collector.collect(AT_ONCE);
        assertThat(report.details())
                .filteredOn(each -> each.digest().equals(running.id()) || each.digest().equals(former.digest()))
                .extracting(CollectionView.Detail::reason, CollectionView.Detail::by)
                .containsExactlyInAnyOrder(org.assertj.core.groups.Tuple.tuple(Reason.IN_USE, "container web"), org.assertj.core.groups.Tuple.tuple(Reason.IN_USE, "deployment web, revision 1"));
        assertThat(Files.readAllBytes(paths.blob(BlobWriter.digestOf(running.layer())))).isEqualTo(running.layer());
        assertThat(registry.send("GET", "/v2/used/web/manifests/" + former.digest()).body()).isEqualTo(former.manifest());
        nothingIsInUse();
        collector.collect(AT_ONCE);
        collector.collect(AT_ONCE);
        assertThat(Files.exists(paths.blob(running.id()))).isFalse();
        assertThat(Files.exists(paths.blob(former.id()))).isFalse();
    }

    @Test
    void withoutKnowingWhatIsInUseNothingGoes() throws Exception {
        PushedImage orphan = PushedImage.of("nobody knows");
        registry.pushBlob("unknown/use", orphan.blobs().getLast());
        Files.writeString(uses.resolve("scheduler-service"), "");
        assertThatThrownBy(() -> collector.collect(AT_ONCE)).isInstanceOf(Refused.class).hasMessageContaining("nothing was removed: scheduler-service doesn't say");
        assertThat(Files.exists(paths.blob(BlobWriter.digestOf(orphan.blobs().getLast())))).isTrue();
    }

    @Test
    void everyPushThatIsAcceptedIsWholeWhateverIsCollectedMeanwhile() throws Exception {
        Pushers pushers = new Pushers(Duration.ofSeconds(20));
        AtomicInteger collections = new AtomicInteger();
        AtomicInteger removed = new AtomicInteger();
        pushers.run(() -> {
            CollectionView done = collector.collect(AT_ONCE);
            collections.incrementAndGet();
            removed.addAndGet(done.blobs().size());
        });
        assertThat(pushers.flaws).isEmpty();
        assertThat(pushers.accepted.get()).as("accepted").isGreaterThan(20);
        assertThat(collections.get()).as("collections").isGreaterThan(5);
        assertThat(removed.get()).as("blobs removed meanwhile").isGreaterThan(5);
        assertThat(dangling()).isEmpty();
        System.out.printf("%d pushes accepted, %d refused, %d collections removed %d blobs%n", pushers.accepted.get(), pushers.refused.get(), collections.get(), removed.get());
    }

    @Test
    void noPushIsRefusedOnAccountOfACollectionThatLeavesTimeForIt() throws Exception {
        Pushers pushers = new Pushers(Duration.ofSeconds(8));
        pushers.run(() -> collector.collect(IN_GENERAL));
        assertThat(pushers.flaws).isEmpty();
        assertThat(pushers.refused.get()).isZero();
        assertThat(pushers.accepted.get()).isGreaterThan(20);
    }

    /** Each time something comes to be needed that was about to go: the collection has looked, and hasn't removed it yet. */
    @Test
    void whatComesToBeNeededBetweenLookingAndRemovingStays() throws Exception {
        for (String moment : List.of("manifest", "link", "file")) {
            PushedImage image = PushedImage.of("late " + moment, "later " + moment);
            String repository = "late/" + moment;
            image.push(registry, repository, image.digest().value(), "none", new Random(1));
            if (!moment.equals("manifest")) {
                registry.send("DELETE", "/v2/" + repository + "/manifests/" + image.digest());
            }
            if (moment.equals("file")) {
                image.blobs().forEach(blob -> unlink(repository, blob));
            }
            AtomicBoolean pushed = new AtomicBoolean();
            collector.collect(AT_ONCE, step -> {
                if (step.startsWith(moment) && !pushed.getAndSet(true)) {
                    assertThat(push(image, repository, "now").statusCode()).isEqualTo(201);
                }
            });
            assertThat(pushed).as(moment).isTrue();
            assertThat(image.flaw(registry, repository, "now")).as(moment).isEmpty();
            collector.collect(AT_ONCE);
            assertThat(image.flaw(registry, repository, "now")).as(moment).isEmpty();
        }
        assertThat(dangling()).isEmpty();
    }

    /** What a collector does that looks and then removes: the test above would find it. */
    @Test
    void withoutLookingAgainAPushIsBroken() throws Exception {
        PushedImage image = PushedImage.of("looked at once");
        image.blobs().forEach(blob -> pushBlob("looked/once", blob));
        List<BlobFiles.Found> unneeded = files.all().stream()
                .filter(each -> Tables.rows(jdbc, "select part from manifest_part where part = '" + each.digest() + "'").isEmpty())
                .filter(each -> image.blobs().stream().anyMatch(blob -> BlobWriter.digestOf(blob).equals(each.digest())))
                .toList();
        assertThat(push(image, "looked/once", "1").statusCode()).isEqualTo(201);
        for (BlobFiles.Found each : unneeded) {
            Files.delete(paths.blob(each.digest()));
        }
        assertThat(image.flaw(registry, "looked/once", "1")).startsWith("blob ");
        assertThat(dangling()).isNotEmpty();
        image.blobs().forEach(blob -> pushBlob("looked/once", blob));
        assertThat(image.flaw(registry, "looked/once", "1")).isEmpty();
    }

    @Test
    void whereverACollectionIsKilledNothingIsBrokenAndTheNextOneEndsIt() throws Exception {
        collector.collect(AT_ONCE);
        collector.collect(AT_ONCE);
        PushedImage stays = PushedImage.of("stays", "shared");
        assertThat(push(stays, "killed/stays", "1").statusCode()).isEqualTo(201);
        boolean more = true;
        int kills = 0;
        while (more) {
            PushedImage goes = PushedImage.of("goes " + kills, "shared");
            push(goes, "killed/goes", goes.digest().value());
            PushedImage orphan = PushedImage.of("orphan " + kills);
            registry.pushBlob("killed/goes", orphan.blobs().getLast());
            AtomicInteger left = new AtomicInteger(kills);
            more = false;
            try {
                collector.collect(AT_ONCE, _ -> {
                    if (left.getAndDecrement() == 0) {
                        throw new Killed();
                    }
                });
            } catch (Killed e) {
                more = true;
                kills++;
            }
            assertThat(dangling()).as("after step " + kills).isEmpty();
            assertThat(stays.flaw(registry, "killed/stays", "1")).as("after step " + kills).isEmpty();
            collector.collect(AT_ONCE);
            collector.collect(AT_ONCE);
            assertThat(Files.exists(paths.blob(BlobWriter.digestOf(goes.blobs().get(1))))).as("after step " + kills).isFalse();
            assertThat(Files.exists(paths.blob(BlobWriter.digestOf(orphan.blobs().getLast())))).as("after step " + kills).isFalse();
            assertThat(paths.removed()).isEmptyDirectory();
        }
        assertThat(kills).isGreaterThanOrEqualTo(5);
    }

    @Test
    void anotherNameIsForgottenWithWhatItMeansAndLeadsToItUntilThen() throws Exception {
        byte[] blob = "known by sha512".getBytes();
        byte[] config = "{}".getBytes();
        String repository = "/v2/other/names";
        for (byte[] each : List.of(blob, config)) {
            assertThat(registry.send("POST", repository + "/blobs/uploads/?digest=" + Sha512.of(each), each).statusCode()).isEqualTo(201);
        }
        byte[] manifest = ("{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"config\":" + descriptor(config) + ",\"layers\":[" + descriptor(blob) + "]}").getBytes();
        byte[] about = ("{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":[],\"subject\":" + descriptor(manifest) + "}").getBytes();
        assertThat(registry.send("PUT", repository + "/manifests/" + Sha512.of(manifest), manifest).statusCode()).isEqualTo(201);
        assertThat(registry.send("PUT", repository + "/manifests/named", manifest).statusCode()).isEqualTo(201);
        assertThat(registry.send("PUT", repository + "/manifests/" + BlobWriter.digestOf(about), about).statusCode()).isEqualTo(201);
        collector.collect(AT_ONCE);
        collector.collect(AT_ONCE);
        assertThat(registry.send("GET", repository + "/manifests/" + Sha512.of(manifest)).body()).isEqualTo(manifest);
        assertThat(registry.send("GET", repository + "/blobs/" + Sha512.of(blob)).body()).isEqualTo(blob);
        assertThat(registry.send("GET", repository + "/manifests/" + BlobWriter.digestOf(about)).body()).isEqualTo(about);

        assertThat(registry.send("DELETE", repository + "/manifests/" + Sha512.of(manifest)).statusCode()).isEqualTo(202);
        collector.collect(AT_ONCE);
        collector.collect(AT_ONCE);
        assertThat(registry.send("GET", repository + "/manifests/" + BlobWriter.digestOf(about)).statusCode()).isEqualTo(404);
        assertThat(Files.exists(paths.blob(BlobWriter.digestOf(blob)))).isFalse();
        assertThat(Tables.rows(jdbc, "select other from other_name where other in ('" + Sha512.of(manifest) + "', '" + Sha512.of(blob) + "')")).isEmpty();
    }

    private static String descriptor(byte[] of) {
        return "{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar\",\"digest\":\"" + Sha512.of(of) + "\",\"size\":" + of.length + "}";
    }

    @Test
    void whatAKilledServiceLeftInUploadsGoes() throws Exception {
        Path left = paths.upload("left-by-a-kill");
        Files.write(left, new byte[10]);
        collector.collect(IN_GENERAL);
        assertThat(left).exists();
        Files.setLastModifiedTime(left, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
        collector.collect(IN_GENERAL);
        assertThat(left).doesNotExist();
    }

    @Test
    void itCollectsByItselfOnlyFromTheMarkOn() throws Exception {
        assertThat(files.percentTaken()).isBetween(0, 100);
        assertThat(disk.look()).isEqualTo(files.percentTaken() >= 80);
    }

    private void say(String service, ImageUse... all) throws Exception {
        Files.writeString(uses.resolve(service), Json.write(new Items<>(List.of(all))));
    }

    private HttpResponse<byte[]> push(PushedImage image, String repository, String tag) {
        try {
            return image.push(registry, repository, tag, "nowhere", new Random(3));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void pushBlob(String repository, byte[] blob) {
        try {
            registry.pushBlob(repository, blob);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void unlink(String repository, byte[] blob) {
        try {
            assertThat(registry.send("DELETE", "/v2/" + repository + "/blobs/" + BlobWriter.digestOf(blob)).statusCode()).isEqualTo(202);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Blobs that a repository says it has, without bytes. */
    private List<String> dangling() {
        return Tables.rows(jdbc, "select digest from repository_blob").stream().filter(digest -> !Files.exists(paths.blob(new Digest(digest)))).toList();
    }

    /** Clients that push images of few blobs in common, look whether what was accepted is whole, and let it go. */
    private final class Pushers {
        private static final int CLIENTS = 4;
        private static final int LAYERS = 30;
        private final Queue<String> flaws = new ConcurrentLinkedQueue<>();
        private final AtomicInteger accepted = new AtomicInteger();
        private final AtomicInteger refused = new AtomicInteger();
        private final Instant end;

        Pushers(Duration time) {
            end = Instant.now().plus(time);
        }

        interface Work {
            void once() throws Exception;
        }

        void run(Work meanwhile) throws Exception {
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<?>> all = new ArrayList<>();
                for (int i = 0; i < CLIENTS; i++) {
                    int client = i;
                    all.add(threads.submit(() -> client(client)));
                }
                while (Instant.now().isBefore(end)) {
                    meanwhile.once();
                }
                for (Future<?> each : all) {
                    each.get();
                }
            }
        }

        private Void client(int number) throws Exception {
            Random random = new Random(number);
            while (Instant.now().isBefore(end)) {
                String[] layers = random.ints(3, 0, LAYERS).distinct().mapToObj(one -> "layer " + one).toArray(String[]::new);
                PushedImage image = PushedImage.of(layers);
                String repository = "many/r" + random.nextInt(2);
                String tag = "client" + number;
                HttpResponse<byte[]> answer = image.push(registry, repository, tag, "many/r" + random.nextInt(2), random);
                if (answer.statusCode() == 201) {
                    accepted.incrementAndGet();
                    String flaw = image.flaw(registry, repository, tag);
                    if (!flaw.isEmpty()) {
                        flaws.add(flaw);
                    }
                } else if (answer.statusCode() == 404 && new String(answer.body()).contains("BLOB_UNKNOWN")) {
                    refused.incrementAndGet();
                } else {
                    flaws.add("push: " + answer.statusCode() + " " + new String(answer.body()));
                }
                if (random.nextBoolean()) {
                    registry.send("DELETE", "/v2/" + repository + "/manifests/" + tag);
                }
            }
            return null;
        }
    }
}
