package io.gantry.agent.execute;

import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.LinuxSystemCalls;
import io.gantry.kernel.syscall.SyscallFailure;
import io.gantry.kernel.syscall.SystemCalls;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The real calls, of which one is refused: the first whose name and arguments hold all of some texts. Knows which descriptors are still open. */
final class CountedCalls {
    private static final int EMFILE = 24;
    private final SystemCalls real = new LinuxSystemCalls();
    private final List<Fd> given = new CopyOnWriteArrayList<>();
    private final List<String> refused;

    CountedCalls(String... refused) {
        this.refused = List.of(refused);
    }

    SystemCalls calls() {
        return (SystemCalls) Proxy.newProxyInstance(
                SystemCalls.class.getClassLoader(), new Class<?>[] {SystemCalls.class}, (_, method, arguments) -> {
                    String line = method.getName() + " " + Arrays.toString(arguments);
                    if (refused.stream().allMatch(line::contains)) {
                        throw new SyscallFailure(method.getName(), "", EMFILE);
                    }
                    try {
                        Object result = method.invoke(real, arguments);
                        if (result instanceof Fd fd) {
                            given.add(fd);
                        }
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    List<Fd> open() {
        return given.stream().filter(CountedCalls::isOpen).toList();
    }

    boolean anyWereGiven() {
        return !given.isEmpty();
    }

    private static boolean isOpen(Fd fd) {
        try {
            return fd.number() >= 0;
        } catch (IllegalStateException closed) {
            return false;
        }
    }
}
