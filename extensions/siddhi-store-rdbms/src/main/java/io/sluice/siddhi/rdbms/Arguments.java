package io.sluice.siddhi.rdbms;

import io.siddhi.core.executor.ConstantExpressionExecutor;
import io.siddhi.core.executor.ExpressionExecutor;
import io.siddhi.query.api.definition.Attribute;
import io.siddhi.query.api.exception.SiddhiAppValidationException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The arguments of one function of namespace {@code rdbms}, as the app gives them. */
final class Arguments {

    private final String function;
    private final List<ExpressionExecutor> all;

    /** @param function for messages, for example {@code rdbms:cud} */
    Arguments(String function, ExpressionExecutor[] executors) {
        this.function = function;
        this.all = List.of(executors);
    }

    String dataSource() {
        return text(0, "datasource.name");
    }

    int count() {
        return all.size();
    }

    ExpressionExecutor get(int index) {
        return all.get(index);
    }

    boolean isConstant(int index) {
        return all.get(index) instanceof ConstantExpressionExecutor;
    }

    boolean isText(int index) {
        return isConstant(index) && all.get(index).getReturnType() == Attribute.Type.STRING;
    }

    /** {@code true} or {@code false}, written in the app. */
    boolean flag(int index, String parameter) {
        if (all.get(index) instanceof ConstantExpressionExecutor constant
                && constant.getValue() instanceof Boolean value) {
            return value;
        }
        throw refused(parameter + " must be true or false");
    }

    /** A text that is written in the app. */
    String text(int index, String parameter) {
        if (index >= all.size() || !isConstant(index) || all.get(index).getReturnType() != Attribute.Type.STRING) {
            throw refused("parameter '" + parameter + "' must be given as a text in quotes");
        }
        return String.valueOf(((ConstantExpressionExecutor) all.get(index)).getValue());
    }

    /** The arguments between two positions, to be bound to {@code ?}. */
    List<ExpressionExecutor> between(int from, int to) {
        return all.subList(from, to);
    }

    /** {@code ?} in a statement; those in quotes count too, as they always did. */
    static int marks(String sql) {
        return (int) sql.chars().filter(character -> character == '?').count();
    }

    /** Reads {@code "name type, name type"}. */
    List<Attribute> attributes(int index) {
        List<Attribute> attributes = new ArrayList<>();
        for (String part : text(index, "attribute.definition.list").split(",", -1)) {
            String[] words = part.trim().split("\\s+", -1);
            if (words.length != 2) {
                throw refused("attribute.definition.list has '" + part.trim() + "', but each entry must be: name type");
            }
            attributes.add(new Attribute(words[0], type(words[1])));
        }
        return List.copyOf(attributes);
    }

    SiddhiAppValidationException refused(String reason) {
        return new SiddhiAppValidationException(function + ": " + reason);
    }

    private Attribute.Type type(String word) {
        return Arrays.stream(Attribute.Type.values())
                .filter(type -> type != Attribute.Type.OBJECT)
                .filter(type -> type.name().equals(word.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> refused("attribute.definition.list has the type '" + word
                        + "', but it must be bool, double, float, int, long or string"));
    }
}
