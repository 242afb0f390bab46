package io.gantry.agent.observe;

import io.gantry.agent.network.HostNetwork;
import io.gantry.agent.runtime.ContainerRuntime;
import io.gantry.agent.runtime.ExecSession;
import io.gantry.agent.runtime.StartFailure;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ExecSpec;
import io.gantry.contracts.spec.Probe;
import io.gantry.contracts.unit.Ipv4;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The three kinds of probe: HTTP and TCP from the host to the container's address, a command inside. */
public final class ProbeQuestions implements ReadinessProbes.Question {
    private final ContainerRuntime runtime;
    private final HostNetwork network;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    public ProbeQuestions(ContainerRuntime runtime, HostNetwork network) {
        this.runtime = runtime;
        this.network = network;
    }

    @Override
    public boolean ask(ContainerId id, Probe probe) {
        Optional<Ipv4> address = network.attachment(id).map(attachment -> attachment.address());
        try {
            return switch (probe.kind()) {
                case HTTP -> address.isPresent() && http(address.get(), probe);
                case TCP -> address.isPresent() && tcp(address.get(), probe);
                case COMMAND -> command(id, probe);
            };
        } catch (IOException | StartFailure | IllegalArgumentException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private boolean http(Ipv4 address, Probe probe) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address + ":" + probe.port() + probe.path()))
                .timeout(probe.timeout())
                .build();
        int status = http.send(request, BodyHandlers.discarding()).statusCode();
        return status >= 200 && status < 400;
    }

    private static boolean tcp(Ipv4 address, Probe probe) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.toString(), probe.port()), (int) probe.timeout().toMillis());
            return true;
        }
    }

    private boolean command(ContainerId id, Probe probe) throws StartFailure, InterruptedException {
        ExecSpec spec = new ExecSpec(probe.command(), Map.of(), null, null, false, false);
        try (ExecSession session = runtime.exec(id, spec)) {
            Thread.startVirtualThread(() -> discard(session.stdout()));
            Thread.startVirtualThread(() -> discard(session.stderr()));
            CompletableFuture<Integer> exit = new CompletableFuture<>();
            Thread.ofPlatform().daemon().start(() -> waitFor(session, exit));
            Integer code = exit.completeOnTimeout(null, probe.timeout().toMillis(), TimeUnit.MILLISECONDS).join();
            if (code == null) {
                session.kill();
            }
            return code != null && code == 0;
        }
    }

    private static void waitFor(ExecSession session, CompletableFuture<Integer> exit) {
        try {
            exit.complete(session.waitForExit());
        } catch (InterruptedException e) {
            exit.complete(null);
        }
    }

    private static void discard(InputStream output) {
        try {
            output.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // the session was closed
        }
    }
}
