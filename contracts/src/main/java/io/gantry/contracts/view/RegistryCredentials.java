package io.gantry.contracts.view;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * Who somebody is at another registry; each may be {@code null}. Its text says nothing, so that it never gets into a log.
 *
 * @param identityToken renews what a password would get
 * @param registryToken is shown as it is
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RegistryCredentials(String username, String password, String identityToken, String registryToken) {
    @Override
    public String toString() {
        return "RegistryCredentials[…]";
    }
}
