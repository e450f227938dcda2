package io.sluice.runner.admin;

import io.sluice.common.Problem;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The OpenAPI 3.1 document of the admin API, made from its routes, so that it lists what is served and nothing else. What the routes do not know of themselves (summaries,
 * parameters, bodies, answers) comes from the resource {@code openapi.json}; permissions come from the routes.
 */
final class AdminDocument {

    private static final String WORDS = "openapi.json";

    private AdminDocument() {}

    static JsonObject of(List<AdminRouter.Route> routes) {
        JsonObject words = words();
        JsonObject paths = new JsonObject();
        for (AdminRouter.Route route : routes) {
            String path = route.path().replaceAll(":(\\w+)", "{$1}");
            String method = route.method().name().toLowerCase(Locale.ROOT);
            JsonObject known = words.getJsonObject("paths")
                    .getJsonObject(path, new JsonObject())
                    .getJsonObject(method, new JsonObject());
            JsonObject item = paths.getJsonObject(path, new JsonObject());
            paths.put(path, item.put(method, operation(route, known)));
        }
        JsonObject schemes = new JsonObject().put("basic", scheme("basic")).put("bearer", scheme("bearer"));
        return new JsonObject()
                .put("openapi", "3.1.0")
                .put("info", words.getJsonObject("info"))
                .put("paths", paths)
                .put(
                        "components",
                        new JsonObject()
                                .put("securitySchemes", schemes)
                                .put("schemas", words.getJsonObject("schemas")));
    }

    /** What is written about operations, also about some that a process does not serve. */
    static JsonObject words() {
        try (InputStream file = AdminDocument.class.getResourceAsStream(WORDS)) {
            if (file == null) {
                throw new IOException(WORDS + " is missing beside " + AdminDocument.class.getName());
            }
            return new JsonObject(new String(file.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static JsonObject scheme(String name) {
        return new JsonObject().put("type", "http").put("scheme", name);
    }

    private static JsonObject operation(AdminRouter.Route route, JsonObject known) {
        JsonObject problem =
                new JsonObject().put("schema", new JsonObject().put("$ref", "#/components/schemas/Problem"));
        JsonObject responses = known.getJsonObject(
                        "responses", new JsonObject().put("2XX", new JsonObject().put("description", "Done")))
                .copy()
                .put(
                        "default",
                        new JsonObject()
                                .put("description", "What is wrong and what to do (RFC 9457)")
                                .put("content", new JsonObject().put(Problem.MEDIA_TYPE, problem)));
        JsonObject operation = known.copy()
                .put("parameters", known.getJsonArray("parameters", parameters(route)))
                .put("responses", responses);
        if (route.access() != Access.OPEN) {
            JsonArray permission = new JsonArray().add(route.access().permission());
            operation
                    .put("description", "Needs the permission " + route.access().permission() + ".")
                    .put(
                            "security",
                            new JsonArray()
                                    .add(new JsonObject().put("basic", permission))
                                    .add(new JsonObject().put("bearer", permission)));
        }
        return operation;
    }

    private static JsonArray parameters(AdminRouter.Route route) {
        JsonArray parameters = new JsonArray();
        Arrays.stream(route.path().split("/", -1))
                .filter(part -> part.startsWith(":"))
                .forEach(part -> parameters.add(new JsonObject()
                        .put("name", part.substring(1))
                        .put("in", "path")
                        .put("required", true)
                        .put("schema", new JsonObject().put("type", "string"))));
        return parameters;
    }
}
