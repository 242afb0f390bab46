package io.gantry.image.report.core;

import io.gantry.contracts.view.ImageReportView.Secret;
import io.gantry.contracts.view.ImageReportView.Where;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Recognises secrets by their form, and in variables by the name. What it finds it names by its kind; the secret itself leaves this class nowhere. Forms are
 * strict: a key is one only with its bytes, so that a program that merely knows of keys is none.
 */
public final class Secrets {
    private static final String STARS = "***";

    /** @param marker that stands in every one of them: looking for it is quick */
    private record Form(String kind, String marker, Pattern pattern) {
        private static Form of(String kind, String marker, String pattern) {
            return new Form(kind, marker, Pattern.compile(pattern));
        }
    }

    private static final List<Form> FORMS = List.of(
            Form.of("private key", "PRIVATE KEY-----", "-----BEGIN [A-Z0-9 ]{0,20}PRIVATE KEY-----(?:\\s|\\\\n|\\\\r){0,8}(?:[A-Za-z0-9+/=]{40}|Proc-Type:)[A-Za-z0-9+/=\\s\\\\:,.-]{0,20000}"),
            Form.of("AWS access key", "AKIA", "\\bAKIA[0-9A-Z]{16}\\b"),
            Form.of("GitHub token", "ghp_", "\\bghp_[A-Za-z0-9]{36,255}\\b"),
            Form.of("GitHub token", "gho_", "\\bgho_[A-Za-z0-9]{36,255}\\b"),
            Form.of("GitHub token", "ghs_", "\\bghs_[A-Za-z0-9]{36,255}\\b"),
            Form.of("GitHub token", "github_pat_", "\\bgithub_pat_[A-Za-z0-9_]{22,255}"),
            Form.of("GitLab token", "glpat-", "\\bglpat-[A-Za-z0-9_-]{20,255}"),
            Form.of("Slack token", "xox", "\\bxox[abprs]-[A-Za-z0-9-]{10,255}"),
            Form.of("Google API key", "AIza", "\\bAIza[0-9A-Za-z_-]{35}"),
            Form.of("npm token", "npm_", "\\bnpm_[A-Za-z0-9]{36}\\b"),
            Form.of("Stripe key", "k_live_", "\\b[sr]k_live_[A-Za-z0-9]{20,255}"));

    /** Such as have their secret where everybody knows. By the end of their path. */
    private static final Map<String, Form> KNOWN_FILES = Map.of(
            ".git-credentials", Form.of("password for Git", "://", "://[^\\s/:@]{1,255}:[^\\s/@]{1,255}@"),
            ".netrc", Form.of("password for other hosts", "password", "\\bpassword\\s+\\S"),
            ".docker/config.json", Form.of("password for a registry", "\"auth\"", "\"auth\"\\s*:\\s*\"[A-Za-z0-9+/=]{4,}\""),
            ".aws/credentials", Form.of("AWS secret key", "aws_secret_access_key", "aws_secret_access_key\\s*=\\s*\\S"),
            ".npmrc", Form.of("npm token", "_authToken", "_authToken\\s*=\\s*[^\\s$]"),
            ".pypirc", Form.of("password for PyPI", "password", "password\\s*[=:]\\s*\\S"),
            ".pgpass", Form.of("password for PostgreSQL", ":", "(?m)^[^#\\s:]{1,255}:[^:\\s]{1,20}:[^:]{1,255}:[^:]{1,255}:\\S"),
            ".kube/config", Form.of("key for Kubernetes", ":", "(?m)^\\s*(?:client-key-data|token):\\s*\\S{8,}"));

    /** Samples of those who write programs, which open nothing. */
    private static final Set<String> SAMPLES = Set.of("test", "tests", "testdata", "testing", "__tests__", "fixtures", "examples", "example", "doc", "docs", "samples", "demos");

