package io.gantry.agent.stream;

/** As services of before speak to an agent. */
class FormerAttachStreamsTest extends AttachStreamsTest {
    @Override
    StreamCarrier carrier() {
        return new WebSocketCarrier();
    }
}
