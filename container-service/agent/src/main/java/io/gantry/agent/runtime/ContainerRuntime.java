package io.gantry.agent.runtime;

import io.gantry.agent.image.Layer;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.link.KeptFiles;
import io.gantry.contracts.spec.DebugSpec;
import io.gantry.contracts.spec.ExecSpec;
import io.gantry.contracts.spec.ImageConfig;
import io.gantry.contracts.spec.LogPolicy;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.view.ContainerProcess;
import io.gantry.contracts.view.ContainerStats;
import io.gantry.contracts.view.Explanation;
import io.gantry.contracts.view.IsolationView;
import io.gantry.contracts.view.PressureView;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * Containers on this host. Every method may block on the kernel: call it from worker threads, never from an event loop.
 * Different containers may be driven at the same time; one container by one thread at a time.
 */
public interface ContainerRuntime {
    /**
     * Makes and runs one container. When this throws, nothing of it is left in the kernel; its writable layer stays.
     *
     * @param callOff ends it early
     * @throws StartFailure with the plan's step and errno
     */
    Running start(RunRequest request, CallOff callOff) throws StartFailure;

    /** As {@link #start(RunRequest, CallOff)}, by somebody who lets it come to its end. */
    default Running start(RunRequest request) throws StartFailure {
        return start(request, new CallOff());
    }

    /**
     * Gives a running container the limits of {@code wanted}: what differs, all of it or nothing. Done again it changes nothing.
     *
     * @return why it can't be; all is as before then. Empty also when the container doesn't run: its next start has them
     */
    Optional<Observed.Failure> update(Desired.Container wanted);

    /**
     * Plugs a running container into these networks and out of all others, as it runs: what is so already is left alone, and what an earlier agent began is
     * brought to its end. Nothing if it doesn't run.
     *
     * @param networks by name, so that the way out is by the first
     */
    void rewire(ContainerId id, List<Attachment> networks);

    /** Sends a signal such as {@code SIGTERM} to the container's first process. False if it doesn't run any more. */
    boolean signal(ContainerId id, String signal);

    /**
     * Gives its terminal that size, if it has one, however many are attached to it. False if it doesn't run any more.
     *
     * @param rows as {@code columns} up to 65535
     */
    boolean resize(ContainerId id, int rows, int columns);

    /**
     * Holds every process of it still; returns when the kernel has. It may be signalled, killed and removed all the same: a signal is heard
     * once it goes on, SIGKILL at once. False if it doesn't run any more.
     */
    boolean pause(ContainerId id);

    /** Lets it go on. False if it doesn't run any more. */
    boolean unpause(ContainerId id);

    /**
     * Gives a running container's files these contents, each at once, and tells its first process of a change by the signals that the spec names. What
     * has that content already isn't touched, and nobody told of it.
     *
     * @param wanted whose {@code files} it has from now on
     */
    void renew(Desired.Container wanted, KeptFiles files);

    /** The {@code files} of {@link Desired.Container} that it runs by; empty if it doesn't run. */
    OptionalLong files(ContainerId id);

    /** Keeps its log so from now on. False if it doesn't run any more. */
    boolean limitLog(ContainerId id, LogPolicy policy);

    /** Ends every process of the container now. */
    void kill(ContainerId id);

    /** What it has used up to now; empty if it doesn't run. */
    Optional<ContainerStats> stats(ContainerId id);

    /**
     * What it has to wait for, and who makes it wait; takes as long as is looked.
     *
     * @return empty if it doesn't run all that time
     * @throws UnsupportedOperationException if this kernel doesn't tell who waits
     */
    Optional<PressureView> pressure(ContainerId id, Duration time) throws InterruptedException;

    /** The processes in it, those of execs included; empty if it doesn't run. */
    List<ContainerProcess> processes(ContainerId id);

    /** Runs a further command in it. The session's streams are the caller's to close. */
    ExecSession exec(ContainerId id, ExecSpec spec) throws StartFailure;

    /**
     * Runs a command of another image in its namespaces, see {@link DebugSpec}. All that it starts ends with it; when {@code waitForExit} of
     * the session returns, nothing is left of it.
     *
     * @param toolbox the image's configuration
     * @param layers the image's, on this host
     */
    ExecSession debug(ContainerId id, DebugSpec spec, ImageConfig toolbox, List<Layer> layers) throws StartFailure;

    /** Dials the monitor for live output and standard input, see {@link AttachSession}. */
    AttachSession attach(ContainerId id);

    /**
     * A connection to a port of the container's own loopback, the caller's to close.
     *
     * @throws ConnectException if nothing listens there
     * @throws IllegalStateException if the container doesn't run
     */
    SocketChannel dial(ContainerId id, int port) throws IOException;

    /**
     * The next connection that a program in it makes to a socket that leads to clients, see {@link io.gantry.contracts.spec.Mount.Socket}; the caller's to close.
     * Cancelled when the run ends; who doesn't want it any more cancels it.
     *
     * @return empty if it has no such socket, or doesn't run
     * @throws IllegalStateException if too many wait for one
     */
    Optional<CompletableFuture<SocketChannel>> accept(ContainerId id, String socket);

    /** The containers that run now or ended while no agent looked, found by their monitors after a restart of the agent. */
    List<Recovered> recover();

    /** Removes what is left of a container that has ended: mounts, cgroups, links, folders. Does nothing if there is nothing. */
    void remove(ContainerId id);

    /** The plan of the latest start: the very object that ran, with what each step took. */
    Explanation explain(ContainerId id);

    /** The same as a bash script, see {@link io.gantry.agent.plan.script.StartScript}; an {@link IllegalArgumentException} as there. */
    String script(ContainerId id);

    /**
     * How far a running container is apart from this host, read off the kernel now.
     *
     * @throws IllegalStateException if it doesn't run
     */
    IsolationView isolation(ContainerId id);

    /** Told of each exit, once, from a thread of the runtime. Set before the first start or recover. */
    void onExit(ExitListener listener);

    interface ExitListener {
        void exited(ContainerId id, long run, Exit exit);
    }
}
