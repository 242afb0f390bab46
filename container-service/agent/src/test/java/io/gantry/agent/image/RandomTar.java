package io.gantry.agent.image;

import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.tar.TarEntry.Kind;
import io.gantry.contracts.tar.TarWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Archives that no builder makes: names come again and again as other kinds of files, lead through links, are hidden and brought back. */
final class RandomTar {
    private static final List<Integer> SIZES = List.of(0, 0, 1, 100, 511, 512, 513, 4095, 4096, 4097, 12_288, 70_000);
    private static final List<String> WILD = List.of("a", "b", "c", "d", "ä", "a", "b", ".", ".wh.a", ".wh.b", ".wh..wh..opq", ".wh..wh.aufs", "n".repeat(255));
    private static final List<String> WILDER = List.of("..", "n".repeat(256), ".wh.", ".wh...", "");
    private static final List<String> TAME = List.of("a", "b", "c", "d", "ä", "e", "f", "x y", "n".repeat(255), "m".repeat(120));
    private static final List<String> TARGETS = List.of("a", "b", "/a", "../b", "a/b", ".", "..", "/", "../../..", "c/", "ä", "gone", "t".repeat(300), "t".repeat(4095));

    /** GNU tar gives it to folders when all else is there, too late for what is made in them. */
    private static final int SETGID = 02000;

    private final Random random;
    private final boolean tame;
    private final List<String> used = new ArrayList<>();
    private final Set<String> folders = new HashSet<>();
    private final Set<String> leaves = new HashSet<>();

    /** @param tame what GNU tar unpacks just as overlayfs' rules have it: nothing hidden, no way through a link, no folder that becomes something else */
    RandomTar(long seed, boolean tame) {
        this.random = new Random(seed);
        this.tame = tame;
    }

    private record Body(TarEntry entry, byte[] content) {}

    byte[] bytes() throws IOException {
        List<Body> bodies = new ArrayList<>();
        int count = 1 + random.nextInt(40);
        for (int i = 0; i < count; i++) {
            bodies.add(next());
        }
        return tame || random.nextBoolean() ? pax(bodies) : gnu(bodies);
    }

