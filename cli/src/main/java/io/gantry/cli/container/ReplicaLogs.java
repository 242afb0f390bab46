package io.gantry.cli.container;

import io.gantry.cli.client.ApiClient;
import io.gantry.cli.client.ApiProblem;
import io.gantry.cli.client.Changes;
import io.gantry.cli.output.Tint;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.view.ContainerView;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What all replicas of a deployment wrote, as one log: {@code shop-1 | a line}. */
final class ReplicaLogs {
    /** Those that have a log. */
    private static final Set<ContainerView.State> WRITING = EnumSet.of(
            ContainerView.State.RUNNING, ContainerView.State.PAUSED, ContainerView.State.STOPPING, ContainerView.State.EXITED);

    private final ApiClient api;
    private final String deployment;
    private final String query;
    private final boolean timestamps;
    private final boolean colours;
    private final PrintWriter out;
    private final List<String> names = new ArrayList<>();
    private final Set<ContainerId> followed = ConcurrentHashMap.newKeySet();
    /** The time of the last line that was told. */
    private final Map<ContainerId, String> last = new ConcurrentHashMap<>();
    /** The last run whose log has ended. */
    private final Map<ContainerId, Long> ended = new ConcurrentHashMap<>();

    /** @param query what to ask of each log, but for the times of its lines */
    ReplicaLogs(ApiClient api, String deployment, String query, boolean timestamps, boolean colours, PrintWriter out) {
        this.api = api;
        this.deployment = deployment;
        this.query = query;
        this.timestamps = timestamps;
        this.colours = colours;
        this.out = out;
    }

    /** One replica's, read line by line; the next line is known. */
    private final class Log implements AutoCloseable {
        private final String name;
        private final BufferedReader lines;
        private String next;

        Log(ContainerView replica) {
            name = replica.name();
            lines = new BufferedReader(new InputStreamReader(api.stream(Containers.path(replica.id().value()) + "/logs?" + query + "&timestamps=true"), StandardCharsets.UTF_8));
            advance();
        }

        String time() {
            return next.substring(0, Math.max(0, next.indexOf(' ')));
        }

        Log advance() {
            try {
                next = lines.readLine();
                return this;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            try {
                lines.close();
            } catch (IOException alreadyGone) {
                // it was only read
            }
        }
    }

    /** What there is now, in the order of time. */
    void print() {
        PriorityQueue<Log> logs = new PriorityQueue<>(Comparator.comparing(Log::time));
        try {
            for (ContainerView replica : replicas()) {
                Log log = new Log(replica);
                if (log.next == null) {
                    log.close();
                } else {
                    logs.add(log);
                }
            }
            while (!logs.isEmpty()) {
                Log earliest = logs.poll();
                say(earliest.name, earliest.next);
                if (earliest.advance().next == null) {
                    earliest.close();
                } else {
                    logs.add(earliest);
                }
            }
        } finally {
            logs.forEach(Log::close);
        }
        out.flush();
    }

    /** Until interrupted, or until there is no such deployment any more. @param err where it is said what can't be followed */
    void follow(PrintWriter err) throws InterruptedException {
        try (Changes changes = Changes.follow(api)) {
            do {
                for (ContainerView replica : replicas()) {
                    if (ended.getOrDefault(replica.id(), -1L) < replica.run() && followed.add(replica.id())) {
                        Thread.ofVirtual().name("log of " + replica.name()).start(() -> pass(replica, changes, err));
                    }
                }
            } while (!out.checkError() && changes.await() && api.isThere("/deployments/" + ApiClient.escape(deployment)));
        }
    }

    /** To its end; a further run is followed anew, behind what was told. */
    private void pass(ContainerView replica, Changes changes, PrintWriter err) {
        String before = last.getOrDefault(replica.id(), "");
        try (Log log = new Log(replica)) {
            for (; log.next != null; log.advance()) {
                if (log.time().compareTo(before) > 0) {
                    last.put(replica.id(), log.time());
                    say(log.name, log.next);
                    out.flush();
                }
            }
            ended.put(replica.id(), replica.run());
        } catch (ApiProblem | UncheckedIOException e) {
            err.println("gantry: the log of " + replica.name() + " can't be followed: " + e.getMessage());
            return;
        } finally {
            followed.remove(replica.id());
        }
        // it may run again already
        changes.wake();
    }

    private List<ContainerView> replicas() {
        return api.list("/containers?all=true&deployment=" + ApiClient.escape(deployment), ContainerView.class).stream()
                .filter(one -> WRITING.contains(one.state()))
                .sorted(Comparator.comparing(ContainerView::name))
                .toList();
    }

    private synchronized void say(String name, String line) {
        if (!names.contains(name)) {
            names.add(name);
        }
        Tint.Colour[] all = Tint.Colour.values();
        String who = colours ? all[names.indexOf(name) % all.length].paint(name) : name;
        out.println(who + " | " + (timestamps ? line : line.substring(line.indexOf(' ') + 1)));
    }
}
