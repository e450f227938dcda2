package io.sluice.dataservice.definition;

import io.sluice.common.InvalidSetting;
import io.sluice.common.Setting;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One path of a service with what can be done there. */
public record ResourceFile(
        @Setting(doc = "Path below the service, for example '/trades/{symbol}'.")
        String path,

        @Setting(doc = "Replaces the access rules of the service for this resource.", byDefault = Setting.ABSENT)
        ServiceFile.@Nullable Access access,

        @Setting(doc = "Reads rows.", byDefault = Setting.ABSENT) @Nullable
        ReadFile get,

        @Setting(doc = "Instead of get: reads an aggregation of a Siddhi app.", byDefault = Setting.ABSENT) @Nullable
        AggregationFile aggregation,

        @Setting(doc = "Inserts rows.", byDefault = Setting.ABSENT) @Nullable
        WriteFile post,

        @Setting(doc = "Replaces rows.", byDefault = Setting.ABSENT) @Nullable
        WriteFile put,

        @Setting(doc = "Changes rows.", byDefault = Setting.ABSENT) @Nullable
        WriteFile patch,

        @Setting(doc = "Deletes rows.", byDefault = Setting.ABSENT) @Nullable
        WriteFile delete) {

    private static final Pattern LITERAL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._~-]*");
    private static final Pattern VARIABLE = Pattern.compile("\\{([A-Za-z][A-Za-z0-9_]{0,63})}");

    /** Validates the path and that there is something to do. */
    public ResourceFile {
        if (!path.startsWith("/") || path.length() > 200) {
            throw new InvalidSetting("path", "'" + path + "' must begin with '/' and have at most 200 characters");
        }
        Set<String> names = new HashSet<>();
        for (String segment : path.substring(1).split("/", -1)) {
            boolean variable = VARIABLE.matcher(segment).matches();
            if (!variable && !LITERAL.matcher(segment).matches()) {
                throw new InvalidSetting(
                        "path",
                        "'" + path + "': '" + segment
                                + "' is neither plain text (letters, digits, '.', '_', '~', '-') nor one parameter like '{id}'");
            }
            if (variable && !names.add(segment)) {
                throw new InvalidSetting("path", "'" + path + "' names " + segment + " twice");
            }
        }
        if (path.equals("/openapi.json")) {
            throw new InvalidSetting(
                    "path", "'/openapi.json' is where the description of the service is; take another");
        }
        if (get != null && aggregation != null) {
            throw new InvalidSetting("aggregation", "and 'get' are both what GET reads. Remove one of the two.");
        }
        if (get == null && aggregation == null && post == null && put == null && patch == null && delete == null) {
            throw new IllegalArgumentException("has no verb. Add get, post, put, patch or delete.");
        }
    }

    /** Segments of the path, variables in braces. */
    public List<String> segments() {
        return List.of(path.substring(1).split("/", -1));
    }

    /** The name inside the braces, or null for a literal segment. */
    public static @Nullable String variable(String segment) {
        return segment.startsWith("{") ? segment.substring(1, segment.length() - 1) : null;
    }

    /** The operations that change rows. */
    public Map<Verb, WriteFile> writes() {
        Map<Verb, WriteFile> writes = new EnumMap<>(Verb.class);
        add(writes, Verb.POST, post);
        add(writes, Verb.PUT, put);
        add(writes, Verb.PATCH, patch);
        add(writes, Verb.DELETE, delete);
        return writes;
    }

    private static void add(Map<Verb, WriteFile> writes, Verb verb, @Nullable WriteFile write) {
        if (write != null) {
            writes.put(verb, write);
        }
    }
}
