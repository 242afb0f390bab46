package io.gantry.gateway.events;

import io.vertx.core.Context;
import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * One client of the event stream. Entries come from the tail's thread, or from the watcher's own history, into a bounded queue; the
 * client's event loop empties it as fast as the client reads. Whoever is too slow for the tail is dropped: it holds up nobody, and
 * reconnects where it was.
 */
final class Watcher implements Follower {
    private static final int MOST = 1024;

    /** @param id the position after this entry */
    record Item(String id, String type, String json) {}

    private final Context context;
    private final HttpServerResponse response;
    private final EventFilter filter;
    /** As large as what is in it: most hear nothing most of the time. */
    private final BlockingQueue<Item> queue = new LinkedBlockingQueue<>(MOST);
    private volatile long[] next;
    private volatile boolean dropped;
    private volatile boolean gone;
    private volatile boolean complete;
    /** Taken, but not yet written to the client. */
    private int underway;
    private boolean ended;
    private volatile boolean held;

    Watcher(Context context, HttpServerResponse response, EventFilter filter) {
        this.context = context;
        this.response = response;
        this.filter = filter;
    }

    @Override
    public synchronized void begin(long[] position) {
        next = position.clone();
        wake();
    }

    @Override
    public void on(Entry entry) {
        take(entry).ifPresent(item -> {
            dropped = dropped || !queue.offer(item);
            wake();
        });
    }

    @Override
    public void put(Entry entry) throws InterruptedException {
        Optional<Item> item = take(entry);
        if (item.isPresent()) {
            queue.put(item.get());
            wake();
        }
    }

    /** The entry, if it is new here and wanted. */
    private synchronized Optional<Item> take(Entry entry) {
        if (next == null || dropped || gone || entry.offset() < next[entry.partition()]) {
            return Optional.empty();
        }
        next[entry.partition()] = entry.offset() + 1;
        if (!filter.matches(entry)) {
            return Optional.empty();
        }
        underway++;
        return Optional.of(new Item(Position.of(next).toString(), entry.type(), entry.json()));
    }

    private void wake() {
        context.runOnContext(v -> flush());
    }

    /** A comment so that nothing between us closes the connection, and how far we are although nothing matched. */
    synchronized void keepAlive() {
        if (!held && !ended && next != null && underway == 0 && !response.closed() && !response.writeQueueFull()) {
            response.write(": still here\nid: " + Position.of(next) + "\n\n");
        }
    }

    void comment(String text) {
        response.write(": " + text + "\n\n");
    }

    private synchronized void write(String event) {
        response.write(event);
        underway--;
    }

    /** Nothing is written before {@link #release}: something comes first. */
    void hold() {
        held = true;
    }

    void release() {
        held = false;
        wake();
    }

    private void flush() {
        if (held || ended || response.closed()) {
            return;
        }
        StringBuilder out = new StringBuilder();
        while (!response.writeQueueFull()) {
            Item item = queue.poll();
            if (item == null) {
                finish();
                return;
            }
            out.append("id: ").append(item.id()).append("\nevent: ").append(item.type()).append("\ndata: ").append(item.json()).append("\n\n");
            write(out.toString());
            out.setLength(0);
        }
        response.drainHandler(v -> flush());
    }

    /** The client has left: whoever waits to give it something goes on, and gives it nothing more. */
    void leave() {
        gone = true;
        queue.clear();
    }

    @Override
    public boolean gone() {
        return gone;
    }

    /** Ends the stream behind what is in it: nothing else is wanted. */
    @Override
    public void end() {
        complete = true;
        wake();
    }

    /** Ends the stream for a reason that is ours. */
    void breakOff(String reason) {
        context.runOnContext(v -> {
            if (!ended && !response.closed()) {
                ended = true;
                comment(reason);
                response.end();
            }
        });
    }

    private void finish() {
        if (dropped) {
            comment("too slow: more than " + MOST + " events waited; reconnect with Last-Event-ID, nothing is lost");
        }
        if (dropped || complete) {
            ended = true;
            response.end();
        }
    }
}
