package io.gantry.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.e2e.observe.Expect;
import io.gantry.e2e.stage.Stage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** image-service is killed while it takes bytes, and while it removes them: what was pushed is whole, what broke off is pushed again, and nothing is left of it. */
interface KilledRegistry {
    /** Of a blob that is under way, and of the part of it that came before the kill. */
    int SIZE = 16 << 20;
    int CAME = 6 << 20;
    int CHUNK = 4 << 20;
    int ORPHANS = 1000;
    Duration PATIENCE = Duration.ofSeconds(60);

    Stage stage();

    @Test
    default void aPushThatAKillBrokeOffIsMadeAgainOrGoesOnAndNothingIsLeftOfIt() throws Exception {
        byte[] first = noise(SIZE);
        Halted whole = halted("POST", "/v2/killed/push/blobs/uploads/?digest=" + digest(first), first, CAME);
        awaitBytes("uploads", CAME / 2);
        killAndStart();
        assertThat(whole.status()).as("a push in one request").isNotEqualTo(201);
        awaitNothing("uploads");
        assertThat(send("HEAD", "/v2/killed/push/blobs/" + digest(first), BodyPublishers.noBody()).statusCode()).isEqualTo(404);
        assertThat(send("POST", "/v2/killed/push/blobs/uploads/?digest=" + digest(first), BodyPublishers.ofByteArray(first)).statusCode()).isEqualTo(201);

        byte[] second = noise(SIZE);
        String upload = send("POST", "/v2/killed/push/blobs/uploads/", BodyPublishers.noBody()).headers().firstValue("Location").orElseThrow();
        assertThat(send("PATCH", upload, BodyPublishers.ofByteArray(second, 0, CHUNK)).statusCode()).isEqualTo(202);
        Halted chunk = halted("PATCH", upload, Arrays.copyOfRange(second, CHUNK, SIZE), CAME);
        awaitBytes("uploads", CHUNK + CAME / 2);
        killAndStart();
        assertThat(chunk.status()).as("a chunk").isNotEqualTo(202);
        String range = send("GET", upload, BodyPublishers.noBody()).headers().firstValue("Range").orElseThrow();
        int there = Integer.parseInt(range.substring(2)) + 1;
        assertThat(there).as("what came stays").isBetween(CHUNK + 1, CHUNK + CAME);
        assertThat(send("PATCH", upload, BodyPublishers.ofByteArray(second, there, SIZE - there)).statusCode()).isEqualTo(202);
        assertThat(send("PUT", upload + "?digest=" + digest(second), BodyPublishers.noBody()).statusCode()).isEqualTo(201);

        Halted archive = halted("POST", "/api/v1/archives", tar(noise(SIZE)), CAME);
        awaitBytes("loads", CAME / 2);
        killAndStart();
        archive.status();
        for (byte[] each : List.of(first, second)) {
            assertThat(send("GET", "/v2/killed/push/blobs/" + digest(each), BodyPublishers.noBody()).body()).isEqualTo(each);
        }
        for (String folder : List.of("uploads", "loads", "builds", "removed")) {
            awaitNothing(folder);
        }
    }

    @Test
    default void aCollectionThatIsKilledLeavesWhatIsNamedWholeAndTheNextOneEndsIt() throws Exception {
        List<byte[]> kept = Stream.generate(() -> noise(1000)).limit(20).toList();
        for (byte[] each : kept) {
            push("killed/kept", each);
        }
        assertThat(send("PUT", "/v2/killed/kept/manifests/1", BodyPublishers.ofString(artifact(kept)), "application/vnd.oci.image.manifest.v1+json").statusCode()).isEqualTo(201);
        int inTheMiddle = 0;
        for (int round = 0; round < 2; round++) {
            List<byte[]> orphans = Stream.generate(() -> noise(1000)).limit(ORPHANS).toList();
            for (byte[] each : orphans) {
                push("killed/orphans", each);
            }
            CompletableFuture<Integer> collection = CompletableFuture.supplyAsync(this::collect);
            int many = ORPHANS / (round + 2);
            // it takes no longer than one would wait between two looks
            while (stillThere(orphans) >= many && !collection.isDone()) {
                Thread.onSpinWait();
            }
            killAndStart();
            collection.join();
            int left = stillThere(orphans);
            inTheMiddle += left > 0 && left < ORPHANS ? 1 : 0;
            for (byte[] each : orphans) {
                HttpResponse<byte[]> seen = send("GET", "/v2/killed/orphans/blobs/" + digest(each), BodyPublishers.noBody());
                assertThat(seen.statusCode()).as("round " + round).isIn(200, 404);
                assertThat(seen.statusCode() == 404 || Arrays.equals(seen.body(), each)).as("what the repository has is whole").isTrue();
            }
            awaitNothing("removed");
            assertThat(collect()).isEqualTo(200);
            assertThat(collect()).isEqualTo(200);
            assertThat(stillThere(orphans)).as("what was left in round " + round).isZero();
            for (byte[] each : kept) {
                assertThat(send("GET", "/v2/killed/kept/blobs/" + digest(each), BodyPublishers.noBody()).body()).isEqualTo(each);
            }
        }
        assertThat(inTheMiddle).as("kills in the middle of a collection").isPositive();
    }

