package io.sluice.runner.admin;

import io.sluice.common.ProblemException;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** One request whose caller is known and allowed. Immutable. */
public final class Call {

    private final Caller caller;
    private final Map<String, String> path;
    private final MultiMap query;
    private final String contentType;
    private final Buffer body;

    Call(Caller caller, Map<String, String> path, MultiMap query, String contentType, Buffer body) {
        this.caller = caller;
        this.path = Map.copyOf(path);
        this.query = query;
        this.contentType = contentType;
        this.body = body;
    }

    /** Who calls. */
    public Caller caller() {
        return caller;
    }

    /** The part of the path that the route calls {@code :name}, decoded. */
    public String path(String name) {
        String value = path.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the route has no part '" + name + "'");
        }
        return value;
    }

    /** A parameter of the query string; the first where it is given more than once. */
    public Optional<String> query(String name) {
        return Optional.ofNullable(query.get(name));
    }

    /**
     * A parameter that is {@code true} or {@code false}.
     *
     * @throws ProblemException with {@link AdminError#BAD_REQUEST} if it is anything else
     */
    public Optional<Boolean> flag(String name) {
        return query(name).map(value -> {
            String word = value.strip().toLowerCase(Locale.ROOT);
            if (!word.equals("true") && !word.equals("false")) {
                throw new ProblemException(
                        AdminError.BAD_REQUEST, "parameter '" + name + "' is neither true nor false");
            }
            return word.equals("true");
        });
    }

    /**
     * The body as text.
     *
     * @throws ProblemException if it is of another type, empty, or not UTF-8
     */
    public String text() {
        String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (!type.equals("text/plain")) {
            throw unsupported("text/plain");
        }
        if (body.length() == 0) {
            throw new ProblemException(AdminError.BAD_REQUEST, "the body is empty");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body.getBytes()))
                    .toString();
        } catch (CharacterCodingException damaged) {
            throw new ProblemException(AdminError.BAD_REQUEST, "the body is not UTF-8 text");
        }
    }

    /** The body's bytes; empty where there is none. */
    public Buffer body() {
        return body.copy();
    }

    /**
     * The body as a JSON object.
     *
     * @throws ProblemException if it is of another type, or none
     */
    public JsonObject json() {
        String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (!type.equals("application/json") && !type.endsWith("+json")) {
            throw unsupported("application/json");
        }
        try {
            return new JsonObject(body);
        } catch (DecodeException | ClassCastException damaged) {
            throw new ProblemException(AdminError.BAD_REQUEST, "the body is no JSON object");
        }
    }

    private ProblemException unsupported(String expected) {
        String found = contentType.isEmpty() ? "has no Content-Type" : "is '" + contentType + "'";
        return new ProblemException(AdminError.UNSUPPORTED_TYPE, "the body " + found)
                .hint("Send Content-Type: " + expected + ".");
    }
}
