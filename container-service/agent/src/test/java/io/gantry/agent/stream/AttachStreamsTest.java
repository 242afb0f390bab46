package io.gantry.agent.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.reconcile.Held;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.spec.ExecSpec;
import io.gantry.contracts.state.Observed;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Clients at the streams of a container's command. */
class AttachStreamsTest extends StreamHost {
    @Test
    void anAttachmentThatBecomesNoWebSocketIsClosed() throws Exception {
        hold(Held.of(ID));
        WaitingAttachment session = new WaitingAttachment();
        runtime.put("attach", () -> session);
        assertThat(send(HttpMethod.GET, CONTAINER + "/attach?stdout=1", "").statusCode()).isGreaterThanOrEqualTo(400);
        assertThat(session.closed.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whoWaitedForAStartIsToldThatItFailed() throws Exception {
        hold(Held.of(ID));
        WaitingAttachment session = new WaitingAttachment();
        runtime.put("attach", () -> session);
        CompletableFuture<Frames.Control.Exit> exit = socket(CONTAINER + "/attach?stdout=1&stderr=1");
        hold(Held.of(ID).starting(1, 0).failed(new Observed.Failure("port", 98, "8080 is taken", ""), Instant.now()));
        assertThat(exit.get(20, TimeUnit.SECONDS)).isEqualTo(new Frames.Control.Exit(125, "port: 8080 is taken"));
    }

    @Test
    void whoLeavesWhileItsInputWaitsForAStartIsForgotten() throws Exception {
        hold(Held.of(ID));
        WaitingAttachment session = new WaitingAttachment();
        runtime.put("attach", () -> session);
        StreamCarrier.Talk socket = open(CONTAINER + "/attach?stdin=1");
        socket.say(Frames.of(new Frames.Control.Resize(24, 80)));
        assertThat(session.resized.await(10, TimeUnit.SECONDS)).isTrue();
        socket.leave();
        assertThat(session.closed.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whatIsNoFrameIsDroppedAndWhatFollowsIsDelivered() throws Exception {
        hold(Held.of(ID));
        WaitingAttachment session = new WaitingAttachment();
        runtime.put("attach", () -> session);
        StreamCarrier.Talk socket = open(CONTAINER + "/attach?stdin=1");
        for (String control : List.of("", "null", "{", "[]", "7", "{\"kind\":\"unicorn\"}", "[".repeat(20_000))) {
            socket.say(Buffer.buffer().appendByte(Frames.CONTROL).appendString(control));
        }
        socket.say(Buffer.buffer());
        socket.say(Buffer.buffer(new byte[] {9, 9, 9}));
        socket.say(Frames.of(new Frames.Control.Resize(24, 80)));
        assertThat(session.resized.await(10, TimeUnit.SECONDS)).isTrue();
        socket.leave();
        assertThat(session.closed.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whoLeavesWhileItsInputIsNotReadHoldsNothing() throws Exception {
        hold(running());
        WaitingAttachment session = new WaitingAttachment();
        runtime.put("attach", () -> session);
        StreamCarrier.Talk attached = open(CONTAINER + "/attach?stdin=1");
        ExecSpec spec = new ExecSpec(List.of("sleep", "1000"), Map.of(), null, null, false, true, true);
        String exec = (String) Json.read(body(send(HttpMethod.POST, CONTAINER + "/execs", Json.write(spec))), Map.class).get("id");
        DeafExec deaf = new DeafExec();
        runtime.put("exec", () -> deaf);
        StreamCarrier.Talk running = open("/execs/" + exec + "/start");
        for (int i = 0; i < 40; i++) { // more than is taken ahead
            attached.say(Frames.of(Frames.STDIN, new byte[32 << 10], 32 << 10));
            running.say(Frames.of(Frames.STDIN, new byte[32 << 10], 32 << 10));
        }
        assertThat(session.written.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(deaf.written.await(10, TimeUnit.SECONDS)).isTrue();
        attached.vanish();
        running.vanish();
        assertThat(session.closed.await(45, TimeUnit.SECONDS)).as("attached").isTrue();
        assertThat(deaf.killed.await(10, TimeUnit.SECONDS)).as("exec").isTrue();
    }
}
