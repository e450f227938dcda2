package io.sluice.siddhi.kit;

import io.siddhi.annotation.Extension;
import io.siddhi.annotation.Parameter;
import io.siddhi.core.exception.SiddhiAppCreationException;
import io.siddhi.core.util.config.ConfigReader;
import io.siddhi.core.util.transport.Option;
import io.siddhi.core.util.transport.OptionHolder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Typed and complete reading of the options of one {@code @source}, {@code @sink}, {@code @map} or {@code @store}. All problems are gathered; call
 * {@link #verify()} last. Unknown option names are a warning with the nearest known name, because apps that carry them have always loaded.
 *
 * <p>Where a getter meets a problem it returns a harmless value, so that reading goes on to the next one.
 */
public final class Options {

    private static final Logger LOG = LoggerFactory.getLogger(Options.class);

    private final OptionHolder holder;
    private final ConfigReader system;
    private final String where;
    private final Set<String> known;
    private final List<String> problems = new ArrayList<>();

    /**
     * Starts to read.
     *
     * @param holder the options as written in the app
     * @param system the values of the deployment configuration for this extension
     * @param extension the class whose {@code @Extension} annotation declares the option names, together with those of the classes it extends
     * @param where for messages, for example {@code source 'kafka' of stream 'Orders'}
     */
    public Options(OptionHolder holder, ConfigReader system, Class<?> extension, String where) {
        this.holder = holder;
        this.system = system;
        this.where = where;
        this.known = declared(extension);
    }

    private static Set<String> declared(Class<?> extension) {
        Set<String> names = new TreeSet<>();
        for (Class<?> type = extension; type != null; type = type.getSuperclass()) {
            Extension declared = type.getAnnotation(Extension.class);
            if (declared != null) {
                Arrays.stream(declared.parameters()).map(Parameter::name).forEach(names::add);
            }
        }
        return names;
    }

    /** Whether the app gives the option. */
    public boolean given(String name) {
        return holder.isOptionExists(name);
    }

    /** A mandatory text; missing is a problem. */
    public String text(String name) {
        if (!given(name)) {
            problems.add("option '" + name + "' is missing");
            return "";
        }
        return staticText(name);
    }

    /** A text, or {@code byDefault} where the app gives none. */
    public String text(String name, String byDefault) {
        return given(name) ? staticText(name) : byDefault;
    }

    /** A text, or null where the app gives none. */
    public @Nullable String textOrNull(String name) {
        return given(name) ? staticText(name) : null;
    }

    /** A text for which the deployment configuration ({@code extensions[].extension.properties}) wins over the app. */
    public String systemText(String name, String otherwise) {
        String value = system.readConfig(name, otherwise);
        return value == null ? otherwise : value;
    }

    /** {@code true} or {@code false}, in any case. */
    public boolean flag(String name, boolean byDefault) {
        if (!given(name)) {
            return byDefault;
        }
        String value = staticText(name).trim().toLowerCase(Locale.ROOT);
        if (!value.equals("true") && !value.equals("false")) {
            problems.add("option '" + name + "' is '" + value + "', but must be true or false");
        }
        return value.equals("true");
    }

    /** A whole number between two bounds, both included. */
    public long number(String name, long byDefault, long lowest, long highest) {
        if (!given(name)) {
            return byDefault;
        }
        String value = staticText(name).trim();
        try {
            long number = Long.parseLong(value);
            if (number >= lowest && number <= highest) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // reported below, together with numbers out of range
        }
        problems.add("option '" + name + "' is '" + value + "', but must be a whole number from " + lowest + " to "
                + highest);
        return byDefault;
    }

    /** One of a few words, compared ignoring case and returned as listed. */
    public String choice(String name, @Nullable String byDefault, List<String> allowed) {
        String value = byDefault == null ? text(name) : text(name, byDefault);
        for (String candidate : allowed) {
            if (candidate.equalsIgnoreCase(value.trim())) {
                return candidate;
            }
        }
        if (given(name)) {
            problems.add("option '" + name + "' is '" + value + "', but must be one of " + String.join(", ", allowed)
                    + NearestName.suggestion(value, allowed));
        }
        return allowed.get(0);
    }

    /** An option that may hold {@code {{attribute}}}; null where the app gives none. */
    public @Nullable Option dynamic(String name) {
        return given(name) ? holder.validateAndGetOption(name) : null;
    }

    /** Adds a problem that only the extension can see, without the option's place: that is added here. */
    public void problem(String text) {
        problems.add(text);
    }

    /**
     * Ends the reading: warns of unknown names and reports every problem.
     *
     * @throws SiddhiAppCreationException listing all problems, if there are any
     */
    public void verify() {
        Set<String> unknown = new TreeSet<>(holder.getStaticOptionsKeys());
        unknown.addAll(holder.getDynamicOptionsKeys());
        unknown.removeAll(known);
        unknown.removeAll(Set.of("type", "ref", "on.error"));
        for (String name : unknown) {
            LOG.warn("{} has no option '{}', it is ignored{}", where, name, NearestName.suggestion(name, known));
        }
        if (!problems.isEmpty()) {
            throw new SiddhiAppCreationException(where + ": " + String.join("; ", problems));
        }
    }

    private String staticText(String name) {
        if (holder.getDynamicOptionsKeys().contains(name)) {
            problems.add("option '" + name + "' may not hold {{...}}");
            return "";
        }
        return holder.validateAndGetStaticValue(name);
    }
}
