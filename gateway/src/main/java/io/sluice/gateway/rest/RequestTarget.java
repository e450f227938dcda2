package io.sluice.gateway.rest;

import io.sluice.common.ProblemException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The path and query of a request in the one form that is matched and forwarded (RFC 3986, section 6.2.2). Whatever two servers could read in two
 * ways is refused with 400, so that the operation whose scopes were checked is the one that the upstream runs:
 *
 * <ol>
 *   <li>segments {@code .} and {@code ..}, plain or encoded, and empty segments other than the last,
 *   <li>encoded slash, backslash, NUL and other control characters, a plain backslash, and path parameters ({@code ;}),
 *   <li>double encoding ({@code %25} before two hex digits) and a percent sign without two hex digits,
 *   <li>a fragment, and characters that no URI has.
 * </ol>
 *
 * <p>Encoded letters, digits, {@code - . _ ~} are written plainly; other encodings keep their meaning and get upper-case digits.
 *
 * @param path begins with a slash
 * @param query what follows the question mark, unchanged; null where there is none
 */
record RequestTarget(String path, @Nullable String query) {

    private static final Pattern DOUBLE = Pattern.compile("%25[0-9A-Fa-f]{2}");
    private static final String SUB_DELIMITERS = "!$&'()*+,=:@";
    private static final String IN_QUERY = SUB_DELIMITERS + "/?;[]|^`{}\"<>\\%";

    /**
     * Reads a request target.
     *
     * @param target origin-form, or absolute-form with the authority that the Host header names too
     * @param authority what the Host header says
     * @throws ProblemException {@link RestError#TARGET_INVALID}, without the target itself
     */
    static RequestTarget parse(String target, String authority) {
        String origin = originForm(target, authority);
        int question = origin.indexOf('?');
        String query = question < 0 ? null : origin.substring(question + 1);
        if (query != null) {
            requireQuery(query);
        }
        return new RequestTarget(normalised(question < 0 ? origin : origin.substring(0, question)), query);
    }

    /** The decoded segments behind a prefix of the path; one empty segment for the prefix with a slash, none for the prefix alone. */
    List<String> segmentsBelow(String prefix) {
        List<String> segments = new ArrayList<>();
        if (path.length() > prefix.length()) {
            for (String segment : path.substring(prefix.length() + 1).split("/", -1)) {
                segments.add(segment.indexOf('%') < 0 ? segment : decode(segment));
            }
        }
        return segments;
    }

    /** Whether the query has this parameter. */
    boolean hasParameter(String name) {
        return query != null && ("&" + query).contains("&" + name + "=");
    }

    /** RFC 9112, section 3.2.2: absolute-form must be understood; an authority other than Host's is how requests are smuggled past rules. */
    private static String originForm(String target, String authority) {
        if (target.startsWith("/")) {
            return target;
        }
        String lower = target.length() < 8 ? "" : target.substring(0, 8).toLowerCase(java.util.Locale.ROOT);
        int start = lower.equals("https://") ? 8 : lower.startsWith("http://") ? 7 : -1;
        int slash = start < 0 ? -1 : target.indexOf('/', start);
        if (slash < 0) {
            throw invalid("it is neither a path nor an http address with a path");
        }
        if (!target.substring(start, slash).equalsIgnoreCase(authority)) {
            throw invalid("its authority is not the one of the header Host");
        }
        return target.substring(slash);
    }

    private static void requireQuery(String query) {
        for (int i = 0; i < query.length(); i++) {
            char c = query.charAt(i);
            if (!isUnreserved(c) && IN_QUERY.indexOf(c) < 0) {
                throw invalid("the query has a character that no URI has");
            }
        }
    }

    private static String normalised(String path) {
        if (DOUBLE.matcher(path).find()) {
            throw invalid("the path is encoded twice");
        }
        StringBuilder plain = new StringBuilder(path.length());
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '%') {
                append(plain, octet(path, i));
                i += 2;
            } else if (c == '/' || isUnreserved(c) || SUB_DELIMITERS.indexOf(c) >= 0) {
                plain.append(c);
            } else {
                throw invalid("the path has a character that is not allowed there, such as ';', '\\' or '#'");
            }
        }
        requireSegments(plain);
        return plain.toString();
    }

    private static int octet(String path, int percent) {
        int high = percent + 2 < path.length() ? Character.digit(path.charAt(percent + 1), 16) : -1;
        int low = high < 0 ? -1 : Character.digit(path.charAt(percent + 2), 16);
        if (low < 0 || path.charAt(percent + 1) > 'f' || path.charAt(percent + 2) > 'f') {
            throw invalid("the path has a '%' without two hex digits");
        }
        return high * 16 + low;
    }

    private static void append(StringBuilder plain, int octet) {
        if (octet < ' ' || octet == 0x7F) {
            throw invalid("the path has an encoded control character");
        }
        if (octet == '/' || octet == '\\' || octet == ';') {
            throw invalid("the path has an encoded '/', '\\' or ';'");
        }
        if (octet < 0x80 && isUnreserved((char) octet)) {
            plain.append((char) octet);
        } else {
            plain.append('%')
                    .append(Character.toUpperCase(Character.forDigit(octet >> 4, 16)))
                    .append(Character.toUpperCase(Character.forDigit(octet & 15, 16)));
        }
    }

    private static void requireSegments(CharSequence path) {
        int start = 1;
        for (int end = 1; end <= path.length(); end++) {
            if (end == path.length() || path.charAt(end) == '/') {
                int length = end - start;
                if (length == 0 && end < path.length()) {
                    throw invalid("the path has an empty segment");
                }
                boolean dots = length == 1 && path.charAt(start) == '.'
                        || length == 2 && path.charAt(start) == '.' && path.charAt(start + 1) == '.';
                if (dots) {
                    throw invalid("the path has a segment '.' or '..'");
                }
                start = end + 1;
            }
        }
    }

    private static String decode(String segment) {
        return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static boolean isUnreserved(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || "-._~".indexOf(c) >= 0;
    }

    private static ProblemException invalid(String reason) {
        return new ProblemException(RestError.TARGET_INVALID, "the request target is refused: " + reason)
                .hint("Send the path in its normal form (RFC 3986, section 6.2.2).");
    }
}
