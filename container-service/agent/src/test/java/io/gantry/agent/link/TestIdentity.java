package io.gantry.agent.link;

import io.gantry.contracts.id.NodeId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A node that has joined: its certificate is its own authority, and a service's as well. */
public final class TestIdentity {
    private TestIdentity() {}

    /** Kept in {@code folder/identity}. */
    public static NodeIdentity save(Path folder, String service) throws Exception {
        return save(folder, service, "gantry://service/test");
    }

    /** @param name who its certificate speaks for */
    public static NodeIdentity save(Path folder, String service, String name) throws Exception {
        Files.createDirectories(folder);
        Path store = folder.resolve("node.p12");
        keytool(store, "-genkeypair", "-alias", "node", "-keyalg", "EC", "-dname", "CN=node", "-ext", "san=uri:" + name);
        KeyStore keys = KeyStore.getInstance(store.toFile(), "secret".toCharArray());
        String certificate = pem("CERTIFICATE", keys.getCertificate("node").getEncoded());
        String key = pem("PRIVATE KEY", keys.getKey("node", "secret".toCharArray()).getEncoded());
        NodeId node = new NodeId("node-01890a5d-ac96-774b-bcce-b302099a8057");
        return NodeIdentity.save(folder.resolve("identity"), node, service, key, certificate, certificate);
    }

    /** What the authority of the identity in {@code folder} makes of a request. @param name who it speaks for */
    static String sign(Path folder, String csr, String name) throws Exception {
        Path request = Files.writeString(folder.resolve("request.pem"), csr);
        return keytool(folder.resolve("node.p12"), "-gencert", "-rfc", "-alias", "node", "-ext", "san=uri:" + name, "-infile", request.toString());
    }

    private static String keytool(Path store, String... words) throws Exception {
        List<String> all = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        all.addAll(List.of(words));
        all.addAll(List.of("-keystore", store.toString(), "-storepass", "secret", "-storetype", "PKCS12"));
        Process keytool = new ProcessBuilder(all).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new AssertionError(said);
        }
        return said;
    }

    private static String pem(String kind, byte[] der) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(kind, Base64.getMimeEncoder().encodeToString(der), kind);
    }
}
