package io.sluice.siddhi.rdbms;

import io.siddhi.core.exception.OperationNotSupportedException;
import io.siddhi.core.util.collection.operator.CompiledSelection;
import io.siddhi.query.api.definition.Attribute;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A select clause that the database computes. What is no column (a constant, an attribute of the event) is not sent there but filled in afterwards.
 *
 * @param items what each output attribute is
 * @param grouped whether there is a group by or an aggregate
 * @param groupBy columns
 * @param having holds over the result; null for none
 * @param orderBy columns or computed values, first is strongest
 * @param limit at most so many rows; null for all
 * @param offset so many rows are passed over; null for none
 */
record Selection(
        List<Item> items,
        boolean grouped,
        List<Fragment> groupBy,
        @Nullable Fragment having,
        List<Order> orderBy,
        @Nullable Long limit,
        @Nullable Long offset)
        implements CompiledSelection {

    /** One output attribute: its alias, and its SQL or what is filled in. */
    record Item(@Nullable String alias, Fragment value) implements Serializable {
        /** Whether the database computes it. */
        boolean selected() {
            return value.kind() != Fragment.Kind.PARAMETER;
        }
    }

    /** One attribute to order by. */
    record Order(Fragment value, boolean descending) implements Serializable {}

    /**
     * Checks that the database would answer as Siddhi does.
     *
     * @throws OperationNotSupportedException if it would not: Siddhi computes the selection itself then
     */
    static Selection of(
            List<Item> items,
            List<Fragment> groupBy,
            @Nullable Fragment having,
            List<Order> orderBy,
            @Nullable Long limit,
            @Nullable Long offset) {
        List<Fragment> computed = new ArrayList<>();
        items.forEach(item -> computed.add(item.value()));
        orderBy.forEach(order -> computed.add(order.value()));
        if (having != null) {
            computed.add(having);
        }
        List<Fragment> columns = groupBy.stream()
                .filter(fragment -> fragment.kind() == Fragment.Kind.COLUMN)
                .toList();
        boolean grouped = !columns.isEmpty() || computed.stream().anyMatch(Fragment::aggregate);
        Set<String> keys = new HashSet<>();
        columns.forEach(column -> keys.addAll(column.looseColumns()));
        for (Fragment fragment : computed) {
            if (grouped && !keys.containsAll(fragment.looseColumns())) {
                throw new OperationNotSupportedException(
                        "the selection takes an attribute of the last event beside a group or an aggregate");
            }
        }
        for (Item item : items) {
            boolean constant =
                    item.value().looseColumns().isEmpty() && !item.value().aggregate();
            if (item.selected() && constant) {
                throw new OperationNotSupportedException("the selection computes with nothing of the table");
            }
        }
        List<Order> orders = orderBy.stream()
                .filter(order -> order.value().kind() != Fragment.Kind.PARAMETER)
                .toList();
        return new Selection(List.copyOf(items), grouped, columns, having, orders, limit, offset);
    }

    /** The item with an alias, if any: having and order by may name it. */
    static @Nullable Item named(List<Item> items, String alias) {
        return items.stream()
                .filter(item -> alias.equals(item.alias()))
                .findFirst()
                .orElse(null);
    }

    /** Types of the columns that the database returns, in order. */
    List<Attribute.Type> selectedTypes() {
        return items.stream()
                .filter(Item::selected)
                .map(item -> item.value().type())
                .toList();
    }
}
