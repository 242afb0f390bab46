package io.gantry.gateway.stream;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.view.ContainerStats;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/** Reads an agent's samples, a line of JSON each, from chunks that end anywhere. */
public final class StatsLines {
    private Buffer rest = Buffer.buffer();

    /** @throws IllegalArgumentException for what is no sample */
    public List<ContainerStats> read(Buffer chunk) {
        Buffer all = rest.appendBuffer(chunk);
        List<ContainerStats> samples = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < all.length(); i++) {
            if (all.getByte(i) == '\n') {
                samples.add(Json.read(all.getString(from, i), ContainerStats.class));
                from = i + 1;
            }
        }
        rest = Buffer.buffer(all.getBytes(from, all.length()));
        return samples;
    }
}
