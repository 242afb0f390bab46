package io.gantry.container.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.id.VolumeId;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.DesiredRecord;
import io.gantry.contracts.state.StateKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a node is told of, whichever way the words come. */
class DesiredBookTest {
    private static final NodeId NODE = new NodeId("node-01a21a67-cfa3-719f-8b78-d020a29cd95f");
    private static final VolumeId VOLUME = new VolumeId("volume-01a21a67-cfa3-719f-8b78-d020a29cd95f");
    private static final int PARTITION = Topics.statePartition(NODE.value());

    private final DesiredBook book = new DesiredBook();
    private final List<String> heard = new ArrayList<>();

    private final DesiredTopic.Follower follower = new DesiredTopic.Follower() {
        @Override
        public NodeId node() {
            return NODE;
        }

        @Override
        public void snapshot(long epoch, List<DesiredRecord> records) {
            heard.add("snapshot " + epoch + " " + records.stream().map(DesiredBookTest::text).sorted().toList());
        }

        @Override
        public void change(DesiredRecord record) {
            heard.add(text(record));
        }

        @Override
        public void epoch(long epoch) {
            heard.add("epoch " + epoch);
        }
    };

    @Test
    void theFirstOfAPartitionIsLeftToKafkaAndTheNextAreTakenAtOnceAndOnce() {
        book.follow(follower);
        early(1, "a", 1);
        assertThat(heard).containsExactly("snapshot 0 []");
        late(1, "a", 1);
        early(2, "a", 2);
        early(3, "a", null);
        early(4, "a", 4);
        late(2, "a", 2);
        late(3, "a", null);
        late(4, "a", 4);
        assertThat(heard).containsExactly("snapshot 0 []", "a 1", "a 2", "a gone 3", "a 4");
    }

    @Test
    void nothingIsTakenEarlyBeforeKafkaHasWhatAnEarlierProcessLeft() {
        book.follow(follower);
        late(1, "a", 1);
        book.early("row/2", key("a").toString(), payload("a", 2), false);
        early(3, "a", 3);
        assertThat(heard).as("behind what is left").containsExactly("snapshot 0 []", "a 1");
        late(2, "a", 2);
        late(3, "a", 3);
        assertThat(heard).containsExactly("snapshot 0 []", "a 1", "a 2", "a 3");
    }

    @Test
    void aSnapshotHasWhatWasTakenEarly() {
        late(1, "a", 1);
        early(2, "b", 1);
        late(2, "b", 1);
        early(3, "c", 1);
        early(4, "a", null);
        book.epoch(NODE, 7);
        book.follow(follower);
        assertThat(heard).containsExactly("snapshot 7 [b 1, c 1]");
    }

    @Test
    void whoLeavesHearsNoMore() {
        book.follow(follower);
        book.leave(follower);
        late(1, "a", 1);
        book.epoch(NODE, 2);
        assertThat(heard).containsExactly("snapshot 0 []");
    }

    @Test
    void whatCantBeReadIsLeftToKafkaAndPassedOverThere() {
        late(1, "a", 1);
        early(2, "a", 2);
        late(2, "a", 2);
        assertThatThrownBy(() -> book.early("row/3", key("a").toString(), "{", true)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> book.late(PARTITION, "row/3", key("a").toString(), "{")).isInstanceOf(IllegalArgumentException.class);
        book.follow(follower);
        early(4, "a", 4);
        assertThat(heard).containsExactly("snapshot 0 [a 2]", "a 4");
    }

    static IntStream seeds() {
        return IntStream.range(0, 200);
    }

    /** Two services tell and send, each in its order; Kafka brings both in some order. However they meet, each key ends as its service said last. */
    @ParameterizedTest
    @MethodSource("seeds")
    void howeverTheTwoWaysMeetTheLastWordOfEachKeyStands(int seed) {
        Random random = new Random(seed);
        List<List<Word>> services = List.of(words(random, "a", "b"), words(random, "c", "d"));
        int[] told = new int[2];
        int[] sent = new int[2];
        book.follow(follower);
        while (IntStream.range(0, 2).anyMatch(i -> sent[i] < services.get(i).size())) {
            int service = random.nextInt(2);
            List<Word> words = services.get(service);
            if (told[service] < words.size() && random.nextBoolean()) {
                Word word = words.get(told[service]++);
                book.early(word.row(), key(word.name()).toString(), word.payload(), true);
            } else if (sent[service] < told[service]) {
                Word word = words.get(sent[service]++);
                book.late(PARTITION, word.row(), key(word.name()).toString(), word.payload());
            }
        }
        heard.clear();
        book.follow(follower);
        List<String> last = services.stream().flatMap(words -> lastWords(words).stream()).sorted().toList();
        assertThat(heard).containsExactly("snapshot 0 " + last);
    }

    private record Word(String row, String name, Integer version) {
        String payload() {
            return version == null ? null : DesiredBookTest.payload(name, version);
        }
    }

    private static List<Word> words(Random random, String... names) {
        List<Word> words = new ArrayList<>();
        for (int i = 1; i <= 12; i++) {
            String name = names[random.nextInt(names.length)];
            words.add(new Word(names[0] + "/" + i, name, random.nextInt(4) == 0 ? null : i));
        }
        return words;
    }

    private static List<String> lastWords(List<Word> words) {
        return words.stream()
                .map(Word::name)
                .distinct()
                .map(name -> words.stream().filter(word -> word.name().equals(name)).reduce((_, later) -> later).orElseThrow())
                .filter(word -> word.version() != null)
                .map(word -> word.name() + " " + word.version())
                .toList();
    }

    private void early(int row, String name, Integer version) {
        book.early("row/" + row, key(name).toString(), version == null ? null : payload(name, version), true);
    }

    private void late(int row, String name, Integer version) {
        book.late(PARTITION, "row/" + row, key(name).toString(), version == null ? null : payload(name, version));
    }

    private static StateKey key(String name) {
        return new StateKey(NODE, "test", name);
    }

    private static String payload(String name, int version) {
        return Json.write(new DesiredRecord(key(name), version, 1, new Desired.Volume(VOLUME, "default", name, null)));
    }

    private static String text(DesiredRecord record) {
        return record.key().id() + (record.body() == null ? " gone " : " ") + record.version();
    }
}
