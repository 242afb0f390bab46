package io.gantry.agent.api;

import io.gantry.agent.link.ServiceCertificate;
import io.gantry.agent.runtime.ApiSockets;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.link.ApiServerName;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * Takes what a program in a container says on its socket to the gateway, byte by byte, each connection by one of its own: mutual TLS as this node, and the
 * name that it asks for says which container it is. The gateway knows what that one may. Nothing of the node's own is ever reached.
 */
public final class ApiRelay implements ApiSockets {
    private static final System.Logger LOG = System.getLogger(ApiRelay.class.getName());
    private static final int CONNECT_MILLIS = 5000;
    /** More than one container's connections at a time would keep others from the gateway. */
    private static final int MOST = 256;

    private final Supplier<InetSocketAddress> gateway;
    private final SSLContext tls;
    private final Map<ContainerId, ContainerSocket> sockets = new ConcurrentHashMap<>();

    /**
     * @param gateway looked up anew for each connection
     * @param tls this node's certificate, trusting the installation's CA alone
     */
    public ApiRelay(Supplier<InetSocketAddress> gateway, SSLContext tls) {
        this.gateway = gateway;
        this.tls = tls;
    }

    @Override
    public void open(ContainerId id, Path socket) throws IOException {
        close(id);
        // its folder is the container's alone, and its users aren't the host's
        ContainerSocket.Access anybody = new ContainerSocket.Access(0666, 0, 0);
        sockets.put(id, ContainerSocket.open(socket, anybody, "container " + id.shortForm(), (client, open) -> serve(id, client, open), () -> close(id)));
    }

    @Override
    public void close(ContainerId id) {
        ContainerSocket opened = sockets.remove(id);
        if (opened != null) {
            opened.close();
        }
    }

    @Override
    public void close() {
        List.copyOf(sockets.keySet()).forEach(this::close);
    }

    private void serve(ContainerId id, SocketChannel client, int open) {
        try (client) {
            relay(id, client, open);
        } catch (IOException e) {
            // it was over already
        }
    }

    private void relay(ContainerId id, SocketChannel client, int open) {
        if (open > MOST) {
            Relayed.refuse(client, "this container has " + MOST + " connections to the platform's API already");
            return;
        }
        SSLSocket up;
        try {
            up = dial(id);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the gateway isn't reached for container " + id.shortForm(), e);
            Relayed.refuse(client, "the platform's API at " + gateway.get() + " can't be reached from this node: " + e.getMessage());
            return;
        }
        Relayed.join(client, up);
    }

    private SSLSocket dial(ContainerId id) throws IOException {
        Socket plain = new Socket();
        try {
            InetSocketAddress address = gateway.get();
            plain.connect(address, CONNECT_MILLIS);
            plain.setTcpNoDelay(true);
            // a session of one container is never taken up for another: Java keeps them by this name
            SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(plain, ApiServerName.of(id), address.getPort(), true);
            SSLParameters parameters = socket.getSSLParameters();
            // the one in which either side can end its half alone
            parameters.setProtocols(new String[] {"TLSv1.3"});
            parameters.setServerNames(List.of(new SNIHostName(ApiServerName.of(id))));
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            if (!ServiceCertificate.isPeerOf(socket.getSession())) {
                throw new IOException("what answers there is no service of this installation");
            }
            return socket;
        } catch (IOException | RuntimeException e) {
            plain.close();
            throw e;
        }
    }
}
