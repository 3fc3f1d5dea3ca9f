#include "core/store/sqlite/sql.h"

#include <stddef.h>

#define UNIT_COLUMNS "SELECT id, code, name, area, school_forms FROM unit "
#define GROUP_COLUMNS                                                                                        \
    "SELECT g.id, u.code, g.school_year, g.name, g.school_form, g.grade, g.enrolled "                        \
    "FROM class_group g JOIN unit u ON u.id = g.unit_id "
#define SUCCESSION_COLUMNS                                                                                   \
    "SELECT p.code, s.code, x.from_round FROM unit_succession x "                                            \
    "JOIN unit p ON p.id = x.predecessor_id JOIN unit s ON s.id = x.successor_id "
#define TARGET_COLUMNS                                                                                       \
    "SELECT u.code, t.form, t.dimension, t.question, t.round, t.measure, t.direction, t.value "              \
    "FROM target t JOIN unit u ON u.id = t.unit_id "
#define TARGET_KEY "AND form = ?2 AND dimension = ?3 AND question = ?4 AND round = ?5"
#define ROUND_GROUP_PIN                                                                                      \
    "INSERT OR IGNORE INTO round_group (round_id, group_id, school_form, grade, enrolled) "                  \
    "SELECT ?1, id, school_form, grade, enrolled FROM class_group "
#define CODE_PLACE    "WHERE round_id = ?1 AND form_id = ?2 AND group_id = ?3 "
#define ROUND_COLUMNS "SELECT id, code, state, opens_s, closes_s FROM round "
#define FORM_COLUMNS  "SELECT f.name, f.version, f.hash, f.source FROM form_version f "
#define ACCESS_COLUMNS                                                                                       \
    "SELECT a.code, r.code, u.code, coalesce(a.group_id, 0), f.hash FROM access_point a "                    \
    "JOIN round r ON r.id = a.round_id JOIN unit u ON u.id = a.unit_id "                                     \
    "JOIN form_version f ON f.id = a.form_id LEFT JOIN class_group g ON g.id = a.group_id "

