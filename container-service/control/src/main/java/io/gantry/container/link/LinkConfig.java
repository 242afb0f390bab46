package io.gantry.container.link;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Where agents dial in. */
@ConfigMapping(prefix = "gantry.link")
public interface LinkConfig {
    /** Listens on this address; all by default, since agents are on other machines. */
    @WithDefault("0.0.0.0")
    String host();

    @WithDefault("7086")
    int port();

    /** {@code host:port} under which agents reach it; goes into join tokens. */
    @WithDefault("127.0.0.1:7086")
    String advertise();

    /** A link that says nothing for so long is dead. */
    @WithDefault("PT5S")
    Duration deadline();

    /** How long a join token can be used. */
    @WithDefault("PT1H")
    Duration tokenLife();
}
