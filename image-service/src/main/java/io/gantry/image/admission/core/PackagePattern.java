package io.gantry.image.admission.core;

import io.gantry.contracts.view.ImageReportView.SoftwarePackage;
import java.util.Arrays;

/** {@code openssl}, {@code log4j-*} or {@code log4j-core@2.14.*}: a name and perhaps a version; a star stands for anything. A text without stars is compared as it is. */
record PackagePattern(String text) {
    /** What is behind the last {@code @} is the version; one at the beginning belongs to the name. */
    boolean matches(SoftwarePackage one) {
        int at = text.lastIndexOf('@');
        return at <= 0 ? matches(text, one.name()) : matches(text.substring(0, at), one.name()) && matches(text.substring(at + 1), one.version());
    }

    /** Piece by piece from the left: the first place is always as good as a later one. */
    private static boolean matches(String pattern, String name) {
        String[] pieces = pattern.split("\\*", -1);
        if (pieces.length == 1) {
            return pattern.equals(name);
        }
        String last = pieces[pieces.length - 1];
        if (!name.startsWith(pieces[0]) || !name.endsWith(last) || name.length() < pieces[0].length() + last.length()) {
            return false;
        }
        int from = pieces[0].length();
        int end = name.length() - last.length();
        for (String piece : Arrays.copyOfRange(pieces, 1, pieces.length - 1)) {
            int found = name.indexOf(piece, from);
            if (found < 0 || found + piece.length() > end) {
                return false;
            }
            from = found + piece.length();
        }
        return true;
    }
}
