package io.sluice.gateway.api;

import io.sluice.common.InvalidSetting;
import io.sluice.common.Setting;
import java.util.List;
import java.util.regex.Pattern;

/** What may be called on a REST API: a path below {@code /context/version}, its methods and the scopes they need. */
public record Operation(
        @Setting(doc = "Segments, each plain text or '{name}'; '**' as the last one stands for any number of segments.")
        String path,

        @Setting(doc = "Methods; GET includes HEAD.") List<String> methods,

        @Setting(doc = "Scopes that a token must have beside those of the API.", byDefault = "[]")
        List<String> scopes) {

    private static final Pattern PATH =
            Pattern.compile("/|(/([A-Za-z0-9._~!$&'()+,=:@-]+|\\{[A-Za-z0-9_]+}))*(/\\*\\*)?");

    /** TRACE would show the upstream's headers, CONNECT is for proxies; both are never forwarded. */
    private static final Pattern METHOD = Pattern.compile("(?!TRACE$|CONNECT$)[A-Z][A-Z-]{0,31}");

    /** Validates every member. */
    public Operation {
        if (path.isEmpty() || !PATH.matcher(path).matches() || path.matches(".*/\\.{1,2}(/.*)?")) {
            throw new InvalidSetting(
                    "path", "'" + path + "' must be segments of plain text or '{name}', for example '/farms/{id}'");
        }
        methods = List.copyOf(methods);
        if (methods.isEmpty()) {
            throw new InvalidSetting("methods", "must name at least one method, for example [GET]");
        }
        for (String method : methods) {
            if (!METHOD.matcher(method).matches()) {
                throw new InvalidSetting(
                        "methods", "'" + method + "' must be a method in capitals, other than TRACE and CONNECT");
            }
        }
        scopes = ApiRules.requireScopes("scopes", scopes);
    }

    /** The path with every {@code {name}} as {@code {}}: two operations of one shape match the same requests. */
    public String shape() {
        return path.replaceAll("\\{[^}]*}", "{}");
    }
}
