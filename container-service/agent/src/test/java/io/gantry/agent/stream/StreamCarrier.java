package io.gantry.agent.stream;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.function.Consumer;

/** What carries frames both ways between a service and an agent. */
interface StreamCarrier {
    /** A client's end of a stream. */
    interface Talk {
        void say(Buffer frame);

        void leave();

        /** Without a word. */
        void vanish();
    }

    /** @param gone when nothing comes any more */
    Future<Talk> dial(StreamHost host, String uri, Consumer<Buffer> frames, Runnable gone);
}
