package io.gantry.agent.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;

class ArrivingBodyTest {
    private final ArrivingBody body = new ArrivingBody(Duration.ofSeconds(10));
    private long asked;
    private boolean cancelled;

    ArrivingBodyTest() {
        body.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long pieces) {
                asked += pieces;
            }

            @Override
            public void cancel() {
                cancelled = true;
            }
        });
    }

    @Test
    void someComesWhileNothingIsReadAndNoMoreThanThat() {
        assertThat(asked).isEqualTo(ArrivingBody.AHEAD);
        arrive(ArrivingBody.AHEAD);
        assertThat(asked).isEqualTo(ArrivingBody.AHEAD);
    }

    @Test
    void whatIsReadMakesRoomForAsMuch() throws IOException {
        arrive(ArrivingBody.AHEAD);
        body.readNBytes(ArrivingBody.AHEAD / 2 - 1);
        assertThat(asked).as("not for each piece").isEqualTo(ArrivingBody.AHEAD);
        body.readNBytes(1);
        assertThat(asked).isEqualTo(ArrivingBody.AHEAD + ArrivingBody.AHEAD / 2);
        body.readNBytes(ArrivingBody.AHEAD / 2);
        assertThat(asked).isEqualTo(2 * ArrivingBody.AHEAD);
    }

    @Test
    void oneThatIsClosedAsksForNothing() throws IOException {
        arrive(ArrivingBody.AHEAD);
        body.close();
        assertThat(cancelled).isTrue();
        body.readNBytes(ArrivingBody.AHEAD);
        assertThat(asked).isEqualTo(ArrivingBody.AHEAD);
    }

    private void arrive(int pieces) {
        for (int i = 0; i < pieces; i++) {
            body.onNext(List.of(ByteBuffer.wrap(new byte[1])));
        }
    }
}
