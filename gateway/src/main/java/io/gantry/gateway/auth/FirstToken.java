package io.gantry.gateway.auth;

import io.gantry.contracts.id.Ids;
import io.gantry.contracts.view.TokenView;
import io.gantry.kit.outbox.OwnContext;
import io.gantry.kit.time.World;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.annotation.PostConstruct;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The token that everything else begins with: what {@code gantry.token.file} holds is valid. If the file doesn't exist it is made,
 * readable by its owner alone.
 */
@Singleton
@Startup
class FirstToken {
    private static final String PRINCIPAL = "owner";
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private final Path file;
    private final TokenStore store;
    private final World world;
    private final Vertx vertx;
    private final RandomGenerator random = new SecureRandom();

    @Inject
    FirstToken(@ConfigProperty(name = "gantry.token.file") Path file, TokenStore store, World world, Vertx vertx) {
        this.file = file;
        this.store = store;
        this.world = world;
        this.vertx = vertx;
    }

    /** The token is in PostgreSQL before anybody can read it from the file. */
    @PostConstruct
    void provide() {
        try {
            if (!Files.exists(file)) {
                Secret made = Secret.random(random);
                keep(made);
                write(made);
            }
            keep(new Secret(Files.readString(file).strip()));
        } catch (IOException e) {
            throw new UncheckedIOException("can't provide the first token in " + file, e);
        }
    }

    private void keep(Secret secret) {
        TokenView view = new TokenView(Ids.uuid7(world.now(), world.random()).toString(), PRINCIPAL, null, world.now(), null, null, null);
        Uni.createFrom()
                .completionStage(OwnContext.run(vertx.getOrCreateContext(), () -> store.keep(secret, view, true)))
                .await()
                .atMost(DEADLINE);
    }

    private void write(Secret secret) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path part = Files.createTempFile(
                file.toAbsolutePath().getParent(), ".token", ".part", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            Files.writeString(part, secret.value() + "\n", StandardOpenOption.WRITE);
            Files.createLink(file, part);
        } catch (FileAlreadyExistsException anotherReplicaWasFaster) {
            // its token is as good
        } finally {
            Files.delete(part);
        }
    }
}
