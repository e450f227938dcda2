package io.sluice.dataservice.reply;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import io.sluice.common.Problem;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** One object per line. A reply that cannot be finished ends with {@code {"problem":{…}}}, a member no row has at its root alone. */
public final class JsonLines implements RowFormat {

    private final OutputStream out;
    private final JsonGenerator json;
    private final RowTree tree;

    /** Writes nothing yet. */
    public JsonLines(OutputStream out, RowTree tree) throws IOException {
        this.out = out;
        this.json = JsonPage.JSON.createGenerator(out);
        json.setPrettyPrinter(new MinimalPrettyPrinter("")); // the line ends are written here, also behind the last row
        this.tree = tree;
    }

    @Override
    public void row(ResultSet rows) throws SQLException, IOException {
        tree.write(json, rows);
        json.writeRaw('\n');
    }

    @Override
    public void end(@Nullable String next) throws IOException {
        json.flush();
    }

    @Override
    public boolean broken(Problem problem) throws IOException {
        String line = "{\"problem\":" + problem.toJson().encode() + "}\n";
        if (json.getOutputContext().inRoot()) {
            json.flush();
            out.write(line.getBytes(StandardCharsets.UTF_8));
            return true;
        }
        return false;
    }
}
