package io.gantry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code gantry logs} of a deployment. */
@Timeout(60)
class ReplicaLogsTest {
    private static final String ONE = "1a".repeat(32);
    private static final String TWO = "2b".repeat(32);
    private static final String EVENT = "id: 1\ndata: {}\n\n";
    private static final String NONE = "{\"type\":\"https://gantry.io/problems/not-found\",\"status\":404,\"detail\":\"there is no container shop\"}";

    @AutoClose private final FakePlatform platform = new FakePlatform();

    private static String replica(String id, String name, int run) {
        return "{\"id\":\"" + id + "\",\"name\":\"" + name + "\",\"state\":\"RUNNING\",\"run\":" + run + ",\"spec\":{\"image\":\"web:1\"}}";
    }

    private static String items(String... items) {
        return "{\"items\":[" + String.join(",", items) + "]}";
    }

    private static String log(String id) {
        return "GET /api/v1/containers/" + id + "/logs";
    }

    private static String at(int second, String text) {
        return "2026-01-31T12:00:%02d.000000000Z %s\n".formatted(second, text);
    }

    private FakePlatform shop() {
        return platform.refuses("GET /api/v1/containers/shop/logs", 404, NONE).answers("GET /api/v1/deployments/shop", "{\"name\":\"shop\"}");
    }

    @Test
    void theLinesOfAllAreInTheOrderOfTime() {
        shop().answers("GET /api/v1/containers", items(replica(TWO, "shop-2", 1), replica(ONE, "shop-1", 1)))
                .answers(log(ONE), at(1, "a") + at(3, "c d"))
                .answers(log(TWO), at(2, "b") + at(4, ""));

        assertThat(platform.run("logs", "-n", "5", "shop")).isEqualTo(new FakePlatform.Ended(0, "shop-1 | a\nshop-2 | b\nshop-1 | c d\nshop-2 | \n", ""));
        assertThat(platform.asked()).extracting(FakePlatform.Asked::target)
                .contains("/api/v1/containers?all=true&deployment=shop", "/api/v1/containers/" + ONE + "/logs?follow=false&tail=5&timestamps=true");
        assertThat(platform.run("logs", "-t", "shop").out()).startsWith("shop-1 | " + at(1, "a"));
    }

    @Test
    void replicasThatComeLaterAndFurtherRunsAreFollowed() throws Exception {
        BlockingQueue<String> events = platform.streams("GET /api/v1/events");
        BlockingQueue<String> one = platform.streams(log(ONE));
        shop().answers("GET /api/v1/containers", items(replica(ONE, "shop-1", 1)));

        CompletableFuture<FakePlatform.Ended> following = CompletableFuture.supplyAsync(() -> platform.run("logs", "-f", "shop"));
        one.put(at(1, "first run"));
        one.put("");
        platform.awaitAsked(log(ONE).substring(4), 1);
        platform.answers("GET /api/v1/containers", items(replica(ONE, "shop-1", 2), replica(TWO, "shop-2", 1))).answers(log(TWO), at(2, "later"));
        events.put(EVENT);
        // a log is told from its beginning each time: what was told isn't told again
        one.put(at(1, "first run") + at(3, "second run"));
        one.put("");
        platform.awaitAsked(log(ONE).substring(4), 2);
        platform.awaitAsked(log(TWO).substring(4), 1);
        platform.refuses("GET /api/v1/deployments/shop", 404, NONE);
        events.put(EVENT);

        FakePlatform.Ended ended = following.join();
        assertThat(ended.code()).isZero();
        assertThat(ended.out().lines()).containsExactlyInAnyOrder("shop-1 | first run", "shop-2 | later", "shop-1 | second run");
    }

    @Test
    void whatIsNeitherContainerNorDeploymentIsSaidToBeNoContainer() {
        platform.refuses("GET /api/v1/containers/shop/logs", 404, NONE).refuses("GET /api/v1/deployments/shop", 404, NONE);

        assertThat(platform.run("logs", "shop")).isEqualTo(new FakePlatform.Ended(1, "", "gantry: there is no container shop\n"));
    }
}
