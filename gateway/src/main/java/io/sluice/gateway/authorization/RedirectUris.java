package io.sluice.gateway.authorization;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What may be registered as a redirect URI: https, http on loopback, or a private scheme with a dot in it (RFC 8252, section 7.1). */
final class RedirectUris {

    private static final int MAX_LENGTH = 500;

    private RedirectUris() {}

    /** What is wrong with it, to be put behind its text; null if nothing. */
    static @Nullable String problem(String text) {
        if (text.length() > MAX_LENGTH || !text.matches("[\\x21-\\x7E]+")) {
            return "must be at most " + MAX_LENGTH + " printable characters without blanks";
        }
        try {
            URI uri = new URI(text);
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            if (uri.getRawFragment() != null || uri.getRawUserInfo() != null) {
                return "must have no fragment and no user";
            }
            if (scheme.equals("https") && uri.getHost() != null || scheme.equals("http") && isLoopback(uri.getHost())) {
                return null;
            }
            return scheme.contains(".") // which javascript, data and their like have not
                    ? null
                    : "must be an https address, http on loopback, or have a private scheme such as com.example.app";
        } catch (URISyntaxException notUri) {
            return "is not a URI";
        }
    }

    private static boolean isLoopback(@Nullable String host) {
        return host != null && (host.equals("127.0.0.1") || host.equals("[::1]") || host.equals("localhost"));
    }
}
