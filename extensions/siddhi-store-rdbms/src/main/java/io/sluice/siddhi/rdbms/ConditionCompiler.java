package io.sluice.siddhi.rdbms;

import io.siddhi.core.exception.OperationNotSupportedException;
import io.siddhi.core.table.record.BaseExpressionVisitor;
import io.siddhi.core.table.record.ExpressionBuilder;
import io.siddhi.query.api.definition.Attribute;
import io.siddhi.query.api.expression.condition.Compare;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Turns a Siddhi expression into SQL. Constants and attributes of the event become {@code ?}; only checked column names and SQL of this class reach
 * the text. What SQL cannot say throws {@link OperationNotSupportedException}: Siddhi then computes a selection itself, and refuses a condition.
 *
 * <p>Nulls follow SQL: a comparison with null holds for no row, and neither does its negation.
 */
final class ConditionCompiler extends BaseExpressionVisitor {

    private record Call(@Nullable String namespace, String name, int depth) {}

    private final BiFunction<String, Attribute.Type, Fragment> columns;
    private final Deque<Fragment> operands = new ArrayDeque<>();
    private final Deque<Integer> nullChecks = new ArrayDeque<>();
    private final Deque<Call> calls = new ArrayDeque<>();

    private ConditionCompiler(BiFunction<String, Attribute.Type, Fragment> columns) {
        this.columns = columns;
    }

    /**
     * Compiles one expression.
     *
     * @param columns what an attribute of the table, or an alias of the selection, stands for
     */
    static Fragment compile(ExpressionBuilder expression, BiFunction<String, Attribute.Type, Fragment> columns) {
        ConditionCompiler compiler = new ConditionCompiler(columns);
        expression.build(compiler);
        if (compiler.operands.size() != 1) {
            throw new OperationNotSupportedException("the expression has a part that cannot be looked up in a table");
        }
        return compiler.operands.pop();
    }

    @Override
    public void endVisitAnd() {
        combine("AND");
    }

    @Override
    public void endVisitOr() {
        combine("OR");
    }

    @Override
    public void endVisitNot() {
        Fragment negated = operands.pop().asPredicate();
        push(
                Fragment.Kind.PREDICATE,
                Attribute.Type.BOOL,
                List.of(negated),
                (dialect, parts) -> "(NOT " + parts.get(0) + ")");
    }

    @Override
    public void endVisitCompare(Compare.Operator operator) {
        Fragment right = operands.pop();
        Fragment left = operands.pop();
        String sign = switch (operator) {
            case EQUAL -> "=";
            case NOT_EQUAL -> "<>";
            case LESS_THAN -> "<";
            case LESS_THAN_EQUAL -> "<=";
            case GREATER_THAN -> ">";
            case GREATER_THAN_EQUAL -> ">=";
        };
        Fragment comparison = Fragment.of(
                Fragment.Kind.PREDICATE,
                Attribute.Type.BOOL,
                List.of(left, right),
                (dialect, parts) -> parts.get(0) + " " + sign + " " + parts.get(1));
        operands.push(operator == Compare.Operator.EQUAL ? comparison.asking(keyValue(left, right)) : comparison);
    }

    private static Map<String, Parameter> keyValue(Fragment left, Fragment right) {
        Fragment column = left.kind() == Fragment.Kind.COLUMN ? left : right;
        Fragment value = column == left ? right : left;
        boolean plain = column.kind() == Fragment.Kind.COLUMN && value.kind() == Fragment.Kind.PARAMETER;
        return plain
                ? Map.of(
                        column.looseColumns().iterator().next(),
                        value.parameters().get(0))
                : Map.of();
    }

    @Override
    public void beginVisitIsNull(@Nullable String streamId) {
        nullChecks.push(operands.size());
    }

    @Override
    public void endVisitIsNull(@Nullable String streamId) {
        if (operands.size() == nullChecks.pop()) {
            throw new OperationNotSupportedException(
                    "'" + streamId + " is null' asks for a whole event; ask for one of its attributes");
        }
        push(
                Fragment.Kind.PREDICATE,
                Attribute.Type.BOOL,
                List.of(operands.pop()),
                (dialect, parts) -> parts.get(0) + " IS NULL");
    }

    @Override
    public void beginVisitIn(String storeId) {
        throw new OperationNotSupportedException(
                "'in " + storeId + "' cannot be asked of a database inside another table's condition");
    }

    @Override
    public void endVisitConstant(Object value, Attribute.Type type) {
        operands.push(Fragment.parameter(new Parameter.Constant(value, type)));
    }

    @Override
    public void endVisitMath(MathOperator operator) {
        Fragment right = operands.pop();
        Fragment left = operands.pop();
        Attribute.Type type = wider(left.type(), right.type());
        boolean whole = type == Attribute.Type.INT || type == Attribute.Type.LONG;
        push(Fragment.Kind.VALUE, type, List.of(left, right), (dialect, parts) -> {
            String a = parts.get(0);
            String b = parts.get(1);
            return switch (operator) {
                case ADD -> "(" + a + " + " + b + ")";
                case SUBTRACT -> "(" + a + " - " + b + ")";
                case MULTIPLY -> "(" + a + " * " + b + ")";
                case DIVIDE ->
                    whole ? dialect.fill("integerDivision", "LEFT", a, "RIGHT", b) : "(" + a + " / " + b + ")";
                case MOD ->
                    dialect.textOrNull("modulo") == null
                            ? "(" + a + " % " + b + ")"
                            : dialect.fill("modulo", "LEFT", a, "RIGHT", b);
            };
        });
    }

