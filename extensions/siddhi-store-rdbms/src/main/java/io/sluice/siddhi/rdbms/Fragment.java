package io.sluice.siddhi.rdbms;

import io.siddhi.core.util.collection.operator.CompiledCondition;
import io.siddhi.query.api.definition.Attribute;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A compiled piece of SQL: a condition, an operand, an assignment. Its text waits for the dialect, because apps are compiled before they connect.
 *
 * @param kind what it may stand for
 * @param text in a given dialect, with one {@code ?} per parameter
 * @param parameters in the order of their {@code ?}
 * @param type as Siddhi would type it
 * @param looseColumns columns used outside aggregates
 * @param aggregate whether it holds an aggregate
 * @param keyValues where it is nothing but {@code column = ?} joined by AND: the parameter of each column; else empty
 */
record Fragment(
        Kind kind,
        Text text,
        List<Parameter> parameters,
        Attribute.Type type,
        Set<String> looseColumns,
        boolean aggregate,
        Map<String, Parameter> keyValues)
        implements CompiledCondition {

    /** What a fragment may stand for. */
    enum Kind {
        /** Exactly one {@code ?}. */
        PARAMETER,
        /** Exactly one column. */
        COLUMN,
        /** An operand that is computed. */
        VALUE,
        /** True or false by itself. */
        PREDICATE
    }

    /** SQL text in a given dialect. */
    interface Text extends Serializable {
        String in(Dialect dialect);
    }

    /** Puts the texts of the parts together. */
    interface Join extends Serializable {
        String join(Dialect dialect, List<String> parts);
    }

    static Fragment parameter(Parameter parameter) {
        return new Fragment(
                Kind.PARAMETER, dialect -> "?", List.of(parameter), parameter.type(), Set.of(), false, Map.of());
    }

    static Fragment column(String table, String name, Attribute.Type type) {
        String text = table + "." + name;
        return new Fragment(Kind.COLUMN, dialect -> text, List.of(), type, Set.of(name), false, Map.of());
    }

    static Fragment of(Kind kind, Attribute.Type type, List<Fragment> parts, Join join) {
        List<Fragment> kept = List.copyOf(parts);
        List<Parameter> parameters = new ArrayList<>();
        Set<String> columns = new HashSet<>();
        boolean aggregate = false;
        for (Fragment part : kept) {
            parameters.addAll(part.parameters);
            columns.addAll(part.looseColumns);
            aggregate |= part.aggregate;
        }
        Text text = dialect -> join.join(
                dialect, kept.stream().map(part -> part.text.in(dialect)).toList());
        return new Fragment(kind, text, List.copyOf(parameters), type, Set.copyOf(columns), aggregate, Map.of());
    }

    /** The same, marked as an aggregate: its columns are used up. */
    Fragment aggregated() {
        return new Fragment(kind, text, parameters, type, Set.of(), true, Map.of());
    }

    /** The same, known to ask for these columns. */
    Fragment asking(Map<String, Parameter> keys) {
        return new Fragment(kind, text, parameters, type, looseColumns, aggregate, Map.copyOf(keys));
    }

    /** As something that stands after WHERE, AND, OR or NOT: a bare boolean is compared, a constant is decided. */
    Fragment asPredicate() {
        if (kind == Kind.PREDICATE) {
            return this;
        }
        if (parameters.size() == 1 && parameters.get(0) instanceof Parameter.Constant constant) {
            String decided = Boolean.TRUE.equals(constant.value()) ? "1 = 1" : "1 = 0";
            return new Fragment(
                    Kind.PREDICATE, dialect -> decided, List.of(), Attribute.Type.BOOL, Set.of(), false, Map.of());
        }
        Fragment yes = parameter(new Parameter.Constant(true, Attribute.Type.BOOL));
        return of(
                Kind.PREDICATE,
                Attribute.Type.BOOL,
                List.of(this, yes),
                (dialect, parts) -> parts.get(0) + " = " + parts.get(1));
    }

    /** Whether it holds for every row. */
    boolean isAlwaysTrue() {
        return kind == Kind.PARAMETER
                && parameters.get(0) instanceof Parameter.Constant constant
                && Boolean.TRUE.equals(constant.value());
    }
}
