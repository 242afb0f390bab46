package io.gantry.agent.network.name;

import io.gantry.contracts.unit.Ipv4;
import java.util.HashMap;
import java.util.Map;

/** Who is waited for, or for whom others are asked: so many at a time, and no more than a part of them for one client, so that nobody has all. */
final class Patience {
    private final int most;
    private final int mostOfOne;
    private final Map<Ipv4, Integer> clients = new HashMap<>();
    private int all;

    Patience(int most, int mostOfOne) {
        this.most = most;
        this.mostOfOne = mostOfOne;
    }

    /** False if there is no place; else one is the client's until {@link #end}. */
    synchronized boolean begin(Ipv4 client) {
        int its = clients.getOrDefault(client, 0);
        if (all == most || its == mostOfOne) {
            return false;
        }
        clients.put(client, its + 1);
        all++;
        return true;
    }

    synchronized void end(Ipv4 client) {
        clients.computeIfPresent(client, (_, its) -> its == 1 ? null : its - 1);
        all--;
    }
}
