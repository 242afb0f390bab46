package io.gantry.gateway.route;

import java.time.Duration;

/**
 * What a connection's other machine leaves unanswered, look by look: {@code struct tcp_info} of linux/tcp.h.
 *
 * <p>One that has no room for more is asked for it again and again, at last every two minutes ({@code TCP_RTO_MAX}), and answers each time, so that its last word may be old. That a
 * question stands unanswered says something if it does at the next look, too: the answer takes a moment.
 */
final class Unanswered {
    private final long patienceMillis;
    private boolean asked;

    Unanswered(Duration patience) {
        patienceMillis = patience.toMillis();
    }

    /**
     * @param unacknowledged segments that are sent, {@code tcpi_unacked}
     * @param questions for room that are sent and were not answered, {@code tcpi_probes}
     * @param lastWordMillis since the last word of the other side, {@code tcpi_last_ack_recv}
     */
    boolean tooLong(long unacknowledged, int questions, long lastWordMillis) {
        boolean askedBefore = asked;
        asked = questions > 0;
        return lastWordMillis > patienceMillis && (unacknowledged > 0 || asked && askedBefore);
    }
}
