package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OutOfMemoryLogTest {
    private static final String RECORD =
            "6,1234,5678,-;oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/x/gantry/host-1/s00003,"
                    + "task_memcg=/x/gantry/host-1/s00003,task=my, own,pid=4711,uid=17301504\n";

    @Test
    void readsWhoWasKilled() {
        assertThat(OutOfMemoryLog.victim(RECORD, "/gantry/host-1/s00003")).contains(new OutOfMemoryLog.Victim(4711, "my, own"));
    }

    @Test
    void whatSpeaksOfOthersOrOfSomethingElseSaysNothing() {
        assertThat(OutOfMemoryLog.victim(RECORD, "/gantry/host-1/s00004")).isEmpty();
        assertThat(OutOfMemoryLog.victim("6,1,2,-;Memory cgroup out of memory: Killed process 4711 (tail)\n", "/gantry/host-1/s00003")).isEmpty();
    }
}
