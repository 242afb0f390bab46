package io.gantry.kernel.syscall;

import com.sun.jna.LastErrorException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.LongSupplier;

/** Makes one system call: again when a signal came between, and with a failure that names the call and what it was about. */
final class Call {
    private Call() {}

    static long make(String name, String subject, LongSupplier body) {
        return make(name, null, subject, body);
    }

    /** About an open file. */
    static long make(String name, Fd file, LongSupplier body) {
        return make(name, file, "", body);
    }

    /** About {@code below} in a folder, or as it stands if that is null. */
    static long make(String name, Fd folder, String below, LongSupplier body) {
        while (true) {
            try {
                return body.getAsLong();
            } catch (LastErrorException e) {
                if (e.getErrorCode() != Errno.EINTR) {
                    throw new SyscallFailure(name, folder == null ? below : folder.subject(below), e.getErrorCode());
                }
            }
        }
    }

    static Fd open(String name, String subject, LongSupplier body) {
        return open(name, null, subject, body);
    }

    static Fd open(String name, Fd folder, String below, LongSupplier body) {
        return new Fd((int) make(name, folder, below, body), folder, below, Call::close);
    }

    static void close(int number) {
        try {
            LibC.close(number);
        } catch (LastErrorException e) {
            // The descriptor is gone whatever close(2) answers; there is nothing to undo.
            return;
        }
    }

    /** On a platform thread, which ends afterwards: no other code ever finds itself there. */
    static <T> T aside(String name, Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.ofPlatform().name(name).start(task);
        try {
            return task.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException broken -> throw broken;
                case Error error -> throw error;
                default -> throw new IllegalStateException(e.getCause());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted on the thread '" + name + "'", e);
        }
    }

    /** {@code struct pollfd}. False when the time is over. */
    static boolean poll(Fd file, short events, int timeoutMillis) {
        byte[] request = structure(8).putInt(file.number()).putShort(events).array();
        return make("poll", file, () -> LibC.poll(request, 1, timeoutMillis)) > 0;
    }

    static ByteBuffer structure(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
    }
}
