package io.gantry.backbone;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/**
 * {@code BackboneMain <data folder> <kafka port> <postgres port>}: runs until SIGTERM. Kafka's controller listens on the port
 * after Kafka's. Once both serve, the file {@code ready} in the data folder exists; it goes at the end.
 */
public final class BackboneMain {
    private BackboneMain() {}

    public static void main(String[] args) throws Exception {
        if (args.length != 3) {
            System.err.println("usage: BackboneMain <data folder> <kafka port> <postgres port>");
            System.exit(2);
        }
        Path data = Files.createDirectories(Path.of(args[0]).toAbsolutePath());
        int kafkaPort = Integer.parseInt(args[1]);
        int postgresPort = Integer.parseInt(args[2]);
        Path ready = data.resolve("ready");
        Files.deleteIfExists(ready);
        Instant begun = Instant.now();
        Secrets secrets = Secrets.readOrCreate(data.resolve("secrets.properties"));

        CompletableFuture<EmbeddedPostgreSql> postgres =
                start(() -> new EmbeddedPostgreSql(data.resolve("postgres"), postgresPort, secrets));
        CompletableFuture<EmbeddedKafka> kafka = start(() -> new EmbeddedKafka(data.resolve("kafka"), kafkaPort));
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            close(ready, kafka, postgres);
            stopped.countDown();
        }));
        CompletableFuture.allOf(postgres, kafka).join();
        Files.writeString(ready, "kafka=127.0.0.1:" + kafkaPort + "\npostgres=127.0.0.1:" + postgresPort + "\n");
        System.out.println("backbone: ready after " + Duration.between(begun, Instant.now()).toMillis() + " ms, Kafka on "
                + kafkaPort + ", PostgreSQL on " + postgresPort);
        stopped.await();
    }

    private interface Starter<T> {
        T start() throws Exception;
    }

    private static <T> CompletableFuture<T> start(Starter<T> starter) {
        CompletableFuture<T> started = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> {
            try {
                started.complete(starter.start());
            } catch (Throwable e) {
                e.printStackTrace();
                started.completeExceptionally(e);
                System.exit(1);
            }
        });
        return started;
    }

    private static void close(
            Path ready, CompletableFuture<EmbeddedKafka> kafka, CompletableFuture<EmbeddedPostgreSql> postgres) {
        try {
            Files.deleteIfExists(ready);
            if (kafka.isDone() && !kafka.isCompletedExceptionally()) {
                kafka.join().close();
            }
            if (postgres.isDone() && !postgres.isCompletedExceptionally()) {
                postgres.join().close();
            }
        } catch (Exception e) {
            e.printStackTrace();
        }
    }
}
