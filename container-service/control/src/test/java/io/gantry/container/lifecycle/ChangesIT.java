package io.gantry.container.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.agroal.api.AgroalDataSource;
import io.gantry.container.fixture.Samples;
import io.gantry.container.lifecycle.core.ContainerCommand;
import io.gantry.container.lifecycle.store.ContainerTransactions;
import io.gantry.container.lifecycle.store.Containers;
import io.gantry.container.lifecycle.store.Nodes;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.event.NodeEvent;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.view.ContainerChanges;
import io.gantry.contracts.view.ContainerView;
import io.gantry.kit.auth.ServiceToken;
import io.gantry.kit.fixture.BackboneForTests;
import io.quarkus.agroal.DataSource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a gateway is told that asks what has become of containers since it looked. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ChangesIT {
    @TestHTTPResource("/container-service/")
    URI base;

    @Inject ServiceToken token;
    @Inject Containers containers;
    @Inject ContainerTransactions transactions;
    @Inject Nodes nodes;

    @Inject
    @DataSource("container")
    AgroalDataSource jdbc;

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void whoAsksWithAMarkIsToldWhatCameAfterIt() throws Exception {
        ContainerId stays = make("stays");
        ContainerId changes = make("changes");
        ContainerId goes = make("goes");
        ContainerChanges all = since("");
        assertThat(all.whole()).isTrue();
        assertThat(ids(all)).contains(stays, changes, goes);
        String mark = settled(all.mark());
        change(changes, new ContainerCommand.Rename("changed"));
        change(goes, new ContainerCommand.Remove(true, false));
        ContainerId comes = make("comes");
        ContainerChanges later = since(mark);
        assertThat(later.whole()).isFalse();
        assertThat(ids(later)).contains(changes, comes).doesNotContain(stays, goes);
        assertThat(later.changed()).filteredOn(one -> one.container().id().equals(changes)).extracting(one -> one.container().name()).containsExactly("changed");
        assertThat(later.gone()).contains(goes);
        settled(later.mark());
        assertThat(since("").gone()).as("of what is gone nothing is said to who knows nothing").isEmpty();
    }

    @Test
    void eachIsToldAsItIsToldAlone() throws Exception {
        ContainerId id = make("told");
        change(id, new ContainerCommand.Rename("alone"));
        String among = get("container-changes").body();
        HttpResponse<String> alone = get("containers/alone");
        assertThat(among).contains("\"container\":" + alone.body() + "}");
        assertThat(Json.read(among, ContainerChanges.class).changed()).filteredOn(one -> one.container().id().equals(id)).extracting(one -> "\"" + one.version() + "\"")
                .containsExactly(alone.headers().firstValue("etag").orElseThrow());
    }

    @Test
    void theImagesOfAllThatAreNotRemovedAreInUse() throws Exception {
        ContainerId id = make("user");
        JsonNode used = Json.read(get("images-in-use").body(), JsonNode.class).path("items");
        assertThat(used.findValuesAsText("manifest")).as("each once").doesNotHaveDuplicates();
        JsonNode container = Json.read(get("containers/" + id).body(), JsonNode.class);
        assertThat(used.valueStream().filter(one -> one.path("blobs").valueStream().anyMatch(blob -> blob.equals(container.path("imageId"))))).hasSize(1);
        for (JsonNode each : Json.read(get("containers?all=true").body(), JsonNode.class).path("items")) {
            change(new ContainerId(each.path("id").asText()), new ContainerCommand.Remove(true, false));
        }
        assertThat(Json.read(get("images-in-use").body(), JsonNode.class).path("items").findValuesAsText("by")).isEmpty();
    }

    /** The numbers of transactions are in the order in which they begin to write. */
    @Test
    void whatIsCommittedLateIsNotMissed() throws Exception {
        ContainerId slow = make("slow");
        ContainerId quick = make("quick");
        String before = settled(since("").mark());
        try (Connection one = jdbc.getConnection()) {
            one.setAutoCommit(false);
            write(one, slow);
            change(quick, new ContainerCommand.Rename("quicker"));
            ContainerChanges meanwhile = since(before);
            assertThat(ids(meanwhile)).contains(quick).doesNotContain(slow);
            one.commit();
            assertThat(ids(since(meanwhile.mark()))).contains(slow);
        }
    }

    @Test
    void anotherAddressOfANodeIsAChangeOfItsContainers() throws Exception {
        NodeId node = Samples.nodeId();
        ContainerId id = make("placed");
        ready(node, "10.9.0.1");
        change(id, new ContainerCommand.Place(node, "n9", 1, Map.of()));
        ContainerChanges before = since("");
        assertThat(at(before, id).node().address()).isEqualTo(Ipv4.parse("10.9.0.1"));
        ready(node, "10.9.0.2");
        assertThat(at(since(before.mark()), id).node().address()).isEqualTo(Ipv4.parse("10.9.0.2"));
    }

    /** A number may be used again after a crash, and another PostgreSQL has its own. */
    @Test
    void aMarkOfAnotherPostgresqlStandsForNothing() throws Exception {
        ContainerId id = make("found");
        String[] mark = since("").mark().split("\\.");
        for (String other : List.of(Long.parseLong(mark[0]) + 1 + "." + mark[1], "1.99999999", "nonsense", mark[0])) {
            ContainerChanges told = since(other);
            assertThat(told.whole()).as(other).isTrue();
            assertThat(ids(told)).contains(id);
        }
    }

    /** Whoever keeps what it is told has in the end what there is, however many write meanwhile. */
    @Test
    void whoGoesAlongHasWhatThereIs() throws Exception {
        List<ContainerId> all = List.of(make("a0"), make("a1"), make("a2"), make("a3"), make("a4"), make("a5"));
        Map<ContainerId, ContainerView> known = new HashMap<>();
        String mark = "";
        try (ExecutorService writers = Executors.newFixedThreadPool(4)) {
            List<Future<?>> work = all.stream().<Future<?>>map(id -> writers.submit(() -> renameOften(id))).toList();
            boolean last;
            do {
                last = work.stream().allMatch(Future::isDone);
                mark = apply(since(mark), known);
            } while (!last);
            for (Future<?> one : work) {
                one.get();
            }
        }
        for (ContainerId id : all) {
            assertThat(known.get(id).name()).isEqualTo(containers.find(id).await().indefinitely().name()).endsWith("-29");
        }
    }

    private Void renameOften(ContainerId id) {
        for (int i = 0; i < 30; i++) {
            change(id, new ContainerCommand.Rename(id.shortForm() + "-" + i));
        }
        return null;
    }

    private static String apply(ContainerChanges changes, Map<ContainerId, ContainerView> known) {
        if (changes.whole()) {
            known.clear();
        }
        changes.changed().forEach(one -> known.put(one.container().id(), one.container()));
        changes.gone().forEach(known::remove);
        return changes.mark();
    }

    private ContainerId make(String name) {
        ContainerId id = Samples.containerId();
        ContainerSpec spec = Samples.spec("shop/changes:1");
        change(id, new ContainerCommand.Request(id, "default", name + "-" + id.shortForm(), new Owner.Person(), spec, Samples.image(spec.image()), Desired.Life.CREATED, Instant.now()));
        return id;
    }

    private void change(ContainerId id, ContainerCommand command) {
        containers.change(id, command).await().indefinitely();
    }

    private void ready(NodeId node, String address) {
        transactions.in(transaction -> nodes.apply(transaction, new NodeEvent.Ready(node, "n9", Ipv4.parse(address), 7071, 1))).await().indefinitely();
    }

    private static void write(Connection connection, ContainerId id) throws SQLException {
        try (PreparedStatement sql = connection.prepareStatement("update containers set labels = labels where id = ?")) {
            sql.setString(1, id.value());
            assertThat(sql.executeUpdate()).isEqualTo(1);
        }
    }

    /** Asks until nothing more is told; what another transaction has made uncertain is told again until that has ended. */
    private String settled(String mark) throws Exception {
        ContainerChanges told;
        String at = mark;
        do {
            told = since(at);
            assertThat(told.whole()).isFalse();
            at = told.mark();
        } while (!told.changed().isEmpty() || !told.gone().isEmpty());
        return at;
    }

    private static List<ContainerId> ids(ContainerChanges changes) {
        return changes.changed().stream().map(one -> one.container().id()).toList();
    }

    private static ContainerView at(ContainerChanges changes, ContainerId id) {
        return changes.changed().stream().map(ContainerChanges.Changed::container).filter(one -> one.id().equals(id)).findFirst().orElseThrow();
    }

    private ContainerChanges since(String mark) throws Exception {
        HttpResponse<String> answer = get("container-changes?since=" + mark);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Json.read(answer.body(), ContainerChanges.class);
    }

    private HttpResponse<String> get(String path) throws Exception {
        return http.send(HttpRequest.newBuilder(base.resolve(path)).header("Authorization", token.header()).build(), BodyHandlers.ofString());
    }
}
