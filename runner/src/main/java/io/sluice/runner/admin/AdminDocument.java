package io.sluice.runner.admin;

import io.sluice.common.Problem;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The OpenAPI 3.1 document of the admin API, made from its routes, so that it lists what is served and nothing else. */
final class AdminDocument {

    private AdminDocument() {}

    static JsonObject of(List<AdminRouter.Route> routes) {
        JsonObject paths = new JsonObject();
        for (AdminRouter.Route route : routes) {
            String path = route.path().replaceAll(":(\\w+)", "{$1}");
            JsonObject item = paths.getJsonObject(path);
            if (item == null) {
                item = new JsonObject();
                paths.put(path, item);
            }
            item.put(route.method().name().toLowerCase(Locale.ROOT), operation(route));
        }
        return new JsonObject()
                .put("openapi", "3.1.0")
                .put("info", new JsonObject().put("title", "Sluice runner").put("version", "1"))
                .put("paths", paths)
                .put(
                        "components",
                        new JsonObject()
                                .put(
                                        "securitySchemes",
                                        new JsonObject()
                                                .put("basic", scheme("basic"))
                                                .put("bearer", scheme("bearer"))));
    }

    private static JsonObject scheme(String name) {
        return new JsonObject().put("type", "http").put("scheme", name);
    }

    private static JsonObject operation(AdminRouter.Route route) {
        JsonArray parameters = new JsonArray();
        Arrays.stream(route.path().split("/", -1))
                .filter(part -> part.startsWith(":"))
                .forEach(part -> parameters.add(new JsonObject()
                        .put("name", part.substring(1))
                        .put("in", "path")
                        .put("required", true)
                        .put("schema", new JsonObject().put("type", "string"))));
        JsonObject problem = new JsonObject()
                .put("description", "What is wrong and what to do (RFC 9457).")
                .put("content", new JsonObject().put(Problem.MEDIA_TYPE, new JsonObject()));
        JsonObject operation = new JsonObject()
                .put("parameters", parameters)
                .put(
                        "responses",
                        new JsonObject()
                                .put("2XX", new JsonObject().put("description", "Done."))
                                .put("default", problem));
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
}
