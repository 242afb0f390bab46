package io.gantry.gateway.route;

import io.smallrye.config.ConfigMapping;
import java.net.URI;

/** Where the services answer, on loopback. In the standalone application all are the same address. */
@ConfigMapping(prefix = "gantry.services")
public interface PartAddresses {
    Address image();

    Address container();

    Address network();

    Address scheduler();

    interface Address {
        URI url();
    }

    default URI of(Part part) {
        return switch (part) {
            case IMAGE -> image().url();
            case CONTAINER -> container().url();
            case NETWORK -> network().url();
            case SCHEDULER -> scheduler().url();
        };
    }
}
