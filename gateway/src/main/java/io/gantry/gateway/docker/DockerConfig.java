package io.gantry.gateway.docker;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Where Docker clients reach us. */
@ConfigMapping(prefix = "gantry.docker")
public interface DockerConfig {
    /** A unix socket, mode 0600: who may open it may do everything. Absent: none. */
    Optional<Path> socket();

    /** On loopback; the client sends its token in HttpHeaders of its configuration. -1: none; 0: any free one. */
    int port();

    /** Who doesn't come to the end of a request's head in that time after it connected, or began it, is cut off. */
    @WithDefault("30s")
    Duration headLimit();

    Nodes nodes();

    Tls tls();

    /** For clients with a certificate of the installation's authority, each of which goes with a token. */
    interface Tls {
        /** An address to listen on. */
        @WithDefault("127.0.0.1")
        String host();

        /** -1: nowhere; 0: any free one. */
        @WithDefault("2376")
        int port();
    }

    /** Where agents bring what containers say that have a socket to this API; by TLS, with a node's certificate. */
    interface Nodes {
        /** An address to listen on. */
        @WithDefault("0.0.0.0")
        String host();

        /** -1: nowhere; 0: any free one. */
        @WithDefault("7088")
        int port();
    }
}
