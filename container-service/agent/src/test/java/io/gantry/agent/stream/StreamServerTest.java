package io.gantry.agent.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.reconcile.Held;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.view.NodeWire;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is answered without a stream both ways: logs, figures, the size of a terminal. */
class StreamServerTest extends StreamHost {
    @Test
    void aTerminalThatIsNotThereIsNotResizedLater() throws Exception {
        hold(Held.of(ID));
        HttpClientResponse answer = send(HttpMethod.POST, CONTAINER + "/resize?rows=24&columns=80", "");
        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(body(answer)).contains("is not running");
    }

    @Test
    void aTerminalThatRunsIsResizedUnlessItHasEndedOrThatIsNoSize() throws Exception {
        hold(running());
        runtime.put("resize", () -> true);
        assertThat(send(HttpMethod.POST, CONTAINER + "/resize?rows=24&columns=80", "").statusCode()).isEqualTo(200);
        Answer wrong = text(send(HttpMethod.POST, CONTAINER + "/resize?rows=24&columns=65536", ""));
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.body()).contains("columns is a number up to 65535, got 65536");
        runtime.put("resize", () -> false);
        assertThat(send(HttpMethod.POST, CONTAINER + "/resize?rows=24&columns=80", "").statusCode()).isEqualTo(409);
    }

    @Test
    void saysWhatWentOverTheWire() throws Exception {
        assertThat(Json.read(body(send(HttpMethod.GET, "/wire", "")), NodeWire.class)).isEqualTo(WIRE);
    }

    @Test
    void aLogThatIsToldBeforeAnythingElseHappensIsWhole() throws Exception {
        hold(Held.of(ID));
        Files.createDirectories(folders.container(ID));
        Files.writeString(folders.log(ID), "2026-01-31T12:00:00.000000000Z stdout F one\n");
        for (int i = 0; i < 200; i++) {
            String told = later(HttpMethod.GET, CONTAINER + "/logs", HttpClientResponse::body).get(20, TimeUnit.SECONDS).toString();
            assertThat(told).endsWith("stdout F one\n");
        }
        assertThat(unhandled).isEmpty();
    }

    @Test
    void saysWhatANumberOfLinesIs() throws Exception {
        hold(running());
        HttpClientResponse answer = send(HttpMethod.GET, CONTAINER + "/logs?tail=x", "");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(body(answer)).contains("tail is a number of lines, or all; got 'x'");
    }

    @Test
    void whatCannotBeToldBreaksOff() throws Exception {
        hold(running());
        runtime.put("stats", () -> {
            throw new IllegalStateException("no descriptors left");
        });
        Files.createDirectories(folders.log(ID)); // which can't be read
        for (String what : List.of("/stats", "/logs")) {
            HttpClientResponse answer = send(HttpMethod.GET, CONTAINER + what, "");
            assertThat(answer.statusCode()).as(what).isEqualTo(200);
            assertThatThrownBy(() -> body(answer)).as(what).isInstanceOf(ExecutionException.class);
        }
    }
}
