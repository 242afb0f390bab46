package io.gantry.gateway.docker.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.gateway.docker.schema.MobySchema;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What we know of Docker's API is what its published description says of 1.41, and what has come since. */
class DockerApiTest {
    private static final MobySchema MOBY = MobySchema.load();

    @Test
    void hasEveryOperationAndNoOther() {
        Set<String> ours = DockerApi.all().stream().map(DockerApi.Operation::name).collect(Collectors.toSet());
        Set<String> published = new HashSet<>(MOBY.operations().keySet());
        assertThat(ours).containsAll(published);
        ours.removeAll(published);
        assertThat(ours).as("come since").containsExactlyInAnyOrder("PUT /volumes/{name}");
    }

    @Test
    void hasEveryParameterOfWhatIsHere() {
        Map<String, Set<String>> published = MOBY.operations();
        for (DockerApi.Operation operation : DockerApi.all()) {
            if (operation.here()) {
                assertThat(published.get(operation.name())).as(operation.name()).allMatch(operation::knows);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /containers/json, size, 1, 47, false", "GET, /containers/json, size, 0, 47, false", "GET, /containers/json, size, , 47, false",
        "GET, /containers/json, unicorn, 1, 47, false", "GET, /containers/a/json, size, true, 24, false", "POST, /containers/a/start, checkpoint, one, 47, true", "POST, /containers/a/stop, signal, HUP, 42, false",
        "POST, /containers/a/stop, signal, HUP, 41, false", "POST, /containers/a/restart, signal, HUP, 47, false", "DELETE, /containers/a, link, 1, 47, true",
        "DELETE, /containers/a, force, 1, 47, false", "GET, /images/json, manifests, 1, 47, true", "PUT, /containers/a/archive, copyUIDGID, true, 47, false"
    })
    void whatCannotBeFollowedIsRefusedByName(String method, String path, String parameter, String value, int minor, boolean refused) {
        DockerApi.Operation operation = DockerApi.find(method, path).orElseThrow();
        if (refused) {
            assertThatThrownBy(() -> operation.check(parameter, value, minor))
                    .isInstanceOfSatisfying(DockerRefusal.class, no -> assertThat(no.status()).isEqualTo(501))
                    .hasMessageStartingWith("the parameter " + parameter + " is not supported yet: ");
        } else {
            assertThatCode(() -> operation.check(parameter, value == null ? "" : value, minor)).doesNotThrowAnyException();
        }
    }

    @Test
    void whatDockerHasNotIsNoPage() {
        assertThat(DockerApi.find("GET", "/unicorns")).isEmpty();
        assertThat(DockerApi.find("PUT", "/containers/json")).isEmpty();
        assertThat(DockerApi.find("GET", "/images/shop/web:1/json").orElseThrow().name()).isEqualTo("GET /images/{name}/json");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "POST /containers/create | Create | ", "POST /containers/create HostConfig | Host | Annotations", "POST /containers/{id}/update | Update | ",
        "POST /containers/{id}/exec | Exec | ConsoleSize", "POST /exec/{id}/start | ExecStart | ConsoleSize", "POST /volumes/create | VolumeCreate | ClusterVolumeSpec",
        "POST /networks/create | NetworkCreate | ConfigFrom ConfigOnly Scope", "POST /networks/{id}/connect | NetworkConnect | ",
        "POST /networks/{id}/disconnect | NetworkDisconnect | ", "POST /commit | Container | ", "POST /services/create | Service | ",
        "POST /services/create TaskTemplate | Task | ", "POST /services/create Mode | Mode | ", "POST /services/create UpdateConfig | Rollout | ",
        "POST /services/create RollbackConfig | Rollout | ", "POST /services/create EndpointSpec | Published | ", "POST /nodes/{id}/update | Node | ",
        "POST /secrets/create | Secret | ", "POST /configs/create | Config | "
    })
    void hasEveryFieldOfABodyAndNoOther(String where, String ours, String since) {
        String[] words = where.split(" ");
        JsonNode body = MOBY.body(words[0], words[1]);
        JsonNode schema = words.length == 3 ? MOBY.field(body, words[2]) : body;
        Set<String> expected = new TreeSet<>(MOBY.fields(schema));
        if (since != null) {
            expected.addAll(Set.of(since.split(" ")));
        }
        assertThat(KnownFields.named(ours).names()).containsExactlyInAnyOrderElementsOf(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "Mount | Mount | ", "HealthConfig | Health | StartInterval", "RestartPolicy | Restart | ", "DeviceMapping | Device | ", "ThrottleDevice | Rate | ",
        "EndpointIPAMConfig | Addresses | ", "PortBinding | Port | ", "IPAM | Ipam | ", "TaskSpec ContainerSpec | TaskContainer | OomScoreAdj",
        "TaskSpec RestartPolicy | TaskRestart | ", "TaskSpec Placement | Placement | ", "TaskSpec LogDriver | LogDriver | ", "TaskSpec Resources | Requirements | ",
        "TaskSpec ContainerSpec Privileges | Privileges | Seccomp AppArmor NoNewPrivileges", "TaskSpec ContainerSpec DNSConfig | DnsConfig | ",
        "Limit | Limit | ", "ResourceObject | Reserved | ", "NetworkAttachmentConfig | Attachment | ", "EndpointPortConfig | PublishedPort | "
    })
    void hasEveryFieldOfAnObjectAndNoOther(String theirs, String ours, String since) {
        JsonNode schema = MOBY.definition(theirs.split(" ")[0]);
        for (String field : theirs.split(" ")) {
            schema = field.equals(theirs.split(" ")[0]) ? schema : MOBY.field(schema, field);
        }
        Set<String> expected = new TreeSet<>(MOBY.fields(schema));
        if (since != null) {
            expected.addAll(Set.of(since.split(" ")));
        }
        assertThat(KnownFields.named(ours).names()).containsExactlyInAnyOrderElementsOf(expected);
    }

    /** What the daemon tells of an endpoint is said by clients that copy it, and means nothing. */
    @Test
    void ofAnEndpointThatIsKnownWhichSomebodyCanChoose() {
        Set<String> told = Set.of(
                "NetworkID", "EndpointID", "Gateway", "IPAddress", "IPPrefixLen", "IPv6Gateway", "GlobalIPv6Address", "GlobalIPv6PrefixLen");
        Set<String> chosen = new TreeSet<>(MOBY.fields(MOBY.definition("EndpointSettings")));
        chosen.removeAll(told);
        assertThat(KnownFields.named("Endpoint").names()).containsExactlyInAnyOrderElementsOf(chosen);
    }
}
