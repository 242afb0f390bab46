package io.gantry.agent.plan;

import io.gantry.contracts.link.KeptFiles;
import io.gantry.contracts.spec.Mount;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A secret or config as one file of a container. Its content is nowhere told: not by {@link Content#toString}, so not by a plan.
 *
 * @param name of the file in the folder of all of them, {@code 0-db-password}
 * @param what it is, for people
 * @param uid inside; {@code null} is the user that the container runs as
 */
public record KeptFile(String name, String what, int mode, Integer uid, Integer gid, Content content) {
    /** One string of execve(2), in bytes with the variable's name and the end: {@code MAX_ARG_STRLEN} of linux/binfmts.h. */
    private static final int LONGEST_VARIABLE = 128 << 10;

    /** @throws IllegalArgumentException if it can't be the value of that variable */
    public String text(String variable) {
        if (variable.length() + content.bytes.length + 2 > LONGEST_VARIABLE) {
            throw new IllegalArgumentException(what + " can be no variable: it has " + content + ", and the kernel takes 128 KiB with the name; read it from its file");
        }
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content.bytes())).toString();
            if (text.indexOf('\0') < 0) {
                return text;
            }
        } catch (CharacterCodingException e) {
            // refused below
        }
        throw new IllegalArgumentException(what + " can be no variable: its content isn't text in UTF-8 without U+0000; read it from its file");
    }

    /** Bytes that say how many they are and nothing else. */
    public static final class Content {
        private final byte[] bytes;

        private Content(byte[] bytes) {
            this.bytes = bytes.clone();
        }

        public byte[] bytes() {
            return bytes.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Content content && Arrays.equals(bytes, content.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return bytes.length + " bytes";
        }
    }

    /** @param place of the mount among the files that the spec names */
    public static KeptFile of(int place, Mount.Kept mount, KeptFiles files) {
        byte[] content =
                files.items().stream()
                        .filter(one -> one.kind().equals(mount.kind()) && one.name().equals(mount.source()))
                        .map(KeptFiles.One::content)
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("the content of " + mount.kind() + " '" + mount.source() + "' wasn't fetched"));
        return new KeptFile(name(place, mount), mount.kind() + " '" + mount.source() + "'", mount.mode(), mount.uid(), mount.gid(), new Content(content));
    }

    public static String name(int place, Mount.Kept mount) {
        return place + "-" + mount.source();
    }
}
