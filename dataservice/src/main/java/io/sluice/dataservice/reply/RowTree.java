package io.sluice.dataservice.reply;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import io.sluice.dataservice.sql.Column;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The JSON object of a row: columns, and objects inside it for columns whose names have dots. Immutable after it is made. */
public final class RowTree {

    private static final class Member {
        private final SerializedString name;
        private @Nullable Cell cell;
        private final List<Member> members = new ArrayList<>();

        private Member(String name) {
            this.name = new SerializedString(name);
        }
    }

    private final Member root = new Member("");
    private final List<Cell> cells = new ArrayList<>();

    /**
     * @param columns the columns of the result, in its order
     * @throws IllegalArgumentException if two have the same name, or one is inside another that is no object
     */
    public RowTree(List<Column> columns) {
        for (int i = 0; i < columns.size(); i++) {
            Cell cell = new Cell(columns.get(i), i + 1);
            cells.add(cell);
            place(cell);
        }
    }

    private void place(Cell cell) {
        Member at = root;
        for (String name : cell.column().path()) {
            Member parent = at;
            Optional<Member> known = parent.members.stream()
                    .filter(each -> each.name.getValue().equals(name))
                    .findFirst();
            at = known.orElseGet(() -> {
                Member added = new Member(name);
                parent.members.add(added);
                return added;
            });
            if (parent.cell != null) {
                throw clash(cell);
            }
        }
        if (at.cell != null || !at.members.isEmpty()) {
            throw clash(cell);
        }
        at.cell = cell;
    }

    private static IllegalArgumentException clash(Cell cell) {
        return new IllegalArgumentException("column '" + cell.column().key() + "' would be the member '"
                + String.join(".", cell.column().path()) + "', which another column is already. Give it another name.");
    }

    /** The columns in the order of the result. */
    List<Cell> cells() {
        return cells;
    }

    /** Writes the row as an object. */
    void write(JsonGenerator json, ResultSet rows) throws SQLException, IOException {
        write(root, json, rows);
    }

    private static void write(Member object, JsonGenerator json, ResultSet rows) throws SQLException, IOException {
        json.writeStartObject();
        List<Member> members = object.members;
        for (int i = 0; i < members.size(); i++) {
            Member member = members.get(i);
            json.writeFieldName(member.name);
            if (member.cell == null) {
                write(member, json, rows);
            } else {
                member.cell.write(json, rows);
            }
        }
        json.writeEndObject();
    }

    /** The value of one column in the present row, null for NULL. */
    public @Nullable Object value(Column column, ResultSet rows) throws SQLException {
        return cell(column).value(rows);
    }

    private Cell cell(Column column) {
        return cells.stream()
                .filter(each -> each.column() == column)
                .findFirst()
                .orElseThrow();
    }

    /**
     * Values of some columns in the present row, for a cursor.
     *
     * @throws IllegalStateException if one is NULL
     */
    public List<Object> values(List<Column> wanted, ResultSet rows) throws SQLException {
        List<Object> values = new ArrayList<>();
        for (Column column : wanted) {
            Object value = cell(column).value(rows);
            if (value == null) {
                throw new IllegalStateException("sort column " + column.key() + " is NULL in a row");
            }
            values.add(value);
        }
        return values;
    }
}
