package io.sluice.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LeakCheckTest {
    private final LeakCheck check = new LeakCheck();

    @AfterEach
    void detach() {
        ByteBufUtil.setLeakListener((resourceType, records) -> {});
    }

    @Test
    void findsABufferThatWasNotReleased() {
        check.beforeAll(null);

        leak();

        assertThat(check.leaksUntilNow()).isNotEmpty();
    }

    private static void leak() {
        ByteBufAllocator.DEFAULT.directBuffer(100).writeByte(1);
    }
}
