package io.gantry.agent.execute;

import io.gantry.contracts.view.Explanation;
import io.gantry.contracts.id.ContainerId;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;

/** Prints what a start costs: {@code START} to the instant the command is executed, {@code TOTAL} until {@code true} is reaped. Arguments: runs, and how many processes are parked. */
final class StartBench {
    private StartBench() {}

    public static void main(String[] arguments) throws Exception {
        int runs = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 200;
        int parked = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 0;
        try (TestHost host = TestHost.make();
                TestBridge bridge = new TestBridge(host.node)) {
            host.runtime.close();
            host.park(host.settings.withParked(parked));
            double[] start = new double[runs];
            double[] total = new double[runs];
            double[] all = new double[runs];
            Explanation last = null;
            for (int i = 0; i < runs + 100; i++) {
                ContainerId id = TestHost.newId();
                host.runtime.awaitParked(Means.PATIENCE);
                long begin = System.nanoTime();
                host.runtime.start(host.request(id, TestHost.command("/bin/true"), 1, Optional.of(TestBridge.attachment(host.node, 2 + i % 200))));
                long started = System.nanoTime();
                host.awaitEnd(id);
                long ended = System.nanoTime();
                last = host.runtime.explain(id);
                host.runtime.remove(id);
                if (i >= 100) {
                    start[i - 100] = (started - begin) / 1e6;
                    total[i - 100] = (ended - begin) / 1e6;
                    all[i - 100] = (System.nanoTime() - begin) / 1e6;
                }
            }
            print("START", start);
            print("TOTAL", total);
            print("with removal", all);
            last.steps().stream()
                    .filter(step -> !step.ahead())
                    .sorted(Comparator.comparingLong(Explanation.Step::micros).reversed())
                    .limit(22)
                    .forEach(step -> System.out.printf("%7d µs %-9s %s%n", step.micros(), step.where(), step.title()));
        }
    }

    private static void print(String name, double[] millis) {
        Arrays.sort(millis);
        System.out.printf("%-14s median %.2f ms, p95 %.2f ms%n", name, millis[millis.length / 2], millis[millis.length * 95 / 100]);
    }
}
