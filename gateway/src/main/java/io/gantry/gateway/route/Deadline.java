package io.gantry.gateway.route;

import io.vertx.core.Vertx;
import java.time.Duration;

/** Fires once when nothing has moved for so long. Used from one event loop. */
final class Deadline {
    private final Vertx vertx;
    private long millis;
    private final Runnable missed;
    private long touched = System.nanoTime();
    private long timer;
    private boolean stopped;

    Deadline(Vertx vertx, Duration limit, Runnable missed) {
        this.vertx = vertx;
        this.millis = limit.toMillis();
        this.missed = missed;
        this.timer = vertx.setTimer(millis, id -> look());
    }

    void touch() {
        touched = System.nanoTime();
    }

    /** From now on. */
    void extend(Duration limit) {
        millis = limit.toMillis();
        touch();
    }

    void stop() {
        stopped = true;
        vertx.cancelTimer(timer);
    }

    private void look() {
        long left = millis - (System.nanoTime() - touched) / 1_000_000;
        if (stopped) {
            return;
        }
        if (left <= 0) {
            stopped = true;
            missed.run();
        } else {
            timer = vertx.setTimer(left, id -> look());
        }
    }
}
