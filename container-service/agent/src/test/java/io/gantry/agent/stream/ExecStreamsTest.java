package io.gantry.agent.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.runtime.StartFailure;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.spec.ExecSpec;
import io.gantry.contracts.state.Observed;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Further commands: their streams, their terminals, their ends. */
class ExecStreamsTest extends StreamHost {
    @Test
    void anExecThatFailsUnexpectedlyEnds() throws Exception {
        hold(running());
        runtime.put("exec", () -> {
            throw new IllegalStateException("no descriptors left");
        });
        String id = exec();
        Frames.Control.Exit exit = socket("/execs/" + id + "/start").get(20, TimeUnit.SECONDS);
        assertThat(exit.code()).isEqualTo(126);
        assertThat(exit.error()).as("nothing of what went wrong").matches("an unexpected error; the agent's log has it under [0-9a-f]{8}");
        assertThat(body(send(HttpMethod.GET, "/execs/" + id, ""))).contains("\"exitCode\":126");
    }

    @Test
    void anExecThatCannotBeStartedSaysWhyAndWhatToDo() throws Exception {
        hold(running());
        runtime.put("exec", () -> {
            throw new StartFailure(new Observed.Failure("execute", 2, "program 'x' was not found in the container", "check the command"), null);
        });
        assertThat(socket("/execs/" + exec() + "/start").get(20, TimeUnit.SECONDS))
                .isEqualTo(new Frames.Control.Exit(127, "execute: program 'x' was not found in the container (check the command)"));
    }

    @Test
    void anExecWhoseEndCannotBeToldEnds() throws Exception {
        hold(running());
        runtime.put("exec", EndlessExec::new);
        String id = exec();
        assertThat(socket("/execs/" + id + "/start").get(20, TimeUnit.SECONDS).code()).isEqualTo(126);
        assertThat(body(send(HttpMethod.GET, "/execs/" + id, ""))).contains("\"exitCode\":126");
    }

    @Test
    void anExecForWhichThereIsNoThreadOrClassEnds() throws Exception {
        hold(running());
        runtime.put("exec", () -> {
            throw new NoClassDefFoundError("io/gantry/Replaced");
        });
        String id = exec();
        assertThat(socket("/execs/" + id + "/start").get(20, TimeUnit.SECONDS).code()).isEqualTo(126);
        assertThat(body(send(HttpMethod.GET, "/execs/" + id, ""))).contains("\"exitCode\":126");
    }

