package io.sluice.benchmarks;

import java.util.Random;
import java.util.function.IntFunction;

/** Kinds of events with a filter that every second one passes. Whole numbers are written with a fraction for double: the published mapper needs it. */
enum SampleEvents {
    /** The events of the sample app, about 50 bytes. */
    PRODUCTION("name string, amount double", "amount < 500", "name, amount", i -> {
        Random random = new Random(i);
        double amount = (random.nextInt(49_000) + (i % 2 == 0 ? 0 : 50_000)) / 100.0;
        return "{\"event\":{\"name\":\"product-" + random.nextInt(1000) + "\",\"amount\":" + amount + "}}";
    }),

    /** Flights as in the data set of the samples, about 110 bytes. */
    FLIGHT(
            "date string, delay int, distance int, origin string, destination string",
            "delay > 0",
            "date, delay, distance, origin, destination",
            i -> {
                Random random = new Random(i);
                int delay = random.nextInt(59) + 1;
                return "{\"event\":{\"date\":\"2001/01/" + (10 + random.nextInt(20)) + " 06:20\",\"delay\":"
                        + (i % 2 == 0 ? delay : -delay) + ",\"distance\":" + random.nextInt(2500)
                        + ",\"origin\":\"SAN\",\"destination\":\"SFO\"}}";
            });

    private final String attributes;
    private final String filter;
    private final String selection;
    private final IntFunction<String> document;

    SampleEvents(String attributes, String filter, String selection, IntFunction<String> document) {
        this.attributes = attributes;
        this.filter = filter;
        this.selection = selection;
        this.document = document;
    }

    /** The app that reads, filters and writes these events; its sink is of the type {@code benchmark}. */
    String app() {
        return """
                @source(type='inMemory', topic='unused', @map(type='json')) define stream In (%s);
                @sink(type='benchmark', @map(type='json')) define stream Out (%s);
                from In[%s] select %s insert into Out;
                """.formatted(attributes, attributes, filter, selection);
    }

    String[] documents(int number) {
        String[] documents = new String[number];
        for (int i = 0; i < number; i++) {
            documents[i] = document.apply(i);
        }
        return documents;
    }
}
