package io.gantry.e2e.onehost;

import java.nio.charset.StandardCharsets;

/** The beginning of an archive that has no end: one file of gibibytes, of which a little is there. */
final class EndlessTar {
    private static final int HEAD = 512;
    private static final int CHECKSUM_AT = 148;

    private EndlessTar() {}

    /** As a body of HTTP that goes on. */
    static String inChunks() {
        return chunk(head()) + chunk("x".repeat(64 << 10));
    }

    private static String chunk(String bytes) {
        return Integer.toHexString(bytes.length()) + "\r\n" + bytes + "\r\n";
    }

    /** POSIX.1-1988, "ustar Interchange Format". */
    private static String head() {
        byte[] head = new byte[HEAD];
        put(head, 0, "endless");
        put(head, 100, "0000644");
        put(head, 108, "0000000");
        put(head, 116, "0000000");
        put(head, 124, "77777777777");
        put(head, 136, "00000000000");
        put(head, CHECKSUM_AT, "        ");
        put(head, 156, "0");
        put(head, 257, "ustar");
        put(head, 263, "00");
        int sum = 0;
        for (byte one : head) {
            sum += one;
        }
        put(head, CHECKSUM_AT, "%06o\0 ".formatted(sum));
        return new String(head, StandardCharsets.ISO_8859_1);
    }

    private static void put(byte[] head, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, head, at, bytes.length);
    }
}
