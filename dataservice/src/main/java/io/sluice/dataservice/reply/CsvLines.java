package io.sluice.dataservice.reply;

import io.sluice.common.Problem;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Comma-separated values with a header line (RFC 4180). NULL is an empty field, an empty text {@code ""}. Text that a spreadsheet would run as a formula
 * ({@code = + - @}, tab, carriage return first) gets an apostrophe in front.
 */
public final class CsvLines implements RowFormat {

    private static final String FORMULA = "=+-@\t\r";

    private final Writer out;
    private final RowTree tree;

    /** Writes the header line. */
    public CsvLines(OutputStream out, RowTree tree) throws IOException {
        this.out = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
        this.tree = tree;
        String glue = "";
        for (Cell cell : tree.cells()) {
            this.out.write(glue);
            this.out.write(String.join(".", cell.column().path()));
            glue = ",";
        }
        this.out.write("\r\n");
    }

    @Override
    public void row(ResultSet rows) throws SQLException, IOException {
        String glue = "";
        for (Cell cell : tree.cells()) {
            out.write(glue);
            String text = cell.text(rows);
            if (text != null) {
                boolean free = !cell.column().type().numeric();
                out.write(free ? field(text) : text);
            }
            glue = ",";
        }
        out.write("\r\n");
    }

    private static String field(String text) {
        boolean formula = !text.isEmpty() && FORMULA.indexOf(text.charAt(0)) >= 0;
        String safe = formula ? "'" + text : text;
        boolean plain = !safe.isEmpty()
                && safe.chars().noneMatch(each -> each == '"' || each == ',' || each == '\n' || each == '\r');
        return plain ? safe : '"' + safe.replace("\"", "\"\"") + '"';
    }

    @Override
    public void end(@Nullable String next) throws IOException {
        out.flush();
    }

    @Override
    public boolean broken(Problem problem) {
        return false;
    }
}
