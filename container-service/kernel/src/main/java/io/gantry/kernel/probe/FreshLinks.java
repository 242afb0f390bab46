package io.gantry.kernel.probe;

import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;
import io.gantry.kernel.netlink.diag.SocketDiag;
import io.gantry.kernel.netlink.route.Link;
import io.gantry.kernel.netlink.route.RouteNetlink;
import io.gantry.kernel.netlink.socket.NetworkNamespace;
import io.gantry.kernel.nftables.Nftables;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.LinuxHeader;
import io.gantry.kernel.syscall.SystemCalls;

/** In a network namespace made for it, which lives by the sockets opened in it: a killed agent leaves nothing either. */
public final class FreshLinks implements Ground.Links {
    private static final int MTU = 1450;
    private static final Ipv4 ANYWHERE = Ipv4.parse("127.0.0.1");
    private static final String TABLE =
            """
            table ip gantry_probe {
            	set bridges { type ifname; }
            	chain arriving {
            		type nat hook prerouting priority dstnat; policy accept;
            		fib daddr type local tcp dport 1 dnat to numgen inc mod 2 map { 0 : 10.0.0.1 . 1, 1 : 10.0.0.2 . 1 }
            	}
            	chain leaving {
            		type nat hook postrouting priority srcnat; policy accept;
            		oifname @bridges ct status dnat masquerade
            	}
            	chain passing {
            		type filter hook forward priority filter; policy accept;
            		meta l4proto tcp reject with tcp reset
            	}
            }
            """;
    private static final String FRAMES =
            """
            table bridge gantry_probe {
            	set senders { type ifname . ether_addr . ipv4_addr; }
            	chain sending {
            		type filter hook prerouting priority filter; policy accept;
            		meta iifgroup != 1 accept
            		arp htype 1 arp ptype ip iifname . ether saddr . arp saddr ip @senders iifname . arp saddr ether . arp saddr ip @senders accept
            		drop
            	}
            }
            """;
    private final Fd namespace;
    private final RouteNetlink netlink;

    private FreshLinks(SystemCalls calls) {
        namespace = calls.open("/proc/thread-self/ns/net", LinuxHeader.O_RDONLY, 0);
        netlink = RouteNetlink.open(NetworkNamespace.current());
    }

    public static FreshLinks open(SystemCalls calls) {
        return NetworkNamespace.fresh().call(() -> new FreshLinks(calls));
    }

    @Override
    public void bridge() {
        netlink.createBridge("bridge", MacAddress.of(ANYWHERE), MTU);
    }

    @Override
    public void veth() {
        netlink.createVeth("veth", 0, 0, "peer", namespace.number(), MacAddress.of(ANYWHERE), MTU);
    }

    @Override
    public void vxlan() {
        netlink.createVxlan("vxlan", MTU, new Link.Vxlan(1, ANYWHERE, 4789, false));
    }

    @Override
    public void sockets() {
        try (SocketDiag diag = SocketDiag.open(NetworkNamespace.of(namespace.number()))) {
            diag.bound();
        }
    }

    @Override
    public void table() {
        make(TABLE);
    }

    @Override
    public void frames() {
        make(FRAMES);
    }

    private void make(String table) {
        try (Nftables nftables = Nftables.open(NetworkNamespace.of(namespace.number()))) {
            nftables.run(table);
        }
    }

    @Override
    public void close() {
        netlink.close();
        namespace.close();
    }
}
