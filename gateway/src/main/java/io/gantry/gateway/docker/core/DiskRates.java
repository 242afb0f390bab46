package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.spec.DeviceRate;
import io.gantry.contracts.unit.Bytes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Rates of block devices: one list a device with us, four lists a container with Docker. */
final class DiskRates {
    static final int READ_BYTES = 0;
    static final int WRITE_BYTES = 1;
    static final int READ_OPERATIONS = 2;
    static final int WRITE_OPERATIONS = 3;
    private static final List<String> NAMES = List.of("BlkioDeviceReadBps", "BlkioDeviceWriteBps", "BlkioDeviceReadIOps", "BlkioDeviceWriteIOps");

    private final Map<String, Long[]> rates = new LinkedHashMap<>();

    DiskRates(List<DeviceRate> known) {
        known.forEach(rate -> rates.put(
                rate.device(),
                new Long[] {
                    rate.readBytes() == null ? null : rate.readBytes().value(), rate.writeBytes() == null ? null : rate.writeBytes().value(),
                    rate.readOperations(), rate.writeOperations()
                }));
    }

    /** @param entry of one of Docker's lists; a rate of 0 is none */
    void put(Fields entry, int which) {
        long rate = entry.count("Rate");
        rates.computeIfAbsent(entry.text("Path"), _ -> new Long[NAMES.size()])[which] = rate == 0 ? null : rate;
    }

    List<DeviceRate> all() {
        return rates.entrySet().stream()
                .filter(entry -> List.of(0, 1, 2, 3).stream().anyMatch(which -> entry.getValue()[which] != null))
                .map(entry -> rate(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static DeviceRate rate(String device, Long[] rates) {
        return new DeviceRate(device, bytes(rates[READ_BYTES]), bytes(rates[WRITE_BYTES]), rates[READ_OPERATIONS], rates[WRITE_OPERATIONS]);
    }

    private static Bytes bytes(Long rate) {
        return rate == null ? null : new Bytes(rate);
    }

    void show(ObjectNode json) {
        for (int which = 0; which < NAMES.size(); which++) {
            ArrayNode list = json.putArray(NAMES.get(which));
            int at = which;
            rates.forEach((device, all) -> {
                if (all[at] != null) {
                    list.addObject().put("Path", device).put("Rate", all[at]);
                }
            });
        }
    }
}
