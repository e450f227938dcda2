package io.sluice.siddhi.rdbms;

import io.siddhi.query.api.definition.Attribute;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Builds the statement of a {@link Selection}: clauses in their order, pages as the dialect writes them. */
final class SelectStatement {

    private static final String CLAUSE = "selectQueryTemplate.";

    private final Dialect dialect;
    private final Selection selection;
    private final List<String> clauses = new ArrayList<>();
    private final List<Parameter> parameters = new ArrayList<>();

    private SelectStatement(Dialect dialect, Selection selection) {
        this.dialect = dialect;
        this.selection = selection;
    }

    /** The statement that gives the selected items, by position. */
    static BoundStatement of(Statements statements, Fragment condition, Selection selection) {
        SelectStatement made = new SelectStatement(statements.dialect(), selection);
        made.select(statements.shape().table());
        made.where(statements, condition);
        made.group();
        made.order();
        return made.page();
    }

    private void select(String table) {
        List<String> selectors = new ArrayList<>();
        for (Selection.Item item : selection.items()) {
            if (item.selected()) {
                selectors.add(text(item.value()));
            }
        }
        String list = selectors.isEmpty() ? "1" : String.join(", ", selectors);
        clauses.add(dialect.fill(CLAUSE + "selectClause", "SELECTORS", list, "TABLE_NAME", table));
    }

    private void where(Statements statements, Fragment condition) {
        Fragment having = selection.having();
        Fragment all = condition;
        if (having != null && !selection.grouped()) {
            all = condition.isAlwaysTrue() ? having : and(condition, having);
        }
        String where = statements.where(all);
        if (!where.isEmpty()) {
            clauses.add(where);
            parameters.addAll(Statements.parameters(all));
        }
    }

    private void group() {
        if (!selection.groupBy().isEmpty()) {
            String columns = selection.groupBy().stream().map(this::text).collect(Collectors.joining(", "));
            clauses.add(dialect.fill(CLAUSE + "groupByClause", "COLUMNS", columns));
        }
        Fragment having = selection.grouped() ? selection.having() : null;
        List<String> conditions = new ArrayList<>();
        if (selection.grouped() && selection.groupBy().isEmpty()) {
            conditions.add("COUNT(*) > 0"); // as in Siddhi, nothing found is no row, not a row of nulls
        }
        if (having != null) {
            conditions.add(text(having.asPredicate()));
        }
        if (!conditions.isEmpty()) {
            clauses.add(dialect.fill(CLAUSE + "havingClause", "CONDITION", String.join(" AND ", conditions)));
        }
    }

    private void order() {
        List<String> columns = new ArrayList<>();
        for (Selection.Order order : selection.orderBy()) {
            columns.add(text(order.value()) + (order.descending() ? " DESC" : ""));
        }
        String needed = dialect.textOrNull("orderNeeded");
        boolean paged = selection.limit() != null || selection.offset() != null;
        if (columns.isEmpty() && paged && needed != null) {
            columns.add(needed);
        }
        if (!columns.isEmpty()) {
            clauses.add(dialect.fill(CLAUSE + "orderByClause", "COLUMNS", String.join(", ", columns)));
        }
    }

    private BoundStatement page() {
        Long limit = selection.limit();
        Long offset = selection.offset();
        if (dialect.textOrNull(CLAUSE + "limitWrapperClause") != null) {
            return wrapped(limit, offset);
        }
        if (offset == null && limit != null && dialect.flag("offsetNeeded")) {
            offset = 0L;
        }
        if (limit == null && offset != null && dialect.flag("limitBeforeOffsetNeeded")) {
            limit = Long.MAX_VALUE;
        }
        boolean limitFirst = dialect.flag(CLAUSE + "isLimitBeforeOffset");
        if (limitFirst) {
            addPage("limitClause", limit);
        }
        addPage("offsetClause", offset);
        if (!limitFirst) {
            addPage("limitClause", limit);
        }
        return new BoundStatement(String.join(" ", clauses), List.copyOf(parameters));
    }

    private void addPage(String clause, @Nullable Long rows) {
        if (rows == null) {
            return;
        }
        if (dialect.textOrNull(CLAUSE + clause) == null) {
            throw new IllegalArgumentException(
                    "database '" + dialect.name() + "' has no " + clause.replace("Clause", ""));
        }
        clauses.add(dialect.fill(CLAUSE + clause, "Q", "?"));
        parameters.add(new Parameter.Constant(rows, Attribute.Type.LONG));
    }

    /** For databases that number the rows of an inner query. */
    private BoundStatement wrapped(@Nullable Long limit, @Nullable Long offset) {
        String sql = String.join(" ", clauses);
        if (limit != null || offset != null) {
            long last = limit == null ? Long.MAX_VALUE : limit + (offset == null ? 0 : offset);
            sql = dialect.fill(CLAUSE + "limitWrapperClause", "QUERY", sql, "Q", "?");
            parameters.add(new Parameter.Constant(last, Attribute.Type.LONG));
        }
        if (offset != null) {
            sql = dialect.fill(CLAUSE + "offsetWrapperClause", "QUERY", sql, "Q", "?");
            parameters.add(new Parameter.Constant(offset, Attribute.Type.LONG));
        }
        return new BoundStatement(sql, List.copyOf(parameters));
    }

    private String text(Fragment fragment) {
        parameters.addAll(fragment.parameters());
        return fragment.text().in(dialect);
    }

    private static Fragment and(Fragment left, Fragment right) {
        return Fragment.of(
                Fragment.Kind.PREDICATE,
                Attribute.Type.BOOL,
                List.of(left.asPredicate(), right.asPredicate()),
                (dialect, parts) -> "(" + parts.get(0) + " AND " + parts.get(1) + ")");
    }
}
