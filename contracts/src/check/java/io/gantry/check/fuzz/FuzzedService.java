package io.gantry.check.fuzz;

import io.gantry.check.RestContract;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/** One service's operations, the service being in this process: what it held before is what it holds afterwards. */
public final class FuzzedService {
    /** So many requests, before it is counted what there is: pools and caches are filled by then. */
    private static final int WARM = 60;
    /** Pools may grow a little. */
    private static final int MORE = 16;

    private FuzzedService() {}

    /**
     * @param document the contract
     * @param operations by the names that the contract has for them
     * @param root of the service, before the contract's paths
     * @return how often which status was answered
     */
    public static Map<String, Integer> fuzz(Path document, Set<String> operations, String root, String authorization, Hints hints, int count) {
        RestContract contract = RestContract.read(document);
        try (Wire wire = new Wire(root, authorization)) {
            Fuzzer fuzzer = new Fuzzer(contract, one -> operations.contains(one.name()), wire, hints, Dice.seed());
            fuzzer.run(WARM, Duration.ofMinutes(1));
            Footprint before = Footprint.ofThis();
            fuzzer.run(count * Dice.factor(), Duration.ofSeconds(20L * Dice.factor()));
            Footprint.returnsTo(ProcessHandle.current().pid(), before, MORE, Duration.ofSeconds(30));
            return fuzzer.statuses();
        }
    }
}
