package io.sluice.dataservice.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlTextTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "SELECT a FROM t WHERE b = :b | SELECT a FROM t WHERE b = ?",
                "SELECT ':a', \":b\", `:c` FROM t | SELECT ':a', \":b\", `:c` FROM t",
                "SELECT 'it''s :a' FROM t WHERE x=:x | SELECT 'it''s :a' FROM t WHERE x=?",
                "SELECT a::text FROM t WHERE b=:b::int | SELECT a::text FROM t WHERE b=?::int",
                "SELECT a[1:2] FROM t | SELECT a[1:2] FROM t",
                "SELECT :a+:a | SELECT ?+?",
                "SELECT 1 /* :no */ + :yes | SELECT 1   + ?",
                "SELECT 1; | SELECT 1",
                "SELECT 1; -- the end | SELECT 1",
                "SELECT :claim.sub | SELECT ?",
                "SELECT :a.b | SELECT ?.b"
            })
    void bindsNamesOutsideQuotesAndComments(String sql, String text) throws SqlRefused {
        assertThat(SqlText.parse(sql).text()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " -- nothing",
                "/* nothing */",
                "SELECT 1; SELECT 2",
                "SELECT 1;; ",
                "SELECT 1; -- a\n DELETE FROM t",
                "SELECT ?",
                "SELECT 'open",
                "SELECT \"open",
                "SELECT `open",
                "SELECT 'a\\' OR 1=1 --'",
                "SELECT \"a\\\" OR 1=1 --\"",
                "SELECT 1 /* open",
                "SELECT 1 /* a /* b */ c */",
                "SELECT /*! 1 */ 2",
                "SELECT /*M! 1 */ 2",
                "SELECT /*+ hint */ 2",
                "SELECT $$text$$",
                "SELECT $a$text$a$",
                "SELECT 1 # rest",
                "{call p()}",
                "SELECT \\a"
            })
    void refusesWhatDatabasesReadDifferently(String sql) {
        assertThatThrownBy(() -> SqlText.parse(sql)).isInstanceOf(SqlRefused.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "select 1 | SELECT",
                "VALUES (1) | SELECT",
                "/* DELETE */ SELECT 1 | SELECT",
                "WITH x AS (SELECT 1) SELECT * FROM x | SELECT",
                "WITH x AS (DELETE FROM t RETURNING a) SELECT * FROM x | DELETE",
                "insert into t values (1) | INSERT",
                "REPLACE INTO t VALUES (1) | INSERT",
                "UPDATE t SET a = 1 | UPDATE",
                "DELETE FROM t | DELETE",
                "MERGE INTO t KEY (a) VALUES (1) | MERGE",
                "DROP TABLE t | OTHER",
                "CALL p() | OTHER"
            })
    void knowsWhatAStatementDoes(String sql, SqlText.Kind kind) throws SqlRefused {
        assertThat(SqlText.parse(sql).kind()).isEqualTo(kind);
    }

    @Test
    void givesAListAsManyMarksAsItHasValues() throws SqlRefused {
        SqlText sql = SqlText.parse("SELECT a FROM t WHERE b IN (:b) AND c = :c");

        assertThat(sql.text(List.of(3, 1))).isEqualTo("SELECT a FROM t WHERE b IN (?, ?, ?) AND c = ?");
        assertThat(sql.parameters()).containsExactly("b", "c");
    }

    @Test
    void marksWordsThatAreCalled() throws SqlRefused {
        assertThat(SqlText.parse("SELECT sleep (1), 'sleep(2)' FROM t").words())
                .containsExactly("SELECT", "SLEEP(", "1", "FROM", "T");
    }
}
