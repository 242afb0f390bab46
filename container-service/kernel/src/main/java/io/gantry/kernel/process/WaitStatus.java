package io.gantry.kernel.process;

/** What waitpid(2) said of a process that ended. */
public record WaitStatus(int raw) {
    public boolean signalled() {
        return (raw & 0x7f) != 0;
    }

    public int signal() {
        return raw & 0x7f;
    }

    /** 0 to 255; 128 + signal when signalled. */
    public int code() {
        return signalled() ? 128 + signal() : raw >> 8 & 0xff;
    }
}
