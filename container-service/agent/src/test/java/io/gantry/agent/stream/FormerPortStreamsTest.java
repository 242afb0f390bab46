package io.gantry.agent.stream;

/** As services of before speak to an agent. */
class FormerPortStreamsTest extends PortStreamsTest {
    @Override
    StreamCarrier carrier() {
        return new WebSocketCarrier();
    }
}
