package io.gantry.agent.execute;

import static io.gantry.kernel.syscall.LinuxHeader.*;

import io.gantry.agent.plan.LauncherStep;
import io.gantry.agent.plan.RuntimeStep;
import io.gantry.kernel.mount.ServedFiles;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.SystemCalls;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What is said to the launcher and the first process, or heard of them. What they refuse is a {@link LauncherRefusal}. */
final class LauncherSteps {
    private final SystemCalls calls;
    private final Users users;
    private final Execution execution;

    LauncherSteps(SystemCalls calls, Users users, Execution execution) {
        this.calls = calls;
        this.users = users;
        this.execution = execution;
    }

    void run(LauncherStep step) {
        switch (step) {
            case LauncherStep.SpawnLauncher spawn -> spawn(spawn);
            case RuntimeStep.SpawnMaker spawn -> spawn(spawn);
            case LauncherStep.AwaitFirstProcess _ -> awaitBirth();
            case LauncherStep.WriteIdMap map -> writeOfFirstProcess(map.kind(), map.range().map());
            case LauncherStep.SetOomScore score -> writeOfFirstProcess("oom_score_adj", Integer.toString(score.score()));
            case LauncherStep.MakeProcView view -> makeProcView(view);
            case LauncherStep.ResolveUser resolve -> resolveUser(resolve);
            case LauncherStep.NameMonitor name -> nameMonitor(name);
            case LauncherStep.AwaitMonitor _ -> await(Wire.REPLY_LISTENS);
            case LauncherStep.Message message -> execution.send(message);
            case LauncherStep.AwaitExecuted _ -> execution.started(Instant.ofEpochSecond(0, await(Wire.REPLY_STARTED).nanos()));
        }
    }

    void run(RuntimeStep step) {
        switch (step) {
            case RuntimeStep.SpawnMaker spawn -> spawn(spawn);
            case RuntimeStep.AwaitMaker _ -> awaitBirth();
            case RuntimeStep.KeepWords(var result) -> execution.keep(result, calls.memoryFile("gantry-words", new byte[0], false));
            case RuntimeStep.LendProgram(var result) -> execution.borrow(result, execution.program());
            case RuntimeStep.AwaitMade _ -> execution.born(await(Wire.REPLY_MADE).pid());
        }
    }

    private void spawn(LauncherStep.SpawnLauncher step) {
        new Launch(step.unified(), step.tasks(), step.target(), step.made() != 0, List.of()).run(calls, execution, Wire.begin(step));
    }

    private void spawn(RuntimeStep.SpawnMaker step) {
        new Launch(step.unified(), step.tasks(), 0, true, List.of()).run(calls, execution, Wire.begin(step));
    }

    private void awaitBirth() {
        execution.born(await(Wire.REPLY_CLONED).pid());
    }

    private Wire.Reply await(int kind) {
        Wire.Reply reply = execution.reply();
        if (reply.kind() != kind) {
            throw new LauncherRefusal(reply);
        }
        return reply;
    }

    private void writeOfFirstProcess(String name, String content) {
        try (Fd file = calls.open("/proc/" + execution.firstProcess() + "/" + name, O_WRONLY, 0)) {
            calls.write(file, content.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** The monitor alone holds the device: what it serves goes with it. */
    private void makeProcView(LauncherStep.MakeProcView step) {
        ServedFiles files = new ServedFiles(calls);
        List<Fd> fds = new ArrayList<>();
        try {
            fds.add(files.device());
            execution.keep(step.result(), files.mount(fds.getFirst()));
            step.groups().forEach(group -> fds.add(calls.open(group, O_RDONLY | O_DIRECTORY, 0)));
            execution.tell(Wire.view(step), fds);
        } finally {
            fds.forEach(Fd::close);
        }
    }

    private void resolveUser(LauncherStep.ResolveUser step) {
        execution.runAs(
                step.root() == null ? users.ofProcess(step, execution.firstProcess()) : users.ofContainer(step, execution.get(step.root())));
    }

    private void nameMonitor(LauncherStep.NameMonitor step) {
        try (Fd state = folder(step.stateFolder());
                Fd sockets = folder(step.socketFolder())) {
            List<Fd> fds = new ArrayList<>(List.of(state, sockets));
            step.held().forEach(handle -> fds.add(execution.get(handle)));
            execution.tell(Wire.name(step), fds);
        }
    }

    private Fd folder(String path) {
        return calls.open(path, O_RDONLY | O_DIRECTORY, 0);
    }
}