const char *const sql_text[SQL_COUNT] = {
    [SQL_BEGIN_READ] = "BEGIN",
    [SQL_BEGIN_WRITE] = "BEGIN IMMEDIATE",
    [SQL_COMMIT] = "COMMIT",
    [SQL_ROLLBACK] = "ROLLBACK",
    [SQL_SAVEPOINT] = "SAVEPOINT step",
    [SQL_SAVEPOINT_RELEASE] = "RELEASE step",
    [SQL_SAVEPOINT_ROLLBACK] = "ROLLBACK TO step",

    [SQL_DATA_VERSION] = "PRAGMA data_version",

    [SQL_ORGANISATION_ADD] = "INSERT INTO organisation (id, name, key_check) VALUES (1, ?1, ?2)",
    [SQL_ORGANISATION_GET] = "SELECT name, key_check FROM organisation",
    [SQL_SETTING_GET] = "SELECT value FROM setting WHERE name = ?1",
    [SQL_SETTING_PUT] = "INSERT INTO setting (name, value) VALUES (?1, ?2) "
                        "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    [SQL_FIELD_LIST] = "SELECT m.name, p.name, m.sql FROM sqlite_schema m JOIN pragma_table_info(m.name) p "
                       "WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite@_%' ESCAPE '@' "
                       "ORDER BY m.rowid, p.cid",

    [SQL_UNIT_GET] = UNIT_COLUMNS "WHERE code = ?1",
    [SQL_UNIT_LIST] = UNIT_COLUMNS "ORDER BY code",
    [SQL_UNIT_ADD] = "INSERT INTO unit (code, name, area, school_forms) VALUES (?1, ?2, ?3, ?4)",
    [SQL_UNIT_CHANGE] = "UPDATE unit SET name = ?2, area = ?3, school_forms = ?4 WHERE code = ?1",

    [SQL_GROUP_GET] = GROUP_COLUMNS "WHERE g.id = ?1",
    [SQL_GROUP_FIND] = GROUP_COLUMNS "WHERE u.code = ?1 AND g.school_year = ?2 AND g.name = ?3",
    [SQL_GROUP_LIST] = GROUP_COLUMNS "WHERE ?2 IN (0, g.school_year) "
                                     "ORDER BY u.code, g.school_year, g.grade, g.name",
    [SQL_GROUP_LIST_OF_UNIT] = GROUP_COLUMNS "WHERE u.code = ?1 AND ?2 IN (0, g.school_year) "
                                             "ORDER BY u.code, g.school_year, g.grade, g.name",
    [SQL_ROUND_GROUPS] =
        "SELECT g.id, u.code, g.school_year, g.name, p.school_form, p.grade, p.enrolled FROM round r "
        "JOIN round_group p ON p.round_id = r.id JOIN class_group g ON g.id = p.group_id "
        "JOIN unit u ON u.id = g.unit_id WHERE r.code = ?1 ORDER BY u.code, p.grade, g.name",
    [SQL_ROUND_GROUPS_OPEN] =
        "SELECT g.id, u.code, g.school_year, g.name, coalesce(p.school_form, g.school_form), "
        "iif(p.group_id IS NULL, g.grade, p.grade) AS pinned, g.enrolled FROM round r "
        "JOIN class_group g ON g.school_year = ?2 JOIN unit u ON u.id = g.unit_id "
        "LEFT JOIN round_group p ON p.round_id = r.id AND p.group_id = g.id "
        "WHERE r.code = ?1 ORDER BY u.code, pinned, g.name",
    [SQL_ROUND_GROUPS_PIN] = ROUND_GROUP_PIN "WHERE school_year = ?2",
    [SQL_ROUND_ENROLLED_PIN] =
        "UPDATE round_group SET enrolled = (SELECT enrolled FROM class_group WHERE id = group_id) "
        "WHERE round_id = ?1",
    [SQL_ROUND_GROUP_PIN] = ROUND_GROUP_PIN "WHERE id = ?2",
    [SQL_GROUP_ADD] = "INSERT INTO class_group (unit_id, school_year, name, school_form, grade, enrolled) "
                      "SELECT id, ?2, ?3, ?4, ?5, ?6 FROM unit WHERE code = ?1",
    [SQL_GROUP_CHANGE] = "UPDATE class_group SET school_form = ?2, grade = ?3, enrolled = ?4 WHERE id = ?1",

    [SQL_SUCCESSION_GET] = SUCCESSION_COLUMNS "WHERE p.code = ?1 AND s.code = ?2",
    [SQL_SUCCESSION_LIST] = SUCCESSION_COLUMNS "ORDER BY p.code, s.code",
    [SQL_SUCCESSION_PUT] =
        "INSERT INTO unit_succession (predecessor_id, successor_id, from_round) "
        "SELECT p.id, s.id, ?3 FROM unit p, unit s WHERE p.code = ?1 AND s.code = ?2 "
        "ON CONFLICT (predecessor_id, successor_id) DO UPDATE SET from_round = excluded.from_round",
    [SQL_SUCCESSION_REMOVE] = "DELETE FROM unit_succession "
                              "WHERE predecessor_id = (SELECT id FROM unit WHERE code = ?1) "
                              "AND successor_id = (SELECT id FROM unit WHERE code = ?2)",

    [SQL_TARGET_GET] = TARGET_COLUMNS "WHERE u.code = ?1 " TARGET_KEY,
    [SQL_TARGET_LIST] = TARGET_COLUMNS "ORDER BY u.code, t.form, t.dimension, t.question, t.round",
    [SQL_TARGET_PUT] =
        "INSERT INTO target (unit_id, form, dimension, question, round, measure, direction, value) "
        "SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, ?8 FROM unit WHERE code = ?1 "
        "ON CONFLICT (unit_id, form, dimension, question, round) DO UPDATE "
        "SET measure = excluded.measure, direction = excluded.direction, value = excluded.value",
    [SQL_TARGET_REMOVE] =
        "DELETE FROM target WHERE unit_id = (SELECT id FROM unit WHERE code = ?1) " TARGET_KEY,

    [SQL_ROUND_ADD] = "INSERT INTO round (code, state, opens_s, closes_s) VALUES (?1, 0, ?2, ?3)",
    [SQL_ROUND_GET] = ROUND_COLUMNS "WHERE code = ?1",
    [SQL_ROUND_LIST] = ROUND_COLUMNS "ORDER BY code",
    [SQL_ROUND_SET_STATE] = "UPDATE round SET state = ?2 WHERE id = ?1",
    [SQL_ROUND_SET_TIMES] = "UPDATE round SET opens_s = ?2, closes_s = ?3 WHERE id = ?1",
    [SQL_LIVE_LOOK_ADD] = "INSERT OR IGNORE INTO live_look (round_id) VALUES (?1)",
    [SQL_LIVE_LOOK_GET] = "SELECT 1 FROM live_look WHERE round_id = ?1",
    [SQL_ROUND_FORM_ADD] = "INSERT INTO round_form (round_id, form_id) VALUES (?1, ?2)",
    [SQL_ROUND_FORMS] =
        FORM_COLUMNS "JOIN round_form p ON p.form_id = f.id JOIN round r ON r.id = p.round_id "
                     "WHERE r.code = ?1 ORDER BY f.name, f.version",
    [SQL_ROUND_FORM_KEYS] = "SELECT f.id, f.hash, f.questions FROM round_form p JOIN form_version f "
                            "ON f.id = p.form_id WHERE p.round_id = ?1 ORDER BY f.id",
    [SQL_ROUND_SECRET_ADD] = "INSERT INTO round_secret (round_id, box) VALUES (?1, ?2)",
    [SQL_ROUND_SECRET_GET] = "SELECT box FROM round_secret WHERE round_id = ?1",
    [SQL_ROUND_SECRET_DESTROY] = "DELETE FROM round_secret WHERE round_id = ?1",

    [SQL_FORM_FIND] = "SELECT id FROM form_version WHERE hash = ?1",
    [SQL_FORM_ADD] = "INSERT INTO form_version (name, version, hash, questions, source) "
                     "VALUES (?1, ?2, ?3, ?4, ?5)",
    [SQL_FORM_LIST] = FORM_COLUMNS "ORDER BY f.name, f.version, f.id",

    [SQL_ACCESS_ADD] = "INSERT INTO access_point (code, round_id, unit_id, group_id, form_id) "
                       "VALUES (?1, ?2, (SELECT id FROM unit WHERE code = ?3), nullif(?4, 0), ?5)",
    [SQL_ACCESS_REMOVE] = "DELETE FROM access_point WHERE code = ?1",
    [SQL_ACCESS_FIND] = ACCESS_COLUMNS "WHERE a.code = ?1",
    [SQL_ACCESS_LIST] = ACCESS_COLUMNS "WHERE r.code = ?1 ORDER BY u.code, a.group_id IS NOT NULL, "
                                       "g.grade, g.name, f.name, a.code",

    [SQL_RESPONSE_ADD] = "INSERT INTO response (round_id, key_hash, group_id, form_id, box) "
                         "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
    [SQL_RESPONSE_FIND] = "SELECT 1 FROM response WHERE round_id = ?1 AND key_hash = ?2",
    [SQL_RESPONSE_EACH] = "SELECT key_hash, group_id, form_id, box FROM response WHERE round_id = ?1",
    [SQL_RESPONSE_COUNTS] = "SELECT group_id, form_id, count(*) FROM response WHERE round_id = ?1 "
                            "GROUP BY group_id, form_id",
    [SQL_RESPONSE_DESTROY] = "DELETE FROM response WHERE round_id = ?1",

    [SQL_CODE_ADD] = "INSERT INTO one_time_code (round_id, form_id, group_id, code_hash, spent) "
                     "VALUES (?1, ?2, ?3, ?4, 0) ON CONFLICT DO NOTHING",
    [SQL_CODE_FIND] = "SELECT spent FROM one_time_code " CODE_PLACE "AND code_hash = ?4",
    [SQL_CODE_ANY] = "SELECT 1 FROM one_time_code " CODE_PLACE "LIMIT 1",
    [SQL_CODE_SPEND] = "UPDATE one_time_code SET spent = 1 " CODE_PLACE "AND code_hash = ?4",
    [SQL_CODE_COUNTS] = "SELECT group_id, form_id, count(*), sum(spent) FROM one_time_code "
                        "WHERE round_id = ?1 GROUP BY form_id, group_id",
    [SQL_CODE_DROP_UNSPENT] = "DELETE FROM one_time_code " CODE_PLACE "AND spent = 0",
    [SQL_CODE_DESTROY] = "DELETE FROM one_time_code WHERE round_id = ?1",

    /* ids: see 0006_sealed_answers.sql */
    [SQL_SEALED_PUT] =
        "INSERT INTO sealed_answers (id, round_id, form_id, group_id, classes, answers) "
        "VALUES ((?1 << 48) + (?2 << 32) + ?3, ?1, ?2, ?3, ?4, ?5) "
        "ON CONFLICT (id) DO UPDATE SET classes = excluded.classes, answers = excluded.answers",
    [SQL_SEALED_AT] = "SELECT classes, answers FROM sealed_answers WHERE id > (?1 << 48) + (?2 << 32) "
                      "AND id <= (?1 << 48) + (?2 << 32) + ?3 ORDER BY id DESC LIMIT 1",
    [SQL_SEALED_CLASSES] = "SELECT form_id, classes FROM sealed_answers "
                           "WHERE id >= ?1 << 48 AND id < (?1 + 1) << 48",
    [SQL_SEALED_EACH] = "SELECT classes, answers FROM sealed_answers WHERE id >= ?1 AND id < ?2",
    [SQL_SEALED_RANGE] = "SELECT (SELECT min(id) FROM sealed_answers WHERE id >= ?1 AND id < ?2), "
                         "(SELECT max(id) FROM sealed_answers WHERE id >= ?1 AND id < ?2)",

    [SQL_TALLY_PUT] = "INSERT INTO tally (round_id, form_id, layout, bytes) VALUES (?1, ?2, ?3, ?4) "
                      "ON CONFLICT (round_id, form_id, layout) DO UPDATE SET bytes = excluded.bytes",
    [SQL_TALLY_GET] =
        "SELECT t.bytes FROM tally t JOIN round r ON r.id = t.round_id "
        "JOIN form_version f ON f.id = t.form_id WHERE r.code = ?1 AND f.hash = ?2 AND t.layout = ?3",
    [SQL_RELEASE_ADD] = "INSERT INTO release (round_id, form_id, audience, layout, tally) "
                        "VALUES (?1, ?2, ?3, ?4, ?5) RETURNING id",
    [SQL_RELEASE_LIST] = "SELECT e.id, f.hash, e.audience, e.layout, e.tally FROM release e "
                         "JOIN round r ON r.id = e.round_id JOIN form_version f ON f.id = e.form_id "
                         "WHERE r.code = ?1 ORDER BY e.id",
    [SQL_RELEASE_ROW_ADD] =
        "INSERT INTO release_ledger (release_id, number, unit_code, kind, key, units, items) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    [SQL_RELEASE_ROWS] =
        "SELECT unit_code, kind, key, units, items FROM release_ledger WHERE release_id = ?1 "
        "ORDER BY number",
    [SQL_RELEASE_TABLE_PUT] = "INSERT INTO release_table (round_id, audience, name, unit_code, text) "
                              "VALUES ((SELECT id FROM round WHERE code = ?1), ?2, ?3, ?4, ?5)",
    [SQL_RELEASE_TABLE_GET] = "SELECT t.text FROM release_table t JOIN round r ON r.id = t.round_id "
                              "WHERE r.code = ?1 AND t.audience = ?2 AND t.name = ?3 AND t.unit_code = ?4",
    [SQL_RELEASE_TABLES_DROP] = "DELETE FROM release_table WHERE round_id = (SELECT id FROM round WHERE "
                                "code = ?1) AND audience = ?2",

    [SQL_TALLY_DESTROY] = "DELETE FROM tally WHERE round_id = ?1",
};
