package io.gantry.agent.network.name;

import io.gantry.agent.network.plan.HostNetworkPlan.Zone;
import io.gantry.contracts.unit.Ipv4;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * What a network's name server answers by itself: everything below {@code gantry.internal}, names of one label, and reverse names of the
 * network's addresses. Answers live for no time (TTL 0), so that nobody keeps one that has changed. Pure.
 */
final class NameAnswers {
    /** The domain of all networks. */
    static final String DOMAIN = "gantry.internal";

    static final int UDP_SIZE = 1232;
    private static final int TTL = 0;
    private static final String REVERSE = ".in-addr.arpa";

    private NameAnswers() {}

    /**
     * @param zones of all networks that who asks is on, first that of the server; what several of them have is the first one's
     * @param rotation starts the order of several addresses, so that a client that takes the first meets each in turn
     */
    static Optional<Message> answer(Message query, List<Zone> zones, int rotation) {
        Record question = query.getQuestion();
        if (query.getHeader().getOpcode() != Opcode.QUERY || question == null) {
            return Optional.of(refusal(query, Rcode.NOTIMP));
        }
        if (question.getDClass() != DClass.IN) {
            return Optional.empty();
        }
        String asked = question.getName().toString(true).toLowerCase(Locale.ROOT);
        if (asked.endsWith(REVERSE)) {
            return zones.stream().flatMap(zone -> reverse(asked, zone).map(name -> reverseAnswer(query, question, zone, name)).stream()).findFirst();
        }
        Zone zone = zones.stream().filter(one -> ours(asked, one).filter(name -> exists(name, one)).isPresent()).findFirst().orElse(zones.getFirst());
        return ours(asked, zone).map(name -> forwardAnswer(query, question, zone, name, rotation));
    }

    private static boolean exists(String name, Zone zone) {
        return zone.names().containsKey(name) || isParent(name, zone);
    }

    /** The name inside the zone; empty for a name that is none of ours. */
    private static Optional<String> ours(String asked, Zone zone) {
        if (zone.names().containsKey(asked)) {
            return Optional.of(asked);
        }
        String suffix = "." + zone.network() + "." + DOMAIN;
        if (asked.endsWith(suffix)) {
            return Optional.of(asked.substring(0, asked.length() - suffix.length()));
        }
        boolean single = asked.indexOf('.') < 0 && !asked.isEmpty();
        return single || asked.equals(DOMAIN) || asked.endsWith("." + DOMAIN) ? Optional.of(asked) : Optional.empty();
    }

    private static Message forwardAnswer(Message query, Record question, Zone zone, String name, int rotation) {
        Set<Ipv4> addresses = zone.names().get(name);
        Message answer = start(query, exists(name, zone) ? Rcode.NOERROR : Rcode.NXDOMAIN);
        boolean wantsA = question.getType() == Type.A || question.getType() == Type.ANY;
        if (addresses == null || !wantsA) {
            answer.addRecord(authority(), Section.AUTHORITY);
            return answer;
        }
        List<Ipv4> order = new ArrayList<>(addresses);
        Collections.rotate(order, Math.floorMod(rotation, order.size()));
        order.forEach(address -> answer.addRecord(new ARecord(question.getName(), DClass.IN, TTL, inet(address)), Section.ANSWER));
        return answer;
    }

    /** {@code gantry.internal} and {@code <network>.gantry.internal} exist, though they have no records. */
    private static boolean isParent(String name, Zone zone) {
        return name.equals(DOMAIN) || name.equals(zone.network() + "." + DOMAIN);
    }

    /** Empty for an address that isn't the network's; an empty text for one that nobody has. */
    private static Optional<String> reverse(String asked, Zone zone) {
        String[] labels = asked.substring(0, asked.length() - REVERSE.length()).split("\\.");
        if (labels.length != 4) {
            return Optional.empty();
        }
        Ipv4 address;
        try {
            address = Ipv4.parse(labels[3] + "." + labels[2] + "." + labels[1] + "." + labels[0]);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        if (!zone.subnet().contains(address)) {
            return Optional.empty();
        }
        return Optional.of(
                zone.names().entrySet().stream()
                        .filter(entry -> entry.getValue().contains(address) && entry.getKey().indexOf('.') < 0)
                        .map(Map.Entry::getKey)
                        .findFirst()
                        .map(name -> name + "." + zone.network() + "." + DOMAIN)
                        .orElse(""));
    }

    private static Message reverseAnswer(Message query, Record question, Zone zone, String name) {
        Message answer = start(query, name.isEmpty() ? Rcode.NXDOMAIN : Rcode.NOERROR);
        boolean wantsPointer = question.getType() == Type.PTR || question.getType() == Type.ANY;
        if (!name.isEmpty() && wantsPointer) {
            answer.addRecord(new PTRRecord(question.getName(), DClass.IN, TTL, name(name + ".")), Section.ANSWER);
        } else {
            answer.addRecord(authority(), Section.AUTHORITY);
        }
        return answer;
    }

    private static Message start(Message query, int code) {
        Message answer = refusal(query, code);
        answer.getHeader().setFlag(Flags.AA);
        answer.getHeader().setFlag(Flags.RA);
        return answer;
    }

    /** A bare answer with nothing but {@code code}. */
    static Message refusal(Message query, int code) {
        Message answer = new Message(query.getHeader().getID());
        answer.getHeader().setFlag(Flags.QR);
        answer.getHeader().setOpcode(query.getHeader().getOpcode());
        if (query.getHeader().getFlag(Flags.RD)) {
            answer.getHeader().setFlag(Flags.RD);
        }
        answer.getHeader().setRcode(code);
        if (query.getQuestion() != null) {
            answer.addRecord(query.getQuestion(), Section.QUESTION);
        }
        if (query.getOPT() != null) {
            answer.addRecord(new OPTRecord(UDP_SIZE, 0, 0), Section.ADDITIONAL);
        }
        return answer;
    }

    /** Tells clients to keep a "no" for no time either (RFC 2308, section 5: the SOA's minimum). */
    private static Record authority() {
        return new SOARecord(name(DOMAIN + "."), DClass.IN, TTL, name("ns." + DOMAIN + "."), name("admin." + DOMAIN + "."), 1, 60, 60, 60, 0);
    }

    private static Name name(String text) {
        try {
            return Name.fromString(text);
        } catch (TextParseException e) {
            throw new IllegalArgumentException("'" + text + "' is no DNS name", e);
        }
    }

    private static InetAddress inet(Ipv4 address) {
        try {
            return InetAddress.getByAddress(address.toBytes());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are always an address", e);
        }
    }
}
