package io.gantry.kernel.syscall;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Twin of the system calls: writes down each as {@code name argument argument}, gives descriptors that are none, and refuses those it was told
 * to. Counts the descriptors that are open.
 */
public final class TwinCalls {
    public final List<String> made = new ArrayList<>();
    private final Map<String, Integer> refusals = new HashMap<>();
    private int descriptors = 100;
    private int open;

    /** Calls whose line matches this expression fail with {@code errno}. */
    public TwinCalls refuse(String expression, int errno) {
        refusals.put(expression, errno);
        return this;
    }

    public int open() {
        return open;
    }

    public Fd fd() {
        open++;
        return new Fd(descriptors++, null, "a descriptor", _ -> open--);
    }

    public SystemCalls calls() {
        return (SystemCalls) Proxy.newProxyInstance(
                SystemCalls.class.getClassLoader(), new Class<?>[] {SystemCalls.class}, (_, method, arguments) -> {
                    String line = method.getName() + " " + Arrays.stream(arguments).map(String::valueOf).collect(Collectors.joining(" "));
                    made.add(line);
                    if (method.getName().equals("fsMount")) {
                        ((Fd) arguments[0]).close();
                    }
                    for (Map.Entry<String, Integer> refusal : refusals.entrySet()) {
                        if (line.matches(refusal.getKey())) {
                            throw new SyscallFailure(method.getName(), "", refusal.getValue());
                        }
                    }
                    return arguments != null && arguments[0] instanceof Supplier<?> work ? work.get() : answer(method.getReturnType());
                });
    }

    private Object answer(Class<?> type) {
        if (type == Fd.class) {
            return fd();
        }
        if (type == boolean.class) {
            return true;
        }
        if (type == int.class) {
            return 1;
        }
        if (type == byte[].class) {
            return new byte[0];
        }
        return type == Optional.class ? Optional.empty() : null;
    }
}
