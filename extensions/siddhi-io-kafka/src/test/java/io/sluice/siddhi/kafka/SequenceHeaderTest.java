package io.sluice.siddhi.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SequenceHeaderTest {

    @Test
    void putsTheHeaderBeforeText() {
        assertThat(new SequenceHeader("s", 7).frame("p~q".getBytes(), false)).isEqualTo("s:7~p~q".getBytes());
    }

    @Test
    void putsTheLengthOfTheHeaderBeforeBytes() {
        byte[] framed = new SequenceHeader("s", 7).frame(new byte[] {1, 2}, true);

        assertThat(framed).containsExactly(0, 0, 0, 4, 's', ':', '7', '~', 1, 2);
    }

    @Test
    void readsBackWhatItWrote() {
        for (boolean binary : new boolean[] {false, true}) {
            byte[] framed = new SequenceHeader("a:b", 12).frame("~payload:1~".getBytes(), binary);

            SequenceHeader.Framed read = SequenceHeader.read(framed, binary).orElseThrow();

            assertThat(read.header()).isEqualTo(new SequenceHeader("a:b", 12));
            assertThat(read.payload()).isEqualTo("~payload:1~".getBytes());
        }
    }

    @Test
    void findsNoHeaderWhereThereIsNone() {
        assertThat(SequenceHeader.read("plain".getBytes(), false)).isEmpty();
        assertThat(SequenceHeader.read("plain~".getBytes(), false)).isEmpty();
        assertThat(SequenceHeader.read("s:x~p".getBytes(), false)).isEmpty();
        assertThat(SequenceHeader.read(":1~p".getBytes(), false)).isEmpty();
        assertThat(SequenceHeader.read(new byte[0], false)).isEmpty();
        assertThat(SequenceHeader.read(new byte[] {0, 0}, true)).isEmpty();
        assertThat(SequenceHeader.read(new byte[] {127, 127, 127, 127, 's', ':', '1', '~'}, true))
                .isEmpty();
        assertThat(SequenceHeader.read(new byte[] {-1, -1, -1, -1, 's', ':', '1', '~'}, true))
                .isEmpty();
    }
}
