package io.sluice.runner;

import io.siddhi.core.exception.ExtensionNotFoundException;
import io.siddhi.query.api.exception.SiddhiAppContextException;
import io.siddhi.query.compiler.exception.SiddhiParserException;
import io.sluice.common.NearestName;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What Siddhi says against an app, in words for its author, and where in the text. */
final class EngineMessage {

    private static final Pattern MISSING = Pattern.compile("No extension exist for (?:(\\w*):)?(\\S+)");
    private static final Pattern CALL = Pattern.compile("\\s*(\\w+:\\w+)\\s*\\(");
    private static final Pattern UNEXPECTED =
            Pattern.compile(".*?input '(?<found>.*?)' expecting \\{?(?<expected>[^}]*)}?\\.?", Pattern.DOTALL);

    private EngineMessage() {}

    /** The place that Siddhi names; the start of the text where it names none. */
    static Template.Place place(Throwable refused) {
        SiddhiAppContextException known = inContext(refused);
        if (known == null) {
            return Template.Place.START;
        }
        // the parser gives the statement's start and the offending word; the builder gives the range of the element
        int[] place = known instanceof SiddhiParserException && known.getQueryContextEndIndex() != null
                ? known.getQueryContextEndIndex()
                : known.getQueryContextStartIndex();
        return place == null || place.length < 2
                ? Template.Place.START
                : new Template.Place(place[0], place[1] + 1); // Siddhi counts columns from 0
    }

    /**
     * The message.
     *
     * @param text the app as it was compiled
     * @param extensions names of the extensions that exist, as {@code namespace:name}
     */
    static String of(Throwable refused, String text, Collection<String> extensions) {
        SiddhiAppContextException known = inContext(refused);
        String message = known == null ? refused.toString() : String.valueOf(known.getMessageWithOutContext());
        if (refused instanceof ExtensionNotFoundException) {
            return missing(message, at(text, place(refused)), extensions);
        }
        if (refused instanceof SiddhiParserException) {
            return syntax(message);
        }
        return message;
    }

    private static String missing(String message, String source, Collection<String> extensions) {
        Matcher named = MISSING.matcher(message);
        Matcher call = CALL.matcher(source);
        String name;
        if (named.find()) {
            String namespace = named.group(1);
            name = namespace == null || namespace.isEmpty() ? named.group(2) : namespace + ":" + named.group(2);
        } else if (call.lookingAt()) {
            name = call.group(1);
        } else {
            return message;
        }
        return "no extension '" + name + "' is installed"
                + nearest(name, extensions)
                        .map(near -> ". Did you mean '" + near + "'?")
                        .orElse(". " + KnownExtensions.whereToGet(name));
    }

    /** The nearest of the same kind: the namespace is the same for all of them and must not make strangers look alike. */
    private static Optional<String> nearest(String name, Collection<String> extensions) {
        String namespace = name.substring(0, name.indexOf(':') + 1);
        List<String> sameKind = extensions.stream()
                .filter(extension -> extension.startsWith(namespace))
                .map(extension -> extension.substring(namespace.length()))
                .toList();
        return NearestName.of(name.substring(namespace.length()), sameKind).map(namespace::concat);
    }

    private static String syntax(String message) {
        Matcher unexpected = UNEXPECTED.matcher(message);
        if (!unexpected.matches()) {
            return message;
        }
        String found = unexpected.group("found").toUpperCase(Locale.ROOT);
        List<String> words = Arrays.stream(unexpected.group("expected").split(","))
                .map(String::trim)
                .filter(word -> word.matches("[A-Z]+"))
                .toList();
        return message
                + NearestName.of(found, words)
                        .map(near -> " Did you mean '" + near.toLowerCase(Locale.ROOT) + "'?")
                        .orElse("");
    }

    private static String at(String text, Template.Place place) {
        String[] lines = text.split("\n", -1);
        if (place.line() > lines.length) {
            return "";
        }
        String line = lines[place.line() - 1];
        return line.substring(Math.min(line.length(), place.column() - 1));
    }

    private static @Nullable SiddhiAppContextException inContext(Throwable refused) {
        for (Throwable cause = refused; cause != null; cause = cause.getCause()) {
            if (cause instanceof SiddhiAppContextException known) {
                return known;
            }
        }
        return null;
    }
}
