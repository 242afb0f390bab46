package io.gantry.agent.stream;

import io.gantry.agent.observe.Happenings;
import io.gantry.agent.runtime.ContainerRuntime;
import io.gantry.agent.runtime.ExecSession;
import io.gantry.agent.runtime.StartFailure;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.ExecId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Unexpected;
import io.gantry.contracts.spec.ExecSpec;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.view.ExecView;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;

/** Further commands in containers of this node, from their making until some time after their end. */
final class Execs {
    private static final Logger LOG = Logger.getLogger(Execs.class);
    private static final int KEPT = 1000;
    /** Of one container, that have not ended. */
    static final int MOST = 64;
    /** In all of them together, of this node: who asks for long ones must not take the memory that the agent lives from. */
    private static final long CHARACTERS = 16 << 20;
    /** What a word takes besides its characters, of which it may have none. */
    private static final int WORD = 8;
    /** For one that nobody has started. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    /** So long somebody waits who asks something of one that hasn't begun. */
    private static final long BEGINS_MILLIS = 10_000;
    private static final int ENOENT = 2;
    private static final int NOT_FOUND = 127;
    private static final int NOT_EXECUTABLE = 126;

    private static final class Entry {
        private final ExecId id;
        private final ContainerId container;
        private final ExecSpec spec;
        private final Beginning beginning;
        private final Instant made;
        private final long characters;
        private boolean started;
        private Integer exitCode;
        private ExecSession session;
        /** Fails when it has ended, or can't begin. */
        private final CompletableFuture<ExecSession> running = new CompletableFuture<>();

        private Entry(ExecId id, ContainerId container, ExecSpec spec, Beginning beginning, Instant made) {
            this.id = id;
            this.container = container;
            this.spec = spec;
            this.beginning = beginning;
            this.made = made;
            this.characters = characters(spec);
        }
    }

    /** How it comes to run. */
    @FunctionalInterface
    interface Beginning {
        ExecSession begin() throws StartFailure;
    }

    private final ContainerRuntime runtime;
    private final Happenings happenings;
    private final RandomGenerator random;
    private final InstantSource clock;
    /** The oldest first, as those that have ended; of those there are many, and nobody goes through them. */
    private final Map<ExecId, Entry> open = new LinkedHashMap<>();
    private final Map<ExecId, Entry> ended = new LinkedHashMap<>();
    /** Of both. */
    private long characters;

    Execs(ContainerRuntime runtime, Happenings happenings, RandomGenerator random, InstantSource clock) {
        this.runtime = runtime;
        this.happenings = happenings;
        this.random = random;
        this.clock = clock;
    }

    /** @throws StreamRefusal if the container has too many already */
    ExecId make(ContainerId container, ExecSpec spec) {
        return make(container, spec, () -> runtime.exec(container, spec));
    }

    /** @param spec what is told of it, and how it goes with its client */
    synchronized ExecId make(ContainerId container, ExecSpec spec, Beginning beginning) {
        Entry made = new Entry(new ExecId(Ids.hex64(random)), container, spec, beginning, clock.instant());
        forgetUnstarted(made.made.minus(PATIENCE));
        long its = open.values().stream().filter(entry -> entry.container.equals(container)).count();
        if (its >= MOST) {
            throw new StreamRefusal(
                    ProblemType.CONFLICT, "container " + container.shortForm() + " has " + its + " further commands that have not ended: end some of them first");
        }
        makeRoom(made.characters);
        open.put(made.id, made);
        characters += made.characters;
        happenings.happened(container, new Observed.What.ExecCreated(made.id, spec.command()));
        return made.id;
    }

    private void forgetUnstarted(Instant before) {
        open.values().removeIf(entry -> {
            boolean goes = !entry.started && entry.made.isBefore(before);
            characters -= goes ? entry.characters : 0;
            return goes;
        });
    }

    /** Forgets the oldest of those that have ended. */
    private void makeRoom(long more) {
        for (var oldest = ended.values().iterator(); oldest.hasNext() && (open.size() + ended.size() >= KEPT || characters + more > CHARACTERS); ) {
            characters -= oldest.next().characters;
            oldest.remove();
        }
        if (characters + more > CHARACTERS) {
            throw new StreamRefusal(ProblemType.UNAVAILABLE, "the further commands of this node that have not ended are too long together: end some of them first");
        }
    }

    /** {@code null} if there is none, or no longer. */
    private Entry find(ExecId id) {
        Entry entry = open.get(id);
        return entry == null ? ended.get(id) : entry;
    }

    private static long characters(ExecSpec spec) {
        long command = spec.command().stream().mapToLong(word -> word.length() + WORD).sum();
        return command + spec.env().entrySet().stream().mapToLong(one -> one.getKey().length() + one.getValue().length()).sum();
    }

    synchronized Optional<ExecView> view(ExecId id) {
        return Optional.ofNullable(find(id))
                .map(e -> new ExecView(
                        id, e.container, e.spec, e.started, e.session != null && e.exitCode == null, e.exitCode,
                        e.session == null ? null : e.session.pid()));
    }

