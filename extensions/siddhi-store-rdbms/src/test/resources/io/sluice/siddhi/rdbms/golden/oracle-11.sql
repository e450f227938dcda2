SELECT 1 FROM Stock WHERE rownum=1
CREATE TABLE Stock (id NUMBER(19) NOT NULL, name VARCHAR(254), story CLOB, price NUMBER(19,4), weight NUMBER(19,4), amount NUMBER(10), sold NUMBER(1), extra BLOB, PRIMARY KEY (id))
CREATE INDEX Stock_INDEX_1 ON Stock (name)
CREATE INDEX Stock_INDEX_2 ON Stock (price, amount)
INSERT INTO Stock (id, name, story, price, weight, amount, sold, extra) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
SELECT id, name, story, price, weight, amount, sold, extra FROM Stock WHERE Stock.id = ?
SELECT 1 FROM Stock WHERE Stock.id = ?
UPDATE Stock SET price = ?, amount = (Stock.amount + ?) WHERE Stock.id = ?
DELETE FROM Stock WHERE Stock.id = ?
MERGE INTO Stock USING (SELECT ? AS id, ? AS name, ? AS story, ? AS price, ? AS weight, ? AS amount, ? AS sold, ? AS extra FROM dual) new_row ON (Stock.id = new_row.id) WHEN MATCHED THEN UPDATE SET name = new_row.name, price = new_row.price, amount = (Stock.amount + ?) WHEN NOT MATCHED THEN INSERT (id, name, story, price, weight, amount, sold, extra) VALUES (new_row.id, new_row.name, new_row.story, new_row.price, new_row.weight, new_row.amount, new_row.sold, new_row.extra)
MERGE INTO Stock USING (SELECT ? AS id, ? AS name, ? AS story, ? AS price, ? AS weight, ? AS amount, ? AS sold, ? AS extra FROM dual) new_row ON (Stock.id = new_row.id) WHEN NOT MATCHED THEN INSERT (id, name, story, price, weight, amount, sold, extra) VALUES (new_row.id, new_row.name, new_row.story, new_row.price, new_row.weight, new_row.amount, new_row.sold, new_row.extra)
LOCK TABLE Stock IN EXCLUSIVE MODE
SELECT Stock.name, TRUNC(Stock.amount / ?), MOD(Stock.amount, ?) FROM Stock WHERE Stock.id = ? ORDER BY Stock.name DESC -- []
SELECT q_.*, ROWNUM AS row_number_ FROM (SELECT Stock.name, TRUNC(Stock.amount / ?), MOD(Stock.amount, ?) FROM Stock WHERE Stock.id = ?) q_ WHERE ROWNUM <= ? -- [5]
SELECT * FROM (SELECT q_.*, ROWNUM AS row_number_ FROM (SELECT Stock.name, TRUNC(Stock.amount / ?), MOD(Stock.amount, ?) FROM Stock WHERE Stock.id = ?) q_ WHERE ROWNUM <= ?) WHERE row_number_ > ? -- [15, 10]
SELECT * FROM (SELECT q_.*, ROWNUM AS row_number_ FROM (SELECT Stock.name, TRUNC(Stock.amount / ?), MOD(Stock.amount, ?) FROM Stock WHERE Stock.id = ? ORDER BY Stock.name DESC) q_ WHERE ROWNUM <= ?) WHERE row_number_ > ? -- [9223372036854775807, 10]
