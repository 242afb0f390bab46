package io.gantry.agent.oci.command;

/** Options that engines pass though they mean nothing by them, and that are refused when they do. */
final class NotHonoured {
    private NotHonoured() {}

    static void preserveFds(String number) {
        if (!number.equals("0")) {
            throw new IllegalArgumentException("--preserve-fds " + number + " isn't honoured: a container gets input, output and errors and no other descriptor");
        }
    }
}
