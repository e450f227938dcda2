package io.sluice.siddhi.kit.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.siddhi.core.SiddhiManager;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The part of {@link StoreContract} about conditions and selections, and the tables that all of it uses. */
public abstract class StoreQueryContract {

    static final String KEY = " @PrimaryKey('id') ";

    /** The store annotation alone, without keys. */
    protected abstract String storeAnnotation();

    /** A name for a table that no test has used. */
    protected abstract String newTable();

    /** Makes the database unreachable; it loses its connections. */
    protected abstract void stopDatabase() throws Exception;

    /** Makes the database reachable again, with the rows it had, at the same address. */
    protected abstract void startDatabase() throws Exception;

    /** False for a database that cannot be away. */
    protected boolean canBeAway() {
        return true;
    }

    /** Sets what the store needs of the manager, for example a data source. */
    protected void prepare(SiddhiManager manager) {
        // nothing to set
    }

    /** Whether a thread is one of the store's, to be gone after shutdown. */
    protected abstract boolean belongsToTheStore(Thread thread);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "price == 2.5",
                "price != 2.5",
                "price < 2.5",
                "price <= 2.5",
                "price > 2.5",
                "price >= 2.5",
                "weight == 1.5f",
                "id == 2L",
                "2L == id",
                "amount == 3",
                "amount > price",
                "name == 'b'",
                "name != 'b' and not (name is null)",
                "sold == true",
                "sold",
                "not sold",
                "not (price > 2.5)",
                "price > 1.0 and sold == false",
                "price < 1.0 or amount == 7",
                "price < 1.0 or amount == 7 and not (sold == true)",
                "amount + 1 == 4",
                "amount - 1 == 2",
                "amount * 2 == 6",
                "amount / 2 == 1",
                "amount % 2 == 1",
                "price / 2.0 > 1.0",
                "(amount + 2) * 2 > price + 7.0",
                "name is null",
                "not (name is null)",
                "true",
                "false",
                "id > 1L and (1 + 1 == 2)"
            })
    void findsWhatATableInMemoryFinds(String condition) {
        compare("on " + condition + " select id");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select *",
                "select name, price * 2.0 as twice, 'x' as fixed order by twice desc limit 2",
                "select id, price order by price asc, id desc limit 2 offset 1",
                "select id order by id offset 2",
                "select id, amount - 1 as less having less > 2",
                "on amount > 1 select id, price having price > 1.0",
                "select sold, sum(price) as total, count() as n group by sold having total > 1.0 order by total",
                "select sum(amount) as total, avg(price) as mean, min(amount) as low, max(weight) as high",
                "on false select sum(amount) as total",
                "select ifThenElse(price > 2.0, 'dear', 'cheap') as class, id order by id",
                "select sold, count() as n group by sold order by n desc limit 1"
            })
    void selectsWhatATableInMemorySelects(String selection) {
        compare(selection);
    }

    private String current = "";

    /** The table of this test. */
    protected final String table() {
        return current;
    }

    final String fresh() {
        current = newTable();
        return current;
    }

    final String annotation(String keys) {
        return storeAnnotation() + keys;
    }

    final StoreUnderTest started(String keys) {
        return new StoreUnderTest(this::prepare, annotation(keys), fresh()).start();
    }

    final StoreUnderTest filled(String keys) {
        StoreUnderTest app = started(keys);
        fill(app);
        return app;
    }

    private static void fill(StoreUnderTest app) {
        app.send("Add", 1L, "a", 0.5, 1.5f, 1, true, "");
        app.send("Add", 2L, "b", 2.5, 2.5f, 3, false, "");
        app.send("Add", 3L, "c", 3.5, 0.5f, 4, false, "");
        app.send("Add", 4L, null, 4.5, 4.5f, 7, true, "");
    }

    private void compare(String rest) {
        List<List<Object>> expected;
        try (StoreUnderTest memory = new StoreUnderTest(unused -> {}, "", "InMemory").start()) {
            fill(memory);
            expected = memory.query("from InMemory " + rest);
        }
        try (StoreUnderTest app = filled(KEY)) {
            List<List<Object>> found = app.query("from " + table() + " " + rest);
            if (rest.contains("order by")) {
                assertThat(found).isEqualTo(expected);
            } else {
                assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
            }
        }
    }
}
