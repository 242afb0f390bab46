package io.gantry.agent.execute;

import io.gantry.agent.runtime.StartFailure;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.state.Observed;
import io.gantry.kernel.cgroup.CoreSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which cores each container of this agent may run on: some have cores to themselves, and all others keep off those.
 *
 * <p>Its goals, in this order: no core is given to a second one while somebody has it alone; whoever runs has a core, of its {@code cpuset} if it is
 * bound; the cores are given from the last one down, since the host's own work tends to the first. So of 0 to 7 two get 6-7; where another
 * is bound to 7, they get 5-6.
 */
final class OwnCores {
    private static final String STEP = "cores";
    private final CoreSet all;
    private final Map<ContainerId, Claim> claims = new LinkedHashMap<>();

    /**
     * @param slot its control groups'
     * @param asked what it is bound to; {@code null} for nothing
     * @param own what it has alone; empty if nothing
     */
    private record Claim(String name, int slot, CoreSet asked, CoreSet own) {}

    /** @param all of the host; empty where it can't bind processes to cores */
    OwnCores(CoreSet all) {
        this.all = all;
    }

    /**
     * From here on until {@link #leave} its cores are its own. One that has none alone may be left fewer by the next one that enters.
     *
     * @return what it has alone, or {@code null}
     * @throws StartFailure if what it asks for can't be; then it hasn't entered
     */
    synchronized String enter(ContainerRecord record) throws StartFailure {
        claims.remove(record.container().id());
        Resources resources = record.container().spec().resources();
        CoreSet own = resources.exclusiveCores() == null ? CoreSet.EMPTY : choose(resources.exclusiveCores());
        Claim claim = claim(record, own);
        if (nowhere(claim)) {
            throw new StartFailure(boundToOthers(STEP, claim), null);
        }
        claims.put(record.container().id(), claim);
        return own.isEmpty() ? null : own.list();
    }

    /** It runs since before this agent, and has what its record says. */
    synchronized void mark(ContainerRecord record) {
        claims.put(record.container().id(), claim(record, record.cores() == null ? CoreSet.EMPTY : CoreSet.parse(record.cores())));
    }

    /** @return why it can't be what it is now; then nothing has changed */
    synchronized Optional<Observed.Failure> become(ContainerRecord updated, String step) {
        Claim before = claims.get(updated.container().id());
        Claim after = claim(updated, before == null ? CoreSet.EMPTY : before.own());
        if (nowhere(after)) {
            return Optional.of(boundToOthers(step, after));
        }
        claims.put(updated.container().id(), after);
        return Optional.empty();
    }

    /** @return whether it had any alone, so that others may have more now */
    synchronized boolean leave(ContainerId id) {
        Claim gone = claims.remove(id);
        return gone != null && !gone.own().isEmpty();
    }

    /** Whether anybody has any alone. */
    synchronized boolean given() {
        return !taken().isEmpty();
    }

    /** Where it may run by now; empty if that is wherever it asks for. */
    synchronized Optional<CoreSet> of(ContainerId id) {
        return Optional.ofNullable(claims.get(id)).filter(_ -> given()).map(this::runsOn);
    }

    private static Claim claim(ContainerRecord record, CoreSet own) {
        String cpuset = record.container().spec().resources().cpuset();
        return new Claim(record.container().name(), record.slot(), cpuset == null ? null : CoreSet.parse(cpuset), own);
    }

    private boolean nowhere(Claim claim) {
        return claim.asked() != null && runsOn(claim).isEmpty();
    }

    private Observed.Failure boundToOthers(String step, Claim claim) {
        return new Observed.Failure(
                step, 0, "it is bound to cores " + claim.asked().list() + ", which others have alone: " + owners(),
                "bind it to other cores of this node, which has " + all.list());
    }

    /** Of all that are here, by slot. */
    synchronized Map<Integer, CoreSet> everybodys() {
        return claims.values().stream().collect(Collectors.toMap(Claim::slot, this::runsOn, (one, _) -> one));
    }

    private CoreSet runsOn(Claim claim) {
        if (!claim.own().isEmpty()) {
            return claim.own();
        }
        return (claim.asked() == null ? all : claim.asked()).without(taken());
    }

    private CoreSet taken() {
        return claims.values().stream().map(Claim::own).reduce(CoreSet.EMPTY, CoreSet::plus);
    }

    private CoreSet choose(int count) throws StartFailure {
        if (all.isEmpty()) {
            throw refusal("this host can't bind processes to cores: it has no cpuset controller", "mount it, or leave exclusiveCores out");
        }
        List<Integer> chosen = new ArrayList<>();
        for (int core : all.without(taken()).cores().reversed()) {
            if (chosen.size() < count && sparesAll(new CoreSet(chosen).plus(new CoreSet(List.of(core))))) {
                chosen.add(core);
            }
        }
        if (chosen.size() < count) {
            throw refusal(
                    "%d %s to itself can't be given: of this node's %d, others have %s alone, one is left to the rest, and one to each that is bound to some"
                            .formatted(count, count == 1 ? "core" : "cores", all.size(), taken().isEmpty() ? "none" : owners()),
                    chosen.isEmpty() ? "stop one of them, or place it on another node" : "ask for at most " + chosen.size() + ", or place it on another node");
        }
        return new CoreSet(chosen);
    }

    private boolean sparesAll(CoreSet chosen) {
        CoreSet rest = all.without(taken()).without(chosen);
        return !rest.isEmpty()
                && claims.values().stream().filter(claim -> claim.own().isEmpty() && claim.asked() != null).noneMatch(claim -> claim.asked().without(taken()).without(chosen).isEmpty());
    }

    private String owners() {
        return claims.values().stream()
                .filter(claim -> !claim.own().isEmpty())
                .map(claim -> claim.own().list() + " (" + claim.name() + ")")
                .collect(Collectors.joining(", "));
    }

    private static StartFailure refusal(String detail, String remedy) {
        return new StartFailure(new Observed.Failure(STEP, 0, detail, remedy), null);
    }
}
