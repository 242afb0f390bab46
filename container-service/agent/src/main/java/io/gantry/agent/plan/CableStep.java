package io.gantry.agent.plan;

import io.gantry.agent.runtime.Attachment;
import io.gantry.contracts.unit.Bytes;

/** The way from a container to its network. */
public sealed interface CableStep extends HostStep {
    /** @param name of the end here, until it is plugged in */
    record MakeVeth(String name) implements CableStep {
        @Override
        public String title() {
            return "Make a cable: one end here, the other is eth0 in the container";
        }

        @Override
        public String call() {
            return "netlink RTM_NEWLINK veth %s peer eth0 netns <pid>".formatted(name);
        }

        @Override
        public String shell() {
            return "ip link add %s type veth peer name eth0 netns $PID".formatted(name);
        }

        @Override
        public String undo() {
            return "ip link delete " + name;
        }
    }

    /** @param cable the name that {@link MakeVeth} gave */
    record PlugVeth(String cable, Attachment network) implements CableStep {
        @Override
        public String title() {
            return "Plug the cable into bridge %s, as %s".formatted(network.bridge(), network.hostInterface());
        }

        @Override
        public String call() {
            return "netlink RTM_NEWLINK %s name %s mtu %d master %s group %d up"
                    .formatted(cable, network.hostInterface(), network.mtu(), network.bridge(), network.group());
        }

        @Override
        public String shell() {
            return "ip link set %s name %s; ip link set %s mtu %d master %s group %d up"
                    .formatted(
                            cable, network.hostInterface(), network.hostInterface(), network.mtu(), network.bridge(), network.group());
        }

        @Override
        public String undo() {
            return "ip link delete " + network.hostInterface();
        }
    }

    record SetAddress(Attachment network) implements CableStep {
        @Override
        public String title() {
            return "Give eth0 the leased address %s and the way out through %s".formatted(network.address(), network.gateway());
        }

        @Override
        public String call() {
            return "in <netns>: RTM_NEWLINK eth0 address %s mtu %d up; RTM_NEWADDR %s/%d; RTM_NEWROUTE default via %s"
                    .formatted(network.mac(), network.mtu(), network.address(), network.prefix(), network.gateway());
        }

        @Override
        public String shell() {
            return "nsenter -t $PID -n sh -c 'ip link set eth0 address %s mtu %d up; ip address add %s/%d dev eth0; ip route add default via %s'"
                    .formatted(network.mac(), network.mtu(), network.address(), network.prefix(), network.gateway());
        }
    }

    /** @param in and {@code out}: bytes a second, {@code null} for no limit */
    record LimitTraffic(String hostInterface, Bytes in, Bytes out) implements CableStep {
        @Override
        public String title() {
            return "Let pass at most " + words(in) + " in and " + words(out) + " out";
        }

        private static String words(Bytes rate) {
            return rate == null ? "anything" : rate + "/s";
        }

        @Override
        public String call() {
            return "netlink RTM_NEWQDISC tbf on %s: %s; in <netns> on eth0: %s".formatted(hostInterface, words(in), words(out));
        }

        @Override
        public String shell() {
            String inwards = in == null ? "" : "tc qdisc replace dev %s root tbf rate %dbps burst 128k latency 100ms".formatted(hostInterface, in.value());
            String outwards = out == null ? "" : "nsenter -t $PID -n tc qdisc replace dev eth0 root tbf rate %dbps burst 128k latency 100ms".formatted(out.value());
            return inwards.isEmpty() || outwards.isEmpty() ? inwards + outwards : inwards + "; " + outwards;
        }
    }
}
