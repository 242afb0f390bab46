package io.gantry.cli.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;

/** Tells when something has changed on the platform; what, is to be asked. Whoever asks first and then waits misses nothing. */
public final class Changes implements AutoCloseable {
    /** What happens within it is one change. */
    private static final long BURST_MILLIS = 100;

    private final InputStream events;
    private final Semaphore happened = new Semaphore(0);
    private volatile boolean over;

    private Changes(InputStream events) {
        this.events = events;
    }

    public static Changes follow(ApiClient api) {
        Changes changes = new Changes(api.stream("/events"));
        Thread.ofVirtual().name("events").start(changes::read);
        return changes;
    }

    private void read() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(events, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("data:")) {
                    happened.release();
                }
            }
        } catch (IOException closed) {
            // here or there: over in any case
        } finally {
            over = true;
            happened.release();
        }
    }

    /** Until something has changed since the last call, or since this was made. @return false when nothing more will be heard */
    public boolean await() throws InterruptedException {
        happened.acquire();
        if (!over) {
            Thread.sleep(BURST_MILLIS);
        }
        happened.drainPermits();
        return !over;
    }

    /** As if something had changed. */
    public void wake() {
        happened.release();
    }

    @Override
    public void close() {
        try {
            events.close();
        } catch (IOException alreadyGone) {
            // nothing to be done for what only listened
        }
    }
}
