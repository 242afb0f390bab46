package io.gantry.agent.execute;

import static io.gantry.kernel.syscall.LinuxHeader.*;

import io.gantry.agent.plan.Handle;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.SystemCalls;
import java.util.ArrayList;
import java.util.List;

/**
 * The start of a launcher, whatever it stays for; undo is armed before.
 *
 * @param unified the group that it is born into
 * @param tasks v1 files by which it joins its other groups
 * @param target a process whose namespaces it enters, or 0
 * @param ownsGroup nothing else lives in its group: all of it ends when this is undone
 * @param entered namespaces that it enters one by one
 */
record Launch(String unified, List<String> tasks, int target, boolean ownsGroup, List<Handle> entered) {
    /** @param begin what the launcher is told first */
    void run(SystemCalls calls, Execution execution, byte[] begin) {
        CgroupWatch group = new CgroupWatch(calls, unified);
        execution.onUndo(
                () -> {
                    execution.stopLauncher(ownsGroup ? group::kill : () -> killFirstProcess(calls, execution));
                    if (ownsGroup) {
                        group.awaitEmpty();
                    }
                });
        List<Fd> opened = new ArrayList<>();
        try {
            opened.add(calls.open(unified, O_RDONLY | O_DIRECTORY, 0));
            opened.add(target > 0 ? calls.pidFd(target) : opened.getFirst());
            tasks.forEach(file -> opened.add(calls.open(file, O_WRONLY, 0)));
            List<Fd> fds = new ArrayList<>(opened);
            entered.forEach(namespace -> fds.add(execution.get(namespace)));
            execution.spawn(begin, fds);
        } finally {
            opened.forEach(Fd::close);
        }
    }

    private static void killFirstProcess(SystemCalls calls, Execution execution) {
        if (execution.firstProcess() > 0) {
            calls.kill(execution.firstProcess(), Execution.SIGKILL);
        }
    }
}
