package io.gantry.gateway.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.check.fuzz.Dice;
import io.gantry.check.fuzz.Footprint;
import io.gantry.check.raw.RawConnection;
import io.gantry.contracts.envelope.Json;
import io.gantry.gateway.docker.schema.MobySchema;
import io.gantry.gateway.fixture.DockerSocket;
import io.gantry.gateway.fixture.PlayedPlatform;
import io.gantry.kit.fixture.BackboneForTests;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** Docker's API by the letter of its published description, and beside it. {@code -Dgantry.fuzz.seed=N} for other requests. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
@QuarkusTestResource(PlayedPlatform.class)
class DockerFuzzIT {
    private static final int COUNT = 1500;
    private static final Pattern HEAD = Pattern.compile("^HTTP/1\\.[01] (\\d{3}) .*", Pattern.DOTALL);
    private static final Pattern INSIDE = Pattern.compile("\\b(?:io\\.gantry|java|jakarta|com\\.fasterxml|io\\.vertx|io\\.netty)\\.[a-z]|\\w+Exception\\b|\\bURLDecoder\\b|For input string");

    /** To make or join one where there is one is answered by 503, as Docker describes it. */
    private static final Pattern IN_A_SWARM = Pattern.compile("^POST (?:/v[0-9.]+)?/swarm/(?:init|join)\\b");

    @ConfigProperty(name = "gantry.docker.socket")
    Path socket;

    @Test
    void whateverIsSentIsAnsweredInDockersWayAndLeavesNothing() throws Exception {
        DockerSocket docker = new DockerSocket(socket);
        Set<String> there = names(docker);
        String id = docker.send("POST", "/containers/create?name=fuzzed", "{\"Image\": \"busy\", \"Cmd\": [\"sleep\", \"30\"]}").json().path("Id").asText();
        DockerRequest requests = new DockerRequest(MobySchema.load(), new Dice(Dice.seed()), List.of(id, "fuzzed", id.substring(0, 12)));
        List<String> found = new ArrayList<>();
        Map<Integer, Integer> statuses = new TreeMap<>();
        send(requests, 100, found, statuses);
        Footprint before = Footprint.ofThis();
        send(requests, COUNT * Dice.factor(), found, statuses);
        System.out.println("fuzzed with -Dgantry.fuzz.seed=" + Dice.seed() + ", answered with " + statuses);
        assertThat(found).as("with -Dgantry.fuzz.seed=" + Dice.seed()).isEmpty();
        Footprint.returnsTo(ProcessHandle.current().pid(), before, 16, Duration.ofSeconds(20));
        assertThat(docker.get("/version").status()).isEqualTo(200);
        Set<String> made = names(docker);
        made.removeAll(there);
        for (String path : made) {
            assertThat(docker.send("DELETE", path + "?force=1", "").status()).as(path).isLessThan(300);
        }
        assertThat(statuses).containsKeys(200, 201, 400, 404, 501);
    }

    /** Paths of all that is there. */
    private static Set<String> names(DockerSocket docker) throws IOException {
        Set<String> all = new TreeSet<>();
        for (String kind : new String[] {"services", "secrets", "configs"}) {
            docker.get("/" + kind).json().forEach(one -> all.add("/" + kind + "/" + one.path("ID").asText()));
        }
        docker.get("/containers/json?all=1").json().forEach(one -> all.add("/containers/" + one.path("Id").asText()));
        docker.get("/networks").json().forEach(one -> all.add("/networks/" + one.path("Id").asText()));
        docker.get("/volumes").json().path("Volumes").forEach(one -> all.add("/volumes/" + one.path("Name").asText()));
        return all;
    }

    private void send(DockerRequest requests, int count, List<String> found, Map<Integer, Integer> statuses) throws IOException {
        for (int i = 0; i < count && found.size() < 20; i++) {
            DockerRequest.Sent sent = requests.next();
            try (RawConnection client = RawConnection.unix(socket).send(sent.bytes())) {
                String answer = client.readUntil("\r\n\r\n");
                var head = HEAD.matcher(answer);
                if (!head.matches()) {
                    found.add("#" + i + " " + sent + "\n   " + answer);
                    continue;
                }
                int status = Integer.parseInt(head.group(1));
                statuses.merge(status, 1, Integer::sum);
                String wrong = IN_A_SWARM.matcher(sent.toString()).find() && status == 503 ? null : wrong(status, status < 400 ? answer : client.readAll(), sent.method());
                if (wrong != null) {
                    found.add("#" + i + " " + sent + "\n   " + wrong);
                }
            } catch (AssertionError silence) {
                found.add("#" + i + " " + sent + "\n   " + silence.getMessage());
            }
        }
    }

    private static String wrong(int status, String answer, String method) {
        if (status == 500 || status > 501) {
            return answer;
        }
        if (INSIDE.matcher(answer).find()) {
            return "tells of our inside: " + answer;
        }
        if (status < 400 || method.equals("HEAD")) {
            return null;
        }
        try {
            JsonNode body = Json.mapper().readTree(new String(answer.substring(answer.indexOf("\r\n\r\n") + 4).getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
            return body instanceof ObjectNode object && object.size() == 1 && object.path("message").isTextual() && !object.path("message").asText().isEmpty() ? null : "no message: " + answer;
        } catch (JsonProcessingException e) {
            return "no JSON: " + answer;
        }
    }
}
