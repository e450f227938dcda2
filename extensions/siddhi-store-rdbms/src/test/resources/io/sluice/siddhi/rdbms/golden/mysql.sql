SELECT 1 FROM Stock LIMIT 1
CREATE TABLE Stock (id BIGINT NOT NULL, name VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, story VARCHAR(3000) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, price DOUBLE, weight FLOAT, amount INTEGER, sold TINYINT(1), extra BLOB, PRIMARY KEY (id))
CREATE INDEX Stock_INDEX_1 ON Stock (name)
CREATE INDEX Stock_INDEX_2 ON Stock (price, amount)
INSERT INTO Stock (id, name, story, price, weight, amount, sold, extra) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
SELECT id, name, story, price, weight, amount, sold, extra FROM Stock WHERE Stock.id = ?
SELECT 1 FROM Stock WHERE Stock.id = ? LIMIT 1
UPDATE Stock SET price = ?, amount = (Stock.amount + ?) WHERE Stock.id = ?
DELETE FROM Stock WHERE Stock.id = ?
INSERT INTO Stock (id, name, story, price, weight, amount, sold, extra) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE name = VALUES(name), price = VALUES(price), amount = (Stock.amount + ?)
INSERT INTO Stock (id, name, story, price, weight, amount, sold, extra) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE id = id
SELECT Stock.name, (Stock.amount DIV ?), (Stock.amount % ?) FROM Stock WHERE Stock.id = ? ORDER BY Stock.name DESC -- []
SELECT Stock.name, (Stock.amount DIV ?), (Stock.amount % ?) FROM Stock WHERE Stock.id = ? LIMIT ? -- [5]
SELECT Stock.name, (Stock.amount DIV ?), (Stock.amount % ?) FROM Stock WHERE Stock.id = ? LIMIT ? OFFSET ? -- [5, 10]
SELECT Stock.name, (Stock.amount DIV ?), (Stock.amount % ?) FROM Stock WHERE Stock.id = ? ORDER BY Stock.name DESC LIMIT ? OFFSET ? -- [9223372036854775807, 10]
