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
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;

/** The kinds of question: HTTP, TCP and gRPC from the host to the container's address, a command inside. */
public final class ProbeQuestions implements ReadinessProbes.Question, HealthChecks.Question {
    private final HostNetwork network;
    private final CommandQuestion commands;
    private final GrpcQuestion grpc;
    private final HttpQuestion http = new HttpQuestion();

    public ProbeQuestions(ContainerRuntime runtime, HostNetwork network, GrpcQuestion grpc) {
        this.network = network;
        this.commands = new CommandQuestion(runtime);
        this.grpc = grpc;
    }

    @Override
    public boolean ask(ContainerId id, Probe probe) {
        Answer answer = switch (probe.kind()) {
            case HTTP -> remote(id, address -> http.ask(address, probe.port(), probe.path(), probe.timeout()));
            case TCP -> remote(id, address -> tcp(address, probe.port(), probe.timeout()));
            case COMMAND -> command(id, probe.command(), probe.timeout());
        };
        return answer.good();
    }

    @Override
    public Answer ask(ContainerId id, HealthCheck check) {
        Duration timeout = check.timeout();
        return switch (check.kind()) {
            case HTTP -> remote(id, address -> http.ask(address, check.port(), check.path(), timeout));
            case TCP -> remote(id, address -> tcp(address, check.port(), timeout));
            case GRPC -> remote(id, address -> grpc.ask(address, check.port(), check.service(), timeout));
            case COMMAND -> command(id, check.command(), timeout);
            case NONE -> throw new IllegalArgumentException("nothing is to be asked");
        };
    }

    private interface Remote {
        Answer ask(Ipv4 address) throws InterruptedException;
    }

    private Answer remote(ContainerId id, Remote question) {
        var attachment = network.attachment(id);
        if (attachment.isEmpty()) {
            return Answer.bad("the container has no address to ask");
        }
        try {
            return question.ask(attachment.get().address());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Answer.bad("the agent is closing");
        }
    }

    private static Answer tcp(Ipv4 address, int port, Duration timeout) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.toString(), port), (int) timeout.toMillis());
            return new Answer(true, 0, address + ":" + port + " accepts connections");
        } catch (SocketTimeoutException e) {
            return late(timeout);
        } catch (IOException e) {
            return Answer.bad(address + ":" + port + ": " + reason(e));
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

    static String reason(Throwable trouble) {
        return trouble.getMessage() == null ? trouble.getClass().getSimpleName() : trouble.getMessage();
    }

    static Answer late(Duration timeout) {
        return new Answer(false, -1, "no answer within " + timeout.toMillis() + " ms");
    }
}
