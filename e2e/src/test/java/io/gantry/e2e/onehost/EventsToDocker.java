package io.gantry.e2e.onehost;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gantry.e2e.clients.Client;
import io.gantry.e2e.observe.Expect;
import io.gantry.e2e.stage.Busybox;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Everything that happens is told to the unmodified {@code docker events}, and to {@code gantry events}. */
@Client("docker")
interface EventsToDocker {
    String A_VOLUME = "docker volume create probed && docker volume rm probed";

    Shell shell();

    @Test
    default void tellsOfEverythingThatHappensToAContainer() {
        String since = Instant.now().toString();
        watch("all", "", A_VOLUME);
        shell().must("gantry network create lively-net");
        shell().must("docker run -d --name lively --network lively-net -v lively-data:/data " + Busybox.IMAGE + " sleep 1000");
        shell().must("docker exec lively true");
        assertThat(shell().run("docker exec lively sh -c 'exit 5'").code()).isEqualTo(5);
        shell().must("docker pause lively && docker unpause lively");
        shell().must("docker update --memory 64m --memory-swap 64m lively");
        shell().must("docker rename lively livelier");
        shell().must("docker kill -s WINCH livelier");
        shell().must("docker stop -t 1 livelier && docker start livelier && docker restart -t 1 livelier");
        shell().must("docker rm -f livelier");
        shell().must("docker volume rm lively-data && gantry network rm lively-net");
        List<JsonNode> told = seen("all", events -> Stream.of(
                // in order are only those of one kind
                List.of("network", "lively-net"), List.of("volume", "lively-data"), List.of("container", "livelier"))
                .allMatch(last -> happened(events, last.get(0), "destroy", event -> about(event, last.get(1)))));

        assertThat(actions(told, "container", "livel")).containsExactly(
                "create", "start", "exec_create: true", "exec_start: true", "exec_die", "exec_create: sh -c exit 5", "exec_start: sh -c exit 5", "exec_die",
                "pause", "unpause", "update", "rename", "kill", "die", "stop", "start", "die", "stop", "start", "restart", "die", "destroy");
        assertThat(actions(told, "volume", "lively-data"))
                .containsExactly("create", "mount", "unmount", "mount", "unmount", "mount", "unmount", "destroy");
        assertThat(actions(told, "network", "lively-net")).containsExactly("create", "connect", "disconnect", "destroy");
        assertThat(told).filteredOn(event -> is(event, "container", "exec_die")).extracting(event -> event.at("/Actor/Attributes/exitCode").asText())
                .containsExactly("0", "5");
        assertThat(shell().must("timeout 3 gantry events --after " + since + "; true")).contains(
                "container.exec-created", "container.exec-started", "container.exec-ended", "container.stopped", "container.restarted",
                "volume.mounted", "volume.unmounted");
    }

    @Test
    default void tellsOfSizesHealthAndMemory() {
        watch("rest", "", A_VOLUME);
        String untilSized = "sh -c 'until stty size | grep 30.100; do sleep 0.1; done'";
        shell().must("script -qfec \"stty rows 30 cols 100; docker run -t --name sized " + Busybox.IMAGE + " " + untilSized + "\" /dev/null");
        shell().must("docker run -d --name checked --health-cmd true --health-interval 200ms " + Busybox.IMAGE + " sleep 1000");
        shell().run("docker run --name eater -m 16m " + Busybox.IMAGE + " sh -c 'x=a; while :; do x=$x$x; done'");
        List<JsonNode> told = seen("rest", events -> happened(events, "container", "die", event -> about(event, "eater"))
                && happened(events, "container", "die", event -> about(event, "sized"))
                && happened(events, "container", "resize", event -> about(event, "sized"))
                && happened(events, "container", "health_status: healthy", event -> about(event, "checked")));
        assertThat(actions(told, "container", "eater")).containsSubsequence("create", "start", "oom", "die");
        assertThat(actions(told, "container", "sized")).contains("resize", "die");
        shell().must("docker rm -f sized checked eater");
    }

    @Test
    default void tellsOfWhatIsDoneFromOutsideAndOfImages() {
        watch("acts", "", A_VOLUME);
        shell().must("docker run -d --name seen " + Busybox.IMAGE + " sleep 1000 && docker top seen");
        shell().must("docker cp seen:/etc/passwd - > /dev/null && docker cp /etc/hostname seen:/ && docker export seen > /dev/null");
        shell().must("docker commit -m why seen seen/image:1 && docker pull -q seen/image:1 && gantry tag seen/image:1 seen/image:2");
        assertThat(shell().run("timeout -s KILL 2 docker attach --no-stdin --sig-proxy=false seen").code()).as("it is there until it is made to leave").isEqualTo(137);
        shell().must("gantry rmi seen/image:2 && gantry rmi $(docker images --format '{{.Repository}}@{{.Digest}}' seen/image | sort -u)");
        shell().must("docker volume create --label of=seen idle && docker volume prune -af --filter label=of=seen && docker rm -f seen");
        List<JsonNode> told = seen("acts", events -> happened(events, "container", "destroy", event -> about(event, "seen"))
                && happened(events, "volume", "prune", _ -> true)
                && happened(events, "container", "commit", commit -> happened(
                        events, "image", "delete", event -> event.at("/Actor/ID").equals(commit.at("/Actor/Attributes/imageID")))));

        assertThat(actions(told, "container", "seen"))
                .containsExactly("create", "start", "top", "archive-path", "extract-to-dir", "export", "commit", "attach", "die", "destroy");
        assertThat(told).filteredOn(event -> is(event, "container", "commit")).singleElement().satisfies(event -> {
            assertThat(event.at("/Actor/Attributes/imageRef").asText()).isEqualTo("seen/image:1");
            assertThat(event.at("/Actor/Attributes/comment").asText()).isEqualTo("why");
            assertThat(event.at("/Actor/Attributes/name").asText()).isEqualTo("seen");
            // the image goes by its id in all that is told of it
            String id = event.at("/Actor/Attributes/imageID").asText();
            assertThat(told).filteredOn(other -> other.path("Type").asText().equals("image") && other.at("/Actor/ID").asText().equals(id))
                    .extracting(other -> other.path("Action").asText()).containsExactly("tag", "tag", "untag", "untag", "delete");
        });
        assertThat(told).filteredOn(event -> is(event, "image", "pull")).singleElement()
                .satisfies(event -> assertThat(event.at("/Actor/ID").asText()).isEqualTo("seen/image:1"));
        assertThat(told).filteredOn(event -> is(event, "volume", "prune")).singleElement()
                .satisfies(event -> assertThat(event.at("/Actor/Attributes/reclaimed").asText()).matches("\\d+"));
    }

