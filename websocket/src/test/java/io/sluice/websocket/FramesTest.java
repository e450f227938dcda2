package io.sluice.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(LeakCheck.class)
class FramesTest {
    private static final ByteBufAllocator ALLOCATOR = ByteBufAllocator.DEFAULT;

    @ParameterizedTest
    @CsvSource({"0, 8200", "125, 827d", "126, 827e007e", "65535, 827effff", "65536, 827f0000000000010000"})
    void usesTheShortestLength(int length, String header) {
        byte[] frame = bytes(Frames.binary(ALLOCATOR, new byte[length]));

        assertThat(frame).hasSize(header.length() / 2 + length);
        assertThat(ByteBufUtil.hexDump(frame)).startsWith(header);
    }

    @Test
    void encodesTextAsUtf8() {
        byte[] frame = bytes(Frames.text(ALLOCATOR, "a€"));

        assertThat(ByteBufUtil.hexDump(frame)).isEqualTo("810461e282ac");
        assertThat(bytes(Frames.text(ALLOCATOR, "a€".getBytes(StandardCharsets.UTF_8))))
                .isEqualTo(frame);
    }

    @Test
    void cutsALongReasonBetweenCharacters() {
        String reason = "x" + "\uD834\uDD1E".repeat(40);

        byte[] frame = bytes(Frames.close(ALLOCATOR, 1000, reason));

        String sent = new String(frame, 4, frame.length - 4, StandardCharsets.UTF_8);
        assertThat(frame[1]).isEqualTo((byte) (2 + 121));
        assertThat(sent).isEqualTo("x" + "\uD834\uDD1E".repeat(30));
    }

    @Test
    void sendsNoCodeWhereThereIsNone() {
        assertThat(bytes(Frames.close(ALLOCATOR, CloseCode.NO_STATUS, "ignored")))
                .containsExactly(0x88, 0);
    }

    @Test
    void knowsWhichCodesMayBeSent() {
        assertThat(List.of(1000, 1003, 1007, 1014, 3000, 4999)).allMatch(CloseCode::isSendable);
        assertThat(List.of(-1, 0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535))
                .noneMatch(CloseCode::isSendable);
    }

    private static byte[] bytes(ByteBuf frame) {
        try {
            return ByteBufUtil.getBytes(frame);
        } finally {
            frame.release();
        }
    }
}
