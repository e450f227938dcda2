SELECT 1 FROM Stock LIMIT 1
CREATE TABLE Stock (id BIGINT NOT NULL, name VARCHAR(254), story VARCHAR(3000), price DOUBLE PRECISION, weight REAL, amount INTEGER, sold BOOLEAN, extra BYTEA, PRIMARY KEY (id))
CREATE INDEX Stock_INDEX_1 ON Stock (name)
CREATE INDEX Stock_INDEX_2 ON Stock (price, amount)
INSERT INTO Stock (id, name, story, price, weight, amount, sold, extra) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
SELECT id, name, story, price, weight, amount, sold, extra FROM Stock WHERE Stock.id = ?
SELECT 1 FROM Stock WHERE Stock.id = ? LIMIT 1
UPDATE Stock SET price = ?, amount = (Stock.amount + ?) WHERE Stock.id = ?
DELETE FROM Stock WHERE Stock.id = ?
INSERT INTO Stock (id, name, story, price, weight, amount, sold, extra) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, price = EXCLUDED.price, amount = (Stock.amount + ?)
INSERT INTO Stock (id, name, story, price, weight, amount, sold, extra) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
SELECT Stock.name, (Stock.amount / ?), (Stock.amount % ?) FROM Stock WHERE Stock.id = ? ORDER BY Stock.name DESC -- []
SELECT Stock.name, (Stock.amount / ?), (Stock.amount % ?) FROM Stock WHERE Stock.id = ? LIMIT ? -- [5]
SELECT Stock.name, (Stock.amount / ?), (Stock.amount % ?) FROM Stock WHERE Stock.id = ? LIMIT ? OFFSET ? -- [5, 10]
SELECT Stock.name, (Stock.amount / ?), (Stock.amount % ?) FROM Stock WHERE Stock.id = ? ORDER BY Stock.name DESC OFFSET ? -- [10]
