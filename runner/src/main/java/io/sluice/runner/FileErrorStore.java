package io.sluice.runner;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.lmax.disruptor.EventHandler;
import io.micrometer.core.instrument.MeterRegistry;
import io.siddhi.core.util.error.handler.model.ErroneousEvent;
import io.siddhi.core.util.error.handler.model.ErrorEntry;
import io.siddhi.core.util.error.handler.model.PublishableErrorEntry;
import io.siddhi.core.util.error.handler.store.ErrorStore;
import io.siddhi.core.util.error.handler.util.ErroneousEventType;
import io.siddhi.core.util.error.handler.util.ErrorOccurrence;
import io.siddhi.core.util.error.handler.util.ErrorType;
import io.sluice.siddhi.kit.FailureNotes;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps events that could not be processed: one line of JSON each, in {@code <folder>/<app>.jsonl}, readable by the owner only.
 *
 * <pre>{@code
 * {"time":"2026-01-01T00:00:00Z","app":"Orders","stream":"In","occurrence":"BEFORE_SOURCE_MAPPING","reason":"…","payload":"{\"id\":"}
 * }</pre>
 *
 * <ol>
 *   <li>A line is written and flushed before the call that stores it returns. Siddhi's own buffer, which drops when it is full, is not used.
 *   <li>Size is bounded ({@link RotatingFile}); what rotates away is counted in {@code runner_errors_discarded_total} and logged.
 *   <li>What cannot be written is counted in {@code runner_errors_lost_total} and logged as an error, without its payload.
 * </ol>
 *
 * <p>Thread-safe. Reading the entries back and replaying them is not part of it yet: the loading methods of Siddhi's API answer that there is nothing.
 */
