package io.sluice.dataservice;

import io.sluice.common.ProblemException;
import io.sluice.common.Secret;
import io.sluice.dataservice.call.DataError;
import io.sluice.dataservice.service.RunnerQueries;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/** Asks the runner by {@code POST /stores/query}. A few connections; more requests wait, a bounded number of them, no longer than the time-out. */
final class RunnerClient implements RunnerQueries {

    private static final Duration RETRY = Duration.ofSeconds(2);
    private static final int CONNECTIONS = 4;
    private static final int WAITING = 64;
    private static final int MAX_ANSWER = 32 << 20;

    private final RunnerAccess access;
    private final HttpClient client;

    RunnerClient(RunnerAccess access, Vertx vertx) {
        this.access = access;
        this.client = vertx.createHttpClient(
                new HttpClientOptions().setConnectTimeout(2000),
                new PoolOptions().setHttp1MaxSize(CONNECTIONS).setMaxWaitQueueSize(WAITING));
    }

    @Override
    public Future<JsonArray> records(String app, String query) {
        Secret password = access.password();
        String credentials = access.user() + ":" + (password == null ? "" : password.value());
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(access.url().toString().replaceFirst("/+$", "") + "/stores/query")
                .setTimeout(access.timeout().toMillis())
                .putHeader("Content-Type", "application/json")
                .putHeader(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)));
        Buffer body = new JsonObject()
                .put("appName", app)
                .put("query", query)
                .put("details", true)
                .toBuffer();
        return client.request(options)
                .compose(request -> request.send(body))
                .compose(RunnerClient::read)
                .timeout(access.timeout().toMillis(), TimeUnit.MILLISECONDS)
                .recover(failed -> Future.failedFuture(
                        failed instanceof ProblemException
                                ? failed
                                : unavailable("the runner cannot be reached, or does not answer in time", failed)));
    }

    private static Future<JsonArray> read(HttpClientResponse response) {
        Buffer whole = Buffer.buffer();
        response.handler(part -> {
            whole.appendBuffer(part);
            if (whole.length() > MAX_ANSWER) {
                response.request().reset();
            }
        });
        return response.end().map(end -> records(response.statusCode(), whole));
    }

    private static JsonArray records(int status, Buffer body) {
        if (status == 200) {
            try {
                return body.toJsonObject().getJsonArray("records", new JsonArray());
            } catch (DecodeException | ClassCastException malformed) {
                throw refused("the runner answers with something else than records", malformed);
            }
        }
        Exception said = new IllegalStateException(
                "runner said " + status + ": " + body.getString(0, Math.min(body.length(), 500)));
        if (status == 404 || status == 429 || status == 503) {
            throw unavailable("the app that holds this aggregation does not run now, or is busy", said);
        }
        throw refused("the runner refused the query", said);
    }

    private static ProblemException unavailable(String detail, Throwable cause) {
        ProblemException problem = new ProblemException(DataError.RUNNER_UNAVAILABLE, detail).retryAfter(RETRY);
        problem.initCause(cause);
        return problem;
    }

    private static ProblemException refused(String detail, Throwable cause) {
        ProblemException problem = new ProblemException(DataError.RUNNER_REFUSED, detail);
        problem.initCause(cause);
        return problem;
    }

    void close() {
        client.close();
    }
}