    private static final String SECRETIVE = "(?:[A-Z0-9]{1,40}_){0,8}(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|APIKEY|API_KEY|SECRET_KEY|ACCESS_KEY|PRIVATE_KEY|CREDENTIALS?)(?:_(?:KEY|ID|BASE|VALUE|[0-9]{1,4})){0,2}";
    private static final Pattern NAME = Pattern.compile(SECRETIVE, Pattern.CASE_INSENSITIVE);
    private static final Pattern ASSIGNED = Pattern.compile("(\\b" + SECRETIVE + "=|\\bENV\\s{1,9}" + SECRETIVE + "\\s{1,9})(\"[^\"]{1,4096}\"|'[^']{1,4096}'|[^\\s\"']{1,4096})", Pattern.CASE_INSENSITIVE);
    private static final Pattern IN_A_URL = Pattern.compile("\\b([a-z][a-z0-9+.-]{1,20}://[^\\s/:@\"'$<{]{1,64}:)([^\\s/:@\"'$<{]{3,128})@");
    /** What stands for a secret, says where one is, or turns one off. */
    private static final Pattern NO_SECRET = Pattern.compile("[$/<{%].*|yes|no|true|false|none|null|\\d{1,6}|", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private Secrets() {}

    /** @param text of the file's beginning, one character a byte */
    public static Optional<String> inFile(String path, String text) {
        for (String part : path.split("/")) {
            if (SAMPLES.contains(part)) {
                return Optional.empty();
            }
        }
        for (Map.Entry<String, Form> each : KNOWN_FILES.entrySet()) {
            if ((path.equals(each.getKey()) || path.endsWith("/" + each.getKey())) && has(each.getValue(), text)) {
                return Optional.of(each.getValue().kind());
            }
        }
        return byForm(text);
    }

    static List<Secret> inEnvironment(Map<String, String> environment) {
        List<Secret> found = new ArrayList<>();
        new TreeMap<>(environment).forEach((name, value) ->
                inVariable(name, value).ifPresent(kind -> found.add(new Secret(Where.ENVIRONMENT, name, kind, null, false))));
        return found;
    }

    /** @param instructions of the image's history, the first one first */
    static List<Secret> inHistory(List<String> instructions) {
        List<Secret> found = new ArrayList<>();
        for (int i = 0; i < instructions.size(); i++) {
            String text = instructions.get(i);
            Optional<String> kind = byForm(text);
            if (kind.isEmpty() && !text.equals(redacted(text))) {
                kind = Optional.of("value that is named as a secret");
            }
            if (kind.isPresent()) {
                found.add(new Secret(Where.HISTORY, "instruction " + (i + 1), kind.get(), null, false));
            }
        }
        return found;
    }

    /** The same text with stars in the place of secrets. */
    public static String redacted(String text) {
        String rest = text;
        for (Form form : FORMS) {
            rest = rest.contains(form.marker()) ? form.pattern().matcher(rest).replaceAll(STARS) : rest;
        }
        rest = IN_A_URL.matcher(rest).replaceAll("$1" + Matcher.quoteReplacement(STARS) + "@");
        return ASSIGNED.matcher(rest).replaceAll(found -> Matcher.quoteReplacement(
                isSecret(unquoted(found.group(2))) ? found.group(1) + STARS : found.group()));
    }

    /** A variable's value, or stars if it is a secret. */
    static String redacted(String name, String value) {
        return inVariable(name, value).isPresent() ? STARS : value;
    }

    private static Optional<String> inVariable(String name, String value) {
        Optional<String> kind = byForm(value);
        if (kind.isPresent()) {
            return kind;
        }
        if (IN_A_URL.matcher(value).find()) {
            return Optional.of("password in a URL");
        }
        return NAME.matcher(name).matches() && isSecret(value) ? Optional.of("value that is named as a secret") : Optional.empty();
    }

    private static boolean isSecret(String value) {
        return !value.equals(STARS) && !NO_SECRET.matcher(value).matches();
    }

    private static String unquoted(String word) {
        return word.length() > 1 && (word.charAt(0) == '"' || word.charAt(0) == '\'') ? word.substring(1, word.length() - 1) : word;
    }

    private static Optional<String> byForm(String text) {
        return FORMS.stream().filter(form -> has(form, text)).map(Form::kind).findFirst();
    }

    private static boolean has(Form form, String text) {
        return text.contains(form.marker()) && form.pattern().matcher(text).find();
    }
}
