package io.sluice.siddhi.http;

import io.siddhi.annotation.Example;
import io.siddhi.annotation.Extension;
import io.siddhi.annotation.Parameter;
import io.siddhi.annotation.SystemParameter;
import io.siddhi.annotation.util.DataType;
import io.siddhi.core.util.config.ConfigReader;
import io.sluice.siddhi.kit.Options;
import io.sluice.siddhi.kit.Place;
import java.time.Duration;

/**
 * Takes events that clients POST.
 *
 * <ol>
 *   <li>200 is sent after the app has processed the event, so after an insert into a table has committed. What the mapper refuses gets 400 with its
 *       reason, what the app fails on gets 500 with {@code Retry-After}; see {@link Intake} and {@link Receiver} for the rest.
 *   <li>Headers are {@code trp:name}, query parameters {@code trp:_name}; see {@link Properties}.
 *   <li>Sources and sinks with different paths may share a port, whatever their kind and app.
 * </ol>
 */
@Extension(
        name = "http",
        namespace = "source",
        description = "Takes events that clients POST; answers 200 when the app has processed the event.",
        parameters = {
            @Parameter(
                    name = "receiver.url",
                    description = "Address to listen on, http://host:port/path or https://…; port 0 takes a free one.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "http://127.0.0.1:8280/<app>/<stream>"),
            @Parameter(
                    name = "basic.auth.enabled",
                    description = "Whether clients must send basic credentials.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "false"),
            @Parameter(
                    name = "basic.auth.users",
                    description = "Who may send, 'user1:password1','user2:password2'; besides basicAuthUsers of the"
                            + " configuration.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "none"),
            @Parameter(
                    name = "worker.count",
                    description = "Threads that map; with one the order of arrival is kept.",
                    type = DataType.INT,
                    optional = true,
                    defaultValue = "1"),
            @Parameter(
                    name = "max.in.flight",
                    description = "Requests between arrival and answer; beyond it they get 503 with Retry-After.",
                    type = DataType.INT,
                    optional = true,
                    defaultValue = "1024"),
            @Parameter(
                    name = "processing.timeout",
                    description = "Milliseconds after which a request that the app has not processed gets 503.",
                    type = DataType.INT,
                    optional = true,
                    defaultValue = "30000"),
            @Parameter(
                    name = "socket.idle.timeout",
                    description = "Milliseconds without a byte after which a connection is closed.",
                    type = DataType.INT,
                    optional = true,
                    defaultValue = "120000"),
            @Parameter(
                    name = "cors.origin",
                    description = "Browser origin that may send; * for all, empty for none.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "*"),
            @Parameter(
                    name = "https.keystore.file",
                    description = "PKCS12 or JKS file with the key for https.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "keyStoreLocation of the configuration"),
            @Parameter(
                    name = "https.keystore.password",
                    description = "Password of the keystore and of its key.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "keyStorePassword of the configuration"),
            @Parameter(
                    name = "https.truststore.file",
                    description = "PKCS12 or JKS file with the client certificates to accept.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "trustStoreLocation of the configuration"),
            @Parameter(
                    name = "https.truststore.password",
                    description = "Password of the trust store.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "trustStorePassword of the configuration"),
            @Parameter(
                    name = "ssl.verify.client",
                    description = "require or optional: whether clients show a certificate.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "no certificate is asked for"),
            @Parameter(
                    name = "ssl.protocol",
                    description = "TLS, TLSv1.2 or TLSv1.3.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "TLS"),
            @Parameter(
                    name = "tls.store.type",
                    description = "Accepted for old apps; the type is found by looking into the file.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "JKS"),
            @Parameter(
                    name = "ssl.configurations",
                    description = "'sslEnabledProtocols:TLSv1.3','ciphers:a,b'.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "null"),
            @Parameter(
                    name = "parameters",
                    description = "Old name of ssl.configurations.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "null"),
            @Parameter(
                    name = "request.size.validation.configurations",
                    description = "'request.size.validation:true','request.size.validation.maximum.value:2048', with"
                            + " .reject.status.code, .reject.message and .reject.message.content.type.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "8388608 bytes, then 413"),
            @Parameter(
                    name = "header.validation.configurations",
                    description = "Accepted for old apps, without effect.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "null"),
            @Parameter(
                    name = "server.bootstrap.configurations",
                    description = "'server.bootstrap.nodelay:true', .keepalive, .sendbuffersize, .recievebuffersize,"
                            + " .socket.backlog, .socket.timeout (seconds); .connect.timeout has no effect.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "null"),
            @Parameter(
                    name = "trace.log.enabled",
                    description = "Accepted for old apps, without effect: payloads are never logged.",
                    type = DataType.BOOL,
                    optional = true,
                    defaultValue = "false")
        },
        systemParameter = {
            @SystemParameter(
                    name = "defaultHost",
                    description = "Host of the default address.",
                    defaultValue = "127.0.0.1",
                    possibleParameters = "0.0.0.0 listens on every interface"),
            @SystemParameter(
                    name = "defaultScheme",
                    description = "Scheme of the default address.",
                    defaultValue = "http",
                    possibleParameters = "http, https"),
            @SystemParameter(
                    name = "defaultHttpPort",
                    description = "Port of the default address.",
                    defaultValue = "8280",
                    possibleParameters = "any port"),
            @SystemParameter(
                    name = "defaultHttpsPort",
                    description = "Port of the default address with https.",
                    defaultValue = "8243",
                    possibleParameters = "any port"),
            @SystemParameter(
                    name = "basicAuthUsers",
                    description = "Users of all sources with basic.auth.enabled.",
                    defaultValue = "none",
                    possibleParameters = "'user1:password1','user2:password2'")
        },
        examples =
                @Example(
                        syntax = "@source(type='http', receiver.url='http://127.0.0.1:8280/readings',\n"
                                + "    @map(type='json', @attributes(sensor='$.sensor', unit='trp:X-Unit')))\n"
                                + "define stream Readings (sensor string, unit string);",
                        description = "Clients POST readings, as JSON, to http://127.0.0.1:8280/readings."))
public class HttpSource extends ListeningSource {

    private static final long PATIENCE_MILLIS = 30_000;

    /** For Siddhi. */
    public HttpSource() {
        super("http");
    }

    HttpSource(String type) {
        super(type);
    }

    @Override
    ReceiverOptions read(Options reading, ConfigReader system, Place place) {
        return ReceiverOptions.read(reading, system, place, "processing.timeout", PATIENCE_MILLIS);
    }

    @Override
    Reply late(Duration patience) {
        return Problem.retry(
                503,
                "HTTP-503",
                "Busy",
                "The app did not process the event within " + patience.toMillis() + " ms; it may still do so.");
    }
}
