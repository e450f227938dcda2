package io.sluice.dataservice;

import io.sluice.common.ProblemException;
import io.sluice.dataservice.call.Address;
import io.sluice.dataservice.call.DataError;
import io.sluice.dataservice.reply.ProblemReply;
import io.sluice.dataservice.service.DeployedService;
import io.sluice.dataservice.service.Requests;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes requests in, finds their service, and turns what goes wrong at once into problems. Runs on event loops. */
final class HttpFront {

    private static final Logger LOG = LoggerFactory.getLogger(HttpFront.class);

    private final Vertx vertx;
    private final ServiceFolder folder;
    private final Requests requests;
    private final int maxConnections;
    private final AtomicInteger connections = new AtomicInteger();

    HttpFront(Vertx vertx, ServiceFolder folder, Requests requests, int maxConnections) {
        this.vertx = vertx;
        this.folder = folder;
        this.requests = requests;
        this.maxConnections = maxConnections;
    }

    /** Counts a connection, or closes it. */
    void connected(HttpConnection connection) {
        connection.closeHandler(closed -> connections.decrementAndGet());
        if (connections.incrementAndGet() > maxConnections) {
            LOG.atDebug().addKeyValue("connections", maxConnections).log("one connection too many is closed");
            connection.close();
        }
    }

    /** Serves one request. */
    void handle(HttpServerRequest request) {
        try {
            route(request);
        } catch (ProblemException problem) {
            ProblemReply.send(request.response(), problem);
        } catch (RuntimeException fault) {
            LOG.atError().setCause(fault).log("request failed for a reason of ours");
            ProblemReply.send(
                    request.response(),
                    new ProblemException(DataError.INTERNAL, "the data service has a fault; its log says more"));
        }
    }

    private void route(HttpServerRequest request) {
        List<String> segments = segments(request);
        String name = segments.get(0);
        DeployedService service = folder.find(name).orElseThrow(HttpFront::nothingHere);
        List<String> rest = segments.subList(1, segments.size());
        if (rest.equals(List.of("openapi.json"))) {
            requests.describe(request, service);
        } else {
            requests.handle(
                    request,
                    vertx.getOrCreateContext(),
                    service,
                    rest,
                    () -> folder.find(name).orElse(null) == service);
        }
    }

    private static List<String> segments(HttpServerRequest request) {
        String path = request.path();
        if (path == null || !path.startsWith("/")) {
            throw nothingHere();
        }
        try {
            return Address.segments(path);
        } catch (IllegalArgumentException malformed) {
            throw new ProblemException(DataError.ADDRESS_INVALID, String.valueOf(malformed.getMessage()));
        }
    }

    private static ProblemException nothingHere() {
        return new ProblemException(DataError.NO_SUCH_RESOURCE, "no data service has this path");
    }
}
