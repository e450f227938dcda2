package io.sluice.siddhi.http;

import io.siddhi.annotation.Example;
import io.siddhi.annotation.Extension;
import io.siddhi.annotation.Parameter;
import io.siddhi.annotation.util.DataType;
import io.siddhi.core.util.config.ConfigReader;
import io.sluice.siddhi.kit.Options;
import io.sluice.siddhi.kit.SharedResources;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes the events of a server that speaks {@code text/event-stream}; see {@link StreamReader}. The payload is the data of an event; {@code trp:id} and
 * {@code trp:event} are its id and type, other names are headers of the answer.
 */
@Extension(
        name = "sse",
        namespace = "source",
        description = "Takes server-sent events; connects afresh after a loss and goes on behind the last event.",
        parameters = {
            @Parameter(
                    name = "receiver.url",
                    description = "Address of the stream, http://… or https://….",
                    type = DataType.STRING),
            @Parameter(
                    name = "basic.auth.username",
                    description = "User for basic authentication; needs the password.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "null"),
            @Parameter(
                    name = "basic.auth.password",
                    description = "Password for basic authentication.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "null"),
            @Parameter(
                    name = "worker.count",
                    description = "Threads that map; with one the order of the stream is kept.",
                    type = DataType.INT,
                    optional = true,
                    defaultValue = "1"),
            @Parameter(
                    name = "headers",
                    description = "Headers of the request: 'name1:value1','name2:value2'.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "null"),
            @Parameter(
                    name = "reconnect.interval",
                    description =
                            "Milliseconds before connecting afresh, unless the server says otherwise; doubles up to"
                                    + " 30 s while the server is away.",
                    type = DataType.INT,
                    optional = true,
                    defaultValue = "1000"),
            @Parameter(
                    name = "https.truststore.file",
                    description = "PKCS12 or JKS file with the certificates to trust.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "trustStoreLocation of the configuration, else the JDK's"),
            @Parameter(
                    name = "https.truststore.password",
                    description = "Password of the trust store.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "trustStorePassword of the configuration"),
            @Parameter(
                    name = "client.bootstrap.configurations",
                    description = "As for the http sink.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "null")
        },
        examples =
                @Example(
                        syntax = "@source(type='sse', receiver.url='http://127.0.0.1:9000/quakes',\n"
                                + "    @map(type='json', @attributes(id='trp:id', place='$.place')))\n"
                                + "define stream Quakes (id string, place string);",
                        description = "Every event of the stream becomes a quake."))
@SuppressWarnings("NullAway.Init") // Siddhi calls init right after the constructor
public final class SSESource extends IntakeSource {

    private static final int MOST_OPEN = 1024;
    private static final Duration PATIENCE = Duration.ofDays(1);

    private StreamReader.Target target;
    private ClientSettings settings;
    private SharedResources.@Nullable Lease<SharedClient> client; // by Siddhi's threads, one at a time
    private @Nullable StreamReader reader;

    /** For Siddhi. */
    public SSESource() {
        super("sse");
    }

    @Override
    Intake.Manner read(Options reading, ConfigReader system) {
        String url = reading.text("receiver.url").trim();
        if (!url.matches("https?://[^\\s]+")) {
            reading.problem("option 'receiver.url' must be http://host:port/path or https://host:port/path");
        }
        List<Map.Entry<String, String>> headers =
                new ArrayList<>(Settings.read(reading, "headers").entrySet());
        String user = reading.textOrNull("basic.auth.username");
        String password = reading.textOrNull("basic.auth.password");
        if ((user == null) != (password == null)) {
            reading.problem("options 'basic.auth.username' and 'basic.auth.password' go together");
        } else if (user != null) {
            byte[] pair = (user + ":" + password).getBytes(java.nio.charset.StandardCharsets.UTF_8);
            headers.add(
                    Map.entry("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair)));
        }
        target = new StreamReader.Target(url, headers, reading.number("reconnect.interval", 1_000, 1, 600_000));
        settings = ClientSettings.read(reading, system);
        int workers = (int) reading.number("worker.count", 1, 1, 256);
        return new Intake.Manner(MOST_OPEN, workers, PATIENCE, Reply.TAKEN, false);
    }

    @Override
    void open(Intake into) {
        SharedResources.Lease<SharedClient> leased = SharedClient.lease(resources(), settings);
        client = leased;
        StreamReader opened = new StreamReader(resources().vertx(), leased.get(), target, properties(), into, place());
        reader = opened;
        opened.start();
    }

    @Override
    void leave() {
        if (reader != null) {
            reader.close();
        }
    }

    @Override
    void closed() {
        leave();
        reader = null;
        if (client != null) {
            client.close();
            client = null;
        }
    }
}