    @Test
    void theSizeOfATerminalWaitsForACommandThatIsBeingStarted() throws Exception {
        hold(running());
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch begins = new CountDownLatch(1);
        DeafExec deaf = new DeafExec();
        runtime.put("exec", () -> {
            asked.countDown();
            begins.await();
            return deaf;
        });
        String id = exec();
        CompletableFuture<HttpClientResponse> before = later(HttpMethod.POST, "/execs/" + id + "/resize?rows=24&columns=80");
        open("/execs/" + id + "/start");
        assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<HttpClientResponse> beside = later(HttpMethod.POST, "/execs/" + id + "/resize?rows=25&columns=80");
        assertThat(body(send(HttpMethod.GET, "/execs/" + id, ""))).as("whoever asks meanwhile is answered").contains("\"running\":false");
        assertThat(before).isNotDone();
        assertThat(beside).isNotDone();
        begins.countDown();
        assertThat(before.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        assertThat(beside.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        assertThat(deaf.rows).containsExactlyInAnyOrder(24, 25);
        deaf.kill();
    }

    @Test
    void aCommandThatHasEndedOrCannotBeginHasNoSize() throws Exception {
        hold(running());
        CountDownLatch fails = new CountDownLatch(1);
        runtime.put("exec", () -> {
            fails.await();
            throw new StartFailure(new Observed.Failure("execute", 2, "program 'x' was not found in the container", ""), null);
        });
        String id = exec();
        CompletableFuture<HttpClientResponse> beside = later(HttpMethod.POST, "/execs/" + id + "/resize?rows=24&columns=80");
        CompletableFuture<Frames.Control.Exit> end = socket("/execs/" + id + "/start");
        fails.countDown();
        assertThat(end.get(20, TimeUnit.SECONDS).code()).isEqualTo(127);
        assertThat(beside.get(5, TimeUnit.SECONDS).statusCode()).isEqualTo(409);
        Answer after = text(send(HttpMethod.POST, "/execs/" + id + "/resize?rows=24&columns=80", ""));
        assertThat(after.status()).isEqualTo(409);
        assertThat(after.body()).contains("exec " + id.substring(0, 12) + " is not running");
        assertThat(text(send(HttpMethod.POST, "/execs/" + "f".repeat(64) + "/resize?rows=24&columns=80", "")).status()).isEqualTo(404);
    }

    @Test
    void longCommandsTakeNoMoreMemoryThanTheyMay() throws Exception {
        hold(running());
        runtime.put("exec", EndlessExec::new);
        String order = Json.write(new ExecSpec(List.of("true", "x".repeat(900_000)), Map.of(), null, null, false, false));
        String first = (String) Json.read(body(send(HttpMethod.POST, CONTAINER + "/execs", order)), Map.class).get("id");
        for (int i = 1; i < 18; i++) {
            assertThat(send(HttpMethod.POST, CONTAINER + "/execs", order).statusCode()).isEqualTo(200);
        }
        Answer refused = text(send(HttpMethod.POST, CONTAINER + "/execs", order));
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.body()).contains("too long together");
        socket("/execs/" + first + "/start").get(20, TimeUnit.SECONDS);
        assertThat(send(HttpMethod.POST, CONTAINER + "/execs", order).statusCode()).as("in the place of one that has ended").isEqualTo(200);
    }

    @Test
    void streamsFollowEachOtherOnOneConnection() throws Exception {
        hold(running());
        runtime.put("exec", EndlessExec::new);
        for (int i = 0; i < 10; i++) {
            CompletableFuture<Void> over = new CompletableFuture<>();
            open("/execs/" + exec() + "/start", _ -> {}, () -> over.complete(null));
            over.get(20, TimeUnit.SECONDS);
        }
        // what is asked when the end has just been heard may find its connection not free yet
        assertThat(connections).as("for ten streams and what was asked beside them").hasValueLessThanOrEqualTo(3);
    }

    @Test
    void whoStillSpeaksAtTheEndHoldsUpNobodyBehindIt() throws Exception {
        hold(running());
        DeafExec deaf = new DeafExec();
        runtime.put("exec", () -> deaf);
        ExecSpec spec = new ExecSpec(List.of("sleep", "1000"), Map.of(), null, null, false, true, false);
        String exec = (String) Json.read(body(send(HttpMethod.POST, CONTAINER + "/execs", Json.write(spec))), Map.class).get("id");
        CompletableFuture<Void> over = new CompletableFuture<>();
        StreamCarrier.Talk talk = open("/execs/" + exec + "/start", _ -> {}, () -> over.complete(null));
        for (int i = 0; i < 200; i++) { // more than sockets and the server take
            talk.say(Frames.of(Frames.STDIN, new byte[32 << 10], 32 << 10));
        }
        assertThat(deaf.written.await(10, TimeUnit.SECONDS)).isTrue();
        deaf.kill();
        over.get(20, TimeUnit.SECONDS);
        runtime.put("exec", EndlessExec::new);
        assertThat(socket("/execs/" + exec() + "/start").get(20, TimeUnit.SECONDS).code()).isEqualTo(126);
    }

    @Test
    void whoLeavesWhatRunsOnIsLetGo() throws Exception {
        hold(running());
        DeafExec deaf = new DeafExec();
        runtime.put("exec", () -> deaf);
        CompletableFuture<Void> over = new CompletableFuture<>();
        open("/execs/" + exec() + "/start", _ -> {}, () -> over.complete(null)).leave();
        over.get(20, TimeUnit.SECONDS);
        assertThat(deaf.killed.getCount()).as("nobody asked for that").isOne();
        deaf.kill();
    }

    @Test
    void whoVanishesTakesItsCommandAlongIfItSaidSo() throws Exception {
        hold(running());
        DeafExec deaf = new DeafExec();
        runtime.put("exec", () -> deaf);
        ExecSpec spec = new ExecSpec(List.of("sleep", "1000"), Map.of(), null, null, false, false, true);
        String exec = (String) Json.read(body(send(HttpMethod.POST, CONTAINER + "/execs", Json.write(spec))), Map.class).get("id");
        open("/execs/" + exec + "/start").vanish();
        assertThat(deaf.killed.await(20, TimeUnit.SECONDS)).isTrue();
    }
}
