package io.sluice.siddhi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventStreamTest {

    private static List<EventStream.Event> read(EventStream stream, String text) throws EventStream.TooLong {
        return stream.read(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void readsTheExamplesOfTheStandard() throws Exception {
        EventStream stream = new EventStream(1000, "");

        assertThat(read(stream, "data: YHOO\ndata: +2\ndata: 10\n\n"))
                .containsExactly(new EventStream.Event("", "message", "YHOO\n+2\n10"));
        assertThat(read(
                        stream,
                        ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n"))
                .containsExactly(
                        new EventStream.Event("1", "message", "first event"),
                        new EventStream.Event("", "message", "second event"),
                        new EventStream.Event("", "message", " third event"));
        assertThat(read(stream, "data\n\ndata\ndata\n\ndata:"))
                .containsExactly(new EventStream.Event("", "message", ""), new EventStream.Event("", "message", "\n"));
    }

    @Test
    void readsAnyLineEndAndAnySplitOfTheBytes() throws Exception {
        byte[] bytes = "\uFEFFevent: add\r\ndata: grün\r\rid: 7\ndata: x\r\n\r\n".getBytes(StandardCharsets.UTF_8);
        EventStream stream = new EventStream(1000, "");
        List<EventStream.Event> events = new ArrayList<>();

        for (byte next : bytes) {
            events.addAll(stream.read(new byte[] {next}));
        }

        assertThat(events)
                .containsExactly(new EventStream.Event("", "add", "grün"), new EventStream.Event("7", "message", "x"));
    }

    @Test
    void keepsTheIdAndTheWishOfTheServer() throws Exception {
        EventStream stream = new EventStream(1000, "5");

        assertThat(stream.retry()).isNull();
        assertThat(read(stream, "retry: 70\nretry: x\nid: a\0b\ndata: 1\n\n"))
                .containsExactly(new EventStream.Event("5", "message", "1"));
        assertThat(stream.retry()).isEqualTo(70);
    }

    @Test
    void readsBackWhatItWrites() throws Exception {
        for (String data : List.of("a", "", "one\ntwo", " lead", "data: x")) {
            assertThat(read(new EventStream(1000, ""), EventStream.frame("9", data)))
                    .containsExactly(new EventStream.Event("9", "message", data));
        }
    }

    @Test
    void refusesAnEventWithoutEnd() {
        assertThatThrownBy(() -> read(new EventStream(10, ""), "data: 0123456789"))
                .isInstanceOf(EventStream.TooLong.class);
        assertThatThrownBy(() -> read(new EventStream(10, ""), "data:01234\n".repeat(3)))
                .isInstanceOf(EventStream.TooLong.class);
    }
}
