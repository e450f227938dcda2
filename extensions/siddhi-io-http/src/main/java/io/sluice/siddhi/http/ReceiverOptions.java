package io.sluice.siddhi.http;

import io.siddhi.core.util.config.ConfigReader;
import io.sluice.siddhi.kit.Options;
import io.sluice.siddhi.kit.Place;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The options of sources that listen.
 *
 * @param listen address
 * @param users who may send; null for everybody
 * @param workers threads that map
 * @param maxOpen requests between arrival and answer
 * @param patience milliseconds until an unanswered request gets its late answer
 * @param maxBody bytes of a body, unpacked
 * @param tooLarge answer to a larger one
 * @param corsOrigin which browser origins may send; empty for none
 */
record ReceiverOptions(
        Listen listen,
        @Nullable BasicAuth users,
        int workers,
        int maxOpen,
        long patience,
        long maxBody,
        Reply tooLarge,
        String corsOrigin) {

    private static final String SIZE = "request.size.validation";
    private static final long DEFAULT_BODY = 8L << 20;

    /** Reads the options; problems are left with {@code options}. */
    static ReceiverOptions read(
            Options options, ConfigReader system, Place place, String patienceOption, long patience) {
        Map<String, String> size = Settings.read(options, SIZE + ".configurations");
        long maxBody = maxBody(options, size);
        return new ReceiverOptions(
                Listen.read(options, system, place, "receiver.url"),
                users(options, system),
                (int) options.number("worker.count", 1, 1, 256),
                (int) options.number("max.in.flight", 1024, 1, 1_000_000),
                options.number(patienceOption, patience, 1, 86_400_000),
                maxBody,
                tooLarge(options, size, maxBody),
                options.text("cors.origin", "*").trim());
    }

    private static long maxBody(Options options, Map<String, String> size) {
        String maximum = size.getOrDefault(SIZE + ".maximum.value", "");
        if (!Boolean.parseBoolean(size.getOrDefault(SIZE, "false")) || maximum.isEmpty()) {
            return DEFAULT_BODY;
        }
        if (!maximum.matches("\\d{1,9}")) {
            options.problem("setting '" + SIZE + ".maximum.value' is '" + maximum + "', but must be a number of bytes");
            return DEFAULT_BODY;
        }
        return Long.parseLong(maximum);
    }

    private static Reply tooLarge(Options options, Map<String, String> size, long maxBody) {
        String status = size.getOrDefault(SIZE + ".reject.status.code", "413");
        if (!status.matches("[45]\\d\\d")) {
            options.problem("setting '" + SIZE + ".reject.status.code' is '" + status + "', but must be 400 to 599");
            status = "413";
        }
        String message = size.get(SIZE + ".reject.message");
        if (message == null) {
            return Problem.of(
                    Integer.parseInt(status),
                    "HTTP-413",
                    "Too large",
                    "The body is larger than " + maxBody + " bytes.",
                    "Send smaller bodies, or raise the limit with option 'request.size.validation.configurations'.");
        }
        return new Reply(
                Integer.parseInt(status),
                Map.of("Content-Type", size.getOrDefault(SIZE + ".reject.message.content.type", "text/plain")),
                io.vertx.core.buffer.Buffer.buffer(message));
    }

    static @Nullable BasicAuth users(Options options, ConfigReader system) {
        if (!options.flag("basic.auth.enabled", false)) {
            return null;
        }
        Map<String, String> users = new LinkedHashMap<>(Settings.read(options, "basic.auth.users"));
        try {
            for (Map.Entry<String, String> user : Settings.parse(system.readConfig("basicAuthUsers", ""))) {
                users.put(user.getKey(), user.getValue());
            }
        } catch (Settings.Malformed trouble) {
            options.problem("configuration key 'basicAuthUsers' " + trouble.getMessage());
        }
        if (users.isEmpty()) {
            options.problem("basic.auth.enabled='true' needs users: configuration key 'basicAuthUsers' or option"
                    + " 'basic.auth.users', as \"'user1:password1','user2:password2'\"");
        }
        return new BasicAuth(users);
    }
}
