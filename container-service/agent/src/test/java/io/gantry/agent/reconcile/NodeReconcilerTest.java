package io.gantry.agent.reconcile;

import static io.gantry.agent.reconcile.Wanted.ID;
import static io.gantry.agent.reconcile.Wanted.container;
import static io.gantry.agent.reconcile.Wanted.record;
import static io.gantry.agent.reconcile.Wanted.with;
import static io.gantry.contracts.state.Desired.Life.REMOVED;
import static io.gantry.contracts.state.Desired.Life.RUNNING;
import static io.gantry.contracts.state.Desired.Life.STOPPED;
import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.runtime.Exit;
import io.gantry.agent.runtime.Recovered;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.EndpointId;
import io.gantry.contracts.spec.Dns;
import io.gantry.contracts.spec.HealthCheck;
import io.gantry.contracts.spec.LogPolicy;
import io.gantry.contracts.spec.Mount;
import io.gantry.contracts.spec.NetworkUse;
import io.gantry.contracts.spec.RestartPolicy;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.DesiredRecord;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.state.StateKey;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.Ipv4;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeReconcilerTest {
    private static final Held GONE = Held.of(ID).removed();
    private final FakeHost host = new FakeHost();
    private final BlockingQueue<Held> changes = new LinkedBlockingQueue<>();
    private final BlockingQueue<ContainerId> gone = new LinkedBlockingQueue<>();
    private NodeReconciler reconciler;

    @TempDir Path folder;

    @AfterEach
    void end() {
        reconciler.close();
    }

    @Test
    void runsStopsAndRemovesAContainer() throws Exception {
        begin();
        reconciler.snapshot(1, 5, List.of());
        reconciler.change(5, record(1, 1, container(RUNNING, 1)));
        await(held -> held.stage() == Held.Stage.RUNNING);
        reconciler.change(5, record(2, 1, container(STOPPED, 1)));
        await(held -> held.stage() == Held.Stage.STOPPING);
        host.end(ID, 143);
        assertThat(await(held -> held.stage() == Held.Stage.EXITED).outcome().exitCode()).isEqualTo(143);
        reconciler.change(5, record(3, 1, container(REMOVED, 1)));
        await(held -> held.stage() == Held.Stage.REMOVED);
        assertThat(host.calls).containsSubsequence("start 1", "signal SIGTERM", "remove");
        assertThat(gone.poll(5, TimeUnit.SECONDS)).isEqualTo(ID);
        assertThat(new Journal(folder).held()).isEmpty();
    }

    @Test
    void theLayersOfAContainerAreNeededUntilItIsRemoved() throws Exception {
        Digest layer = Digest.ofHex("c".repeat(64));
        begin();
        reconciler.snapshot(1, 5, List.of(record(1, 1, with(container(RUNNING, 1), layer))));
        await(held -> held.stage() == Held.Stage.RUNNING);
        assertThat(layersNeeded()).contains(layer);
        reconciler.change(5, record(2, 1, with(container(STOPPED, 1), layer)));
        await(held -> held.stage() == Held.Stage.STOPPING);
        host.end(ID, 0);
        await(held -> held.stage() == Held.Stage.EXITED);
        assertThat(layersNeeded()).as("it may be started again").contains(layer);
        reconciler.change(5, record(3, 1, with(container(REMOVED, 1), layer)));
        assertThat(gone.poll(5, TimeUnit.SECONDS)).isEqualTo(ID);
        assertThat(layersNeeded()).isEmpty();
    }

    @Test
    void whatIsFetchedAheadIsNeeded() throws Exception {
        Digest layer = Digest.ofHex("d".repeat(64));
        StateKey key = new StateKey(Wanted.NODE, "prefetch", "web");
        begin();
        reconciler.snapshot(1, 5, List.of(new DesiredRecord(key, 1, 1, new Desired.Prefetch("web", with(container(RUNNING, 1), layer).image()))));
        assertThat(layersNeeded()).contains(layer);
        reconciler.change(5, new DesiredRecord(key, 2, 1, null));
        assertThat(layersNeeded()).isEmpty();
    }

    private Set<Digest> layersNeeded() throws Exception {
        CompletableFuture<Set<Digest>> needed = new CompletableFuture<>();
        reconciler.layersNeeded(needed::complete);
        return needed.get(5, TimeUnit.SECONDS);
    }

    @Test
    void tellsWhatBecameOfAnUpdate() throws Exception {
        begin();
        reconciler.snapshot(1, 5, List.of(record(1, 1, container(RUNNING, 1))));
        await(held -> held.stage() == Held.Stage.RUNNING);
        reconciler.change(5, record(2, 1, updated(1)));
        assertThat(await(held -> held.applied().update() == 1).applied().refusal()).isNull();
        host.notUpdated = new Observed.Failure("update-limits", 16, "the kernel refused it", "");
        reconciler.change(5, record(3, 1, updated(2)));
        Held refused = await(held -> held.applied().update() == 2);
        assertThat(refused.applied().refusal()).isEqualTo(host.notUpdated);
        assertThat(refused.stage()).isEqualTo(Held.Stage.RUNNING);
        assertThat(host.calls).containsSubsequence("start 1", "update 1", "update 2");
    }

    private static Desired.Container updated(long update) {
        Desired.Container c = container(RUNNING, 1);
        return new Desired.Container(
                c.id(), c.project(), c.name(), c.owner(), c.life(), c.run(), c.signal(), c.spec(), c.image(), c.stopSignal(), c.grace(), update, c.paused());
    }

    @Test
    void pausesAndLetsGoOnAndWakesWhatItStops() throws Exception {
        begin();
        reconciler.snapshot(1, 5, List.of(record(1, 1, container(RUNNING, 1))));
        await(held -> held.stage() == Held.Stage.RUNNING);
        reconciler.change(5, record(2, 1, Wanted.paused(container(RUNNING, 1))));
        await(held -> held.stage() == Held.Stage.PAUSED);
        reconciler.change(5, record(3, 1, container(RUNNING, 1)));
        await(held -> held.stage() == Held.Stage.RUNNING);
        reconciler.change(5, record(4, 1, Wanted.paused(container(RUNNING, 1))));
        await(held -> held.stage() == Held.Stage.PAUSED);
        reconciler.change(5, record(5, 1, container(STOPPED, 1)));
        await(held -> held.stage() == Held.Stage.STOPPING);
        host.end(ID, 143);
        await(held -> held.stage() == Held.Stage.EXITED);
        // its worker may be later than the end
        Instant deadline = Instant.now().plusSeconds(5);
        while (Collections.frequency(host.calls, "unpause") < 2 && Instant.now().isBefore(deadline)) {
            Thread.onSpinWait();
        }
        assertThat(host.calls).containsSubsequence("pause", "unpause", "pause", "signal SIGTERM", "unpause");
    }

    @Test
    void aPauseThatFoundNoThreadIsTriedAgain() throws Exception {
        host.pauseFails = 1;
        begin();
        reconciler.snapshot(1, 5, List.of(record(1, 1, container(RUNNING, 1))));
        await(held -> held.stage() == Held.Stage.RUNNING);
        reconciler.change(5, record(2, 1, Wanted.paused(container(RUNNING, 1))));
        await(held -> held.stage() == Held.Stage.PAUSED);
    }

    @Test
    void startsAnUnhealthyContainerAgain() throws Exception {
        begin();
        Desired.Container plain = container(RUNNING, 1);
        HealthCheck check = HealthCheck.command("true").then(HealthCheck.OnUnhealthy.RESTART);
        reconciler.snapshot(1, 5, List.of(record(1, 1, Wanted.with(plain, plain.spec().but().health(check).build()))));
        Held runs = await(held -> held.stage() == Held.Stage.RUNNING);
        reconciler.unhealthy(ID, runs.latest().number() - 1);
        reconciler.unhealthy(ID, runs.latest().number());
        await(held -> held.stage() == Held.Stage.STOPPING);
        host.end(ID, 143);
        assertThat(await(held -> held.stage() == Held.Stage.EXITED).outcome().reason()).isEqualTo(Observed.ExitReason.UNHEALTHY);
        Held again = await(held -> held.stage() == Held.Stage.RUNNING);
        assertThat(again.latest().restarts()).isEqualTo(1);
        assertThat(again.ending().unhealthy()).isFalse();
        assertThat(host.calls).filteredOn(call -> call.startsWith("signal")).hasSize(1);
    }

    @Test
    void aChangeOfTheLogsLimitsTakesEffectWhileItRuns() throws Exception {
        begin();
        Desired.Container plain = container(RUNNING, 1);
        reconciler.snapshot(1, 5, List.of(record(1, 1, plain)));
        await(held -> held.stage() == Held.Stage.RUNNING);
        reconciler.change(5, record(2, 1, Wanted.with(plain, plain.spec().but().log(new LogPolicy(Bytes.mebi(1), null)).build())));
        reconciler.change(5, record(3, 1, container(STOPPED, 1)));
        await(held -> held.stage() == Held.Stage.STOPPING);
        host.end(ID, 0);
        await(held -> held.stage() == Held.Stage.EXITED);
        assertThat(host.calls).containsSubsequence("log " + Bytes.mebi(1), "signal SIGTERM");
    }

    @Test
    void aRestartedAgentBelievesTheKernelAboutAPause() throws Exception {
        begin();
        reconciler.snapshot(1, 5, List.of(record(1, 1, container(RUNNING, 1))));
        Held before = await(held -> held.stage() == Held.Stage.RUNNING);
        reconciler.close();
        host.found = List.of(new Recovered(ID, 1, before.latest().pid(), before.latest().startedAt(), Optional.empty(), true));
        begin();
        await(held -> held.stage() == Held.Stage.PAUSED);
        assertThat(await(held -> held.stage() == Held.Stage.RUNNING).latest().number()).isEqualTo(before.latest().number());
        assertThat(host.calls).contains("unpause");
    }

    @Test
    void anEndpointThatComesBeforeItsContainerIsNotForgotten() throws Exception {
        begin();
        reconciler.snapshot(1, 5, List.of());
        reconciler.change(5, Wanted.endpoint(1, 1));
        host.awaitApplied(ID);
        reconciler.change(5, record(1, 1, Wanted.networked(RUNNING, 1)));
        await(held -> held.stage() == Held.Stage.RUNNING);
    }

    @Test
    void aContainerWaitsForItsEndpoint() throws Exception {
        begin();
        reconciler.snapshot(1, 5, List.of(record(1, 1, Wanted.networked(RUNNING, 1))));
        await(held -> held.stage() == Held.Stage.PREPARING);
        reconciler.change(5, Wanted.endpoint(1, 1));
        await(held -> held.stage() == Held.Stage.RUNNING);
    }

    @Test
    void whereItsNetworkIsHereAContainerStartsWhileTablesAndNamesAreStillWorkedOn() throws Exception {
        CompletableFuture<Void> started = new CompletableFuture<>();
        begin();
        reconciler.snapshot(1, 5, List.of(record(1, 1, Wanted.networked(RUNNING, 1))));
        await(held -> held.stage() == Held.Stage.PREPARING);
        host.networkIsHere = true;
        host.working = () -> started.orTimeout(5, TimeUnit.SECONDS).join();
        reconciler.change(5, Wanted.endpoint(1, 1));
        await(held -> held.stage() == Held.Stage.RUNNING);
        assertThat(host.calls).as("it may send before it can").containsSubsequence("let send", "start 1");
        started.complete(null);
        host.awaitApplied(ID);
    }

    @Test
    void killingAContainerDoesNotWaitForItsStart() throws Exception {
        host.startHangs = true;
        begin();
        reconciler.snapshot(1, 5, List.of(record(1, 1, container(RUNNING, 1))));
        await(held -> held.stage() == Held.Stage.STARTING);
        reconciler.change(5, record(2, 1, container(ID, STOPPED, 1, null, RestartPolicy.NO, Duration.ZERO)));
        assertThat(await(held -> held.stage() == Held.Stage.FAILED).trouble().failure().detail()).isEqualTo("called off");
    }

    @Test
    void removingAContainerDoesNotWaitForItsStart() throws Exception {
        host.startHangs = true;
        begin();
        reconciler.snapshot(1, 5, List.of(record(1, 1, container(RUNNING, 1))));
        await(held -> held.stage() == Held.Stage.STARTING);
        reconciler.change(5, record(2, 1, container(REMOVED, 1)));
        await(held -> held.stage() == Held.Stage.REMOVED);
        assertThat(host.calls).containsSubsequence("start 1", "remove");
    }

    @Test
    void triesItsNetworksAgainUntilTheKernelTakesThem() throws Exception {
        host.networkFails = 3;
        begin();
        reconciler.snapshot(1, 5, List.of(Wanted.endpoint(1, 1), record(1, 1, Wanted.networked(RUNNING, 1))));
        Held waits = await(held -> held.trouble().failure() != null);
        assertThat(waits.stage()).as("for a while it is only a longer preparation").isEqualTo(Held.Stage.PREPARING);
        assertThat(waits.trouble().failure().step()).isEqualTo("network");
        assertThat(waits.trouble().failure().errno()).isEqualTo(95);
        assertThat(waits.trouble().failure().detail()).startsWith("create bridge gb1: EOPNOTSUPP");
        assertThat(waits.trouble().failure().hint()).contains("gantry doctor");
        Held runs = await(held -> held.stage() == Held.Stage.RUNNING);
        assertThat(runs.trouble().failure()).isNull();
    }

    @Test
    void whatSomebodyElseHasOnThisHostIsSaidToBeSo() throws Exception {
        host.networkFails = 3;
        host.networkErrno = 17;
        begin();
        reconciler.snapshot(1, 5, List.of(Wanted.endpoint(1, 1), record(1, 1, Wanted.networked(RUNNING, 1))));
        assertThat(await(held -> held.trouble().failure() != null).trouble().failure().hint()).contains("a second installation", "GANTRY_POOL");
    }

    @Test
    void failingNetworksAreNoReasonToStopWhatRunsOnThem() throws Exception {
        begin();
        reconciler.snapshot(1, 5, List.of(Wanted.endpoint(1, 1), record(1, 1, Wanted.networked(RUNNING, 1))));
        await(held -> held.stage() == Held.Stage.RUNNING);
        host.networkFails = 2;
        host.rounds.drainPermits();
        reconciler.change(5, Wanted.endpoint(2, 1));
        awaitRounds(3);
        assertThat(changes).isEmpty();
        assertThat(host.running).containsKey(ID);
    }

    @Test
    void looksAtItsNetworksThoughNothingHasChanged() throws Exception {
        begin();
        reconciler.snapshot(1, 5, List.of(Wanted.endpoint(1, 1)));
        host.awaitApplied(ID);
        host.rounds.drainPermits();
        awaitRounds(3);
    }

    private void awaitRounds(int count) throws InterruptedException {
        assertThat(host.rounds.tryAcquire(count, 5, TimeUnit.SECONDS)).as(count + " rounds of the networks").isTrue();
    }

    @Test
    void goesOnWhileItsMemoryCannotBeWritten() throws Exception {
        begin();
        // where nothing can be written: as on a full disk
        Files.createDirectories(folder.resolve("held.log"));
        Files.createDirectories(folder.resolve("desired.log"));
        reconciler.snapshot(1, 5, List.of(record(1, 1, container(RUNNING, 1))));
        await(held -> held.stage() == Held.Stage.RUNNING);
        host.end(ID, 3);
        assertThat(await(held -> held.stage() == Held.Stage.EXITED).outcome().exitCode()).isEqualTo(3);
    }

    @Test
    void anExitQuickerThanTheWordOfItsStartIsKept() throws Exception {
        host.endsAtOnce = true;
        begin();
        reconciler.snapshot(1, 5, List.of(record(1, 1, container(RUNNING, 1))));
        await(held -> held.stage() == Held.Stage.RUNNING);
        assertThat(await(held -> held.stage() == Held.Stage.EXITED).outcome().exitCode()).isZero();
    }

    @Test
    void whatTheSnapshotLacksIsReaped() throws Exception {
        begin();
        reconciler.snapshot(1, 5, List.of(record(1, 1, container(RUNNING, 1))));
        await(held -> held.stage() == Held.Stage.RUNNING);
        reconciler.snapshot(2, 6, List.of());
        await(held -> held.stage() == Held.Stage.REMOVED);
        assertThat(host.running).isEmpty();
    }

    @Test
    void anOlderSnapshotReapsNothing() throws Exception {
        begin();
        reconciler.snapshot(2, 5, List.of(record(1, 2, container(RUNNING, 1))));
        await(held -> held.stage() == Held.Stage.RUNNING);
        reconciler.snapshot(1, 6, List.of());
        reconciler.change(5, record(2, 2, container(RUNNING, 2)));
        await(held -> held.stage() == Held.Stage.STOPPING);
        assertThat(host.running).containsKey(ID);
    }

    @Test
    void aRestartedAgentKeepsItsContainersWithoutAnyService() throws Exception {
        begin();
        reconciler.snapshot(1, 5, List.of(record(1, 1, container(RUNNING, 1))));
        Held before = await(held -> held.stage() == Held.Stage.RUNNING);
        awaitRemembered();
        reconciler.close();
        changes.clear();
        host.calls.clear();
        host.found = List.of(new Recovered(ID, 1, before.latest().pid(), before.latest().startedAt(), Optional.empty(), false));
        begin();
        assertThat(await(held -> true)).isEqualTo(before);
        assertThat(host.calls).doesNotContain("start 1", "kill", "remove");
    }

    @Test
    void whatAnAgentHadNotedButNotDoneBeforeItDiedIsKilledByTheNext() throws Exception {
        begin();
        reconciler.snapshot(1, 5, List.of(record(1, 1, container(RUNNING, 1))));
        Held before = await(held -> held.stage() == Held.Stage.RUNNING);
        reconciler.close();
        Instant asked = Instant.now().minusSeconds(60);
        new Journal(folder).remember(before.stopping(asked, "SIGTERM", Duration.ofSeconds(10)).beingKilled(asked.plusSeconds(10)));
        host.found = List.of(new Recovered(ID, 1, before.latest().pid(), before.latest().startedAt(), Optional.empty(), false));
        begin();
        reconciler.snapshot(1, 6, List.of(record(2, 1, container(STOPPED, 1))));
        assertThat(await(held -> held.stage() == Held.Stage.EXITED).outcome().exitCode()).isEqualTo(137);
        assertThat(host.calls).containsOnlyOnce("kill").doesNotContain("signal SIGTERM");
    }

    @Test
    void whatWasGivenUpStaysSoWhenTheAgentIsRestarted() throws Exception {
        begin();
        Desired.Container plain = container(ID, RUNNING, 1, null, RestartPolicy.ALWAYS, Duration.ofSeconds(10));
        Desired.Container wanted = Wanted.with(
                plain, plain.spec().but().health(HealthCheck.command("true").then(HealthCheck.OnUnhealthy.STOP)).build());
        reconciler.snapshot(1, 5, List.of(record(1, 1, wanted)));
        Held running = await(held -> held.stage() == Held.Stage.RUNNING);
        reconciler.unhealthy(ID, running.latest().number());
        await(held -> held.stage() == Held.Stage.STOPPING);
        Exit exit = new Exit(143, Observed.ExitReason.SIGNALLED, Instant.now());
        host.end(ID, exit);
        Held before = await(held -> held.stage() == Held.Stage.EXITED);
        assertThat(before.outcome().reason()).isEqualTo(Observed.ExitReason.UNHEALTHY);
        awaitRemembered();
        reconciler.close();
        changes.clear();
        host.calls.clear();
        host.found = List.of(new Recovered(ID, 1, 0, running.latest().startedAt(), Optional.of(exit), false));
        begin();
        assertThat(await(held -> true)).isEqualTo(before);
        reconciler.snapshot(2, 6, List.of(record(2, 2, wanted)));
        assertThat(await(held -> true)).isEqualTo(before);
        assertThat(host.calls).doesNotContain("start 1");
    }

    @Test
    void aKillThatFailsIsTriedAgain() throws Exception {
        begin();
        Desired.Container wanted = container(ID, RUNNING, 1, null, RestartPolicy.NO, Duration.ZERO);
        reconciler.snapshot(1, 5, List.of(record(1, 1, wanted)));
        await(held -> held.stage() == Held.Stage.RUNNING);
        host.killFails = 1;
        reconciler.change(5, record(2, 1, container(ID, STOPPED, 1, null, RestartPolicy.NO, Duration.ZERO)));
        assertThat(await(held -> held.stage() == Held.Stage.EXITED).outcome().exitCode()).isEqualTo(137);
        assertThat(host.calls).containsSubsequence("kill", "kill");
    }

    @Test
    void restartsByPolicyWithoutAnyService() throws Exception {
        begin();
        Desired.Container wanted = container(ID, RUNNING, 1, null, RestartPolicy.ALWAYS, Duration.ofSeconds(1));
        reconciler.snapshot(1, 5, List.of(record(1, 1, wanted)));
        await(held -> held.stage() == Held.Stage.RUNNING);
        host.end(ID, 1);
        Held again = await(held -> held.stage() == Held.Stage.RUNNING && held.latest().restarts() == 1);
        assertThat(again.latest().run()).isEqualTo(1);
    }

    @Test
    void reportsAsRemovedWhatShallBeGoneAndNeverWasHere() throws Exception {
        begin();
        reconciler.snapshot(1, 5, List.of(record(4, 1, container(REMOVED, 1))));
        assertThat(await(held -> true)).isEqualTo(GONE);
        assertThat(host.calls).doesNotContain("remove", "kill");
    }

    @Test
    void doesNotStartWhatWouldTakeAPortFromAProgramOfTheHost() throws Exception {
        host.taken = new Observed.Failure("publish-port", 98, "port 22/tcp is in use", "publish another");
        begin();
        reconciler.snapshot(1, 5, List.of(record(1, 1, container(RUNNING, 1))));
        assertThat(await(held -> held.stage() == Held.Stage.FAILED).trouble().failure()).isEqualTo(host.taken);
        assertThat(host.calls).doesNotContain("start 1");
        host.taken = null;
        reconciler.change(5, record(2, 1, container(RUNNING, 2)));
        await(held -> held.stage() == Held.Stage.RUNNING);
    }

    @Test
    void asksForAnImageAgainUntilItsSourceIsBackWhateverThePolicy() throws Exception {
        host.imageAway = 3;
        begin();
        reconciler.snapshot(1, 5, List.of(record(1, 1, container(RUNNING, 1))));
        Held waits = await(held -> held.trouble().failure() != null);
        assertThat(waits.stage()).as("a short outage is only a longer preparation").isEqualTo(Held.Stage.PREPARING);
        assertThat(waits.trouble().failure().detail()).contains("10.0.0.1:7087");
        Held runs = await(held -> held.stage() == Held.Stage.RUNNING);
        assertThat(runs.trouble().failure()).isNull();
        assertThat(host.calls.stream().filter("fetch"::equals)).hasSize(4);
    }

    private static Desired.Container withSecret(long files) {
        Desired.Container plain = container(ID, RUNNING, 1, null, RestartPolicy.ALWAYS, Duration.ofSeconds(1));
        return Wanted.with(plain, plain.spec().but().mounts(List.of(Mount.Secret.named("db"))).build()).withFiles(files);
    }

    @Test
    void asksForSecretsAtEachStartAndWaitsForTheirSource() throws Exception {
        host.secret = null;
        begin();
        reconciler.snapshot(1, 5, List.of(record(1, 1, withSecret(0))));
        Held waits = await(held -> held.trouble().failure() != null);
        assertThat(waits.stage()).isEqualTo(Held.Stage.PREPARING);
        assertThat(waits.trouble().failure().detail()).isEqualTo("container-service at 10.0.0.1:7086: refused");
        host.secret = "first";
        await(held -> held.stage() == Held.Stage.RUNNING);
        host.secret = "second";
        host.end(ID, 1);
        await(held -> held.stage() == Held.Stage.EXITED);
        await(held -> held.stage() == Held.Stage.RUNNING);
        assertThat(host.calls).containsSubsequence("start 1", "file first", "start 1", "file second");
    }

    @Test
    void givesWhatRunsItsRotatedSecretsOnceTheyCanBeHad() throws Exception {
        begin();
        reconciler.snapshot(1, 5, List.of(record(1, 1, withSecret(0))));
        await(held -> held.stage() == Held.Stage.RUNNING);
        host.secret = null;
        reconciler.change(5, record(2, 1, withSecret(1)));
        host.secret = "second";
        Instant deadline = Instant.now().plusSeconds(10);
        while (!host.calls.contains("renew second") && Instant.now().isBefore(deadline)) {
            Thread.onSpinWait();
        }
        assertThat(host.calls).containsSubsequence("start 1", "file first", "renew second").doesNotContain("renew first");
        assertThat(host.files(ID)).hasValue(1);
    }

    @Test
    void stopsAskingForAnImageThatNobodyWantsAnyMore() throws Exception {
        host.imageAway = Integer.MAX_VALUE;
        begin();
        reconciler.snapshot(1, 5, List.of(record(1, 1, container(RUNNING, 1))));
        await(held -> held.trouble().failure() != null);
        reconciler.change(5, record(2, 1, container(REMOVED, 1)));
        await(held -> held.stage() == Held.Stage.REMOVED);
    }

    private static Desired.Container on(String... networks) {
        Desired.Container plain = Wanted.networked(RUNNING, 1);
        return Wanted.with(plain, plain.spec().but().networks(List.of(networks).stream().map(NetworkUse::of).toList()).build());
    }

    @Test
    void plugsWhatRunsIntoFurtherNetworksOnceTheyAreHereAndOutOfOthers() throws Exception {
        host.rewireFails = 1;
        begin();
        reconciler.snapshot(1, 5, List.of(record(1, 1, on("default")), Wanted.endpoint(1, 1)));
        assertThat(await(held -> held.stage() == Held.Stage.RUNNING).plugged()).containsExactly(FakeHost.plug().endpoint());
        reconciler.change(5, record(2, 1, on("default", "front")));
        host.plugs = List.of(FakeHost.plug(), FakeHost.plug("d".repeat(64), "front"));
        reconciler.change(5, Wanted.endpoint(2, 1));
        assertThat(await(held -> held.plugged().size() == 2).stage()).isEqualTo(Held.Stage.RUNNING);
        reconciler.change(5, record(3, 1, on("front")));
        await(held -> held.plugged().equals(List.of(new EndpointId("d".repeat(64)))));
        reconciler.change(5, record(4, 1, Wanted.with(on("front"), on("front").spec().but().networks(List.of()).build())));
        await(held -> held.plugged().isEmpty());
        assertThat(host.calls.stream().filter(call -> call.startsWith("rewire")))
                .containsExactly("rewire [default, front]", "rewire [default, front]", "rewire [front]", "rewire []");
        host.end(ID, 0);
        await(held -> held.stage() == Held.Stage.EXITED);
    }

    @Test
    void whoIsAskedForItsNamesIsToldWithItsContainer() throws Exception {
        begin();
        Dns own = new Dns(List.of(Ipv4.parse("192.0.2.53")), null, null);
        Desired.Container asks = Wanted.with(on("default"), on("default").spec().but().dns(own).build());
        reconciler.snapshot(1, 5, List.of());
        reconciler.change(5, Wanted.endpoint(1, 1));
        host.awaitApplied(ID);
        host.calls.clear();
        reconciler.change(5, record(2, 1, asks));
        await(held -> held.stage() == Held.Stage.RUNNING);
        Instant deadline = Instant.now().plusSeconds(5);
        while (!host.calls.contains("resolve by [192.0.2.53]") && Instant.now().isBefore(deadline)) {
            Thread.onSpinWait();
        }
        assertThat(host.calls).contains("resolve by [192.0.2.53]");
    }

    @Test
    void goesOnceThroughTheNetworksOfWhatAnAgentBeforeHasPluggedIn() throws Exception {
        begin();
        reconciler.snapshot(1, 5, List.of(record(1, 1, on("default")), Wanted.endpoint(1, 1)));
        await(held -> held.stage() == Held.Stage.RUNNING);
        awaitRemembered();
        reconciler.close();
        host.found = List.of(new Recovered(ID, 1, 42, Instant.now(), Optional.empty(), false));
        host.calls.clear();
        begin();
        reconciler.snapshot(2, 6, List.of(record(1, 2, on("default")), Wanted.endpoint(1, 2)));
        await(held -> held.plugged().size() == 1 && host.calls.contains("rewire [default]"));
        host.rounds.drainPermits();
        host.rounds.tryAcquire(2, 5, TimeUnit.SECONDS);
        assertThat(host.calls).filteredOn(call -> call.startsWith("rewire")).hasSize(1);
    }

    private void begin() throws Exception {
        Journal journal = new Journal(folder);
        reconciler = new NodeReconciler(host, host, host, host, journal, Clock.systemUTC(), new ContainerListener() {
            @Override
            public void changed(Held held, Optional<Desired.Container> wanted) {
                changes.add(held);
            }

            @Override
            public void gone(ContainerId id) {
                gone.add(id);
            }

            @Override
            public void epoch(long epoch) {}
        }, Duration.ofMillis(300));
        reconciler.start(journal.desire(), journal.held());
    }

    private void awaitRemembered() throws Exception {
        Instant deadline = Instant.now().plusSeconds(5);
        while (new Journal(folder).desire().records().isEmpty() && Instant.now().isBefore(deadline)) {
            Thread.onSpinWait();
        }
    }

    private Held await(Predicate<Held> which) throws InterruptedException {
        while (true) {
            Held held = changes.poll(5, TimeUnit.SECONDS);
            assertThat(held).as("a change that was expected").isNotNull();
            if (which.test(held)) {
                return held;
            }
        }
    }
}
