package io.sluice.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageAssemblerTest {

    private final List<String> seen = new ArrayList<>();
    private final MessageAssembler assembler = new MessageAssembler(10, new MessageAssembler.Sink() {
        @Override
        public void text(byte[] utf8) {
            seen.add("text " + new String(utf8, StandardCharsets.UTF_8));
        }

        @Override
        public void binary(byte[] payload) {
            seen.add("binary " + payload.length);
        }

        @Override
        public void rejected(MessageAssembler.Reason reason) {
            seen.add("rejected " + reason);
        }
    });

    @Test
    void passesWholeMessagesOn() {
        assembler.frame(WebSocketFrame.textFrame("grün", true));
        assembler.frame(WebSocketFrame.binaryFrame(Buffer.buffer(new byte[3]), true));
        assembler.frame(WebSocketFrame.textFrame("", true));

        assertThat(seen).containsExactly("text grün", "binary 3", "text ");
    }

    @Test
    void joinsFragmentsAlsoWhereTheyCutACharacter() {
        byte[] utf8 = "ü".getBytes(StandardCharsets.UTF_8);
        assembler.frame(WebSocketFrame.textFrame("gr", false));
        assembler.frame(WebSocketFrame.continuationFrame(Buffer.buffer(new byte[] {utf8[0]}), false));
        assembler.frame(WebSocketFrame.pingFrame(Buffer.buffer("between")));
        assembler.frame(WebSocketFrame.continuationFrame(Buffer.buffer(new byte[] {utf8[1]}), false));
        assembler.frame(WebSocketFrame.continuationFrame(Buffer.buffer("n"), true));

        assertThat(seen).containsExactly("text grün");
    }

    @Test
    void rejectsAMessageBeyondTheLimitAndTakesTheNext() {
        assembler.frame(WebSocketFrame.textFrame("12345", false));
        assembler.frame(WebSocketFrame.continuationFrame(Buffer.buffer("678901"), false));
        assembler.frame(WebSocketFrame.continuationFrame(Buffer.buffer("2"), true));
        assembler.frame(WebSocketFrame.binaryFrame(Buffer.buffer(new byte[11]), true));
        assembler.frame(WebSocketFrame.textFrame("1234567890", true));

        assertThat(seen).containsExactly("rejected TOO_BIG", "rejected TOO_BIG", "text 1234567890");
    }

    @Test
    void rejectsTextThatIsNotUtf8AndTakesTheNext() {
        assembler.frame(WebSocketFrame.textFrame("", false));
        assembler.frame(WebSocketFrame.continuationFrame(Buffer.buffer(new byte[] {'a', (byte) 0xC3}), true));
        assembler.frame(WebSocketFrame.textFrame("good", true));

        assertThat(seen).containsExactly("rejected INVALID_UTF8", "text good");
    }

    @Test
    void takesAnyBytesAsBinary() {
        assembler.frame(WebSocketFrame.binaryFrame(Buffer.buffer(new byte[] {(byte) 0xC3, (byte) 0xFF}), true));

        assertThat(seen).containsExactly("binary 2");
    }
}
