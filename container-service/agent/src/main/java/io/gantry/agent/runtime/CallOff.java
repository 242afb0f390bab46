package io.gantry.agent.runtime;

/** By which one thread ends a start that another is at: whoever wants the container gone needn't wait for what its start waits for. */
public final class CallOff {
    private boolean off;
    private Runnable end;

    /** The start fails as soon as it can; nothing if it has succeeded already. Never blocks, and may be repeated. */
    public synchronized void callOff() {
        off = true;
        if (end != null) {
            end.run();
        }
    }

    public synchronized boolean off() {
        return off;
    }

    /** @param how makes what is waited for come to an end; must not block */
    public synchronized void endBy(Runnable how) {
        end = how;
        if (off) {
            how.run();
        }
    }

    /** From here on there is nothing to end. */
    public synchronized void passed() {
        end = null;
    }
}
