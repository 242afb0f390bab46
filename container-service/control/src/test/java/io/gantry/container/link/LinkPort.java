package io.gantry.container.link;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** Tells tests where the link listens. */
@Singleton
public class LinkPort {
    @Inject LinkServer server;

    public int number() {
        return server.port();
    }
}
