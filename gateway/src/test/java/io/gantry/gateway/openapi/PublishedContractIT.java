package io.gantry.gateway.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.api.Operation;
import io.gantry.contracts.api.Operation.By;
import io.gantry.contracts.api.Operations;
import io.gantry.contracts.api.Parameter;
import io.gantry.contracts.envelope.Json;
import io.gantry.gateway.fixture.ApiClient;
import io.gantry.gateway.fixture.PlayedPlatform;
import io.gantry.kit.fixture.BackboneForTests;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** What the gateway serves by itself is in the contract, and what the contract says of it is served. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
@QuarkusTestResource(PlayedPlatform.class)
class PublishedContractIT {
    private static final String API = "/api/v1";
    /** Of the resource class in front of them. */
    private static final Set<String> RESOURCE = Set.of("GET ", "GET /version");

    @TestHTTPResource URI address;

    @ConfigProperty(name = "gantry.token.file")
    Path tokenFile;

    @Inject Router router;

    @Test
    void isTheDocumentOfTheReference() throws Exception {
        var served = new ApiClient(address.getPort(), tokenFile).get(API + "/openapi.json");
        assertThat(served.statusCode()).isEqualTo(200);
        assertThat(Json.mapper().readTree(served.body())).isEqualTo(Json.mapper().readTree(Files.readString(Path.of("../docs/reference/openapi.json"))));
    }

    @Test
    void everyRouteIsInItAndEverythingInItHasARoute() {
        Set<String> registered = router.getRoutes().stream()
                .filter(route -> route.getPath() != null && route.getPath().startsWith(API + "/") && route.getPath().length() > API.length() + 1 && route.methods() != null)
                .flatMap(PublishedContractIT::rows)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> described = Operations.all().stream()
                .filter(one -> one.by() == By.GATEWAY || one.parameters().stream().anyMatch(Parameter::door))
                .map(one -> one.method() + " " + one.path())
                .filter(row -> !RESOURCE.contains(row))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(registered).isEqualTo(described);
    }

    private static java.util.stream.Stream<String> rows(Route route) {
        return route.methods().stream().map(method -> method + " " + route.getPath().substring(API.length()).replaceAll(":(\\w+)", "{$1}"));
    }

    @Test
    void whatTheContractDoesntKnowIsRefused() throws Exception {
        var api = new ApiClient(address.getPort(), tokenFile);
        for (Operation one : Operations.all()) {
            // of a list of volumes the gateway reads nothing unless it is asked what lies in them
            if (one.by() != By.GATEWAY || one.name().equals("listVolumes")) {
                continue;
            }
            String path = API + one.path().replace("{ref}", "nobody").replace("{id}", "0a") + "?unicorn=1";
            var answer = api.http().send(api.request(path).method(one.method(), BodyPublishers.noBody()).build(), BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(one.name()).isEqualTo(400);
            if (!one.method().equals("HEAD")) {
                assertThat(answer.body()).as(one.name()).contains("/problems/invalid-field", "\"field\":\"unicorn\"");
            }
        }
    }
}
