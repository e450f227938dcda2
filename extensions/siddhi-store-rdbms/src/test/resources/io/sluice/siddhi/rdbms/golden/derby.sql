SELECT 1 FROM Stock FETCH FIRST 1 ROWS ONLY
CREATE TABLE Stock (id BIGINT NOT NULL, name VARCHAR(254), story VARCHAR(3000), price DOUBLE, weight FLOAT, amount INTEGER, sold SMALLINT, extra BLOB, PRIMARY KEY (id))
CREATE INDEX Stock_INDEX_1 ON Stock (name)
CREATE INDEX Stock_INDEX_2 ON Stock (price, amount)
INSERT INTO Stock (id, name, story, price, weight, amount, sold, extra) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
SELECT id, name, story, price, weight, amount, sold, extra FROM Stock WHERE Stock.id = ?
SELECT 1 FROM Stock WHERE Stock.id = ? FETCH FIRST 1 ROWS ONLY
UPDATE Stock SET price = ?, amount = (Stock.amount + ?) WHERE Stock.id = ?
DELETE FROM Stock WHERE Stock.id = ?
SELECT Stock.name, (Stock.amount / ?), MOD(Stock.amount, ?) FROM Stock WHERE Stock.id = ? ORDER BY Stock.name DESC -- []
SELECT Stock.name, (Stock.amount / ?), MOD(Stock.amount, ?) FROM Stock WHERE Stock.id = ? FETCH NEXT ? ROWS ONLY -- [5]
SELECT Stock.name, (Stock.amount / ?), MOD(Stock.amount, ?) FROM Stock WHERE Stock.id = ? OFFSET ? ROWS FETCH NEXT ? ROWS ONLY -- [10, 5]
SELECT Stock.name, (Stock.amount / ?), MOD(Stock.amount, ?) FROM Stock WHERE Stock.id = ? ORDER BY Stock.name DESC OFFSET ? ROWS -- [10]
