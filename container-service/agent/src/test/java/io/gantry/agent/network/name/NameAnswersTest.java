package io.gantry.agent.network.name;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.network.plan.HostNetworkPlan.Zone;
import io.gantry.contracts.unit.Cidr;
import io.gantry.contracts.unit.Ipv4;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class NameAnswersTest {
    private static final Zone ZONE =
            new Zone(
                    "shop",
                    Ipv4.parse("10.1.0.1"),
                    Cidr.parse("10.1.0.0/24"),
                    Map.of(
                            "web", new TreeSet<>(Set.of(Ipv4.parse("10.1.0.7"), Ipv4.parse("10.1.0.8"))),
                            "db.primary", Set.of(Ipv4.parse("10.1.0.9")),
                            "host.gantry.internal", Set.of(Ipv4.parse("10.1.0.1"))));

    @Test
    void answersShortFullAndUpperCaseNames() throws Exception {
        for (String name : List.of("web.", "web.shop.gantry.internal.", "WEB.Shop.gantry.internal.")) {
            assertThat(addresses(ask(name, Type.A))).as(name).containsExactlyInAnyOrder("10.1.0.7", "10.1.0.8");
        }
        assertThat(addresses(ask("host.gantry.internal.", Type.A))).containsExactly("10.1.0.1");
        assertThat(addresses(ask("db.primary.shop.gantry.internal.", Type.A))).containsExactly("10.1.0.9");
    }

    @Test
    void turnsTheOrder() throws Exception {
        assertThat(addresses(NameAnswers.answer(query("web.", Type.A), List.of(ZONE), 0).orElseThrow())).containsExactly("10.1.0.7", "10.1.0.8");
        assertThat(addresses(NameAnswers.answer(query("web.", Type.A), List.of(ZONE), 1).orElseThrow())).containsExactly("10.1.0.8", "10.1.0.7");
    }

    @Test
    void saysNoSuchNameWithoutBeingCached() throws Exception {
        for (String name : List.of("nobody.", "nobody.shop.gantry.internal.", "web.other.gantry.internal.")) {
            Message answer = ask(name, Type.A);
            assertThat(answer.getRcode()).as(name).isEqualTo(Rcode.NXDOMAIN);
            assertThat(answer.getSection(Section.AUTHORITY)).hasSize(1).allMatch(record -> record.getTTL() == 0);
        }
    }

    @Test
    void saysNoDataForOtherTypesOfANameThatExists() throws Exception {
        Message answer = ask("web.", Type.AAAA);
        assertThat(answer.getRcode()).isEqualTo(Rcode.NOERROR);
        assertThat(answer.getSection(Section.ANSWER)).isEmpty();
        assertThat(answer.getHeader().getFlag(Flags.AA)).isTrue();
    }

    @Test
    void leavesTheWorldToOthers() throws Exception {
        assertThat(NameAnswers.answer(query("example.org.", Type.A), List.of(ZONE), 0)).isEmpty();
        assertThat(NameAnswers.answer(query("7.0.9.10.in-addr.arpa.", Type.PTR), List.of(ZONE), 0)).isEmpty();
    }

    @Test
    void knowsWhoHasAnAddressOfTheNetwork() throws Exception {
        assertThat(ask("7.0.1.10.in-addr.arpa.", Type.PTR).getSection(Section.ANSWER).getFirst().rdataToString())
                .isEqualTo("web.shop.gantry.internal.");
        assertThat(ask("99.0.1.10.in-addr.arpa.", Type.PTR).getRcode()).isEqualTo(Rcode.NXDOMAIN);
    }

    @Test
    void whoIsOnFurtherNetworksKnowsTheirNamesToo() throws Exception {
        Zone stock = new Zone(
                "stock", Ipv4.parse("10.2.0.1"), Cidr.parse("10.2.0.0/24"),
                Map.of("db", Set.of(Ipv4.parse("10.2.0.5")), "web", Set.of(Ipv4.parse("10.2.0.6"))));
        Ipv4 both = Ipv4.parse("10.1.0.7");
        Zone shop = new Zone(ZONE.network(), ZONE.listen(), ZONE.subnet(), ZONE.names(), Map.of(both, List.of(stock)));
        List<Zone> known = shop.knownTo(both);
        assertThat(addresses(NameAnswers.answer(query("db.", Type.A), known, 0).orElseThrow())).containsExactly("10.2.0.5");
        assertThat(addresses(NameAnswers.answer(query("db.stock.gantry.internal.", Type.A), known, 0).orElseThrow())).containsExactly("10.2.0.5");
        assertThat(addresses(NameAnswers.answer(query("web.stock.gantry.internal.", Type.A), known, 0).orElseThrow())).containsExactly("10.2.0.6");
        assertThat(addresses(NameAnswers.answer(query("web.", Type.A), known, 0).orElseThrow())).as("the asked server's own").hasSize(2);
        assertThat(NameAnswers.answer(query("5.0.2.10.in-addr.arpa.", Type.PTR), known, 0).orElseThrow().getSection(Section.ANSWER).getFirst().rdataToString())
                .isEqualTo("db.stock.gantry.internal.");
        assertThat(NameAnswers.answer(query("nobody.", Type.A), known, 0).orElseThrow().getRcode()).isEqualTo(Rcode.NXDOMAIN);
        List<Zone> ofAnother = shop.knownTo(Ipv4.parse("10.1.0.8"));
        assertThat(NameAnswers.answer(query("db.", Type.A), ofAnother, 0).orElseThrow().getRcode()).as("who is on this one alone").isEqualTo(Rcode.NXDOMAIN);
    }

    private static Message ask(String name, int type) throws Exception {
        return NameAnswers.answer(query(name, type), List.of(ZONE), 0).orElseThrow();
    }

    private static Message query(String name, int type) throws Exception {
        return Message.newQuery(Record.newRecord(Name.fromString(name), type, DClass.IN));
    }

    private static List<String> addresses(Message answer) {
        return answer.getSection(Section.ANSWER).stream().map(Record::rdataToString).toList();
    }
}
