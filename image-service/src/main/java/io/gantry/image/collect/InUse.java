package io.gantry.image.collect;

import com.fasterxml.jackson.databind.JavaType;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.view.ImageUse;
import io.gantry.contracts.view.Items;
import io.gantry.kit.auth.ServiceToken;
import io.gantry.kit.problem.Refused;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What people run, or could go back to: asked of those who know, at the moment at which it matters. Waits; not for event loops. */
@Singleton
public class InUse {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private final ServiceToken token;
    private final URI containers;
    private final URI deployments;

    @Inject
    InUse(
            ServiceToken token,
            @ConfigProperty(name = "gantry.services.container.url") URI containers,
            @ConfigProperty(name = "gantry.services.scheduler.url") URI deployments) {
        this.token = token;
        this.containers = containers;
        this.deployments = deployments;
    }

    /** @throws Refused if one of them doesn't say: then nobody knows what may go */
    public List<ImageUse> ask() throws InterruptedException {
        List<ImageUse> all = new ArrayList<>();
        try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).build()) {
            all.addAll(ask(http, containers, "container-service"));
            all.addAll(ask(http, deployments, "scheduler-service"));
        }
        return all;
    }

    private List<ImageUse> ask(HttpClient http, URI base, String service) throws InterruptedException {
        URI uri = base.resolve("/" + service + "/images-in-use");
        HttpRequest request = HttpRequest.newBuilder(uri).timeout(ANSWER).header("Authorization", token.header()).header("Accept", "application/json").build();
        try {
            HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw silent(service, "it answered with status " + answer.statusCode());
            }
            JavaType items = Json.mapper().getTypeFactory().constructParametricType(Items.class, ImageUse.class);
            return Json.mapper().<Items<ImageUse>>readValue(answer.body(), items).items();
        } catch (IOException e) {
            throw silent(service, e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
        }
    }

    private static Refused silent(String service, String why) {
        return new Refused(ProblemType.UNAVAILABLE, "nothing was removed: " + service + " doesn't say which images are in use: " + why, "try again when it answers");
    }
}
