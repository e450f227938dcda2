package io.sluice.runner.host;

import io.siddhi.query.api.execution.query.OnDemandQuery;
import io.siddhi.query.api.execution.query.input.store.InputStore;
import io.siddhi.query.api.execution.query.output.stream.DeleteStream;
import io.siddhi.query.api.execution.query.output.stream.OutputStream;
import io.siddhi.query.api.execution.query.output.stream.UpdateOrInsertStream;
import io.siddhi.query.api.execution.query.output.stream.UpdateStream;
import io.siddhi.query.api.execution.query.selection.OutputAttribute;
import io.siddhi.query.api.execution.query.selection.Selector;
import io.siddhi.query.api.expression.Expression;
import io.siddhi.query.api.expression.Variable;
import io.siddhi.query.api.expression.condition.And;
import io.siddhi.query.api.expression.condition.Compare;
import io.siddhi.query.api.expression.condition.Not;
import io.siddhi.query.api.expression.condition.Or;
import io.siddhi.query.api.expression.constant.Constant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns an on-demand change into the query that counts the rows it will touch, as Siddhi tells nobody. */
final class ChangeCount {

    private final Map<String, Expression> selected = new HashMap<>();
    private boolean unknown;

    private ChangeCount(Selector selector) {
        for (OutputAttribute attribute : selector.getSelectionList()) {
            selected.put(attribute.getRename(), attribute.getExpression());
        }
    }

    /**
     * The counting query; null for a condition with parts that are neither comparisons nor constants nor columns.
     *
     * @param change parsed for this purpose alone: Siddhi changes what it compiles
     * @param table the one that is changed
     */
    static @Nullable OnDemandQuery of(OnDemandQuery change, String table) {
        Expression condition = condition(change.getOutputStream());
        if (condition == null) {
            return null;
        }
        ChangeCount count = new ChangeCount(change.getSelector());
        Expression filled = count.filled(condition);
        if (count.unknown) {
            return null;
        }
        return counting(InputStore.store(table).on(filled));
    }

    private static OnDemandQuery counting(InputStore rows) {
        OnDemandQuery query = OnDemandQuery.query().from(rows);
        // not count(): in a database that would count the rows whose column is not null
        query.select(Selector.selector().select("affected", Expression.function("sum", Expression.value(1))));
        query.setType(OnDemandQuery.OnDemandQueryType.FIND);
        return query;
    }

    private static @Nullable Expression condition(OutputStream change) {
        if (change instanceof DeleteStream delete) {
            return delete.getOnDeleteExpression();
        }
        if (change instanceof UpdateStream update) {
            return update.getOnUpdateExpression();
        }
        return change instanceof UpdateOrInsertStream upsert ? upsert.getOnUpdateExpression() : null;
    }

    /** The condition with what the change selects in the place of the names it gives to it. */
    private Expression filled(Expression part) {
        if (part instanceof And and) {
            return Expression.and(filled(and.getLeftExpression()), filled(and.getRightExpression()));
        }
        if (part instanceof Or or) {
            return Expression.or(filled(or.getLeftExpression()), filled(or.getRightExpression()));
        }
        if (part instanceof Not not) {
            return Expression.not(filled(not.getExpression()));
        }
        if (part instanceof Compare compare) {
            return Expression.compare(
                    filled(compare.getLeftExpression()), compare.getOperator(), filled(compare.getRightExpression()));
        }
        if (part instanceof Variable variable) {
            Expression value = variable.getStreamId() == null ? selected.get(variable.getAttributeName()) : null;
            return value == null ? variable : value;
        }
        unknown |= !(part instanceof Constant);
        return part;
    }
}
