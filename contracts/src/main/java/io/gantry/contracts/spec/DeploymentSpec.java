package io.gantry.contracts.spec;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.problem.BadField;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * N alike containers, or one on each node; for ever, or until each has ended well.
 *
 * @param replicas 0 to {@link #MOST_REPLICAS}; 0 of one on each node, whose nodes say how many there are, and of a job, which has {@code completions}
 * @param template what each replica is; its {@code ports} are published once, for the deployment's virtual IP
 * @param rollout how one revision replaces another; of a job the default, since its next run begins when what is left of the one before has been told to end
 * @param labels of the deployment itself, for people and their tools; its replicas have those of the template. Other labels make no new revision
 * @param mode stays what it is as long as the deployment is there
 * @param job of a {@link Mode#JOB} and a {@link Mode#GLOBAL_JOB} alone
 * @param spread the replicas are to be evenly spread over the values of the first label, among nodes of one value over those of the second, and so on; at most {@link SpreadKey#MOST}. A wish, that
 *     counts as far as there is room: another one makes no new revision, and moves none that is there. None of one on each node
 */
public record DeploymentSpec(int replicas, @Always ContainerSpec template, Rollout rollout, Map<String, String> labels, Mode mode, Job job, List<SpreadKey> spread) {
    public static final int MOST_REPLICAS = 1000;

    public enum Mode {
        /** As many as {@code replicas} says, spread over the nodes; the default. */
        REPLICATED,
        /** One on each node that the template's constraints leave, also on those that come later; none on one that is drained. */
        GLOBAL,
        /** As many as {@code job.completions} says, each until it has ended with 0. */
        JOB,
        /** One on each node as of {@link #GLOBAL}, until it has ended there with 0. */
        GLOBAL_JOB;

        /** It comes to an end. */
        public boolean isJob() {
            return this == JOB || this == GLOBAL_JOB;
        }

        public boolean isOnEachNode() {
            return this == GLOBAL || this == GLOBAL_JOB;
        }
    }

    public DeploymentSpec {
        checkReplicas(replicas);
        if (template == null) {
            throw new BadField("template", "template is missing", "write {\"image\": \"shop/web:1.2\"} at least");
        }
        for (int i = 0; i < template.networks().size(); i++) {
            if (template.networks().get(i).address() != null) {
                throw new BadField(
                        "template.networks[" + i + "].address", "the address " + template.networks().get(i).address() + " is one, and replicas are several",
                        "leave it out; the deployment has a virtual IP and a name");
            }
            if (template.networks().get(i).mac() != null) {
                throw new BadField(
                        "template.networks[" + i + "].mac", "the Ethernet address " + template.networks().get(i).mac() + " is one, and replicas are several", "leave it out");
            }
        }
        if (template.publishAll() || template.ports().stream().anyMatch(PortPublish::ranges)) {
            throw new BadField(
                    template.publishAll() ? "template.publishAll" : "template.ports", "a deployment's ports are the same as long as it is there, and named one by one",
                    "publish each port: {\"hostPort\": 8080, \"containerPort\": 80}, or 0 for any free one");
        }
        if (template.autoRemove()) {
            throw new BadField("template.autoRemove", "a deployment removes its replicas itself, and starts another for one that has ended", "leave it out");
        }
        if (!template.volumesFrom().isEmpty()) {
            throw new BadField("template.volumesFrom", "the volumes of '" + template.volumesFrom().getFirst() + "' are one container's, and replicas come and go", "name each volume");
        }
        mode = mode == null ? Mode.REPLICATED : mode;
        if (mode.isOnEachNode() && replicas != 0) {
            throw new BadField("replicas", "a global deployment has one replica on each node, got " + replicas, "leave replicas out, and say constraints of the template to leave nodes out");
        }
        rollout = rollout == null ? Rollout.DEFAULT : rollout;
        job = Job.of(mode, job);
        if (mode.isJob()) {
            checkJob(replicas, template, rollout);
        }
        labels = Check.named("labels", labels);
        spread = spread == null ? List.of() : SpreadKey.checked(spread);
        if (mode.isOnEachNode() && !spread.isEmpty()) {
            throw new BadField("spread", "one on each node leaves nothing to be spread", "leave spread out, or let the mode be REPLICATED");
        }
    }

    /** So many of them, without labels. */
    public DeploymentSpec(int replicas, ContainerSpec template, Rollout rollout) {
        this(replicas, template, rollout, null);
    }

    /** So many of them. */
    public DeploymentSpec(int replicas, ContainerSpec template, Rollout rollout, Map<String, String> labels) {
        this(replicas, template, rollout, labels, null, null, null);
    }

    /** One on each node. */
    public static DeploymentSpec global(ContainerSpec template, Rollout rollout, Map<String, String> labels) {
        return new DeploymentSpec(0, template, rollout, labels, Mode.GLOBAL, null, null);
    }

    /** That many completions, or with none said one on each node. */
    public static DeploymentSpec job(ContainerSpec template, Job job, Map<String, String> labels) {
        return new DeploymentSpec(0, template, null, labels, job.completions() == null ? Mode.GLOBAL_JOB : Mode.JOB, job, null);
    }

    private static void checkJob(int replicas, ContainerSpec template, Rollout rollout) {
        if (replicas != 0) {
            throw new BadField("replicas", "a job has completions, not replicas, got " + replicas, "write {\"job\": {\"completions\": " + replicas + "}}");
        }
        if (!template.ports().isEmpty()) {
            throw new BadField("template.ports", "a job has no virtual IP and publishes no ports: nobody knows when it is there", "leave them out");
        }
        if (template.restart().mode() != RestartPolicy.Mode.NO) {
            throw new BadField(
                    "template.restart", "what a job's container is after it has ended is the job's: it is done, or another one is tried", "leave restart out, and say job.attempts");
        }
        if (!rollout.equals(Rollout.DEFAULT)) {
            throw new BadField("rollout", "a job runs anew, and its revisions don't replace each other bit by bit", "leave rollout out");
        }
    }

    /** How many containers are asked for by number; 0 of one on each node. */
    public int asked() {
        return mode == Mode.JOB ? job.completions() : replicas;
    }

    /** @throws IllegalArgumentException when a deployment can't have so many */
    public static void checkReplicas(int replicas) {
        Check.within("replicas", replicas, 0, MOST_REPLICAS);
    }

    public DeploymentSpec withReplicas(int count) {
        return new DeploymentSpec(count, template, rollout, labels, mode, job, spread);
    }

    public DeploymentSpec withTemplate(ContainerSpec other) {
        return new DeploymentSpec(replicas, other, rollout, labels, mode, job, spread);
    }

    public DeploymentSpec spreadOver(List<SpreadKey> keys) {
        return new DeploymentSpec(replicas, template, rollout, labels, mode, job, keys);
    }

    /**
     * @param maxSurge replicas above the wanted number during a rollout, 0 to {@link #MOST_REPLICAS}; 1 by default
     * @param maxUnavailable replicas below it; 0 by default. Not both 0.
     * @param progressDeadline a rollout that makes no progress for so long has failed and is rolled back, 1 s to 1 day; 2 min by default
     * @param drain between taking a replica out of the virtual IP and stopping it, at most 1 h; 2 s by default
     */
    public record Rollout(Integer maxSurge, Integer maxUnavailable, Duration progressDeadline, Duration drain) {
        public static final Rollout DEFAULT = new Rollout(null, null, null, null);

        public Rollout {
            maxSurge = maxSurge == null ? 1 : maxSurge;
            maxUnavailable = maxUnavailable == null ? 0 : maxUnavailable;
            progressDeadline = progressDeadline == null ? Duration.ofMinutes(2) : progressDeadline;
            drain = drain == null ? Duration.ofSeconds(2) : drain;
            Check.within("maxSurge", maxSurge, 0, MOST_REPLICAS);
            Check.within("maxUnavailable", maxUnavailable, 0, MOST_REPLICAS);
            if (maxSurge + maxUnavailable == 0) {
                throw new BadField("maxSurge", "maxSurge and maxUnavailable are both 0: nothing could be replaced", "let one of them be 1");
            }
            Check.within("progressDeadline", progressDeadline, Duration.ofSeconds(1), Duration.ofDays(1));
            Check.within("drain", drain, Duration.ZERO, Duration.ofHours(1));
        }
    }
}
