package io.gantry.gateway.docker;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.Optional;

/** Where Docker clients reach us. */
@ConfigMapping(prefix = "gantry.docker")
public interface DockerConfig {
    /** A unix socket, mode 0600: who may open it may do everything. Absent: none. */
    Optional<Path> socket();

    /** On loopback; the client sends its token in HttpHeaders of its configuration. -1: none; 0: any free one. */
    int port();
}