    @Test
    default void tellsThePastAgainInTheOrderOfTimeAndEnds() {
        String since = shell().must("date +%s.%N").strip();
        shell().must("docker run --rm --name past --label of=past -v past-data:/data " + Busybox.IMAGE + " true && docker run --rm --name told-last --label of=past " + Busybox.IMAGE + " true");
        shell().must("docker volume rm past-data");
        List<JsonNode> told = Expect.eventually(Duration.ofSeconds(20), () -> {
            List<JsonNode> events = past("--since " + since + " --until $(date +%s.%N)");
            Expect.that(
                    actions(events, "container", "told-last").contains("destroy") && actions(events, "volume", "past-data").contains("destroy"),
                    "all that is past is told: " + events);
            return events;
        });
        assertThat(told).extracting(event -> event.path("timeNano").asLong()).isSorted();
        assertThat(actions(told, "container", "past")).as("of one that is gone its name is learnt from its creation")
                .containsExactly("create", "attach", "start", "die", "destroy");
        assertThat(actions(told, "volume", "past-data")).containsExactly("create", "mount", "unmount", "destroy");
        long end = told.stream().filter(event -> is(event, "container", "die") && about(event, "past")).findFirst().orElseThrow().path("timeNano").asLong();
        String until = "%d.%09d".formatted(end / 1_000_000_000, end % 1_000_000_000);
        assertThat(actions(past("--since " + since + " --until " + until + " --filter label=of=past"), "container", "")).last().as("it is told up to its last nanosecond").isEqualTo("die");
        assertThat(actions(past("--since 10m --until 0s --filter event=die"), "container", "told-last")).containsExactly("die");
        assertThat(shell().must("timeout 20 gantry events --since 10m --until 0s")).contains("container.attached", "volume.removed");
        assertThat(shell().run("docker events --since 1m --until 2m").err()).contains("cannot be after `until`");
    }

    private List<JsonNode> past(String span) {
        return shell().must("timeout 10 docker events --format '{{json .}}' " + span).lines().map(EventsToDocker::read).toList();
    }

    @Test
    default void filtersChooseWhatIsTold() {
        shell().must("docker run -d --name told --label told=yes " + Busybox.IMAGE + " sleep 1000 && docker run -d --name untold " + Busybox.IMAGE + " sleep 1000");
        watch("few", " --filter event=exec_die --filter label=told=yes --filter type=container", "docker exec told true");
        shell().must("docker exec untold true && ! docker exec told sh -c 'exit 7'");
        List<JsonNode> told = seen("few", events -> events.stream().anyMatch(event -> event.at("/Actor/Attributes/exitCode").asText().equals("7")));
        assertThat(told).allMatch(event -> is(event, "container", "exec_die") && about(event, "told"));
        shell().must("docker rm -f told untold");
        assertThat(shell().run("timeout 5 docker events --filter colour=red").err()).contains("invalid filter 'colour'");
    }

    /** In the background, for a while. Returns once the client was told of what {@code probe} makes happen, which is done again until then. */
    private void watch(String name, String filters, String probe) {
        String file = file(name);
        shell().must("rm -f " + file + "; (timeout 60 docker events --format '{{json .}}'" + filters + " > " + file + " 2>&1 &)");
        Expect.eventually(Duration.ofSeconds(20), () -> {
            shell().must(probe);
            Expect.that(!shell().must("cat " + file).isEmpty(), "docker events tells of: " + probe);
            return true;
        });
    }

    private static String file(String name) {
        return "/tmp/gantry-e2e-events-" + name;
    }

    private List<JsonNode> seen(String name, Predicate<List<JsonNode>> enough) {
        return Expect.eventually(Duration.ofSeconds(20), () -> {
            List<JsonNode> events = shell().must("cat " + file(name)).lines().map(EventsToDocker::read).toList();
            Expect.that(enough.test(events), "all is told: " + events);
            return events;
        });
    }

    private static JsonNode read(String line) {
        try {
            return new ObjectMapper().readTree(line);
        } catch (JsonProcessingException e) {
            throw new AssertionError(line, e);
        }
    }

    private static boolean happened(List<JsonNode> events, String type, String action, Predicate<JsonNode> which) {
        return events.stream().anyMatch(event -> is(event, type, action) && which.test(event));
    }

    private static boolean is(JsonNode event, String type, String action) {
        return event.path("Type").asText().equals(type) && event.path("Action").asText().equals(action);
    }

    private static boolean about(JsonNode event, String name) {
        return event.at("/Actor/ID").asText().startsWith(name) || event.at("/Actor/Attributes/name").asText().startsWith(name);
    }

    private static List<String> actions(List<JsonNode> events, String type, String name) {
        return events.stream().filter(event -> event.path("Type").asText().equals(type) && about(event, name)).map(event -> event.path("Action").asText()).toList();
    }
}
