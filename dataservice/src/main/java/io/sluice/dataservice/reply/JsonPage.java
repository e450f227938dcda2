package io.sluice.dataservice.reply;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import io.sluice.common.Problem;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code {"data":[…],"count":N,"next":"?cursor=…"}}, or the one row itself. {@code data} is always a list, {@code next} always there. */
public final class JsonPage implements RowFormat {

    /** Shared by all replies, so that names are encoded once. */
    static final JsonFactory JSON = JsonFactory.builder()
            .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .build();

    private final JsonGenerator json;
    private final RowTree tree;
    private final boolean single;
    private final int wraps;

    /**
     * @param count the number of rows on all pages, or null if nobody asked
     * @param single whether the one row is the whole document
     */
    public JsonPage(OutputStream out, RowTree tree, @Nullable Long count, boolean single) throws IOException {
        this.json = JSON.createGenerator(out);
        this.tree = tree;
        this.single = single;
        this.wraps = 0;
        if (!single) {
            json.writeStartObject();
            if (count != null) {
                json.writeNumberField("count", count);
            }
            json.writeArrayFieldStart("data");
        }
    }

    /** @param wrap members around the list of rows, outermost first; nothing but rows is in there */
    public JsonPage(OutputStream out, RowTree tree, List<String> wrap) throws IOException {
        this.json = JSON.createGenerator(out);
        this.tree = tree;
        this.single = false;
        this.wraps = wrap.size();
        for (String name : wrap) {
            json.writeStartObject();
            json.writeFieldName(name);
        }
        json.writeStartArray();
    }

    @Override
    public void row(ResultSet rows) throws SQLException, IOException {
        tree.write(json, rows);
    }

    @Override
    public void end(@Nullable String next) throws IOException {
        if (wraps > 0) {
            json.writeEndArray();
            for (int i = 0; i < wraps; i++) {
                json.writeEndObject();
            }
        } else if (!single) {
            json.writeEndArray();
            json.writeStringField("next", next);
            json.writeEndObject();
        }
        json.flush();
    }

    @Override
    public boolean broken(Problem problem) {
        return false;
    }
}
