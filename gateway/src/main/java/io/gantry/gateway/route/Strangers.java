package io.gantry.gateway.route;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.timeout.IdleStateHandler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.concurrent.TimeUnit;

/**
 * Who connects to REST and says nothing, or only half of a request's head, is cut off when nothing moves for {@code quarkus.http.idle-timeout}: nobody knows yet
 * who that is, and no code of ours has seen it. Who has come to the end of a head is no stranger any more and may be silent for a week: a call that waits for a
 * container's end, and the log and the terminal of a quiet one, are silent for as long. Whether its machine is still there is asked by {@link SilentMachines}.
 */
final class Strangers {
    private static final long SILENCE_DAYS = 7;
    /** The name that Vert.x gives it. */
    private static final String IDLE = "idle";

    private Strangers() {}

    /** Once or more often for a connection, on its event loop. */
    static void welcome(HttpConnection connection) {
        ChannelPipeline pipeline = ((ConnectionBase) connection).channel().pipeline();
        ChannelHandler idle = pipeline.get(IDLE);
        if (idle != null && !(idle instanceof Patient)) {
            pipeline.replace(idle, IDLE, new Patient());
        }
    }

    private static final class Patient extends IdleStateHandler {
        Patient() {
            super(0, 0, SILENCE_DAYS, TimeUnit.DAYS);
        }
    }
}