    private static byte[] pax(List<Body> bodies) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarWriter tar = new TarWriter(out)) {
            for (Body body : bodies) {
                tar.add(body.entry(), new ByteArrayInputStream(body.content()));
            }
        }
        return out.toByteArray();
    }

    /** Long names and large numbers as GNU tar has them; no attributes. */
    private static byte[] gnu(List<Body> bodies) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8")) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
            for (Body body : bodies) {
                TarEntry entry = body.entry();
                TarArchiveEntry header = new TarArchiveEntry(entry.name() + (entry.kind() == Kind.FOLDER ? "/" : ""), flag(entry.kind()), true);
                header.setMode(entry.mode());
                header.setIds((int) (entry.uid() & 0x7fff_ffff), (int) (entry.gid() & 0x7fff_ffff));
                header.setSize(body.content().length);
                header.setModTime(Math.abs(entry.modified().getEpochSecond()) * 1000);
                header.setLinkName(entry.linkName());
                header.setDevMajor(entry.major());
                header.setDevMinor(entry.minor());
                tar.putArchiveEntry(header);
                tar.write(body.content());
                tar.closeArchiveEntry();
            }
        }
        return out.toByteArray();
    }

    private static byte flag(Kind kind) {
        return (byte) switch (kind) {
            case FILE -> '0';
            case HARD_LINK -> '1';
            case SYMBOLIC_LINK -> '2';
            case CHARACTER_DEVICE -> '3';
            case BLOCK_DEVICE -> '4';
            case FOLDER -> '5';
            case FIFO -> '6';
        };
    }

    private Body next() {
        String name = name();
        Kind kind = tame ? tame(name, kind()) : kind();
        byte[] content = new byte[kind == Kind.FILE ? one(SIZES) : 0];
        random.nextBytes(content);
        boolean device = kind == Kind.CHARACTER_DEVICE || kind == Kind.BLOCK_DEVICE;
        String target = kind == Kind.SYMBOLIC_LINK ? one(TARGETS) : kind == Kind.HARD_LINK ? one(targets(name)) : "";
        TarEntry entry = new TarEntry(
                name, kind, random.nextInt(010000) & ~(tame && kind == Kind.FOLDER ? SETGID : 0), random.nextInt(4) * 1_000_000_000L, random.nextInt(70_000), content.length,
                Instant.ofEpochSecond(random.nextInt(2_000_000_000) - 100_000_000, random.nextInt(1_000_000_000)), target,
                device ? random.nextInt(1 << 12) : 0, device ? random.nextInt(1 << 20) : 0, kind == Kind.HARD_LINK ? Map.of() : attributes(kind));
        if (kind != Kind.FOLDER) {
            used.add(name);
        }
        return new Body(entry, content);
    }

    /** What a hard link may be to; when tame, not to itself, which is nothing once its place was made free. */
    private List<String> targets(String name) {
        return tame ? used.stream().filter(one -> !one.equals(name)).toList() : used;
    }

    private String name() {
        while (true) {
            StringBuilder name = new StringBuilder();
            int depth = 1 + random.nextInt(4);
            for (int i = 0; i < depth; i++) {
                List<String> parts = tame ? TAME : random.nextInt(60) == 0 ? WILDER : WILD;
                name.append(i == 0 ? "" : "/").append(one(parts));
            }
            if (!tame) {
                return name.isEmpty() || name.charAt(name.length() - 1) == '/' ? name.append('a').toString() : name.toString();
            }
            if (parents(name.toString()).noneMatch(leaves::contains)) {
                return name.toString();
            }
        }
    }

    /** What is a folder stays one, and nothing else becomes one. */
    private Kind tame(String name, Kind wanted) {
        boolean toNothing = wanted == Kind.HARD_LINK && targets(name).isEmpty();
        Kind kind = folders.contains(name) ? Kind.FOLDER : toNothing || leaves.contains(name) && wanted == Kind.FOLDER ? Kind.FILE : wanted;
        parents(name).forEach(folders::add);
        (kind == Kind.FOLDER ? folders : leaves).add(name);
        return kind;
    }

    private static Stream<String> parents(String name) {
        return IntStream.range(1, name.length()).filter(i -> name.charAt(i) == '/').mapToObj(slash -> name.substring(0, slash));
    }

    private Kind kind() {
        return switch (random.nextInt(14)) {
            case 0, 1, 2, 3, 4 -> Kind.FILE;
            case 5, 6, 7 -> Kind.FOLDER;
            case 8, 9 -> Kind.SYMBOLIC_LINK;
            case 10 -> used.isEmpty() ? Kind.FILE : Kind.HARD_LINK;
            case 11 -> Kind.CHARACTER_DEVICE;
            case 12 -> Kind.BLOCK_DEVICE;
            default -> Kind.FIFO;
        };
    }

    private Map<String, byte[]> attributes(Kind kind) {
        Map<String, byte[]> attributes = new HashMap<>();
        if (random.nextInt(4) != 0) {
            return attributes;
        }
        boolean own = kind == Kind.FILE || kind == Kind.FOLDER;
        if (own || !tame && random.nextInt(20) == 0) {
            attributes.put("user.note", bytes(random.nextInt(300)));
            attributes.put("user.ä", bytes(3));
        }
        if (kind == Kind.FILE) {
            attributes.put("security.capability", ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN).putInt(0x02000001).putInt(random.nextInt()).array());
        }
        if (!tame && random.nextInt(20) == 0) {
            attributes.put(one(List.of("nonsense", "user.", "security.capability", "system.posix_acl_access", "system.other")), bytes(random.nextInt(30)));
        }
        if (!tame && kind == Kind.FILE && random.nextBoolean()) {
            attributes.put("system.posix_acl_access", accessList());
        }
        attributes.put("trusted.overlay.opaque", new byte[] {'y'});
        if (tame) {
            attributes.remove("trusted.overlay.opaque");
        }
        return attributes;
    }

    private byte[] accessList() {
        ByteBuffer list = ByteBuffer.allocate(4 + 8 * 5).order(ByteOrder.LITTLE_ENDIAN).putInt(2);
        List<Integer> tags = random.nextInt(8) == 0 ? List.of(1, 4, 2, 0x10, 0x20) : List.of(1, 2, 4, 0x10, 0x20);
        tags.forEach(tag -> list.putShort(tag.shortValue()).putShort((short) random.nextInt(8)).putInt(tag == 2 ? random.nextInt(1000) : -1));
        return list.array();
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }
}