    private void killAndStart() {
        stage().gantry("service", "kill", "image-service");
        stage().gantry("service", "start", "image-service");
    }

    /** @return the answer's status; 0 for none */
    private int collect() {
        return stage().rest().status("POST", "/images/gc?grace=PT0S", null);
    }

    private void push(String repository, byte[] blob) throws IOException, InterruptedException {
        assertThat(send("POST", "/v2/" + repository + "/blobs/uploads/?digest=" + digest(blob), BodyPublishers.ofByteArray(blob)).statusCode()).isEqualTo(201);
    }

    /** A request whose body has stopped. */
    record Halted(CompletableFuture<Integer> answer, CountDownLatch end) {
        /** Whoever sends it gives up. @return the answer's status; 0 for none */
        int status() {
            end.countDown();
            return answer.join();
        }
    }

    /** @param after so many bytes of its body it stops */
    private Halted halted(String method, String path, byte[] body, int after) {
        CountDownLatch end = new CountDownLatch(1);
        InputStream stops = new InputStream() {
            private int at;

            @Override
            public int read() {
                throw new UnsupportedOperationException("read by pieces");
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                if (at == after) {
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    throw new IOException("whoever sends it has given up");
                }
                int count = Math.min(length, after - at);
                System.arraycopy(body, at, into, offset, count);
                at += count;
                return count;
            }
        };
        HttpRequest request = request(path).method(method, BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> stops), body.length)).build();
        CompletableFuture<Integer> answer = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()
                .sendAsync(request, BodyHandlers.discarding())
                .handle((given, _) -> given == null ? 0 : given.statusCode());
        return new Halted(answer, end);
    }

    private HttpResponse<byte[]> send(String method, String path, BodyPublisher body) throws IOException, InterruptedException {
        return send(method, path, body, "application/octet-stream");
    }

    private HttpResponse<byte[]> send(String method, String path, BodyPublisher body, String type) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            return http.send(request(path).header("Content-Type", type).method(method, body).build(), BodyHandlers.ofByteArray());
        }
    }

    private HttpRequest.Builder request(String path) {
        String basic = Base64.getEncoder().encodeToString(("gantry:" + stage().rest().token()).getBytes());
        boolean api = path.startsWith("/api");
        return HttpRequest.newBuilder(URI.create(stage().url()).resolve(path)).header("Authorization", api ? "Bearer " + stage().rest().token() : "Basic " + basic);
    }

    private int stillThere(List<byte[]> blobs) {
        return (int) blobs.stream().map(KilledRegistry::digest).filter(each -> Files.exists(folder("blobs/sha256").resolve(each.substring(7, 9)).resolve(each.substring(7)))).count();
    }

    private Path folder(String name) {
        return stage().home().resolve("data/images").resolve(name);
    }

    private void awaitBytes(String folder, long count) {
        Expect.eventually(PATIENCE, () -> {
            long bytes = files(folder).stream().mapToLong(each -> each.toFile().length()).sum();
            Expect.that(bytes >= count, "only " + bytes + " bytes came to " + folder);
            return bytes;
        });
    }

    private void awaitNothing(String folder) {
        Expect.eventually(PATIENCE, () -> {
            List<Path> left = files(folder);
            Expect.that(left.isEmpty(), "in " + folder + " there are " + left);
            return left;
        });
    }

    /** All below a folder that may not be there. */
    private List<Path> files(String folder) {
        if (Files.notExists(folder(folder))) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(folder(folder))) {
            return all.filter(each -> !each.equals(folder(folder))).toList();
        } catch (IOException | UncheckedIOException changing) {
            return List.of(folder(folder));
        }
    }

    private static byte[] noise(int size) {
        byte[] noise = new byte[size];
        new Random().nextBytes(noise);
        return noise;
    }

    private static String artifact(List<byte[]> blobs) {
        List<String> layers = new ArrayList<>();
        blobs.forEach(each -> layers.add(descriptor(each)));
        return "{\"schemaVersion\":2,\"config\":" + descriptor(blobs.getFirst()) + ",\"layers\":" + layers + "}";
    }

    private static String descriptor(byte[] blob) {
        return "{\"mediaType\":\"application/x-noise\",\"digest\":\"" + digest(blob) + "\",\"size\":" + blob.length + "}";
    }

    /** Of one file with these bytes, as POSIX ustar has it (pax(1), "ustar Interchange Format"); without its end. */
    private static byte[] tar(byte[] content) {
        byte[] archive = new byte[512 + content.length];
        Map.of(0, "blobs", 100, "0000644\0", 108, "0000000\0", 116, "0000000\0", 124, "%011o\0".formatted(content.length), 136, "00000000000\0", 148, "        ", 156, "0", 257, "ustar\00000")
                .forEach((at, text) -> System.arraycopy(text.getBytes(), 0, archive, at, text.length()));
        int sum = 0;
        for (int i = 0; i < 512; i++) {
            sum += archive[i];
        }
        System.arraycopy("%06o\0 ".formatted(sum).getBytes(), 0, archive, 148, 8);
        System.arraycopy(content, 0, archive, 512, content.length);
        return archive;
    }

    private static String digest(byte[] bytes) {
        try {
            return "sha256:" + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
