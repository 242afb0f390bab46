package io.gantry.image.build.step;

import com.fasterxml.jackson.databind.JavaType;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.OwnLabels;
import io.gantry.contracts.view.Items;
import io.gantry.contracts.view.VolumeView;
import io.gantry.kit.auth.ServiceToken;
import io.gantry.kit.problem.Refused;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What steps had mounted as caches: volumes, which container-service keeps. Waits; not for event loops. */
@Singleton
public class CacheVolumes {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private final ServiceToken token;
    private final URI prune;

    @Inject
    CacheVolumes(ServiceToken token, @ConfigProperty(name = "gantry.services.container.url") URI containers) {
        this.token = token;
        this.prune = containers.resolve("/container-service/volumes/prune?all=true&label=" + URLEncoder.encode(OwnLabels.BUILD_CACHE + "=true", StandardCharsets.UTF_8));
    }

    /**
     * Those that no step uses now.
     *
     * @return the names of those that are gone
     * @throws Refused if container-service doesn't do it
     */
    public List<String> remove() throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(prune).timeout(ANSWER).header("Authorization", token.header()).header("Accept", "application/json").POST(BodyPublishers.noBody()).build();
        try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).build()) {
            HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw silent("it answered with status " + answer.statusCode());
            }
            JavaType items = Json.mapper().getTypeFactory().constructParametricType(Items.class, VolumeView.class);
            return Json.mapper().<Items<VolumeView>>readValue(answer.body(), items).items().stream().map(VolumeView::name).toList();
        } catch (IOException e) {
            throw silent(e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
        }
    }

    private static Refused silent(String why) {
        return new Refused(ProblemType.UNAVAILABLE, "nothing was forgotten: container-service doesn't remove the caches of steps: " + why, "try again when it answers");
    }
}
