package io.sluice.benchmarks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * JSON in, a filter that half of the events pass, JSON out, on one thread: through Siddhi with our mappers, through Siddhi with those of siddhi-map-json
 * 5.0.6, and with Jackson's streaming parser and generator alone, which is the least that the work can cost.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
        value = 2,
        jvmArgsAppend = {"-Xms512m", "-Xmx512m", "-XX:+UseSerialGC"})
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
public class JsonMappingBenchmark {

    /** Number of different documents. */
    private static final int DOCUMENTS = 64;

    /** What the events look like. */
    @Param({"production", "flight"})
    public String event = "production";

    private final JsonFactory jackson = new JsonFactory();
    private String[] texts = {};
    private byte[][] bytes = {};
    private JsonApp ours = JsonApp.NONE;
    private JsonApp published = JsonApp.NONE;
    private int next;

    /** Makes the documents and starts both apps. */
    @Setup(Level.Trial)
    public void start() {
        SampleEvents sample = SampleEvents.valueOf(event.toUpperCase(Locale.ROOT));
        texts = sample.documents(DOCUMENTS);
        bytes = Arrays.stream(texts)
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
        ours = JsonApp.with(
                sample, io.sluice.siddhi.json.JsonSourceMapper.class, io.sluice.siddhi.json.JsonSinkMapper.class);
        published = JsonApp.with(
                sample,
                io.siddhi.extension.map.json.sourcemapper.JsonSourceMapper.class,
                io.siddhi.extension.map.json.sinkmapper.JsonSinkMapper.class);
        for (JsonApp app : new JsonApp[] {ours, published}) {
            for (String text : texts) {
                app.give(text);
            }
            if (app.published() != DOCUMENTS / 2) {
                throw new IllegalStateException(app.published() + " of " + DOCUMENTS + " events passed, not the half");
            }
        }
    }

    /** Stops both apps. */
    @TearDown(Level.Trial)
    public void stop() {
        ours.close();
        published.close();
    }

    /** Our mappers, fed with bytes. */
    @Benchmark
    public @Nullable Object sluiceBytes() {
        return ours.give(bytes[next++ & DOCUMENTS - 1]);
    }

    /** Our mappers, fed with text. */
    @Benchmark
    public @Nullable Object sluiceText() {
        return ours.give(texts[next++ & DOCUMENTS - 1]);
    }

    /** The published mappers; they take text only. */
    @Benchmark
    public @Nullable Object siddhiMapJsonText() {
        return published.give(texts[next++ & DOCUMENTS - 1]);
    }

    /** Jackson alone, from bytes to text. */
    @Benchmark
    public void jacksonBytes(Blackhole out) throws IOException {
        try (JsonParser parser = jackson.createParser(bytes[next++ & DOCUMENTS - 1])) {
            copy(parser, out);
        }
    }

    /** Jackson alone, from text to text. */
    @Benchmark
    public void jacksonText(Blackhole out) throws IOException {
        try (JsonParser parser = jackson.createParser(texts[next++ & DOCUMENTS - 1])) {
            copy(parser, out);
        }
    }

    private void copy(JsonParser parser, Blackhole out) throws IOException {
        if (event.equals("production")) {
            copyProduction(parser, out);
        } else {
            copyFlight(parser, out);
        }
    }

    private void copyProduction(JsonParser parser, Blackhole out) throws IOException {
        String name = "";
        double amount = 0;
        parser.nextToken();
        parser.nextFieldName();
        parser.nextToken();
        for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
            parser.nextToken();
            switch (field) {
                case "name" -> name = parser.getText();
                case "amount" -> amount = parser.getDoubleValue();
                default -> parser.skipChildren();
            }
        }
        end(parser);
        if (amount < 500) {
            StringWriter text = new StringWriter(128);
            try (JsonGenerator json = jackson.createGenerator(text)) {
                json.writeStartObject();
                json.writeObjectFieldStart("event");
                json.writeStringField("name", name);
                json.writeNumberField("amount", amount);
                json.writeEndObject();
                json.writeEndObject();
            }
            out.consume(text.toString());
        }
    }

    private void copyFlight(JsonParser parser, Blackhole out) throws IOException {
        String date = "";
        String origin = "";
        String destination = "";
        int delay = 0;
        int distance = 0;
        parser.nextToken();
        parser.nextFieldName();
        parser.nextToken();
        for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
            parser.nextToken();
            switch (field) {
                case "date" -> date = parser.getText();
                case "delay" -> delay = parser.getIntValue();
                case "distance" -> distance = parser.getIntValue();
                case "origin" -> origin = parser.getText();
                case "destination" -> destination = parser.getText();
                default -> parser.skipChildren();
            }
        }
        end(parser);
        if (delay > 0) {
            StringWriter text = new StringWriter(128);
            try (JsonGenerator json = jackson.createGenerator(text)) {
                json.writeStartObject();
                json.writeObjectFieldStart("event");
                json.writeStringField("date", date);
                json.writeNumberField("delay", delay);
                json.writeNumberField("distance", distance);
                json.writeStringField("origin", origin);
                json.writeStringField("destination", destination);
                json.writeEndObject();
                json.writeEndObject();
            }
            out.consume(text.toString());
        }
    }

    private static void end(JsonParser parser) throws IOException {
        parser.nextToken();
        JsonToken behind = parser.nextToken();
        if (behind != null) {
            throw new IOException("something behind the end");
        }
    }
}
