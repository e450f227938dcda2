package io.sluice.gateway.authorization;

import com.nimbusds.oauth2.sdk.OAuth2Error;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Decides which scopes a token gets (RFC 6749, section 3.3).
 *
 * @param known every scope that an API of this gateway names, which is what {@code *} stands for
 */
record Scopes(Supplier<Set<String>> known) {

    private static final Pattern SCOPE = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]+");

    static boolean isScope(String text) {
        return SCOPE.matcher(text).matches();
    }

    /**
     * The scopes to grant: those asked for, or all the client may have when it asks for none. Nothing is left out in silence.
     *
     * @throws OAuthError {@code invalid_scope} when one is malformed or not the client's
     */
    Set<String> grant(Client client, @Nullable String asked) throws OAuthError {
        Set<String> allowed = new TreeSet<>(client.scopes());
        if (allowed.remove(ClientConfig.ANY_SCOPE)) {
            allowed.addAll(known.get());
        }
        if (asked == null) {
            return allowed;
        }
        Set<String> granted = new LinkedHashSet<>();
        for (String scope : asked.split(" ", -1)) {
            if (!isScope(scope)) {
                throw OAuthError.badRequest(
                        OAuth2Error.INVALID_SCOPE_CODE, "scope must be names with one blank between them");
            }
            if (!allowed.contains(scope)) {
                throw OAuthError.badRequest(
                        OAuth2Error.INVALID_SCOPE_CODE, "a scope is unknown here or not allowed for this client");
            }
            granted.add(scope);
        }
        return granted;
    }
}
