package io.sluice.siddhi.http;

import io.siddhi.annotation.Example;
import io.siddhi.annotation.Extension;
import io.siddhi.annotation.Parameter;
import io.siddhi.annotation.util.DataType;

/**
 * Sends every event to an HTTP server. A status other than 2xx is a failed delivery; see {@link SendingSink}.
 */
@Extension(
        name = "http",
        namespace = "sink",
        description = "Sends every event to an HTTP server; a status other than 2xx is a failed delivery.",
        parameters = {
            @Parameter(
                    name = "publisher.url",
                    description = "Address, http://… or https://….",
                    type = DataType.STRING,
                    dynamic = true),
            @Parameter(
                    name = "method",
                    description = "HTTP method; GET and HEAD send no body.",
                    type = DataType.STRING,
                    optional = true,
                    dynamic = true,
                    defaultValue = "POST"),
            @Parameter(
                    name = "headers",
                    description = "'name1:value1','name2:value2'.",
                    type = DataType.STRING,
                    optional = true,
                    dynamic = true,
                    defaultValue = "Content-Type by the type of the mapper"),
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
                    name = "consumer.key",
                    description = "OAuth2 client id, sent as basic credentials.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "null"),
            @Parameter(
                    name = "consumer.secret",
                    description = "OAuth2 client secret.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "null"),
            @Parameter(
                    name = "body.consumer.key",
                    description = "OAuth2 client id, sent in the body too.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "null"),
            @Parameter(
                    name = "body.consumer.secret",
                    description = "OAuth2 client secret, sent in the body too.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "null"),
            @Parameter(
                    name = "oauth.username",
                    description = "User of the password grant.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "null"),
            @Parameter(
                    name = "oauth.password",
                    description = "Password of the password grant.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "null"),
            @Parameter(
                    name = "oauth.scope",
                    description = "Scope to ask for.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "default"),
            @Parameter(
                    name = "token.url",
                    description = "OAuth2 token endpoint.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "null"),
            @Parameter(
                    name = "refresh.token",
                    description = "OAuth2 refresh token.",
                    type = DataType.STRING,
                    optional = true,
                    dynamic = true,
                    defaultValue = "null"),
            @Parameter(
                    name = "request.timeout",
                    description = "Milliseconds for one delivery with all its attempts.",
                    type = DataType.INT,
                    optional = true,
                    defaultValue = "30000"),
            @Parameter(
                    name = "retry.count",
                    description = "Attempts after the first, for trouble with the connection, 408, 425, 429 and 5xx.",
                    type = DataType.INT,
                    optional = true,
                    defaultValue = "1"),
            @Parameter(
                    name = "retry.interval",
                    description = "Milliseconds before the second attempt; doubles up to 5 s.",
                    type = DataType.INT,
                    optional = true,
                    defaultValue = "500"),
            @Parameter(
                    name = "max.in.flight",
                    description = "Deliveries at a time. With 1 the order is kept and the app waits for each answer.",
                    type = DataType.INT,
                    optional = true,
                    defaultValue = "1"),
            @Parameter(
                    name = "socket.idle.timeout",
                    description = "Milliseconds without a byte after which a delivery fails.",
                    type = DataType.INT,
                    optional = true,
                    defaultValue = "request.timeout"),
            @Parameter(
                    name = "chunk.disabled",
                    description = "false sends bodies in chunks, true with their length.",
                    type = DataType.BOOL,
                    optional = true,
                    defaultValue = "true"),
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
                    name = "https.keystore.file",
                    description = "PKCS12 or JKS file with the client certificate to show.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "no certificate"),
            @Parameter(
                    name = "https.keystore.password",
                    description = "Password of the keystore and of its key.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "null"),
            @Parameter(
                    name = "https.keystore.key.password",
                    description = "Accepted for old apps; the key must have the password of the file.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "null"),
            @Parameter(
                    name = "ssl.protocol",
                    description = "TLS, TLSv1.2 or TLSv1.3.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "TLS"),
            @Parameter(
                    name = "ssl.verification.disabled",
                    description = "Trusts every certificate. For tests only.",
                    type = DataType.BOOL,
                    optional = true,
                    defaultValue = "false"),
            @Parameter(
                    name = "hostname.verification.enabled",
                    description = "Whether the certificate must name the host.",
                    type = DataType.BOOL,
                    optional = true,
                    defaultValue = "true"),
            @Parameter(
                    name = "tls.store.type",
                    description = "Accepted for old apps; the type is found by looking into the file.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "JKS"),
            @Parameter(
                    name = "ssl.configurations",
                    description = "Accepted for old apps, without effect, as in the published sink.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "null"),
            @Parameter(
                    name = "parameters",
                    description = "Accepted for old apps, without effect.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "null"),
            @Parameter(
                    name = "proxy.host",
                    description = "Forward proxy.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "null"),
            @Parameter(
                    name = "proxy.port",
                    description = "Port of the proxy.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "8080"),
            @Parameter(
                    name = "proxy.username",
                    description = "User of the proxy.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "null"),
            @Parameter(
                    name = "proxy.password",
                    description = "Password of the proxy.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "null"),
            @Parameter(
                    name = "client.bootstrap.configurations",
                    description = "'client.bootstrap.connect.timeout:10000', .socket.timeout (seconds), .socket.reuse,"
                            + " .nodelay, .keepalive, .sendbuffersize, .recievebuffersize.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "null"),
            @Parameter(
                    name = "max.pool.active.connections",
                    description = "Connections per host; -1 for 64.",
                    type = DataType.INT,
                    optional = true,
                    defaultValue = "-1"),
            @Parameter(
                    name = "max.wait.time",
                    description = "Milliseconds to wait for a connection, request.timeout permitting.",
                    type = DataType.INT,
                    optional = true,
                    defaultValue = "60000"),
            @Parameter(
                    name = "exhausted.action",
                    description = "Without a free connection: 0 fail, 1 wait, 2 open one more.",
                    type = DataType.INT,
                    optional = true,
                    defaultValue = "1"),
            @Parameter(
                    name = "min.evictable.idle.time",
                    description = "Milliseconds after which an unused connection is closed.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "300000"),
            @Parameter(
                    name = "min.pool.idle.connections",
                    description = "Accepted for old apps, without effect.",
                    type = DataType.INT,
                    optional = true,
                    defaultValue = "0"),
            @Parameter(
                    name = "max.pool.idle.connections",
                    description = "Accepted for old apps, without effect.",
                    type = DataType.INT,
                    optional = true,
                    defaultValue = "100"),
            @Parameter(
                    name = "executor.service.threads",
                    description = "Accepted for old apps, without effect: there are no such threads.",
                    type = DataType.INT,
                    optional = true,
                    defaultValue = "20"),
            @Parameter(
                    name = "time.between.eviction.runs",
                    description = "Accepted for old apps, without effect.",
                    type = DataType.STRING,
                    optional = true,
                    defaultValue = "30000"),
            @Parameter(
                    name = "test.on.borrow",
                    description = "Accepted for old apps, without effect.",
                    type = DataType.BOOL,
                    optional = true,
                    defaultValue = "true"),
            @Parameter(
                    name = "test.while.idle",
                    description = "Accepted for old apps, without effect.",
                    type = DataType.BOOL,
                    optional = true,
                    defaultValue = "true")
        },
        examples =
                @Example(
                        syntax =
                                "@sink(type='http', publisher.url='http://127.0.0.1:9000/{{region}}', on.error='wait',\n"
                                        + "    headers=\"'X-Source:sluice'\", @map(type='json'))\n"
                                        + "define stream Alerts (region string, text string);",
                        description = "Every alert goes, as JSON, to the server; while it is away the app waits."))
public class HttpSink extends SendingSink {

    /** For Siddhi. */
    public HttpSink() {
        super("http", 1);
    }

    HttpSink(String type, int inFlight) {
        super(type, inFlight);
    }
}
