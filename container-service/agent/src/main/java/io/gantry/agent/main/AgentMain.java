package io.gantry.agent.main;

import io.gantry.agent.disk.DataLock;
import io.gantry.agent.execute.KernelCheck;
import io.gantry.agent.execute.RuntimeSettings;
import io.gantry.kernel.probe.KernelReport;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.jboss.logging.Logger;

/**
 * The agent's program.
 *
 * <pre>
 *   AgentMain [run] [--flag value]…    joins if it hasn't, then serves until SIGTERM; containers run on after it
 *   AgentMain rest [--flag value]…     stops all containers and takes them and the networks out of the kernel; what they wrote stays for the next run
 *   AgentMain leave [--flag value]…    removes all containers and networks of this agent from the host; needs no service
 *   AgentMain doctor [--flag value]…   prints what containers need of this kernel and whether it is there; ends with 1 if not
 * </pre>
 */
public final class AgentMain {
    static {
        // before anything logs
        System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
        // Vert.x' own resolver keeps a UDP port open on every address; the few names we dial the JVM's resolves as well
        System.setProperty("vertx.disableDnsResolver", "true");
    }

    private static final Logger LOG = Logger.getLogger(AgentMain.class);

    private AgentMain() {}

    public static void main(String[] args) {
        List<String> all = List.of(args);
        String verb = all.isEmpty() || all.getFirst().startsWith("--") ? "run" : all.getFirst();
        List<String> flags = all.isEmpty() || all.getFirst().startsWith("--") ? all : all.subList(1, all.size());
        try {
            AgentConfig config = AgentConfig.parse(flags, System.getenv(), Host.name());
            switch (verb) {
                case "run" -> run(config);
                case "rest" -> LOG.infof("%d containers stopped", new Departure(config).rest());
                case "leave", "purge" -> LOG.infof("%d containers removed", new Departure(config).leave());
                case "doctor" -> doctor(config);
                default -> throw new IllegalArgumentException("'" + verb + "' is none of run, rest, leave and doctor");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException | Error e) {
            end(verb, e instanceof CompletionException && e.getCause() != null ? e.getCause() : e);
        }
    }

    /** Not by leaving {@code main}: threads that have begun would keep the process, and whoever watches over it would take it for an agent. */
    private static void end(String verb, Throwable why) {
        switch (why) {
            case IllegalArgumentException wrong -> {
                System.err.println("gantry-agent: " + wrong.getMessage());
                System.exit(2);
            }
            case UnfitHost unfit -> LOG.error(unfit.getMessage());
            case DataLock.Held held -> LOG.error(held.getMessage());
            default -> LOG.error(verb.equals("run") ? "the agent can't start" : verb + " failed", why);
        }
        System.exit(1);
    }

    /** Aside: it takes some tens of milliseconds. */
    private static CompletableFuture<KernelReport> probing(RuntimeSettings settings) {
        return CompletableFuture.supplyAsync(() -> KernelCheck.of(settings), task -> Thread.ofPlatform().name("probes").start(task));
    }

    private static void doctor(AgentConfig config) throws IOException {
        KernelReport report = KernelCheck.of(config.runtime());
        System.out.print(report.print());
        System.out.println(KernelCheck.keeping(config.layers(), report).describe());
        if (!report.fit()) {
            System.exit(1);
        }
    }

    private static void run(AgentConfig config) throws IOException, InterruptedException {
        try (DataLock _ = DataLock.take(config.data())) {
            Agent agent = new Agent(config, probing(config.runtime()));
            CountDownLatch over = new CountDownLatch(1);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                agent.close();
                over.countDown();
            }));
            over.await();
        }
    }
}
