package io.gantry.image.remote;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.image.ImageSettings;
import io.gantry.image.remote.core.Credentials;
import io.gantry.image.remote.core.Patience;
import io.gantry.image.remote.core.RemoteName;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.time.World;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The way to other registries. */
@Singleton
class Registries {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final int ATTEMPTS = 5;
    private static final Duration SILENCE = Duration.ofSeconds(60);
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(CONNECT).followRedirects(HttpClient.Redirect.NEVER).build();
    private final Silence silence = new Silence(SILENCE);
    private final PlainHosts plain;
    private final Optional<String> unnamed;
    private final Map<String, String> mirrors;
    private final KnownCredentials known;
    private final Patience patience;
    private final World world;

    @Inject
    Registries(ImageSettings settings, World world) {
        this.mirrors = settings.registries().mirrors();
        this.known = new KnownCredentials(settings.registries().config());
        this.patience = new Patience(ATTEMPTS, settings.registries().retryPause());
        this.world = world;
        this.plain = new PlainHosts(settings.registries().insecure().orElse(List.of()));
        this.unnamed = settings.registries().unnamed();
    }

    @PreDestroy
    void stop() {
        silence.close();
        http.shutdownNow();
    }

    /** Where an image is kept elsewhere; empty if its name says no other registry and none is asked for such names. */
    Optional<RemoteName> find(ImageRef name) {
        return RemoteName.through(mirrors, name).or(() -> RemoteName.of(name, unnamed));
    }

    /** Whether images of these names are those of another registry, had through ours. */
    boolean isMirrored(String repository) {
        int slash = repository.indexOf('/');
        return slash > 0 && mirrors.containsKey(repository.substring(0, slash));
    }

    RemoteName named(ImageRef name) {
        return find(name).orElseThrow(() -> new Refused(
                ProblemType.IMAGE_NOT_FOUND,
                name + " is not in Gantry's registry, and its name says no other",
                "push it to /v2 first, write HOST/" + name + ", or set gantry.image.registries.default"));
    }

    /** @param actions {@code pull}, or {@code pull,push} */
    RemoteRegistry open(RemoteName name, String actions, Credentials credentials) {
        return open(name.registry(), "repository:" + name.path() + ":" + actions, credentials);
    }

    RemoteRegistry open(String registry, String scope, Credentials credentials) {
        return new RemoteRegistry(http, silence, plain, registry, scope, credentials, patience, world);
    }

    /** Who we are there, if whoever asks doesn't say who they are. */
    Credentials orKnown(RemoteName name, Credentials said) {
        return said.areGiven() ? said : known.of(name.registry());
    }
}
