package io.gantry.agent.execute;

import static io.gantry.agent.execute.RenewalListener.Deed.ANNOUNCED;
import static io.gantry.agent.execute.RenewalListener.Deed.RECORDED;
import static io.gantry.agent.execute.RenewalListener.Deed.REPLACED;
import static io.gantry.agent.execute.RenewalListener.Deed.SETTLED;
import static io.gantry.agent.execute.RenewalListener.Deed.TOLD;

import io.gantry.agent.plan.KeptFile;
import io.gantry.contracts.link.KeptFiles;
import io.gantry.contracts.spec.Mount;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.unit.SignalName;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Other contents for the secrets and configs of a container that runs. Its monitor holds the one writable mount of them, whichever agent made it.
 *
 * <p>An agent that ends in the middle leaves the rest to the next, which is asked for the same again: a signal is known to be due before the file
 * it is for is there, so it is sent at least once, and after the content that it tells of.
 */
final class FileRenewal {
    /** {@code FD_FILES} of {@code launcher/wire.h}. */
    private static final int FD_FILES = 63;

    private final Watch watch;
    private final RenewalListener listener;
    private final ReentrantLock turn = new ReentrantLock();

    FileRenewal(Watch watch, RenewalListener listener) {
        this.watch = watch;
        this.listener = listener;
    }

    void renew(LiveContainer live, Desired.Container wanted, KeptFiles files) {
        turn.lock();
        try {
            Desired.Container runs = live.record().container();
            KeptFolder folder = folder(live.record());
            replace(folder, runs.spec().kept(), files);
            tell(folder, live);
            watch.become(live, live.record().of(runs.withFiles(wanted.files())));
            listener.done(RECORDED);
        } finally {
            turn.unlock();
        }
    }

    private void replace(KeptFolder folder, List<Mount.Kept> all, KeptFiles files) {
        for (int i = 0; i < all.size(); i++) {
            KeptFile file = KeptFile.of(i, all.get(i), files);
            if (folder.has(file)) {
                continue;
            }
            if (all.get(i).signal() != null) {
                folder.announce(all.get(i).signal());
                listener.done(ANNOUNCED);
            }
            folder.replace(file);
            listener.done(REPLACED);
        }
    }

    private void tell(KeptFolder folder, LiveContainer live) {
        for (String signal : folder.announced()) {
            live.signal(SignalName.parse(signal).orElseThrow().number());
            listener.done(TOLD);
            folder.settle(signal);
            listener.done(SETTLED);
        }
    }

    private static KeptFolder folder(ContainerRecord record) {
        long monitor =
                ProcessHandle.of(record.pid())
                        .flatMap(ProcessHandle::parent)
                        .map(ProcessHandle::pid)
                        .orElseThrow(() -> new IllegalStateException("container " + record.container().id().shortForm() + " has just ended"));
        return new KeptFolder(Path.of("/proc/" + monitor + "/fd/" + FD_FILES));
    }
}
