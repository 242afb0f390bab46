package io.gantry.agent.execute;

import io.gantry.agent.plan.BundleStep.SpawnLeaving;
import io.gantry.agent.plan.LauncherStep.MakeProcView;
import io.gantry.agent.plan.LauncherStep.NameMonitor;
import io.gantry.agent.plan.LauncherStep.SpawnLauncher;
import io.gantry.agent.plan.RuntimeStep.SpawnMaker;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The messages of {@code launcher/wire.h}, byte for byte. */
final class Wire {
    /** Of the launcher's channels; both ends are of one build. */
    static final int VERSION = 6;

    /** Of the monitor's socket. The monitor may be of an older agent: see {@link MonitorConnection}. */
    static final int MONITOR_VERSION = 1;

    /** Monitors from this version on are understood. */
    static final int OLDEST_MONITOR = 1;

    static final int BEGIN_LOG = 2;
    static final int BEGIN_LOSSLESS = 4;
    static final int BEGIN_LEAVE = 8;
    static final int BEGIN_ADOPT = 16;
    static final int REPLY_CLONED = 1;
    static final int REPLY_STARTED = 2;
    static final int REPLY_FAILED = 3;
    static final int REPLY_LISTENS = 4;
    static final int REPLY_MADE = 5;
    static final int REPLY_BYTES = 24;

    /** Of {@link Reply#stage}: the first process, or that of a further command, is cloned. */
    static final String MAKE_NAMESPACES = "make-namespaces";

    static final int FRAME_HELLO = 1;
    static final int FRAME_STDIN = 2;
    static final int FRAME_STDIN_END = 3;
    static final int FRAME_RESIZE = 4;
    static final int FRAME_SIGNAL = 5;
    static final int FRAME_RELEASE = 6;
    static final int FRAME_LOG_LIMITS = 7;
    static final int FRAME_STATUS = 64;
    static final int FRAME_STDOUT = 65;
    static final int FRAME_STDERR = 66;
    static final int FRAME_EXIT = 67;
    static final int FRAME_HEADER = 8;
    static final int FRAME_MAX = 16384;
    static final int HELLO_WATCH = 1;
    static final int HELLO_ATTACH = 2;
    static final int STATE_PREPARING = 1;
    static final int STATE_RUNNING = 2;
    static final int STATE_EXITED = 3;

    private Wire() {}

    static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    static ByteBuffer wrap(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static byte[] begin(SpawnLauncher step) {
        return begin(step.made() == 0 ? BEGIN_LOSSLESS : BEGIN_LOG, step.made(), step.joined(), step.tasks().size(), 0);
    }

    static byte[] begin(SpawnMaker step) {
        return begin(BEGIN_LOG | BEGIN_ADOPT, 0, 0, step.tasks().size(), 0);
    }

    static byte[] begin(SpawnLeaving step) {
        return begin(BEGIN_LEAVE, step.made(), step.joined(), step.tasks().size(), step.entered().size());
    }

    private static byte[] begin(int flags, long made, long joined, int tasks, int spaces) {
        return buffer(40).putInt(VERSION).putInt(flags).putLong(made).putLong(joined).putLong(tasks).putLong(spaces).array();
    }

    static byte[] name(NameMonitor step) {
        byte[] socket = new byte[32];
        byte[] name = step.socket().getBytes(StandardCharsets.UTF_8);
        System.arraycopy(name, 0, socket, 0, name.length);
        return buffer(48).putInt(VERSION).putInt(step.logFiles()).putLong(step.logBytes()).put(socket).array();
    }

    /** Of {@link #FRAME_SIGNAL}. */
    static ByteBuffer signal(int number) {
        return buffer(4).putInt(number).flip();
    }

    /** Of {@link #FRAME_RESIZE}: two bytes each. */
    static ByteBuffer resize(int rows, int columns) {
        return buffer(4).putShort((short) rows).putShort((short) columns).flip();
    }

    static byte[] view(MakeProcView step) {
        return buffer(8).putInt(VERSION).putInt(step.groups().size()).array();
    }

    /** @param operation index of the failed operation, or a negative stage before the first */
    record Reply(int kind, int pid, int operation, int errno, long nanos) {
        /** {@code STAGE_EXECUTE}. */
        private static final int EXECUTE = -8;

        static Reply read(byte[] bytes) {
            ByteBuffer in = wrap(bytes);
            return new Reply(in.getInt(), in.getInt(), in.getInt(), in.getInt(), in.getLong());
        }

        /** The command couldn't be executed, in a container that another runtime has made. */
        boolean ofCommand() {
            return operation == EXECUTE;
        }

        /** What the launcher was at when no operation had begun. */
        String stage() {
            return switch (operation) {
                case -1 -> "launcher-begin";
                case -2 -> "monitor-socket";
                case -3 -> "launcher-starter";
                case -4 -> "join-cgroup";
                case -5 -> "enter-namespaces";
                case -6 -> MAKE_NAMESPACES;
                default -> "launcher-proceed";
            };
        }
    }

    static byte[] proceed(int operations, long bytes) {
        return buffer(16).putInt(VERSION).putInt(operations).putLong(bytes).array();
    }

    /** {@code struct status}. */
    record Status(int version, int state, int pid, int waitStatus, long startTicks, long startedNanos, long exitedNanos) {
        static Status read(ByteBuffer in) {
            return new Status(in.getInt(), in.getInt(), in.getInt(), in.getInt(), in.getLong(), in.getLong(), in.getLong());
        }
    }
}