public final class FileErrorStore extends ErrorStore implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FileErrorStore.class);

    private final Path folder;
    private final long maxBytes;
    private final int maxFiles;
    private final MeterRegistry meters;
    private final InstantSource clock;
    private final FailureNotes failures;
    private final JsonFactory json = new JsonFactory();
    private final Map<String, RotatingFile> files = new HashMap<>(); // guarded by this

    /**
     * Opens nothing; files are made with the first error of their app.
     *
     * @param maxBytes size at which a file is closed and another begun
     * @param maxFiles files kept per app
     * @param failures told of every error that concerns the event in hand: a payload that does not map, a query or table that fails
     */
    public FileErrorStore(
            Path folder,
            long maxBytes,
            int maxFiles,
            MeterRegistry meters,
            InstantSource clock,
            FailureNotes failures) {
        this.folder = folder;
        this.maxBytes = maxBytes;
        this.maxFiles = maxFiles;
        this.meters = meters;
        this.clock = clock;
        this.failures = failures;
    }

    @Override
    protected void save(
            String app,
            String stream,
            ErroneousEvent event,
            ErroneousEventType eventType,
            ErrorOccurrence occurrence,
            ErrorType errorType) {
        note(event, occurrence);
        try {
            write(app, line(app, stream, event, occurrence));
            count("runner.errors.stored", app, stream, occurrence);
        } catch (IOException | RuntimeException trouble) {
            count("runner.errors.lost", app, stream, occurrence);
            LOG.atError()
                    .addKeyValue("app", app)
                    .addKeyValue("stream", stream)
                    .addKeyValue("error", trouble.toString())
                    .log("error store could not be written; the failed event is lost");
        }
    }

    @Override
    public synchronized void close() {
        files.forEach((app, file) -> {
            try {
                file.close();
            } catch (IOException trouble) {
                LOG.atWarn()
                        .addKeyValue("app", app)
                        .addKeyValue("error", trouble.toString())
                        .log("error file did not close");
            }
        });
        files.clear();
    }

    /** No consumers: Siddhi's constructor would start a thread for its buffer, which is not used here. */
    @Override
    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type
    protected EventHandler<PublishableErrorEntry>[] getEventHandler() {
        return new EventHandler[0];
    }

    /** Never called, as {@link #save} does not go through Siddhi's buffer. */
    @Override
    protected void saveEntry(
            long timestamp,
            String app,
            String stream,
            byte[] event,
            String cause,
            byte[] stackTrace,
            byte[] payload,
            String occurrence,
            String eventType,
            String errorType) {
        throw new UnsupportedOperationException("errors are stored by save()");
    }

    @Override
    @SuppressWarnings("rawtypes") // Siddhi's signature
    public void setProperties(Map properties) {
        // configured by the constructor
    }

    @Override
    public List<ErrorEntry> loadErrorEntries(String app, Map<String, String> query) {
        return List.of();
    }

    @Override
    public ErrorEntry loadErrorEntry(int id) {
        throw new UnsupportedOperationException("the error files in " + folder + " are read with a text tool");
    }

    @Override
    public void discardErrorEntry(int id) {
        throw new UnsupportedOperationException("the error files in " + folder + " are removed by hand");
    }

    @Override
    public void discardErrorEntries(String app) {
        throw new UnsupportedOperationException("the error files in " + folder + " are removed by hand");
    }

    @Override
    public int getTotalErrorEntriesCount() {
        return (int) meters.find("runner.errors.stored").counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    @Override
    public int getErrorEntriesCount(String app) {
        return (int) meters.find("runner.errors.stored").tag("app", app).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    @Override
    @SuppressWarnings("rawtypes") // Siddhi's signature
    public void purge(Map retention) {
        throw new UnsupportedOperationException("the error files in " + folder + " are bounded by size");
    }

    /** A sink that fails is not the producer's business: the event was processed, and what the sink could not send is kept here. */
    private void note(ErroneousEvent event, ErrorOccurrence occurrence) {
        Throwable thrown = event.getThrowable();
        Throwable reason = thrown == null ? new IllegalArgumentException(String.valueOf(event.getCause())) : thrown;
        if (occurrence == ErrorOccurrence.BEFORE_SOURCE_MAPPING) {
            failures.mappingFailed(reason);
        } else if (occurrence != ErrorOccurrence.STORE_ON_SINK_ERROR) {
            failures.processingFailed(reason);
        }
    }

    private synchronized void write(String app, String line) throws IOException {
        RotatingFile file = files.get(app);
        if (file == null) {
            file = new RotatingFile(folder.resolve(fileName(app)), maxBytes, maxFiles);
            files.put(app, file);
        }
        long discarded = file.append((line + "\n").getBytes(StandardCharsets.UTF_8));
        if (discarded > 0) {
            meters.counter("runner.errors.discarded", "app", app).increment(discarded);
            LOG.atWarn()
                    .addKeyValue("app", app)
                    .addKeyValue("entries", discarded)
                    .addKeyValue("limit", maxFiles + " files of " + maxBytes + " bytes")
                    .log("error store is full; the oldest entries are gone");
        }
    }

    private String line(String app, String stream, ErroneousEvent event, ErrorOccurrence occurrence) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = json.createGenerator(text)) {
            out.writeStartObject();
            out.writeStringField("time", clock.instant().toString());
            out.writeStringField("app", app);
            out.writeStringField("stream", stream);
            out.writeStringField("occurrence", occurrence.name());
            out.writeStringField("reason", reason(event));
            Object original = event.getOriginalPayload();
            new ErrorPayload(out).write(original == null ? event.getEvent() : original);
            out.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text.toString();
    }

    private static String reason(ErroneousEvent event) {
        Throwable thrown = event.getThrowable();
        if (thrown == null) {
            return String.valueOf(event.getCause());
        }
        StringBuilder reason = new StringBuilder(thrown.toString());
        for (Throwable cause = thrown.getCause(); cause != null; cause = cause.getCause()) {
            reason.append("; caused by ").append(cause);
        }
        return reason.toString();
    }

    private void count(String meter, String app, String stream, ErrorOccurrence occurrence) {
        meters.counter(
                        meter,
                        "app",
                        app,
                        "stream",
                        stream,
                        "occurrence",
                        occurrence.name().toLowerCase(Locale.ROOT))
                .increment();
    }

    /** App names are free text; a file name is not. */
    private static String fileName(String app) {
        return app.replaceAll("[^A-Za-z0-9._-]", "_") + ".jsonl";
    }
}
