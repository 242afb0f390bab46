package io.gantry.agent.observe;

import io.gantry.agent.network.HostNetwork;
import io.gantry.agent.runtime.ContainerRuntime;
import io.gantry.agent.runtime.StartFailure;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.HealthCheck;
import io.gantry.contracts.spec.Probe;
import io.gantry.contracts.unit.Ipv4;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;

/** The kinds of question: HTTP, TCP and gRPC from the host to the container's address, a command inside. */
public final class ProbeQuestions implements ReadinessProbes.Question, HealthChecks.Question {
    private final HostNetwork network;
    private final CommandQuestion commands;
    private final GrpcQuestion grpc;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    public ProbeQuestions(ContainerRuntime runtime, HostNetwork network, GrpcQuestion grpc) {
        this.network = network;
        this.commands = new CommandQuestion(runtime);
        this.grpc = grpc;
    }

    @Override
    public boolean ask(ContainerId id, Probe probe) {
        Answer answer = switch (probe.kind()) {
            case HTTP -> remote(id, address -> http(address, probe.port(), probe.path(), probe.timeout()), probe.timeout());
            case TCP -> remote(id, address -> tcp(address, probe.port(), probe.timeout()), probe.timeout());
            case COMMAND -> command(id, probe.command(), probe.timeout());
        };
        return answer.good();
    }

    @Override
    public Answer ask(ContainerId id, HealthCheck check) {
        Duration timeout = check.timeout();
        return switch (check.kind()) {
            case HTTP -> remote(id, address -> http(address, check.port(), check.path(), timeout), timeout);
            case TCP -> remote(id, address -> tcp(address, check.port(), timeout), timeout);
            case GRPC -> remote(id, address -> grpc.ask(address, check.port(), check.service(), timeout), timeout);
            case COMMAND -> command(id, check.command(), timeout);
            case NONE -> throw new IllegalArgumentException("nothing is to be asked");
        };
    }

    private interface Remote {
        Answer ask(Ipv4 address) throws IOException, InterruptedException;
    }

    private Answer remote(ContainerId id, Remote question, Duration timeout) {
        var attachment = network.attachment(id);
        if (attachment.isEmpty()) {
            return Answer.bad("the container has no address to ask");
        }
        try {
            return question.ask(attachment.get().address());
        } catch (HttpTimeoutException e) {
            return late(timeout);
        } catch (IOException e) {
            return Answer.bad(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Answer.bad("the agent is closing");
        }
    }

    private Answer http(Ipv4 address, int port, String path, Duration timeout) throws IOException, InterruptedException {
        URI uri = URI.create("http://" + address + ":" + port + path);
        int status = http.send(HttpRequest.newBuilder(uri).timeout(timeout).build(), BodyHandlers.discarding()).statusCode();
        boolean good = status >= 200 && status < 400;
        return new Answer(good, good ? 0 : 1, "GET " + uri + " answered " + status);
    }

    private static Answer tcp(Ipv4 address, int port, Duration timeout) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.toString(), port), (int) timeout.toMillis());
            return new Answer(true, 0, address + ":" + port + " accepts connections");
        } catch (java.net.SocketTimeoutException e) {
            return late(timeout);
        } catch (IOException e) {
            return Answer.bad(address + ":" + port + ": " + e.getMessage());
        }
    }

    private Answer command(ContainerId id, List<String> command, Duration timeout) {
        try {
            return commands.ask(id, command, timeout);
        } catch (StartFailure e) {
            return Answer.bad(e.getMessage());
        } catch (IllegalArgumentException e) {
            return Answer.bad(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Answer.bad("the agent is closing");
        }
    }

    static Answer late(Duration timeout) {
        return new Answer(false, -1, "no answer within " + timeout.toMillis() + " ms");
    }
}
