package io.gantry.check.fuzz;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.gantry.check.RestContract;
import io.gantry.check.RestContract.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Sends requests over a contract, one after the other, and looks at each answer: it comes in time, it is one that the contract promises, nothing of ours has broken, and nothing of our inside is
 * told. What is found is collected, so that one run tells all.
 */
public final class Fuzzer {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ENOUGH = 20;
    /** Of one answer. */
    private static final int SEVERAL = 2;
    /** What needs a container's node is answered within a minute: with 504 where it is away, as that of a container that other tests left. */
    private static final Duration PATIENCE_WITH_NODES = Duration.ofSeconds(75);
    private static final String UNKNOWN_STATUS = "which the contract doesn't know";
    /** Nothing of this is a client's business; no request of ours has it. */
    private static final Pattern INSIDE = Pattern.compile(
            "\\b(?:io\\.gantry|java|javax|jakarta|com\\.fasterxml|io\\.vertx|io\\.netty|io\\.quarkus|org\\.[a-z]+)\\.[a-z]\\w*\\.|\\w+Exception\\b|SQLSTATE|\\bURLDecoder\\b|For input string|class [A-Z]\\w+");

    private final RestContract contract;
    private final List<Operation> operations;
    private final Wire wire;
    private final Dice dice;
    private final Known known = new Known();
    private final Calls calls;
    private final List<String> found = new ArrayList<>();
    private final Map<String, Integer> statuses = new TreeMap<>();
    private final long seed;

    /** @param which of the contract's operations are sent */
    public Fuzzer(RestContract contract, Predicate<Operation> which, Wire wire, Hints hints, long seed) {
        this.contract = contract;
        this.operations = contract.operations().stream().filter(which).toList();
        this.wire = wire;
        this.seed = seed;
        this.dice = new Dice(seed);
        this.calls = new Calls(dice, known, new Values(contract::resolve, dice, hints));
    }

    public Known known() {
        return known;
    }

    /** How often which status was answered. */
    public Map<String, Integer> statuses() {
        return statuses;
    }

    /**
     * @param atMost not counting what needs nodes
     * @throws AssertionError with all that is wrong and how to see it again
     */
    public void run(int count, Duration atMost) {
        long end = System.nanoTime() + atMost.toNanos();
        int sent = 0;
        for (; sent < count && System.nanoTime() < end && found.size() < ENOUGH; sent++) {
            Call call = calls.of(next());
            long begun = System.nanoTime();
            send(sent, call);
            end += needsNode(call) ? System.nanoTime() - begun : 0;
        }
        System.out.println("fuzzed with -Dgantry.fuzz.seed=" + seed + ": " + sent + " requests, answered with " + statuses);
        if (!found.isEmpty()) {
            throw new AssertionError("with -Dgantry.fuzz.seed=" + seed + ":\n" + String.join("\n", found));
        }
    }

    /** What makes something comes more often: the others need it. */
    private Operation next() {
        Operation one = dice.of(operations);
        return one.method().equals("POST") || dice.oneIn(2) ? one : dice.of(operations);
    }

    private void send(int number, Call call) {
        Wire.Answer answer;
        try {
            answer = wire.send(call, needsNode(call) ? PATIENCE_WITH_NODES : Wire.PATIENCE);
        } catch (Wire.Silence e) {
            if (!mayWait(call)) {
                found.add("#" + number + " " + call + "\n   " + e.getMessage());
            }
            statuses.merge("none", 1, Integer::sum);
            return;
        }
        statuses.merge(Integer.toString(answer.status()), 1, Integer::sum);
        List<String> wrong = new ArrayList<>(contract.wrong(call.method(), call.path(), answer.status(), answer.mediaType(), answer.body()));
        if (!answer.whole()) {
            // of what was left in the middle only the status can be judged
            wrong.removeIf(line -> !line.contains(UNKNOWN_STATUS));
        }
        if (call.query().matches("(.*&)?fields=.+")) {
            // not all was asked for
            wrong.removeIf(line -> line.endsWith(" is missing"));
        }
        if (answer.status() == 500) {
            wrong.add("something of ours has broken: " + answer.body());
        }
        var inside = INSIDE.matcher(answer.body());
        if (inside.find()) {
            wrong.add("tells '" + inside.group() + "' of our inside: " + Call.shown(answer.body()));
        }
        wrong.stream().limit(SEVERAL).map(Call::shown).forEach(one -> found.add("#" + number + " " + call + "\n   " + one));
        known.learn(call, answer.status(), answer.version(), json(answer.body()));
    }

    /** Who asks to wait may wait. */
    private static boolean mayWait(Call call) {
        return call.query().contains("wait=") || call.query().contains("grace=") || call.query().contains("seconds=");
    }

    private static boolean needsNode(Call call) {
        return call.path().startsWith("/containers/") && !call.method().equals("GET");
    }

    private static JsonNode json(String body) {
        try {
            return body.startsWith("{") ? JSON.readTree(body) : MissingNode.getInstance();
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }
}
