package io.sluice.runner.admin;

import io.vertx.core.AsyncResult;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The routes of the admin API. Each goes the same way: who calls, what is allowed, body, work on a worker thread, answer. */
public final class AdminRouter {

    /**
     * One route, for example {@code GET /siddhi-apps/:app} for {@link Access#VIEW}.
     *
     * @param method HTTP method
     * @param path with {@code :name} for parts that vary
     * @param access what its callers must be allowed
     */
    public record Route(HttpMethod method, String path, Access access) {}

    private final Router router;
    private final Authentication authentication;
    private final Workers workers;
    private final Answers answers;
    private final BodyHandler bodies;
    private final List<Route> routes = new ArrayList<>();

    AdminRouter(Vertx vertx, Authentication authentication, Workers workers, Answers answers, long maxBody) {
        this.router = Router.router(vertx);
        this.authentication = authentication;
        this.workers = workers;
        this.answers = answers;
        this.bodies = BodyHandler.create(false).setBodyLimit(maxBody);
    }

    /**
     * Adds a route. Of two that match a request the one added first answers: add {@code /a/list} before {@code /a/:name}.
     *
     * @param path with {@code :name} for parts that vary
     */
    public AdminRouter on(HttpMethod method, String path, Access access, Operation operation) {
        routes.add(new Route(method, path, access));
        router.route(method, path)
                .handler(context -> enter(context, access))
                .handler(context -> workers.answer(context, operation));
        return this;
    }

    /** All routes, in the order they were added. */
    public List<Route> routes() {
        return List.copyOf(routes);
    }

    /** The finished router: unknown paths, wrong methods and faults get their answers here. */
    Router finished() {
        router.errorHandler(404, answers::noSuchPath);
        router.errorHandler(405, context -> answers.wrongMethod(context, methods(context)));
        router.errorHandler(413, answers::bodyTooLarge);
        router.errorHandler(400, answers::badRequest);
        router.errorHandler(500, context -> answers.fail(context, context.failure()));
        return router;
    }

    private Set<String> methods(RoutingContext context) {
        Set<String> allowed = new TreeSet<>();
        String[] asked = context.normalizedPath().split("/", -1);
        for (Route route : routes) {
            if (matches(route.path().split("/", -1), asked)) {
                allowed.add(route.method().name());
            }
        }
        return allowed;
    }

    private static boolean matches(String[] pattern, String[] asked) {
        if (pattern.length != asked.length) {
            return false;
        }
        for (int part = 0; part < pattern.length; part++) {
            boolean varies = pattern[part].startsWith(":") && !asked[part].isEmpty();
            if (!varies && !pattern[part].equals(asked[part])) {
                return false;
            }
        }
        return true;
    }

    /** The body waits unread until the caller is known, so that strangers cannot make the server hold anything. */
    private void enter(RoutingContext context, Access access) {
        if (access == Access.OPEN) {
            bodies.handle(context);
            return;
        }
        context.request().pause();
        authentication.of(context.request()).onComplete(done -> {
            try {
                Caller caller = allowed(done, access);
                context.put(Workers.CALLER, caller);
            } catch (Exception refused) {
                context.request().resume();
                answers.fail(context, refused);
                return;
            }
            context.request().resume();
            bodies.handle(context);
        });
    }

    private static Caller allowed(AsyncResult<Caller> done, Access access) throws Exception {
        if (done.failed()) {
            throw done.cause() instanceof Exception known ? known : new IllegalStateException(done.cause());
        }
        done.result().require(access);
        return done.result();
    }

    static String contentType(RoutingContext context) {
        String type = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
        return type == null ? "" : type;
    }
}
