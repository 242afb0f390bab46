package io.gantry.cli.container;

import io.gantry.cli.ApiCommand;
import io.gantry.cli.client.ApiClient;
import io.gantry.cli.client.ApiProblem;
import io.gantry.contracts.view.ContainerView;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "port-forward",
        description = "Makes ports inside a container reachable here, also those that aren't published and those of its own loopback, until interrupted.")
public final class PortForwardCommand extends ApiCommand {
    private static final Pattern PORTS = Pattern.compile("(?:(?<here>\\d{0,5}):)?(?<there>\\d{1,5})");
    private static final int HIGHEST = 65_535;

    @Option(names = "--address", defaultValue = "127.0.0.1", description = "where to listen; ${DEFAULT-VALUE} by default")
    private String address;

    @Parameters(index = "0", paramLabel = "NAME", description = "of a container, which may be its id, or of a deployment: one of its replicas")
    private String reference;

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "PORT", description = "[HERE:]INSIDE; the same here if nothing is said, any free one for :INSIDE")
    private List<String> ports;

    private record Pair(int here, int there) {
        static Pair parse(String text) {
            Matcher matcher = PORTS.matcher(text);
            if (matcher.matches()) {
                int there = Integer.parseInt(matcher.group("there"));
                String before = matcher.group("here");
                int here = before == null ? there : before.isEmpty() ? 0 : Integer.parseInt(before);
                if (there > 0 && there <= HIGHEST && here <= HIGHEST) {
                    return new Pair(here, there);
                }
            }
            throw new IllegalArgumentException(text + " is not a port to forward; write for example 8080:80, 80 or :80");
        }
    }

    @Override
    protected int run(ApiClient api, PrintWriter out) throws IOException, InterruptedException {
        List<Pair> pairs = ports.stream().map(Pair::parse).toList();
        ContainerView container = container(api);
        List<ServerSocket> listening = new ArrayList<>();
        try {
            for (Pair pair : pairs) {
                listening.add(listen(pair));
            }
            List<Thread> accepting = new ArrayList<>();
            for (int i = 0; i < pairs.size(); i++) {
                ServerSocket here = listening.get(i);
                int there = pairs.get(i).there();
                out.println(here.getInetAddress().getHostAddress() + ":" + here.getLocalPort() + " -> " + container.name() + ":" + there);
                accepting.add(Thread.ofVirtual().name("port " + there).start(() -> accept(api, here, container, there)));
            }
            out.flush();
            for (Thread one : accepting) {
                one.join();
            }
            return 0;
        } finally {
            for (ServerSocket one : listening) {
                one.close();
            }
        }
    }

    private ContainerView container(ApiClient api) {
        try {
            return new Containers(api).find(reference);
        } catch (ApiProblem noContainer) {
            if (noContainer.status() != 404) {
                throw noContainer;
            }
            return api.list("/containers?deployment=" + ApiClient.escape(reference), ContainerView.class).stream()
                    .max(Comparator.comparing(ContainerView::ready))
                    .orElseThrow(() -> noContainer);
        }
    }

    private ServerSocket listen(Pair pair) throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.bind(new InetSocketAddress(InetAddress.getByName(address), pair.here()));
            return socket;
        } catch (IOException e) {
            socket.close();
            throw new IOException("port " + pair.here() + " of " + address + " can't be listened on: " + e.getMessage() + "; write :" + pair.there() + " for any free one", e);
        }
    }

    private void accept(ApiClient api, ServerSocket here, ContainerView container, int there) {
        while (!here.isClosed()) {
            try {
                Socket client = here.accept();
                Thread.ofVirtual().name("connection to " + there).start(() -> forward(api, client, container, there));
            } catch (IOException e) {
                if (!here.isClosed()) {
                    err().println("gantry: no connection was taken: " + e.getMessage());
                }
            }
        }
    }

    private void forward(ApiClient api, Socket client, ContainerView container, int there) {
        try (client) {
            ForwardedConnection.run(api, Containers.path(container.id().value()) + "/port-forward?port=" + there, client);
        } catch (ApiProblem | IOException e) {
            err().println("gantry: " + e.getMessage());
        }
    }
}
