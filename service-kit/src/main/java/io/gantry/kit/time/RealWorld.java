package io.gantry.kit.time;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** In production the world is the real one. */
@Singleton
final class RealWorld {
    @Produces
    @Singleton
    World world() {
        return World.real();
    }
}
