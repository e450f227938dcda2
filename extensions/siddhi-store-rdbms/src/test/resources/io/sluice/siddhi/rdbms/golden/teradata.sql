SELECT 1 FROM Stock SAMPLE 1
CREATE TABLE Stock (id BIGINT NOT NULL, name VARCHAR(254), story VARCHAR(3000), price FLOAT, weight FLOAT, amount INTEGER, sold SMALLINT, extra BLOB, PRIMARY KEY (id))
CREATE INDEX Stock_INDEX_1 ON Stock (name)
CREATE INDEX Stock_INDEX_2 ON Stock (price, amount)
INSERT INTO Stock (id, name, story, price, weight, amount, sold, extra) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
SELECT id, name, story, price, weight, amount, sold, extra FROM Stock WHERE Stock.id = ?
SELECT 1 FROM Stock WHERE Stock.id = ? SAMPLE 1
UPDATE Stock SET price = ?, amount = (Stock.amount + ?) WHERE Stock.id = ?
DELETE FROM Stock WHERE Stock.id = ?
SELECT Stock.name, (Stock.amount / ?), (Stock.amount MOD ?) FROM Stock WHERE Stock.id = ? ORDER BY Stock.name DESC -- []
SELECT Stock.name, (Stock.amount / ?), (Stock.amount MOD ?) FROM Stock WHERE Stock.id = ? SAMPLE ? -- [5]
