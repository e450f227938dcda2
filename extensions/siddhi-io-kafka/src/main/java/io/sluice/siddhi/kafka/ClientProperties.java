package io.sluice.siddhi.kafka;

import io.sluice.siddhi.kit.NearestName;
import io.sluice.siddhi.kit.Options;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads and checks what goes to a Kafka client, so that a bad setting fails the app when it is built and not when it runs. */
final class ClientProperties {

    private static final Logger LOG = LoggerFactory.getLogger(ClientProperties.class);
    private static final Pattern ENTRY = Pattern.compile("\\s*([A-Za-z][\\w.-]*)\\s*:(.*)", Pattern.DOTALL);
    private static final Pattern SERVER = Pattern.compile("(\\[[0-9a-fA-F:]+]|[^:\\s]+):(\\d{1,5})");

    private ClientProperties() {}

    /**
     * Splits {@code key:value,key:value}. Blanks around both and one pair of quotes around the value are taken off. A part without a colon belongs to
     * the value before it, so that values such as {@code TLSv1.2,TLSv1.3} can be written.
     */
    static Map<String, String> parse(String option, @Nullable String text, Options options) {
        Map<String, String> properties = new LinkedHashMap<>();
        if (text == null || text.isBlank()) {
            return properties;
        }
        String last = null;
        int number = 0;
        for (String part : text.split(",", -1)) {
            number++;
            Matcher entry = ENTRY.matcher(part);
            if (entry.matches()) {
                last = entry.group(1);
                properties.put(last, entry.group(2).trim());
            } else if (last != null && !part.isBlank()) {
                properties.merge(last, part.trim(), (before, more) -> before + "," + more);
            } else if (!part.isBlank()) {
                // without the part itself: it may be password=...
                options.problem(
                        "option '" + option + "': part " + number + " is not 'key:value'; write key:value,key:value");
            }
        }
        properties.replaceAll((key, value) -> unquoted(value));
        return properties;
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() > 1
                && (value.charAt(0) == '"' || value.charAt(0) == '\'')
                && value.charAt(value.length() - 1) == value.charAt(0);
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    /** Reports parts of {@code bootstrap.servers} that are not {@code host:port}. Names are not resolved: a host may come up later. */
    static void checkServers(String servers, Options options) {
        for (String server : servers.split(",", -1)) {
            Matcher parts = SERVER.matcher(server.trim());
            if (!parts.matches() || Integer.parseInt(parts.group(2)) > 65_535) {
                options.problem("option 'bootstrap.servers' has '" + server.trim()
                        + "', but must be host:port or a comma list of them");
            }
        }
    }

    /**
     * Lets the client check its settings, and warns of names that it does not know.
     *
     * @param validation for example {@code ConsumerConfig::new}
     */
    static void check(
            Map<String, Object> settings,
            Set<String> given,
            Set<String> known,
            Consumer<Map<String, Object>> validation,
            Options options) {
        for (String name : given) {
            if (!known.contains(name)) {
                LOG.warn(
                        "optional.configuration has '{}', which is no setting of this Kafka client{}; it is passed on",
                        name,
                        NearestName.suggestion(name, known));
            }
        }
        try {
            validation.accept(settings);
        } catch (ConfigException bad) {
            options.problem(
                    "Kafka does not accept the settings: " + bad.getMessage() + " (see 'optional.configuration')");
        }
    }
}