    /** So that it can be started once. */
    private synchronized Entry begin(ExecId id) {
        Entry entry = find(id);
        if (entry == null) {
            throw new StreamRefusal(ProblemType.NOT_FOUND, "there is no exec " + id.shortForm());
        }
        if (entry.started) {
            throw new StreamRefusal(ProblemType.CONFLICT, "exec " + id.shortForm() + " has been started before");
        }
        entry.started = true;
        return entry;
    }

    private static String sentence(Observed.Failure failure) {
        return failure.step() + ": " + failure.detail() + (failure.hint().isEmpty() ? "" : " (" + failure.hint() + ")");
    }

    /** Runs it over {@code streams} until it ends, see {@link ExecSpec#endsWithClient}. Blocks while it is started: a platform thread. */
    void run(ExecId id, FrameStreams streams) {
        Entry entry;
        try {
            entry = begin(id);
        } catch (StreamRefusal e) {
            streams.end(new Frames.Control.Exit(NOT_EXECUTABLE, e.getMessage()));
            return;
        }
        ExecSession session;
        try {
            session = entry.beginning.begin();
        } catch (StartFailure e) {
            Observed.Failure failure = e.failure();
            int code = failure.errno() == ENOENT ? NOT_FOUND : NOT_EXECUTABLE;
            finish(entry, code);
            streams.end(new Frames.Control.Exit(code, sentence(failure)));
            return;
        } catch (RuntimeException | Error e) {
            broken(entry, streams, e);
            return;
        }
        synchronized (this) {
            entry.session = session;
            happenings.happened(entry.container, new Observed.What.ExecStarted(id, entry.spec.command()));
        }
        entry.running.complete(session);
        streams.feed(target(session, entry.spec.endsWithClient()), entry.spec.stdin(), () -> leave(entry, session));
        var output = CompletableFuture.allOf(
                streams.send(Frames.STDOUT, session.stdout(), true), streams.send(Frames.STDERR, session.stderr(), true));
        Thread.startVirtualThread(() -> end(entry, session, streams, output));
    }

    /** What reads its input would wait for ever for somebody who has gone. */
    private static void leave(Entry entry, ExecSession session) {
        if (entry.spec.endsWithClient()) {
            session.kill();
        } else if (entry.spec.stdin()) {
            try {
                session.stdin().close();
            } catch (IOException e) {
                // it has ended
            }
        }
    }

    private void end(Entry entry, ExecSession session, FrameStreams streams, CompletableFuture<Void> output) {
        try (session) {
            int code = session.waitForExit();
            output.join();
            // recorded before the client sees the end: it asks at once
            finish(entry, code);
            streams.end(new Frames.Control.Exit(code, null));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            broken(entry, streams, e);
        }
    }

    /** Its client must not wait for ever, nor must it count as one of those that have not ended. */
    private void broken(Entry entry, FrameStreams streams, Throwable why) {
        Unexpected error = Unexpected.marked();
        LOG.errorf(why, "exec %s in container %s failed, %s", entry.id.shortForm(), entry.container.shortForm(), error.mark());
        finish(entry, NOT_EXECUTABLE);
        streams.end(new Frames.Control.Exit(NOT_EXECUTABLE, error.words("the agent")));
    }

    private synchronized void finish(Entry entry, int code) {
        if (entry.exitCode != null) {
            return;
        }
        entry.exitCode = code;
        open.remove(entry.id);
        ended.put(entry.id, entry);
        entry.running.completeExceptionally(notRunning(entry.id));
        happenings.happened(entry.container, new Observed.What.ExecEnded(entry.id, code));
    }

    /** Its session once it runs; fails with a {@link StreamRefusal} if it has ended, or doesn't run after some time. */
    synchronized CompletableFuture<ExecSession> running(ExecId id) {
        Entry entry = find(id);
        if (entry == null) {
            return CompletableFuture.failedFuture(new StreamRefusal(ProblemType.NOT_FOUND, "there is no exec " + id.shortForm()));
        }
        if (entry.exitCode != null) {
            return CompletableFuture.failedFuture(notRunning(id));
        }
        return entry.running.copy().orTimeout(BEGINS_MILLIS, TimeUnit.MILLISECONDS).exceptionallyCompose(_ -> CompletableFuture.failedFuture(notRunning(id)));
    }

    private static StreamRefusal notRunning(ExecId id) {
        return new StreamRefusal(ProblemType.CONFLICT, "exec " + id.shortForm() + " is not running");
    }

    private static FrameStreams.Target target(ExecSession session, boolean endsWithClient) {
        return new FrameStreams.Target() {
            @Override
            public OutputStream stdin() {
                return session.stdin();
            }

            @Override
            public void closeStdin() throws IOException {
                session.stdin().close();
            }

            @Override
            public void resize(int rows, int columns) {
                session.resize(rows, columns);
            }

            @Override
            public void gone() {
                // all that it sent is for a command that runs
            }

            @Override
            public void giveUp() {
                if (endsWithClient) {
                    Thread.startVirtualThread(session::kill);
                }
            }

            @Override
            public void detach() {
                // its session is held until it ends
            }
        };
    }
}
