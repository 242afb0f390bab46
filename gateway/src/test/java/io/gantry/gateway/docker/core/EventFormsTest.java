package io.gantry.gateway.docker.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.envelope.Fact;
import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.event.DeploymentEvent;
import io.gantry.contracts.event.EndpointEvent;
import io.gantry.contracts.event.Event;
import io.gantry.contracts.event.ImageEvent;
import io.gantry.contracts.event.NetworkEvent;
import io.gantry.contracts.event.NodeEvent;
import io.gantry.contracts.event.VolumeEvent;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.id.EndpointId;
import io.gantry.contracts.id.ExecId;
import io.gantry.contracts.id.NetworkId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.id.VolumeId;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.DeploymentSpec;
import io.gantry.contracts.spec.ImageConfig;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Cidr;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.unit.Ipv4;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventFormsTest {
    private static final Instant AT = Instant.parse("2026-01-02T12:30:00.000000007Z");
    private static final ContainerId ID = new ContainerId("a".repeat(64));
    private static final NodeId NODE = new NodeId("node-01980000-0000-7000-8000-000000000001");
    private static final ExecId EXEC = new ExecId("e".repeat(64));
    private static final VolumeId VOLUME = new VolumeId("volume-01980000-0000-7000-8000-000000000001");
    private static final ImageRef TAG = ImageRef.parse("shop/web:1");
    private static final NetworkId NETWORK = new NetworkId("d".repeat(64));
    private final EventForms forms = new EventForms(Map.of(), Map.of());

    private List<DockerEvent> of(Event event) {
        return forms.of(new Fact(UUID.fromString("01980000-0000-7000-8000-000000000001"), "a-service", event.subject(), AT, null, event));
    }

    private DockerEvent one(Event event) {
        assertThat(of(event)).hasSize(1);
        return of(event).getFirst();
    }

    @Test
    void whatBecomesOfServicesAndNodesIsTold() {
        DeploymentId shop = new DeploymentId(Swarm.DEPLOYMENT);
        DeploymentSpec spec = new DeploymentSpec(1, ContainerSpec.of(TAG), null);
        DockerEvent made = one(new DeploymentEvent.Created(shop, "default", "shop", spec, 1));
        assertThat(List.of(made.type(), made.action(), made.id(), made.scope())).isEqualTo(List.of("service", "create", "0198000000007000800000000000000a", "swarm"));
        assertThat(made.attributes()).isEqualTo(Map.of("name", "shop"));
        assertThat(one(new DeploymentEvent.Scaled(shop, "shop", 3)).attributes()).isEqualTo(Map.of("name", "shop", "replicas.new", "3"));
        assertThat(one(new DeploymentEvent.RolloutFinished(shop, "shop", 2)).attributes()).containsEntry("updatestate.new", "completed");
        assertThat(one(new DeploymentEvent.Removed(shop, "default", "shop")).action()).isEqualTo("remove");
        assertThat(of(new DeploymentEvent.ContainerUnwanted(shop, ID))).isEmpty();
        DockerEvent drained = one(new NodeEvent.Drained(NODE, "n1"));
        assertThat(List.of(drained.type(), drained.action(), drained.id())).isEqualTo(List.of("node", "update", "01980000000070008000000000000001"));
        assertThat(drained.attributes()).containsEntry("availability.new", "drain");
        assertThat(drained.json().path("scope").asText()).isEqualTo("swarm");
        assertThat(EventFilters.parse("{\"type\": [\"node\"], \"scope\": [\"swarm\"], \"node\": [\"n1\"]}").wants(drained)).isTrue();
        assertThat(EventFilters.parse("{\"service\": [\"shop\"]}").wants(drained)).isFalse();
    }

    @Test
    void aFurtherCommandIsToldInThreeWithItsId() {
        List<String> command = List.of("sh", "-c", "echo hi");
        assertThat(one(new ContainerEvent.ExecCreated(ID, NODE, EXEC, command)).action()).isEqualTo("exec_create: sh -c echo hi");
        assertThat(one(new ContainerEvent.ExecStarted(ID, NODE, EXEC, command)).action()).isEqualTo("exec_start: sh -c echo hi");
        DockerEvent end = one(new ContainerEvent.ExecEnded(ID, NODE, EXEC, 3));
        assertThat(end.action()).isEqualTo("exec_die");
        assertThat(end.attributes()).containsExactlyInAnyOrderEntriesOf(Map.of("execID", EXEC.value(), "exitCode", "3"));
    }

    @Test
    void whoWasKilledForMemoryComesBeforeTheEnd() {
        var exited = new ContainerEvent.Exited(
                ID, NODE, new Owner.Person(), 1, 137, Observed.ExitReason.OUT_OF_MEMORY, AT, new Observed.OutOfMemory(1, 5, "java"));
        assertThat(of(exited)).extracting(DockerEvent::action).containsExactly("oom", "die");
    }

    @Test
    void stopsRestartsAndSizesHaveDockersWords() {
        assertThat(one(new ContainerEvent.Stopped(ID, NODE, 1)).action()).isEqualTo("stop");
        assertThat(one(new ContainerEvent.Restarted(ID, NODE, 2)).action()).isEqualTo("restart");
        assertThat(one(new ContainerEvent.Resized(ID, NODE, 24, 80)).attributes()).isEqualTo(Map.of("height", "24", "width", "80"));
    }

    @Test
    void aVolumeIsToldByItsNameAndOnlyWhereDockerHasAWord() {
        assertThat(one(new VolumeEvent.Created(VOLUME, "default", "data", Map.of()))).isEqualTo(
                new DockerEvent("volume", "create", "data", Map.of("driver", "local"), AT));
        assertThat(one(new VolumeEvent.Mounted(VOLUME, "default", "data", ID, "/data", true)).attributes())
                .containsEntry("container", ID.value()).containsEntry("destination", "/data").containsEntry("read/write", "false");
        assertThat(one(new VolumeEvent.Unmounted(VOLUME, "default", "data", ID)).action()).isEqualTo("unmount");
        assertThat(one(new VolumeEvent.Removed(VOLUME, "default", "data")).action()).isEqualTo("destroy");
        assertThat(of(new VolumeEvent.Settled(VOLUME, "default", "data", NODE, "n1"))).isEmpty();
    }

    @Test
    void aNetworksNameIsLearntFromWhoeverTellsIt() {
        var released = new EndpointEvent.Released(new EndpointId("c".repeat(64)), ID, NETWORK, Ipv4.parse("10.1.0.2"));
        assertThat(one(released).attributes()).doesNotContainKey("name");
        one(new NetworkEvent.Created(NETWORK, "default", "back", Cidr.parse("10.1.0.0/24")));
        DockerEvent told = one(released);
        assertThat(told.action()).isEqualTo("disconnect");
        assertThat(told.attributes()).containsEntry("name", "back").containsEntry("container", ID.value());
        assertThat(of(new EndpointEvent.PortsMoved(new EndpointId("c".repeat(64)), ID, List.of()))).as("it stays where it is").isEmpty();
        assertThat(of(new EndpointEvent.ConnectRefused(ID, "back", ProblemType.CONFLICT, "taken", null))).isEmpty();
    }

    @Test
    void whatTheGatewayAloneSeesHasDockersWords() {
        Digest made = Digest.ofHex("cd".repeat(32));
        assertThat(one(new ContainerEvent.Attached(ID)).action()).isEqualTo("attach");
        assertThat(one(new ContainerEvent.Detached(ID)).action()).isEqualTo("detach");
        assertThat(one(new ContainerEvent.ProcessesListed(ID)).action()).isEqualTo("top");
        assertThat(one(new ContainerEvent.Exported(ID)).action()).isEqualTo("export");
        assertThat(one(new ContainerEvent.CopiedFrom(ID, "/etc")).action()).isEqualTo("archive-path");
        assertThat(one(new ContainerEvent.CopiedInto(ID, "/etc")).action()).isEqualTo("extract-to-dir");
        assertThat(one(new ContainerEvent.ExecDetached(ID, EXEC)).action()).isEqualTo("exec_detach");
        assertThat(one(new ContainerEvent.ExecDetached(ID, EXEC)).attributes()).isEqualTo(Map.of("execID", EXEC.value()));
        assertThat(one(new ContainerEvent.Committed(ID, made, List.of(TAG), null))).satisfies(event -> {
            assertThat(event.action()).isEqualTo("commit");
            assertThat(event.attributes()).isEqualTo(Map.of("comment", "", "imageID", made.value(), "imageRef", "shop/web:1"));
        });
        assertThat(one(new VolumeEvent.Pruned(2, new Bytes(4096)))).isEqualTo(new DockerEvent("volume", "prune", "", Map.of("reclaimed", "4096"), AT));
    }

    @Test
    void whoDisturbsItIsNamedInAWordOfOurOwn() {
        var by = List.of(new Observed.Disturber(new ContainerId("b".repeat(64)), "batch", 71.2), new Observed.Disturber(null, "", 4.4));
        DockerEvent told = one(new ContainerEvent.Disturbed(ID, NODE, Observed.Awaited.IO, 43.1, 2001, by));
        assertThat(told.action()).isEqualTo("disturbed");
        assertThat(told.attributes()).isEqualTo(Map.of("resource", "io", "percent", "43", "by", "batch 71%, the host 4%"));
    }

    @Test
    void anImageGoesByItsIdWhichIsLearntFromWhoeverTellsIt() {
        Digest manifest = Digest.ofHex("ab".repeat(32));
        Digest id = Digest.ofHex("ef".repeat(32));
        var config = new ImageConfig(null, null, null, null, null, null, Map.of("team", "a"), null, null, null);
        var image = new ResolvedImage(TAG, manifest, id, config, List.of(), "amd64", Bytes.ZERO, AT);
        assertThat(one(new ImageEvent.Deleted(TAG, manifest)).id()).as("before it is known").isEqualTo(manifest.value());
        assertThat(of(new ImageEvent.Stored(TAG, image))).isEmpty();
        assertThat(one(new ImageEvent.Untagged(TAG, manifest))).isEqualTo(new DockerEvent("image", "untag", id.value(), Map.of("name", "shop/web:1"), AT));
        assertThat(one(new ImageEvent.Tagged(TAG, image, null)))
                .isEqualTo(new DockerEvent("image", "tag", id.value(), Map.of("name", "shop/web:1", "team", "a"), AT));
        assertThat(one(new ImageEvent.Pulled(TAG))).isEqualTo(new DockerEvent("image", "pull", "shop/web:1", Map.of("name", "shop/web"), AT));
        assertThat(one(new ImageEvent.Pushed(TAG))).isEqualTo(new DockerEvent("image", "push", "shop/web:1", Map.of("name", "shop/web"), AT));
        assertThat(one(new ImageEvent.Loaded(TAG, manifest))).isEqualTo(new DockerEvent("image", "load", id.value(), Map.of("name", id.value()), AT));
        assertThat(one(new ImageEvent.Saved(TAG, manifest))).isEqualTo(new DockerEvent("image", "save", id.value(), Map.of("name", id.value()), AT));
        assertThat(one(new ImageEvent.Imported(TAG, manifest))).isEqualTo(new DockerEvent("image", "import", id.value(), Map.of("name", id.value()), AT));
        assertThat(of(new ImageEvent.Deleted(TAG, manifest))).containsExactly(new DockerEvent("image", "delete", id.value(), Map.of("name", id.value()), AT));
    }

    @Test
    void anImagesLineHasItsIdForOldClientsToo() {
        assertThat(one(new ImageEvent.Pulled(TAG)).json()).hasToString(
                "{\"status\":\"pull\",\"id\":\"shop/web:1\",\"Type\":\"image\",\"Action\":\"pull\",\"Actor\":{\"ID\":\"shop/web:1\",\"Attributes\":{\"name\":\"shop/web\"}},\"scope\":\"local\",\"time\":1767357000,\"timeNano\":1767357000000000007}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{\"type\": [\"image\"]} | true", "{\"image\": [\"shop/web\"]} | true", "{\"image\": [\"shop/web:1\"]} | true", "{\"image\": [\"sha256:abab\"]} | true",
        "{\"image\": [\"shop/we\"]} | false", "{\"label\": [\"team=a\"]} | true", "{\"label\": [\"team=b\"]} | false", "{\"event\": [\"tag\"]} | true",
        "{\"container\": [\"shop/web:1\"]} | false"
    })
    void filtersChooseImagesToo(String filters, boolean wanted) {
        DockerEvent event = new DockerEvent("image", "tag", "sha256:" + "ab".repeat(32), Map.of("name", "shop/web:1", "team", "a"), AT);
        assertThat(EventFilters.parse(filters).wants(event)).isEqualTo(wanted);
    }

    @Test
    void theLineIsDockersToTheNanosecond() {
        assertThat(one(new ContainerEvent.Paused(ID, NODE)).json()).hasToString(
                "{\"status\":\"pause\",\"id\":\"%1$s\",\"Type\":\"container\",\"Action\":\"pause\",\"Actor\":{\"ID\":\"%1$s\",\"Attributes\":{}},\"scope\":\"local\",\"time\":1767357000,\"timeNano\":1767357000000000007}"
                        .formatted(ID));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{\"event\": [\"exec_create\"]} | true", "{\"event\": {\"exec_create: ls -l\": true}} | true", "{\"event\": [\"exec\"]} | false",
        "{\"type\": [\"volume\", \"container\"]} | true", "{\"type\": [\"volume\"]} | false", "{\"container\": [\"web\"]} | true",
        "{\"container\": [\"aaaa\"]} | true", "{\"container\": [\"we\"]} | false", "{\"image\": [\"shop/web\"]} | true",
        "{\"image\": [\"shop/web:1\"]} | true", "{\"image\": [\"shop/we\"]} | false", "{\"label\": [\"tier=front\", \"team\"]} | true",
        "{\"label\": [\"tier=front\", \"none\"]} | false", "{\"volume\": [\"web\"]} | false", "{\"scope\": [\"swarm\"]} | false", "{} | true"
    })
    void filtersChooseAsDockersDo(String filters, boolean wanted) {
        Map<String, String> attributes = Map.of("name", "web", "image", "shop/web:1", "tier", "front", "team", "a", "execID", "e");
        DockerEvent event = new DockerEvent("container", "exec_create: ls -l", ID.value(), attributes, AT);
        assertThat(EventFilters.parse(filters).wants(event)).isEqualTo(wanted);
    }

    @Test
    void aFilterThatIsNotKnownIsRefusedByName() {
        assertThatThrownBy(() -> EventFilters.parse("{\"colour\": [\"x\"]}")).isInstanceOf(DockerRefusal.class).hasMessage("invalid filter 'colour'");
    }

    @Test
    void whatIsOnlyOfOthersIsNotHere() {
        DockerEvent event = new DockerEvent("container", "start", ID.value(), Map.of("name", "web"), AT);
        assertThat(EventFilters.parse("{\"service\": [\"web\"]}").wants(event)).isFalse();
        assertThat(EventFilters.parse("{\"daemon\": [\"web\"]}").wants(event)).isFalse();
    }
}
