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

    /** Of a further network: all of it at once, since no parked process has it. There is no way out by it. */
    record AddCable(String inside, Attachment network) implements CableStep {
        @Override
        public String title() {
            return "Make a further cable: %s in the container has %s, the end here is %s in bridge %s"
                    .formatted(inside, network.address(), network.hostInterface(), network.bridge());
        }

        @Override
        public String call() {
            return "netlink RTM_NEWLINK veth %1$s master %2$s group %3$d mtu %4$d peer %5$s netns <pid> address %6$s; RTM_NEWLINK %1$s up; in <netns>: RTM_NEWLINK %5$s up; RTM_NEWADDR %7$s/%8$d"
                    .formatted(
                            network.hostInterface(), network.bridge(), network.group(), network.mtu(), inside, network.mac(), network.address(), network.prefix());
        }

        @Override
        public String shell() {
            return "ip link add %1$s mtu %2$d group %3$s type veth peer name %4$s mtu %2$d address %5$s netns $PID; ip link set %1$s master %6$s up; nsenter -t $PID -n sh -c 'ip link set %4$s up; ip address add %7$s/%8$d dev %4$s'"
                    .formatted(
                            network.hostInterface(), network.mtu(), Integer.toUnsignedString(network.group()), inside, network.mac(), network.bridge(),
                            network.address(), network.prefix());
        }

        @Override
        public String undo() {
            return "ip link delete " + network.hostInterface();
        }
    }

    /** @param in and {@code out}: bytes a second, {@code null} for no limit */
    record LimitTraffic(String hostInterface, String inside, Bytes in, Bytes out) implements CableStep {
        @Override
        public String title() {
            return "Let pass at most " + words(in) + " in and " + words(out) + " out";
        }

        private static String words(Bytes rate) {
            return rate == null ? "anything" : rate + "/s";
        }

        @Override
        public String call() {
            return "netlink RTM_NEWQDISC tbf on %s: %s; in <netns> on %s: %s".formatted(hostInterface, words(in), inside, words(out));
        }

        @Override
        public String shell() {
            String inwards = in == null ? "" : "tc qdisc replace dev %s root tbf rate %dbps burst 128k latency 100ms".formatted(hostInterface, in.value());
            String outwards = out == null ? "" : "nsenter -t $PID -n tc qdisc replace dev %s root tbf rate %dbps burst 128k latency 100ms".formatted(inside, out.value());
            return inwards.isEmpty() || outwards.isEmpty() ? inwards + outwards : inwards + "; " + outwards;
        }
    }
}
