package io.sluice.websocket;

import static io.sluice.websocket.RawClient.closeFrame;
import static io.sluice.websocket.RawClient.concat;
import static io.sluice.websocket.RawClient.frame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455 seen from a raw socket, over epoll, NIO and TLS: what a peer may send, and the close code for what it may not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(LeakCheck.class)
class WebSocketConformanceIT {
    private static final int MAX_FRAME = 1000;
    private static final int MAX_MESSAGE = 1500;
    private static final WebSocketLimits LIMITS =
            new WebSocketLimits(MAX_FRAME, MAX_MESSAGE, Duration.ZERO, Duration.ZERO, Duration.ZERO);

    private final Map<Transport, TestServer> servers = new EnumMap<>(Transport.class);

    record Case(String name, byte[] sent, int closeCode) {
        @Override
        public String toString() {
            return name + " -> " + closeCode;
        }
    }

    @BeforeAll
    void start() throws Exception {
        for (Transport transport : Transport.values()) {
            servers.put(transport, TestServer.accepting(transport, LIMITS, new Echo()));
        }
    }

    @AfterAll
    void stop() throws Exception {
        for (TestServer server : servers.values()) {
            server.close();
        }
    }

    @ParameterizedTest
    @MethodSource("violations")
    void answersAViolationWithItsCloseCodeAndAnOrderlyEnd(Case violation) throws Exception {
        for (Transport transport : Transport.values()) {
            try (RawClient client = upgraded(transport)) {
                client.send(violation.sent());

                RawClient.Frame answer = client.frame();
                while (answer.opcode() == 1) {
                    answer = client.frame();
                }
                assertThat(answer.firstByte()).as("%s", transport).isEqualTo(0x88);
                assertThat(answer.closeCode()).as("%s", transport).isEqualTo(violation.closeCode());
                assertThat(client.rest()).as("%s", transport).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void echoesWholeAndFragmentedMessages(Transport transport) throws Exception {
        try (RawClient client = upgraded(transport)) {
            byte[] euro = "€".getBytes(StandardCharsets.UTF_8);
            client.send(
                    frame(0x81, "a€"),
                    frame(0x81, ""),
                    frame(0x82, new byte[] {0, 1, 2}),
                    frame(0x01, new byte[] {euro[0]}),
                    frame(0x00, new byte[] {euro[1]}),
                    frame(0x00, ""),
                    frame(0x80, new byte[] {euro[2]}),
                    frame(0x02, new byte[MAX_FRAME]),
                    frame(0x80, new byte[MAX_MESSAGE - MAX_FRAME]));

            assertThat(client.frame()).returns(0x81, RawClient.Frame::firstByte).returns("a€", RawClient.Frame::text);
            assertThat(client.frame()).returns(0x81, RawClient.Frame::firstByte).returns("", RawClient.Frame::text);
            assertThat(client.frame().payload()).containsExactly(0, 1, 2);
            assertThat(client.frame()).returns(0x81, RawClient.Frame::firstByte).returns("€", RawClient.Frame::text);
            assertThat(client.frame().payload()).hasSize(MAX_MESSAGE);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void answersAPingWithItsPayloadAlsoInsideAFragmentedMessage(Transport transport) throws Exception {
        try (RawClient client = upgraded(transport)) {
            client.send(
                    frame(0x01, "a"),
                    frame(0x89, "p".repeat(125)),
                    frame(0x8A, "unasked"),
                    frame(0x89, ""),
                    frame(0x80, "b"));

            List<RawClient.Frame> answers = List.of(client.frame(), client.frame(), client.frame());
            assertThat(answers)
                    .extracting(RawClient.Frame::firstByte, RawClient.Frame::text)
                    .containsExactlyInAnyOrder(tuple(0x8A, "p".repeat(125)), tuple(0x8A, ""), tuple(0x81, "ab"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1001, 1002, 1003, 1007, 1011, 1012, 1013, 1014, 3000, 4999})
    void answersACloseWithItsCode(int code) throws Exception {
        for (Transport transport : Transport.values()) {
            try (RawClient client = upgraded(transport)) {
                client.send(closeFrame(code, "done €"), frame(0x81, "too late"));

                assertThat(client.frame())
                        .returns(0x88, RawClient.Frame::firstByte)
                        .returns(code, RawClient.Frame::closeCode);
                assertThat(client.rest()).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void answersAnEmptyCloseWithAnEmptyOne(Transport transport) throws Exception {
        try (RawClient client = upgraded(transport)) {
            client.send(frame(0x88, ""));

            assertThat(client.rest()).containsExactly(0x88, 0);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void understandsFramesThatComeByteByByte(Transport transport) throws Exception {
        try (RawClient client = upgraded(transport)) {
            for (byte next : frame(0x81, "slowly")) {
                client.send(new byte[] {next});
            }

            assertThat(client.frame().text()).isEqualTo("slowly");
        }
    }

    private RawClient upgraded(Transport transport) throws Exception {
        return transport.upgraded(servers.get(transport).port());
    }

    static Stream<Case> violations() {
        byte[] unmasked = {(byte) 0x81, 1, 'a'};
        byte[] invalid = {(byte) 0xC3, (byte) 0x28};
        return Stream.of(
                new Case("unmasked frame", unmasked, 1002),
                new Case("reserved data opcode", frame(0x83, "a"), 1002),
                new Case("reserved control opcode", frame(0x8B, "a"), 1002),
                new Case("RSV1", frame(0xC1, "a"), 1002),
                new Case("RSV2", frame(0xA1, "a"), 1002),
                new Case("RSV3 on a ping", frame(0x99, "a"), 1002),
                new Case("fragmented ping", frame(0x09, "a"), 1002),
                new Case("fragmented close", frame(0x08, new byte[] {3, (byte) 0xE8}), 1002),
                new Case("ping of 126 bytes", frame(0x89, "a".repeat(126)), 1002),
                new Case("orphan continuation", frame(0x80, "a"), 1002),
                new Case("orphan continuation after a whole message", concat(frame(0x81, "a"), frame(0x80, "b")), 1002),
                new Case("data inside fragments", concat(frame(0x01, "a"), frame(0x81, "b")), 1002),
                new Case(
                        "length not minimal",
                        new byte[] {(byte) 0x81, (byte) 0xFE, 0, 5, 1, 2, 3, 4, 1, 1, 1, 1, 1},
                        1002),
                new Case("text that is not UTF-8", frame(0x81, invalid), 1007),
                new Case("text that ends inside a character", frame(0x81, new byte[] {(byte) 0xE2, (byte) 0x82}), 1007),
                new Case(
                        "text with a surrogate", frame(0x81, new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80}), 1007),
                new Case(
                        "invalid UTF-8 across fragments",
                        concat(frame(0x01, new byte[] {(byte) 0xC3}), frame(0x80, new byte[] {0x28})),
                        1007),
                new Case("invalid UTF-8 in a first fragment", frame(0x01, invalid), 1007),
                new Case("close payload of 1 byte", frame(0x88, new byte[] {3}), 1002),
                new Case("close 0", closeFrame(0, ""), 1002),
                new Case("close 999", closeFrame(999, ""), 1002),
                new Case("close 1004", closeFrame(1004, ""), 1002),
                new Case("close 1005", closeFrame(1005, ""), 1002),
                new Case("close 1006", closeFrame(1006, ""), 1002),
                new Case("close 1015", closeFrame(1015, ""), 1002),
                new Case("close 2999", closeFrame(2999, ""), 1002),
                new Case("close 5000", closeFrame(5000, ""), 1002),
                new Case("close 65535", closeFrame(65535, ""), 1002),
                new Case("close reason not UTF-8", frame(0x88, concat(new byte[] {3, (byte) 0xE8}, invalid)), 1007),
                new Case(
                        "close reason that ends inside a character",
                        frame(0x88, new byte[] {3, (byte) 0xE8, (byte) 0xC3}),
                        1007),
                new Case("frame too big", frame(0x82, new byte[MAX_FRAME + 1]), 1009),
                new Case(
                        "frame of 2^40 bytes",
                        new byte[] {(byte) 0x82, (byte) 0xFF, 0, 0, 1, 0, 0, 0, 0, 0, 1, 2, 3, 4},
                        1009),
                new Case(
                        "message too big",
                        concat(frame(0x02, new byte[MAX_FRAME]), frame(0x80, new byte[MAX_MESSAGE - MAX_FRAME + 1])),
                        1009),
                new Case(
                        "message too big, long after",
                        concat(
                                frame(0x02, new byte[MAX_FRAME]),
                                frame(0x00, new byte[MAX_FRAME]),
                                frame(0x00, new byte[MAX_FRAME]),
                                frame(0x81, "x")),
                        1009));
    }
}
