package io.gantry.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.envelope.Fact;
import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.event.DeploymentEvent;
import io.gantry.contracts.event.RuleEvent;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.kit.fixture.BackboneForTests;
import io.gantry.kit.fixture.Tables;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
class ReplayIT extends SchedulerScene {
    @Test
    void replayingEveryTopicFromTheStartChangesNothing() throws Exception {
        String image = "shop/replay-" + run;
        push(image, "1");
        deploy("replay-" + run, image + ":1", 2);
        assertThat(get("/deployments/replay-" + run + "?wait=steady&timeout=PT30S").path("status").asText()).isEqualTo("STEADY");
        Map<String, Object> before = content();
        List<Fact> all = history();
        int heard = hosts.seen().size();
        all.forEach(hosts::say);
        // each partition is in order: once something new said behind the history has its effect, the history has been handled
        for (int i = 0; i < 40; i++) {
            ContainerId marker = new ContainerId(Ids.hex64(RANDOM));
            hosts.say(requested(marker, "marker", "nowhere"));
            hosts.await(ContainerEvent.Unplaceable.class, event -> event.id().equals(marker));
        }
        ResolvedImage marker = push(image, "marker");
        deploy("marker-" + run, image + ":marker", 0);
        assertThat(content()).isEqualTo(before);
        assertThat(List.copyOf(hosts.seen()).stream().skip(heard))
                .filteredOn(fact -> all.stream().noneMatch(old -> old.id().equals(fact.id())))
                .extracting(Fact::event)
                .noneMatch(event -> event instanceof ContainerEvent.Placed || event instanceof DeploymentEvent.ContainerWanted
                        || event instanceof DeploymentEvent.ContainerUnwanted || event instanceof RuleEvent.Ran);
        assertThat(marker).isNotNull();
    }

    /** Everything that was ever said on the topics this service consumes. */
    private List<Fact> history() {
        List<Fact> facts = new ArrayList<>();
        try (KafkaConsumer<String, String> reader = kafka.reader()) {
            List<TopicPartition> partitions = List.of(Topics.CONTAINER, Topics.IMAGE, Topics.ENDPOINT).stream()
                    .flatMap(topic -> IntStream.range(0, Topics.FACT_PARTITIONS).mapToObj(i -> new TopicPartition(topic, i)))
                    .toList();
            reader.assign(partitions);
            reader.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = reader.endOffsets(partitions);
            while (partitions.stream().anyMatch(partition -> reader.position(partition) < ends.get(partition))) {
                reader.poll(Duration.ofSeconds(1)).forEach(record -> facts.add(Fact.fromJson(record.value())));
            }
        }
        return facts;
    }

    /** The state tables, without what the test itself adds behind the replay. */
    private Map<String, Object> content() throws SQLException {
        Map<String, Object> content = new TreeMap<>();
        Map<String, String> queries = Map.of(
                "node", "select id || state || epoch || drained || version from node where name like '%" + run + "'",
                "waiting", "select container from waiting",
                "proposal", "select deployment from proposal",
                "reservation", "select container || node || active || halting from reservation",
                "image", "select reference || md5(resolved) from image where reference not like '%:marker' and reference not like '%@%'",
                "deployment", "select id || body from deployment where name not like 'marker-%'",
                "replica", "select container || body from replica",
                "rule_run", "select rule || trigger || outcome from rule_run");
        for (var query : queries.entrySet()) {
            content.put(query.getKey(), Tables.rows(jdbc, query.getValue() + " order by 1"));
        }
        return content;
    }
}
