package io.sluice.common;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProblemTest {

    @Test
    void hasTheMembersOfTheStandardAndOurs() {
        ProblemException error = new ProblemException(CommonError.NOT_FOUND, "no app 'x'")
                .hint("See GET /apps.")
                .retryAfter(Duration.ofSeconds(3));

        JsonObject json = error.problem().toJson();

        assertThat(json.getString("instance")).matches("urn:uuid:[0-9a-f-]{36}");
        json.remove("instance");
        assertThat(json).isEqualTo(new JsonObject("""
                                {"type": "urn:sluice:error:SLU-201", "title": "Not found", "status": 404,
                                 "detail": "no app 'x'", "code": "SLU-201", "hint": "See GET /apps."}
                                """));
        assertThat(error.retryAfter()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void leavesOutAHintThatIsNotThere() {
        assertThat(new Problem(CommonError.INTERNAL, "x", null).toJson().containsKey("hint"))
                .isFalse();
    }

    @Test
    void namesEachOccurrenceAnew() {
        Problem problem = new Problem(CommonError.INTERNAL, "x", null);

        assertThat(problem.toJson().getString("instance"))
                .isNotEqualTo(problem.toJson().getString("instance"));
    }
}
