package io.sluice.gateway.authorization;

import java.util.regex.Pattern;

/** What a scope looks like (RFC 6749, section 3.3). */
final class ScopeRule {

    private static final Pattern SCOPE = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]+");

    private ScopeRule() {}

    static boolean isScope(String text) {
        return SCOPE.matcher(text).matches();
    }
}
