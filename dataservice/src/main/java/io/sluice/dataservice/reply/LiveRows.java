package io.sluice.dataservice.reply;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import io.sluice.common.Problem;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Rows of a tail as text. As an event stream each row is an event whose {@code id} is the cursor behind it; as NDJSON each row is a line, and an object
 * whose only member is {@code cursor} says how far the lines above it reach. Used by one thread at a time.
 */
public final class LiveRows {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final JsonGenerator json;
    private final RowTree tree;
    private final boolean events;

    /** @param media SSE or NDJSON */
    public LiveRows(RowTree tree, MediaType media) {
        this.tree = tree;
        this.events = media == MediaType.SSE;
        try {
            this.json = JsonPage.JSON.createGenerator(bytes);
            json.setPrettyPrinter(new MinimalPrettyPrinter(""));
        } catch (IOException unexpected) {
            throw new IllegalStateException("writing to memory", unexpected);
        }
    }

    /** Adds the row that the result stands at. */
    public void row(ResultSet rows, String cursor) throws SQLException, IOException {
        if (events) {
            text("id: " + cursor + "\ndata: ");
        }
        tree.write(json, rows);
        json.flush();
        text(events ? "\n\n" : "\n");
    }

    /** Bytes that wait to be taken. */
    public int size() {
        return bytes.size();
    }

    /**
     * Takes what was added.
     *
     * @param cursor how far it reaches
     */
    public Buffer take(String cursor) {
        if (!events) {
            text(position(cursor));
        }
        Buffer taken = Buffer.buffer(bytes.toByteArray());
        bytes.reset();
        return taken;
    }

    /** What an event stream begins with: when to come back after a break. */
    public Buffer opening() {
        return Buffer.buffer(events ? "retry: 1000\n\n" : "");
    }

    /** Says that the connection is alive, and for NDJSON how far it is; empty cursor for nowhere yet. */
    public Buffer heartbeat(String cursor) {
        return Buffer.buffer(events ? ": alive\n\n" : cursor.isEmpty() ? "\n" : position(cursor));
    }

    /** Why the tail ends; the client may come back with its last cursor. */
    public Buffer ending(String reason) {
        JsonObject said = new JsonObject().put("reason", reason);
        return Buffer.buffer(
                events
                        ? "event: end\ndata: " + said.encode() + "\n\n"
                        : new JsonObject().put("end", said).encode() + "\n");
    }

    /** What ended the tail. */
    public Buffer broken(Problem problem) {
        return Buffer.buffer(
                events
                        ? "event: problem\ndata: " + problem.toJson().encode() + "\n\n"
                        : new JsonObject().put("problem", problem.toJson()).encode() + "\n");
    }

    private static String position(String cursor) {
        return new JsonObject().put("cursor", cursor).encode() + "\n";
    }

    private void text(String text) {
        bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }
}
