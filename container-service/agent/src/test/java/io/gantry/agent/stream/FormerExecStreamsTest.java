package io.gantry.agent.stream;

/** As services of before speak to an agent. */
class FormerExecStreamsTest extends ExecStreamsTest {
    @Override
    StreamCarrier carrier() {
        return new WebSocketCarrier();
    }
}
