package io.gantry.container.link;

import io.gantry.container.pki.CertificateAuthority;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.view.JoinToken;
import io.gantry.kit.time.World;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Makes join tokens: base64url of {@code {"address":"host:port","ca":"<SHA-256 of the CA's certificate>","secret":"…"}}. */
@Path("/container-service/join-tokens")
@Produces(MediaType.APPLICATION_JSON)
public class JoinTokenResource {
    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();
    private final JoinTokens tokens;
    private final LinkConfig config;
    private final java.nio.file.Path pki;
    private final World world;

    record Content(String address, String ca, String secret) {}

    @Inject
    JoinTokenResource(JoinTokens tokens, LinkConfig config, @ConfigProperty(name = "gantry.pki.dir") String pki, World world) {
        this.tokens = tokens;
        this.config = config;
        this.pki = java.nio.file.Path.of(pki);
        this.world = world;
    }

    @POST
    public Uni<JoinToken> make() throws IOException, GeneralSecurityException {
        byte[] secret = new byte[32];
        world.random().nextBytes(secret);
        byte[] ca = CertificateAuthority.load(pki).certificate().getEncoded();
        Content content = new Content(
                config.advertise(),
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(ca)),
                BASE64URL.encodeToString(secret));
        String token = BASE64URL.encodeToString(Json.write(content).getBytes(StandardCharsets.UTF_8));
        Instant expires = world.now().plus(config.tokenLife());
        return tokens.remember(content.secret(), expires).replaceWith(new JoinToken(token, expires));
    }
}
