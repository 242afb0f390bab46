package io.gantry.bench.answers;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * One place where the two answer otherwise. Pure.
 *
 * @param what was asked
 * @param place in the answer, as {@link Facts} names it
 * @param here {@link #ABSENT} if there is none
 */
record Difference(String what, String place, String here, String docker) {
    static final String ABSENT = "-";

    static List<Difference> between(String what, Facts here, Facts docker) {
        Set<String> places = new TreeSet<>(here.byPlace().keySet());
        places.addAll(docker.byPlace().keySet());
        List<Difference> differences = new ArrayList<>();
        for (String place : places) {
            String ours = here.byPlace().getOrDefault(place, ABSENT);
            String theirs = docker.byPlace().getOrDefault(place, ABSENT);
            if (!ours.equals(theirs)) {
                differences.add(new Difference(what, place, ours, theirs));
            }
        }
        return differences;
    }

    @Override
    public String toString() {
        return what + " | " + place + " | " + here + " | " + docker;
    }
}
