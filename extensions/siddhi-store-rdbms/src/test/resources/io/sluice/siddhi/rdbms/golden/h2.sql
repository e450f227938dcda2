SELECT 1 FROM Stock LIMIT 1
CREATE TABLE Stock (id BIGINT NOT NULL, name VARCHAR(254), story VARCHAR(3000), price DOUBLE, weight FLOAT, amount INTEGER, sold TINYINT, extra BLOB, PRIMARY KEY (id))
CREATE INDEX Stock_INDEX_1 ON Stock (name)
CREATE INDEX Stock_INDEX_2 ON Stock (price, amount)
INSERT INTO Stock (id, name, story, price, weight, amount, sold, extra) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
SELECT id, name, story, price, weight, amount, sold, extra FROM Stock WHERE Stock.id = ?
SELECT TOP 1 1 FROM Stock WHERE Stock.id = ?
UPDATE Stock SET price = ?, amount = (Stock.amount + ?) WHERE Stock.id = ?
DELETE FROM Stock WHERE Stock.id = ?
MERGE INTO Stock USING (SELECT CAST(? AS BIGINT) AS id, CAST(? AS VARCHAR) AS name, CAST(? AS VARCHAR) AS story, CAST(? AS DOUBLE) AS price, CAST(? AS FLOAT) AS weight, CAST(? AS INTEGER) AS amount, CAST(? AS TINYINT) AS sold, CAST(? AS BLOB) AS extra) AS new_row ON Stock.id = new_row.id WHEN MATCHED THEN UPDATE SET name = new_row.name, price = new_row.price, amount = (Stock.amount + ?) WHEN NOT MATCHED THEN INSERT (id, name, story, price, weight, amount, sold, extra) VALUES (new_row.id, new_row.name, new_row.story, new_row.price, new_row.weight, new_row.amount, new_row.sold, new_row.extra)
MERGE INTO Stock USING (SELECT CAST(? AS BIGINT) AS id, CAST(? AS VARCHAR) AS name, CAST(? AS VARCHAR) AS story, CAST(? AS DOUBLE) AS price, CAST(? AS FLOAT) AS weight, CAST(? AS INTEGER) AS amount, CAST(? AS TINYINT) AS sold, CAST(? AS BLOB) AS extra) AS new_row ON Stock.id = new_row.id WHEN NOT MATCHED THEN INSERT (id, name, story, price, weight, amount, sold, extra) VALUES (new_row.id, new_row.name, new_row.story, new_row.price, new_row.weight, new_row.amount, new_row.sold, new_row.extra)
SELECT Stock.name, (Stock.amount / ?), (Stock.amount % ?) FROM Stock WHERE Stock.id = ? ORDER BY Stock.name DESC -- []
SELECT Stock.name, (Stock.amount / ?), (Stock.amount % ?) FROM Stock WHERE Stock.id = ? LIMIT ? -- [5]
SELECT Stock.name, (Stock.amount / ?), (Stock.amount % ?) FROM Stock WHERE Stock.id = ? LIMIT ? OFFSET ? -- [5, 10]
SELECT Stock.name, (Stock.amount / ?), (Stock.amount % ?) FROM Stock WHERE Stock.id = ? ORDER BY Stock.name DESC OFFSET ? -- [10]