    @Override
    public void beginVisitAttributeFunction(@Nullable String namespace, String name) {
        calls.push(new Call(namespace, name, operands.size()));
    }

    @Override
    public void endVisitAttributeFunction(@Nullable String namespace, String name) {
        Call call = calls.pop();
        List<Fragment> arguments = new ArrayList<>();
        while (operands.size() > call.depth()) {
            arguments.add(operands.pop());
        }
        Collections.reverse(arguments);
        operands.push(call(call, arguments));
    }

    @Override
    public void endVisitStreamVariable(String id, String streamId, String attribute, Attribute.Type type) {
        operands.push(Fragment.parameter(new Parameter.Variable(id, type)));
    }

    @Override
    public void endVisitStoreVariable(String storeId, String attribute, Attribute.Type type) {
        operands.push(columns.apply(attribute, type));
    }

    private static Fragment call(Call call, List<Fragment> arguments) {
        String namespace = call.namespace() == null ? "" : call.namespace();
        if (namespace.equals("str") && call.name().equals("contains") && arguments.size() == 2) {
            return contains(arguments.get(0), arguments.get(1));
        }
        if (namespace.isEmpty() && call.name().equals("count") && arguments.isEmpty()) {
            return Fragment.of(Fragment.Kind.VALUE, Attribute.Type.LONG, List.of(), (dialect, parts) -> "COUNT(*)")
                    .aggregated();
        }
        if (namespace.isEmpty()
                && arguments.size() == 1
                && Set.of("sum", "avg", "min", "max").contains(call.name())) {
            return aggregate(call.name(), arguments.get(0));
        }
        String name = namespace.isEmpty() ? call.name() : namespace + ":" + call.name();
        throw new OperationNotSupportedException("function '" + name + "' has no counterpart in SQL");
    }

    private static Fragment contains(Fragment column, Fragment text) {
        if (column.kind() != Fragment.Kind.COLUMN || text.kind() != Fragment.Kind.PARAMETER) {
            throw new OperationNotSupportedException(
                    "str:contains is asked of a database with a column first and a constant or an attribute second");
        }
        Fragment pattern =
                Fragment.parameter(new Parameter.Contained(text.parameters().get(0)));
        return Fragment.of(
                Fragment.Kind.PREDICATE,
                Attribute.Type.BOOL,
                List.of(column, pattern),
                (dialect, parts) ->
                        dialect.fill("recordContainsCondition", "COLUMNS", parts.get(0), "VALUES", parts.get(1)));
    }

    private static Fragment aggregate(String name, Fragment of) {
        if (of.looseColumns().isEmpty() || of.aggregate()) {
            throw new OperationNotSupportedException(name + "() is asked of a database over columns of the table");
        }
        boolean whole = of.type() == Attribute.Type.INT || of.type() == Attribute.Type.LONG;
        Attribute.Type type = switch (name) {
            case "sum" -> whole ? Attribute.Type.LONG : Attribute.Type.DOUBLE;
            case "avg" -> Attribute.Type.DOUBLE;
            default -> of.type();
        };
        String function = name.toUpperCase(Locale.ROOT);
        return Fragment.of(Fragment.Kind.VALUE, type, List.of(of), (dialect, parts) -> {
                    String value = name.equals("avg") ? dialect.fill("averageOf", "VALUE", parts.get(0)) : parts.get(0);
                    return function + "(" + value + ")";
                })
                .aggregated();
    }

    private void combine(String word) {
        Fragment right = operands.pop().asPredicate();
        Fragment left = operands.pop().asPredicate();
        Fragment both = Fragment.of(
                Fragment.Kind.PREDICATE,
                Attribute.Type.BOOL,
                List.of(left, right),
                (dialect, parts) -> "(" + parts.get(0) + " " + word + " " + parts.get(1) + ")");
        operands.push(word.equals("AND") ? both.asking(keyValues(left, right)) : both);
    }

    private static Map<String, Parameter> keyValues(Fragment left, Fragment right) {
        boolean disjoint = Collections.disjoint(
                left.keyValues().keySet(), right.keyValues().keySet());
        if (left.keyValues().isEmpty() || right.keyValues().isEmpty() || !disjoint) {
            return Map.of();
        }
        Map<String, Parameter> all = new HashMap<>(left.keyValues());
        all.putAll(right.keyValues());
        return all;
    }

    private void push(Fragment.Kind kind, Attribute.Type type, List<Fragment> parts, Fragment.Join join) {
        operands.push(Fragment.of(kind, type, parts, join));
    }

    /** The type of an operation on two numbers, as Siddhi has it. */
    private static Attribute.Type wider(Attribute.Type left, Attribute.Type right) {
        for (Attribute.Type type : List.of(Attribute.Type.DOUBLE, Attribute.Type.FLOAT, Attribute.Type.LONG)) {
            if (left == type || right == type) {
                return type;
            }
        }
        return Attribute.Type.INT;
    }
}
