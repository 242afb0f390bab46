package io.gantry.gateway.route;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** How much one token may ask for below {@code /api/v1}, of each gateway. */
@ConfigMapping(prefix = "gantry.rate")
public interface RateConfig {
    /** In the long run; 0 is no limit. */
    @WithDefault("20000")
    int perSecond();

    /** At once, after a rest. */
    @WithDefault("40000")
    int burst();
}
