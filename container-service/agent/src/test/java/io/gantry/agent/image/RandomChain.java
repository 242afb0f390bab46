package io.gantry.agent.image;

import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.tar.TarEntry.Kind;
import io.gantry.contracts.tar.TarWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Layers of chance above each other, whose tars leave out parents and go through links of layers below. What is a folder, a link or a file is so in all of them: {@code d…}, {@code l…} and {@code f…}.
 * Folders that links lead to are never deleted.
 */
final class RandomChain {
    private static final Map<String, String> LINKS = Map.of("l0", "d0", "l1", "d0/d1", "d0/l2", "../d2", "l3", "l1");
    private static final List<String> WAYS = List.of("", "d0", "d0/d1", "d2", "l0", "l1", "d0/l2", "l3", "l0/d1", "l0/l2", "d0/d3", "l1/d4", "d2/d5", "d2/d5/d6", "d7", "d7/d8", "l3/d9");
    private static final List<String> MAY_GO = List.of("d0/d3", "d0/d1/d4", "d2/d5", "d7", "d2/d5/d6", "l0/d3", "d0/l2/d5");
    private final Random random;
    /** That are there, in this layer or below; none after something was deleted, whatever that was. */
    private final List<String> files = new ArrayList<>();

    RandomChain(long seed) {
        this.random = new Random(seed);
    }

    /**
     * @param deleted what its whiteouts name, through whichever links
     * @param emptied folders that it has nothing from below in
     */
    record Made(byte[] tar, List<String> deleted, List<String> emptied) {}

    List<Made> layers() throws IOException {
        List<Made> layers = new ArrayList<>(List.of(lowest()));
        int above = 1 + random.nextInt(3);
        for (int i = 0; i < above; i++) {
            layers.add(next());
        }
        return layers;
    }

    private Made lowest() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarWriter tar = new TarWriter(out)) {
            for (String folder : List.of("d0", "d0/d1", "d2")) {
                tar.add(folder(folder));
            }
            for (var link : LINKS.entrySet()) {
                tar.add(TarEntry.link(link.getKey(), link.getValue(), random.nextInt(3), random.nextInt(3), time()));
            }
            fill(tar, random.nextInt(10));
        }
        return new Made(out.toByteArray(), List.of(), List.of());
    }

    private Made next() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<String> deleted = new ArrayList<>();
        List<String> emptied = new ArrayList<>();
        try (TarWriter tar = new TarWriter(out)) {
            if (random.nextInt(3) == 0) {
                emptied.add(one(List.of("d2/d5", "d7", "d0/d1/d4")));
                tar.add(TarEntry.file(emptied.getFirst() + "/.wh..wh..opq", 0, 0, 0, 0, Instant.EPOCH));
            }
            int gone = random.nextInt(3);
            for (int i = 0; i < gone; i++) {
                // a folder alone: nobody says of what is in it, too, that it is gone
                String name = gone == 1 && emptied.isEmpty() && random.nextBoolean() ? one(MAY_GO) : in(one(WAYS), "f" + random.nextInt(4));
                int slash = name.lastIndexOf('/') + 1;
                deleted.add(name);
                tar.add(TarEntry.file(name.substring(0, slash) + ".wh." + name.substring(slash), 0, 0, 0, 0, Instant.EPOCH));
            }
            if (!deleted.isEmpty() || !emptied.isEmpty()) {
                files.clear();
            }
            fill(tar, 1 + random.nextInt(8));
        }
        return new Made(out.toByteArray(), deleted, emptied);
    }

    private void fill(TarWriter tar, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            String way = one(WAYS);
            if (random.nextInt(4) == 0 && way.matches(".*d\\d")) {
                tar.add(folder(way));
            }
            String name = in(way, "f" + random.nextInt(4));
            if (!files.isEmpty() && random.nextInt(5) == 0) {
                String target = one(files);
                if (!last(target).equals(last(name))) {
                    tar.add(new TarEntry(name, Kind.HARD_LINK, 0644, 0, 0, 0, time(), target, 0, 0, Map.of()));
                    continue;
                }
            }
            byte[] body = new byte[random.nextInt(5000)];
            random.nextBytes(body);
            tar.add(new TarEntry(name, Kind.FILE, 0600 + random.nextInt(0100), random.nextInt(5), random.nextInt(5), body.length, time(), "", 0, 0, attributes()), new ByteArrayInputStream(body));
            files.add(name);
        }
    }

    /** Always with the same attributes: GNU tar leaves a folder those that it had before. */
    private TarEntry folder(String name) {
        return new TarEntry(name, Kind.FOLDER, 0700 + random.nextInt(0100), random.nextInt(5), random.nextInt(5), 0, time(), "", 0, 0, note());
    }

    private Map<String, byte[]> attributes() {
        return random.nextInt(3) == 0 ? note() : Map.of();
    }

    private Map<String, byte[]> note() {
        return Map.of("user.note", new byte[] {(byte) random.nextInt(100)});
    }

    private Instant time() {
        return Instant.ofEpochSecond(random.nextInt(1_000_000_000));
    }

    private static String last(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    private static String in(String way, String name) {
        return way.isEmpty() ? name : way + "/" + name;
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }
}
